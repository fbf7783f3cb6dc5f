"""Functions that nothing runs: what they hold does no harm until somebody calls them."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.program import Module
from groundrules.facts.python.task_files import imported_files
from groundrules.typed import defaultdict

_RUNS = frozenset({"script", "task", "notebook"})


class Idle:
    """Whether a function is dead: others of its file are run, while nothing runs this one, or so much as names it."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._kinds: dict[tuple[str, int], set[str]] | None = None  # of what runs each scope
        self._alive: set[str] = set()  # files of which some function is run
        self._imported: set[str] | None = None  # files that code of pipelines imports
        self._told: dict[tuple[str, str], bool] = {}  # names of functions that some file speaks of

    def of(self, path: str, scope: int) -> bool:
        """Whether the function at `scope` of a file is dead."""
        module = self.link.folder.program.module(path)
        if module is None or module.code.cells or not scope:
            return False
        while module.code.scopes[scope].parent > 0:
            scope = module.code.scopes[scope].parent
        one = module.code.scopes[scope]
        if one.kind != "function" or one.decorators or self._runs(path, scope):
            return False
        return path in self._alive and not self._named(module, one.name)

    def keeps(self, path: str, name: str | None) -> bool:
        """Whether a file keeps a text under a name of its own level that it never reads, and no file imports it."""
        module = self.link.folder.program.module(path)
        if module is None or module.code.cells or name is None or name in module.code.names:
            return False
        if self._imported is None:
            program = self.link.folder.program
            self._imported = {there for one in self.link.tasks for there in imported_files(program, one)}
        return path not in self._imported

    def _runs(self, path: str, scope: int) -> bool:
        if self._kinds is None:
            self._kinds = defaultdict(set)
            for number, scopes in self.link.walker.ran.items():
                kind = self.link.walker.entries[number].kind
                for key in scopes:
                    self._kinds[key].add(kind)
                    if kind in _RUNS and key[1]:
                        self._alive.add(key[0])
        return bool(_RUNS.intersection(self._kinds.get((path, scope), ())))

    def _named(self, module: Module, name: str) -> bool:
        key = (module.path, name)
        if key not in self._told:
            program = self.link.folder.program
            others = (one for path in program.loaded() if (one := program.module(path)) is not None)
            self._told[key] = any(name in one.code.names for one in others)
        return self._told[key]
