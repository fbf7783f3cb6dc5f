"""The report for programs: the contract of rules/schema/findings.json."""

from __future__ import annotations

from groundrules.model import Finding, Place, Report, Span
from groundrules.reports import View

VERSION = 1


def render(report: Report, view: View) -> str:
    """The report as one JSON document. Paths are relative to the repository, whoever looks."""
    import json

    document = {
        "version": VERSION,
        "findings": [_finding(finding) for finding in report.findings],
        "unreadable": [item._asdict() for item in report.unreadable],
        "summary": _summary(report),
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "family": finding.family,
        "level": finding.level,
        "confidence": finding.confidence,
        **_span(finding.span),
        "message": finding.message,
        "fingerprint": finding.fingerprint,
        "fix": {"advice": finding.advice, **(finding.fix or {})},
        "related": [_place(place) for place in finding.related],
        "status": finding.status,
    }


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
