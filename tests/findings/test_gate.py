"""Which findings fail a run."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from findings.repository import Repository
from groundrules import findings


class Override(NamedTuple):
    """As the settings hold it."""

    rule: str | None = None
    path: str | None = None
    level: str | None = None
    confidence: str | None = None


class Gate(NamedTuple):
    """As the settings hold it."""

    level: str
    confidence: str
    overrides: tuple[Override, ...] = ()


@pytest.mark.parametrize(
    ("level", "confidence", "expected"),
    [
        ("note", "low", ["error-low", "warning-high"]),
        ("warning", "medium", ["warning-high"]),
        ("error", "low", ["error-low"]),
        ("error", "high", []),
        ("never", "low", []),
    ],
)
def test_both_must_be_reached(level: str, confidence: str, expected: list[str]) -> None:
    repository = Repository({"a.py": "f()"}).calls()
    (found,), _ = repository.find()
    made = [
        found._replace(level="error", confidence="low"),
        found._replace(level="warning", confidence="high"),
        found._replace(level="error", confidence="high", status="suppressed"),
    ]
    reached = findings.reached(made, Gate(level, confidence))
    assert [f"{finding.level}-{finding.confidence}" for finding in reached] == expected
    assert findings.fails(made, Gate(level, confidence)) is bool(expected)
