"""What a repository that starts with findings needs: a baseline of known ones, and a ratchet against more of them."""

from __future__ import annotations

from groundrules.findings.gate import reached, risen
from groundrules.model import Report, Snapshot
from groundrules.opening import Question, contents
from groundrules.scope import Scope
from groundrules.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from groundrules.findings.baseline import Entry, Verdict

NAME = ".groundrules-baseline"


class Held(NamedTuple):
    """A report held against the baseline."""

    report: Report
    stale: tuple[Entry, ...] = ()  # of the files that were looked at
    exists: bool = False


def baseline_file(question: Question) -> str:
    """The path of the baseline inside the repository."""
    return question.settings.baseline or NAME


def held(report: Report, question: Question, snapshot: Snapshot, wanted: Scope) -> Held:
    """The report with what the baseline knows marked as known. Raises UserError for a baseline that is no baseline."""
    file = baseline_file(question)
    if file not in snapshot.files:
        if question.settings.baseline is None:
            return Held(report)
        note = f"The settings name the baseline {file}, and {snapshot.label} does not hold it."
        return Held(report._replace(notes=(*report.notes, note)))
    from groundrules.findings.baseline import read

    verdict = against(report, read(contents(snapshot, file) or b"", file), question, snapshot, wanted)
    notes = report.notes
    if verdict.stale and wanted.all is None:
        some = "entry of the baseline is" if len(verdict.stale) == 1 else "entries of the baseline are"
        notes += (f"{len(verdict.stale)} {some} found no more; `groundrules baseline prune` takes them out.",)
    return Held(report._replace(findings=verdict.findings, notes=notes), verdict.stale, True)


def against(
    report: Report, entries: tuple[Entry, ...], question: Question, snapshot: Snapshot, wanted: Scope
) -> Verdict:
    """The report's findings held against entries. Those of files or rules that nobody asked about are not stale."""
    from groundrules.findings.baseline import held

    asked = {rule.id for rule in question.rules}
    unread = {one.path for one in report.unreadable}

    def settled(entry: Entry) -> bool:
        looked_at = wanted.all is None or entry.path in wanted.all or entry.path not in snapshot.files
        return looked_at and entry.rule in asked and entry.path not in unread

    return held(report.findings, entries, lambda path: path in snapshot.files, settled)


def judged(found: Held, question: Question) -> tuple[Report, bool]:
    """Whether the report fails the run; with a sentence about every rule that the ratchet stops."""
    report, settings = found.report, question.settings
    failed = bool(reached(report.findings, settings.fail_on))
    if not settings.ratchet:
        return report, failed
    if report.since is None and not found.exists:
        note = "The ratchet has nothing to hold on to: name a base with --since, or write a baseline."
        return report._replace(notes=(*report.notes, note)), failed
    gone = [one.rule for one in (found.stale if report.since is None else report.since.fixed)]
    sentences = risen(report.findings, gone)
    return report._replace(notes=(*report.notes, *sentences)), failed or bool(sentences)
