"""The file of known findings: what it holds, what it says about moved and stale ones, and that it stays the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings.repository import Repository
from groundrules.errors import UserError
from groundrules.findings.baseline import Entry, held, read, renewed, written
from groundrules.model import Finding

ENTRY = Entry("0123456789abcdef", "a-rule", "src/a.py", "since ever")
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)


def _found(files: dict[str, str | list[str]]) -> tuple[Finding, ...]:
    return Repository(files).calls().find()[0]


def test_one_sorted_line_a_finding_without_times_and_numbers() -> None:
    other = ENTRY._replace(fingerprint="f" * 16, reason="")
    text = written([other, ENTRY, ENTRY])
    assert text.splitlines()[1:] == ["0123456789abcdef\ta-rule\tsrc/a.py\tsince ever", f"{'f' * 16}\ta-rule\tsrc/a.py"]
    assert text == written([ENTRY, other])
    assert sorted(text.splitlines()) == text.splitlines()


@given(
    st.lists(
        st.builds(Entry, st.from_regex("[0-9a-f]{16}", fullmatch=True), st.just("a-rule"), TEXT.filter(bool), TEXT)
    )
)
def test_what_is_written_can_be_read(entries: list[Entry]) -> None:
    unique = {entry.fingerprint: entry for entry in entries}
    again = {one.fingerprint: one for one in read(written(unique.values()).encode(), "b")}
    assert again == unique


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0123\ta-rule\ta.py\n", "b, line 1: This is no entry"),
        ("# fine\n\n0123456789abcdef a-rule a.py\n", "b, line 3: This is no entry"),
        ("<<<<<<< ours\n", "b, line 1: A merge left its marks here"),
    ],
)
def test_what_is_no_entry_is_a_mistake_with_its_line(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        read(text.encode(), "b")


def test_what_it_holds_is_known_and_what_it_holds_in_vain_is_stale() -> None:
    findings = _found({"a.py": "f()\nx = f()"})
    entry = Entry(findings[0].fingerprint, "a-rule", "a.py", "why")
    verdict = held(findings, [entry, ENTRY], lambda _: True)
    assert [one.status for one in verdict.findings] == ["known", "new"]
    assert verdict.stale == (ENTRY,)
    assert held(findings, [entry, ENTRY], lambda _: True, lambda one: one.rule != "a-rule").stale == ()
    assert {one.reason for one in renewed(verdict, "new")} == {"why", "new"}
    assert [one.reason for one in renewed(verdict, new=False)] == ["why"]


def test_a_finding_of_a_file_that_is_gone_can_have_moved() -> None:
    (old,), (new,) = _found({"old.py": "f()"}), _found({"new.py": "\n\nf()"})
    entry = Entry(old.fingerprint, "a-rule", "old.py", "why")
    verdict = held((new,), [entry], lambda path: path == "new.py")
    assert ([one.status for one in verdict.findings], verdict.stale) == (["known"], ())
    assert renewed(verdict) == (Entry(new.fingerprint, "a-rule", "new.py", "why"),)
    # While the old file is there, this is another finding.
    verdict = held((new,), [entry], lambda _: True)
    assert ([one.status for one in verdict.findings], verdict.stale) == (["new"], (entry,))


def test_suppressed_findings_do_not_come_in() -> None:
    findings = _found({"a.py": "f()  # groundrules: ignore[a-rule]"})
    assert renewed(held(findings, [], lambda _: True)) == ()
