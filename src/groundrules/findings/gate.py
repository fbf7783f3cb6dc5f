"""Which findings fail a run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

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


class Gate(Protocol):
    """What a finding must reach, in both respects."""

    @property
    def level(self) -> str:
        """The lowest level, or `never`."""

    @property
    def confidence(self) -> str:
        """The lowest confidence."""


def fails(findings: Iterable[Finding], gate: Gate) -> bool:
    """Whether one of the findings fails the run."""
    return bool(reached(findings, gate.level, gate.confidence))
