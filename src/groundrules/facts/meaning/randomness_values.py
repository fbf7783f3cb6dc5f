"""What single values and calls say of a draw: letters, other forms of a number, the way to it."""

from __future__ import annotations

from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import users_of
from groundrules.typed import Any

_FURTHEST = 8
_FORMS = (("name", "str"), ("name", "int"), ("name", "hex"))
_ALPHABETS = ("ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits")
_TESTS = ("test_", "_test")
_PARTS = ("train", "split", "fold", "valid")  # beside which a test is a part of the rows, and not one of the code


def tests_code(scope: str) -> bool:
    """Whether a function, or one around it, is named like a test of the code: not `create_test_rows`."""
    names = scope.split(".")
    named = any(name.startswith(_TESTS) or name.endswith(_TESTS[1]) for name in names)
    return named and not any(word in scope for word in _PARTS)


def draws_array(event: Event) -> bool:
    """Whether a call draws many numbers at once, as weights are drawn that a script trains by itself."""
    given = dict(event.call.kwargs)
    return "size" in given or any(value[0] in ("tuple", "list") for value in (*event.call.args, *given.values()))


def of_letters(event: Event) -> bool:
    """Whether letters and digits are drawn, which make names and never rows."""
    given = (*event.call.args, *(value for _, value in event.call.kwargs))
    return any(_alphabet(value) for value in given)


def _alphabet(value: Value) -> bool:
    if value[0] == "bin":
        return _alphabet(value[2]) or _alphabet(value[3])
    return value[0] in ("ext", "attr") and str(value[-1]).rpartition(".")[2] in _ALPHABETS


def callers(frame: Frame | None) -> tuple[int, ...]:
    """The calls that have led here, the last ones."""
    found: list[int] = []
    while frame is not None and frame.caller is not None and len(found) < _FURTHEST:
        found.append(frame.call)
        frame = frame.caller
    return tuple(found)


def steers(event: Event) -> bool:
    """Whether the draw only decides which way a task goes."""
    uses = users_of(event.module, event.number)
    own = bool(event.module.code.scopes[event.call.scope].decorators)
    return bool(uses) and all(kind in ("test", "other") or (kind == "return" and own) for kind, _, _ in uses)


def formed(module: Module, use: tuple[str, int, Any]) -> bool:
    """Whether a use makes another form of the same value."""
    return use[0] == "method" or (use[0] == "call" and module.code.calls[use[1]].func in _FORMS)


def inside(value: Value) -> tuple[Any, ...]:
    """A value, or the pieces of the text that it is."""
    return (value, *value[1]) if value[0] == "fmt" else (value,)


def holds(value: Value, part: Value, depth: int = 0) -> bool:
    """Whether a value is made from another: its receiver, an argument's container, a branch."""
    if value == part:
        return True
    if depth > 6 or value[0] not in ("either", "attr", "item", "bin", "tuple", "list", "unpack"):
        return False
    return any(
        holds(one, part, depth + 1) for one in value[1:] if isinstance(one, tuple) and one and isinstance(one[0], str)
    )
