"""Workflow commands of GitHub Actions, which annotate lines without a token.

A step shows ten annotations of a type and drops the others in silence; so the most severe come first, and those that
are left out are said in the log.
"""

from __future__ import annotations

from groundrules.model import Finding, Report
from groundrules.reports import View, news
from groundrules.reports.escaping import log_text, plain, unhooked
from groundrules.reports.places import Places, named

MOST = 10
TYPES = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report, view: View) -> str:
    """A command a finding, and a sentence for those that a step would not show."""
    places = Places(view)
    lines, left = [], []
    shown = dict.fromkeys(TYPES, 0)
    for finding in news(report):
        shown[finding.level] += 1
        if shown[finding.level] <= MOST:
            lines.append(_command(finding, places))
        else:
            left.append(finding)
    if left:
        lines.append(f"{len(left)} more, since a step shows ten annotations of a type:")
        lines += [log_text(f"  {plain(named(one.span))}: {one.level} {one.rule} {plain(one.message)}") for one in left]
    return "".join(f"{line}\n" for line in lines)


def _command(finding: Finding, places: Places) -> str:
    region = places.region(finding.span)
    values: dict[str, object] = {"file": finding.span.path, "line": region.line, "endLine": region.end_line}
    if region.column is not None and region.line == region.end_line:
        values |= {"col": region.column, "endColumn": region.end_column}
    cell = "" if finding.span.cell is None else f" (cell {finding.span.cell}, line {finding.span.line})"
    values["title"] = f"{finding.rule}{cell}"
    given = ",".join(f"{name}={_property(str(value))}" for name, value in values.items())
    return f"::{TYPES[finding.level]} {given}::{_data(_sentence(finding))}"


def _sentence(finding: Finding) -> str:
    return f"{finding.message} {finding.advice}".strip()


def _data(text: str) -> str:
    return unhooked(plain(text)).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
