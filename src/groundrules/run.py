"""The straight line: a snapshot becomes facts, rules ask them, the answers become a report."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from groundrules import opening
from groundrules.errors import UserError
from groundrules.model import Finding, Report, Snapshot
from groundrules.opening import Options, Question
from groundrules.timing import Profile

if TYPE_CHECKING:
    from groundrules.catalogue import Catalogue
    from groundrules.facts import Facts
    from groundrules.facts.lines import Lines

Progress = Callable[[int, int], None]


class Outcome(NamedTuple):
    """A report, and what is needed to show it and to act on it."""

    report: Report
    failed: bool  # whether a finding reaches the gate
    root: str
    lines: Lines
    question: Question
    snapshot: Snapshot


def check(options: Options, profile: Profile | None = None, progress: Progress | None = None) -> Outcome:
    """Look at what the options name, ask the rules, and say what they found."""
    from groundrules.findings import reached
    from groundrules.scope import scope

    began = perf_counter()
    profile = profile or Profile()
    root, snapshot = opening.opened(options)
    profile.lap("git")
    question = opening.question(options, root, snapshot)
    profile.lap("catalogue")
    wanted = scope(options, question, snapshot)
    profile.lap("scope")
    report, lines = answer(question, snapshot, wanted.all, profile, progress)
    if any(found.span.path in wanted.elsewhere for found in report.findings):
        report = report._replace(findings=_without_old(report.findings, wanted.elsewhere, question))
        profile.lap("the commit before")
    notes = (*opening.notes(root, snapshot), *question.settings.notes, *wanted.notes, *report.notes)
    report = report._replace(notes=notes, seconds=perf_counter() - began)
    failed = bool(reached(report.findings, *question.settings.fail_on))
    return Outcome(report, failed, root, lines, question, snapshot)


def answer(
    question: Question, snapshot: Snapshot, wanted: frozenset[str] | None, profile: Profile, progress: Progress | None
) -> tuple[Report, Lines]:
    """Gather the facts of a snapshot and ask the rules; None wants the findings of all files."""
    from groundrules.facts import gather
    from groundrules.facts.lines import Lines
    from groundrules.findings import find

    settings, catalogue = question.settings, question.catalogue
    tables = {table for rule in question.rules for table in catalogue.tables.get(rule.id, ())}
    facts = gather(
        snapshot, catalogue, scope=wanted, cache=question.cache, tables=tables, profile=profile, progress=progress
    )
    lines = Lines(snapshot)
    found, notes = find(
        connection=facts.connection,
        spans=facts.spans,
        rules=question.rules,
        lines=lines,
        suppress=settings.suppress,
        require_reasons=settings.require_reasons,
        levels=settings.levels,
        all_rules=catalogue.rules,
        whole=wanted is None,
        scope=wanted,
        want=lines.want,
        timed=lambda rule, seconds: profile.add(f"  {rule}", seconds),
    )
    profile.lap("rules")
    return Report(found, facts.unreadable, notes, snapshot.label, facts.files, len(question.rules), 0.0), lines


def _without_old(found: tuple[Finding, ...], elsewhere: frozenset[str], question: Question) -> tuple[Finding, ...]:
    """The findings but for those in files elsewhere that the commit before had already."""
    from groundrules import sources

    try:
        before = sources.revision(question.root, "HEAD")
    except UserError:  # there is no commit yet
        return found
    old, _ = answer(question, before, elsewhere, Profile(), None)
    known = {one.fingerprint for one in old.findings}
    return tuple(one for one in found if one.span.path not in elsewhere or one.fingerprint not in known)


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
