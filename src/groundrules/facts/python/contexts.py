"""What stands around an event: branches, loops, handlers, callers."""

from __future__ import annotations

from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.typed import Iterable, Iterator


def contexts_of(module: Module, context: int) -> Iterator[tuple[str, Value]]:
    """The contexts around an operation, innermost first."""
    while context:
        one = module.code.contexts[context]
        yield one.kind, one.value
        context = one.parent


def branches_of(module: Module, context: int) -> set[int]:
    """The branches around a context."""
    found = set()
    while context:
        one = module.code.contexts[context]
        if one.kind in ("if", "else", "except"):
            found.add(context)
        context = one.parent
    return found


def frames_of(frame: Frame) -> Iterable[Frame]:
    """The frame and its callers, innermost first."""
    current: Frame | None = frame
    while current is not None:
        yield current
        current = current.caller


def within_other(module: Module, one: int, other: int) -> bool:
    """Whether one of two contexts lies in the other, so that what stands in both can happen in one go."""
    return one in _around(module, other) or other in _around(module, one)


def _around(module: Module, context: int) -> set[int]:
    """A context, and those around it; 0 is what is under no condition."""
    found = {0, context}
    while context:
        context = module.code.contexts[context].parent
        found.add(context)
    return found


def tested(module: Module, context: int, name: str) -> Value | None:
    """What a parameter is equal to in the branches around an operation, as far as their tests say."""
    for kind, value in contexts_of(module, context):
        if kind == "if" and value[:2] == ("cmp", "==") and value[2][0] == "param" and value[2][2] == name:
            other: Value = value[3]
            return other
    return None


def steps_to(event: Event) -> set[tuple[str, str]]:
    """The functions by way of which an event happens, each with the function that it stands in, as `path:name`."""
    names = [
        f"{one.module.path}:{one.module.code.scopes[one.scope].qualname}" for one in frames_of(event.frame) if one.scope
    ]
    return {(name, names[0]) for name in names if name != names[0]}


def tried(module: Module, context: int) -> int | None:
    """The nearest `try` around an operation."""
    while context:
        one = module.code.contexts[context]
        if one.kind == "try":
            return context
        context = one.parent
    return None


def handlers_of(module: Module, number: int) -> Iterator[int]:
    """The contexts of a try's handlers, in order."""
    parent = module.code.contexts[number].parent
    for context in range(number + 1, len(module.code.contexts)):
        one = module.code.contexts[context]
        if one.parent != parent:
            continue
        if one.kind != "except":
            return
        yield context


def exclusive(one: Event, other: Event) -> bool:
    """Whether two events stand in the two branches of one test, so that no run reaches both."""
    ours = dict(_standing(one))
    for key, (module, context) in _standing(other):
        if key in ours and _branches(module, ours[key][1]) & _branches(module, context, True):
            return True
    return False


def _standing(event: Event) -> Iterator[tuple[int, tuple[Module, int]]]:
    """In which context an event, or the call that leads to it, stands in each of the frames around it."""
    frame, module, context = event.frame, event.module, event.call.context
    while True:
        yield id(frame), (module, context)
        if frame.caller is None or frame.call < 0:
            return
        frame, number = frame.caller, frame.call
        module, context = frame.module, frame.module.code.calls[number].context


def _branches(module: Module, context: int, opposite: bool = False) -> set[tuple[int, Value, bool]]:
    """The branches around an operation: where the test stands, the test, and which way it went."""
    found = set()
    while context:
        one = module.code.contexts[context]
        if one.kind in ("if", "else"):
            found.add((one.parent, one.value, (one.kind == "if") != opposite))
        context = one.parent
    return found
