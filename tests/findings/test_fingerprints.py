"""A finding keeps its name while the code moves."""

from __future__ import annotations

import re

import pytest

from findings.repository import Repository, rule
from groundrules.findings.fingerprints import essence, normalised

SCOPED = rule("SELECT span, function, 'main' AS scope FROM seed")


def _names(files: dict[str, str | list[str]], **changes: str) -> list[str]:
    found, _ = Repository(files).calls().find(rule(**changes))
    return [finding.fingerprint for finding in found]


def test_sixteen_digits() -> None:
    (name,) = _names({"a.py": "f()"})
    assert re.fullmatch("[0-9a-f]{16}", name)


@pytest.mark.parametrize(
    "moved", ["\n\n\nf()", "x = 1\n    f()  ", "f()  # groundrules: ignore[other] why", "\tf() -- groundrules: ignore"]
)
def test_what_does_not_change_a_name(moved: str) -> None:
    assert _names({"a.py": moved}) == _names({"a.py": "f()"})


def test_what_changes_a_name() -> None:
    plain = _names({"a.py": "f()"})
    assert _names({"b.py": "f()"}) != plain
    assert _names({"a.py": "f() + 1"}) != plain
    assert _names({"a.py": "f()"}, id="other-rule") != plain
    found, _ = Repository({"a.py": "f()"}).calls().find(SCOPED)
    assert found[0].fingerprint != plain[0]


def test_twins_are_told_apart_and_the_first_keeps_its_name() -> None:
    twins = _names({"a.py": "f()\nf()\nf()"})
    assert len(set(twins)) == 3
    assert twins[:1] == _names({"a.py": "f()"})


def test_a_cell_may_move() -> None:
    assert _names({"n.ipynb": ["f()"]}) == _names({"n.ipynb": ["import x", "y = 1", "f()"]})


def test_every_line_of_a_statement_counts() -> None:
    names = set()
    for argument in ("1", "2"):
        repository = Repository({"a.py": f"g(\n{argument},\n)"})
        repository.call("a.py", 1, end_line=3)
        names.add(repository.find()[0][0].fingerprint)
    assert len(names) == 2


def test_only_true_suppressions_are_left_out() -> None:
    assert normalised("a  =\t1\n  b") == "a=1 b"
    assert normalised("a <!-- groundrules: ignore[x] --> b") == "a b"
    assert normalised("name = 'groundrules: yes'") == 'name="groundrules:yes"'


def test_a_formatter_changes_no_names() -> None:
    plain = "train, test = split(rows, stratify=rows['y'])"
    assert normalised('train, test = split(\n    rows,\n    stratify=rows["y"],\n)') == normalised(plain)
    assert normalised("return x") != normalised("returnx")


def test_the_first_half_stays_in_another_file() -> None:
    (here,), (there,) = _names({"a.py": "f()"}), _names({"b.py": "x = 1\nf()"})
    assert here != there
    assert essence(here, "a-rule") == essence(there, "a-rule") == here[:8]
    (nothing,) = _names_of_nothing()
    assert essence(nothing, "a-rule") is None


def _names_of_nothing() -> list[str]:
    repository = Repository({"a.py": ""})
    repository.call("a.py", 1)
    return [found.fingerprint for found in repository.find()[0]]
