"""CREATE, DROP and ALTER."""

from __future__ import annotations

from groundrules.facts.sql.clauses import walk
from groundrules.facts.sql.draft import Draft
from groundrules.facts.sql.names import is_temporary, read_name
from groundrules.facts.sql.tokens import Token
from groundrules.facts.sql.words import words

ROUTINES = frozenset({"FUNCTION", "PROCEDURE", "PROC", "TRIGGER", "PACKAGE", "EVENT", "TASK", "RULE", "MACRO"})
KINDS = ROUTINES | words(
    """
    TABLE VIEW INDEX SCHEMA DATABASE SEQUENCE TYPE EXTENSION ROLE USER LOGIN STAGE STREAM PIPE WAREHOUSE
    DOMAIN POLICY SERVER PUBLICATION SUBSCRIPTION MODEL SYNONYM CATALOG DICTIONARY COLLATION AGGREGATE CAST
    OPERATOR TABLESPACE KEYSPACE FORMAT CONNECTION INTEGRATION TAG SECRET ASSERTION STATISTICS VOLUME SHARE
    RESERVATION ASSIGNMENT SNAPSHOT PROCEDURE GROUP
    """
)
TEMPORARY = frozenset({"TEMP", "TEMPORARY", "VOLATILE"})
MODIFIERS = TEMPORARY | words(
    """
    LOCAL GLOBAL UNIQUE EXTERNAL TRANSIENT UNLOGGED MATERIALIZED RECURSIVE FOREIGN CLUSTERED NONCLUSTERED
    SECURE HYBRID DYNAMIC ICEBERG LIVE STREAMING FORCE NOFORCE COLUMNSTORE FULLTEXT SPATIAL BITMAP PUBLIC
    EDITIONABLE NONEDITIONABLE PRIVATE SNAPSHOT ROW COLUMN FILE DATABASE LANGUAGE TRUSTED PROCEDURAL
    CONSTRAINT MULTISET SET API NOTIFICATION STORAGE SECURITY SEARCH ACCESS MASKING NETWORK PASSWORD RESOURCE
    HADOOP EVENT VIRTUAL PERSISTENT ONLINE REFRESH SCHEDULED VECTOR
    """
)
SKIPPED_PAIRS = frozenset({"ALGORITHM", "DEFINER", "SQL"})
NO_NAMES = frozenset({"ON", "AS", "(", ";", "FOR", "USING", "TO", "AUTHORIZATION"})
FATAL_ACTIONS = frozenset({"ADD", "DROP", "RENAME", "ATTACH", "DETACH", "EXCHANGE", "SWITCH", "CHANGE", "SWAP"})
PARTS = frozenset(
    {"COLUMN", "COLUMNS", "CONSTRAINT", "PARTITION", "INDEX", "KEY", "PRIMARY", "FOREIGN", "UNIQUE", "CHECK"}
)


def kind_at(items: list[Token], index: int, end: int) -> tuple[int, str] | None:
    """The index of the word that says what a CREATE or DROP at items[index] is about, and that word."""
    position, found = index + 1, None
    while position < min(end, index + 24):
        kind, key, _, _ = items[position]
        following = items[position + 1][1] if position + 1 < end else ""
        wider = (key == "TABLE" and following == "FUNCTION") or (key in MODIFIERS and following in KINDS)
        if key in KINDS and not wider:
            found = position, key
            break
        if key in SKIPPED_PAIRS:
            position += 2
            while position < min(end, index + 24) and items[position][1] not in KINDS and items[position][0] in "wqsp":
                position += 1
            continue
        if key not in MODIFIERS and key not in ("OR", "REPLACE", "ALTER", "TABLE") and kind != "h":
            break
        position += 1
    return found


def _prefix_guard(keys: list[str]) -> str | None:
    if "REPLACE" in keys or "ALTER" in keys:
        return "or-replace"
    return "temporary" if TEMPORARY & set(keys) else None


def _after_test(items: list[Token], index: int, end: int) -> tuple[bool, int]:
    """Whether IF [NOT] EXISTS stands at items[index], and the index after it."""
    keys = [token[1] for token in items[index : min(end, index + 4)]]
    while keys and keys[0] in ("CONCURRENTLY", "ONLY"):
        keys, index = keys[1:], index + 1
    if keys[:3] == ["IF", "NOT", "EXISTS"]:
        return True, index + 3
    return (True, index + 2) if keys[:2] == ["IF", "EXISTS"] else (False, index)


def _object(items: list[Token], index: int, position: int, word: str) -> str:
    if word == "VIEW" and any(token[1] == "MATERIALIZED" for token in items[index:position]):
        return "materialized view"
    return {"PROC": "procedure", "FORMAT": "file format"}.get(word, word.lower())


def create(text: str, items: list[Token], index: int, end: int) -> Draft | None:
    """CREATE [OR REPLACE] … kind [IF NOT EXISTS] name …"""
    found = kind_at(items, index, end)
    if found is None:
        return None
    position, word = found
    guard = _prefix_guard([token[1] for token in items[index:position]])
    tested, start = _after_test(items, position + 1, end)
    guard = guard or ("if-exists" if tested else None)
    if any(token[0] == "h" for token in items[index:position]):
        guard = guard or "hidden"
    name, after, at = None, start, start
    if start < end and items[start][1] not in NO_NAMES:
        name, after = read_name(text, items, start, end)
    if guard is None and name and _hole_before_name(items, start, after, end):
        guard, at = "hidden", after
        name, after = read_name(text, items, after, end)
    if guard is None and after + 1 < end and items[after][0] == "h" and items[after + 1][1] == "(":
        guard = "hidden"  # Athena and Hive allow the words behind the name, too
    guard = "temporary" if is_temporary(items, at, name) else guard
    kind = _object(items, index, position, word)
    if word in ROUTINES:
        return Draft(index, end, "create", kind, name, at if name else None, guard=guard)
    clauses = walk(text, items, after, end, "create", "columns")
    table = _table_of(text, items, after, end) if kind in ("index", "policy", "statistics") else None
    return Draft(
        index, end, "create", kind, name, at if name else None, table=table, guard=guard, clauses=clauses,
        clock=clauses.clock, empties=guard == "or-replace",
    )  # fmt: skip


def _hole_before_name(items: list[Token], start: int, after: int, end: int) -> bool:
    """`CREATE TABLE {maybe} name`: the hole may say IF NOT EXISTS."""
    if after != start + 1 or items[start][0] != "h" or after >= end:
        return False
    kind, key, _, _ = items[after]
    return kind in "qh" or (
        kind == "w" and key not in ("AS", "LIKE", "CLONE", "USING", "PARTITION", "ON", "COPY", "WITH")
    )


def _table_of(text: str, items: list[Token], start: int, end: int) -> str | None:
    for index in range(start, min(end, start + 12)):
        if items[index][1] == "ON":
            skip = index + 1
            while skip < end and items[skip][1] in ("ONLY", "TABLE"):
                skip += 1
            return read_name(text, items, skip, end)[0]
    return None


def drop(text: str, items: list[Token], index: int, end: int) -> Draft | None:
    """DROP kind [IF EXISTS] name [, name …]"""
    found = kind_at(items, index, end)
    if found is None:
        return None
    position, word = found
    hole = any(token[0] == "h" for token in items[index:position])
    tested, start = _after_test(items, position + 1, end)
    name, after = read_name(text, items, start, end)
    at = start
    if (
        name
        and not tested
        and _hole_before_name(items, start, after, end)
        and items[after][1] not in ("CASCADE", "PURGE", "RESTRICT")
    ):
        hole, at = True, after
        name, after = read_name(text, items, after, end)
    others = []
    while after + 1 < end and items[after][1] == ",":
        other, after = read_name(text, items, after + 1, end)
        if other is None:
            break
        others.append(other)
    temporary = is_temporary(items, at, name) or TEMPORARY & {token[1] for token in items[index:position]}
    guard = "if-exists" if tested else "temporary" if temporary else "hidden" if hole else None
    table = _table_of(text, items, after, end) if word in ("INDEX", "TRIGGER", "POLICY") else None
    kind = _object(items, index, position, word)
    return Draft(
        index, end, "drop", kind, name, at if name else None, tuple(others), table, guard, empties=kind == "table"
    )


def alter(text: str, items: list[Token], index: int, end: int) -> Draft | None:
    """ALTER kind [IF EXISTS] name action [, action …]"""
    found = kind_at(items, index, end)
    if found is None:
        return None
    position, word = found
    _, start = _after_test(items, position + 1, end)
    name, after = read_name(text, items, start, end)
    if name is None:
        return None
    if [token[1] for token in items[after : after + 2]] == ["ON", "CLUSTER"]:
        after += 3
    keys = [token[1] for token in items[after:end]]
    mutation = keys[0] if keys[:1] and keys[0] in ("DELETE", "UPDATE") else None
    clauses = walk(text, items, after, end, "alter", "" if mutation else "columns")
    if mutation:  # ClickHouse: ALTER TABLE t DELETE WHERE …
        return Draft(
            index, end, mutation.lower(), None, name, start, clauses=clauses, clock=clauses.clock,
            empties=mutation == "DELETE",
        )  # fmt: skip
    kind, guard, empties = _action(keys)
    guard = guard or ("temporary" if is_temporary(items, start, name) else None)
    kind = kind if word == "TABLE" and kind else _object(items, index, position, word)
    renamed = _renamed(text, items, after, end) if word == "TABLE" else None
    return Draft(
        index, end, "alter", kind, name, start, guard=guard, clauses=clauses, clock=clauses.clock, empties=empties,
        renamed=renamed,
    )  # fmt: skip


def _action(keys: list[str]) -> tuple[str | None, str | None, bool]:
    """What part the actions change, their guard, and whether they take rows away."""
    depth, starts = 0, True
    part: str | None = None
    fatal = empties = False
    for index, key in enumerate(keys):
        depth += (key == "(") - (key == ")")
        if depth == 0 and key in FATAL_ACTIONS and starts:
            following = keys[index + 1 : index + 6]
            named = next((word for word in following if word in PARTS), None)
            part = part or {None: None, "COLUMNS": "column"}.get(named, (named or "").lower())
            if key in ("ADD", "DROP") and named is None:
                part = part or "column"
            repeats = "EXISTS" in following or (key == "DROP" and following[:1] in (["DEFAULT"], ["NOT"]))
            fatal = fatal or not repeats
            empties = empties or (key == "DROP" and named == "PARTITION")
        starts = (depth == 0 and key == ",") or (index == 0 and key.startswith("{"))
    guard = None if fatal else "if-exists" if "EXISTS" in keys else "repeatable"
    swaps = keys[:2] in (["TRUNCATE", "PARTITION"], ["REPLACE", "PARTITION"], ["EXCHANGE", "PARTITION"])
    return "column name" if keys[:2] == ["RENAME", "COLUMN"] else part, guard, empties or swaps


def _renamed(text: str, items: list[Token], start: int, end: int) -> str | None:
    keys = [token[1] for token in items[start : min(end, start + 3)]]
    if keys[:2] in (["RENAME", "TO"], ["RENAME", "AS"], ["SWAP", "WITH"]):
        return read_name(text, items, start + 2, end)[0]
    return None
