"""What a review needs from the repository: the lines of a commit, the rules, and with both the places and the fixes.

The commit is only read, never checked out; the rules are those of the work tree, which the reviewing side trusts.
"""

from __future__ import annotations

import re

from groundrules import fixing, opening, sources
from groundrules.facts.lines import Lines
from groundrules.fixing.applying import changed
from groundrules.model import Finding, Rule, Span
from groundrules.opening import Options
from groundrules.reports import View
from groundrules.reports.places import Places
from groundrules.reports.review import placement, sentences
from groundrules.reports.review.hunks import FileDiff
from groundrules.reports.review.placement import Placement, Where
from groundrules.reports.review.received import Received
from groundrules.reports.review.remarks import Remark, Suggestion
from groundrules.typed import Iterable, Mapping

NAME = re.compile(r"[\w.]{1,80}")  # what may stand in a hole of a fix; anything else could be code of a stranger
LONGEST_LINE = 500


class Planner:
    """Turns what was received into what is going to be said."""

    def __init__(self, root: str, head: str, files: Mapping[str, FileDiff]) -> None:
        snapshot = sources.revision(root, head)
        question = opening.question(Options(), root, sources.work_tree(root))
        self._rules: dict[str, Rule] = {rule.id: rule for rule in question.catalogue.rules}
        self._lines = Lines(snapshot)
        self._held = snapshot.files
        self._places = Places(View(self._lines))
        self._files = files

    def remarks(self, found: Iterable[Received]) -> list[Remark]:
        """One for each."""
        everything = list(found)
        self._lines.want({one.span.path for one in everything})
        return [self._remark(one) for one in everything]

    def _remark(self, received: Received) -> Remark:
        rule = self._rules.get(received.rule)
        where = self._where(received.span)
        place = placement.place(where, self._files)
        said, advice = sentences.message(rule, received.message), sentences.advice(rule, received.advice)
        suggestion = self._suggestion(rule, received, place) if rule is not None and rule.fix else None
        if suggestion is not None and placement.covers(self._files.get(where.path), suggestion.start, suggestion.end):
            place = Placement(place.rung, suggestion.start, suggestion.end)
        return Remark(received, said, advice, where, place, suggestion)

    def _where(self, span: Span) -> Where:
        if span.path not in self._held:
            return Where(span.path, span.line, span.end_line, None)
        region = self._places.region(span)
        if span.cell is None:
            scope = placement.scope(span.path, self._lines(span.path, None), span.line)
        else:
            count = len(self._lines(span.path, span.cell))
            whole = self._places.region(Span(span.path, span.cell, 1, 1, max(1, count), 1))
            scope = (whole.line, whole.end_line)
        return Where(span.path, region.line, region.end_line, scope)

    def _suggestion(self, rule: Rule, received: Received, place: Placement) -> Suggestion | None:
        """The rule's own fix, planned anew on the lines of the commit."""
        span = received.span
        if span.cell is not None or place.rung not in ("changed", "context") or span.path not in self._held:
            return None
        fix = _filled(rule, received)
        if fix is None:
            return None
        edits = fixing.edits(_finding(rule, received, fix), self._lines)
        if not edits or any(edit.path != span.path or edit.cell is not None for edit in edits):
            return None
        start = min(span.line, *(edit.line for edit in edits))
        end = max(span.line, *(edit.end_line for edit in edits))
        rows = self._lines(span.path, None)[start - 1 : end]
        shifted = [edit._replace(line=edit.line - start + 1, end_line=edit.end_line - start + 1) for edit in edits]
        before = "\n".join(rows)
        try:
            after = changed(before, shifted)
        except fixing.Refused:
            return None
        if not _harmless(before) or not _harmless(after):
            return None
        return Suggestion(start, end, before, after, "…" not in after or "…" in before)


def _filled(rule: Rule, received: Received) -> dict[str, object] | None:
    """The rule's fix with the names that its sentences name."""
    known = {
        **(sentences.values(rule.advice, received.advice) or {}),
        **(sentences.values(rule.message, received.message) or {}),
    }
    names = {name: value for name, value in known.items() if NAME.fullmatch(value)}
    try:
        return {
            key: text.format_map(names) if isinstance(text, str) else text for key, text in (rule.fix or {}).items()
        }
    except (KeyError, ValueError, IndexError, AttributeError):
        return None


def _finding(rule: Rule, received: Received, fix: dict[str, object]) -> Finding:
    return Finding(
        rule.id, rule.family, received.level, received.confidence, received.span, received.message, received.advice,
        received.fingerprint, (), received.status, fix,
    )  # fmt: skip


def _harmless(text: str) -> bool:
    """Whether a person sees what the lines hold: no signs that turn the reading direction or hide something."""
    return all(row.replace("\t", "").isprintable() and len(row) <= LONGEST_LINE for row in text.split("\n"))
