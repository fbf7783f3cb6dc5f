"""Calls that wait for a network: how long at most."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import Event
from groundrules.facts.python.program import Module
from groundrules.typed import Any


class Network:
    """Rows of network calls."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.limited: set[int] = set()  # entry points that set a limit for every socket
        self.limited_files: set[str] = set()

    def collect(self, event: Event) -> None:
        """Note where a limit is set for all connections."""
        if "sets_timeout" in event.known:
            self.limited.add(event.entry.id)
            self.limited_files.add(event.module.path)

    def relate(self, event: Event) -> None:
        """One row for a call that waits."""
        told = event.known.get("waits")
        if told is None or (told.get("only_when_given") and self.link.given(event, told["only_when_given"]) is None):
            return
        link = self.link
        path = event.module.path
        parameter = told.get("timeout")
        link.rows.add(
            "network_call", link.span(event), event.name, self.timeout(event, told), parameter, path,
            int(link.in_test(path) or event.entry.kind == "test"), int(link.in_task(event)),
            link.scope_name(event.module, event.call.scope), event.entry.kind,
        )  # fmt: skip

    def timeout(self, event: Event, told: dict[str, Any]) -> str:
        """given | absent | null | unknown"""
        value = self.link.given(event, told.get("timeout"))
        if value is not None:
            folded = self.link.folder.fold(value, event.frame)
            return "null" if folded == ("const", None) else "given"
        if told.get("default") is not None or self._set_before(event):
            return "given"
        if event.entry.id in self.limited or event.module.path in self.limited_files:
            return "given"
        if self.link.folder.may_be_given(event.call, event.frame) or self._wrapped(event):
            return "unknown"
        return "absent"

    def _set_before(self, event: Event) -> bool:
        """Whether the object was made with a limit for all that it does."""
        receiver = event.receiver
        if receiver is None or receiver[0] != "inst" or not isinstance(receiver[1], str) or receiver[3] < 0:
            return False
        entry = self.link.knowledge.of(receiver[1]) or {}
        call = self.link.folder.program.call(receiver[2], receiver[3])
        name = entry.get("waits_set_by")
        value = self.link.folder.argument(call, entry, name, receiver[4]) if isinstance(name, str) else None
        return value is not None and self.link.folder.fold(value, receiver[4]) != ("const", None)

    def _wrapped(self, event: Event) -> bool:
        """Whether an adapter, a wrapper or an attribute of the session may set a limit."""
        if event.call.func[0] != "attr" or event.receiver is None or event.receiver[0] != "inst":
            return False
        home = self.link.folder.program.module(event.receiver[2])
        return home is not None and (limits(home) or limits(event.module))


def limits(module: Module) -> bool:
    """Whether a module mounts an adapter that knows a timeout, or replaces a session's method by one that does."""
    for call in module.code.calls:
        if call.func[0] == "attr" and call.func[2] == "mount":
            for arg in call.args[1:]:
                if arg[0] == "call" and names_limit(module, arg[1]):
                    return True
    for scope in module.code.scopes:
        for op in scope.ops:
            if op[0] == "a" and (op[2] == "timeout" or (op[3][0] == "call" and names_limit(module, op[3][1]))):
                return True
    return False


def names_limit(module: Module, number: int) -> bool:
    """Whether a call is given a timeout, or is called after one."""
    call = module.code.calls[number]
    name = str(call.func[-1]).lower()
    return "timeout" in name or any("timeout" in (keyword or "").lower() for keyword, _ in call.kwargs)
