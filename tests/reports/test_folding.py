"""Findings with one cause are told once."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from groundrules.model import Cause, Finding, Place, Span
from groundrules.reports import View, render
from groundrules.reports.folding import folded

from .examples import finding, lines, report

FIRST, SECOND = "The same holds in one other place.", "The same holds in 2 other places."


def caused(path: str, line: int, cause: str | None = "data/raw", here: str = "", status: str = "new") -> Finding:
    """A finding at a line, with what would mend it."""
    return finding(path, line, 1, 4, status=status)._replace(cause=None if cause is None else Cause(cause, here))


def test_the_first_place_tells_of_the_others() -> None:
    one, two = caused("a.py", 3), caused("b.py", 5, here="`rows.csv` is read here.")
    (told,) = folded([one, two])
    assert told.message == f"{one.message} {FIRST}"
    assert told.fingerprint == one.fingerprint
    assert told.related == (Place(two.span, "`rows.csv` is read here."),)


def test_what_the_others_speak_of_is_not_lost() -> None:
    beside = Place(Span("c.py", None, 9, 1, 9, 4), "It is written here.")
    two = caused("b.py", 5)._replace(related=(beside, Place(caused("a.py", 3).span, "The same split.")))
    (told,) = folded([caused("a.py", 3), two])
    assert told.related == (Place(two.span, "The same holds here."), beside)


def test_what_is_known_sure_or_mended_stays_by_itself() -> None:
    ones = [
        caused("a.py", 1),
        caused("a.py", 2, status="known"),
        caused("a.py", 3, status="suppressed"),
        caused("a.py", 4, status="suppressed"),
        caused("a.py", 5, cause="data/other"),
        caused("a.py", 6, cause=None),
        caused("a.py", 7, cause=None),
        caused("a.py", 8)._replace(confidence="low"),
        caused("a.py", 9)._replace(level="note"),
        caused("a.py", 10)._replace(rule="unpinned-url"),
        caused("a.py", 11)._replace(fix={"safe": True, "insert-argument": "x=1"}),
    ]
    assert list(folded(ones)) == ones


def test_every_format_folds() -> None:
    found = report(caused("a.py", 3), caused("b.py", 5), caused("c.py", 5))
    (told,) = json.loads(render("json", found, View(lines)))["findings"]
    assert [place["path"] for place in told["related"]] == ["b.py", "c.py"]
    assert told["message"].endswith(SECOND)
    assert "Found 1 warning in 1 file" in render("text", found, View(lines))


def test_people_are_shown_a_few_of_many_places() -> None:
    text = render("text", report(*(caused(f"m{number:02}.py", 3) for number in range(30))), View(lines))
    assert text.count("  see ") == 9
    assert "see 21 more places, which the other formats list" in text


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9), st.sampled_from(["x", "y", None])), unique=True))
def test_no_place_is_lost_and_none_is_told_twice(given_places: list[tuple[str, int, str | None]]) -> None:
    ones = [caused(f"{path}.py", line, cause) for path, line, cause in given_places]
    told = folded(ones)
    shown = [one.span for one in told] + [place.span for one in told for place in one.related]
    assert {one.span for one in ones} == set(shown)
    assert len({one.cause.name for one in told if one.cause}) == len([one for one in told if one.cause])
