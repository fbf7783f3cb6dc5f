"""How examples are laid out, and how a rule is judged by them."""

from __future__ import annotations

import json
import sqlite3
from types import SimpleNamespace
from typing import Any

import pytest

from groundrules import facts, proof
from groundrules.basics.entries import Entries
from groundrules.catalogue import Catalogue
from groundrules.model import Rule, Snapshot, Span, Unreadable

RULE = Rule(
    "a-rule", "a-family", "warning", "high", "`{name}` is bad.", "w", "a", "SELECT span, name FROM word", (), {}, "s"
)


@pytest.fixture(autouse=True)
def _facts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts of the simplest kind: each line that holds `bad` is a row, for every time it does."""

    def gather(snapshot: Snapshot, known: object, cache: str, changed: object, making: object) -> SimpleNamespace:
        connection = sqlite3.connect(":memory:")
        connection.execute("CREATE TABLE word (span, name)")
        spans: list[Span] = []
        unreadable = []
        for path, content in snapshot.read(sorted(snapshot.files)):
            text = content.decode() if isinstance(content, bytes) else content
            if "unreadable" in text:
                unreadable.append(Unreadable(path, None, None, "It says so."))
            cells = (
                [("".join(cell["source"]), number) for number, cell in enumerate(json.loads(text)["cells"])]
                if (path.endswith(".ipynb"))
                else [(text, None)]
            )
            for source, cell in cells:
                for number, line in enumerate(source.split("\n"), 1):
                    for twin in range(line.partition("#")[0].count("bad")):
                        connection.execute("INSERT INTO word VALUES (?, ?)", (len(spans), f"bad{twin}"))
                        spans.append(Span(path, cell, number, 1, number, 2))
        return SimpleNamespace(connection=connection, spans=spans, unreadable=unreadable)

    monkeypatch.setattr(facts, "gather", gather)


def _verdict(example: Any, rule: Rule = RULE) -> proof.Verdict:
    return proof.prove(proof.Case(rule, "an example", example), Catalogue((rule,), (), Entries({}, {}), "", {}, {}))


@pytest.mark.parametrize(
    "example",
    [
        "good\nbad()  # finding\n",
        "bad(); bad()  # 2 findings",
        "good",
        "bad()  # groundrules: ignore[a-rule] for a reason",
        {"files": {"a.sql": "bad -- finding", "b/c.py": "good\nbad  # finding"}},
        {"files": {"n.ipynb": ["good", "good\nbad  # finding", {"markdown": "fine"}]}},
        {"files": {"n.ipynb": ["good", "bad"], "x.json": "\nbad"}, "expect": ["n.ipynb:1:1", "x.json:2"]},
        {"untracked": {"d.csv": "bad"}, "expect": ["d.csv:1"]},
        {"untracked": {"d.csv": "bad"}, "ignored": ["d.csv"]},
    ],
)
def test_proven(example: Any) -> None:
    verdict = _verdict(example)
    assert verdict.proven, str(verdict)
    assert str(verdict) == "a-rule: an example\n  is proven"


def test_what_is_wrong_is_said() -> None:
    verdict = _verdict({"files": {"a.py": "bad\ngood  # finding\nbad; bad  # finding", "n.ipynb": ["good # finding"]}})
    assert str(verdict).splitlines() == [
        "a-rule: an example",
        "  finds nothing at a.py:2",
        "  finds nothing at n.ipynb cell 0:1",
        "  finds at a.py:1: `bad0` is bad.",
        "  finds at a.py:3: `bad0` is bad.",
        "  finds at a.py:3: `bad1` is bad.",
    ]


def test_trouble_is_no_proof() -> None:
    assert _verdict("unreadable").troubles == ("train.py cannot be read: It says so.",)
    (note,) = _verdict("good", RULE._replace(query="SELECT span FROM nowhere")).troubles
    assert "no such table" in note


def test_files_of_a_size() -> None:
    laid = proof.laid_out({"files": {"a.bin": {"size": 5}, "b.csv": {"size": 7, "text": "a,b\n"}}})
    assert laid.files == {"a.bin": b"\0" * 5, "b.csv": b"a,b\na,b"}
    assert laid.tracked == {"a.bin", "b.csv"}


def test_notebooks_are_notebooks() -> None:
    laid = proof.laid_out({"files": {"n.ipynb": ["a\nb", {"markdown": "# c"}]}})
    cells = json.loads(laid.files["n.ipynb"])["cells"]
    assert [(cell["cell_type"], cell["source"]) for cell in cells] == [("code", ["a\n", "b"]), ("markdown", ["# c"])]


def test_cases() -> None:
    rule = RULE._replace(examples={"one": "a", "two": "b"})
    assert [str(case) for case in proof.cases([rule])] == ["a-rule: one", "a-rule: two"]
