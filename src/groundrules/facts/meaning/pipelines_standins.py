"""Whether a call only gives a stand-in: something that is used where nobody says anything else."""

from __future__ import annotations

from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.ir import NONE
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words
from groundrules.typed import Any, Iterator

_CHOICES = frozenset({"or", "either"})
_LOOKUPS = words("get setdefault pop getattr getenv coalesce")
_TIMES = words(
    """date dates day days ds dt time times since until start end begin from to year month week hour partition now today
    interval period window execution logical timestamp"""
)
_DEEPEST = 12


def stands_in(module: Module, number: int) -> bool:
    """Whether call `number` stands in a branch, on one side of a choice, or is what a look-up gives at last."""
    call = module.code.calls[number]
    for kind, value in contexts_of(module, call.context):
        if kind == "except" or (kind in ("if", "else") and _asks_when(module, value, 0)):
            return True
    return any(_within(module, value, number, 0, False) for value in _values(module, call.scope))


def _asks_when(module: Module, value: Any, depth: int) -> bool:
    """Whether a test asks if the caller has said something, or speaks of a time."""
    if depth > _DEEPEST or not isinstance(value, tuple) or not value:
        return False
    if value[0] == "not" or (value[0] == "cmp" and NONE in value[2:4]):
        value = value[1] if value[0] == "not" else value[2] if value[3] == NONE else value[3]
        depth = -1
    if value[0] == "param" and depth <= 0:
        return True
    if value[0] in ("param", "attr", "name", "const") and _TIMES.intersection(words_of(str(value[-1]))):
        return True
    parts: tuple[Any, ...] = value[1:]
    if value[0] == "call" and isinstance(value[1], int):
        call = module.code.calls[value[1]]
        parts = (call.func, *call.args)
    return any(_asks_when(module, part, max(depth, 0) + 1) for part in parts)


def _values(module: Module, scope: int) -> Iterator[Any]:
    for op in module.code.scopes[scope].ops:
        yield from (part for part in op[1:] if isinstance(part, tuple))
    yield from module.code.scopes[scope].env.values()
    for call in module.code.calls:
        if call.scope == scope:
            last = str(call.func[-1]) if call.func[0] in ("attr", "name") else ""
            given = (*call.args, *(value for _, value in call.kwargs))
            yield from (("or", value) for value in given[1:]) if last in _LOOKUPS else given


def _within(module: Module, value: Any, number: int, depth: int, chosen: bool) -> bool:
    """Whether a value holds the call below a choice; methods and conversions of the call count as the call."""
    if depth > _DEEPEST or not isinstance(value, tuple) or not value:
        return False
    if value[0] == "call" and isinstance(value[1], int):
        if value[1] == number:
            return chosen
        call = module.code.calls[value[1]]
        inner = (call.func[1], *call.args) if call.func[0] == "attr" else call.args
        return chosen and any(_within(module, one, number, depth + 1, True) for one in inner)
    chosen = chosen or value[0] in _CHOICES
    return any(_within(module, part, number, depth + 1, chosen) for part in value[1:])
