"""Which findings fail a run."""

from __future__ import annotations

from collections.abc import Iterable

from groundrules.findings.ask import CONFIDENCES, LEVELS
from groundrules.model import Finding


def reached(findings: Iterable[Finding], level: str, confidence: str) -> tuple[Finding, ...]:
    """The new findings that are at least that bad and that sure. The level `never` is reached by none."""
    if level == "never":
        return ()
    bad = LEVELS[LEVELS.index(level) :]
    sure = CONFIDENCES[CONFIDENCES.index(confidence) :]
    return tuple(
        found for found in findings if found.status == "new" and found.level in bad and found.confidence in sure
    )
