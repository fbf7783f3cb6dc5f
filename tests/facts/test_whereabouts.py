"""Text out of bytes, and places inside it."""

from __future__ import annotations

import pytest

from groundrules.facts.raw import Where
from groundrules.facts.whereabouts import LARGEST, Offsets, decoded, why_not_text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (b"\xef\xbb\xbfk", "k"),
        ("ä=1".encode("utf-16"), "ä=1"),
        (b"caf\xe9", "café"),
        (b"a\0b", None),
        (b"a" * (LARGEST + 1), None),
    ],
)
def test_bytes_become_text_where_they_are_text(data: bytes, text: str | None) -> None:
    assert decoded(data) == text


def test_refusals_are_sentences() -> None:
    assert why_not_text(b"\0") == "It is not text."
    assert why_not_text(b"a" * (LARGEST + 1)) == "It is larger than 1 MB, so it was not read."


def test_offsets_become_lines_and_columns() -> None:
    places = Offsets("ab\n\ncd")
    assert places.where(1, 2) == Where(None, 1, 2, 1, 3)
    assert places.where(0, 5) == Where(None, 1, 1, 3, 2)
    assert places.line(3) == 2
