"""Columns of a data file before and after, with what their first values look like."""

from __future__ import annotations

from groundrules.facts import kinds
from groundrules.facts.raw import Header
from groundrules.facts.whereabouts import decoded
from groundrules.typed import Any, Iterable, Iterator, NamedTuple

_ROWS = 200  # that the type of a column is taken from
_HEAD = 65_536  # bytes
_LEAST_ALIKE = 0.5  # of the columns; with fewer in common it is another table


class Column(NamedTuple):
    """A column, and the type of its first values."""

    name: str
    type: str | None
    where: tuple[Any, ...]


class Differing(NamedTuple):
    """A column that came, went or changed its type."""

    how: str  # added | dropped | retyped
    name: str
    old_type: str | None
    type: str | None
    where: tuple[Any, ...]


def columns(path: str, data: bytes | None) -> dict[str, Column]:
    """The columns of a CSV, TSV, JSON lines or Parquet file, by name; nothing where it has no header."""
    if data is None:
        return {}
    found: dict[str, Column] = {}
    for name in kinds.extractors(path):
        if name.startswith("headers."):
            rows, _ = kinds.load(name)(data)
            found.update((row.name, Column(row.name, row.type, row.where)) for row in rows if isinstance(row, Header))
    if found and any(column.type is None for column in found.values()):
        types = _types(data, list(found))
        found = {name: column._replace(type=types.get(name)) for name, column in found.items()}
    return found


def differing(old: dict[str, Column], new: dict[str, Column]) -> Iterator[Differing]:
    """What differs between two headers of the same table; nothing where they have too little in common."""
    common = old.keys() & new.keys()
    if not old or not new or len(common) < _LEAST_ALIKE * min(len(old), len(new)):
        return
    head = next(iter(new.values())).where
    for name, column in old.items():
        if name not in new:
            yield Differing("dropped", name, column.type, None, head)
        elif column.type and new[name].type and column.type != new[name].type:
            yield Differing("retyped", name, column.type, new[name].type, new[name].where)
    for name, column in new.items():
        if name not in old:
            yield Differing("added", name, None, column.type, column.where)


def announced(name: str, messages: Iterable[str]) -> bool:
    """Whether the messages of the commits name the column, or speak of columns."""
    said = " ".join(messages).lower()
    return bool(said) and (name.lower() in said or any(word in said for word in ("column", "schema", "header")))


def _types(data: bytes, names: list[str]) -> dict[str, str | None]:
    """number | text by column, from the first rows; None where all of them are empty."""
    import csv

    head = data[:_HEAD]
    text = decoded(head if len(data) <= _HEAD else head[: head.rfind(b"\n") + 1]) or ""
    lines = text.split("\n")[: _ROWS + 1]
    sign = max(",;\t|", key=lines[0].count)
    try:
        rows = list(csv.reader(lines, delimiter=sign))
    except csv.Error:
        return {}
    places = {name.strip(): number for number, name in enumerate(rows[0])} if rows else {}
    return {name: _type([row[places[name]] for row in rows[1:] if len(row) > places[name]]) if name in places else None
            for name in names}  # fmt: skip


def _type(values: list[str]) -> str | None:
    filled = [value.strip() for value in values if value.strip().lower() not in ("", "na", "nan", "null", "none")]
    if not filled:
        return None
    return "number" if all(map(_is_number, filled)) else "text"


def _is_number(value: str) -> bool:
    try:
        float(value.replace(",", "") if value.count(",") else value)
    except ValueError:
        return False
    return True
