"""The findings of the JSON contract, one a line, for programs that read as they go."""

from __future__ import annotations

from groundrules.model import Report
from groundrules.reports import View
from groundrules.reports.escaping import json_text
from groundrules.reports.json import document


def render(report: Report, view: View) -> str:
    """A line a finding, and nothing else: no finding, no line."""
    return "".join(f"{json_text(finding, indent=None)}\n" for finding in document(report)["findings"])
