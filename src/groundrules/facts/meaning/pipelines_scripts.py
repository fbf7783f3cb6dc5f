"""Scripts beside the tasks of a pipeline: what takes options and runs as a program is started by hand, or by a schedule
that no file of the repository holds."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import Event
from groundrules.facts.python.task_files import RunDates


class Scripts:
    """Asked where something only matters that is run again and again."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.options = RunDates(link.folder.program).names  # by which options are declared
        self._folders: frozenset[str] | None = None

    def runs(self, event: Event) -> bool:
        """Whether a script with options leads to an event, in a repository that has tasks."""
        code = event.entry.module.code
        return (
            event.entry.kind == "script"
            and code.main_guard
            and bool(self.link.tasks)
            and not self.options.isdisjoint(code.names)
            and not self.link.in_test(event.module.path)
        )

    def lies_beside(self, event: Event) -> bool:
        """Whether such a script lies in a folder with code of tasks, which then most likely starts it."""
        if self._folders is None:
            self._folders = frozenset(path.rpartition("/")[0] for path in self.link.tasks - self.link.tests)
        folder, _, _ = event.entry.module.path.rpartition("/")
        return bool(folder) and folder in self._folders and self.runs(event)
