"""Findings with one cause become one: what a single change mends is said once, with every place that it stands in."""

from __future__ import annotations

from groundrules.model import Finding, Place
from groundrules.typed import Iterable


def folded(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, in order; those of a rule that name one cause become the first of them, which shows the others.

    A new finding never goes into one that is known or suppressed, nor a sure one into a doubtful one: whoever filters
    by these sees what was seen without it.
    """
    groups: dict[object, list[Finding]] = {}
    for number, one in enumerate(findings):
        key: object = number
        if one.cause is not None and one.status != "suppressed" and not _mends_itself(one):
            key = (one.rule, one.cause.name, one.level, one.confidence, one.status)
        groups.setdefault(key, []).append(one)
    return tuple(group[0] if len(group) == 1 else _one(group) for group in groups.values())


def _mends_itself(finding: Finding) -> bool:
    """Whether it carries an edit of its own line, which no other place can show."""
    fix = finding.fix or {}
    return bool(fix.get("edits") or fix.get("safe")) and not fix.get("suggest-only")


def _one(group: list[Finding]) -> Finding:
    first, *others = group
    places = dict.fromkeys(first.related)
    for one in others:
        here = one.cause.here if one.cause is not None else ""
        places[Place(one.span, here or "The same holds here.")] = None
    told = {first.span} | {place.span for place in places}
    for one in others:
        places.update((place, None) for place in one.related if place.span not in told)
    count = len({one.span for one in others} - {first.span})
    more = "one other place" if count == 1 else f"{count} other places"
    return first._replace(message=f"{first.message} The same holds in {more}.", related=tuple(places))
