"""Findings become text: one module a format, found by its name."""

from __future__ import annotations

from groundrules.errors import UserError
from groundrules.model import Finding, Report, Rule
from groundrules.typed import Callable, NamedTuple, Sequence

SEVERITIES = {"error": 0, "warning": 1, "note": 2}
SURENESS = {"high": 0, "medium": 1, "low": 2}


class View(NamedTuple):
    """How the reader wants to see a report."""

    lines: Callable[[str, int | None], Sequence[str]]  # the lines of a file, or of a notebook's cell
    shown: Callable[[str], str] = str  # a path of the repository as the reader's folder sees it
    colour: bool = False
    show_all: bool = False
    width: int = 120
    rules: Sequence[Rule] = ()  # those that were asked, for formats that explain them
    show_known: bool = False


def render(format_name: str, report: Report, view: View) -> str:
    """The report in a format, ready to be written."""
    name = format_name.replace("-", "_")
    if not name.isidentifier():
        raise UserError(f"There is no report format {format_name!r}.")
    try:
        write = __import__(f"groundrules.reports.{name}", fromlist=["render"]).render
    except (ModuleNotFoundError, AttributeError) as error:  # the latter: a module that formats share
        raise UserError(f"There is no report format {format_name!r}.") from error
    from groundrules.reports.folding import folded

    text: str = write(report._replace(findings=folded(report.findings)), view)
    return text


def news(report: Report) -> list[Finding]:
    """The findings that are neither suppressed nor known, the most severe and surest first."""
    found = [finding for finding in report.findings if finding.status == "new"]
    return sorted(
        found, key=lambda finding: (SEVERITIES[finding.level], SURENESS[finding.confidence], *placed(finding))
    )


def placed(finding: Finding) -> tuple[object, ...]:
    """Where a finding stands among others."""
    span = finding.span
    return span.path, -1 if span.cell is None else span.cell, span.line, span.column, finding.rule, finding.message


def advisory(finding: Finding) -> bool:
    """Whether a finding is shown on request only."""
    return finding.level == "note" or finding.confidence == "low"
