"""Queries that code runs to read rows: which tables, and whether a moment or snapshot is named."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import Event, Magic
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import is_text, options, spelled
from groundrules.facts.sql import looks_like_sql, scan
from groundrules.typed import Iterable

_MOMENT = pattern(
    r"(?i)\bas\s+of\b|\bsystem_time\b|\bversion\s+as\b|\btimestamp\s+as\b|\bat\s*\(|\bbefore\s*\(|_partition(time|date)\b|\btable_suffix\b"
)


class Queries:
    """Rows of table read for queries."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._made: set[tuple[str, str]] = set()  # files, and the tables that they fill or name themselves
        self._read: list[tuple[Module, str, bool, int, str, str, str, int]] = []
        known = link.knowledge.functions
        told = [known[name]["in_file"] for name in known.having("in_file")]
        self._schemes = tuple(f"{scheme}:" for one in told if isinstance(one, list) for scheme in one)

    def relate(self, event: Event) -> None:
        """What the event's query reads, and the tables that the event fills or names."""
        self._collect(event)
        told = event.known.get("runs_sql")
        if not told:
            return
        names = told.get("statement")
        value = self.link.given(event, names) if not isinstance(names, str) or "." not in names else None
        if value is None:
            return
        for text in self.link.texts(value, event.frame):
            scope = self.link.scope_name(event.module, event.call.scope)
            local = event.entry.kind == "notebook" and self._is_local(event)
            self._rows(event.module, text, local, self.link.span(event), event.name, scope, event.entry.kind)

    def _collect(self, event: Event) -> None:
        if event.entry.kind != "notebook":
            return
        writes = event.known.get("writes") or {}
        for name in (event.known.get("names_table"), writes.get("target") if writes.get("what") == "table" else None):
            value = self.link.given(event, name) if name else None
            for text in self.link.texts(value, event.frame) if value is not None else ():
                self._made.add((event.module.path, _last(text)))

    def _is_local(self, event: Event) -> bool:
        """Whether the query is asked of a database in memory or in a file, as the connection says."""
        if "in_file" in event.known:
            return True
        call = event.call
        values = [*call.args, *(value for _, value in call.kwargs), *(call.func[1:2] if call.func[0] == "attr" else ())]
        return any(
            self._is_in_file(one) for value in values for one in options(self.link.folder.fold(value, event.frame))
        )

    def _is_in_file(self, value: Value) -> bool:
        if is_text(value):
            return spelled(value).startswith(self._schemes)
        if value[0] != "inst" or not isinstance(value[1], str):
            return False
        if (self.link.knowledge.of(value[1]) or {}).get("in_file") is True:
            return True
        made = self.link.walker.program.call(value[2], value[3]) if value[2] and value[3] >= 0 else None
        if made is None or not made.args or value[4] is None:
            return False
        return any(text.startswith(self._schemes) for text in self.link.texts(made.args[0], value[4]))

    def relate_magic(self, magic: Magic) -> None:
        """The same for a cell that holds a query."""
        if magic.kind.startswith("cell:"):
            query = magic.text.partition("\n")[2]
            blank = len(query) - len(query.lstrip())
            line = magic.where[1] + 1 + query[:blank].count("\n")
            span = self.link.rows.span(magic.frame.module.path, (magic.where[0], line, 1, line, 1))
            module = magic.frame.module
            local = any(scheme in text for text in _connections(module) for scheme in self._schemes)
            self._rows(module, query, local, span, "%%" + magic.kind[5:], "", magic.entry.kind)

    def _rows(self, module: Module, text: str, local: bool, span: int, function: str, scope: str, kind: str) -> None:
        if not looks_like_sql(text):
            return
        moment = int(bool(_MOMENT.search(text)))
        if kind == "notebook":
            made = (one.target for one in scan(text) if one.target is not None and one.verb != "select")
            self._made.update((module.path, _last(table)) for table in made)
        for table in dict.fromkeys(sources(text)):
            self._read.append((module, table, local, span, function, scope, kind, moment))

    def finish(self) -> None:
        """One row for each table that is read, when it is known which of them a file fills itself."""
        for module, table, local, span, function, scope, kind, moment in self._read:
            own = (module.path, _last(table)) in self._made or ("." not in table and table in module.env)
            self.link.rows.add(
                "read", span, function, "table", table, int("{" not in table), "memory" if local else "table", "",
                "written" if own and not local else None, None, None,
                moment, 0, 0, 0, None, scope, kind, 0,
            )  # fmt: skip


def _last(table: str) -> str:
    """The name of a table without what it lies in."""
    return table.rpartition(".")[2].strip('`"[]').lower()


def _connections(module: Module) -> Iterable[str]:
    """The texts of a notebook's magics, which may say what database is meant."""
    return [op[2] for _, _, op in module.doing("m")]


def sources(text: str) -> Iterable[str]:
    """The tables that the queries of a text read; catalogues of the database itself are left out."""
    for statement in scan(text):
        if statement.verb == "select":
            for table in statement.sources:
                if not table.lower().startswith(("information_schema", "pg_", "sqlite_")) and "{" not in table:
                    yield table
