"""Patterns for paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundrules.basics.globs import matcher


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("data", "data/train.csv", True),
        ("data", "src/data/train.csv", True),
        ("/data", "src/data/train.csv", False),
        ("data/", "data", False),
        ("data/", "a/data/b", True),
        ("/examples/", "examples/a/b.py", True),
        ("*.csv", "a/b/train.csv", True),
        ("*.csv", "train.csv.dvc", False),
        ("src/*.py", "src/a/b.py", False),
        ("src/**/*.py", "src/a/b.py", True),
        ("src/**/*.py", "src/b.py", True),
        ("src/**", "src/a/b.py", True),
        ("exp[0-9].py", "exp7.py", True),
        ("exp[!0-9].py", "exp7.py", False),
        ("a[", "a[", True),
        ("a[z-a]", "a[z-a]", False),
        ("a+b.py", "a+b.py", True),
        ("a+b.py", "aab.py", False),
        ("./data/x", "data/x", True),
        ("", "a", False),
        ("/", "a", False),
    ],
)
def test_matches(pattern: str, path: str, expected: bool) -> None:
    assert matcher([pattern])(path) is expected


@given(st.lists(st.text("ab*?[]!-/.\\^", max_size=12), max_size=3), st.text("ab/.", max_size=12))
def test_no_pattern_raises(patterns: list[str], path: str) -> None:
    matcher(patterns)(path)
