"""What is new against another tree, and what is gone: findings are subtracted by fingerprint.

A fingerprint holds no line numbers, and paths are renamed before. What is left over on both sides is matched once more
without function and twin, and then without path, so that moved code is not new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from groundrules.findings.fingerprints import normalised
from groundrules.model import Finding, Gone, Span

Key = tuple[str, ...]


class Side(NamedTuple):
    """The findings of one tree, and its source."""

    findings: tuple[Finding, ...]
    source: Callable[[Span], str]


def subtracted(now: Side, then: Side, renamed: Mapping[str, str]) -> tuple[tuple[Finding, ...], tuple[Gone, ...]]:
    """The findings of now with their status, and those of then that are gone. `renamed`: old path → new path.

    The fingerprints of then must have been made with the new paths. A suppression that is gone makes a finding new.
    """
    left = {found.fingerprint: found for found in then.findings if found.status != "suppressed"}
    known = {found.fingerprint for found in now.findings if left.pop(found.fingerprint, None) is not None}
    for key in (_in_file(renamed), _anywhere):
        open_ones = [found for found in now.findings if found.status == "new" and found.fingerprint not in known]
        if not left or not open_ones:
            break
        known |= _matched(open_ones, now.source, left, then.source, key)
    status = tuple(
        found._replace(status="known") if found.status == "new" and found.fingerprint in known else found
        for found in now.findings
    )
    gone = [Gone(found.fingerprint, found.rule, found.span.path) for found in left.values()]
    return status, tuple(sorted(gone, key=lambda one: (one.path, one.rule, one.fingerprint)))


def _matched(
    findings: Iterable[Finding],
    source: Callable[[Span], str],
    left: dict[str, Finding],
    old_source: Callable[[Span], str],
    key: Callable[[Finding, str], Key | None],
) -> set[str]:
    """The fingerprints of findings that one of those left over explains; each explains one and is taken out."""
    waiting: dict[Key, list[str]] = {}
    for name, found in left.items():
        if (spelled := key(found, old_source(found.span))) is not None:
            waiting.setdefault(spelled, []).append(name)
    matched = set()
    for found in findings:
        spelled = key(found, source(found.span))
        names = waiting.get(spelled) if spelled is not None else None
        if names:
            del left[names.pop(0)]
            matched.add(found.fingerprint)
    return matched


def _in_file(renamed: Mapping[str, str]) -> Callable[[Finding, str], Key | None]:
    """The same line in the same file, whatever the function around it is called now."""

    def key(found: Finding, source: str) -> Key | None:
        text = normalised(source)
        return (found.rule, renamed.get(found.span.path, found.span.path), text) if text else None

    return key


def _anywhere(found: Finding, source: str) -> Key | None:
    """The same line in another file. What concerns a file as a whole does not move: another file is another case."""
    text = normalised(source)
    whole = found.span[2:] == (1, 1, 1, 1)
    return (found.rule, text) if text and not whole else None
