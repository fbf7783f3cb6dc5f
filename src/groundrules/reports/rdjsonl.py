"""The Diagnostic Format of reviewdog, one diagnostic a line."""

from __future__ import annotations

from groundrules.model import Report
from groundrules.reports import View
from groundrules.reports.escaping import json_text
from groundrules.reports.rdjson import SOURCE, diagnostics


def render(report: Report, view: View) -> str:
    """A line a diagnostic, each of which names its source."""
    return "".join(f"{json_text({**one, 'source': SOURCE}, indent=None)}\n" for one in diagnostics(report, view))
