"""The Diagnostic Format of reviewdog, which posts to Gitea, Bitbucket, Gerrit and more."""

from __future__ import annotations

from groundrules.model import Finding, Report, Span
from groundrules.reports import View, news
from groundrules.reports.escaping import json_text, plain
from groundrules.reports.places import Places, Region, named
from groundrules.typed import Any

SEVERITIES = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}
SOURCE = {"name": "groundrules"}


def render(report: Report, view: View) -> str:
    """One document with all diagnostics."""
    return json_text({"source": SOURCE, "diagnostics": diagnostics(report, view)}) + "\n"


def diagnostics(report: Report, view: View) -> list[dict[str, Any]]:
    """What is new, as diagnostics. Columns count bytes of UTF-8, as the format wants it."""
    places = Places(view)
    return [_diagnostic(finding, places) for finding in news(report)]


def _diagnostic(finding: Finding, places: Places) -> dict[str, Any]:
    where = "" if finding.span.cell is None else f" ({plain(named(finding.span))})"
    found: dict[str, Any] = {
        "message": f"{plain(finding.message)}{where} {plain(finding.advice)}".strip(),
        "location": {"path": finding.span.path, "range": _range(places.bytes_region(finding.span))},
        "severity": SEVERITIES[finding.level],
        "code": {"value": finding.rule},
    }
    suggestions = _suggestions(finding, places)
    if suggestions:
        found["suggestions"] = suggestions
    if finding.related:
        found["relatedLocations"] = [
            {
                "message": plain(place.message),
                "location": {"path": place.span.path, "range": _range(places.bytes_region(place.span))},
            }
            for place in finding.related
        ]
    return found


def _range(region: Region) -> dict[str, Any]:
    start: dict[str, int] = {"line": region.line}
    end: dict[str, int] = {"line": region.end_line}
    if region.column is not None and region.end_column is not None:
        start["column"], end["column"] = region.column, region.end_column
    return {"start": start, "end": end}


def _suggestions(finding: Finding, places: Places) -> list[dict[str, Any]]:
    """One edit in the same file; reviewdog would apply several as alternatives."""
    edits = (finding.fix or {}).get("edits")
    if not isinstance(edits, list) or len(edits) != 1 or edits[0]["path"] != finding.span.path:
        return []
    edit = dict(edits[0])
    text = edit.pop("text")
    if edit["cell"] is not None:
        return []
    return [{"range": _range(places.bytes_region(Span(**edit))), "text": text}]
