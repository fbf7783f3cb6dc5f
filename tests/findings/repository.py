"""A small database filled by hand, as facts would fill it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import groundrules
from groundrules.findings import find
from groundrules.model import Finding, Rule, Span

TABLES = os.path.join(os.path.dirname(groundrules.__file__), "facts", "tables.sql")
DRAWS = "SELECT span, function FROM seed"


def rule(query: str = DRAWS, message: str = "`{function}` is called.", **changes: Any) -> Rule:
    """A rule about calls in the table `seed`."""
    made = Rule("a-rule", "a-family", "warning", "high", message, "Why.", "Mend `{function}`.", query, (), {}, "a.yaml")
    return made._replace(**changes)


class Repository:
    """Files, places in them, and the facts that hold there."""

    def __init__(self, files: Mapping[str, str | list[str]]) -> None:
        self.files = files
        self.spans: list[Span] = []
        self.connection = sqlite3.connect(":memory:")
        with open(TABLES, encoding="utf-8") as stream:
            self.connection.executescript(stream.read())

    def lines(self, path: str, cell: int | None) -> Sequence[str]:
        """The lines of a file or a cell."""
        text = self.files.get(path, "")
        chosen = text[cell] if isinstance(text, list) and cell is not None else text
        return chosen.splitlines() if isinstance(chosen, str) else ()

    def call(self, path: str, line: int, function: str = "f", cell: int | None = None, end_line: int = 0) -> int:
        """A row about a call; the id of its place."""
        self.spans.append(Span(path, cell, line, 1, end_line or line, 9))
        span = len(self.spans) - 1
        columns = [row[1] for row in self.connection.execute("PRAGMA table_info(seed)")]
        values = [{"span": span, "function": function}.get(name, 0) for name in columns]
        self.connection.execute(f"INSERT INTO seed VALUES ({', '.join('?' * len(values))})", values)
        return span

    def calls(self) -> Repository:
        """A row for every line that holds `f()`."""
        for path, text in self.files.items():
            cells: list[tuple[int | None, str]] = [(None, text)] if isinstance(text, str) else list(enumerate(text))
            for cell, source in cells:
                for number, line in enumerate(source.splitlines(), 1):
                    if "f()" in line:
                        self.call(path, number, cell=cell)
        return self

    def find(self, *rules: Rule, **options: Any) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
        """What the rules find here."""
        return find(connection=self.connection, spans=self.spans, rules=rules or (rule(),), lines=self.lines, **options)
