"""Fills the tables that speak of a change. Contents are read once, and only of files that a table needs."""

from __future__ import annotations

from groundrules.facts.changing.artefacts import STATUS, Projects, artefact
from groundrules.facts.changing.comparing import Comparing
from groundrules.facts.changing.given import TABLES, Change, Changed
from groundrules.facts.places import joined
from groundrules.facts.repository import Repository
from groundrules.facts.rows import Rows
from groundrules.model import Snapshot
from groundrules.typed import Callable, Collection, Iterable

_LARGEST = 5_000_000  # bytes of one file that is looked into
_MOST = 2_000  # files; a change of more is one of a machine
_FOLLOWED = frozenset(("data-pointer", "model-pointer", "lock", "model"))


def relate_change(repository: Repository, changed: Changed, rows: Rows, tables: Collection[str] | None) -> None:
    """Fill the wanted tables."""
    wanted = TABLES if tables is None else TABLES.intersection(tables)
    if wanted:
        _Relation(repository, changed, rows, wanted).fill()


class _Relation:
    def __init__(self, repository: Repository, changed: Changed, rows: Rows, wanted: Collection[str]) -> None:
        self.repository, self.changed, self.rows, self.wanted = repository, changed, rows, wanted
        self.changes = list(changed.changes)[:_MOST]
        self.measured = {
            joined(path.rpartition("/")[0], row.target)
            for path, row in repository.survey.rows(("StagePath",))
            if row.role == "metric"
        }
        self.projects = Projects(repository.snapshot.files)
        self.lfs = {path for path, row in repository.survey.rows(("Pointer",)) if row.system in ("lfs", "annex")}
        self.kinds = {change.path: artefact(change.path, self.measured, self.lfs) for change in self.changes}

    def fill(self) -> None:
        """All tables, from what is cheap to what needs a look at other files."""
        for change in self.changes:
            self._file(change)
        if not _FOLLOWED.isdisjoint(self.kinds.values()):
            self._companions()
        comparing = Comparing(self.repository, self.changed, self.rows, self.wanted, self.kinds, self.projects)
        plans = [(change, found) for change in self.changes if (found := comparing.of(change))]
        contents = self._contents([change for change, _ in plans])
        for change, compares in plans:
            for compare in compares:
                compare(change, *contents(change))
        comparing.finish()

    def _file(self, change: Change) -> None:
        """One row a file; of a renamed one whose contents stayed the same too."""
        path = change.path
        here = path in self.repository.snapshot.files
        status = "deleted" if not here else STATUS.get(change.status, "modified")
        span = self.rows.span(path, (None, 1, 1, 1, 1))
        self.rows.add("change", span, path, change.old_path, status, self.kinds[path], self.projects.of(path))

    def _companions(self) -> None:
        """Every file of measures, lock and pointer to a model that is tracked."""
        for path, file in self.repository.snapshot.files.items():
            found = artefact(path, self.measured, self.lfs) if file.tracked else ""
            if found in ("metrics", "lock", "model-pointer"):
                span = self.rows.span(path, (None, 1, 1, 1, 1))
                self.rows.add("companion", span, path, found, self.projects.of(path), int(path in self.kinds))

    def _contents(self, changes: Collection[Change]) -> Callable[[Change], tuple[bytes | None, bytes | None]]:
        old = _read(self.changed.then, {change.old_path for change in changes if change.status != "A"})
        new = _read(self.repository.snapshot, {change.path for change in changes})
        return lambda change: (old.get(change.old_path) if change.status != "A" else None, new.get(change.path))


def _read(snapshot: Snapshot, paths: Iterable[str]) -> dict[str, bytes]:
    """What can be read of the paths."""
    there = sorted(path for path in paths if path in snapshot.files and snapshot.files[path].kind != "submodule")
    small = [path for path in there if (snapshot.files[path].size or 0) <= _LARGEST]
    return {path: data for path, data in snapshot.read(small) if isinstance(data, bytes)}
