"""Failures of a step that a handler swallows."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.program import Module
from groundrules.facts.python.walk import Event
from groundrules.facts.sql.words import words
from groundrules.typed import Any, Iterator

_BROAD = frozenset({"", "Exception", "BaseException"})
_LOGS = words(
    """print str repr format type join log debug info warning warn error exception critical exc traceback strip get
    getlogger"""
)
_SESSION = words("set rollback use show begin pragma reset discard explain rollback;")
_SIDES = ("writes", "waits", "runs_sql")


class Handlers:
    """Rows of handlers around steps that load or write."""

    def __init__(self, link: Link) -> None:
        self.link = link

    def relate(self, event: Event) -> None:
        """One row for an event whose failure a broad handler takes without a trace for the caller."""
        if not any(role in event.known for role in _SIDES) or not self.link.in_task(event):
            return
        if event.name.startswith("*.") and "runs_sql" in event.known and not event.call.args:
            return  # some other method of that name
        if self._moves_nothing(event):
            return
        module = event.module
        number = tried(module, event.call.context)
        if number is None or self.link.in_test(module.path):
            return
        handlers = module.code.contexts[number].value[1]
        for context, (names, action) in zip(handlers_of(module, number), (one[:2] for one in handlers), strict=False):
            value = module.code.contexts[context].value
            if names in _BROAD and len(value) > 2:
                quiet = action in ("pass", "log") and not self._tells(module, context)
                cell, line, column, _, _ = value[2]
                place = self.link.rows.span(module.path, (cell, line, column, line, column + 6))
                self.link.rows.add(
                    "handler", place, names or "everything", action, int(quiet), event.name.lstrip("*."),
                    self.link.span(event), 1, self.link.scope_name(module, event.call.scope),
                )  # fmt: skip
                return

    def _moves_nothing(self, event: Event) -> bool:
        """Whether the event only sets up a session, or asks the machine that it runs on about itself."""
        told = event.known.get("runs_sql")
        if told:
            texts = self._texts(event, told.get("statement"))
            return bool(texts) and all(text.split()[:1] and text.split()[0].lower() in _SESSION for text in texts)
        return any(_own(text) for text in self._texts(event, "url")) if "waits" in event.known else False

    def _texts(self, event: Event, name: Any) -> list[str]:
        names = [name] if isinstance(name, str) else name or []
        values = [self.link.given(event, one) for one in names]
        return [text for value in values if value is not None for text in self.link.texts(value, event.frame)]

    def _tells(self, module: Module, context: int) -> bool:
        """Whether a handler passes the failure on in some way: collects it, sends it, waits and tries again."""
        inside = {context}
        for number, one in enumerate(module.code.contexts):
            if number and one.parent in inside:
                inside.add(number)
        frame = self.link.folder.module_frame(module)
        for call in module.code.calls:
            if call.context in inside:
                _, entry = self.link.folder.entry_of(call, frame)
                logs = entry.get("logs") or entry.get("displays") or _LOGS.intersection(words_of(str(call.func[-1])))
                if not logs:
                    return True
        return any(
            op[0] in ("=", "s", "a", "+", "r") and op[-1] in inside and op[0] != "r"
            for scope in module.code.scopes for op in scope.ops
        )  # fmt: skip


def _own(address: str) -> bool:
    """Whether an address is one of the machine itself: what its cloud says of it, or a service beside it."""
    host = address.partition("://")[2].partition("/")[0].partition(":")[0]
    return host in ("169.254.169.254", "169.254.170.2", "metadata.google.internal", "localhost", "127.0.0.1")


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
