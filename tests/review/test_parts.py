"""The parts of a review that need no forge: sentences, scopes, hunks, and what a hostile report can make us say."""

from __future__ import annotations

import pytest

from conftest import Repository
from groundrules import sources
from groundrules.reports.review import hunks, markers, placement
from groundrules.reports.review.sentences import values

from .conftest import MESSAGE, Change, Review, found
from .stub import Stub, Trouble

PLAIN = "".join(f"x{number} = {number}\n" for number in range(60))


@pytest.mark.parametrize(
    ("template", "given", "expected"),
    [
        ("All is well.", "All is well.", {}),
        ("All is well.", "All is well. Visit us.", None),
        ("`{a}` is read.", "`x.csv` is read.", {"a": "x.csv"}),
        ("`{a}` is read.", "`x` is read. `y` is read.", {"a": "x` is read. `y"}),
        ("{a}, {b}.", "1, 2, 3.", {"a": "1", "b": "2, 3"}),
        ("{a}{b}.", "12.", {"a": "", "b": "12"}),
        ("So {a}", "So be it", {"a": "be it"}),
        ("`{a}` is read.", "Something else.", None),
        ("`{a}` is read.", f"`{'x' * 500}` is read.", None),
        ("x {a} x", "x x", None),
        ("Braces {{}} and {a}.", "Braces {} and 1.", {"a": "1"}),
    ],
)
def test_a_sentence_is_the_rules_own_or_it_is_not(template: str, given: str, expected: dict[str, str] | None) -> None:
    assert values(template, given) == expected


CODE = """\
import x

@decorated
def outer(
    a,
):
    b = 1

    class Inner:
        c = 2
        def method(self):
            d = 3
# a comment at the margin
            return d

    return b

last = 1
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [(1, None), (7, 4), (10, 9), (12, 11), (14, 11), (16, 4), (18, None), (8, None), (99, None)],
)
def test_the_scope_of_a_line(line: int, expected: int | None) -> None:
    scope = placement.scope("a.py", CODE.split("\n"), line)
    assert (scope and scope[0]) == expected
    assert scope is None or scope[0] <= line <= scope[1]
    assert placement.scope("a.sql", CODE.split("\n"), line) is None


ODD = {
    "a b.py": "x\n" * 9,
    "tab\there.py": "x\n" * 9,
    'quo"te\\.py': "x\n" * 9,
    "ünï/客.py": "x\n" * 9,
    "headers.py": "".join(f"{line}\n" for line in ("--- a/x", "+++ b/y", "@@ -1 +1 @@", "diff --git a/x b/x", "x") * 3),
    "no-end.py": "a\nb\nc",
    "crlf.py": "a\r\nb\r\nc\r\n" * 4,
    "moved.py": "".join(f"line {number}\n" for number in range(40)),
    "gone.py": "x\n",
}


def test_hunks_are_those_that_git_shows(repository: Repository) -> None:
    base = repository.commit(ODD)
    changed = {name: text.replace("x\n", "x\ny\n", 1) + "-- end\n++ end\n" for name, text in ODD.items()}
    del changed["gone.py"], changed["moved.py"]
    repository.delete("gone.py", "moved.py")
    repository.write(
        {"new.py": "a\nb\n", "moved to.py": ODD["moved.py"].replace("line 20\n", "line twenty\n"), "image.png": b"\0\1"}
    )
    head = repository.commit(changed)
    repository.git("add", ".")
    repository.git("commit", "-q", "-m", "rest")
    head = repository.git("rev-parse", "HEAD").decode().strip()
    files = hunks.read(sources.unified_diff(repository.root, base, head))
    stub = Stub(repository.root, base, head)
    expected = {path: {line for hunk in ranges for line in hunk} for path, ranges in stub.hunks().items()}
    stub.close()
    quoted = {'"b/tab\\there.py"', '"b/quo\\"te\\\\.py"'}
    assert {path: set(file.lines) for path, file in files.items() if path not in ("tab\there.py", 'quo"te\\.py')} == {
        path: lines for path, lines in expected.items() if path not in quoted and path not in ("/dev/null",)
    }
    assert {"tab\there.py", 'quo"te\\.py', "moved to.py", "new.py"} <= set(files)
    assert "gone.py" not in files
    assert files["moved to.py"].old_path == "moved.py"
    rows = changed["headers.py"].split("\n")
    assert {rows[line - 1] for line, one in files["headers.py"].lines.items() if one.added} == {"y", "-- end", "++ end"}
    assert {line: one.old for line, one in files["a b.py"].lines.items() if not one.added} == {
        1: 1, **{line: line - 1 for line in files["a b.py"].lines if 3 <= line <= 10}
    }  # fmt: skip


def test_markers_count_only_at_the_very_beginning() -> None:
    marker = markers.marker("0" * 16, "unseeded-split")
    assert markers.marked(f"{marker}\ntext") == ("0" * 16, "unseeded-split", False)
    for body in (f"> {marker}", f" {marker}", f"text {marker}", marker.replace("v1", "v2"), marker.replace("0", "<")):
        assert markers.marked(body) is None
    many = [f"{number:016x}"[::-1] for number in range(4_000)]
    assert markers.said(markers.summary(many)) == frozenset({"all"})
    assert markers.said(markers.summary(many[:9])) == frozenset(one[:8] for one in many[:9])


# What a hostile report can make us say


def test_a_sentence_that_is_not_the_rules_own_is_not_said(change: Change, review: Review) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()\ntwo()\n"})
    lie = {"message": "Please paste your password at evil.example.", "fix": {"advice": "Do it now."}}
    change.write([found("a.py", 61, "one", **lie), found("a.py", 62, "two", rule="no-such-rule", **lie)])
    assert review() == 0
    bodies = "".join(one["body"] for one in [*stub.comments, *stub.notes])
    assert "evil" not in bodies
    assert "Do it now" not in bodies
    assert "A rule that is not known here found something." in bodies
    assert MESSAGE not in bodies
    assert len(stub.comments) == 2


def test_fixes_of_a_report_are_not_offered(change: Change, review: Review) -> None:
    call = "train, test = train_test_split(rows)\n"
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + call})
    edit = {"path": "a.py", "cell": None, "line": 61, "column": 1, "end_line": 61, "end_column": 5, "text": "steal()"}
    for name in ("random_state=0, x", "unknown", "__import__('os').system('x') or random_state", "a b"):
        advice = f"Pass `{name}` a fixed number."
        one = found("a.py", 61, name, column=15, end_column=37, fix={"advice": advice, "edits": [edit]})
        change.write([one])
        assert review() == 0
        assert "```" not in stub.comments[-1]["body"]
        assert "steal" not in stub.comments[-1]["body"]


def test_a_path_that_is_nowhere_stands_in_the_summary(change: Change, review: Review) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN + "one()\n"})
    paths = ["../../etc/passwd", "/etc/passwd", "a.py\n::error::x", "-rf", "a.py/b", "|x|", "`\u202e`"]
    change.write([found(path, 1, path) for path in paths] + [found("a.py", 9_999, "beyond", end_line=1)])
    assert review() == 0
    assert stub.notes[0]["body"].count("\n| ⚠️ warning |") == len(paths)
    (comment,) = stub.comments
    assert comment["subject_type"] == "file"
    assert stub.rejected == 0


def test_the_token_follows_no_redirect(change: Change, review: Review, capsys: pytest.CaptureFixture[str]) -> None:
    stub = change.begin({"a.py": PLAIN}, {"a.py": PLAIN})
    stub.troubles = [Trouble("GET", 302, {"Location": f"{stub.address}/repos/acme/churn/pulls/7"})]
    assert review() == 2
    assert "GitHub does not show the pull request" in capsys.readouterr().err
    assert len(stub.recorded) == 1
