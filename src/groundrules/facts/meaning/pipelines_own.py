"""Which functions and classes are tasks themselves, so that a retry runs them again as a whole."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import Event
from groundrules.facts.python.knowledge import EMPTY
from groundrules.facts.python.program import Module
from groundrules.typed import Iterator


class OwnTasks:
    """Asked for a scope, once all events are known."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._run: set[tuple[str, int]] = set()  # functions that an operator is given
        self._starts: dict[tuple[str, int], int] | None = None

    def collect(self, event: Event) -> None:
        """Note the function that an operator runs."""
        named = (event.known.get("task") or EMPTY).get("function")
        value = self.link.given(event, named) if named else None
        folded = self.link.folder.fold(value, event.frame) if value is not None else None
        if folded is not None and folded[0] == "func":
            self._run.add((folded[1], folded[2]))

    def kind(self, module: Module, scope: int) -> int:
        """1 where a function, or the class around it, is a task; 2 where it is a flow that calls tasks; else 0."""
        if self._starts is None:
            self._starts = dict.fromkeys(self._run, 1)
            for one in self.link.walker.entries:
                if one.kind == "task":
                    kind = 2 if self._is_flow(one.module, one.scope) else 1
                    for at in outer(one.module, one.scope):
                        self._starts.setdefault((one.module.path, at), kind)
        found = (self._starts.get((module.path, at)) for at in outer(module, scope))
        return next((kind for kind in found if kind is not None), 0)

    def _is_flow(self, module: Module, scope: int) -> bool:
        return any(is_decorated(self.link, module, at, "flow") for at in outer(module, scope))


def outer(module: Module, scope: int) -> Iterator[int]:
    """A scope and those around it, without the file itself."""
    while scope > 0:
        yield scope
        scope = module.code.scopes[scope].parent


def is_decorated(link: Link, module: Module, scope: int, role: str) -> bool:
    """Whether a function is decorated with something that knowledge knows to be of a kind."""
    for decorator in module.code.scopes[scope].decorators:
        value = module.code.calls[decorator[1]].func if decorator[0] == "call" else decorator
        folded = link.folder.fold(value, link.folder.module_frame(module))
        if folded[0] == "ext" and role in (link.knowledge.of(folded[1]) or EMPTY):
            return True
    return False
