"""Calls that are put together before they happen: arguments are bound first, or a configuration names the callee."""

from __future__ import annotations

from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from groundrules.facts.python.walk import Walker

PUT_TOGETHER = frozenset(("binds", "instantiates"))
_DEEPEST = 4  # sections of a configuration in each other


def prepare(walker: Walker, entry: Entry, call: Call, number: int, frame: Frame) -> None:
    """Run what a call prepares: a function of the program may be called later by whoever is handed it."""
    if "instantiates" in entry:
        configured(walker, entry, call, number, frame, 0)
    elif call.args and call.args[0][0] != "star":
        function = walker.folder.fold(call.args[0], frame)
        if function[0] == "func":
            walker.descend(function[1], function[2], _bound(call, None), number, frame, function[3])


def complete(walker: Walker, made: Value, call: Call, number: int, frame: Frame) -> None:
    """Call an object of a library that holds a function and some of its arguments."""
    entry = walker.knowledge.of(made[1]) or EMPTY
    if "binds" not in entry or made[3] < 0 or made[4] is None or made[2] != frame.module.path:
        return
    first = walker.program.call(made[2], made[3])
    if first.args and first.args[0][0] != "star":
        _run(walker, walker.folder.fold(first.args[0], made[4]), _bound(first, call), number, frame)


def configured(walker: Walker, entry: Entry, call: Call, number: int, frame: Frame, depth: int) -> None:
    """Call what a configuration names, with the arguments that it gives, and what its sections name before."""
    found = walker.folder.named_there(entry, call, frame)
    if found is None or depth > _DEEPEST:
        return
    function, whole = found
    for _, value in whole.kwargs:
        if value[0] == "attr":
            inner = Call(call.func, (value,), (), call.where, call.context, call.scope)
            configured(walker, entry, inner, number, frame, depth + 1)
    _run(walker, function, whole, number, frame)


def _run(walker: Walker, function: Value, whole: Call, number: int, frame: Frame) -> None:
    if function[0] == "func":
        walker.descend(function[1], function[2], whole, number, frame, function[3])
    elif function[0] == "class":
        walker.construct(function, whole, number, frame)
    elif function[0] == "ext":
        walker.note(function[1], walker.knowledge.of(function[1]) or EMPTY, whole, number, frame)


def _bound(first: Call, later: Call | None) -> Call:
    """One call out of the one that binds arguments and the one that gives the others."""
    if later is None:
        return first._replace(func=first.args[0], args=first.args[1:])
    given = {name for name, _ in later.kwargs}
    kwargs = (*later.kwargs, *(one for one in first.kwargs if one[0] not in given))
    return later._replace(func=first.args[0], args=(*first.args[1:], *later.args), kwargs=kwargs)
