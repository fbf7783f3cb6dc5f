"""Where a call's result goes inside its file: read backwards from the values that hold it."""

from __future__ import annotations

from groundrules.facts.python.ir import UNKNOWN, Op, Value
from groundrules.facts.python.program import Module
from groundrules.typed import Any

Use = tuple[str, int, Any]
_DEEPEST = 10
_CLOSED = frozenset({"const", "name", "param", "ext", "local", "?"})
_TESTS = -1  # no scope: tests stand in none
_USES_INSIDE = frozenset("rsau")
_USES = _USES_INSIDE | {"="}


def users_of(module: Module, number: int) -> list[Use]:
    """The uses of a call's result: (kind, number, what).

    Kinds: call (argument of call `number`; what is its name or position), method (receiver of call `number`),
    key (value of a dict key or subscript `what`), attribute, return (of scope `number`), test, other.
    """
    scope = module.code.calls[number].scope
    users, tests = module.users.get(scope), module.users.get(_TESTS)
    if users is None:
        inside = scopes_below(module, scope)
        users = module.users[scope] = {}
        _of_calls(module, users, inside)
        _of_statements(module, users, inside)
    if tests is None:
        tests = module.users[_TESTS] = {}
        for index, context in enumerate(module.code.contexts):
            if context.kind in ("if", "while"):
                _note(tests, context.value, ("test", index, None))
    found = users.get(number, [])
    return [*found, *tests[number]] if number in tests else found


def scopes_below(module: Module, root: int) -> list[int]:
    """A scope and those inside it, which know what it calls. What a module's own level calls has names there."""
    if root == 0:
        return [0]
    found = {root}
    for number in range(root + 1, len(module.code.scopes)):
        if module.code.scopes[number].parent in found:
            found.add(number)
    return sorted(found)


def _of_calls(module: Module, users: dict[int, list[Use]], inside: list[int]) -> None:
    for number in sorted([number for scope in inside for number in module.calls_in(scope)]):
        call = module.code.calls[number]
        func = call.func
        if func[0] == "attr" and func[1][0] not in _CLOSED:
            _note(users, func[1], ("method", number, func[2]))
        for index, arg in enumerate(call.args):
            if arg[0] not in _CLOSED:
                _note(users, arg, ("call", number, index))
        for name, value in call.kwargs:
            if value[0] not in _CLOSED:
                _note(users, value, ("call", number, name))


def _of_statements(module: Module, users: dict[int, list[Use]], inside: list[int]) -> None:
    for index in inside:
        scope = module.code.scopes[index]
        uses = _USES if scope.kind == "class" or index == 0 else _USES_INSIDE
        for op in scope.ops:
            if op[0] in uses:
                for value, kind, what in _used_by(op):
                    if value[0] not in _CLOSED:
                        _note(users, value, (kind, index, what))


def _used_by(op: Op) -> tuple[tuple[Value, str, Any], ...]:
    """The values that an operation uses: the value, the kind of use, and what it is used as."""
    tag = op[0]
    if tag == "r":
        return ((op[1], "return", None),)
    if tag == "s":
        return (op[3], "key", op[2][1] if op[2][0] == "const" else None), (op[2], "key-of", None)
    if tag == "a":
        return ((op[3], "attribute", op[2]),)
    if tag == "u":
        return ((op[1], "other", None),)
    return ((op[2], "bound", op[1]),) if tag == "=" else ()


def _note(users: dict[int, list[Use]], value: Value, use: Use, depth: int = 0) -> None:
    """Note a use for every call whose result is in a value."""
    tag = value[0]
    if tag in _CLOSED:
        return
    if tag == "call":
        users.setdefault(value[1], []).append(use)
    elif depth > _DEEPEST:
        return
    elif tag == "dict":
        for key, item in value[1]:
            named = key[1] if key is not None and key[0] == "const" else None
            _note(users, item, ("key", use[1], named) if named is not None else use, depth + 1)
            if key is not None:
                _note(users, key, use, depth + 1)
    else:
        for part in value[1:]:
            if isinstance(part, tuple) and part:
                whole = isinstance(part[0], str) and (len(part) > 1 or part == UNKNOWN)
                for one in (part,) if whole else part:
                    if isinstance(one, tuple) and one and isinstance(one[0], str) and one[0] not in _CLOSED:
                        _note(users, one, use, depth + 1)
