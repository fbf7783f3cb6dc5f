"""Names for findings that stay the same while the code around them moves.

rule | path | scope | normalised source | n-th twin. No line or cell numbers, no commits, no times: a finding that
moved is the same finding to a baseline, a review comment and the difference between two trees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from groundrules.findings.ask import RawFinding
from groundrules.findings.comments import MARK
from groundrules.model import Span

OPENERS = ("<!--", "--", "//", "#")
LINES = 20  # of a long statement; what follows does not make it another one


def fingerprints(findings: Iterable[RawFinding], source: Callable[[Span], str]) -> list[str]:
    """One name for each of the findings, which stand in their order. `source` gives the lines of a place."""
    seen: dict[tuple[str, str, str, str], int] = {}
    names = []
    for found in findings:
        identity = (found.rule.id, found.span.path, found.scope, normalised(source(found.span)))
        twin = seen.get(identity, 0)
        seen[identity] = twin + 1
        names.append(_digest((*identity, str(twin))))
    return names


def _digest(parts: tuple[str, ...]) -> str:
    from hashlib import sha256

    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def normalised(source: str) -> str:
    """Source without the differences that mean nothing: white space, and comments that suppress findings."""
    lines = source.splitlines()[:LINES]
    return " ".join(" ".join((without_suppression(line) if MARK in line else line).split()) for line in lines).strip()


def without_suppression(line: str) -> str:
    """A line without the comment that suppresses a finding in it."""
    before, _, after = line.partition(MARK)
    opened = before.rstrip()
    for opener in OPENERS:
        if opened.endswith(opener):
            return opened.removesuffix(opener) + (after.partition("-->")[2] if opener == "<!--" else "")
    return line
