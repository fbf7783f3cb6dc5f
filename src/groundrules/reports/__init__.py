"""Findings become text: one module a format, found by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from groundrules.errors import UserError
from groundrules.model import Finding, Report


class View(NamedTuple):
    """How the reader wants to see a report."""

    lines: Callable[[str, int | None], Sequence[str]]  # the lines of a file, or of a notebook's cell
    shown: Callable[[str], str] = str  # a path of the repository as the reader's folder sees it
    colour: bool = False
    show_all: bool = False
    width: int = 120


def render(format_name: str, report: Report, view: View) -> str:
    """The report in a format, ready to be written."""
    from importlib import import_module

    if not format_name.isidentifier():
        raise UserError(f"There is no report format {format_name!r}.")
    try:
        module = import_module(f"groundrules.reports.{format_name}")
    except ModuleNotFoundError as error:
        raise UserError(f"There is no report format {format_name!r}.") from error
    text: str = module.render(report, view)
    return text


def advisory(finding: Finding) -> bool:
    """Whether a finding is shown on request only."""
    return finding.level == "note" or finding.confidence == "low"
