"""Columns of data files."""

from __future__ import annotations

import pytest

from groundrules.facts import headers
from groundrules.facts.raw import Header, Rows


def columns(result: Rows) -> list[tuple[str, int, str | None]]:
    rows, troubles = result
    assert troubles == []
    return [(row.name, row.where.column, row.type) for row in rows if isinstance(row, Header)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"id,name\n1,x\n", ["id", "name"]),
        (b"\xef\xbb\xbfid;name;2019\r\n1;x;2\r\n", ["id", "name", "2019"]),
        (b"a\tb, c\n1\t2\n", ["a", "b, c"]),
        (b'"a,b"|c\n1|2', ["a,b", "c"]),
        (b",age,sex\n0,1,2\n", ["age", "sex"]),
        (b"label\n1\n2\n", ["label"]),
        (b"only,a,header\n", ["only", "a", "header"]),
        (b'a,b\n1,"multi\nline"\n', ["a", "b"]),
    ],
)
def test_a_header_is_read(data: bytes, expected: list[str]) -> None:
    assert [name for name, _, _ in columns(headers.extract_table(data))] == expected


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n1,2",
        b"1,2,3\n4,5,6\n",
        b"a,a,b\n1,2,3\n",
        b"Some prose, with a comma\nand no rows\n",
        b"two words\n",
        b"# comment\na,b\n",
        b"a,,,b\n1,2,3,4\n",
        b"a,b\n1,2,3,4\n",
        b'"a,b\n1,2\n',
        b"2019-01-01,5.0,-\n2019-01-02,6,-\n",
        b"\0\1,\2",
        b"a" * 200_000,
    ],
)
def test_what_looks_like_no_header_is_left_alone(data: bytes) -> None:
    assert headers.extract_table(data) == ([], [])


def test_columns_know_their_places() -> None:
    assert columns(headers.extract_table(b'id,"Full Name",x\n')) == [
        ("id", 1, None),
        ("Full Name", 5, None),
        ("x", 16, None),
    ]


def test_only_the_head_of_a_large_file_is_looked_at() -> None:
    assert len(headers.extract_table(b"a,b\n" + b"1,2\n" * 500_000 + b"\0")[0]) == 2


def test_json_lines_give_the_keys_of_the_first_object() -> None:
    data = b'{"a": 1, "b": {"c": []}, "d": null, "e": "x", "f": [1], "g": true}\n{"z": 1}\n'
    assert columns(headers.extract_lines(data)) == [
        *(
            ("a", 2, "number"),
            ("b", 10, "map"),
            ("d", 26, None),
            ("e", 37, "text"),
            ("f", 47, "list"),
            ("g", 57, "bool"),
        )
    ]


@pytest.mark.parametrize("data", [b"", b"[1]\n", b'{"a": \n', b"{" * 50_000, b'"text"'])
def test_other_lines_give_nothing(data: bytes) -> None:
    assert headers.extract_lines(data) == ([], [])


def test_parquet_gives_its_schema_where_the_library_is_there() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    buffer = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.table({"a": [1], "b": ["x"]}), buffer)
    data = buffer.getvalue().to_pybytes()
    assert columns(headers.extract_parquet(data)) == [("a", 1, "int64"), ("b", 1, "string")]


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"x" * 50 + b"PAR1", b"version https://git-lfs"])
def test_broken_parquet_gives_nothing(data: bytes) -> None:
    assert headers.extract_parquet(data) == ([], [])
