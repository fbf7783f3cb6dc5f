"""Whether anything reads a column that a table expression or a subquery computes, through whatever hands it on."""

from __future__ import annotations

from bisect import bisect_left

from groundrules.facts.sql.frames import Frame, Scope, name_of
from groundrules.facts.sql.tokens import Token, Tokens
from groundrules.facts.sql.words import words
from groundrules.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.sql.columns import Columns

_DEEPEST = 12
_LISTS = frozenset({"FROM", "JOIN"})
_STARS = frozenset({"SELECT", "DISTINCT", "ALL", ","})
CLAUSE_WORDS = words(
    """
    ON USING WHERE JOIN LEFT RIGHT INNER FULL CROSS OUTER GROUP ORDER LIMIT UNION HAVING WINDOW QUALIFY EXCEPT
    INTERSECT LATERAL TABLESAMPLE FOR ASOF SEMI ANTI
    """
)


_BEFORE_TABLES = CLAUSE_WORDS | words("FROM AND OR IN BY SELECT LATERAL ONLY TABLE")


class Reader(NamedTuple):
    """A SELECT that takes rows of a table expression, by an alias."""

    scope: Scope
    alias: str


class Made(NamedTuple):
    """A column, where its SELECT computes it."""

    name: str
    alias: int
    start: int
    end: int
    constant: bool


class Reads:
    """Asked about one statement: items[first:last]."""

    def __init__(self, columns: Columns, frames: list[Frame], enclosing: dict[int, Scope], span: tuple[int, int]):
        self.columns = columns
        self.items = columns.tokens.items
        self.frames = frames
        self.enclosing = enclosing
        self.first, self.last = span
        self.named: dict[str, int] = {}
        for frame in frames:
            if frame.cte:
                self.named[frame.cte] = self.named.get(frame.cte, 0) + 1
        self._places: dict[str, list[int]] | None = None
        self._readers: dict[int, list[Reader] | None] = {}

    def places(self, name: str) -> list[int]:
        """Where a name stands among the tokens."""
        if self._places is None:
            self._places = {}
            for index in range(self.first, self.last):
                if self.items[index][0] in "wq":
                    self._places.setdefault(name_of(self.items[index]), []).append(index)
        return self._places.get(name, [])

    def unread(self, frame: Frame, made: Made) -> bool:
        """Whether nothing reads a column that a frame's SELECT makes."""
        if self.columns.counts[made.name.lower()] != len(self.places(made.name)):
            return False  # a text or a template says it
        for index in self.places(made.name):
            inside = frame.scopes[0].start <= index < frame.scopes[0].end
            if inside and not made.start <= index <= made.alias and not self._qualified(index):
                return False
        return self._left(frame, made, 0) or self.dead(frame)

    def dead(self, frame: Frame) -> bool:
        """Whether nothing takes rows of a table expression: its name stands where it is made, and nowhere else."""
        last = self.frames[0].scopes[-1:]
        if not last or last[0].source >= last[0].end:
            return False  # a part of a statement
        if any(any_table(self.columns.tokens, index) for index in range(self.first + 1, self.last)):
            return False
        return self.readers(frame) == [] and self.columns.counts[(frame.cte or "").lower()] == 1

    def _left(self, frame: Frame, made: Made, depth: int) -> bool:
        """Whether every SELECT that takes rows of a frame leaves a column of it."""
        readers = self.readers(frame) if depth < _DEEPEST else None
        return bool(readers) and all(self._passes(reader, made, depth) for reader in readers or ())

    # ---- who takes rows of a frame -----------------------------------------------------------------------------------
    def readers(self, frame: Frame) -> list[Reader] | None:
        """The SELECTs that name a table expression, or the one around a subquery; None where that is not clear."""
        if id(frame) not in self._readers:
            self._readers[id(frame)] = self._of_name(frame) if frame.cte else self._around(frame)
        return self._readers[id(frame)]

    def _of_name(self, frame: Frame) -> list[Reader] | None:
        if frame.cte in (None, "?") or self.named[frame.cte or ""] > 1:
            return None
        found = []
        for index in self.places(frame.cte or ""):
            before = self.items[index - 1][1] if index > self.first else ""
            after = self.items[index + 1][1] if index + 1 < self.last else ""
            if (
                after == "."
                or before == "."
                or (after in ("AS", "(") and before in ("WITH", ",") and self._defines(index))
            ):
                continue
            scope = self.enclosing.get(index)
            if scope is not None and index > scope.source and _names_table(self.items[index - 1]):
                continue  # the alias of another table
            listed = before in _LISTS or (before in (",", "(") and scope is not None and index > scope.source)
            if scope is None or not listed:
                return None
            found.append(Reader(scope, self._alias(index + 1) or frame.cte or ""))
        return found

    def _around(self, frame: Frame) -> list[Reader] | None:
        """The SELECT whose FROM holds a subquery."""
        opens = frame.scopes[0].start - 1 if frame.scopes else -1
        if opens <= self.first or self.items[opens][1] != "(":
            return None
        scope, before = self.enclosing.get(opens - 1), self.items[opens - 1][1]
        closes = frame.scopes[-1].end
        if scope is None or scope.frame is frame or closes >= self.last or self.items[closes][1] != ")":
            return None
        listed = before in _LISTS or (before == "," and opens > scope.source)
        return [Reader(scope, self._alias(closes + 1))] if listed else None

    def _defines(self, index: int) -> bool:
        position = index + 2
        while position < self.last and self.items[position][1] in ("NOT", "MATERIALIZED"):
            position += 1
        return position < self.last and self.items[position][1] == "("

    def _alias(self, index: int) -> str:
        if index < self.last and self.items[index][1] == "AS":
            index += 1
        if index < self.last and self.items[index][0] in "wq" and self.items[index][1] not in CLAUSE_WORDS:
            return name_of(self.items[index])
        return ""

    # ---- one of them -------------------------------------------------------------------------------------------------
    def _passes(self, reader: Reader, made: Made, depth: int) -> bool:
        """Whether a SELECT reads other columns only, and what it hands on is left as well."""
        scope = reader.scope
        if any(self._reads(reader, index) for index in self.places(made.name) if scope.start <= index < scope.end):
            return False
        tokens = range(scope.start, scope.end)
        if any(self._hides(reader, index) for index in tokens) or self._loops(scope):
            return False
        handed = any(self.items[index][1] == "*" and self._star(reader, index) for index in tokens)
        return not handed or self._left_below(scope, made, depth)

    def _hides(self, reader: Reader, index: int) -> bool:
        """Whether a token may stand for a column that it does not name: a hole, or whole rows."""
        kind, key, start, end = self.items[index]
        if kind == "h":
            return self.items[index - 1][1] not in _LISTS and self.columns.hides(key, start, end)
        if kind in "wq" and name_of(self.items[index]) == reader.alias:
            return self._is_row(index, reader.scope.end)
        return key == "*" and self._whole(index)

    def _left_below(self, scope: Scope, made: Made, depth: int) -> bool:
        frame = scope.frame
        differs = self.items[scope.start + 1][1] == "DISTINCT" and self.items[scope.start + 2][1] != "ON"
        if not made.constant and (differs or any(self._merges(each) for each in frame.scopes[1:])):
            return False  # rows that are alike but for the column
        return self._left(frame, made, depth + 1)

    def _merges(self, scope: Scope) -> bool:
        """Whether a SELECT after a set operation makes rows that are alike one."""
        return self.items[scope.start - 1][1] != "ALL"

    def _reads(self, reader: Reader, index: int) -> bool:
        """Whether a name may be that of the column: not another table's, nor the name that is given to an outcome."""
        if self._qualified(index):
            return name_of(self.items[index - 2]) == reader.alias
        before = self.items[index - 1]
        if before[1] == "AS":
            return False
        scope = reader.scope
        after = self.items[index + 1][1] if index + 1 < scope.end else "FROM"
        names = index < scope.source and after in (",", "FROM") and self.enclosing.get(index) is scope
        given = before[1] in (")", "END") or before[0] == "q" or (before[0] == "w" and self._qualified(index - 1))
        return not (names and given)

    def _qualified(self, index: int) -> bool:
        return self.items[index - 1][1] == "."

    def _star(self, reader: Reader, index: int) -> bool:
        """Whether a star hands on all columns of the reader's table."""
        before, scope = self.items[index - 1][1], reader.scope
        if self.enclosing.get(index) is not scope or index > scope.source:
            return False
        if before == ".":
            return name_of(self.items[index - 2]) == reader.alias
        after = self.items[index + 1][1] if index + 1 < scope.end else "FROM"
        listed = before in _STARS or (before == ")" and index < scope.source and after in (",", "FROM"))
        return listed or (before[:1] in ("{", "%"))

    def _whole(self, index: int) -> bool:
        """Whether a star stands in a call that looks at whole rows."""
        return self.items[index - 1][1] == "(" and self.items[index - 2][1] != "COUNT"

    def _is_row(self, index: int, end: int) -> bool:
        """Whether an alias stands for whole rows: neither qualifies a column nor names the table in FROM."""
        after = self.items[index + 1][1] if index + 1 < end else ""
        return after != "." and self.items[index - 1][1] != "." and not _in_from(self.items, index)

    def _loops(self, scope: Scope) -> bool:
        """Whether a template writes parts of a SELECT in a loop."""
        begin, stop = self.items[scope.start][2], self.items[scope.end - 1][3]
        tags = self.columns.tokens.tags
        return any(word == "for" for _, word in tags[bisect_left(tags, (begin, "")) : bisect_left(tags, (stop, ""))])


def _names_table(before: Token) -> bool:
    """Whether what stands before a name in FROM is a table, so that the name is its alias."""
    return before[0] in "hq" or before[1] in ("AS", ")") or (before[0] == "w" and before[1] not in _BEFORE_TABLES)


def _in_from(items: list[Token], index: int) -> bool:
    """Whether items[index] stands where a FROM names a table or gives it an alias."""
    before = items[index - 1]
    if before[1] in ("FROM", "JOIN", ",", "(", "AS", ")"):
        plain = before[1] in ("FROM", "JOIN", "AS", ")")
        return plain or items[index][0] == "q" or _follows_table(items, index)
    return before[0] in "wqh" and items[index - 2][1] in ("FROM", "JOIN", ",", ".", "(", "AS")


def _follows_table(items: list[Token], index: int) -> bool:
    return (
        items[index - 1][1] in ("(", ",")
        and items[index + 1 : index + 2] != []
        and (items[index + 1][1] in ("JOIN", "LEFT", "INNER", "WHERE"))
    )


def any_table(tokens: Tokens, index: int) -> bool:
    """Whether a hole of the template may stand for any table."""
    kind, _, start, end = tokens.items[index]
    text = tokens.text[start:end]
    plain = text.startswith("{{") and "(" in text  # a reference to another file
    return kind == "h" and tokens.items[index - 1][1] in _LISTS and not plain
