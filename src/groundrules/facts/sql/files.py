"""Files of SQL → rows with lines and columns."""

from __future__ import annotations

from bisect import bisect_right

from groundrules.facts import raw
from groundrules.facts.sql.scanner import scan
from groundrules.facts.sql.statement import Statement

LARGEST = 5_000_000  # bytes; what is longer is a dump of data, not a program


def extract(data: bytes) -> tuple[list[raw.Row], list[raw.Trouble]]:
    """The statements of a file, and what its Jinja says. Any bytes give an answer."""
    if len(data) > LARGEST:
        size = f"{len(data) / 1_000_000:.1f} MB"
        return [], [raw.Trouble(None, None, f"The SQL file is too long to be read ({size}).")]
    text = _decoded(data)
    if text is None:
        return [], [raw.Trouble(None, None, "The file is named like SQL but holds binary data.")]
    places = _Places(text)
    return [*[_row(statement, places) for statement in scan(text)], *_built(text, places)], []


def _built(text: str, places: _Places) -> list[raw.Row]:
    """The table that a tool builds from the file, and the macros that the file holds."""
    from groundrules.facts.sql import models

    rows: list[raw.Row] = (
        [raw.QueryMacro(places.where(one.offset, one.offset), *one[1:]) for one in models.macros(text)]
        if "{%" in text
        else []
    )
    rows.extend(_outputs(text, places) if "{{" in text else ())
    told = models.model(text) if "{{" in text else None
    if told is not None and "materialized" in told.settings:
        kept = told.settings
        rows.append(
            raw.BuiltTable(
                places.where(told.offset, min(told.end + 1, len(text))), kept["materialized"], kept.get("unique_key"),
                kept.get("incremental_strategy"), kept.get("enabled", "true").lower() != "false", tuple(kept),
                " ".join(kept.values()), told.watermark, told.calls,
            )
        )  # fmt: skip
    return rows


def _outputs(text: str, places: _Places) -> list[raw.Row]:
    """What the file's query gives to those of other files."""
    from groundrules.facts.sql import outputs

    told = outputs.output(text)
    if told is None:
        return []
    made = tuple([(places.where(start, end), name, renamed) for start, end, name, renamed in told.made])
    return [raw.QueryOutput(places.where(0, 0), made, told.takes, told.whole)]


def _decoded(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data[:8000]:
        return _wide(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    # A lone carriage return ends a line as well; the length stays the same.
    return text if "\n" in text else text.replace("\r", "\n")


def _wide(data: bytes) -> str | None:
    """SQL Server's tools write UTF-16, at times without a mark."""
    half = data[:8000]
    for encoding, zeros, letters in (("utf-16-le", half[1::2], half[::2]), ("utf-16-be", half[::2], half[1::2])):
        if zeros.count(0) > 0.9 * len(zeros) and not letters.count(0):
            return data.decode(encoding, errors="replace")
    return None


class _Places:
    """Offsets → lines and columns, both from 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        position = text.find("\n")
        while position >= 0:
            self._starts.append(position + 1)
            position = text.find("\n", position + 1)

    def where(self, start: int, end: int) -> raw.Where:
        return raw.Where(None, *self._point(start), *self._point(end))

    def _point(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def _row(statement: Statement, places: _Places) -> raw.SqlText:
    unused = tuple((places.where(each.offset, each.end), each.table, each.column) for each in statement.unused_columns)
    return raw.SqlText(
        places.where(statement.offset, statement.end),
        statement.verb,
        statement.object,
        statement.target,
        statement.guard,
        statement.cleared,
        statement.pair,
        statement.clock,
        statement.sources,
        unused,
        statement.adds,
        statement.window,
        statement.empties,
        statement.empties_all,
        statement.emptied,
        statement.tallies,
    )
