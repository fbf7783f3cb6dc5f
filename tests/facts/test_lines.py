"""Lines that reports show: as Python numbers them, of whatever a file holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundrules.facts.lines import Lines
from groundrules.model import File


class Held:
    """A snapshot of files in memory that counts how often it is read."""

    label = "memory"
    versioned = True

    def __init__(self, contents: Mapping[str, bytes | str]) -> None:
        self.contents = contents
        self.files = {path: File(path, path, None, True) for path in contents}
        self.reads: list[list[str]] = []

    def read(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes | str]]:
        self.reads.append(list(paths))
        return iter([(path, self.contents[path]) for path in paths])

    def ignored(self, paths: Sequence[str]) -> frozenset[str]:
        return frozenset()

    def lfs(self, paths: Sequence[str]) -> frozenset[str]:
        return frozenset()


def notebook(*sources: object) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources]}).encode()


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        (b"a\nb\r\nc\rd", ["a", "b", "c", "d"]),
        (b"a\x0cb\n", ["a\x0cb", ""]),
        (b"\xef\xbb\xbfa", ["a"]),
        (b"# coding: latin-1\n\xe9", ["# coding: latin-1", "é"]),
        (b"# coding: no-such\n\xe9", ["# coding: no-such", "\ufffd"]),
        ("a = 'ü'".encode("utf-16"), ["a = 'ü'"]),
        (b"\xff", ["\ufffd"]),
        (b"PK\x03\x04\x00\x00", []),
        (b"", [""]),
        ("The object is missing.", [""]),
    ],
)
def test_lines_of_a_file(contents: bytes | str, expected: list[str]) -> None:
    assert list(Lines(Held({"a.py": contents}))("a.py")) == expected


def test_lines_of_a_cell() -> None:
    lines = Lines(Held({"a.ipynb": notebook("x = 1\ny = 2", ["a\n", "b"], 7, [None])}))
    assert list(lines("a.ipynb", 0)) == ["x = 1", "y = 2"]
    assert list(lines("a.ipynb", 1)) == ["a", "b"]
    for beyond in (2, 3, 4):
        assert list(lines("a.ipynb", beyond)) == []


@pytest.mark.parametrize("contents", [b"", b"{", b"[]", b'{"cells": 3}', b"\xff", b"[" * 100_000])
def test_a_bad_notebook_has_no_lines(contents: bytes) -> None:
    assert list(Lines(Held({"a.ipynb": contents}))("a.ipynb", 0)) == []


def test_a_file_that_is_not_there_has_no_lines_worth_showing() -> None:
    assert list(Lines(Held({}))("gone.py")) == [""]


def test_contents_are_read_once_and_together() -> None:
    snapshot = Held({"a.py": b"a", "b.py": b"b", "c.py": b"c"})
    lines = Lines(snapshot, ["a.py", "b.py", "gone.py"])
    assert [list(lines(path)) for path in ("b.py", "a.py", "b.py")] == [["b"], ["a"], ["b"]]
    assert snapshot.reads == [["a.py", "b.py"]]


@given(st.binary(), st.integers(-2, 3) | st.none())
def test_any_bytes_have_lines(contents: bytes, cell: int | None) -> None:
    assert all("\n" not in line for line in Lines(Held({"a": contents}))("a", cell))
