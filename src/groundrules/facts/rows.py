"""The rows of one run, on their way into the database."""

from __future__ import annotations

from groundrules.model import Span
from groundrules.typed import Any


class Rows:
    """Collects rows by table; places become numbers on the way."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.tables: dict[str, list[tuple[Any, ...]]] = {}
        self._numbers: dict[Span, int] = {}
        self._seen: set[tuple[Any, ...]] = set()

    def beside(self) -> Rows:
        """Rows that are collected by themselves, with the same numbers for places."""
        other = Rows()
        other.spans, other._numbers = self.spans, self._numbers
        return other

    def span(self, path: str, where: tuple[Any, ...]) -> int:
        """The number of a place; `where` is raw.Where or the same as a plain tuple."""
        span = Span(path, *where)
        number = self._numbers.get(span)
        if number is None:
            number = self._numbers[span] = len(self.spans)
            self.spans.append(span)
        return number

    def add(self, table: str, *row: Any) -> None:
        """One row, in the order of the table's columns. The same row twice counts once."""
        key = (table, *row)
        if key not in self._seen:
            self._seen.add(key)
            self.tables.setdefault(table, []).append(row)
