"""Text → statements."""

from __future__ import annotations

from groundrules.facts.sql import changes, definitions, habits
from groundrules.facts.sql.clauses import walk
from groundrules.facts.sql.columns import Columns
from groundrules.facts.sql.draft import Draft
from groundrules.facts.sql.guards import by_query
from groundrules.facts.sql.order import Order
from groundrules.facts.sql.split import Piece, Splitter
from groundrules.facts.sql.statement import Statement, UnusedColumn
from groundrules.facts.sql.tokens import Tokens, tokenize

READERS = {
    "INSERT": changes.insert,
    "REPLACE": changes.insert,
    "UPDATE": changes.update,
    "DELETE": changes.delete,
    "TRUNCATE": changes.truncate,
    "MERGE": changes.merge,
    "COPY": changes.copy,
    "LOAD": changes.load,
    "SELECT": changes.select,
    "CREATE": definitions.create,
    "DROP": definitions.drop,
    "ALTER": definitions.alter,
}
EXPORTS = frozenset({"UNLOAD", "EXPORT"})
MAIN_VERBS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "FROM"})
SECOND = {"INSERT": {"INTO"}, "DELETE": {"FROM"}}


class _Scan:
    def __init__(self, text: str, tokens: Tokens, procedural: bool) -> None:
        self.text, self.tokens, self.items = text, tokens, tokens.items
        self.procedural = procedural
        self.columns = Columns(tokens)
        self.drafts: list[tuple[Draft, str | None]] = []
        self.bodies: list[tuple[int, int, str | None]] = []  # DO $$ … $$ and EXECUTE IMMEDIATE $$ … $$

    def run(self) -> list[Statement]:
        for piece in Splitter(self.text, self.items, self.procedural).run():
            self._piece(piece)
        return self._finish()

    def _piece(self, piece: Piece) -> None:
        first, last, condition = piece
        key = self.items[first][1]
        start = self._after_ctes(first, last) if key == "WITH" else first
        if key == "WITH":
            self._changing_ctes(first, start, condition)
        while start < last and self.items[start][1] == "(":
            start += 1
        key = self.items[start][1] if start < last else ""
        if key in ("DO", "EXECUTE", "BEGIN"):
            self.bodies += [(token[2], token[3], token[1]) for token in self.items[start:last] if token[0] == "d"]
            return
        if key in EXPORTS:
            self._add(Draft(first, last, "other", "export"), condition)
        elif key == "FROM":
            self._add(changes.select(self.text, self.items, first, last), condition)
        elif key in READERS:
            self._read(key, first, start, last, condition)

    def _read(self, key: str, first: int, start: int, last: int, condition: str | None) -> None:
        if key == "SELECT" or start == first:
            if key == "SELECT" and self.procedural:
                return
            begin = first if key == "SELECT" else start
            self._add(READERS[key](self.text, self.items, begin, last), condition)
            return
        draft = READERS[key](self.text, self.items, start, last)  # WITH … INSERT: the tables of both halves count
        if draft is not None:
            self._add(self._with_ctes(draft, first, start), condition)

    def _with_ctes(self, draft: Draft, first: int, start: int) -> Draft:
        before, own = walk(self.text, self.items, first, start, "select", ""), draft.clauses
        if own is None:
            return draft._replace(first=first)
        both = own._replace(
            sources=[*before.sources, *own.sources],
            ctes=before.ctes | own.ctes,
            set_operations=before.set_operations | own.set_operations,
            nulls=before.nulls | own.nulls,
            not_exists=before.not_exists or own.not_exists,
            not_in=[*before.not_in, *own.not_in],
        )
        guard, clock = draft.guard, draft.clock
        if draft.verb == "insert" and guard in (None, "hidden"):
            guard = by_query(draft.target, both) or guard
        if before.clock == "predicate":
            clock = before.clock
        return draft._replace(first=first, clauses=both, guard=guard, clock=clock or before.clock)

    def _after_ctes(self, first: int, last: int) -> int:
        """The index of the verb that follows the common table expressions."""
        depth = 0
        for index in range(first + 1, last):
            kind, key, _, _ = self.items[index]
            if kind == "p":
                depth += (key == "(") - (key == ")")
            elif kind == "w" and depth == 0 and key in MAIN_VERBS and self.items[index - 1][1] == ")":
                return index
        return last

    def _changing_ctes(self, first: int, last: int, condition: str | None) -> None:
        """WITH gone AS (DELETE FROM …): those run as well."""
        index = first
        while index < last:
            key = self.items[index][1]
            if key in ("INSERT", "DELETE", "UPDATE") and self.items[index - 1][1] == "(":
                end = self._closing(index, last)
                self._add(READERS[key](self.text, self.items, index, end), condition)
                index = end
            index += 1

    def _closing(self, index: int, last: int) -> int:
        depth = 1
        for position in range(index, last):
            key = self.items[position][1]
            depth += (key == "(") - (key == ")")
            if depth == 0:
                return position
        return last

    def _add(self, draft: Draft | None, condition: str | None) -> None:
        if draft is not None and draft.last > draft.first:
            self.drafts.append((draft, condition))

    def _finish(self) -> list[Statement]:
        order = Order({index for index, (draft, _) in enumerate(self.drafts) if habits.empties_all(self.items, draft)})
        for index, (draft, _) in enumerate(self.drafts):
            order.read(index, draft)
        found = [
            self._statement(index, draft, condition, order) for index, (draft, condition) in enumerate(self.drafts)
        ]
        for start, end, tag in self.bodies:
            found += _body(self.text, start, end, len(tag or ""))
        found.sort(key=lambda statement: statement.offset)
        return found

    def _statement(self, index: int, draft: Draft, condition: str | None, order: Order) -> Statement:
        items = self.items
        return Statement(
            items[draft.first][2],
            items[draft.last - 1][3],
            draft.verb,
            draft.object,
            draft.target,
            None if draft.target_index is None else items[draft.target_index][2],
            draft.guard or order.guards.get(index) or condition,
            index in order.cleared,
            index in order.paired,
            draft.clock,
            _sources(draft),
            self._unused(draft),
            habits.adds(items, draft),
            habits.window(items, draft),
            draft.empties,
            habits.empties_all(items, draft),
            index in order.emptied_all,
            habits.tallies(items, draft),
        )

    def _unused(self, draft: Draft) -> tuple[UnusedColumn, ...]:
        passing: tuple[UnusedColumn, ...] = ()
        if draft.verb == "create" and draft.object in ("table", "view") and draft.target_index is not None:
            passing = self.columns.of_passing_table(draft.first, draft.target_index, draft.last)
        if draft.clauses is None or not (draft.clauses.ctes or self._nests(draft)):
            return passing
        return tuple(sorted({*passing, *self.columns.unused(draft.first, draft.last)}))

    def _nests(self, draft: Draft) -> bool:
        """Whether a statement holds a subquery."""
        items = self.columns.tokens.items
        return any(items[at][1] == "SELECT" and items[at - 1][1] == "(" for at in range(draft.first + 1, draft.last))


def _sources(draft: Draft) -> tuple[str, ...]:
    if draft.clauses is None:
        return ()
    hidden = draft.clauses.ctes
    names = [source.name for source in draft.clauses.sources if source.name.upper() not in hidden]
    indexed = [draft.table] if draft.verb == "create" and draft.table else []
    return tuple(dict.fromkeys([*indexed, *names]))


def _body(text: str, start: int, end: int, tag: int) -> list[Statement]:
    """The statements of an anonymous block, which runs where it stands."""
    inner = text[start + tag : max(start + tag, end - tag)]
    tokens = tokenize(inner)
    statements = _Scan(inner, tokens, procedural=True).run()
    shift = start + tag
    return [
        each._replace(
            offset=each.offset + shift,
            end=each.end + shift,
            target_offset=None if each.target_offset is None else each.target_offset + shift,
            unused_columns=(),
        )
        for each in statements
    ]


def scan(text: str) -> list[Statement]:
    """The statements of a text, in the order in which they stand."""
    return _Scan(text, tokenize(text), procedural=False).run()
