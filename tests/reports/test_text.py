"""The text report: what people see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundrules.model import Unreadable
from groundrules.reports import View, render
from groundrules.reports.terminal import cells, clean, colour_wanted

from .examples import FULL, finding, lines, report

Golden = Callable[[str, str], None]
PLAIN = View(lines)


def test_a_full_report(golden: Golden) -> None:
    golden("full.txt", render("text", FULL, PLAIN))


def test_a_full_report_with_colours_and_advisory_findings(golden: Golden) -> None:
    golden("full-colour.txt", render("text", FULL, PLAIN._replace(colour=True, show_all=True, width=60)))


def test_a_clean_report(golden: Golden) -> None:
    golden("clean.txt", render("text", report(), PLAIN))


def test_paths_are_shown_as_the_reader_sees_them() -> None:
    text = render("text", report(finding("src/train.py", 3, 15, 26)), PLAIN._replace(shown=lambda path: "../" + path))
    assert text.startswith("../src/train.py:3:15: warning [unseeded-split]")


def test_one_hidden_finding_reads_well() -> None:
    text = render("text", report(finding("src/train.py", 1, 1, 7, level="note")), PLAIN)
    assert "Nothing found" in text
    assert "1 advisory finding is hidden; --show-all shows it." in text


def test_the_repository_cannot_steer_the_terminal() -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\u202egnp.exe\u2066 \x9b31m"
    bad = finding(f"src/{evil}.py", 1, 1, 4, message=f"`{evil}` is read.")
    rendered = report(bad, unreadable=[Unreadable(evil, None, None, evil)], notes=[evil])
    view = View(lambda path, cell: [f"open({evil})"])
    text = render("text", rendered, view)
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "\\x1b[2J\\u202egnp.exe" in text


def test_a_caret_stands_below_wide_characters() -> None:
    text = render("text", report(finding("src/wide.py", 1, 5, 21)), PLAIN)
    _, source, carets, *_ = text.splitlines()
    assert source == "  1 | 値 = draw('データ', rows)"
    assert carets == "    |      " + "^" * 19  # three of the sixteen characters take two columns


@given(
    line=st.text(st.characters(exclude_characters="\n\r"), max_size=400),
    column=st.integers(1, 450),
    length=st.integers(-3, 450),
    width=st.integers(0, 150),
)
def test_any_line_can_be_shown(line: str, column: int, length: int, width: int) -> None:
    view = View(lambda path, cell: [line], width=width)
    text = render("text", report(finding("a.py", 1, column, column + length)), view)
    excerpt = [shown for shown in text.splitlines() if shown.startswith("    |")]
    assert all(set(caret[5:].strip()) == {"^"} for caret in excerpt)
    room = max(width, 26)
    for shown in text.splitlines():
        if shown.startswith(("  1 |", "    |")):
            assert sum(columns for _, columns in cells(shown)) <= room + 2


@given(st.text())
def test_clean_text_is_printable_and_plain_text_unchanged(text: str) -> None:
    cleaned = clean(text)
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in cleaned)
    assert cleaned == text or not text.isprintable()


@pytest.mark.parametrize(
    ("terminal", "environment", "expected"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "0"}, False),
        (True, {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_who_gets_colours(terminal: bool, environment: dict[str, str], expected: bool) -> None:
    assert colour_wanted(terminal, environment) is expected
