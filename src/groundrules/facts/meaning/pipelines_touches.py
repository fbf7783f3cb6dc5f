"""What happens to files in the course of a run, and which of it happens to one file."""

from __future__ import annotations

from groundrules.facts.meaning.pipelines_clearing import branches
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
    """What the same function has read from a place that has one name, whatever that stands for."""
    for one in read:
        reader = one.event
        held = reader.frame is event.frame and one.value == value and value[0] in _NAMED
        if held and branches(reader) <= branches(event) and reader.known["reads"].get("what") == "data":
            return reader
    return None
