"""From a rule's `fix` to edits, and from edits to new contents."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundrules.fixing import Edit, Refused, applied, edits
from groundrules.model import Finding, Span


def planned(
    source: str, place: str, fix: Mapping[str, object], others: Mapping[str, str] | None = None
) -> tuple[Edit, ...]:
    """The edits for a finding on a part of a Python file."""
    start = source.index(place)
    end = start + len(place)
    line, end_line = source.count("\n", 0, start) + 1, source.count("\n", 0, end) + 1
    column, end_column = start - source.rfind("\n", 0, start), end - source.rfind("\n", 0, end)
    span = Span("a.py", None, line, column, end_line, end_column)
    files = {"a.py": source, **(others or {})}

    def lines(path: str, cell: int | None) -> Sequence[str]:
        return files.get(path, "").split("\n")

    finding = Finding("rule", "family", "warning", "high", span, "It is so.", "", "0" * 16, (), "new", fix)
    return edits(finding, lines)


def mended(source: str, place: str, fix: Mapping[str, object]) -> str | None:
    """The file after the fix; None where there is none."""
    found = planned(source, place, fix)
    return applied(source.encode(), found).decode() if found else None


SEED = {"insert-argument": "seed=0"}


@pytest.mark.parametrize(
    ("call", "after"),
    [
        ("f()", "f(seed=0)"),
        ("f(x)", "f(x, seed=0)"),
        ("f(x,)", "f(x, seed=0)"),
        ("f((x))", "f((x), seed=0)"),
        ("f(x, y=[1, 2])", "f(x, y=[1, 2], seed=0)"),
        ("f(*rows)", "f(*rows, seed=0)"),
        ("a.b(c)(x)", "a.b(c)(x, seed=0)"),
        ("f(')')", "f(')', seed=0)"),
        ("f('客')", "f('客', seed=0)"),
        ("f(\n    x,\n    y=1,\n)", "f(\n    x,\n    y=1,\n    seed=0,\n)"),
        ("f(\n\tx,  # why\n)", "f(\n\tx,\n\tseed=0,  # why\n)"),
        ("f(\n    x\n)", "f(\n    x, seed=0\n)"),
        ("f(\n    x  # why\n)", "f(\n    x, seed=0  # why\n)"),
        ("f(  # why\n)", "f(seed=0  # why\n)"),
        ("f(x, seed=None)", "f(x, seed=0)"),
        ("f(\n  x, seed = None , z=1)", "f(\n  x, seed = 0 , z=1)"),
        ("f('客', seed=None)", "f('客', seed=0)"),
        ("f(x for x in y)", None),
        ("f(**options)", None),
        ("f(x, seed=other)", None),
        ("f", None),
        ("f(x", None),
    ],
)
def test_an_argument_is_added_in_the_manner_of_the_call(call: str, after: str | None) -> None:
    source = f"if True:\n    客 = {call}\n"
    assert mended(source, call, SEED) == (None if after is None else source.replace(call, after))


@pytest.mark.parametrize("fix", ["unknown=0", "seed", "=0", "a b=0", "seed="])
def test_an_argument_that_is_none_is_not_added(fix: str) -> None:
    assert mended("f(x)\n", "f(x)", {"insert-argument": fix}) is None


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("SEED = 7\nf(x)\n", "SEED"),
        ("SEED: int = 7\ndef g():\n    f(x)\n", "SEED"),
        ("def g(seed):\n    f(x)\n", "seed"),
        ("def g(rows, *, seed=3):\n    f(x)\n", "seed"),
        ("def g(seed=None):\n    f(x)\n", "0"),
        ("f(x)\nSEED = 7\n", "0"),
        ("SEED = 7\nSEED = 8\nf(x)\n", "0"),
        ("SEED = read()\nf(x)\n", "0"),
        ("SEED = True\nf(x)\n", "0"),
        ("SEED = 7\ndef g(SEED):\n    pass\nf(x)\n", "0"),
        ("if x:\n    SEED = 7\nf(x)\n", "0"),
        ("def g(seed):\n    pass\nf(x)\n", "0"),
        ("SEED = 7\ndef broken(:\nf(x)\n", "0"),
    ],
)
def test_a_name_of_the_project_is_preferred(source: str, value: str) -> None:
    fix = {**SEED, "prefer-names": ["SEED", "seed"]}
    assert mended(source, "f(x)", fix) == source.replace("f(x)", f"f(x, seed={value})")


def test_other_fixes() -> None:
    sql = 'run("""\nCREATE TABLE a (b INT)\n""")\n'
    guard = {"find-text": r"(?i)create\s+table\b(?!\s+if\b)", "put-text": r"\g<0> IF NOT EXISTS"}
    assert mended(sql, sql.strip(), guard) == sql.replace("TABLE", "TABLE IF NOT EXISTS")
    assert mended(sql.replace("a (", "IF NOT EXISTS a ("), '"""', guard) is None
    two = "CREATE TABLE a; CREATE TABLE b"
    assert mended(two, two, guard) is None
    assert mended("for x in listdir(a):\n", "listdir(a)", {"wrap-in": "sorted"}) == "for x in sorted(listdir(a)):\n"
    assert mended("a = 1\nb = 2\nc = 3\n", "b = 2", {"remove-lines": True}) == "a = 1\nc = 3\n"
    assert mended("a = 1; b = 2\n", "b = 2", {"remove-lines": True}) is None
    assert mended("x = old\n", "old", {"replace-with": "new"}) == "x = new\n"
    assert mended("x = old\n", "old", {"safe": True}) is None


@pytest.mark.parametrize(("before", "after"), [("A=\n", "A=\nB=\n"), ("A=", "A=\nB=")])
def test_a_line_is_added_to_another_file(before: str, after: str) -> None:
    fix = {"add-line": "B=", "to-file": ".env.example"}
    found = planned("read('B')\n", "read('B')", fix, {".env.example": before})
    assert applied(before.encode(), found).decode() == after
    assert planned("read('B')\n", "read('B')", fix, {".env.example": after}) == ()
    assert planned("read('B')\n", "read('B')", fix) == ()


# Contents


def test_line_ends_marks_and_encodings_stay() -> None:
    edit = Edit("a.py", None, 2, 2, 2, 2, "é\nz")
    assert applied(b"\xef\xbb\xbfa\r\nbc\r\n", [edit]) == b"\xef\xbb\xbfa\r\nb\xc3\xa9\r\nzc\r\n"
    assert applied(b"# coding: latin-1\nb\xe9\n", [edit._replace(text="\xe8")]) == b"# coding: latin-1\nb\xe8\xe9\n"
    with pytest.raises(Refused, match="cannot hold the new text"):
        applied(b"# coding: latin-1\nb\xe9\n", [edit._replace(text="客")])
    with pytest.raises(Refused, match="not text"):
        applied(b"a\nb\xff\n", [edit])


def test_edits_that_overlap_or_lie_outside_are_refused() -> None:
    whole = Edit("a.py", None, 1, 1, 1, 4, "x")
    with pytest.raises(Refused, match="same place"):
        applied(b"abc\n", [whole, whole._replace(column=2)])
    with pytest.raises(Refused, match="has changed"):
        applied(b"abc\n", [whole._replace(end_column=9)])
    with pytest.raises(Refused, match="has changed"):
        applied(b"abc\n", [whole._replace(line=7, end_line=7)])


def notebook(sources: list[str | list[str]], **options: object) -> str:
    """A notebook of code cells."""
    cells = [{"cell_type": "code", "source": source, "outputs": ["é"]} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("indent", [1, 2, None])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("listed", [True, False])
def test_a_cell_changes_and_nothing_around_it(listed: bool, ascii_only: bool, indent: int | None) -> None:
    source = "a = 'é'\nf(x)\nb = 3"
    cell: str | list[str] = source.splitlines(keepends=True) if listed else source
    text = notebook(["x = 1", cell], indent=indent, ensure_ascii=ascii_only)
    new = applied(text.encode(), [Edit("n.ipynb", 1, 2, 4, 2, 4, ", 'è\"'\n    ")]).decode()
    assert json.loads(new)["cells"][0] == json.loads(text)["cells"][0]
    held = json.loads(new)["cells"][1]["source"]
    assert "".join(held) == source.replace("f(x)", "f(x, 'è\"'\n    )")
    assert isinstance(held, list) is listed
    assert len(held) == 4 or not listed
    same = [row for row in text.split("\n") if "f(x)" not in row]
    assert [row for row in new.split("\n") if row in same] == same
    again = notebook(["x = 1", held], indent=indent, ensure_ascii=ascii_only)
    if ascii_only:
        assert new == again, "as the program that wrote the notebook would have written it"


TEXT = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=12)
ARGUMENTS = ["x", "(x)", "'),'", "*r", "k=1", "l=None", "f(x, y)", "[1,\n 2]", "lambda: 0"]


@given(
    sources=st.lists(st.lists(TEXT, max_size=5), min_size=1, max_size=3),
    line=st.integers(1, 6), column=st.integers(1, 8), end_line=st.integers(1, 6), end_column=st.integers(1, 8),
    text=st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=9),
    indent=st.sampled_from([None, 1]),
)  # fmt: skip
def test_any_edit_of_a_cell_is_that_edit_of_its_text(
    sources: list[list[str]], line: int, column: int, end_line: int, end_column: int, text: str, indent: int | None
) -> None:
    cells = [[f"{row}\n" for row in rows] for rows in sources]
    edit = Edit("n.ipynb", 0, line, column, end_line, end_column, text)
    whole = "".join(cells[0])
    try:
        new = applied(notebook([*cells], indent=indent).encode("utf-8", "surrogatepass"), [edit])
    except Refused:
        return
    held = json.loads(new)["cells"]
    assert "".join(held[0]["source"]) == applied(whole.encode(), [edit._replace(cell=None)]).decode()
    assert [cell["source"] for cell in held[1:]] == cells[1:]


@given(
    arguments=st.lists(st.sampled_from(ARGUMENTS), max_size=4),
    comma=st.booleans(), gap=st.sampled_from(["", " ", "\n", "\n    ", "  # why\n"]),
)  # fmt: skip
def test_a_call_with_one_more_argument_still_parses(arguments: list[str], comma: bool, gap: str) -> None:
    call = f"f({gap}{f',{gap}'.join(arguments)}{',' if comma and arguments else ''}{gap})"
    try:
        before = ast.parse(call, mode="eval").body
    except SyntaxError:
        return
    after = mended(call, call, SEED)
    assert isinstance(before, ast.Call)
    assert after is not None
    tree = ast.parse(after, mode="eval").body
    assert isinstance(tree, ast.Call)
    given = [word for word in tree.keywords if word.arg == "seed"]
    assert len(given) == 1
    tree.keywords.remove(given[0])
    assert ast.dump(tree) == ast.dump(before)
    assert after.count("# why") == call.count("# why")
