"""Asking: rows become findings, and nothing a rule does can harm the run."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings.repository import Repository, rule
from groundrules.findings import ask as asking
from groundrules.findings.ask import ask, shown, tables_read

FOREVER = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS span, 'f' AS function FROM n"
)


@pytest.fixture
def repository() -> Repository:
    found = Repository({"b.py": "f()\n", "a.py": "\n\nf()\n"})
    found.call("b.py", 1, "later")
    found.call("a.py", 3, "first")
    return found


def test_findings_stand_by_place(repository: Repository) -> None:
    found = ask(repository.connection, repository.spans, [rule()]).findings
    assert [(raw.span.path, raw.span.line, raw.message, raw.advice) for raw in found] == [
        ("a.py", 3, "`first` is called.", "Mend `first`."),
        ("b.py", 1, "`later` is called.", "Mend `later`."),
    ]


def test_rows_of_one_place_and_message_are_one_finding() -> None:
    repository = Repository({})
    for line in (5, 9, 7, 7):
        repository.call("a.py", line)
    query = """SELECT (SELECT min(span) FROM seed) AS span, function,
        span AS related, 'And ' || function AS related_message,
        CASE span WHEN 2 THEN 'error' ELSE 'nonsense' END AS level, 'low' AS confidence, 'main' AS scope FROM seed"""
    (raw,) = ask(repository.connection, repository.spans, [rule(query)]).findings
    assert raw.span.line == 5
    assert [(place.span.line, place.message) for place in raw.related] == [(7, "And f"), (9, "And f")]
    assert (raw.level, raw.confidence, raw.scope) == ("error", "low", "main")


def test_settings_decide_the_level_last(repository: Repository) -> None:
    loud = rule("SELECT span, function, 'error' AS level FROM seed")
    answers = ask(repository.connection, repository.spans, [loud], {"a-rule": "note", "a-family": "off"})
    assert {raw.level for raw in answers.findings} == {"note"}
    answers = ask(repository.connection, repository.spans, [loud], {"a-family": "off"})
    assert (answers.findings, answers.answered) == ([], [])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT span FROM nowhere", "The rule `a-rule` could not be asked: no such table: nowhere."),
        ("DELETE FROM seed", "The rule `a-rule` could not be asked: not authorized."),
        ("ATTACH 'a.db' AS b", "The rule `a-rule` could not be asked: not authorized."),
        ("PRAGMA user_version = 3", "The rule `a-rule` could not be asked: not authorized."),
        ("SELECT 1; SELECT 2", "The rule `a-rule` could not be asked: You can only execute one statement at a time."),
        ("SELECT abs(-9223372036854775808) AS span", "The rule `a-rule` could not be asked: integer overflow."),
        (FOREVER, "The rule `a-rule` was stopped because its query takes too many steps; it says nothing here."),
        ("SELECT NULL AS span", "The rule `a-rule` gave answers without a place, which are left out: 1."),
        (
            "SELECT 99 AS span UNION SELECT 'x' UNION SELECT -1",
            "The rule `a-rule` gave answers without a place, which are left out: 3.",
        ),
    ],
)
def test_a_rule_that_fails_is_a_note(repository: Repository, query: str, said: str) -> None:
    other = rule(id="other")
    answers = ask(repository.connection, repository.spans, [rule(query), other], steps=1_000_000)
    assert answers.notes == [said]
    assert {raw.rule.id for raw in answers.findings} == {"other"}
    assert other in answers.answered


def test_the_connection_is_given_back(repository: Repository) -> None:
    ask(repository.connection, repository.spans, [rule(FOREVER)], steps=1000)
    repository.connection.execute("CREATE TABLE after_all (a)")
    assert repository.connection.execute("SELECT count(*) FROM seed").fetchone() == (2,)


def test_values_cannot_reach_anything() -> None:
    repository = Repository({})
    repository.call("a.py", 1, "{0.__class__} {rule}\x1b[31m\nnext")
    (raw,) = ask(repository.connection, repository.spans, [rule()]).findings
    assert raw.message == "`{0.__class__} {rule}\N{REPLACEMENT CHARACTER}[31m next` is called."


def test_a_fix_is_filled_in(repository: Repository) -> None:
    fixed = rule(fix={"insert-argument": "{function}=0", "safe": False})
    assert ask(repository.connection, repository.spans, [fixed]).findings[0].fix == {
        "insert-argument": "first=0",
        "safe": False,
    }


def test_tables_read() -> None:
    connection = Repository({}).connection
    connection.execute("CREATE VIEW seeded AS SELECT span FROM seed")
    assert tables_read(connection, "SELECT count(*) AS span FROM draw WHERE EXISTS (SELECT span FROM seeded)") == {
        "draw",
        "seed",
        "seeded",
    }
    with pytest.raises(sqlite3.Error):
        tables_read(connection, "SELECT span FROM nowhere")


@given(st.none() | st.text() | st.binary() | st.integers() | st.floats())
def test_shown_values_are_short_and_harmless(value: object) -> None:
    text = shown(value)
    assert len(text) <= asking.LONGEST
    assert text.isprintable()
