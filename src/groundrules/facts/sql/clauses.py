"""One walk over a statement: which tables it reads, in which clause, and where the current time enters."""

from __future__ import annotations

from groundrules.facts.sql.clocks import is_clock
from groundrules.facts.sql.names import read_name
from groundrules.facts.sql.tokens import Token
from groundrules.typed import NamedTuple

QUERY_STARTS = frozenset({"SELECT", "WITH", "FROM", "VALUES", "INSERT", "DELETE", "UPDATE", "MERGE"})
CLAUSES = {
    "WHERE": "where",
    "HAVING": "where",
    "QUALIFY": "where",
    "ON": "on",
    "SET": "set",
    "VALUES": "values",
    "GROUP": "tail",
    "ORDER": "tail",
    "LIMIT": "tail",
    "WINDOW": "tail",
    "RETURNING": "tail",
}
# Words that also occur inside the parentheses of a function or a definition, where they open no clause.
ONLY_IN_QUERIES = frozenset({"SET", "VALUES", "GROUP", "ORDER", "LIMIT", "WINDOW", "RETURNING"})
SET_OPERATIONS = frozenset({"UNION", "EXCEPT", "INTERSECT", "MINUS"})
NO_TABLES = frozenset({"ONLY", "TABLE", "STDIN", "PROGRAM", "LATERAL", "UNNEST", "FILES"})
ENTERS = {
    "where": "predicate",
    "on": "predicate",
    "from": "predicate",
    "list": "predicate",  # the arguments of a table function, such as the end of a series of dates
    "over": "predicate",
    "when": "predicate",
    "partition": "partition",
    "path": "partition",
    "select": "value",
    "set": "value",
    "values": "value",
    "tail": "value",
    "columns": "default",
}
AFTER_ALIAS = frozenset({"ON", "USING", "WHERE", "JOIN", "LEFT", "RIGHT", "INNER", "FULL", "CROSS", "NATURAL", "GROUP"})
NOT_ALIAS = AFTER_ALIAS | {"ORDER", "LIMIT", "UNION", "SET", "WITH", "WHEN", "FOR", "OUTER", "HAVING", "LATERAL", "AS"}


class Source(NamedTuple):
    """A table that a statement reads."""

    name: str
    at: int  # index of the name
    end: int  # index after the name
    depth: int
    joined: bool  # by JOIN, or further on in a list
    left: bool  # by LEFT JOIN
    predicate: bool  # inside a subquery of a condition
    alias: str  # in capitals; the last part of the name where none is given


class Clauses(NamedTuple):
    """What one walk found."""

    sources: list[Source]
    ctes: set[str]  # names of common table expressions, in capitals
    clock: str | None
    set_operations: set[str]
    nulls: set[str]  # aliases, in capitals, of which some column IS NULL in a WHERE
    not_exists: bool
    not_in: list[tuple[int, int]]  # where the subqueries of NOT IN begin and at which depth


class _Frame:
    __slots__ = ("cases", "clause", "expect", "joined", "left", "query", "sticky", "with_name")

    def __init__(self, clause: str, query: bool, sticky: bool, expect: bool = False) -> None:
        self.clause, self.query, self.sticky, self.expect = clause, query, sticky, expect
        self.joined = self.left = self.with_name = False
        self.cases = 0


class _Walk:
    def __init__(self, text: str, items: list[Token], start: int, end: int, verb: str, clause: str) -> None:
        self.text, self.items, self.index, self.end, self.verb = text, items, start, end, verb
        self.frames = [_Frame(clause, True, False)]
        self.sources: list[Source] = []
        self.ctes: set[str] = set()
        self.clocks: set[str] = set()
        self.clock_aliases: set[str] = set()
        self.outer_aliases: set[str] = set()
        self.dynamic: set[str] = set()
        self.set_operations: set[str] = set()
        self.nulls: set[str] = set()
        self.not_exists = False
        self.not_in: list[tuple[int, int]] = []

    def run(self) -> Clauses:
        while self.index < self.end:
            self._step(self.items[self.index])
        ordered = [way for way in ("predicate", "partition", "value", "default") if way in self.clocks]
        clock = ordered[0] if ordered else None
        if clock == "value" and self.dynamic & self.outer_aliases:
            clock = "partition"
        return Clauses(self.sources, self.ctes, clock, self.set_operations, self.nulls, self.not_exists, self.not_in)

    def _key(self, index: int) -> str:
        return self.items[index][1] if 0 <= index < self.end else ""

    def _step(self, token: Token) -> None:
        frame, key, index = self.frames[-1], token[1], self.index
        self.index += 1
        if key == "(":
            self._open(frame, index)
        elif key == ")":
            if len(self.frames) > 1:
                self.frames.pop()
        elif frame.expect and key not in NO_TABLES:
            self._table(frame, index)
        elif frame.with_name and token[0] in "wqh" and key != "RECURSIVE":
            name, self.index = read_name(self.text, self.items, index, self.end)
            self.ctes.add((name or "").upper())
            frame.with_name = False
        elif key == ",":
            frame.expect = frame.clause == "from"
            frame.joined, frame.left = True, False
            frame.with_name = frame.clause == "with"
        elif token[0] == "w":
            self._word(frame, key, index)
        elif token[0] in "hsd":
            self._note_clock(frame, index)

    def _open(self, frame: _Frame, index: int) -> None:
        before = self._key(index - 1)
        query = self._key(index + 1) in QUERY_STARTS or (self._key(index + 1) == "(" and frame.expect)
        sticky = frame.sticky or (ENTERS.get(frame.clause) == "predicate" and frame.clause != "from")
        clause = {"PARTITION": "partition", "OVER": "over"}.get(before, "select" if query else frame.clause)
        if clause == "partition":
            self._dynamic_partitions(index)
        if query and self._key(index - 1) == "IN" and self._key(index - 2) == "NOT":
            self.not_in.append((index, len(self.frames)))
        expect = frame.expect and not query
        inner = _Frame("list" if clause == "from" and not expect else clause, query, sticky, expect)
        frame.expect = False
        self.frames.append(inner)

    def _dynamic_partitions(self, index: int) -> None:
        """Columns of PARTITION (…) that take their value from the select list."""
        position = index + 1
        while position < min(self.end, index + 64) and self._key(position) != ")":
            if self.items[position][0] in "wq" and self._key(position + 1) in (",", ")"):
                self.dynamic.add(self._key(position).strip('`"').upper())
            position += 1

    def _table(self, frame: _Frame, index: int) -> None:
        frame.expect = False
        name, after = read_name(self.text, self.items, index, self.end)
        if name is None:
            self._note_clock(frame, index)
            return
        if self._key(after) == "(" and self.items[after - 1][0] == "w":
            self.index = index + 1  # a table function; its arguments are walked like any others
            frame.clause = "from"
            return
        self.index = after
        if self.items[index][0] not in "sn":
            alias = self._alias(after) or name.rpartition(".")[2].upper()
            self.sources.append(
                Source(name, index, after, len(self.frames), frame.joined, frame.left, frame.sticky, alias)
            )
        if frame.clause == "path" or self.items[index][0] == "s":
            self._note_clock(frame, index)

    def _alias(self, index: int) -> str:
        if self._key(index) == "AS":
            index += 1
        known = index < self.end and self.items[index][0] in "wq" and self._key(index) not in NOT_ALIAS
        return self._key(index).strip('`"[]').upper() if known else ""

    def _word(self, frame: _Frame, key: str, index: int) -> None:
        if key == "SELECT" and frame.query:
            frame.clause = "select"
        elif key == "FROM" and frame.query:
            if self._key(index - 1) != "DISTINCT" or self._key(index - 2) not in ("IS", "NOT"):
                frame.clause, frame.expect, frame.joined, frame.left = "from", True, False, False
        elif key == "JOIN":
            sides = (self._key(index - 1), self._key(index - 2))
            frame.clause, frame.expect, frame.joined, frame.left = "from", True, True, "LEFT" in sides
        elif key == "USING":
            self._using(frame, index)
        elif key in SET_OPERATIONS:
            if self._key(index - 1) != "*":
                self.set_operations.add(key)
                frame.clause = "select"
        elif key == "WITH":
            self._with(frame, index)
        elif key in ("CASE", "WHEN", "THEN", "END"):
            self._case(frame, key)
        elif key == "ON" and index > 0 and self._key(index - 1) == "DISTINCT":
            return  # the columns by which rows are told apart
        elif key in CLAUSES and (frame.query or key not in ONLY_IN_QUERIES):
            follows_conflict = key == "ON" and self._key(index + 1) in ("CONFLICT", "DUPLICATE", "UPDATE", "DELETE")
            column_update = follows_conflict and frame.clause == "columns"
            frame.clause = "columns" if column_update else "set" if follows_conflict else CLAUSES[key]
        else:
            self._other_word(frame, key, index)

    def _other_word(self, frame: _Frame, key: str, index: int) -> None:
        if key == "NULL" and frame.clause == "where" and self._key(index - 1) == "IS":
            if self._key(index - 3) == "." and index >= 4:
                self.nulls.add(self._key(index - 4).strip('`"[]').upper())
        elif key == "EXISTS":
            self.not_exists = self.not_exists or self._key(index - 1) == "NOT"
        elif key in self.clock_aliases and (frame.sticky or ENTERS.get(frame.clause) == "predicate"):
            self.clocks.add("predicate")
        else:
            self._note_clock(frame, index)

    def _case(self, frame: _Frame, key: str) -> None:
        if key == "CASE":
            frame.cases += 1
        elif key == "END":
            frame.cases = max(0, frame.cases - 1)
        elif self.verb == "merge" and len(self.frames) == 1 and not frame.cases:
            frame.clause = "when" if key == "WHEN" else "set"

    def _using(self, frame: _Frame, index: int) -> None:
        subquery = self._key(index + 1) != "(" or self._key(index + 2) in QUERY_STARTS
        if len(self.frames) == 1 and self.verb in ("merge", "delete") and subquery:
            frame.clause, frame.expect, frame.joined, frame.left = "from", True, True, False
        elif frame.clause == "from":
            frame.clause = "on"

    def _with(self, frame: _Frame, index: int) -> None:
        position = index + 1 + (self._key(index + 1) == "RECURSIVE")
        if position < self.end and self.items[position][0] in "wqh" and frame.query:
            _, after = read_name(self.text, self.items, position, self.end)
            if self._key(after) in ("AS", "("):
                frame.clause, frame.with_name = "with", True

    def _note_clock(self, frame: _Frame, index: int) -> None:
        if not is_clock(self.text, self.items, index, self.end):
            return
        way = "predicate" if frame.sticky else ENTERS.get(frame.clause)
        if way is None:
            return
        self.clocks.add(way)
        if way == "value":
            alias = self._alias_of_item(index)
            (self.clock_aliases if len(self.frames) > 1 else self.outer_aliases).add(alias)

    def _alias_of_item(self, index: int) -> str:
        """The alias of the item of the select list that items[index] stands in, `-` where none is near."""
        for position in range(index + 1, min(index + 40, self.end)):
            if self._key(position) in ("FROM", ","):
                break
            if self._key(position) == "AS" and self._key(position + 2) in (",", "FROM", ")", ""):
                return self._key(position + 1).strip('`"').upper()
        return "-"


def walk(text: str, items: list[Token], start: int, end: int, verb: str, clause: str) -> Clauses:
    """Walks items[start:end], which begin inside the given clause (`` for none yet)."""
    return _Walk(text, items, start, end, verb, clause).run()
