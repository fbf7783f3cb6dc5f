"""Files that are written piece by piece at their place, where the next run leaves out what is there already."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_paths import bare, opens_for_writing, shown
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.sql.words import words

_SKIPPING = ("else", "checked")
_WRITES = words("write writelines writerow writerows")


class Pieces:
    """Rows of such files."""

    def __init__(self, link: Link) -> None:
        self.link = link

    def relate(self, event: Event) -> None:
        """One row for an event that begins such a file."""
        link = self.link
        if not link.in_task(event):
            return
        told = event.known.get("writes") or {}
        opens = opens_for_writing(link, event)
        value = link.given(event, (event.known["reads"] if opens else told).get("target"))
        if value is None or not (self._cut(event, value, opens) or self._done(event, value)):
            return
        if self._removed(event, value):
            return
        link.rows.add(
            "cut_write", link.span(event), event.title, shown(link.texts(value, event.frame)),
            link.scope_name(event.module, event.call.scope), event.entry.kind,
        )  # fmt: skip

    def _cut(self, event: Event, value: Value, opens: bool) -> bool:
        """Whether it is written piece by piece, and left out once it is there."""
        told = event.known.get("writes") or {}
        streams = bool(told.get("pieces")) and not told.get("of_handle")
        return (streams or (opens and self._in_pieces(event))) and self._skipped(event, value)

    def _done(self, event: Event, value: Value) -> bool:
        """Whether a framework takes the step for done as soon as something stands at the place that is written."""
        if value[0] != "attr" or "removes" in event.known:  # a rename puts the whole file there at once
            return False
        base = self.link.folder.fold(value[1], event.frame)
        return bool(self.link.folder.method_entry(base, value[2])[1].get("marks_done"))

    def _in_pieces(self, event: Event) -> bool:
        """Whether what the event opens is written in a loop, or copied from a stream."""
        outside = {context for context, _ in ancestors(event, event.call.context)}
        for call in event.module.code.calls:
            if call.scope != event.call.scope:
                continue
            if call.func[0] == "attr" and call.func[2] in _WRITES and bare(call.func[1]) == ("call", event.number):
                loops = {context for context, kind in ancestors(event, call.context) if kind in ("for", "while")}
                if loops - outside:
                    return True
            if any(bare(one) == ("call", event.number) for one in call.args):
                entry = self.link.folder.entry_of(call, event.frame)[1]
                if (entry.get("writes") or {}).get("pieces"):
                    return True
        return False

    def _skipped(self, event: Event, value: Value) -> bool:
        """Whether the event only runs where its file is not there yet, whatever the file holds."""
        for kind, test in contexts_of(event.module, event.call.context):
            negated = test[0] == "not"
            skips = negated if kind == "if" else kind in _SKIPPING and not negated
            if skips and self._same(event, value, test[1] if negated else test, event.frame):
                return True
        return False

    def _same(self, event: Event, value: Value, test: Value, frame: Frame) -> bool:
        if test[0] != "call":
            return False
        texts = set(self.link.texts(value, event.frame))
        for asked, asked_frame in self.link.existence_tests(test, frame):
            if asked == value or texts.intersection(self.link.texts(asked, asked_frame)):
                return True
        return False

    def _removed(self, event: Event, value: Value) -> bool:
        """Whether the function removes the file where something goes wrong."""
        for call in event.module.code.calls:
            if call.scope == event.call.scope:
                _, entry = self.link.folder.entry_of(call, event.frame)
                name = (entry.get("removes") or {}).get("target")
                if name and self.link.folder.argument(call, entry, name, event.frame) == value:
                    return True
        return False


def ancestors(event: Event, context: int) -> list[tuple[int, str]]:
    """The contexts around something, with their kinds."""
    found = []
    while context:
        one = event.module.code.contexts[context]
        found.append((context, one.kind))
        context = one.parent
    return found
