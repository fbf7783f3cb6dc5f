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
_FUNCTIONS = words("getattr getenv coalesce")
_TIMES = words(
    """date dates day days ds dt time times since until start end begin from to year month week hour partition now today
    interval period window execution logical timestamp"""
)
_DEEPEST = 12
_DAYS = words("date dates day days month week year period start end since until window")
_GIVEN = words(
    "conf config configs configuration settings params parameters kwargs context options args env environ variable"
)
_RUN = words("interval logical execution scheduled ds ts")  # what a scheduler says of a run by itself


def stands_in(module: Module, number: int) -> bool:
    """Whether call `number` stands in a branch, on one side of a choice, or is what a look-up gives at last."""
    call = module.code.calls[number]
    for kind, value in contexts_of(module, call.context):
        if kind == "except" or (kind in ("if", "else") and _asks_when(module, value, 0)):
            return True
    return any(_within(module, value, number, 0, False) for value in _values(module, call.scope))


def stands_for_day(module: Module, number: int) -> bool:
    """Whether call `number` gives the day, or the ends of a window, that whoever starts the step has left out: a
    parameter or a setting. What a scheduler says by itself is only missing in runs that people start."""
    call = module.code.calls[number]
    for kind, value in contexts_of(module, call.context):
        if kind == "except" or (kind == "if" and _is_by_hand(value)):
            return False
        if kind in ("if", "else") and _is_day(_left_out(module, value, 0)):
            return True
    return any(_is_day(_left_out(module, one, 0)) for one in _alternatives(module, number, call.scope))


def _is_by_hand(value: Any) -> bool:
    """Whether a test asks if somebody has started the run, whom the schedule tells nothing."""
    return isinstance(value, tuple) and value[:1] == ("cmp",) and ("const", "manual") in value[2:4]


def _is_day(named: Iterator[frozenset[str]]) -> bool:
    found = list(named)
    return any(_DAYS.intersection(one) for one in found) and not any(_RUN.intersection(one) for one in found)


def _alternatives(module: Module, number: int, scope: int) -> Iterator[Any]:
    """What is taken in place of a call where it is there."""
    for value in _values(module, scope):
        if value[:1] == ("or",) and _within(module, value, number, 0, False):
            yield value
    for index, call in enumerate(module.code.calls):
        looks_up = call.scope == scope and call.func[0] == "attr" and call.func[2] in _LOOKUPS
        if looks_up and len(call.args) == 2 and _within(module, call.args[1], number, 0, True):
            yield ("call", index)


def _left_out(module: Module, value: Any, depth: int) -> Iterator[frozenset[str]]:
    """The words of the parameters, and of the settings that are looked up, that a value or a test names."""
    if depth > _DEEPEST or not isinstance(value, tuple) or not value:
        return
    if value[0] == "cmp" and NONE not in value[2:4]:
        return  # it asks what something is equal to, rather than whether it is there
    if value[0] == "param":
        yield frozenset(words_of(str(value[-1])))
    elif value[0] == "call" and isinstance(value[1], int):
        call = module.code.calls[value[1]]
        if call.func[0] == "attr" and call.func[2] in _LOOKUPS:
            if call.args and _GIVEN.intersection(_names(module, call.func[1], 0)):
                yield frozenset(words_of(str(call.args[0][-1])))
        elif len(call.args) == 1 and not call.kwargs:
            yield from _left_out(module, call.args[0], depth + 1)
    elif value[0] != "either":
        for part in value[1:]:
            yield from _left_out(module, part, depth + 1)
            if isinstance(part, tuple) and part and isinstance(part[0], tuple):
                for one in part:
                    yield from _left_out(module, one, depth + 1)


def _names(module: Module, value: Any, depth: int) -> Iterator[str]:
    """The words of all names and texts that a value is made of."""
    if isinstance(value, str):
        yield from words_of(value)
    elif isinstance(value, tuple) and depth < _DEEPEST:
        if value[:1] == ("call",) and isinstance(value[1], int):
            call = module.code.calls[value[1]]
            value = (call.func, *call.args)
        for part in value:
            yield from _names(module, part, depth + 1)


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
            last = str(call.func[-1]) if call.func[0] == "attr" or call.func[-1] in _FUNCTIONS else ""
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
