"""Draws that never happen, whose numbers nobody takes, or that play what comes in without an end."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.randomness_idle import NUMBERS, holds_call
from groundrules.facts.meaning.randomness_origins import Origins
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.users import users_of
from groundrules.typed import Any

_WAITS = "sleep"
_SIGNS = {"==": True, "!=": False, "is": True, "is not": False}


def ruled_out(link: Link, origins: Origins, event: Event) -> bool:
    """Whether the draw stands in a branch that the arguments of the calls which lead to it leave out."""
    for kind, value, frame in link.around(event):
        answer = _answer(origins, value, frame) if kind in ("if", "else") else None
        if answer is not None and answer != (kind == "if"):
            return True
    return False


def _answer(origins: Origins, test: Value, frame: Frame) -> bool | None:
    """What a comparison of a parameter with a constant says, where a call or the parameter's default tells."""
    if test[0] != "cmp" or test[1] not in _SIGNS:
        return None
    sides = (test[2], test[3])
    param = next((one for one in sides if one[0] == "param"), None)
    constant = next((one for one in sides if one[0] == "const"), None)
    if param is None or constant is None:
        return None
    given = _given(origins, param, frame)
    if given is None or given[0] != "const":
        return None
    return bool(given[1] == constant[1]) == _SIGNS[test[1]]


def _given(origins: Origins, param: Value, frame: Frame) -> Value | None:
    """What is written for a parameter: in the call, or as the default where the call gives nothing."""
    written, there = origins.resolved(param, frame)
    if written[0] != "param":
        return written
    owner: Frame | None = there
    while owner is not None and (owner.scope != written[1] or owner.module is not there.module):
        owner = owner.caller
    if owner is None or owner.caller is None or owner.call < 0 or owner.spread or owner.bound.get(written[2]):
        return None
    params = owner.module.code.scopes[owner.scope].params
    return next((one.default for one in params if one.name == written[2]), None) if not owner_decorated(owner) else None


def owner_decorated(owner: Frame) -> bool:
    """Whether something else may give a function its arguments."""
    return bool(owner.module.code.scopes[owner.scope].decorators)


def dropped(event: Event) -> bool:
    """Whether nobody takes the numbers that are drawn: the statement is the call alone."""
    told = event.known["draws"]
    if told.get("purpose") not in ("noise", "sample") or told.get("in_place") or users_of(event.module, event.number):
        return False
    code = event.module.code
    for op in code.scopes[event.call.scope].ops:
        if op[0] != "c" and any(isinstance(one, tuple) and one and holds_call(one, event.number, 0) for one in op[1:]):
            return False
    return event.call.func[0] == "ext" and not any(_takes(call, event.number) for call in code.calls)


def _takes(call: Any, number: int) -> bool:
    values = (*call.args, *(value for _, value in call.kwargs), call.func)
    return any(holds_call(value, number, 0) for value in values)


def played(link: Link, event: Event, told: dict[str, Any]) -> bool:
    """Whether rows are drawn for ever, with pauses: a stream that is played to whoever listens."""
    if told.get("purpose") not in NUMBERS:
        return False
    for kind, value, frame in link.around(event):
        if kind == "while" and value in (("const", True), ("const", 1)) and _WAITS in frame.module.called:
            return True
    return False
