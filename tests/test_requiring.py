"""Which tables a query cannot do without: nothing may be left out that has an answer."""

from __future__ import annotations

import sqlite3

import pytest

from groundrules.catalogue.requiring import bare, groups

DDL = {
    "a": "CREATE TABLE a (x, y) -- it's a table",
    "b": "CREATE TABLE b (x, z)",
    "c": "CREATE TABLE c (x)",
    "inner_view": "CREATE VIEW inner_view AS SELECT a.x FROM a JOIN b USING (x)",
    "either": "CREATE VIEW either AS SELECT x FROM a UNION ALL SELECT x FROM c",
    "counting": "CREATE VIEW counting AS SELECT count(*) AS x FROM a",
}


@pytest.mark.parametrize(
    ("query", "needed"),
    [
        ("SELECT x FROM a", (("a",),)),
        ("SELECT x FROM a WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.x = a.x)", (("a",),)),
        ("SELECT a.x FROM a AS one JOIN b ON b.x = one.x, c", (("a",), ("b",), ("c",))),
        ("SELECT a.x FROM a LEFT JOIN b USING (x) JOIN c USING (x)", (("a",),)),
        ("SELECT a.x FROM a RIGHT JOIN b USING (x)", ()),
        ("SELECT count(*) FROM a", ()),
        ("SELECT x, count(*) FROM a GROUP BY x", (("a",),)),
        ("SELECT x FROM a UNION SELECT x FROM b", (("a", "b"),)),
        ("SELECT x FROM a UNION SELECT 1", ()),
        ("SELECT x FROM inner_view", (("a",), ("b",))),
        ("SELECT x FROM either", (("a", "c"),)),
        ("SELECT x FROM counting", ()),
        ("WITH own(x) AS (SELECT x FROM b) SELECT x FROM own JOIN c USING (x)", (("b",), ("c",))),
        (
            "WITH RECURSIVE own AS (SELECT x FROM b UNION SELECT own.x FROM own JOIN a USING (x)) SELECT x FROM own",
            (("b",),),
        ),
        ("SELECT x FROM (SELECT x FROM a)", (("a",),)),
        ("SELECT x FROM (SELECT count(*) AS x FROM a)", ()),
        ("SELECT x FROM b LEFT JOIN (SELECT x FROM a) USING (x)", (("b",),)),
        ("SELECT x FROM (a JOIN b USING (x))", ()),
        ("SELECT count(*) OVER (PARTITION BY x), max(y) OVER one FROM a WINDOW one AS (PARTITION BY x)", (("a",),)),
        ("SELECT count(*) OVER (PARTITION BY x), max(y) FROM a", ()),
        ("SELECT 'FROM a' AS x -- FROM b\n FROM c", (("c",),)),
        ("SELECT 1", ()),
        ("VALUES (1)", ()),
        ("WITH own AS (", ()),
    ],
)
def test_a_query_needs_what_it_is_about(query: str, needed: tuple[tuple[str, ...], ...]) -> None:
    assert groups(query, DDL) == needed


def test_statements_without_comments_make_the_same_tables() -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(";".join(map(bare, DDL.values())))
    assert [row[1] for row in connection.execute("PRAGMA table_info(a)")] == ["x", "y"]
    assert bare("SELECT '--', 'it''s' -- why") == "SELECT '--', 'it''s' "
