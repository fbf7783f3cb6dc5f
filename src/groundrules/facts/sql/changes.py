"""Statements that change or read rows: INSERT, UPDATE, DELETE, TRUNCATE, MERGE, COPY, SELECT."""

from __future__ import annotations

from groundrules.facts.sql import guards
from groundrules.facts.sql.clauses import walk
from groundrules.facts.sql.clocks import IN_TEMPLATE
from groundrules.facts.sql.draft import Draft
from groundrules.facts.sql.names import is_temporary, read_name
from groundrules.facts.sql.tokens import Token

INSERT_MODIFIERS = frozenset({"INTO", "TABLE", "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "ALL", "FIRST", "LOCAL"})
CONFLICTS = {"IGNORE": "ignore", "REPLACE": "replace"}


def _skip(items: list[Token], index: int, end: int, words: frozenset[str] | set[str]) -> int:
    while index < end and items[index][1] in words:
        index += 1
    return index


def _key(items: list[Token], index: int, end: int) -> str:
    return items[index][1] if index < end else ""


def insert(text: str, items: list[Token], index: int, end: int) -> Draft | None:
    """INSERT [OR x | IGNORE] [INTO | OVERWRITE] [TABLE] name …, and REPLACE INTO name …"""
    verb, guard, position = "insert", None, index + 1
    if items[index][1] == "REPLACE":
        if _key(items, position, end) != "INTO":
            return None
        guard = "replace"
    if _key(items, position, end) == "OR":
        guard = CONFLICTS.get(_key(items, position + 1, end))
        position += 2
    while position < end and items[position][1] in INSERT_MODIFIERS | {"IGNORE", "OVERWRITE"}:
        if items[position][1] == "OVERWRITE":
            verb, guard = "insert-overwrite", "overwrite"
        guard = "ignore" if items[position][1] == "IGNORE" else guard
        position += 1
    if verb == "insert-overwrite" and _key(items, position, end) == "DIRECTORY":
        return Draft(index, end, "other", "export")
    name, after = read_name(text, items, position, end)
    if name is None:
        return None
    clauses = walk(text, items, after, end, "insert", "target")
    clock = _decorated(items, position, after) or clauses.clock
    guard = guard or guards.of_insert(items, after, end, name, clauses)
    guard = "temporary" if is_temporary(items, position, name) else guard
    return Draft(
        index, end, verb, None, name, position, guard=guard, clauses=clauses, clock=clock,
        empties=verb == "insert-overwrite",
    )  # fmt: skip


def _decorated(items: list[Token], start: int, end: int) -> str | None:
    """A partition decorator such as `table$20240101` that is made from the current time."""
    found = any(token[0] in "hqs" and IN_TEMPLATE.search(token[1]) for token in items[start:end])
    return "partition" if found else None


def update(text: str, items: list[Token], index: int, end: int) -> Draft | None:
    """UPDATE name SET …"""
    position = _skip(items, index + 1, end, {"ONLY", "LOW_PRIORITY", "IGNORE", "OR", "ROLLBACK", "ABORT", "REPLACE"})
    name, after = read_name(text, items, position, end)
    if name is None or not any(token[1] == "SET" for token in items[after : after + 60]):
        return None
    clauses = walk(text, items, after, end, "update", "")
    return Draft(index, end, "update", None, name, position, clauses=clauses, clock=clauses.clock)


def delete(text: str, items: list[Token], index: int, end: int) -> Draft | None:
    """DELETE [FROM] name …"""
    position = _skip(items, index + 1, end, {"FROM", "ONLY", "LOW_PRIORITY", "QUICK", "IGNORE"})
    name, after = read_name(text, items, position, end)
    if name is None:
        return None
    if _key(items, after, end) == "FROM":  # DELETE alias FROM name alias
        own, _ = read_name(text, items, after + 1, end)
        aliased = _key(items, index + 1, end) != "FROM" and "." not in name
        name, position = (own, after + 1) if own and aliased else (name, position)
    clauses = walk(text, items, after, end, "delete", "from")
    return Draft(index, end, "delete", None, name, position, clauses=clauses, clock=clauses.clock, empties=True)


def truncate(text: str, items: list[Token], index: int, end: int) -> Draft | None:
    """TRUNCATE [TABLE] name [, name …]"""
    position = _skip(items, index + 1, end, {"TABLE", "ONLY", "IF", "EXISTS"})
    name, after = read_name(text, items, position, end)
    if name is None:
        return None
    others = []
    while after + 1 < end and items[after][1] == ",":
        other, after = read_name(text, items, after + 1, end)
        if other is None:
            break
        others.append(other)
    return Draft(index, end, "truncate", None, name, position, tuple(others), empties=True)


def merge(text: str, items: list[Token], index: int, end: int) -> Draft | None:
    """MERGE [INTO] name USING …"""
    position = _skip(items, index + 1, end, {"INTO"})
    name, after = read_name(text, items, position, end)
    if name is None or not any(token[1] == "USING" for token in items[after : after + 12]):
        return None
    clauses = walk(text, items, after, end, "merge", "")
    clock = _decorated(items, position, after) or clauses.clock
    return Draft(index, end, "merge", None, name, position, guard="merge", clauses=clauses, clock=clock)


def copy(text: str, items: list[Token], index: int, end: int) -> Draft | None:
    """COPY name FROM …, COPY INTO name FROM …, and the exports COPY … TO and COPY INTO '…'."""
    into = _key(items, index + 1, end) == "INTO"
    position = index + 1 + into
    if _key(items, position, end) == "(":
        return Draft(index, end, "other", "export")
    stage = position < end and (items[position][0] == "s" or items[position][1].startswith("@"))
    name, after = read_name(text, items, position, end)
    if name is None or (into and stage):
        return Draft(index, end, "other", "export") if into or name else None
    if _key(items, after, end) == "(":
        while after < end and items[after][1] != ")":
            after += 1
        after += 1
    direction = _key(items, after, end)
    if direction == "TO":
        return Draft(index, end, "other", "export")
    if direction != "FROM":
        return None
    clauses = walk(text, items, after + 1, end, "copy", "path")
    guard = guards.of_copy(items, after, end) if into else None
    guard = "temporary" if is_temporary(items, position, name) else guard
    return Draft(index, end, "copy", None, name, position, guard=guard, clauses=clauses, clock=clauses.clock)


def load(text: str, items: list[Token], index: int, end: int) -> Draft | None:
    """LOAD DATA … [OVERWRITE | REPLACE | IGNORE] INTO TABLE name"""
    if _key(items, index + 1, end) != "DATA":
        return None
    for position in range(index + 2, min(end, index + 12)):
        if items[position][1] in ("INTO", "OVERWRITE") and _key(items, position + 1, end) != "INTO":
            before = items[position - 1][1]
            words = {items[position][1], before}
            guard = "overwrite" if "OVERWRITE" in words else CONFLICTS.get(before)
            start = _skip(items, position + 1, end, {"TABLE", "INTO"})
            name, after = read_name(text, items, start, end)
            clauses = walk(text, items, after, end, "copy", "path")
            return Draft(index, end, "copy", None, name, start, guard=guard, clauses=clauses, clock=clauses.clock)
    return None


def select(text: str, items: list[Token], index: int, end: int) -> Draft | None:
    """SELECT …, and SELECT … INTO table FROM …, which creates a table."""
    clauses = walk(text, items, index, end, "select", "")
    into = _into(text, items, index, end)
    if into is None:
        return Draft(index, end, "select", clauses=clauses, clock=clauses.clock)
    name, position = into
    temporary = is_temporary(items, position, name) or items[position - 1][1] in ("TEMP", "TEMPORARY")
    guard = "temporary" if temporary else None
    return Draft(
        index, end, "create", "table", name, position, guard=guard, clauses=clauses, clock=clauses.clock
    )  # fmt: skip


def _into(text: str, items: list[Token], index: int, end: int) -> tuple[str, int] | None:
    depth = 0
    for position in range(index, end):
        key = items[position][1]
        depth += (key == "(") - (key == ")")
        if depth == 0 and key == "FROM":
            return None
        if depth == 0 and key == "INTO":
            start = _skip(items, position + 1, end, {"TEMP", "TEMPORARY", "TABLE", "UNLOGGED"})
            name, after = read_name(text, items, start, end)
            variable = _key(items, start, end).startswith(("@", ":")) or _key(items, start, end) in (
                "OUTFILE",
                "STRICT",
            )
            return (name, start) if name and not variable and _key(items, after, end) == "FROM" else None
    return None
