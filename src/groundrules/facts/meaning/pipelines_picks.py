"""Whether a test decides which of many things a step takes: those that are newer than some time."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.pipelines_paths import within
from groundrules.facts.meaning.pipelines_words import sink_of
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from groundrules.facts.python.uses import Atom, nested
else:
    late(globals(), "groundrules.facts.python.uses", "nested")

_PARTS = frozenset({"day", "month"})  # of a date
_MORE = frozenset({">", ">="})
_LESS = frozenset({"<", "<="})
_DEEPEST = 4
_ADDS = frozenset({"append", "add", "extend"})


def picks(module: Module, number: int, time: Atom, shifted: bool) -> str | None:
    """What a test picks by a time: the rows of one day, or those after it, or what a step does on a day of the month;
    None for nothing. `shifted` says that the time lies some stretch before now."""
    test = module.code.contexts[number].value
    if shifted and _equals(test, time, 0) and _keeps(module, number):
        return "predicate"
    newer = shifted and _newer(test, time, 0) and _keeps(module, number)  # what is older is found to be cleared away
    return "choice" if newer or _asks_day(test, time, 0) else None


def _keeps(module: Module, number: int) -> bool:
    """Whether what stands under a test in a loop adds to a collection."""
    return _loops(module, number) and any(
        call.context == number and call.func[0] == "attr" and call.func[2] in _ADDS and bool(call.args)
        for call in module.code.calls
    )


def _loops(module: Module, number: int) -> bool:
    """Whether a context stands in a loop over something."""
    return any(kind == "for" for kind, _ in contexts_of(module, number))


def _newer(test: Value, time: Atom, depth: int) -> bool:
    """Whether a test lets through what comes after a time."""
    if depth > _DEEPEST or not test:
        return False
    if test[0] == "cmp":
        other = test[2] if within(time, test[3]) else test[3]
        newer = (test[1] in _MORE and other == test[2]) or (test[1] in _LESS and other == test[3])
        return newer and not (other[0] == "attr" and sink_of(other[2], record=True) == "audit")  # it is still fresh
    return any(_newer(one, time, depth + 1) for one in nested(test[1:]))


def _equals(test: Value, time: Atom, depth: int) -> bool:
    """Whether a test lets through what is equal to a time, and is no constant."""
    if depth > _DEEPEST or not test:
        return False
    if test[0] == "cmp":
        other = test[2] if within(time, test[3]) else test[3]
        return test[1] == "==" and other[0] not in ("const", "param")
    return any(_equals(one, time, depth + 1) for one in nested(test[1:]))


def _asks_day(test: Value, time: Atom, depth: int) -> bool:
    """Whether a test asks which day of the month, or which month, it is, so that a step does something else then."""
    if depth > _DEEPEST or not test:
        return False
    if test[0] == "cmp":
        sides = ((test[2], test[3]), (test[3], test[2]))
        return any(
            one[0] == "attr" and one[2] in _PARTS and within(time, one[1]) and other[0] in ("const", "list", "tuple")
            for one, other in sides
        )
    return any(_asks_day(one, time, depth + 1) for one in nested(test[1:]))
