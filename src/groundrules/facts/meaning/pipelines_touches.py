"""What happens to files in the course of a run, and which of it happens to one file."""

from __future__ import annotations

from groundrules.facts.meaning.pipelines_clearing import branches
from groundrules.facts.meaning.pipelines_paths import bare
from groundrules.facts.python.contexts import branches_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Value
from groundrules.typed import Iterable, NamedTuple

_NAMED = frozenset({"param", "name", "call", "attr"})


class Touch(NamedTuple):
    """Something read, written or removed in the course of an entry point."""

    event: Event
    value: Value
    texts: frozenset[str]
    span: int


def own_input(read: Iterable[Touch], event: Event, value: Value) -> Event | None:
    """What the same function has read, by itself or by a helper, from a place that has one name, whatever that stands
    for."""
    if value[0] not in _NAMED:
        return None
    for one in read:
        reader = one.event
        if reader.position >= event.position or reader.known["reads"].get("what") not in ("data", "any"):
            continue
        if reader.frame is event.frame:
            held, context = one.value == value, reader.call.context
        elif reader.frame.caller is event.frame and reader.frame.call >= 0:
            named = bare(one.value)
            bound = reader.frame.bound.get(str(named[2])) if named[0] == "param" else None
            held = bound is not None and bound[0] == value and bound[1] is event.frame
            context = event.module.code.calls[reader.frame.call].context
        else:
            continue
        if held and within_branches(event, context):
            return reader
    return None


def within_branches(event: Event, context: int) -> bool:
    """Whether what stands in a context of the same function has happened whenever an event happens."""
    return branches_of(event.module, context) <= branches(event)


def brought(made: Iterable[Touch], first: Event, texts: Iterable[str]) -> list[Touch]:
    """What has put files into the folder that a path is written in, before it is first used: what downloads names the
    folder alone."""
    folders = {text.rpartition("/")[0] for text in texts if "/" in text.lstrip("/")}
    return [
        one for one in made
        if one.event.position < first.position and "writes" in one.event.known
        and any(text.rstrip("/") in folders for text in one.texts)
    ]  # fmt: skip
