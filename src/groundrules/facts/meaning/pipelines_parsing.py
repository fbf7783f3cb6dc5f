"""What a workflow system does again whenever it reads the file of a workflow, and not when a task runs."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.ownership import place_of
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.knowledge import EMPTY
from groundrules.typed import Any

_FAR = ("url", "bucket", "table")


class Parsing:
    """Rows of parse_call."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.workflows: set[str] = set()  # files from whose own level a workflow is made

    def collect(self, event: Event) -> None:
        """Note the files that make workflows while they are read."""
        told = event.known.get("workflow")
        if told is not None and told.get("parsed") and event.entry.kind == "script" and self._at_once(event):
            self.workflows.add(event.entry.module.path)

    def relate(self, event: Event) -> None:
        """One row for a call that asks a network, a database or a store while the file is read."""
        if event.entry.module.path not in self.workflows or event.entry.kind != "script":
            return
        what = self._what(event)
        path = event.entry.module.path
        if (
            what is None
            or event.module.code.cells
            or self.link.in_test(path)
            or not self._at_once(event)
            or self._started_by_hand(event)
        ):
            return
        outer = event.frame
        number = event.number
        while outer.caller is not None:
            number, outer = outer.call, outer.caller
        reached = outer.module.code.calls[number].where if number >= 0 else event.call.where
        place = outer.module.path if number >= 0 else event.module.path
        self.link.rows.add(
            "parse_call",
            self.link.span(event),
            event.name.lstrip("*."),
            what,
            path,
            self.link.rows.span(place, reached),
            self.link.scope_name(event.module, event.call.scope),
        )

    def _what(self, event: Event) -> str | None:
        known = event.known
        if "task" in known or "workflow" in known:
            return None
        if "waits" in known or "asks_service" in known:
            return "network"
        if "runs_sql" in known:
            plain = event.name.startswith("*.") and not self._speaks_sql(event)
            return None if plain else "database"
        if known.get("secret_store"):
            return "store"
        if "reads" in known and not known["reads"].get("handle"):
            if known["reads"].get("bucket"):
                return "network"
            value = self.link.given(event, known["reads"].get("target"))
            texts = self.link.texts(value, event.frame) if value is not None else []
            return "network" if any(place_of(text) in _FAR for text in texts) else None
        return None

    def _speaks_sql(self, event: Event) -> bool:
        told = (event.known.get("runs_sql") or {}).get("statement")
        value = self.link.given(event, told)
        texts = self.link.texts(value, event.frame) if value is not None else []
        return any(text.lstrip()[:6].lower() in ("select", "insert", "update", "delete", "with x") for text in texts)

    def _at_once(self, event: Event) -> bool:
        """Whether every call that leads to the event is made while the file is read, and none by a task later on."""
        frame: Frame = event.frame
        while frame.caller is not None:
            if not self._called(frame, frame.caller) or self._is_task(frame):
                return False
            frame = frame.caller
        return frame.scope == 0

    def _called(self, frame: Frame, caller: Frame) -> bool:
        """Whether the caller calls the function itself, or imports the module, and does not only hand it on."""
        if frame.scope == 0:
            return True
        if frame.call < 0:
            return False
        callee: Any = self.link.folder.callee(caller.module.code.calls[frame.call], caller)
        options = callee[1:] if callee[0] == "either" else (callee,)
        return any(one[0] in ("func", "class") for one in options)

    def _is_task(self, frame: Frame) -> bool:
        scope = frame.module.code.scopes[frame.scope]
        module_frame = self.link.folder.module_frame(frame.module)
        for decorator in scope.decorators:
            value = frame.module.code.calls[decorator[1]].func if decorator[0] == "call" else decorator
            folded = self.link.folder.fold(value, module_frame)
            entry = self.link.knowledge.of(folded[1]) if folded[0] == "ext" else None
            if entry is None or "task" in (entry or EMPTY):
                return True  # a decorator that nothing is known of may put it off as well
        return False

    def _started_by_hand(self, event: Event) -> bool:
        """Whether it only happens where the file is run as a script."""
        frame: Frame | None = event.frame
        context, module = event.call.context, event.module
        while frame is not None:
            if any(kind == "main" for kind, _ in contexts_of(module, context)):
                return True
            if frame.caller is None or frame.call < 0:
                return False
            module, context = frame.caller.module, frame.caller.module.code.calls[frame.call].context
            frame = frame.caller
        return False
