"""The report for programs: the contract of rules/schema/findings.json."""

from __future__ import annotations

from groundrules.model import Finding, Place, Report, Span
from groundrules.reports import View
from groundrules.reports.escaping import json_text
from groundrules.typed import Any

VERSION = 1
# What rules say to the room that makes edits stays inside; the edits are what others can use.
FIX = ("safe", "suggest-only", "insert-argument", "replace-with", "edits")


def render(report: Report, view: View) -> str:
    """The report as one JSON document. Paths are relative to the repository, whoever looks."""
    return json_text(document(report)) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as the contract has it."""
    return {
        "version": VERSION,
        "findings": [_finding(finding) for finding in report.findings],
        "unreadable": [item._asdict() for item in report.unreadable],
        "summary": _summary(report),
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "family": finding.family,
        "level": finding.level,
        "confidence": finding.confidence,
        **_span(finding.span),
        "message": finding.message,
        "fingerprint": finding.fingerprint,
        "fix": _fix(finding),
        "related": [_place(place) for place in finding.related],
        "status": finding.status,
    }


def _fix(finding: Finding) -> dict[str, object]:
    return {"advice": finding.advice, **{key: finding.fix[key] for key in FIX if finding.fix and key in finding.fix}}


def _place(place: Place) -> dict[str, object]:
    return {**_span(place.span), "message": place.message}


def _span(span: Span) -> dict[str, object]:
    return {
        "path": span.path,
        "cell": span.cell,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _summary(report: Report) -> dict[str, object]:
    levels = {"error": 0, "warning": 0, "note": 0}
    statuses = {"new": 0, "known": 0, "suppressed": 0}
    for finding in report.findings:
        statuses[finding.status] += 1
        if finding.status == "new":
            levels[finding.level] += 1
    return {
        "snapshot": report.label,
        "files": report.files,
        "rules": report.rules,
        "seconds": round(report.seconds, 3),
        "levels": levels,
        "statuses": statuses,
        "since": report.since and {"base": report.since.base, "commit": report.since.commit},
        "fixed": [gone._asdict() for gone in report.since.fixed] if report.since else [],
        "notes": list(report.notes),
    }
