"""Which findings are set aside, and which suppressions are not sound."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings.repository import Repository, rule
from groundrules.findings.comments import comments
from groundrules.model import Rule

OTHER = rule(id="other-rule", query="SELECT span, function FROM seed WHERE 0", aliases=("old-name",))


class Setting(NamedTuple):
    """As the settings hold it."""

    path: str
    rule: str
    reason: str = ""
    until: str | None = None


def _found(files: dict[str, str | list[str]], *rules: Rule, **options: object) -> tuple[list[str], list[str]]:
    options = {"today": "2026-06-01", "all_rules": (rule(), OTHER), "marked": [], **options}
    found, notes = Repository(files).calls().find(*(rules or (rule(), OTHER)), **options)
    return [finding.status for finding in found], list(notes)


@pytest.mark.parametrize(
    "text",
    [
        "f()  # groundrules: ignore[a-rule] reviewed",
        "f()  # groundrules: ignore[ other-rule , a-family ]",
        "f()  #groundrules:ignore[a-rule]",
        "# groundrules: ignore[a-rule] reviewed\nf()",
        "# groundrules: ignore[a-rule] reviewed\n# another comment\nf()",
        "# groundrules: ignore-file[a-rule] all of it\n\n\n\nf()",
        "f()  # groundrules: ignore[a-rule] until=2026-06-01",
    ],
)
def test_suppressed_in_python(text: str) -> None:
    statuses, notes = _found({"a.py": text}, rule())
    assert statuses == ["suppressed"]
    assert not [note for note in notes if "a-rule" in note]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.sql", "f() -- groundrules: ignore[a-rule] reviewed"),
        ("a.js", "f() // groundrules: ignore[a-rule]"),
        ("a.md", "<!-- groundrules: ignore[a-rule] reviewed -->\nf()"),
        ("a.yaml", "f(): 1 # groundrules: ignore[a-rule]"),
        ("a.py", 'SQL = """\nf()  -- groundrules: ignore[a-rule]\n"""'),
    ],
)
def test_suppressed_elsewhere(path: str, text: str) -> None:
    assert _found({path: text}) == (["suppressed"], [])


@pytest.mark.parametrize(
    "text",
    [
        "# groundrules: ignore[a-rule]\nx = 1\nf()",
        "x = 1  # groundrules: ignore[a-rule]\nf()",
        "f()  # groundrules: ignore[other-rule]",
        "f()  # Groundrules ignore[a-rule]",
        "\n" * 30 + "# groundrules: ignore-file[a-rule] too late\nf()",
        'f("# groundrules: ignore[a-rule]") or f()',
    ],
)
def test_not_suppressed(text: str) -> None:
    assert _found({"a.py": text})[0] == ["new"]


def test_the_last_line_of_a_statement_will_do() -> None:
    repository = Repository({"a.py": "g(\n  1,\n)  # groundrules: ignore[a-rule]"})
    repository.call("a.py", 1, end_line=3)
    assert repository.find()[0][0].status == "suppressed"


def test_in_notebooks() -> None:
    cells: list[str] = ["# groundrules: ignore-file[old-name]\nx = 1", "f()  # groundrules: ignore[a-rule] ok", "f()"]
    statuses, notes = _found({"n.ipynb": cells})
    assert statuses == ["suppressed", "new"]
    assert notes == ["n.ipynb cell 0:1: `old-name` finds nothing here any more, so this suppression can go."]
    whole: list[str] = ["<!-- groundrules: ignore-file[a-rule] a sketch -->", "f()", "f()"]
    assert _found({"n.ipynb": whole}) == (["suppressed", "suppressed"], [])
    late: list[str] = ["\n" * 40, "# groundrules: ignore-file[a-rule]", "f()"]
    assert _found({"n.ipynb": late})[0] == ["new"]


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("ignore", "This comment names no rule and is not honoured; write `groundrules: ignore[rule] reason`."),
        ("ignore[]", "This comment names no rule and is not honoured; write `groundrules: ignore[rule] reason`."),
        ("ignore[a-rule] until=2026-05-31", "This suppression expired on 2026-05-31."),
        (
            "ignore[a-rule] until=soon",
            "This suppression is not honoured, because `until=soon` is no date like 2027-01-31.",
        ),
        ("ignore[a-rul]", "There is no rule or family `a-rul` to ignore. Did you mean `a-rule`?"),
    ],
)
def test_what_is_not_honoured(comment: str, said: str) -> None:
    assert _found({"a.py": f"f()  # groundrules: {comment}"}) == (["new"], [f"a.py:1: {said}"])


def test_reasons_can_be_required() -> None:
    text = "f()  # groundrules: ignore[a-rule] until=2027-01-01\nf()  # groundrules: ignore[a-rule] - it is known\n"
    statuses, notes = _found({"a.py": text}, require_reasons=True)
    assert statuses == ["new", "suppressed"]
    assert notes == ["a.py:1: This suppression gives no reason and is not honoured; the settings require one."]


def test_unused_ones_are_told_where_that_can_be_known() -> None:
    files: dict[str, str | list[str]] = {"a.py": "x = 1  # groundrules: ignore[a-rule, a-family, other-rule]"}
    looked = {"marked": [("a.py", None)]}
    assert _found(files) == ([], [])
    assert len(_found(files, **looked)[1]) == 3
    assert [note.split("`")[1] for note in _found(files, rule(), **looked)[1]] == ["a-rule"]
    broken = rule("SELECT span FROM nowhere")
    assert [note.split("`")[1] for note in _found(files, broken, OTHER, **looked)[1]] == ["a-rule", "other-rule"]


def test_settings() -> None:
    files: dict[str, str | list[str]] = {"data/a.csv": "f()", "b.csv": "f()"}
    statuses, notes = _found(files, suppress=[Setting("data/", "a-family", "public")])
    assert (statuses, notes) == (["new", "suppressed"], [])
    gone = [Setting("data/", "a-rule", until="2020-01-01"), Setting("lost/", "a-rule")]
    statuses, notes = _found(files, suppress=gone, whole=True)
    assert statuses == ["new", "new"]
    assert notes == [
        "The setting that suppresses `a-rule` in data/: This suppression expired on 2020-01-01.",
        "The setting that suppresses `a-rule` in lost/: "
        "`a-rule` finds nothing here any more, so this suppression can go.",
    ]
    assert _found(files, suppress=gone[1:])[1] == []


@given(
    st.lists(st.text(max_size=30) | st.just("# groundrules: ignore[a] b"), max_size=6),
    st.sampled_from(["a.py", "a.sql"]),
)
def test_any_text_is_read(text: list[str], path: str) -> None:
    for comment in comments([(path, None)], lambda *_: text):
        assert 1 <= comment.line <= len(text)


@given(st.lists(st.sampled_from(["f()", "x = 1", "", "# word", "    f()"]), max_size=8))
def test_suppressing_everything_leaves_nothing(lines: list[str]) -> None:
    text = "\n".join(f"{line}  # groundrules: ignore[a-rule] all" if "f()" in line else line for line in lines)
    statuses, notes = _found({"a.sql": text})
    assert set(statuses) <= {"suppressed"}
    assert notes == []
