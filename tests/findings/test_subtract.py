"""Which findings are new, known or gone, by their fingerprints."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from findings.repository import Repository, rule
from groundrules.findings.subtract import subtracted
from groundrules.model import Finding


def _found(
    files: dict[str, str | list[str]], scope: str = "", renamed: dict[str, str] | None = None
) -> tuple[Finding, ...]:
    query = f"SELECT span, function, '{scope}' AS scope FROM seed"
    return Repository(files).calls().find(rule(query=query), renamed=renamed)[0]


def _statuses(findings: tuple[Finding, ...]) -> list[str]:
    return [f"{found.span.path}:{found.span.line} {found.status}" for found in findings]


def test_a_function_may_be_renamed() -> None:
    now, gone = subtracted(_found({"a.py": "f()"}, "new"), _found({"a.py": "f()"}, "old"), {})
    assert (_statuses(now), gone) == (["a.py:1 known"], ())


def test_each_old_finding_explains_one() -> None:
    now, gone = subtracted(_found({"a.py": "f()\nf()\nf()"}), _found({"a.py": "f()"}), {})
    assert [found.status for found in now] == ["known", "new", "new"]
    now, gone = subtracted(_found({"a.py": "f()"}), _found({"a.py": "f()\nf()\nf()"}), {})
    assert ([found.status for found in now], len(gone)) == (["known"], 2)


def test_a_renamed_file_and_code_that_moved_away() -> None:
    renamed = {"old.py": "new.py"}
    then = _found({"old.py": "f()", "rest.py": "x = f()"}, renamed=renamed)
    now, gone = subtracted(_found({"new.py": "\nf()", "other.py": "1\n2\nx = f()"}), then, renamed)
    assert (_statuses(now), gone) == (["new.py:2 known", "other.py:3 known"], ())


def test_what_concerns_a_file_as_a_whole_does_not_move_to_another() -> None:
    then, now = _found({"a.csv": "f()"}), _found({"b.csv": "f()"})
    whole = (1, 1, 1, 1)
    then, now = (
        tuple(one._replace(span=one.span._replace(line=1, column=1, end_line=1, end_column=1)) for one in side)
        for side in (then, now)
    )
    assert then[0].span[2:] == whole
    status, gone = subtracted(now, then, {})
    assert (_statuses(status), [one.path for one in gone]) == (["b.csv:1 new"], ["a.csv"])


def test_suppressed_findings_are_neither_new_nor_gone() -> None:
    silent = _found({"a.py": "f()  # groundrules: ignore[a-rule]"})
    loud = _found({"a.py": "f()"})
    assert subtracted(silent, loud, {}) == (silent, ())
    assert subtracted(loud, silent, {}) == (loud, ())


LINES = st.lists(st.sampled_from(["f()", "x = f()", "1", "y = f()  # groundrules: ignore[a-rule]"]), max_size=6)
FILES = st.dictionaries(st.sampled_from(["a.py", "b.py", "c.py"]), LINES.map("\n".join), max_size=3)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(FILES, FILES)
def test_nothing_is_lost_and_the_numbers_add_up(now_files: dict[str, str], then_files: dict[str, str]) -> None:
    now, then = _found(dict(now_files)), _found(dict(then_files))
    marked, gone = subtracted(now, then, {})
    assert [one._replace(status="") for one in marked] == [one._replace(status="") for one in now]
    known = sum(one.status == "known" for one in marked)
    matched_silently = sum(
        one.fingerprint in {two.fingerprint for two in now if two.status == "suppressed"}
        for one in then
        if one.status == "new"
    )
    assert known + len(gone) + matched_silently == sum(one.status == "new" for one in then)
    assert subtracted(now, now, {})[1] == ()
    assert not any(one.status == "new" for one in subtracted(now, now, {})[0])
