"""Logging commands of Azure Pipelines."""

from __future__ import annotations

from groundrules.model import Finding, Report
from groundrules.reports import View, news
from groundrules.reports.escaping import plain, unhooked
from groundrules.reports.places import Places

TYPES = {"error": "error", "warning": "warning", "note": "warning"}  # there is no milder one


def render(report: Report, view: View) -> str:
    """A command a finding."""
    places = Places(view)
    return "".join(_command(finding, places) for finding in news(report))


def _command(finding: Finding, places: Places) -> str:
    region = places.region(finding.span)
    values: dict[str, object] = {
        "type": TYPES[finding.level],
        "sourcepath": finding.span.path,
        "linenumber": region.line,
        "columnnumber": region.column or 1,
        "code": finding.rule,
    }
    given = "".join(f"{name}={_property(str(value))};" for name, value in values.items())
    return f"##vso[task.logissue {given}]{_data(f'{finding.message} {finding.advice}'.strip())}\n"


def _data(text: str) -> str:
    return unhooked(plain(text)).replace("%", "%AZP25")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
