"""Which findings fail a run."""

from __future__ import annotations

from groundrules.findings.ask import CONFIDENCES, LEVELS
from groundrules.model import Finding
from groundrules.typed import Callable, Iterable, Protocol, Sequence


class Override(Protocol):
    """Another gate for some findings; None: whatever it is, or as it is."""

    @property
    def rule(self) -> str | None:
        """A rule or a family."""

    @property
    def path(self) -> str | None:
        """A pattern in the manner of .gitignore."""

    @property
    def level(self) -> str | None:
        """The lowest level, or `never`."""

    @property
    def confidence(self) -> str | None:
        """The lowest confidence."""


class Gate(Protocol):
    """What a finding must reach, in both respects."""

    @property
    def level(self) -> str:
        """The lowest level, or `never`."""

    @property
    def confidence(self) -> str:
        """The lowest confidence."""

    @property
    def overrides(self) -> Sequence[Override]:
        """Other gates; of those that fit a finding the last one counts."""


def reached(findings: Iterable[Finding], gate: Gate) -> tuple[Finding, ...]:
    """The new findings that are at least that bad and that sure. The level `never` is reached by none."""
    fits = [(_fitting(one), one) for one in gate.overrides]
    return tuple(found for found in findings if found.status == "new" and _reaches(found, gate, fits))


def _reaches(found: Finding, gate: Gate, fits: Sequence[tuple[Callable[[Finding], bool], Override]]) -> bool:
    level, confidence = gate.level, gate.confidence
    for fit, one in reversed(fits):
        if fit(found):
            level, confidence = one.level or level, one.confidence or confidence
            break
    if level == "never":
        return False
    sure = CONFIDENCES.index(found.confidence) >= CONFIDENCES.index(confidence)
    return sure and LEVELS.index(found.level) >= LEVELS.index(level)


def _fitting(one: Override) -> Callable[[Finding], bool]:
    if one.path is None:
        return lambda found: one.rule in (found.rule, found.family)
    from groundrules.basics.globs import matcher

    matches = matcher((one.path,))
    return lambda found: one.rule in (None, found.rule, found.family) and matches(found.span.path)


def fails(findings: Iterable[Finding], gate: Gate) -> bool:
    """Whether one of the findings fails the run."""
    return bool(reached(findings, gate))


def risen(findings: Iterable[Finding], gone: Iterable[str]) -> list[str]:
    """Sentences about the rules that have more findings than before. `gone` names the rule of each that is gone.

    Advice, which is only shown on request, holds nobody up.
    """
    from collections import Counter

    new = Counter(
        found.rule
        for found in findings
        if found.status == "new" and found.level != "note" and found.confidence != "low"
    )
    new.subtract(gone)
    return [
        f"The ratchet holds: `{rule}` has {count} finding{'' if count == 1 else 's'} more than before."
        for rule, count in sorted(new.items())
        if count > 0
    ]
