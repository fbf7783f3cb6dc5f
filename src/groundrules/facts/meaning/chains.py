"""Writers that are set up by a chain of calls: `frame.write.mode("append").option("table", "sales").save()`."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.typed import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from groundrules.facts.meaning import chains_made
else:
    late(globals(), "groundrules.facts.meaning.chains_made", name="chains_made")

_DEEPEST = 24


def before(link: Link, event: Event) -> Iterator[tuple[Call, Entry]]:
    """The calls of the chain before the event's own, the last one first."""
    calls = event.module.code.calls
    func = event.call.func
    for _ in range(_DEEPEST):
        if func[0] != "attr" or func[1][0] != "call":
            return
        call = calls[func[1][1]]
        yield call, link.folder.entry_of(call, event.frame)[1]
        func = call.func


def mode(link: Link, event: Event) -> str | None:
    """The mode that the chain sets, or what is written: append | replace | unknown; None when neither sets one."""
    for call, entry in before(link, event):
        told = entry.get("sets_mode")
        value = link.folder.argument(call, entry, told.get("value"), event.frame) if told else None
        if told and value is not None:
            return chains_made.said(link, call, entry, event.frame)
    told = event.known.get("writes") or {}
    return chains_made.mode(link, event, told) if told.get("mode_of") else None


def target(link: Link, event: Event) -> Value | None:
    """The table that the chain names by an option."""
    for call, entry in before(link, event):
        told = entry.get("sets_target")
        if told:
            key = link.folder.argument(call, entry, told.get("key"), event.frame)
            if key is not None and key[0] == "const" and key[1] in told.get("keys", ()):
                return link.folder.argument(call, entry, told.get("value"), event.frame)
    return None
