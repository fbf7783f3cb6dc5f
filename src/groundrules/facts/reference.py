"""What can be asked: the tables with their sentences, read from the SQL that makes them."""

from __future__ import annotations

import os
import sqlite3

from groundrules.typed import NamedTuple

# What a column of that name means where its table says nothing closer.
COMMON = {
    "span": "where it stands: a place, joins table span",
    "scope": "the function or class around it, '' at module level",
    "path": "the file, relative to the repository",
    "name": "its name",
    "function": "qualified name of what is called",
    "target": "the file, folder, address or table that it speaks of",
    "id": "the number by which other tables name it",
    "in_task": "runs in a pipeline task or a scheduled job",
    "in_test": "stands in a test",
    "timeout": "as folded; NULL when none is set",
}


class Column(NamedTuple):
    """A column of a fact table."""

    name: str
    type: str  # TEXT | INTEGER | '' where a view computes it
    meaning: str


class Table(NamedTuple):
    """A table or view that rules and people ask."""

    name: str
    meaning: str
    columns: tuple[Column, ...]


def introduction() -> str:
    """The sentences that open tables.sql: what holds for all tables."""
    lines = []
    for line in _source("tables.sql").splitlines():
        if not line.startswith("--"):
            break
        lines.append(line[2:].strip())
    return " ".join(lines)


def tables() -> tuple[Table, ...]:
    """All tables, then all views, in the order of their files. A name means the same everywhere, so a column without
    a sentence of its own has that of the first of its name, or of the table that is called like it."""
    sources = [_source("tables.sql"), _source("views.sql")]
    described = {name: words for source in sources for name, words in _described(source).items()}
    known = dict(COMMON)
    for _, columns in described.values():
        for name, meaning in columns.items():
            if meaning:
                known.setdefault(name, meaning)
    known = {**{name: meaning for name, (meaning, _) in described.items()}, **known}
    connection = sqlite3.connect(":memory:")
    for source in sources:
        connection.executescript(source)
    found = [_table(connection, name, described.get(name, ("", {})), known) for name in _names(connection)]
    connection.close()
    return tuple(found)


def _names(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' "
        "ORDER BY type, rowid"
    )
    return [str(name) for (name,) in rows]


def _table(
    connection: sqlite3.Connection, name: str, described: tuple[str, dict[str, str]], known: dict[str, str]
) -> Table:
    meaning, own = described
    rows = connection.execute(f'PRAGMA table_info("{name}")')
    columns = (
        Column(str(column), str(type_), own.get(column) or known.get(column, "")) for _, column, type_, *_ in rows
    )
    return Table(name, meaning, tuple(columns))


def _described(source: str) -> dict[str, tuple[str, dict[str, str]]]:
    """By table: its sentence, and its columns' comments."""
    described: dict[str, tuple[str, dict[str, str]]] = {}
    above: list[str] = []
    columns: dict[str, str] = {}
    for line in source.splitlines():
        code, _, comment = line.partition("--")
        words = code.split()
        if not words and comment:
            above.append(comment.strip())
        elif len(words) > 2 and words[0] == "CREATE" and words[1] in ("TABLE", "VIEW"):
            columns = {}
            described[words[2].strip('("')] = (" ".join(above), columns)
            above = []
        elif words and comment:
            columns[_column(words)] = comment.strip()
        elif not words:
            above = []
    return described


def _column(words: list[str]) -> str:
    """The name that a line gives: the first word of a table's, the last of a view's `… AS name,`."""
    word = words[words.index("AS") + 1] if "AS" in words[:-1] else words[0]
    return word.strip('",').rpartition(".")[2]


def _source(name: str) -> str:
    path = os.path.join(os.path.dirname(__file__), name)
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as stream:
        return stream.read()
