"""Which step of a pipeline runs an event: the part that a retry repeats."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.contexts import frames_of
from groundrules.facts.python.entries import is_task
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.typed import Any

Step = tuple[Any, ...]


class Steps:
    """Tells steps apart that one entry point runs."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._tasks: dict[tuple[str, int], bool] = {}  # by scope: whether a decorator or a base makes it a task
        self._callers: dict[tuple[str, int], bool] = {}  # by call: whether it makes a task of a function

    def of(self, event: Event) -> Step:
        """A sign that two events share when one retry repeats both."""
        for frame in frames_of(event.frame):
            caller = frame.caller
            if self._task(frame.module.path, frame.scope):
                return frame.module.path, "scope", frame.scope
            if caller is not None and self.is_task(frame):
                return caller.module.path, "call", frame.call
        return ("entry", event.entry.id)

    def is_task(self, frame: Frame) -> bool:
        """Whether a frame is where a task begins: what its parameters hold comes from outside the step."""
        if self._task(frame.module.path, frame.scope):
            return True
        caller = frame.caller
        return caller is not None and frame.call >= 0 and self._makes_task(caller.module.path, frame.call)

    def _task(self, path: str, scope: int) -> bool:
        known = self._tasks.get((path, scope))
        if known is None:
            module = self.link.folder.program.module(path)
            known = self._tasks[path, scope] = (
                module is not None and scope > 0 and is_task(self.link.walker, module, scope)
            )
        return known

    def _makes_task(self, path: str, number: int) -> bool:
        known = self._callers.get((path, number))
        if known is None:
            module = self.link.folder.program.module(path)
            known = False
            if module is not None:
                call = module.code.calls[number]
                frame = self.link.folder.module_frame(module)
                _, entry = self.link.folder.entry_of(call, frame)
                known = bool((entry.get("task") or {}).get("function"))
            self._callers[path, number] = known
        return known
