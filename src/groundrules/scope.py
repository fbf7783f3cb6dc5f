"""Whose findings are wanted: those of named files, and of a staged change also what it breaks elsewhere."""

from __future__ import annotations

from groundrules import paths, sources
from groundrules.errors import UserError
from groundrules.model import Snapshot
from groundrules.opening import Options, Question
from groundrules.typed import TYPE_CHECKING, Callable, Collection, Iterable, NamedTuple

if TYPE_CHECKING:
    from groundrules.since import Comparison
    from groundrules.sources.difference import Change

COPIES = ".ipynb_checkpoints/"  # an editor's copies of notebooks, which lie beside the notebooks themselves


class Scope(NamedTuple):
    """Files by the reason why their findings are wanted."""

    named: frozenset[str] | None  # None: all files
    elsewhere: frozenset[str] = frozenset()  # only what is new against the commit before is wanted of these
    notes: tuple[str, ...] = ()
    left_out: Callable[[str], bool] | None = None  # what the settings exclude; None: nothing
    changes: tuple[Change, ...] = ()  # what is staged

    @property
    def all(self) -> frozenset[str] | None:
        """Everything whose findings have to be asked for; None for all files."""
        return None if self.named is None else self.named | self.elsewhere

    def keeps(self, path: str) -> bool:
        """Whether the settings leave a path in."""
        return self.left_out is None or not self.left_out(path)


def scope(options: Options, question: Question, snapshot: Snapshot, against: Comparison | None = None) -> Scope:
    """The scope that the options ask for. Raises UserError for a path that is nowhere.

    `against` is what --since compares with; without it what is staged is compared with the commit before.
    """
    places = paths.within(question.root, options.paths)
    left_out = _left_out(question.settings.exclude, places, snapshot)
    if not options.staged:
        if not options.paths and left_out is None:
            return Scope(None)
        named, notes = _named(options.paths, places, snapshot) if places else (snapshot.files, ())
        return Scope(_kept(named, left_out), notes=notes, left_out=left_out)
    if against is not None and against.base.tree is None:
        return Scope(_kept(snapshot.files, left_out), left_out=left_out)
    changes = tuple(sources.staged_changes(question.root)) if against is None else against.changes
    then = sources.before(question.root, changes) if against is None else against.then
    changed, touched = _touched(question, snapshot, then, changes)
    named, notes = _named(options.paths, places, snapshot) if places else (changed.intersection(snapshot.files), ())
    elsewhere = _kept(touched.difference(named, changed), left_out)
    return Scope(_kept(named, left_out), elsewhere, notes, left_out, changes)


def _named(typed: Iterable[str], places: Iterable[str], snapshot: Snapshot) -> tuple[Iterable[str], tuple[str, ...]]:
    """The files of the snapshot that were named, and notes on those that it does not hold."""
    from os.path import lexists

    found: set[str] = set()
    notes = []
    for path, place in zip(typed, places, strict=True):
        covered = paths.covered(snapshot.files, place)
        if not covered and not lexists(path):
            raise UserError(f"There is no file or folder {path} in {snapshot.label}.")
        if not covered:
            notes.append(f"{path} was not checked, because {snapshot.label} does not hold it.")
        found |= covered
    return found, tuple(notes)


def _touched(
    question: Question, snapshot: Snapshot, then: Snapshot, changes: Collection[Change]
) -> tuple[frozenset[str], frozenset[str]]:
    """The paths that are staged, and all files whose findings can depend on them."""
    from groundrules.facts import affected

    changed = frozenset(path for change in changes for path in (change.old_path, change.path))
    return changed, affected(snapshot, changed, question.cache, question.catalogue, then, changes)


def _left_out(patterns: tuple[str, ...], places: tuple[str, ...], snapshot: Snapshot) -> Callable[[str], bool] | None:
    """Which files the settings exclude, or an editor has copied. To name a folder that is excluded is to ask for it all
    the same; a file's name is not enough, since hooks pass the names of all files."""
    if any(COPIES in path for path in snapshot.files):
        patterns = (*patterns, COPIES)
    if not patterns:
        return None
    from groundrules.basics.globs import matcher

    excluded = matcher(patterns)
    asked = tuple(f"{place}/" for place in places if place not in snapshot.files and excluded(f"{place}/"))
    return lambda path: excluded(path) and not path.startswith(asked)


def _kept(files: Iterable[str], left_out: Callable[[str], bool] | None) -> frozenset[str]:
    return frozenset(files) if left_out is None else frozenset(path for path in files if not left_out(path))
