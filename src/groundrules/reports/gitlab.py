"""GitLab's Code Quality report: what a merge request shows beside its changes, on any line."""

from __future__ import annotations

from groundrules.model import Finding, Report
from groundrules.reports import View, news
from groundrules.reports.escaping import json_text, plain
from groundrules.reports.places import Places

SEVERITIES = {"error": "critical", "warning": "major", "note": "info"}


def render(report: Report, view: View) -> str:
    """One issue a finding, under the fingerprint that stays when code moves."""
    places = Places(view)
    return json_text([_issue(finding, places) for finding in news(report)]) + "\n"


def _issue(finding: Finding, places: Places) -> dict[str, object]:
    region = places.region(finding.span)
    cell = "" if finding.span.cell is None else f" (cell {finding.span.cell}, line {finding.span.line})"
    return {
        "type": "issue",
        "description": f"{plain(finding.message)}{cell}",
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": SEVERITIES[finding.level],
        "location": {"path": finding.span.path, "lines": {"begin": region.line, "end": region.end_line}},
    }
