"""SARIF 2.1.0, as code scanning reads it.

Our fingerprint has a key of its own, since forges compute `primaryLocationLineHash` themselves. What is suppressed or
known before stays in the file and says so, so that an alert is closed rather than forgotten. No address of help is
given, since each team has its own copy of this project: what a rule means stands in the file itself.
"""

from __future__ import annotations

from urllib.parse import quote

from groundrules import __version__
from groundrules.model import Finding, Place, Report, Rule, Span, Unreadable
from groundrules.reports import SEVERITIES, SURENESS, View
from groundrules.reports.escaping import fenced, json_text, plain
from groundrules.reports.places import Places, named
from groundrules.typed import Any, Iterable, Mapping, Sequence

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
SUPPRESSED = {"kind": "inSource", "justification": "Suppressed by a comment or a setting."}
KNOWN = {"kind": "external", "justification": "Known before this change."}
KINDS = {"error": "error", "warning": "warning", "note": "recommendation"}
MOST_TEXT = 1_000  # characters of a description
MOST = 25_000  # results of a run that code scanning takes; one more, and it refuses them all
SHOWN = 5_000  # of those it shows


def render(report: Report, view: View) -> str:
    """One run in one log."""
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, view)]}) + "\n"


def _run(report: Report, view: View) -> dict[str, Any]:
    rules = _rules(report.findings, view.rules)
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    places = Places(view)
    compared = any(finding.status == "known" for finding in report.findings)
    ordered = sorted(report.findings, key=_weight)
    return {
        "tool": {
            "driver": {
                "name": "groundrules",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": rules,
            }
        },
        "automationDetails": {"id": "groundrules/"},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(report)}],
        "results": [_result(finding, numbers, places, compared) for finding in ordered[:MOST]],
    }


def _weight(finding: Finding) -> tuple[bool, int, int]:
    """What is worst and surest stands first, and what counts before the rest: a forge shows no more than the first."""
    return finding.status != "new", SEVERITIES[finding.level], SURENESS[finding.confidence]


def _rules(findings: Iterable[Finding], known: Sequence[Rule]) -> list[dict[str, Any]]:
    described = {rule.id: _rule(rule) for rule in known}
    for finding in findings:
        described.setdefault(finding.rule, _unknown(finding))
    return [described[name] for name in sorted(described)]


def _rule(rule: Rule) -> dict[str, Any]:
    why, advice = " ".join(rule.why.split()), " ".join(rule.advice.split())
    return {
        "id": rule.id,
        "name": _pascal(rule.id),
        "shortDescription": {"text": f"{rule.id.replace('-', ' ').capitalize()}."},
        "fullDescription": {"text": why[:MOST_TEXT]},
        "help": {"text": f"{why}\n\n{advice}", "markdown": _help(rule, why, advice)},
        "defaultConfiguration": {"level": rule.level},
        "properties": {
            "tags": [rule.family, "machine-learning"],
            "precision": rule.confidence,
            "problem.severity": KINDS[rule.level],
        },
    }


def _help(rule: Rule, why: str, advice: str) -> str:
    parts = [f"**{rule.message}**", why, f"What to do: {advice}"]
    example = next((text for text in rule.examples.values() if isinstance(text, str) and "# finding" in text), None)
    if example is not None:
        parts.append(fenced(example.rstrip("\n"), "python"))
    return "\n\n".join(parts)


def _unknown(finding: Finding) -> dict[str, Any]:
    text = f"{finding.rule.replace('-', ' ').capitalize()}."
    return {
        "id": finding.rule,
        "name": _pascal(finding.rule),
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": plain(finding.advice) or text},
        "defaultConfiguration": {"level": finding.level},
    }


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def _result(finding: Finding, numbers: Mapping[str, int], places: Places, compared: bool) -> dict[str, Any]:
    said = _text(finding.message)
    if finding.span.cell is not None:
        said += f" ({_text(named(finding.span))})"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "level": finding.level,
        "message": {"text": f"{said} {_text(finding.advice)}".strip()},
        "locations": [_location(finding.span, places)],
        "partialFingerprints": {"groundrules/v1": finding.fingerprint},
        "properties": {"family": finding.family, "confidence": finding.confidence},
    }
    if finding.related:
        result["relatedLocations"] = [_related(*pair, places) for pair in enumerate(finding.related, 1)]
    if finding.status != "new":
        result["suppressions"] = [SUPPRESSED if finding.status == "suppressed" else KNOWN]
    if compared:
        result["baselineState"] = "unchanged" if finding.status == "known" else "new"
    fix = _fix(finding)
    if fix:
        result["fixes"] = [fix]
    return result


def _related(number: int, place: Place, places: Places) -> dict[str, Any]:
    found = {"id": number, **_location(place.span, places)}
    return {**found, "message": {"text": _text(place.message)}} if place.message else found


def _text(text: str) -> str:
    """Brackets with a target behind them would be a link."""
    return plain(text).replace("](", "] (")


def _location(span: Span, places: Places) -> dict[str, Any]:
    region = places.region(span)
    shown: dict[str, int] = {"startLine": region.line}
    if region.column is not None:
        shown["startColumn"] = region.column
    shown["endLine"] = region.end_line
    if region.end_column is not None:
        shown["endColumn"] = region.end_column
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(span.path), "region": shown}}
    if span.cell is not None:
        location["logicalLocations"] = [{"name": f"cell {span.cell}", "kind": "module"}]
    return location


def _artifact(path: str) -> dict[str, str]:
    try:
        name = path.encode("utf-8", "surrogateescape")  # git's names are bytes
    except UnicodeEncodeError:
        name = path.encode("utf-8", "surrogatepass")
    return {"uri": quote(name, safe="/"), "uriBaseId": ROOT}


def _fix(finding: Finding) -> dict[str, Any] | None:
    """The edits, unless they are in a notebook's cell, for which SARIF has no columns."""
    edits = (finding.fix or {}).get("edits")
    if not isinstance(edits, list) or not edits or any(edit["cell"] is not None for edit in edits):
        return None
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in edits:
        deleted = {
            "startLine": edit["line"],
            "startColumn": edit["column"],
            "endLine": edit["end_line"],
            "endColumn": edit["end_column"],
        }
        replacement = {"deletedRegion": deleted, "insertedContent": {"text": edit["text"]}}
        changes.setdefault(edit["path"], []).append(replacement)
    return {
        "description": {"text": _text(finding.advice) or "Make this change."},
        "artifactChanges": [
            {"artifactLocation": _artifact(path), "replacements": some} for path, some in changes.items()
        ],
    }


def _notifications(report: Report) -> list[dict[str, Any]]:
    unread = [_unread(item) for item in report.unreadable]
    notes = (*_cut(len(report.findings)), *report.notes)
    return unread + [{"level": "note", "message": {"text": _text(note)}} for note in notes]


def _cut(count: int) -> list[str]:
    """What becomes of very many findings."""
    if count <= SHOWN:
        return []
    held = "" if count <= MOST else f" This file holds the {MOST:,} worst of {count:,}; other formats hold them all."
    return [f"Code scanning shows the first {SHOWN:,} of {min(count, MOST):,} results, the worst ones.{held}"]


def _unread(item: Unreadable) -> dict[str, Any]:
    where: dict[str, Any] = {"artifactLocation": _artifact(item.path)}
    if item.line is not None and item.cell is None:
        where["region"] = {"startLine": item.line}
    return {"level": "warning", "message": {"text": _text(item.reason)}, "locations": [{"physicalLocation": where}]}
