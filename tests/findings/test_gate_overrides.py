"""Gates for some rules and files, and the ratchet."""

from __future__ import annotations

from findings.repository import Repository
from groundrules.config import Gate, Override
from groundrules.findings.gate import reached, risen
from groundrules.model import Finding


def _two() -> tuple[Finding, ...]:
    found = Repository({"src/a.py": "f()", "notebooks/b.py": "f()"}).calls().find()[0]
    return tuple(sorted(found, key=lambda one: one.span.path, reverse=True))


def _paths(*overrides: Override, level: str = "warning") -> list[str]:
    return [found.span.path for found in reached(_two(), Gate(level, "medium", overrides))]


def test_the_last_gate_that_fits_counts() -> None:
    assert _paths() == ["src/a.py", "notebooks/b.py"]
    assert _paths(Override(path="notebooks/", level="error")) == ["src/a.py"]
    assert _paths(Override(rule="a-rule", level="never")) == []
    assert _paths(Override(rule="a-family", level="never")) == []
    assert _paths(Override(rule="other", level="never")) == ["src/a.py", "notebooks/b.py"]
    assert _paths(Override(path="**/b.py", level="never"), Override(rule="a-rule", level="note")) == [
        "src/a.py",
        "notebooks/b.py",
    ]
    assert _paths(Override(rule="a-rule", path="src/", level="warning"), level="error") == ["src/a.py"]


def test_what_an_override_leaves_out_stays_as_it_is() -> None:
    assert _paths(Override(path="src/", confidence="high"), level="error") == []
    assert _paths(Override(path="src/", confidence="high")) == ["src/a.py", "notebooks/b.py"]


def test_the_ratchet_counts_by_rule() -> None:
    first, second = _two()
    assert risen([first, second], []) == ["The ratchet holds: `a-rule` has 2 findings more than before."]
    assert risen([first, second], ["a-rule"]) == ["The ratchet holds: `a-rule` has 1 finding more than before."]
    assert risen([first, second], ["a-rule", "a-rule"]) == []
    assert risen([first._replace(status="known")], []) == []
    assert risen([first._replace(level="note"), second._replace(confidence="low")], []) == []
