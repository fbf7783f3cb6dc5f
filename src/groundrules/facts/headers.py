"""The columns of data files: the header of CSV and TSV, the keys of JSON lines, the schema of Parquet."""

from __future__ import annotations

from groundrules.facts.raw import Header, Row, Rows
from groundrules.facts.whereabouts import decoded, on_line

HEAD = 65_536  # bytes that a header is looked for in
MOST_COLUMNS = 5_000
LONGEST_NAME = 120
_SEPARATORS = ",;\t|"
_TYPES = {"str": "text", "int": "number", "float": "number", "bool": "bool", "list": "list", "dict": "map"}


def extract_table(data: bytes) -> Rows:
    """The header of a CSV or TSV file; nothing where the first line does not look like one."""
    lines = _head(data).split("\n")
    if not lines[0].strip() or lines[0].startswith("#"):
        return [], []
    names = _names(lines[0], lines[1] if len(lines) > 1 else "")
    rows: list[Row] = []
    column = 1
    for name in names:
        at = lines[0].find(name, column - 1) + 1 or column
        if name.strip():
            rows.append(Header(on_line(1, at, at + len(name)), name.strip(), None))
        column = at + len(name)
    return rows, []


def _names(first: str, second: str) -> list[str]:
    """The cells of a header, by the commonest sign that also parts the next line so."""
    for sign in sorted(_SEPARATORS, key=lambda sign: -_outside_quotes(first, sign)):
        names = _cells(first, sign)
        if _is_header(names, first) and _matches(names, second, sign):
            return names
    return []


def _head(data: bytes) -> str:
    """The first lines, without one that was cut."""
    head = data[:HEAD]
    if len(data) > HEAD:
        head = head[: head.rfind(b"\n") + 1]
    return decoded(head) or ""


def _outside_quotes(line: str, sign: str) -> int:
    return sum(part.count(sign) for part in line.split('"')[::2])


def _cells(line: str, separator: str) -> list[str]:
    import csv

    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _is_header(names: list[str], line: str) -> bool:
    filled = [name.strip() for name in names if name.strip()]
    if not filled or len(names) > MOST_COLUMNS or line.count('"') % 2 or len(filled) < len(names) - 1:
        return False
    if len(set(filled)) < len(filled) or any(len(name) > LONGEST_NAME for name in filled):
        return False
    if len(names) == 1:
        return line.strip().strip('"').isidentifier()
    return sum(map(_is_value, filled)) * 2 < len(filled)


def _is_value(cell: str) -> bool:
    """A number, or something that holds no letter."""
    try:
        float(cell)
    except ValueError:
        return not any(sign.isalpha() for sign in cell)
    return True


def _matches(names: list[str], second: str, separator: str) -> bool:
    """Whether the next line could be a row: as many cells, unless a quoted cell goes on in the line after it."""
    if not second.strip() or second.count('"') % 2:
        return True
    return len(_cells(second, separator)) in (len(names), len(names) + 1)


def extract_lines(data: bytes) -> Rows:
    """The keys of the first object of a JSON lines file."""
    import json

    line = _head(data).split("\n")[0].strip()
    try:
        first = json.loads(line) if line.startswith("{") else None
    except (ValueError, RecursionError):
        return [], []
    rows: list[Row] = []
    column = 0
    for name, value in list(first.items())[:MOST_COLUMNS] if isinstance(first, dict) else ():
        quoted = json.dumps(name, ensure_ascii=False)
        at = line.find(quoted, column)
        column = at + len(quoted) if at >= 0 else column
        where = on_line(1, max(at, 0) + 1, max(at, 0) + 1 + len(quoted))
        rows.append(Header(where, name, _TYPES.get(type(value).__name__)))
    return rows, []


def extract_parquet(data: bytes) -> Rows:
    """The schema of a Parquet file, where the extra `data` is installed."""
    if len(data) < 12 or not data.startswith(b"PAR1") or not data.endswith(b"PAR1"):
        return [], []
    import importlib
    from io import BytesIO

    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        return [], []
    try:
        schema = parquet.read_schema(BytesIO(data))
        named = [(str(field.name), str(field.type)) for field in schema]
    except Exception:  # the library raises errors of many kinds on damaged files
        return [], []
    where = on_line(1, 1, 2)
    return [
        Header(where, name, kind) for name, kind in named[:MOST_COLUMNS] if not name.startswith("__index_level_")
    ], []
