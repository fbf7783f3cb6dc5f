"""Tokens → pieces: one piece a statement, with what it runs under. Bodies of routines are left out.

Statements end at `;`, at GO, and, since T-SQL needs neither, where a line begins with a new one.
"""

from __future__ import annotations

from bisect import bisect_left

from groundrules.facts.sql.definitions import ROUTINES, kind_at
from groundrules.facts.sql.tokens import Token
from groundrules.facts.sql.words import words
from groundrules.typed import NamedTuple

STARTERS = frozenset({"INSERT", "CREATE", "DROP", "DELETE", "TRUNCATE", "UPDATE", "MERGE", "ALTER", "COPY"})
QUERIES = frozenset({"SELECT", "WITH"})
ENDERS = frozenset({"PRINT", "EXEC", "EXECUTE", "DECLARE", "IF", "BEGIN", "END", "ELSE", "WHILE"})
# After these words a verb belongs to the statement that it stands in.
CONTINUES = words(
    """
    THEN ON FOR AFTER BEFORE OR OF AS INSTEAD , ( GRANT REVOKE EXPLAIN ANALYZE AND TO BY NOT WHEN MATCHED
    """
)
ENDS_BEFORE_QUERY = frozenset({"DROP", "TRUNCATE", "DECLARE", "SET", "USE", "PRINT", "EXEC", "EXECUTE"})
TRANSACTION = frozenset({"TRAN", "TRANSACTION", "WORK", "ISOLATION", ";", ""})
CLOSES_OTHERS = frozenset({"IF", "LOOP", "WHILE", "FOR", "REPEAT"})
SECOND_WORDS = {
    "INSERT": frozenset({"INTO", "OVERWRITE", "IGNORE", "OR"}),
    "DELETE": frozenset({"FROM"}),
    "TRUNCATE": frozenset({"TABLE"}),
    "MERGE": frozenset({"INTO"}),
    "COPY": frozenset({"INTO"}),
}


class Piece(NamedTuple):
    """items[first:last] hold one statement, verb first."""

    first: int
    last: int
    condition: str | None  # condition | handled


class Splitter:
    """Walks the tokens once. Blocks (BEGIN … END, IF … THEN) are followed loosely: an error costs a word, no more."""

    def __init__(self, text: str, items: list[Token], procedural: bool = False) -> None:
        self.text, self.items, self.size = text, items, len(items)
        self.pieces: list[Piece] = []
        self.blocks: list[str | None] = []
        self.pending: str | None = None
        self.ends = [index for index, token in enumerate(items) if token[1] == ";" or self._is_go(index)]
        self.stops = [index for index in self.ends if items[index][1] != ";"]
        self.handled = procedural and any(token[1] == "EXCEPTION" for token in items)

    def run(self) -> list[Piece]:
        """All pieces."""
        index = 0
        while index < self.size:
            end = self._hard_end(index)
            if end == index:
                if self.items[index][1] != ";":
                    self.blocks.clear()
                self.pending = None
                index += 1
                continue
            index = self._piece(index, end)
        return self.pieces

    def _hard_end(self, index: int) -> int:
        position = bisect_left(self.ends, index)
        return self.ends[position] if position < len(self.ends) else self.size

    def _key(self, index: int) -> str:
        return self.items[index][1] if 0 <= index < self.size else ""

    def _new_line(self, index: int) -> bool:
        return index == 0 or "\n" in self.text[self.items[index - 1][3] : self.items[index][2]]

    def _is_go(self, index: int) -> bool:
        """GO alone on its line, and the lone `/` of Oracle."""
        if self.items[index][1] not in ("GO", "/") or not self._new_line(index):
            return False
        return index + 1 >= self.size or self._new_line(index + 1)

    def _piece(self, index: int, end: int) -> int:
        """Handles what begins at items[index]; returns where the next begins."""
        key = self._key(index)
        control = getattr(self, "_" + key.lower(), None) if key in CONTROLS else None
        if control is not None:
            return int(control(index, end))
        if self.items[index][0] == "h" and index + 1 < end:
            return index + 1  # `{{ config(…) }}` and the like before a statement
        if key == "CREATE":
            found = kind_at(self.items, index, end)
            if found is not None and found[1] in ROUTINES:
                self._add(index, min(end, found[0] + 24))
                return self._after_routine(found[1], index, end)
        stop = self._soft_end(index, end)
        self._add(index, stop)
        return stop

    def _add(self, first: int, last: int) -> None:
        condition = self.pending or next((block for block in reversed(self.blocks) if block), None)
        self.pieces.append(Piece(first, last, condition or ("handled" if self.handled else None)))
        self.pending = None

    def _begin(self, index: int, end: int) -> int:
        following = self._key(index + 1) if index + 1 < end else ""
        if following in TRANSACTION:
            return end
        self.blocks.append(self.pending)
        self.pending = None
        return index + 1 + (following in ("TRY", "CATCH", "ATOMIC"))

    def _end(self, index: int, end: int) -> int:
        if self.blocks:
            self.blocks.pop()
        following = self._key(index + 1) if index + 1 < end else ""
        return index + 1 + (following in CLOSES_OTHERS or following in ("TRY", "CATCH", "CASE"))

    def _else(self, index: int, end: int) -> int:
        if not any(self.blocks):
            self.pending = "condition"
        return index + 1

    def _if(self, index: int, end: int) -> int:
        """IF condition THEN …; IF condition BEGIN … END; IF condition statement."""
        depth = cases = 0
        for position in range(index + 1, end):
            key = self._key(position)
            depth += (key == "(") - (key == ")")
            cases += (key == "CASE") - (key == "END")
            if depth > 0 or cases > 0:
                continue
            if key == "THEN":
                if self._key(index) == "IF":
                    self.blocks.append("condition")
                return position + 1
            if key == "BEGIN" or (key in STARTERS and self._fits(position)) or key in ("EXEC", "PRINT", "SET"):
                self.pending = "condition"
                return position
        return end

    _elsif = _elseif = _if

    def _while(self, index: int, end: int) -> int:
        for position in range(index + 1, end):
            key = self._key(position)
            if key in ("LOOP", "DO"):
                self.blocks.append(None)
                return position + 1
            if key == "BEGIN":
                return position
        return end

    _for = _while

    def _loop(self, index: int, end: int) -> int:
        self.blocks.append(None)
        return index + 1

    def _exception(self, index: int, end: int) -> int:
        """EXCEPTION WHEN … THEN statement"""
        for position in range(index, min(end, index + 64)):
            if self._key(position) == "THEN":
                return position + 1
        return index + 1

    _when = _exception

    def _fits(self, index: int) -> bool:
        """Whether the word after a verb makes it the beginning of a statement."""
        key, following = self._key(index), self._key(index + 1)
        if key in SECOND_WORDS:
            return following in SECOND_WORDS[key]
        if key in ("CREATE", "DROP", "ALTER"):
            return kind_at(self.items, index, self.size) is not None
        return key == "UPDATE" and "SET" in [token[1] for token in self.items[index + 2 : index + 12]]

    def _soft_end(self, index: int, end: int) -> int:
        """Where the statement at items[index] ends: at `end`, or where a line begins with another."""
        first, items = self._key(index), self.items
        if first in ("GRANT", "REVOKE", "EXPLAIN", "PREPARE", "COMMENT"):
            return end
        depth = cases = 0
        for position in range(index + 1, end):
            kind, key, _, _ = items[position]
            if kind == "p":
                depth = max(0, depth + (key == "(") - (key == ")"))
            elif kind != "w" or depth:
                continue
            elif key == "CASE":
                cases += 1
            elif key == "END" and cases:
                cases -= 1
            elif not cases and self._starts_anew(first, key, position):
                return position
        return end

    def _starts_anew(self, first: str, key: str, position: int) -> bool:
        before = self._key(position - 1)
        if key in STARTERS:
            if first in ("FROM", "INSERT") and key == "INSERT" and before not in CONTINUES:
                return self._fits(position)  # the several inserts of one query, in Hive
            if before in CONTINUES or not (self._new_line(position) or before in ("ELSE", "END")):
                return False
            if (first == "WITH" and before == ")") or (first == "ALTER" and self._key(position + 1) == "INDEX"):
                return False
            return self._fits(position)
        if not self._new_line(position) or before in CONTINUES:
            return False
        if key in QUERIES:
            return first in ENDS_BEFORE_QUERY
        if key == "IF":
            return self._key(position + 1) in ("EXISTS", "NOT", "OBJECT_ID", "(") and before not in IF_BELONGS
        return key in ENDERS and key != "IF"

    def _after_routine(self, kind: str, index: int, end: int) -> int:
        """The index after the body of the routine whose CREATE stands at items[index]."""
        head = [token[1] for token in self.items[index:end]]
        if any(token[0] == "d" for token in self.items[index:end]):
            return end
        if kind in ("PROCEDURE", "PROC") and not ({"LANGUAGE", "EXTERNAL"} & set(head) and "BEGIN" not in head):
            go = bisect_left(self.stops, end)
            if go < len(self.stops):
                return self.stops[go]
            if "BEGIN" not in head:
                return self._body_end(index) if "BEGIN" in {t[1] for t in self.items[end : end + 400]} else self.size
        return self._body_end(index) if "BEGIN" in head else end

    def _body_end(self, index: int) -> int:
        depth, opened = 0, False
        for position in range(index, self.size):
            key = self._key(position)
            if key == "BEGIN" or (key == "CASE" and self._key(position - 1) != "END"):
                if key == "BEGIN" and self._key(position + 1) in TRANSACTION:
                    continue
                depth, opened = depth + 1, True
            elif key == "END" and self._key(position + 1) not in CLOSES_OTHERS:
                depth -= 1
                if opened and depth <= 0:
                    return position + 1
        return self.size


IF_BELONGS = frozenset(
    {"TABLE", "VIEW", "SCHEMA", "DATABASE", "INDEX", "FUNCTION", "PROCEDURE", "COLUMN", "SEQUENCE", "TYPE"}
)
CONTROLS = frozenset({"BEGIN", "END", "ELSE", "IF", "ELSIF", "ELSEIF", "WHILE", "FOR", "LOOP", "EXCEPTION", "WHEN"})
