"""Which file a dotted name means, from where it is said."""

from __future__ import annotations

import pytest

from groundrules.facts.python.imports import Found, Search

PATHS = frozenset(
    [
        "shop/__init__.py",
        "shop/rows/__init__.py",
        "shop/rows/split.py",
        "tests/__init__.py",
        "tests/shop/__init__.py",
        "tests/shop/rows/__init__.py",
        "tests/shop/rows/test_split.py",
        "tools/src/clean.py",
        "tools/run.py",
        "torch/__init__.py",
        "nets/__init__.py",
        "nets/torch/__init__.py",
        "nets/train.py",
    ]
)
TOPS = {
    "shop": ["", "tests"],
    "tests": [""],
    "clean": ["tools/src"],
    "torch": ["", "nets"],
    "nets": [""],
}


@pytest.mark.parametrize(
    ("dotted", "path", "found"),
    [
        # A package of tests that is named like what it tests lacks the module.
        ("shop.rows.split.by_day", "tests/shop/rows/test_split.py", Found("shop/rows/split.py", ("by_day",))),
        # What a package itself defines is looked for in the nearest.
        ("shop.rows.Rows.day", "shop/rows/split.py", Found("shop/rows/__init__.py", ("Rows", "day"))),
        ("shop.rows.Rows", "tests/shop/rows/test_split.py", Found("tests/shop/rows/__init__.py", ("Rows",))),
        ("clean.drop", "tools/run.py", Found("tools/src/clean.py", ("drop",))),
        ("..rows.split", "shop/rows/split.py", Found("shop/rows/split.py", ())),
        # The library is meant by a name that a package inside of another has, too.
        ("torch.nn", "nets/train.py", Found("torch/__init__.py", ("nn",))),
        ("numpy.mean", "nets/train.py", None),
    ],
)
def test_the_file_of_a_name(dotted: str, path: str, found: Found | None) -> None:
    search = Search(PATHS, TOPS, {"torch"})
    assert search.find(dotted, path) == found
    assert search.find(dotted, path) == found
