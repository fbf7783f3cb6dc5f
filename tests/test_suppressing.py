"""Suppressions are written where they count, and nothing else changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Repository
from groundrules import cli
from groundrules.errors import UserError
from groundrules.model import Finding, Span
from groundrules.suppressing import Suppression, suppressed
from groundrules.suppressing_settings import added

WHAT = Suppression("a-rule", "a good reason")
SAID = "# groundrules: ignore[a-rule] a good reason"


def at(path: str, line: int, end_line: int = 0, cell: int | None = None) -> Finding:
    """A finding at a place."""
    span = Span(path, cell, line, 1, end_line or line, 2)
    return Finding("a-rule", "a-family", "warning", "high", span, "It is.", "Mend it.", "0" * 16, (), "new", None)


@pytest.mark.parametrize(
    ("path", "before", "line", "end", "after"),
    [
        ("a.py", "x = f()\n", 1, 1, f"x = f()  {SAID}\n"),
        ("a.py", "x = f()  # noqa", 1, 1, f"x = f()  # noqa  {SAID}"),
        ("a.py", "x = f()\r\ny = 1\r\n", 1, 1, f"x = f()  {SAID}\r\ny = 1\r\n"),
        ("a.py", "f()  # groundrules: ignore[other] why\n", 1, 1, "f()  # groundrules: ignore[other, a-rule] why\n"),
        ("a.py", "x = f(\n    1,\n)\n", 1, 3, f"x = f(  {SAID}\n    1,\n)\n"),
        ("a.py", "if x:\n    y = f() + \\\n        1\n", 2, 3, f"if x:\n    y = f() + \\\n        1  {SAID}\n"),
        ("a.py", "if x:\n  f('''\n  a''' + \\\n 'b')\n", 2, 3, f"if x:\n  {SAID}\n  f('''\n  a''' + \\\n 'b')\n"),
        (
            "a.py",
            'S = """\nINSERT INTO t\nSELECT 1\n"""\n',
            2,
            2,
            'S = """\nINSERT INTO t  -- groundrules: ignore[a-rule] a good reason\nSELECT 1\n"""\n',
        ),
        ("a.sql", "SELECT 1;\n", 1, 1, "SELECT 1;  -- groundrules: ignore[a-rule] a good reason\n"),
        ("a.yaml", "a:\n  b: 1\n", 2, 2, f"a:\n  b: 1  {SAID}\n"),
        ("a.toml", "[a]\nb = 1\n", 2, 2, f"[a]\nb = 1  {SAID}\n"),
        (".env.example", "KEY=\n", 1, 1, f"{SAID}\nKEY=\n"),
        ("Dockerfile", "FROM python\n", 1, 1, f"{SAID}\nFROM python\n"),
        ("a.yaml", "a: |\n  text\nb: 1\n", 2, 2, None),
        ("a.json", "{}\n", 1, 1, None),
        ("data.csv", "a,b\n", 1, 1, None),
    ],
)  # fmt: skip
def test_where_the_comment_goes(path: str, before: str, line: int, end: int, after: str | None) -> None:
    assert suppressed(before, at(path, line, end), WHAT) == after


def notebook(*cells: str, **options: object) -> str:
    """A notebook as text."""
    kept: list[dict[str, Any]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell.splitlines(True)}
        for cell in cells
    ]
    document = {"nbformat": 4, "cells": kept, "metadata": {"z": 1, "a": "é"}, "nbformat_minor": 5}
    return json.dumps(document, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize(
    "form",
    [{"indent": 1}, {"indent": 2, "ensure_ascii": False}, {}, {"separators": (",", ":")}, {"indent": "\t"}],
    ids=str,
)
def test_a_notebook_keeps_its_form(form: dict[str, object], end: str) -> None:
    before = notebook("import x\n", "%matplotlib inline\ny = f()\nz = 1", **form) + end
    after = suppressed(before, at("a.ipynb", 2, cell=1), WHAT)
    assert after == notebook("import x\n", f"%matplotlib inline\ny = f()  {SAID}\nz = 1", **form) + end


def test_a_cell_in_another_language_gets_a_tag() -> None:
    after = suppressed(notebook("%%sql\nINSERT INTO t VALUES (1)", indent=1), at("a.ipynb", 2, cell=0), WHAT)
    assert after is not None
    assert json.loads(after)["cells"][0]["metadata"] == {"tags": ["groundrules: ignore[a-rule] a good reason"]}


def test_a_notebook_in_a_form_of_its_own_is_left_alone() -> None:
    assert suppressed('{ "cells":[]\n}', at("a.ipynb", 1, cell=0), WHAT) is None


@given(st.text(alphabet="ab()='\"\\\n #x1:", max_size=40), st.integers(1, 4))
def test_whatever_the_text_the_program_stays_the_same(text: str, line: int) -> None:
    import ast

    after = suppressed(text, at("a.py", line), WHAT)
    if after is not None:
        assert "groundrules: ignore[a-rule" in after
        if "-- groundrules" not in after:
            assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(text))


LINE = '- {path: "/a.json", rule: a-rule, reason: "why: so"}\n'
ITEM = {"path": "/a.json", "rule": "a-rule", "reason": "why: so"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"suppress:\n  {LINE}"),
        ("# ours\nselect: [x]", f"# ours\nselect: [x]\nsuppress:\n  {LINE}"),
        (
            "suppress:  # known\n- path: b\n  rule: c\n\n# then\nignore: []\n",
            f"suppress:  # known\n- path: b\n  rule: c\n{LINE}\n# then\nignore: []\n",
        ),
    ],
)  # fmt: skip
def test_settings_in_yaml_keep_what_people_wrote(before: str, after: str) -> None:
    assert added(before, "groundrules.yaml", [ITEM]) == after


def test_settings_in_toml() -> None:
    before = '[project]\nname = "x"  # ours\n\n[tool.groundrules]\nselect = []\n'
    after = added(before, "pyproject.toml", [ITEM])
    assert after.startswith(before)
    assert '[[tool.groundrules.suppress]]\npath = "/a.json"\n' in after


def test_settings_that_cannot_be_added_to_are_said_so() -> None:
    with pytest.raises(UserError, match="Add this under `suppress`"):
        added("suppress: []\n", "groundrules.yaml", [ITEM])


# The command

BAD = 'import os\n\nkey = os.environ["CHURN_TOKEN"]\nprint(key)\n'


@pytest.fixture
def here(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository with a script and a notebook that read a variable nobody declares."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(repository.folder)
    repository.commit({"src/a.py": BAD, "b.ipynb": notebook("1", BAD.replace("CHURN", "OTHER"), indent=1)})
    return repository


def test_after_suppressing_nothing_is_found(here: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["suppress", "--rule", "undeclared-variable", "--reason", "set by the platform"]
    assert cli.main(["check"]) == 1
    assert cli.main([*words, "src/a.py:3", "--diff"]) == 0
    assert "+key = os.environ" in capsys.readouterr().out
    assert cli.main(["check"]) == 1
    assert cli.main([*words, "src/a.py:3"]) == 0
    assert cli.main([*words, "b.ipynb:1:3", "--until", "2999-01-01"]) == 0
    assert cli.main(["check"]) == 0
    out = capsys.readouterr().out
    assert "2 findings were suppressed." in out
    assert "can go" not in out
    assert cli.main([*words, "--all"]) == 2
    assert "There is no finding" in capsys.readouterr().err


def test_all_at_once(here: Repository) -> None:
    words = ["suppress", "--rule", "untracked-config", "--reason", "set by the platform", "--all"]
    assert cli.main(words) == 0
    assert cli.main(["check"]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rule", "undeclared-variable", "src/a.py:3"], "and the reason"),
        (["--rule", "undeclared-variable", "--reason", "x"], "--all"),
        (["--rule", "undeclared-varible", "--reason", "x", "--all"], "Did you mean `undeclared-variable`?"),
        (["--rule", "undeclared-variable", "--reason", "x", "nowhere.py:3"], "is no place"),
        (["--rule", "undeclared-variable", "--reason", "x", "src/a.py:1"], "There is no finding"),
    ],
)
@pytest.mark.usefixtures("here")
def test_mistakes_are_answered_with_a_sentence(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["suppress", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_suppression_of_no_use_is_told_where_nothing_is_found(
    here: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    useless = "x = 1  # groundrules: ignore[undeclared-variable] long ago\n"
    tagged = json.loads(notebook("x = 1", indent=1))
    tagged["cells"][0]["metadata"]["tags"] = ["groundrules: ignore[undeclared-variable] long ago"]
    here.stage({"c.py": useless, "d.ipynb": json.dumps(tagged), "e.toml": f"{useless}", "f.md": f"    {useless}"})
    for words in ((), ("--staged",), ("c.py", "d.ipynb", "e.toml", "f.md")):
        cli.main(["check", *words])
        out = capsys.readouterr().out
        assert "c.py:1: `undeclared-variable` finds nothing here any more" in out
        assert "d.ipynb cell 0, tag: `undeclared-variable` finds nothing" in out
        assert "e.toml:1: `undeclared-variable` finds nothing" in out
        assert "f.md" not in out


def test_a_tag_speaks_of_its_cell(here: Repository) -> None:
    document = json.loads(notebook(BAD, BAD.replace("CHURN", "OTHER")))
    document["cells"][0]["metadata"]["tags"] = ["groundrules: ignore[undeclared-variable] set by the platform"]
    here.delete("src/a.py", "b.ipynb")
    here.commit({"a.ipynb": json.dumps(document)})
    assert cli.main(["check"]) == 1
    document["cells"][1]["metadata"]["tags"] = ["slow", "groundrules: ignore[untracked-config] until=2999-12-31 so"]
    here.commit({"a.ipynb": json.dumps(document)})
    assert cli.main(["check"]) == 0
