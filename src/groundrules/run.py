"""The straight line: a snapshot becomes facts, rules ask them, the answers become a report."""

from __future__ import annotations

from time import perf_counter

from groundrules import opening
from groundrules.model import Report, Snapshot
from groundrules.opening import Options, Question
from groundrules.timing import Profile
from groundrules.typed import TYPE_CHECKING, Callable, Collection, Iterable, Mapping, NamedTuple

if TYPE_CHECKING:
    from groundrules.catalogue import Catalogue
    from groundrules.facts import Facts
    from groundrules.facts.changing.given import Changed
    from groundrules.facts.lines import Lines
    from groundrules.findings.baseline import Entry, Verdict
    from groundrules.scope import Scope
    from groundrules.since import Ask, Comparison

Progress = Callable[[int, int], None]


class Outcome(NamedTuple):
    """A report, and what is needed to show it and to act on it."""

    report: Report
    failed: bool  # whether a finding reaches the gate
    root: str
    lines: Lines
    question: Question
    snapshot: Snapshot
    asked: Report  # before the baseline and the ratchet were held against it
    wanted: Scope


def check(options: Options, profile: Profile | None = None, progress: Progress | None = None) -> Outcome:
    """Look at what the options name, ask the rules, and say what they found."""
    from groundrules import adoption, marks
    from groundrules.scope import scope

    began = perf_counter()
    profile = profile or Profile()
    root, snapshot = opening.opened(options)
    profile.lap("git")
    question = opening.question(options, root, snapshot)
    profile.lap("catalogue")
    against = _against(options, root, snapshot)
    wanted = scope(options, question, snapshot, against)
    profile.lap("scope")
    marked = marks.marked(snapshot, wanted.named)
    changed = _changed(options, question, wanted, against)
    report, lines = answer(question, snapshot, wanted.all, profile, progress, marked=marked, changed=changed)
    if against is not None:
        report = _marked(report, lines, against, wanted, options, question, snapshot)
        profile.lap("the base")
    elif report.findings and wanted.changes:
        report = _without_old(report, lines, wanted, options, question, snapshot)
        profile.lap("the commit before")
    notes = (*opening.notes(root, snapshot), *question.settings.notes, *wanted.notes, *report.notes)
    report = report._replace(notes=notes, seconds=perf_counter() - began)
    asked = report
    report, failed = adoption.judged(adoption.held(report, question, snapshot, wanted), question)
    return Outcome(report, failed, root, lines, question, snapshot, asked, wanted)


class Looked(NamedTuple):
    """A repository with all its findings, whatever its baseline says."""

    report: Report
    question: Question
    snapshot: Snapshot
    lines: Lines

    def against(self, entries: tuple[Entry, ...]) -> Verdict:
        """The findings held against the entries of a baseline."""
        from groundrules.adoption import against
        from groundrules.scope import scope

        return against(
            self.report, entries, self.question, self.snapshot, scope(Options(), self.question, self.snapshot)
        )


def look(options: Options) -> Looked:
    """Ask all rules of all files of the snapshot that the options name."""
    from groundrules.scope import scope

    root, snapshot = opening.opened(options)
    question = opening.question(options, root, snapshot)
    report, lines = answer(question, snapshot, scope(Options(), question, snapshot).all, Profile(), None)
    return Looked(report, question, snapshot, lines)


def answer(
    question: Question,
    snapshot: Snapshot,
    wanted: frozenset[str] | None,
    profile: Profile,
    progress: Progress | None,
    renamed: Mapping[str, str] | None = None,
    marked: Iterable[tuple[str, int | None]] = (),
    changed: Changed | None = None,
) -> tuple[Report, Lines]:
    """Gather the facts of a snapshot and ask the rules; None wants the findings of all files.

    `renamed` gives paths other names in fingerprints, so that they can be compared with those of another tree; `marked`
    are files and cells with suppressions, wherever findings are. Rules about a change are asked where there is one.
    """
    from groundrules.facts import gather
    from groundrules.facts.lines import Lines
    from groundrules.findings import find

    settings, catalogue = question.settings, question.catalogue
    passing = comparing(catalogue)
    rules = tuple(rule for rule in question.rules if changed is not None or rule.id not in passing)
    tables = {table for rule in rules for table in catalogue.tables.get(rule.id, ())}
    idle: set[str] = set()

    def making(filled: Collection[str]) -> Mapping[str, str] | None:
        idle.update(catalogue.idle(rules, filled))
        return catalogue.statements(rule for rule in rules if rule.id not in idle)

    facts = gather(
        snapshot, catalogue, wanted, question.cache, tables, profile, progress, changed=changed, making=making
    )
    lines = Lines(snapshot)
    found, notes = find(
        connection=facts.connection,
        spans=facts.spans,
        rules=rules,
        lines=lines,
        suppress=settings.suppress,
        require_reasons=settings.require_reasons,
        levels=settings.levels,
        all_rules=catalogue.rules,
        whole=wanted is None,
        scope=wanted,
        want=lines.want,
        timed=lambda rule, seconds: profile.add(f"  {rule}", seconds),
        renamed=renamed,
        marked=marked,
        tags=lines.tags,
        passing=passing,
        idle=idle,
        prepared=catalogue.tables,
    )
    profile.lap("rules")
    return Report(found, facts.unreadable, notes, snapshot.label, facts.files, len(rules), 0.0), lines


def _against(options: Options, root: str, snapshot: Snapshot) -> Comparison | None:
    """What --since names; None without it."""
    if options.since is None:
        return None
    from groundrules.since import comparison

    return comparison(options, root, snapshot)


def comparing(catalogue: Catalogue) -> frozenset[str]:
    """The rules that ask about a change. What they find is new by nature, and gone with the next commit."""
    from groundrules.facts.changing.given import TABLES

    return frozenset(rule for rule, tables in catalogue.tables.items() if not TABLES.isdisjoint(tables))


def _changed(options: Options, question: Question, wanted: Scope, against: Comparison | None) -> Changed | None:
    """The change that rules can ask about: against the base, or of what is staged against the commit before."""
    from groundrules import sources
    from groundrules.facts.changing.given import Changed

    if against is not None:
        base = against.base.tree
        if base is None:
            return None
        target = options.rev or "HEAD"
        return Changed(against.then, against.changes, lambda: sources.messages(question.root, base, target))
    # While a merge is under way, what is staged is the other side's work as well.
    if not wanted.changes or sources.is_merging(question.root):
        return None
    if not any(change.old_blob for change in wanted.changes):
        return None
    return Changed(sources.before(question.root, wanted.changes), wanted.changes, lambda: ())


def _marked(
    report: Report,
    lines: Lines,
    against: Comparison,
    wanted: Scope,
    options: Options,
    question: Question,
    snapshot: Snapshot,
) -> Report:
    """The report with what is new told from what is known, what is gone, and what broke lines nobody touched."""
    from groundrules import causes, remembered, since

    ask = _asker(question)
    old = since.old_scope(against, report, question, options, snapshot, wanted)
    ask_base = remembered.asker(question, options, against.base.tree, ask)
    report, old_lines = since.marked(report, lines, against, ask_base, old)
    return causes.named(report, lines, old_lines, against, snapshot, ask, comparing(question.catalogue))


def _without_old(
    report: Report, lines: Lines, wanted: Scope, options: Options, question: Question, snapshot: Snapshot
) -> Report:
    """The report without what the commit before had already in files elsewhere, and with what broke lines that nobody
    touched, there and in the files that are staged."""
    from groundrules import causes, remembered, since, sources

    others = [one for one in report.findings if one.span.path in wanted.elsewhere]
    if not others and len(wanted.changes) < 2:
        return report  # what one file does to itself is seen by whoever changes it
    base = sources.find_base(question.root, "HEAD")
    if base.tree is None:
        return report
    if sources.is_merging(question.root):
        against = touched = since.compared_with(base, question.root, options, snapshot)
    else:
        against = since.staged_on(base, question.root, wanted.changes)
        touched = against._replace(then=sources.before(question.root, wanted.changes))
    passing = comparing(question.catalogue)
    own = [one for one in report.findings if one.span.path not in wanted.elsewhere and one.rule not in passing]
    apart = report._replace(findings=(*others, *causes.untouched(own, lines, touched)))
    if not apart.findings:
        return report
    scope = frozenset(one.span.path for one in apart.findings)
    rules = frozenset(one.rule for one in apart.findings)
    ask = _asker(question._replace(rules=tuple(rule for rule in question.rules if rule.id in rules)))
    ask_base = remembered.by_file(question, base.tree, rules, ask)
    apart, old_lines = since.marked(apart, lines, against, ask_base, scope)
    apart = apart._replace(findings=tuple(one for one in apart.findings if one.status == "new"))
    apart = causes.named(apart, lines, old_lines, against, snapshot, ask, passing)
    known = {one.fingerprint: one for one in apart.findings}
    kept = (known.get(one.fingerprint, None if one.span.path in wanted.elsewhere else one) for one in report.findings)
    return report._replace(findings=tuple(one for one in kept if one is not None))


def _asker(question: Question) -> Ask:
    """Asks the same question of other trees, which may lack some of the files."""

    def ask(snapshot: Snapshot, scope: frozenset[str] | None, renamed: dict[str, str]) -> tuple[Report, Lines]:
        there = None if scope is None else scope.intersection(snapshot.files)
        return answer(question, snapshot, there, Profile(), None, renamed)

    return ask


def facts_of(options: Options) -> Facts:
    """All facts of the snapshot that the options name."""
    from groundrules.facts import gather

    root, snapshot = opening.opened(options)
    question = opening.question(options, root, snapshot)
    return gather(snapshot, question.catalogue, cache=question.cache)


def known(options: Options) -> Catalogue:
    """The rules that can be asked here, with a team's own."""
    root, snapshot = opening.opened(options)
    return opening.question(options, root, snapshot).catalogue
