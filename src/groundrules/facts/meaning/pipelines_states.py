"""Files that hold the state between runs, where a step puts its own result in their place: a retry starts from that."""

from __future__ import annotations

from groundrules.facts.meaning.addresses import without_archive
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_clearing import Clearing
from groundrules.facts.meaning.pipelines_paths import nests
from groundrules.facts.meaning.pipelines_targets import same
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words
from groundrules.typed import Any, NamedTuple

_DISTINCT = words("duplicates duplicated dedupe deduplicate distinct isin anti first last upsert")
_DEEPEST = 10
_HELPERS = 2  # functions between the step and the write


class State(NamedTuple):
    """A write that takes the place of what was read."""

    text: str
    reader: Event
    path: str
    where: Any
    scope: str


class States:
    """Answers for one event at a time."""

    def __init__(self, link: Link, clearing: Clearing) -> None:
        self.link = link
        self.clearing = clearing

    def grown(self, event: Event, text: str) -> State | None:
        """Where a function has read a table or file, added rows to it and handed it to a helper that writes it back."""
        frame = event.frame
        for _ in range(_HELPERS):
            caller = frame.caller
            if caller is None or frame.call < 0:
                return None
            for read, reader in reversed(self.clearing.read.get(event.entry.id, ())):
                earlier = reader.frame is caller and reader.position < event.position and same(read, text)
                if earlier and self._stacked(reader) and not self._distinct(caller):
                    call = caller.module.code.calls[frame.call]
                    scope = caller.module.code.scopes[caller.scope].qualname
                    return State(text, reader, caller.module.path, call.where, scope)
            frame = caller
        return None

    def _stacked(self, reader: Event) -> bool:
        """Whether rows are added to what an event has read."""
        module = reader.module
        for call in module.code.calls:
            if call.scope == reader.call.scope:
                stacks = self.link.folder.entry_of(call, reader.frame)[1].get("stacks") or {}
                rows = stacks.get("items") and not stacks.get("beside")
                if rows and any(holds(module, one, reader.number) for one in call.args):
                    return True
        return False

    def _distinct(self, frame: Frame) -> bool:
        """Whether a function leaves out what is there already."""
        for call in frame.module.code.calls:
            if call.scope == frame.scope:
                named = _DISTINCT.intersection(words_of(str(call.func[-1])))
                if named or any(keyword == "indicator" for keyword, _ in call.kwargs):
                    return True
        return False

    def replaced(self, event: Event, source: str, target: str) -> State | None:
        """Where a file takes the place of one that the same function has read: packed anew, or as what comes next."""
        reader = self.clearing.read_before(event, target)
        if reader is None or source == target:
            return None
        packed = "removes" in event.known and without_archive(source) == target
        compared = "removes" not in event.known and self.clearing.read_before(event, source) is not None
        if not packed and not (compared and (reader.known.get("reads") or {}).get("what") in ("data", "table")):
            return None
        scope = event.module.code.scopes[event.call.scope].qualname
        return State(target, reader, event.module.path, event.call.where, scope)


def holds(module: Module, value: Any, number: int, depth: int = 0) -> bool:
    """Whether a value is made from the result of a call."""
    if value == ("call", number):
        return True
    if depth > _DEEPEST or not isinstance(value, tuple) or not value:
        return False
    if value[0] == "call":
        func = module.code.calls[value[1]].func
        return func[0] == "attr" and holds(module, func[1], number, depth + 1)
    parts = [part for part in value[1:] if isinstance(part, tuple) and part]
    inner = [one for part in parts for one in (part if nests(part) else (part,))]
    return any(holds(module, one, number, depth + 1) for one in inner)
