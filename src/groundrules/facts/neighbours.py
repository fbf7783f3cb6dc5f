"""The files around those that are asked about: some decide what their code means, others only name the same paths."""

from __future__ import annotations

from groundrules.facts import kinds
from groundrules.facts.meaning.data import Data
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines import Pipelines
from groundrules.facts.meaning.stages import StageUses
from groundrules.facts.meaning.writings import Writings
from groundrules.facts.ownership import Ownership
from groundrules.facts.python.entries import entry_points, task_files
from groundrules.facts.python.leading import Leading
from groundrules.facts.python.program import Program
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
        self, repository: Repository, digest: str, program: Program, owners: Ownership, scope: frozenset[str]
    ) -> None:
        self.repository = repository
        self.told: Told | None = None
        self.heard: list[Said] = []  # what neighbours said that were asked before
        self.apart: list[tuple[str, frozenset[str]]] = []  # neighbours to ask, with what they can reach
        repository.read(sorted(scope))
        named = {name for path in scope if (code := repository.code(path)) for name in code.mentions if owned(name)}
        survey = repository.survey
        importing = survey.importers(scope, MOST)
        naming = survey.mentioning(named) - scope
        found = list(dict.fromkeys((*importing, *sorted(naming))))[:MOST]
        # Keys and statements are looked at where all that runs is.
        inside = [name for name in named if kinds.kind(name) in ("config", "sql") and name in owners.names]
        near = {*importing, *survey.mentioning(inside)}
        others = [path for path in found if path not in near]
        if others:
            self.told = Told(repository, digest)
            near.update(self._near(others, program, scope))
        self.walked = [*sorted(scope), *(path for path in found if path in near)]
        repository.read(self.walked)
        self.leading = self._leading(program, scope, [path for path in importing if path not in scope | naming])

    def _leading(self, program: Program, scope: frozenset[str], importing: list[str]) -> dict[str, Leading]:
        """Of files that import the scope and say nothing of its paths only what leads there matters."""
        targets = {*scope, *self.repository.survey.importers(scope, _FARTHEST)} if importing else scope
        if len(targets) >= _FARTHEST:
            return {}
        modules = [module for path in importing if (module := program.module(path)) is not None]
        return {module.path: Leading(program, module, targets) for module in modules}

    def _near(self, others: list[str], program: Program, scope: frozenset[str]) -> set[str]:
        """Those of the files that can reach the scope after all."""
        assert self.told is not None
        near = set()
        unheard = []
        for path in others:
            known = self.told.of(path, scope)
            if known is not None:
                self.heard.append(known)
            else:
                unheard.append(path)
        self.repository.read(unheard)
        for path in unheard:
            reached = reach(program, path)
            if scope.isdisjoint(reached):
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
        data.relate_magic(magic)
    for event in walker.events:
        data.relate(event)
        pipelines.files.relate(event)
    return said(writings, rows)


def owned(name: str) -> bool:
    """Whether a base name is that of a file that some step writes or runs."""
    return kinds.kind(name) in ("data", "archive", "model", "config", "sql")
