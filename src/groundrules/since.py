"""What is new since another tree: the same rules are asked of both, and the findings are subtracted.

Only those files of the base are asked about whose answer can matter: the ones that have findings now, and the ones
that the change can have mended.
"""

from __future__ import annotations

from groundrules import paths, sources
from groundrules.model import Report, Since, Snapshot, Unreadable
from groundrules.opening import Options, Question
from groundrules.typed import TYPE_CHECKING, Callable, Iterable, NamedTuple, Sequence

if TYPE_CHECKING:
    from groundrules.facts.lines import Lines
    from groundrules.scope import Scope
    from groundrules.sources.base import Base
    from groundrules.sources.difference import Change

# Asks the question about files of a snapshot (None: all) whose paths are renamed in fingerprints.
Ask = Callable[[Snapshot, "frozenset[str] | None", "dict[str, str]"], "tuple[Report, Lines]"]


class Comparison(NamedTuple):
    """Two trees, and what differs."""

    base: Base
    then: Snapshot
    changes: tuple[Change, ...]

    @property
    def renamed(self) -> dict[str, str]:
        """Old path → new path."""
        return {change.old_path: change.path for change in self.changes if change.old_path != change.path}

    @property
    def changed(self) -> frozenset[str]:
        """Every path that differs, by the name it has now and by the one it had."""
        return frozenset(path for change in self.changes for path in (change.old_path, change.path))


def comparison(options: Options, root: str, snapshot: Snapshot) -> Comparison | None:
    """What the options want compared; None for nothing. Raises UserError if the base cannot be had."""
    if options.since is None:
        return None
    base = sources.find_base(root, options.since, options.rev)
    return compared_with(base, root, options, snapshot)


def compared_with(base: Base, root: str, options: Options, snapshot: Snapshot) -> Comparison:
    """The trees to compare. What git does not track yet counts as added."""
    if base.tree is None:
        return Comparison(base, sources.memory({}), ())
    then = sources.revision(root, base.tree)
    target = options.rev or (sources.INDEX if options.staged else sources.WORK_TREE)
    changes = tuple(sources.changes(root, base.tree, target))
    if not options.staged and options.rev is None:
        changes += tuple(_untracked(snapshot, then, {change.path for change in changes}))
    return Comparison(base, then, changes)


def _untracked(snapshot: Snapshot, then: Snapshot, listed: set[str]) -> Iterable[Change]:
    from groundrules.sources.difference import Change

    for path, file in snapshot.files.items():
        if not file.tracked and path not in listed and path not in then.files:
            yield Change("A", path, path, None, file.blob or None)


def staged_on(base: Base, root: str, changes: tuple[Change, ...]) -> Comparison:
    """What is staged, held against the one commit that it grows from."""
    return Comparison(base, sources.known(root, base.tree) if base.tree else sources.memory({}), changes)


def marked(report: Report, lines: Lines, found: Comparison, ask: Ask, scope: frozenset[str]) -> tuple[Report, Lines]:
    """The report with the status of every finding, and what is gone; and the lines of the base.

    `scope` are the files of the base to ask about.
    """
    from groundrules.findings.subtract import subtracted

    if found.base.tree is None or not scope:
        since = Since(found.base.name, found.base.tree)
        return report._replace(since=since, notes=(*report.notes, *found.base.notes)), lines
    old, old_lines = ask(found.then, scope, found.renamed)
    findings, gone = subtracted(report.findings, old.findings, found.renamed)
    since = Since(found.base.name, found.base.tree, gone)
    notes = (*report.notes, *found.base.notes, *_unread(old.unreadable, report.unreadable, found))
    return report._replace(findings=findings, since=since, notes=notes), old_lines


def old_scope(
    found: Comparison, report: Report, question: Question, options: Options, snapshot: Snapshot, wanted: Scope
) -> frozenset[str]:
    """The files of the base that can tell what is known and what is gone."""
    from groundrules.facts import affected

    names = {new: old for old, new in found.renamed.items()}
    scope = {names.get(finding.span.path, finding.span.path) for finding in report.findings}
    mended: set[str] = set()
    if found.changes:
        mended = set(found.changed) | affected(found.then, found.changed, question.cache, question.catalogue)
    places = paths.within(question.root, options.paths)
    for path in mended.intersection(found.then.files):
        name = found.renamed.get(path, path)
        # What is still there but was not asked about must not look as if it were gone.
        asked = wanted.all is None or name in wanted.all or name not in snapshot.files
        if asked and wanted.keeps(name) and (not places or any(paths.covered((path,), place) for place in places)):
            scope.add(path)
    return frozenset(scope.intersection(found.then.files))


def _unread(then: Sequence[Unreadable], now: Sequence[Unreadable], found: Comparison) -> list[str]:
    """Files of the base that could not be read while today's can: what is found there may be old."""
    known = {one.path for one in now}
    lost = sorted({one.path for one in then if found.renamed.get(one.path, one.path) not in known})
    if not lost:
        return []
    listed = ", ".join(lost[:3]) + (f" and {len(lost) - 3} more" if len(lost) > 3 else "")
    return [f"In the base these could not be read, so what is found there may have been there before: {listed}."]
