"""Columns that a common table expression computes and that nothing after it reads.

The alias must occur once in the whole text, and every SELECT that reads the expression must name its columns one by
one. Whatever could read a column without naming it (a star, a whole row, NATURAL, PIVOT, an ordinal in GROUP BY, a
hole of the template) silences the answer.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import NamedTuple

from groundrules.facts.sql.statement import UnusedColumn
from groundrules.facts.sql.tokens import Token, Tokens
from groundrules.facts.sql.words import words

LARGEST = 50_000  # tokens of one statement
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
SET_OPERATIONS = frozenset({"UNION", "EXCEPT", "INTERSECT", "MINUS"})


class _Frame:
    """The inside of one pair of parentheses, or the statement as a whole."""

    __slots__ = ("cte", "depth", "scopes", "united")

    def __init__(self, cte: str | None, depth: int) -> None:
        self.cte, self.depth = cte, depth
        self.scopes: list[_Scope] = []
        self.united = False


class _Scope:
    """One SELECT: items[start:end], its FROM, and the parts of its select list."""

    __slots__ = ("commas", "end", "frame", "source", "start")

    def __init__(self, start: int, end: int, frame: _Frame) -> None:
        self.start, self.end, self.frame = start, end, frame
        self.source = end
        self.commas: list[int] = []


class _Item(NamedTuple):
    alias: int
    start: int
    end: int


def unused_columns(tokens: Tokens, first: int, last: int) -> tuple[UnusedColumn, ...]:
    """The computed columns in items[first:last] that no later SELECT reads."""
    if last - first > LARGEST or any(token[1] in WHOLE for token in tokens.items[first:last]):
        return ()
    frames, enclosing = _frames(tokens.items, first, last)
    named = Counter(frame.cte for frame in frames if frame.cte)
    once = [frame for frame in frames if frame.cte and named[frame.cte] == 1 and frame.cte != "?"]
    found: list[UnusedColumn] = []
    counts: Counter[str] | None = None
    for frame in once:
        items = _computed(tokens.items, frame)
        if items:
            counts = counts if counts is not None else _words(tokens)
            rare = [item for item in items if counts[_name(tokens.items[item.alias]).lower()] == 1]
            if rare and _read_by_name(tokens, frame, enclosing, first, last):
                found += [_column(tokens, frame, item) for item in rare]
    return tuple(sorted(found))


def _column(tokens: Tokens, frame: _Frame, item: _Item) -> UnusedColumn:
    token = tokens.items[item.alias]
    name = tokens.text[token[2] : token[3]].strip('"`[]')
    return UnusedColumn(token[2], token[3], (frame.cte or "").lower(), name)


def _name(token: Token) -> str:
    return token[1].strip('"`[]').upper()


def _words(tokens: Tokens) -> Counter[str]:
    """How often each word occurs outside comments, strings and templates included."""
    parts, position = [], 0
    for start, end in tokens.comments:
        parts.append(tokens.text[position:start])
        position = end
    parts.append(tokens.text[position:])
    return Counter(WORD.findall(" ".join(parts).lower()))


def _frames(items: list[Token], first: int, last: int) -> tuple[list[_Frame], dict[int, _Scope]]:
    """All frames, and for each token the innermost SELECT around it."""
    frames = [_Frame(None, 0)]
    stack = [frames[0]]
    enclosing: dict[int, _Scope] = {}
    for index in range(first, last):
        key, frame = items[index][1], stack[-1]
        if key == "(":
            frame = _Frame(_cte_at(items, index, first), len(stack))
            frames.append(frame)
            stack.append(frame)
        elif key == ")" and len(stack) > 1:
            _close(frame, index)
            stack.pop()
        elif items[index][0] in "wp":
            _mark(items, frame, key, index, last)
        scope = next((each.scopes[-1] for each in reversed(stack[-12:]) if each.scopes), None)
        if scope is not None:
            enclosing[index] = scope
    for frame in stack:
        _close(frame, last)
    return frames, enclosing


def _close(frame: _Frame, end: int) -> None:
    if frame.scopes:
        scope = frame.scopes[-1]
        scope.end, scope.source = end, min(scope.source, end)


def _mark(items: list[Token], frame: _Frame, key: str, index: int, last: int) -> None:
    """Notes what a word or sign at the depth of its frame begins."""
    scope = frame.scopes[-1] if frame.scopes else None
    if key == "SELECT":
        _close(frame, index)
        frame.scopes.append(_Scope(index, last, frame))
    elif scope is None:
        return
    elif key == "FROM" and scope.source == last and items[index - 1][1] != "DISTINCT":
        scope.source = index
    elif key == "," and scope.source == last:
        scope.commas.append(index)
    elif key in SET_OPERATIONS and items[index - 1][1] != "*":
        frame.united = True


def _cte_at(items: list[Token], index: int, first: int) -> str | None:
    """The name of the table expression whose body opens at items[index]; `?` where it lists its columns."""
    position = index - 1
    while position > first and items[position][1] in ("MATERIALIZED", "NOT"):
        position -= 1
    if position - 2 < first or items[position][1] != "AS" or items[index + 1 : index + 2] == []:
        return None
    if items[index + 1][1] not in ("SELECT", "WITH", "("):
        return None
    name, before = items[position - 1], items[position - 2][1]
    if name[1] == ")":
        return "?"
    return _name(name) if name[0] in "wq" and before in ("WITH", ",", ")") else None


def _computed(items: list[Token], frame: _Frame) -> list[_Item]:
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


def _group_by(items: list[Token], scope: _Scope) -> str:
    """What follows GROUP BY: an expression that stands there as well is of use whoever reads it."""
    for index in range(scope.source, scope.end):
        if items[index][1] == "GROUP":
            return _spelled(items, index, scope.end)
    return ""


def _item(items: list[Token], start: int, end: int) -> _Item | None:
    if end - start < 3 or items[end - 2][1] != "AS" or items[end - 1][0] not in "wq":
        return None
    name = _name(items[end - 1])
    inner = items[start : end - 2]
    if not WORD.fullmatch(name) or inner[-1][1] == name or any(MULTIPLIES.fullmatch(token[1]) for token in inner):
        return None
    if inner[0][1] in ("CAST", "SAFE_CAST", "TRY_CAST") and inner[2:3] and inner[2][1] == "NULL":
        return None
    reads = any(token[0] == "q" or (token[0] == "w" and token[1] not in LITERALS) for token in inner)
    return _Item(end - 1, start, end - 2) if reads else None


def _tail_is_plain(items: list[Token], scope: _Scope) -> bool:
    """No ordinals, GROUP BY ALL or free holes after FROM: they count columns instead of naming them."""
    ordered = False
    for index in range(scope.source, scope.end):
        kind, key, _, _ = items[index]
        before = items[index - 1][1]
        ordered = (ordered or before in ("GROUP", "ORDER")) and key not in (
            "LIMIT",
            "HAVING",
            "WHERE",
            "QUALIFY",
            "OVER",
        )
        if ordered and (kind == "n" or key == "ALL") and before in ("BY", ","):
            return False
        if kind == "h" and key.startswith(("{", "$")) and "(" in key and before not in ("FROM", "JOIN", ","):
            after_table = not HARMLESS.match(key)
            if after_table:
                return False
    return True


def _read_by_name(tokens: Tokens, frame: _Frame, enclosing: dict[int, _Scope], first: int, last: int) -> bool:
    """Whether each SELECT that reads the table expression names what it takes."""
    items = tokens.items
    readers: list[tuple[_Scope, str]] = []
    for index in range(first, last):
        if items[index][0] not in "wq" or _name(items[index]) != frame.cte:
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
    return bool(readers) and all(_explicit(tokens, scope, alias) for scope, alias in readers)


def _defines(items: list[Token], index: int, last: int) -> bool:
    position = index + 2
    while position < last and items[position][1] in ("NOT", "MATERIALIZED"):
        position += 1
    return position < last and items[position][1] == "("


def _alias(items: list[Token], index: int, last: int) -> str:
    if index < last and items[index][1] == "AS":
        index += 1
    if index + 1 < last and items[index][0] in "wq" and items[index][1] not in CLAUSE_WORDS:
        return _name(items[index])
    return ""


CLAUSE_WORDS = words(
    """
    ON USING WHERE JOIN LEFT RIGHT INNER FULL CROSS OUTER GROUP ORDER LIMIT UNION HAVING WINDOW QUALIFY EXCEPT
    INTERSECT LATERAL TABLESAMPLE FOR ASOF SEMI ANTI
    """
)


def _explicit(tokens: Tokens, scope: _Scope, alias: str) -> bool:
    """Whether a SELECT names all it reads: no star, no whole row, no hole that may hold a name."""
    items = tokens.items
    numbers = None
    for index in range(scope.start, scope.end):
        kind, key, start, end = items[index]
        before = items[index - 1]
        if key == "*" and (before[1] in ("SELECT", "DISTINCT", "ALL", ",", ".") or _star_call(items, index)):
            return False
        after = items[index + 1][1] if index + 1 < scope.end else ""
        if (
            kind in "wq"
            and _name(items[index]) == alias
            and after != "."
            and before[1] != "."
            and not _in_from(items, index)
        ):
            return False
        if kind == "h" and before[1] not in ("FROM", "JOIN"):
            numbers = numbers if numbers is not None else _numbers(tokens.text)
            if _may_hide(tokens.text, key, start, end, numbers):
                return False
    begin, stop = items[scope.start][2], items[scope.end - 1][3]
    return not any(begin <= place < stop and word == "for" for place, word in tokens.tags)


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


def _numbers(text: str) -> set[str]:
    """Names that the template sets to numbers."""
    return {found[1] for found in ASSIGNED.finditer(text) if NUMBER.match(found[2])}


def _may_hide(text: str, hole: str, start: int, end: int, numbers: set[str]) -> bool:
    glued = text[max(0, start - 1) : start].isalnum() or text[end : end + 1].isalnum()
    if glued or "_" in (text[max(0, start - 1) : start], text[end : end + 1]):
        return True
    if hole.startswith("{{"):
        named = PLAIN_NAME.match(hole)
        return not (HARMLESS.match(hole) or (named and named[1] in numbers))
    return hole.startswith(("{", "${"))
