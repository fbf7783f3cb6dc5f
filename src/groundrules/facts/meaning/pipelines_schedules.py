"""Which code a schedule runs: the files that define workflows with a schedule, and what they import."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import Event
from groundrules.facts.python.program import Module
from groundrules.facts.python.task_files import imported_files

_NEVER = (("const", None), ("const", "@once"))


class Schedules:
    """Asked for a file, once all events are known."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.timed: set[str] = set()  # files that define a schedule, or a workflow that has one
        self._run: frozenset[str] | None = None
        self._projects: set[str] = set()  # the outermost folders of what is run, '' where it lies at the top

    def collect(self, event: Event) -> None:
        """Note what has a schedule."""
        if event.known.get("schedules") or ("workflow" in event.known and self._is_timed(event)):
            self.timed.add(event.module.path)

    def runs(self, path: str) -> bool:
        """Whether a schedule runs the code of a file: imports lead there, or its project has schedules."""
        if self._run is None:
            self._run = self._reached()
            self._projects = {top(one) for one in self._run}
        return path in self._run or top(path) in self._projects

    def _is_timed(self, event: Event) -> bool:
        """Whether a workflow has a schedule: one that is given, or the framework's own where none is."""
        told = event.known["workflow"]
        names = [told["schedule"]] if isinstance(told.get("schedule"), str) else told.get("schedule") or ()
        given = [value for name in names if (value := self.link.given(event, name)) is not None]
        if not given:
            return bool(told.get("parsed"))
        return any(
            self.link.folder.fold(value, event.frame) not in (("const", None), ("const", "@once")) for value in given
        )

    def _reached(self) -> frozenset[str]:
        program = self.link.folder.program
        modules = [module for path in sorted(self.link.tasks) if (module := program.module(path)) is not None]
        found = [*self.timed, *self.link.started, *(module.path for module in modules if sets_schedule(module))]
        seen = set(found)
        while found:
            for there in imported_files(program, found.pop()):
                if there not in seen:
                    seen.add(there)
                    found.append(there)
        return frozenset(seen)


def sets_schedule(module: Module) -> bool:
    """Whether a file gives some object a schedule, as `flow.schedule = daily` does."""
    return any(op[0] == "a" and op[2] == "schedule" for op in module.code.scopes[0].ops)


def top(path: str) -> str:
    """The outermost folder of a file."""
    return path.partition("/")[0] if "/" in path else ""
