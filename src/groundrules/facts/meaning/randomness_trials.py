"""Draws that only try something out: a run that keeps nothing, a picture, a model that is fed with noise."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.randomness_idle import MAKES
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.users import users_of

_TRIALS = ("dry_run", "dryrun", "debug")  # flags of runs that keep nothing
_PICTURES = ("plot", "show", "animate", "visual")
_LEARNED_FROM = ("x", "X", "y")


def tried(link: Link, event: Event) -> bool:
    """Whether the draw only happens when a flag says that the run is a trial."""
    for kind, value, _ in link.around(event):
        for one in value[1] if value[0] == "and" else (value,):
            named = one[-1] if one[0] in ("name", "param", "attr") else ""
            if kind == "if" and any(word in str(named).lower() for word in _TRIALS):
                return True
    return False


def warms(link: Link, frame: Frame) -> bool:
    """Whether compiled code is only run to have it compiled: nothing takes what it gives."""
    caller = frame.caller
    if caller is None or frame.call < 0 or not frame.module.code.scopes[frame.scope].decorators:
        return False
    idle = not users_of(caller.module, frame.call)
    return idle and bool(link.compiler(frame.module, frame.scope))


def pictures(link: Link, frame: Frame | None) -> bool:
    """Whether a function that is called for a picture, or handed to what shows it, has led here."""
    while frame is not None and frame.caller is not None:
        name = frame.module.code.scopes[frame.scope].name.lower()
        if name.startswith(_PICTURES) or name.endswith(MAKES):
            return True
        if frame.call >= 0:
            call = frame.caller.module.code.calls[frame.call]
            if link.folder.entry_of(call, frame.caller)[1].get("plots"):
                return True
        frame = frame.caller
    return False


def learns_noise(link: Link, event: Event) -> bool:
    """Whether a model is only tried out: rows and answers are both drawn, neither from the other."""
    module = event.module
    for kind, number, _ in users_of(module, event.number):
        call = module.code.calls[number] if kind == "call" else None
        step = link.folder.entry_of(call, event.frame)[1].get("step") or {} if call is not None else {}
        if call is not None and step.get("does") == "fit":
            given = [*call.args, *(value for name, value in call.kwargs if name in _LEARNED_FROM)][:2]
            return len(given) == 2 and all(_drawn(link, value, event.frame) for value in given)
    return False


def _drawn(link: Link, value: Value, frame: Frame) -> bool:
    """Whether a value is made of nothing but numbers that are drawn."""
    if value[0] in ("list", "tuple"):
        return bool(value[1]) and all(_drawn(link, one, frame) for one in value[1])
    if value[0] == "dict":
        return bool(value[1]) and all(_drawn(link, one, frame) for _, one in value[1])
    entry = link.folder.entry_of(frame.module.code.calls[value[1]], frame)[1] if value[0] == "call" else {}
    return (entry.get("draws") or {}).get("purpose") in ("noise", "sample")


def compiles(link: Link, event: Event) -> bool:
    """Whether numbers are only there to have a function compiled: nothing takes what it makes of them."""
    module, folder = event.module, link.folder
    uses = users_of(module, event.number)
    for kind, number, _ in uses:
        if kind != "call" or users_of(module, number):
            return False
        callee = folder.callee(module.code.calls[number], event.frame)
        there = folder.program.module(callee[1]) if callee[0] == "func" else None
        if there is None or not link.compiler(there, callee[2]):
            return False
    return bool(uses)
