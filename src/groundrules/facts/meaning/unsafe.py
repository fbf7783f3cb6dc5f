"""Loading that can run code, and where the thing comes from that is loaded."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.ownership import is_placeholder, place_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.knowledge import Entry
from groundrules.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.meaning.hubs import Hubs, is_local, is_path
else:
    late(globals(), "groundrules.facts.meaning.hubs", "is_local is_path")

_DEEPEST = 9


class Origin(NamedTuple):
    """Where something comes from."""

    name: str  # hub | url | upload | own | unknown
    target: str | None = None
    pinned: int = 0


UNKNOWN = Origin("unknown")


class Unsafe:
    """Rows of table unsafe_load."""

    def __init__(self, link: Link, hubs: Hubs) -> None:
        self.link = link
        self.hubs = hubs

    def relate(self, event: Event) -> None:
        """A row for an event that can run code out of what it reads."""
        told = event.known.get("unsafe")
        if not told:
            return
        conditions = told.get("only_when") if told is not True else None
        if conditions and self.link.holds(event, conditions) is not True:
            return
        origin = self._fetched(event) if "fetches" in event.known else self._read(event)
        held = self.link.given(event, told["pinned_by"]) if conditions and told.get("pinned_by") else None
        if held is not None and self.link.folder.fold(held, event.frame) != ("const", None):
            origin = origin._replace(pinned=1)
        row = (event.name, next(iter(conditions or {}), None), origin.name, origin.target, origin.pinned)
        in_test = int(event.module.path in self.link.tests)
        scope = self.link.scope_name(event.module, event.call.scope)
        self.link.rows.add("unsafe_load", self.link.span(event), *row, in_test, scope)

    def _fetched(self, event: Event) -> Origin:
        """A model or data set of a hub."""
        told = event.known["fetches"]
        value = self.link.given(event, told.get("name"))
        for text in self.link.texts(value, event.frame) if value is not None else []:
            if not text or text.startswith("{") or is_placeholder(text):
                return UNKNOWN
            if is_local(text) or is_path(told, text) or self.hubs.is_own(text, event):
                return Origin("own", text)
            _, pinned = self.hubs.revision(event, told, text)
            return Origin("hub", text, 1 if pinned is None else pinned)
        return UNKNOWN

    def _read(self, event: Event) -> Origin:
        told = event.known.get("reads") or {}
        value = self.link.given(event, told.get("target"))
        if value is None and event.call.args:
            value = event.call.args[0]
        if value is None or (told.get("local") and any("://" in one for one in self.link.texts(value, event.frame))):
            return UNKNOWN  # an address is what another branch fetches
        return self.origin(value, event.frame, event)

    def origin(self, value: Value, frame: Frame, event: Event, depth: int = 0) -> Origin:
        """Where a value comes from: through handles, buffers and helpers to what was fetched or sent."""
        if depth > _DEEPEST:
            return UNKNOWN
        for text in self.link.texts(value, frame)[:1]:
            if place_of(text) in ("url", "bucket"):
                return Origin("url", text)
            if "{" not in text:
                return Origin("own", text)
        tag = value[0]
        if tag in ("enter", "attr", "item", "elem"):
            return self._uploaded(value, frame) or self.origin(value[1], frame, event, depth + 1)
        if tag == "param":
            bound = frame.bound.get(value[2])
            if bound is not None:
                return self.origin(*bound, event, depth + 1)
        if tag in ("param", "ext"):
            return self._uploaded(value, frame) or UNKNOWN
        if tag == "name":
            known = frame.module.env.get(value[1])
            there = self.link.folder.module_frame(frame.module)
            return self.origin(known, there, event, depth + 1) if known not in (None, value) else UNKNOWN
        return self._of_call(value, frame, event, depth) if tag == "call" else UNKNOWN

    def _of_call(self, value: Value, frame: Frame, event: Event, depth: int) -> Origin:
        call = frame.module.code.calls[value[1]]
        name, entry = self.link.folder.entry_of(call, frame)
        if entry.get("gives_upload"):
            return Origin("upload")
        if "fetches" in entry:
            inner = Event(event.entry, 0, name, entry, call, value[1], frame, None)
            return self._fetched(inner)
        parts = list(call.args)
        target = _target(entry)
        given = self.link.folder.argument(call, entry, target, frame) if target else None
        if given is not None:
            parts = [given]
        elif call.func[0] == "attr":
            parts = [call.func[1], *parts]
        found = [self.origin(part, frame, event, depth + 1) for part in parts[:4]]
        return next((one for one in found if one.name in ("url", "hub", "upload")), found[0] if found else UNKNOWN)

    def _uploaded(self, value: Value, frame: Frame) -> Origin | None:
        folded = self.link.folder.fold(value, frame)
        name = folded[1] if folded[0] in ("ext", "inst") else None
        entry = self.link.knowledge.of(name) if isinstance(name, str) else None
        return Origin("upload") if entry is not None and entry.get("gives_upload") else None


def _target(entry: Entry) -> str | None:
    target = (entry.get("reads") or {}).get("target")
    return target if isinstance(target, str) else None
