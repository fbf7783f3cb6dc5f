"""A table in Markdown, for the summary page of a CI job or a chat."""

from __future__ import annotations

from groundrules.model import Finding, Report
from groundrules.reports import View, news
from groundrules.reports.escaping import code, prose
from groundrules.reports.places import named

MOST = 500  # rows; a page of a job holds one megabyte
SIGNS = {"error": "🛑 error", "warning": "⚠️ warning", "note": "💡 note"}


def render(report: Report, view: View) -> str:
    """What is new as a table, and in sentences what else there is to say."""
    found = news(report)
    parts = ["## groundrules", _heading(report, found)]
    if found:
        parts.append(table(found[:MOST]))
    if len(found) > MOST:
        parts.append(f"{len(found) - MOST:,} more are in the full report.")
    if report.unreadable:
        rows = [f"- {code(item.path)}: {prose(item.reason)}" for item in report.unreadable[:MOST]]
        parts.append("\n".join(["Not read, while the rest was checked:", "", *rows]))
    if report.notes:
        parts.append("\n".join(f"- {prose(note)}" for note in report.notes[:MOST]))
    return "\n\n".join(parts) + "\n"


def table(findings: list[Finding]) -> str:
    """A row a finding."""
    rows = [
        f"| {SIGNS[one.level]} | {code(named(one.span), True)} | {code(one.rule)} | {prose(one.message, True)} |"
        for one in findings
    ]
    return "\n".join(["| level | place | rule | finding |", "|---|---|---|---|", *rows])


def _heading(report: Report, found: list[Finding]) -> str:
    counts = [(level, sum(one.level == level for one in found)) for level in SIGNS]
    said = ", ".join(f"{count:,} {level}{'s' * (count != 1)}" for level, count in counts if count)
    checked = f"{report.files:,} file{'s' * (report.files != 1)} checked"
    others = [
        f"{count:,} {status}"
        for status in ("suppressed", "known")
        if (count := sum(one.status == status for one in report.findings))
    ]
    return f"{f'Found {said}' if said else 'Nothing found'}; {', '.join([checked, *others])}."
