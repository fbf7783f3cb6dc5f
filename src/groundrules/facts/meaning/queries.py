"""Queries that code runs to read rows: which tables, and whether a moment or snapshot is named."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import Event, Magic
from groundrules.facts.sql import looks_like_sql, scan
from groundrules.typed import Iterable

_MOMENT = pattern(
    r"(?i)\bas\s+of\b|\bsystem_time\b|\bversion\s+as\b|\btimestamp\s+as\b|\bat\s*\(|\bbefore\s*\(|_partition(time|date)\b|\btable_suffix\b"
)


class Queries:
    """Rows of table read for queries."""

    def __init__(self, link: Link) -> None:
        self.link = link

    def relate(self, event: Event) -> None:
        """One row for each table that the event's query reads."""
        told = event.known.get("runs_sql")
        if not told:
            return
        names = told.get("statement")
        value = self.link.given(event, names) if not isinstance(names, str) or "." not in names else None
        if value is None:
            return
        for text in self.link.texts(value, event.frame):
            scope = self.link.scope_name(event.module, event.call.scope)
            self._rows(text, self.link.span(event), event.name, scope, event.entry.kind)

    def relate_magic(self, magic: Magic) -> None:
        """The same for a cell that holds a query."""
        if magic.kind.startswith("cell:"):
            query = magic.text.partition("\n")[2]
            blank = len(query) - len(query.lstrip())
            line = magic.where[1] + 1 + query[:blank].count("\n")
            span = self.link.rows.span(magic.frame.module.path, (magic.where[0], line, 1, line, 1))
            self._rows(query, span, "%%" + magic.kind[5:], "", magic.entry.kind)

    def _rows(self, text: str, span: int, function: str, scope: str, kind: str) -> None:
        if not looks_like_sql(text):
            return
        for table in dict.fromkeys(sources(text)):
            self.link.rows.add(
                "read", span, function, "table", table, int("{" not in table), "table", "", None, None, None,
                int(bool(_MOMENT.search(text))), 0, 0, 0, None, scope, kind, 0,
            )  # fmt: skip


def sources(text: str) -> Iterable[str]:
    """The tables that the queries of a text read; catalogues of the database itself are left out."""
    for statement in scan(text):
        if statement.verb == "select":
            for table in statement.sources:
                if not table.lower().startswith(("information_schema", "pg_", "sqlite_")) and "{" not in table:
                    yield table
