"""The files around those that are asked about: some decide what their code means, others only name the same paths."""

from __future__ import annotations

from groundrules.facts import kinds
from groundrules.facts.meaning import downloads
from groundrules.facts.meaning.data import Data
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines import Pipelines
from groundrules.facts.meaning.stages import StageUses
from groundrules.facts.meaning.writings import Writings
from groundrules.facts.ownership import Ownership
from groundrules.facts.python.entries import entry_points, module_kind
from groundrules.facts.python.leading import Leading
from groundrules.facts.python.program import Program
from groundrules.facts.python.task_files import task_files
from groundrules.facts.python.walk import Walker
from groundrules.facts.repository import Repository
from groundrules.facts.stages import Stages
from groundrules.facts.told import Loaders, Said, Told, reach, recall, said

MOST = 40
_FARTHEST = 400  # files that import those of a scope, at any remove; of more it is not asked what leads there


class Neighbours:
    """Code files that decide what the files of a scope mean: what reads a file in one may be written in another, and
    what a function does may depend on its callers."""

    def __init__(
        self, repository: Repository, digest: str, walker: Walker, owners: Ownership, scope: frozenset[str]
    ) -> None:
        program = walker.program
        self.repository = repository
        self.told: Told | None = None
        self.heard: list[Said] = []  # what neighbours said that were asked before
        self.apart: list[tuple[str, frozenset[str] | None]] = []  # neighbours to ask, with what they can reach
        repository.read(sorted(scope))
        named = {name for path in scope if (code := repository.code(path)) for name in code.mentions if owned(name)}
        survey = repository.survey
        importing = survey.importers(scope, MOST)
        naming = survey.mentioning(named) - scope
        found = list(dict.fromkeys((*importing, *sorted(naming))))[:MOST]
        # Keys and statements are looked at where all that runs is.
        inside = survey.mentioning(
            [name for name in named if kinds.kind(name) in ("config", "sql") and name in owners.names]
        )
        repository.read(importing)
        self.leading = self._leading(program, scope, [path for path in importing if path not in inside])
        # Of a file that runs something of the scope and names its paths it matters when it does what.
        whole = {path for path in naming & self.leading.keys() if self._runs(walker, path)}
        for path in whole:
            del self.leading[path]
        others = [path for path in found if path in naming and path not in inside | whole]
        walked = whole | inside | self.leading.keys()
        if others:
            self.told = Told(repository, digest)
            walked |= self._ask(others, program, scope)
        self.walked = [*sorted(scope), *(path for path in found if path in walked)]
        repository.read(self.walked)

    def _leading(self, program: Program, scope: frozenset[str], importing: list[str]) -> dict[str, Leading]:
        """Of files that import the scope, what leads there; nothing where so many do that it cannot be known."""
        targets = {*scope, *self.repository.survey.importers(scope, _FARTHEST)} if importing else scope
        if len(targets) >= _FARTHEST:
            return {}
        modules = [module for path in importing if (module := program.module(path)) is not None]
        return {module.path: Leading(program, module, targets) for module in modules}

    def _runs(self, walker: Walker, path: str) -> bool:
        """Whether anything is walked of a file of which only what leads to the scope matters."""
        module, leading = walker.program.module(path), self.leading[path]
        if module is None or leading.found:
            return True
        level = 0 in leading and module_kind(module, self.repository.survey.tests) is not None
        return level and walker.interesting(module, 0)

    def _ask(self, paths: list[str], program: Program, scope: frozenset[str]) -> set[str]:
        """Look up what files have said, or note that they are to be asked. Gives those to be walked with the scope."""
        assert self.told is not None
        near = set()
        unheard = []
        for path in paths:
            known = self.told.of(path)
            if known is None:
                unheard.append(path)
            elif scope.isdisjoint(known[1]) or path in self.leading:
                self.heard.append(known[0])
            else:
                near.add(path)
        self.repository.read(unheard)
        for path in unheard:
            reached = None if self.told.is_far(path) else reach(program, path)
            if reached is None or scope.isdisjoint(reached) or path in self.leading:
                self.apart.append((path, reached))
            else:
                near.add(path)
        return near

    def relate(self, link: Link, writings: Writings, stages: Stages) -> None:
        """Add what the neighbours say that are walked by themselves."""
        if self.told is None:
            return
        loaders = Loaders(link.walker.program) if self.apart else None
        for path, reached in self.apart:
            one = asked(path, link, self.repository, stages)
            if reached is None:
                self.told.keep_far(path)
            else:
                self.told.keep(path, reached, one, loaders is None or loaders.among(reached))
            self.heard.append(one)
        self.told.save()
        for one in self.heard:
            recall(one, writings, link.rows)


def asked(path: str, link: Link, repository: Repository, stages: Stages) -> Said:
    """What one file says, walked as if there were none beside those that it imports."""
    walker = Walker(link.folder)
    for module, number, kind in entry_points(walker, [path], link.tests):
        walker.walk(module, number, kind)
    rows = link.rows.beside()
    tasks = task_files(walker.program, [path], link.tests)
    alone = Link(walker, link.owners, rows, link.tests, tasks)
    pipelines, writings = Pipelines(alone, repository), Writings(alone)
    data = Data(alone, writings, pipelines.clearing, StageUses(alone, stages, frozenset((path,))))
    for magic in walker.magics:
        writings.collect_magic(magic)
    for event in walker.events:
        writings.collect(event)
        pipelines.collect(event)
    modules = [one.module for one in walker.entries] + [one.module for one in walker.events]
    for module in {module.path: module for module in modules}.values():
        writings.collect_unknown(module)
    for magic in walker.magics:
        downloads.relate_magic(alone, writings, magic)
    for event in walker.events:
        data.relate(event)
        pipelines.files.relate(event)
    return said(writings, rows)


def owned(name: str) -> bool:
    """Whether a base name is that of a file that some step writes or runs."""
    return kinds.kind(name) in ("data", "archive", "model", "config", "sql")
