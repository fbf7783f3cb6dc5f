"""Columns that a common table expression or a subquery computes and that nothing after it reads.

Every SELECT that takes its rows must name its columns one by one, or hand all of them on to one that does. Whatever
could read a column without naming it (a star at the end, a whole row, NATURAL, PIVOT, GROUP BY ALL, a hole of the
template) silences the answer.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter

from groundrules.facts.sql.column_reads import Made, Reads, any_table
from groundrules.facts.sql.frames import Frame, Scope, frames_of, name_of
from groundrules.facts.sql.guards import stands_free
from groundrules.facts.sql.statement import UnusedColumn
from groundrules.facts.sql.tokens import Token, Tokens
from groundrules.facts.sql.words import words
from groundrules.typed import NamedTuple

LARGEST = 50_000  # tokens of one statement
AFTER_ORDER = frozenset({"LIMIT", "HAVING", "WHERE", "QUALIFY", "OVER"})
WORD = re.compile(r"\w+")
HARMLESS = re.compile(
    r"\{\{-?\s*(?:(?:ref|source|var|env_var|config)\s*\(|this\b|(?:ds|ds_nodash|ts|ts_nodash|run_id)\s*-?\}\}|dbt\.\w+\s*\("
    r"|dbt_utils\.(?:generate_surrogate_key|surrogate_key|safe_divide|type_\w+)\s*\()"
)
TYPED = re.compile(r"\{\w+:(?!Identifier\b)[^{}]+\}\Z")  # a value with its type or format
PLAIN_NAME = re.compile(r"\{\{-?\s*(\w+)\s*-?\}\}\Z")
ASSIGNED = re.compile(r"\{%[-+]?\s*set\s+(\w+)\s*=\s*([^%]*?)\s*[-+]?%\}")
NUMBER = re.compile(r"-?[\d.]+\Z|.*\|\s*(?:int|float)(?:\(\))?\Z", re.DOTALL)
# Words that make columns count without being named, and functions that change the number of rows.
WHOLE = frozenset({"NATURAL", "PIVOT", "UNPIVOT", "COLUMNS", "MATCH_RECOGNIZE", "CORRESPONDING", "RECURSIVE", "STRUCT"})
MULTIPLIES = re.compile(
    r"(?:POS)?EXPLODE(?:_OUTER)?|UNNEST|FLATTEN|GENERATE_\w+|INLINE|STACK|REGEXP_SPLIT_TO_TABLE|REGEXP_MATCHES|\w+_ELEMENTS(?:_TEXT)?"
    r"|JSON_(?:EACH|OBJECT_KEYS)|JSONB_(?:EACH|OBJECT_KEYS)|ARRAYJOIN|NEXTVAL|SETVAL"
)
_LISTS = frozenset({"FROM", "JOIN", ","})
_PASSING = frozenset({"TEMP", "TEMPORARY", "VOLATILE", "#"})  # tables that end with their session
_TAIL = frozenset({"HAVING", "ORDER", "QUALIFY", "LIMIT", "WINDOW", "SETTINGS"})
_NO_NAMES = words(
    """
    END NULL TRUE FALSE DAY MONTH YEAR HOUR MINUTE SECOND WEEK QUARTER ZONE PRECISION VARYING ROWS DISTINCT ALL FIRST
    LAST ASC DESC NULLS CASE NOT SELECT INTERVAL CURRENT_DATE CURRENT_TIMESTAMP UNSIGNED SIGNED
    """
)
LITERALS = frozenset({"NULL", "TRUE", "FALSE", "CAST", "AS", "CURRENT_DATE", "CURRENT_TIMESTAMP", "DATE", "TIMESTAMP"})


class _Item(NamedTuple):
    alias: int
    start: int
    end: int


class Columns:
    """Answers for the statements of one text; what concerns the whole text is counted once, when it is first needed."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._counts: Counter[str] | None = None
        self._numbers: set[str] | None = None

    @property
    def counts(self) -> Counter[str]:
        """How often each word occurs outside comments, strings and templates included."""
        if self._counts is None:
            self._counts = _words(self.tokens)
        return self._counts

    @property
    def numbers(self) -> set[str]:
        """Names that the template sets to numbers."""
        if self._numbers is None:
            text = self.tokens.text
            self._numbers = {found[1] for found in ASSIGNED.finditer(text) if NUMBER.match(found[2])}
        return self._numbers

    def unused(self, first: int, last: int) -> tuple[UnusedColumn, ...]:
        """The computed columns in items[first:last] that no later SELECT reads."""
        items = self.tokens.items
        if last - first > LARGEST or any(items[index][1] in WHOLE for index in range(first, last)):
            return ()
        frames, enclosing = frames_of(items, first, last)
        reads = Reads(self, frames, enclosing, (first, last))
        found: list[UnusedColumn] = []
        for frame in frames:
            made = computed(items, frame) if reads.readers(frame) or reads.dead(frame) else []
            found += [_column(self.tokens, frame, each) for each in made if reads.unread(frame, _made(items, each))]
        return tuple(sorted(found))

    def of_passing_table(self, first: int, target: int, last: int) -> tuple[UnusedColumn, ...]:
        """The computed columns of a table that does not outlive its file, and that nothing in the file names."""
        items = self.tokens.items
        while target + 2 < last and items[target + 1][1] == ".":
            target += 2
        name = name_of(items[target])
        rest = range(last, len(items))
        gone = any(items[at][1] == "DROP" and name in map(name_of, items[at + 1 : at + 6]) for at in rest)
        kept = not gone and _PASSING.isdisjoint(item[1] for item in items[first:target])
        named = [at for at in rest if items[at][0] in "wq" and name_of(items[at]) == name and not _drops(items, at)]
        taken = [
            at for at in named if items[at - 1][1] in _LISTS or [one[1] for one in items[at + 1 : at + 2]] == ["."]
        ]
        if kept or not named or len(taken) < len(named) or last - first > LARGEST or "{%" in self.tokens.text:
            return ()
        if any(
            any_table(self.tokens, at) or items[at][1] in WHOLE or (items[at][1] == "*" and _hands_on(items, at))
            for at in rest
        ):
            return ()
        frame = next((one for one in frames_of(items, first, last)[0] if one.scopes), None)
        made = computed(items, frame) if frame is not None and frame.cte is None else []
        found = [_column(self.tokens, frame, one) for one in made] if frame is not None else []
        alone = [one for one in found if self.counts[one.column.lower()] == 1]
        return tuple([one._replace(table=name.lower()) for one in alone])

    def hides(self, hole: str, start: int, end: int) -> bool:
        """Whether a hole of the template may hold the name of a column."""
        return _may_hide(self.tokens.text, hole, start, end, self.numbers)


def _hands_on(items: list[Token], index: int) -> bool:
    """Whether a star stands for all columns."""
    return items[index - 1][1] in ("SELECT", "DISTINCT", "ALL", ",", ".")


def _drops(items: list[Token], index: int) -> bool:
    """Whether a name only says what is dropped."""
    return any(item[1] == "DROP" for item in items[max(0, index - 5) : index])


def _made(items: list[Token], item: _Item) -> Made:
    constant = all(token[0] in "sn" for token in items[item.start : item.end])
    return Made(name_of(items[item.alias]), item.alias, item.start, item.end, constant)


def _column(tokens: Tokens, frame: Frame, item: _Item) -> UnusedColumn:
    token = tokens.items[item.alias]
    name = tokens.text[token[2] : token[3]].strip('"`[]')
    return UnusedColumn(token[2], token[3], (frame.cte or "the subquery").lower(), name)


def _words(tokens: Tokens) -> Counter[str]:
    parts, position = [], 0
    for start, end in tokens.comments:
        parts.append(tokens.text[position:start])
        position = end
    parts.append(tokens.text[position:])
    return Counter(WORD.findall(" ".join(parts).lower()))


def computed(items: list[Token], frame: Frame) -> list[_Item]:
    """The parts `expression AS alias` of a select list whose columns can be left out without a change."""
    if not frame.scopes or ((frame.united or len(frame.scopes) > 1) and not _stacked(items, frame)):
        return []
    scope = frame.scopes[0]
    head = _head(items, scope)
    counted = _counted(items, scope)
    if head is None or counted is None:
        return []
    tail = _group_by(items, scope) + _spelled(items, scope.start, head)
    borders = [head, *(each for each in scope.commas if each > head), scope.source]
    found = []
    for position, (start, end) in enumerate(itertools.pairwise(borders), 1):
        item = _item(items, start + 1, end) if position > counted else None
        if item is not None and _spelled(items, item.start, item.end) not in tail:
            found.append(item)
    return found if len(found) < len(borders) - 1 or len(found) > 1 else []


def _stacked(items: list[Token], frame: Frame) -> bool:
    """Whether the rows of several SELECTs stand one below the other, by columns that each of them names."""
    for scope in frame.scopes[1:]:
        if [item[1] for item in items[scope.start - 2 : scope.start]] != ["UNION", "ALL"]:
            return False
    for scope in frame.scopes:
        if any(items[at][1] == "*" and _hands_on(items, at) for at in range(scope.start, scope.source)):
            return False
    return all(_counted(items, scope) == 0 for scope in frame.scopes) and frame.scopes[-1].source < frame.scopes[-1].end


def _head(items: list[Token], scope: Scope) -> int | None:
    """The last token before the select list; None where all of the list counts in some other way."""
    if items[scope.start + 1][1] not in ("DISTINCT", "TOP", "AS", "ALL"):
        return scope.start
    if [token[1] for token in items[scope.start + 1 : scope.start + 4]] != ["DISTINCT", "ON", "("]:
        return None
    depth = 0
    for index in range(scope.start + 3, scope.source):
        depth += (items[index][1] == "(") - (items[index][1] == ")")
        if not depth:
            return index
    return None


def _spelled(items: list[Token], start: int, end: int) -> str:
    return " ".join(token[1] for token in items[start:end])


def _group_by(items: list[Token], scope: Scope) -> str:
    """What follows GROUP BY: an expression that stands there as well is of use whoever reads it."""
    for index in range(scope.source, scope.end):
        if items[index][1] == "GROUP":
            return _spelled(
                items, index, next((at for at in range(index, scope.end) if items[at][1] in _TAIL), scope.end)
            )
    return ""


def _item(items: list[Token], start: int, end: int) -> _Item | None:
    stop = end - 2 if end - start >= 3 and items[end - 2][1] == "AS" else end - 1
    if end - start < 2 or items[end - 1][0] not in "wq" or (stop == end - 1 and not _given(items, start, end)):
        return None
    name = name_of(items[end - 1])
    inner = items[start:stop]
    if not WORD.fullmatch(name) or inner[-1][1] == name or any(MULTIPLIES.fullmatch(token[1]) for token in inner):
        return None
    if inner[0][1] in ("CAST", "SAFE_CAST", "TRY_CAST") and inner[2:3] and inner[2][1] == "NULL":
        return None
    reads = any(token[0] == "q" or (token[0] == "w" and token[1] not in LITERALS) for token in inner)
    return _Item(end - 1, start, stop) if reads or (len(inner) == 1 and inner[0][0] == "s") else None


def _given(items: list[Token], start: int, end: int) -> bool:
    """Whether the last token of a select list's part is a name that is given without AS."""
    last, before = items[end - 1], items[end - 2]
    if last[1] in _NO_NAMES or (last[0] == "w" and before[1] == "::"):
        return False
    dotted = before[0] in "wq" and end - 3 >= start and items[end - 3][1] in (".", "::")
    return (
        before[1] in (")", "END") or dotted or (before[0] in "wq" and end - 2 == start and before[1] not in _NO_NAMES)
    )


def _counted(items: list[Token], scope: Scope) -> int | None:
    """How many columns from the first on what follows FROM counts instead of naming them (GROUP BY 1, 2); None for
    GROUP BY ALL and free holes, which may count any."""
    ordered, most = False, 0
    for index in range(scope.source, scope.end):
        kind, key, _, _ = items[index]
        before = items[index - 1][1]
        ordered = (ordered or before in ("GROUP", "ORDER")) and key not in AFTER_ORDER
        if ordered and (kind == "n" or key == "ALL") and before in ("BY", ","):
            if not key.isdigit():
                return None
            most = max(most, int(key))
        if kind != "h" or before in ("FROM", "JOIN", ","):
            continue
        unknown_call = key.startswith(("{", "$")) and "(" in key and not HARMLESS.match(key)
        if unknown_call or stands_free(items, index, items[index][2], scope.source, scope.end):
            return None
    return most


def _may_hide(text: str, hole: str, start: int, end: int, numbers: set[str]) -> bool:
    glued = text[max(0, start - 1) : start].isalnum() or text[end : end + 1].isalnum()
    if glued or "_" in (text[max(0, start - 1) : start], text[end : end + 1]):
        return True
    if hole.startswith("{{"):
        named = PLAIN_NAME.match(hole)
        return not (HARMLESS.match(hole) or (named and named[1] in numbers))
    return hole.startswith(("{", "${")) and not TYPED.match(hole)
