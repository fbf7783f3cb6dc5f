"""JUnit XML: a test case a finding, so that any CI system that shows tests shows them."""

from __future__ import annotations

from groundrules.model import Finding, Report, Unreadable
from groundrules.reports import View, news
from groundrules.reports.escaping import xml
from groundrules.reports.places import named


def render(report: Report, view: View) -> str:
    """One suite. Without findings it holds one test case that passes, since an empty suite reads like a failed run."""
    found = news(report)
    cases = [_failed(finding) for finding in found] + [_skipped(item) for item in report.unreadable]
    cases = cases or ['    <testcase classname="groundrules" name="nothing found" time="0"/>\n']
    counts = f'tests="{len(cases)}" failures="{len(found)}" errors="0"'
    suite = f'{counts} skipped="{len(report.unreadable)}" time="{report.seconds:.3f}"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="groundrules" {counts} time="{report.seconds:.3f}">\n'
        f'  <testsuite name="groundrules" {suite}>\n{"".join(cases)}  </testsuite>\n</testsuites>\n'
    )


def _failed(finding: Finding) -> str:
    place = xml(named(finding.span))
    related = "".join(f"\nsee {xml(named(one.span))} {xml(one.message)}" for one in finding.related)
    return (
        f'    <testcase classname="{xml(finding.span.path)}" name="{finding.rule} at {place}" '
        f'file="{xml(finding.span.path)}" line="{finding.span.line}" time="0">\n'
        f'      <failure type="{finding.level}" message="{xml(finding.message)}">'
        f"{place}: {xml(finding.message)}\n{xml(finding.advice)}{related}</failure>\n"
        f"    </testcase>\n"
    )


def _skipped(item: Unreadable) -> str:
    return (
        f'    <testcase classname="{xml(item.path)}" name="not read" time="0">\n'
        f'      <skipped message="{xml(item.reason)}"/>\n    </testcase>\n'
    )
