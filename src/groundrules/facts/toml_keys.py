"""Keys of TOML: the values from the standard parser, the places from a scan of the lines."""

from __future__ import annotations

import sys

from groundrules.facts.raw import ConfigKey, Trouble, Where
from groundrules.facts.tree import DEEPEST, LONGEST_VALUE, MOST_ROWS, TooMuchError
from groundrules.facts.whereabouts import decoded, on_line, why_not_text
from groundrules.typed import Any

_MOST_DOTS = 3_000  # in a line: the parser's time grows with the square of a key's parts
_TOP = on_line(1, 1, 2)
Places = dict[str, Where]
_last: tuple[bytes, tuple[list[ConfigKey], list[Trouble]]] = (b"", ([], []))


def toml_keys(data: bytes) -> tuple[list[ConfigKey], list[Trouble]]:
    """Every key, in the order of the parsed document. Several extractors ask about one text, so it is remembered."""
    global _last
    if _last[0] != data:
        _last = (data, _read(data))
    return _last[1]


def _read(data: bytes) -> tuple[list[ConfigKey], list[Trouble]]:
    text = decoded(data)
    if text is None:
        return [], [Trouble(None, None, why_not_text(data))]
    if text.count("[") + text.count("{") > 4 * MOST_ROWS or any(
        line.count(".") > _MOST_DOTS for line in text.split("\n")
    ):
        return [], [Trouble(None, None, f"It holds more than {MOST_ROWS:,} keys, so they were left out.")]
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        document = tomllib.loads(text)
        rows: list[ConfigKey] = []
        _flatten(document, "", _places(text.split("\n")), _TOP, rows, 0)
    except (TooMuchError, RecursionError) as error:
        return [], [Trouble(None, None, str(error) if isinstance(error, TooMuchError) else "It is nested too deep.")]
    except ValueError as error:
        return [], [Trouble(None, _line(str(error)), f"It is not valid TOML: {str(error)[:200].rstrip('.')}.")]
    return rows, []


def _line(message: str) -> int | None:
    number = message.rpartition("(at line ")[2].partition(",")[0]
    return int(number) if number.isdecimal() else None


def _flatten(value: Any, key: str, places: Places, near: Where, rows: list[ConfigKey], depth: int) -> None:
    if depth > DEEPEST:
        raise TooMuchError(f"It is nested more than {DEEPEST} deep, so its keys were left out.")
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in children:
        full = f"{key}.{name}" if key else str(name)
        where = places.get(full, near)
        if len(rows) >= MOST_ROWS:
            raise TooMuchError(f"It holds more than {MOST_ROWS:,} keys, so they were left out.")
        rows.append(ConfigKey(where, full, *_scalar(item)))
        _flatten(item, full, places, where, rows, depth + 1)


def _scalar(value: Any) -> tuple[str, str | None]:
    if isinstance(value, dict):
        return "map", None
    if isinstance(value, list):
        return "list", None
    if isinstance(value, bool):
        return "bool", "true" if value else "false"
    text = str(value)
    kind = "number" if isinstance(value, (int, float)) else "text"
    return kind, text if len(text) <= LONGEST_VALUE else None


def _places(lines: list[str]) -> Places:
    """Where keys stand: headers and `key =` at the start of a statement. Items of lists by their lines."""
    places: Places = {}
    counts: dict[str, int] = {}
    table = ""
    number = 0
    while number < len(lines):
        line = lines[number]
        content = line.lstrip()
        number += 1
        if content.startswith("["):
            table = _header(content, counts, line, number, places)
        elif content and content[0] != "#" and "=" in content:
            column = len(line) - len(content) + 1
            name = _dotted(content, "=")
            where = on_line(number, column, column + len(content[: _end_of_key(content, "=")].rstrip()))
            full = f"{table}.{name}" if table else name
            _note(places, full, where)
            number = _after_value(lines, number, content[_end_of_key(content, "=") + 1 :], full, places)
    return places


def _header(content: str, counts: dict[str, int], line: str, number: int, places: Places) -> str:
    many = content.startswith("[[")
    start = 2 if many else 1
    table = _within(_dotted(content[start:], "]"), counts)
    column = len(line) - len(content) + 1 + start
    where = on_line(number, column, column + max(1, len(content[start : start + _end_of_key(content[start:], "]")])))
    if many:
        count = counts.get(table, 0)
        counts[table] = count + 1
        places.setdefault(table, where)
        table = f"{table}.{count}"
    _note(places, table, where)
    return table


def _note(places: Places, key: str, where: Where) -> None:
    """The key, and those above it that have no line of their own."""
    end = key.find(".")
    while end >= 0:
        places.setdefault(key[:end], where)
        end = key.find(".", end + 1)
    places[key] = where


def _within(table: str, counts: dict[str, int]) -> str:
    """A table below an array of tables belongs to the array's last item."""
    parts = table.split(".")
    for length in range(1, len(parts)):
        above = ".".join(parts[:length])
        if above in counts:
            parts[length - 1] += f".{counts[above] - 1}"
    return ".".join(parts)


def _end_of_key(content: str, mark: str) -> int:
    quote = ""
    for at, sign in enumerate(content):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign == mark:
            return at
    return len(content)


def _dotted(content: str, mark: str) -> str:
    key = content[: _end_of_key(content, mark)].strip()
    if '"' not in key and "'" not in key:
        return ".".join(part.strip() for part in key.split("."))
    return ".".join(part.strip().strip("\"'") for part in key.split("."))


class _Value:
    """Follows a value, which may go over several lines, to its end."""

    def __init__(self) -> None:
        self.depth = 0
        self.item = 0  # of the list that the value is
        self._quote = ""

    def take(self, line: str) -> None:
        """Read one more line of it."""
        if len(self._quote) == 1:
            self._quote = ""
        at = 0
        while at < len(line):
            if self._quote:
                at += self._quoted(line, at)
            elif line[at] == "#":
                break
            else:
                at += self._open(line, at)

    def _quoted(self, line: str, at: int) -> int:
        if line[at] == "\\" and self._quote[0] == '"':
            return 2
        length = len(self._quote) if line.startswith(self._quote, at) else 0
        if length:
            self._quote = ""
        return length or 1

    def _open(self, line: str, at: int) -> int:
        sign = line[at]
        if sign in "\"'":
            self._quote = sign * 3 if line.startswith(sign * 3, at) else sign
            return len(self._quote)
        self.depth += (sign in "[{") - (sign in "]}")
        self.item += sign == "," and self.depth == 1
        return 1

    @property
    def in_text(self) -> bool:
        """Whether a text of several lines is open."""
        return len(self._quote) == 3


def _after_value(lines: list[str], number: int, rest: str, full: str, places: Places) -> int:
    """The index of the line after a value; notes the lines of a list's items."""
    value = _Value()
    value.take(rest)
    while (value.depth > 0 or value.in_text) and number < len(lines):
        line = lines[number]
        content = line.strip()
        number += 1
        if value.depth == 1 and not value.in_text and content and content[0] not in "]}#,":
            start = len(line) - len(line.lstrip()) + 1
            places.setdefault(f"{full}.{value.item}", on_line(number, start, start + len(content.rstrip(","))))
        value.take(line)
    return number
