"""Columns that a common table expression computes and that nothing after it reads.

The alias must occur once in the whole text, and every SELECT that reads the expression must name its columns one by
one. Whatever could read a column without naming it (a star, a whole row, NATURAL, PIVOT, an ordinal in GROUP BY, a
hole of the template) silences the answer.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections import Counter

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
PLAIN_NAME = re.compile(r"\{\{-?\s*(\w+)\s*-?\}\}\Z")
ASSIGNED = re.compile(r"\{%[-+]?\s*set\s+(\w+)\s*=\s*([^%]*?)\s*[-+]?%\}")
NUMBER = re.compile(r"-?[\d.]+\Z|.*\|\s*(?:int|float)(?:\(\))?\Z", re.DOTALL)
# Words that make columns count without being named, and functions that change the number of rows.
WHOLE = frozenset({"NATURAL", "PIVOT", "UNPIVOT", "COLUMNS", "MATCH_RECOGNIZE", "CORRESPONDING", "RECURSIVE", "STRUCT"})
MULTIPLIES = re.compile(
    r"(?:POS)?EXPLODE(?:_OUTER)?|UNNEST|FLATTEN|GENERATE_\w+|INLINE|STACK|REGEXP_SPLIT_TO_TABLE|REGEXP_MATCHES|\w+_ELEMENTS(?:_TEXT)?"
    r"|JSON_(?:EACH|OBJECT_KEYS)|JSONB_(?:EACH|OBJECT_KEYS)|ARRAYJOIN|NEXTVAL|SETVAL"
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
        named = Counter(frame.cte for frame in frames if frame.cte)
        found: list[UnusedColumn] = []
        for frame in frames:
            if frame.cte in (None, "?") or named[frame.cte] > 1:
                continue
            rare = [each for each in computed(items, frame) if self.counts[name_of(items[each.alias]).lower()] == 1]
            if rare and _read_by_name(self, frame, enclosing, first, last):
                found += [_column(self.tokens, frame, each) for each in rare]
        return tuple(sorted(found))


def _column(tokens: Tokens, frame: Frame, item: _Item) -> UnusedColumn:
    token = tokens.items[item.alias]
    name = tokens.text[token[2] : token[3]].strip('"`[]')
    return UnusedColumn(token[2], token[3], (frame.cte or "").lower(), name)


def _words(tokens: Tokens) -> Counter[str]:
    parts, position = [], 0
    for start, end in tokens.comments:
        parts.append(tokens.text[position:start])
        position = end
    parts.append(tokens.text[position:])
    return Counter(WORD.findall(" ".join(parts).lower()))


def computed(items: list[Token], frame: Frame) -> list[_Item]:
    """The parts `expression AS alias` of a select list whose columns can be left out without a change."""
    if frame.united or len(frame.scopes) != 1:
        return []
    scope = frame.scopes[0]
    if items[scope.start + 1][1] in ("DISTINCT", "TOP", "AS", "ALL") or not _tail_is_plain(items, scope):
        return []
    tail = _group_by(items, scope)
    borders = [scope.start, *scope.commas, scope.source]
    found = []
    for start, end in itertools.pairwise(borders):
        item = _item(items, start + 1, end)
        if item is not None and _spelled(items, item.start, item.end) not in tail:
            found.append(item)
    return found if len(found) < len(borders) - 1 or len(found) > 1 else []


def _spelled(items: list[Token], start: int, end: int) -> str:
    return " ".join(token[1] for token in items[start:end])


def _group_by(items: list[Token], scope: Scope) -> str:
    """What follows GROUP BY: an expression that stands there as well is of use whoever reads it."""
    for index in range(scope.source, scope.end):
        if items[index][1] == "GROUP":
            return _spelled(items, index, scope.end)
    return ""


def _item(items: list[Token], start: int, end: int) -> _Item | None:
    if end - start < 3 or items[end - 2][1] != "AS" or items[end - 1][0] not in "wq":
        return None
    name = name_of(items[end - 1])
    inner = items[start : end - 2]
    if not WORD.fullmatch(name) or inner[-1][1] == name or any(MULTIPLIES.fullmatch(token[1]) for token in inner):
        return None
    if inner[0][1] in ("CAST", "SAFE_CAST", "TRY_CAST") and inner[2:3] and inner[2][1] == "NULL":
        return None
    reads = any(token[0] == "q" or (token[0] == "w" and token[1] not in LITERALS) for token in inner)
    return _Item(end - 1, start, end - 2) if reads else None


def _tail_is_plain(items: list[Token], scope: Scope) -> bool:
    """No ordinals, GROUP BY ALL or free holes after FROM: they count columns instead of naming them."""
    ordered = False
    for index in range(scope.source, scope.end):
        kind, key, _, _ = items[index]
        before = items[index - 1][1]
        ordered = (ordered or before in ("GROUP", "ORDER")) and key not in AFTER_ORDER
        if ordered and (kind == "n" or key == "ALL") and before in ("BY", ","):
            return False
        if kind != "h" or before in ("FROM", "JOIN", ","):
            continue
        unknown_call = key.startswith(("{", "$")) and "(" in key and not HARMLESS.match(key)
        if unknown_call or stands_free(items, index, items[index][2], scope.source, scope.end):
            return False
    return True


def _read_by_name(columns: Columns, frame: Frame, enclosing: dict[int, Scope], first: int, last: int) -> bool:
    """Whether each SELECT that reads the table expression names what it takes."""
    items = columns.tokens.items
    readers: list[tuple[Scope, str]] = []
    for index in range(first, last):
        if items[index][0] not in "wq" or name_of(items[index]) != frame.cte:
            continue
        before = items[index - 1][1] if index > first else ""
        after = items[index + 1][1] if index + 1 < last else ""
        if after == "." or before == ".":
            continue
        if after in ("AS", "(") and before in ("WITH", ",") and _defines(items, index, last):
            continue
        scope = enclosing.get(index)
        listed = before in ("FROM", "JOIN") or (before in (",", "(") and scope is not None and index > scope.source)
        if scope is None or not listed:
            return False
        readers.append((scope, _alias(items, index + 1, last) or frame.cte or ""))
    return bool(readers) and all(_explicit(columns, scope, alias) for scope, alias in readers)


def _defines(items: list[Token], index: int, last: int) -> bool:
    position = index + 2
    while position < last and items[position][1] in ("NOT", "MATERIALIZED"):
        position += 1
    return position < last and items[position][1] == "("


def _alias(items: list[Token], index: int, last: int) -> str:
    if index < last and items[index][1] == "AS":
        index += 1
    if index < last and items[index][0] in "wq" and items[index][1] not in CLAUSE_WORDS:
        return name_of(items[index])
    return ""


CLAUSE_WORDS = words(
    """
    ON USING WHERE JOIN LEFT RIGHT INNER FULL CROSS OUTER GROUP ORDER LIMIT UNION HAVING WINDOW QUALIFY EXCEPT
    INTERSECT LATERAL TABLESAMPLE FOR ASOF SEMI ANTI
    """
)


def _explicit(columns: Columns, scope: Scope, alias: str) -> bool:
    """Whether a SELECT names all it reads: no star, no whole row, no hole that may hold a name."""
    tokens = columns.tokens
    items = tokens.items
    for index in range(scope.start, scope.end):
        kind, key, start, end = items[index]
        before = items[index - 1]
        if key == "*" and (before[1] in ("SELECT", "DISTINCT", "ALL", ",", ".") or _star_call(items, index)):
            return False
        if kind in "wq" and name_of(items[index]) == alias and _is_row(items, index, scope.end):
            return False
        free = kind == "h" and before[1] not in ("FROM", "JOIN")
        if free and _may_hide(tokens.text, key, start, end, columns.numbers):
            return False
    begin, stop = items[scope.start][2], items[scope.end - 1][3]
    tags = tokens.tags
    return all(word != "for" for _, word in tags[bisect_left(tags, (begin, "")) : bisect_left(tags, (stop, ""))])


def _is_row(items: list[Token], index: int, end: int) -> bool:
    """Whether an alias stands for whole rows: neither qualifies a column nor names the table in FROM."""
    after = items[index + 1][1] if index + 1 < end else ""
    return after != "." and items[index - 1][1] != "." and not _in_from(items, index)


def _star_call(items: list[Token], index: int) -> bool:
    return items[index - 1][1] == "(" and items[index - 2][1] != "COUNT"


def _in_from(items: list[Token], index: int) -> bool:
    """Whether items[index] stands where a FROM names a table or gives it an alias."""
    before = items[index - 1]
    if before[1] in ("FROM", "JOIN", ",", "(", "AS"):
        return before[1] in ("FROM", "JOIN", "AS") or items[index][0] == "q" or _follows_table(items, index)
    return before[0] in "wqh" and items[index - 2][1] in ("FROM", "JOIN", ",", ".", "(", "AS")


def _follows_table(items: list[Token], index: int) -> bool:
    return (
        items[index - 1][1] in ("(", ",")
        and items[index + 1 : index + 2] != []
        and (items[index + 1][1] in ("JOIN", "LEFT", "INNER", "WHERE"))
    )


def _may_hide(text: str, hole: str, start: int, end: int, numbers: set[str]) -> bool:
    glued = text[max(0, start - 1) : start].isalnum() or text[end : end + 1].isalnum()
    if glued or "_" in (text[max(0, start - 1) : start], text[end : end + 1]):
        return True
    if hole.startswith("{{"):
        named = PLAIN_NAME.match(hole)
        return not (HARMLESS.match(hole) or (named and named[1] in numbers))
    return hole.startswith(("{", "${"))
