"""Files of SQL: places, encodings, bounds, and the laws that hold for any text."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from groundrules.facts import raw
from groundrules.facts.sql import extract as extract_rows
from groundrules.facts.sql import looks_like_sql, scan

VOCABULARY = """INSERT INTO t SELECT * FROM a JOIN b ON WHERE x IS NULL NOT EXISTS IN ( ) , ; . = 'now' "q" `b` [c] {h}
    {{ref('x')}} {% if x %} {%endmacro%} {%macro m()%} -- /* */ \n GO IF
    BEGIN END THEN ELSE CASE WHEN CREATE TABLE DROP OR REPLACE
    ALTER ADD COLUMN WITH AS UNION DELETE TRUNCATE UPDATE SET MERGE USING COPY LOAD DATA DO $$ %s %(x)s :y ? $1 @v # //
    PARTITION VALUES now() CURRENT_DATE OVER LEFT LATERAL PROCEDURE TRIGGER DELIMITER LOOP FOR WHILE 1 2.5 ' " ` { } [ ]
    GROUP BY ORDER DISTINCT EXCEPTION INDEX VIEW ON CONFLICT IDENTIFIER"""
WORDS = st.sampled_from(VOCABULARY.replace("\n   ", " \n").split(" "))
PIECES = st.lists(WORDS, max_size=60).map(" ".join)


def extract(data: bytes) -> tuple[list[raw.SqlText], list[raw.Trouble]]:
    rows, troubles = extract_rows(data)
    return [row for row in rows if isinstance(row, raw.SqlText)], troubles


def check(text: str) -> None:
    size = len(text)
    for statement in scan(text):
        assert 0 <= statement.offset < statement.end <= size
        assert statement.target_offset is None or 0 <= statement.target_offset < size
        assert statement.guard is None or statement.guard
        for column in statement.unused_columns:
            assert 0 <= column.offset < column.end <= size
    looks_like_sql(text)


@given(PIECES)
@settings(max_examples=200, deadline=None)
def test_any_sequence_of_words(text: str) -> None:
    check(text)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text(text: str) -> None:
    check(text)
    check("INSERT INTO " + text)
    check("WITH a AS (SELECT " + text)


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes(data: bytes) -> None:
    rows, _ = extract(data)
    for row in rows:
        assert row.where.line >= 1
        assert (row.where.end_line, row.where.end_column) > (row.where.line, row.where.column)


@given(PIECES)
@settings(max_examples=100, deadline=None)
def test_a_comment_in_front_changes_no_statement(text: str) -> None:
    moved = "/* DROP TABLE t; */\n"
    before = [each[2:5] + each[6:11] for each in scan(text)]
    assert [each[2:5] + each[6:11] for each in scan(moved + text)] == before


def test_places_count_lines_and_characters() -> None:
    rows, troubles = extract("-- häder\r\n  DELETE FROM tä;\nINSERT INTO tä\nVALUES (1)".encode())
    assert not troubles
    assert [tuple(row.where) for row in rows] == [(None, 2, 3, 2, 17), (None, 3, 1, 4, 11)]
    assert rows[1].cleared


def test_encodings() -> None:
    text = "-- é\nDROP TABLE t"
    for data in (
        text.encode(),
        text.encode("utf-8-sig"),
        text.encode("utf-16"),
        text.encode("utf-16-le"),
        text.encode("cp1252"),
    ):
        rows, troubles = extract(data)
        assert not troubles
        assert [(row.verb, row.where.line) for row in rows] == [("drop", 2)]


def test_what_cannot_be_read_is_said() -> None:
    rows, troubles = extract(b"\x00\x01\x02PNG")
    assert not rows
    assert troubles[0].reason.endswith(".")
    rows, troubles = extract(b"-" * 5_000_001)
    assert not rows
    assert "5.0 MB" in troubles[0].reason


def seconds(text: str) -> float:
    start = time.process_time()
    scan(text)
    return time.process_time() - start


HOSTILE = """{{ ' " ` [ ( ${ %( # a. /* $a$ {%_macro_x_%}
    WHILE_ WHEN_ CASE_ BEGIN_ END_ IF_ FROM_( PARTITION_( ALGORITHM_=_
    FOR_x_IN_y_ WITH_a_AS_( WITH_a_AS_(DELETE_FROM_b_WHERE_ NOT_IN_(SELECT_ INSERT_INTO_a_SELECT_ INSERT_INTO_t_{x}_
    CREATE_TRIGGER_t_BEGIN_ SELECT_a_AS_b,_ DELETE_FROM_a_USING_b; WITH_a_AS_(SELECT_1_AS_b)_"""
HOSTILE_PIECES = [piece.replace("_", " ") for piece in HOSTILE.split()] + [
    "DELIMITER x\n",
    "CREATE PROC x AS\n",
    "-- \n",
]


def test_hostile_texts_take_linear_time() -> None:
    """Twice the text may take about twice the time; a square would take four times as long, and minutes here."""
    for piece in HOSTILE_PIECES:
        assert seconds(piece * (60_000 // len(piece))) < 3, piece
