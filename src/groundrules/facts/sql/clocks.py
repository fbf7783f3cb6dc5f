"""What gives the current time, in SQL and in the templates around it."""

from __future__ import annotations

import re

from groundrules.facts.sql.tokens import Token

BARE = frozenset(
    {
        "CURRENT_DATE",
        "CURRENT_TIMESTAMP",
        "CURRENT_TIME",
        "CURRENT_DATETIME",
        "SYSDATE",
        "SYSTIMESTAMP",
        "LOCALTIMESTAMP",
        "LOCALTIME",
    }
)
CALLED = frozenset(
    {
        "NOW",
        "TODAY",
        "YESTERDAY",
        "GETDATE",
        "GETUTCDATE",
        "SYSDATETIME",
        "SYSUTCDATETIME",
        "SYSDATETIMEOFFSET",
        "CURDATE",
        "CURTIME",
        "UTC_DATE",
        "UTC_TIME",
        "UTC_TIMESTAMP",
        "UNIX_TIMESTAMP",
        "TRANSACTION_TIMESTAMP",
        "STATEMENT_TIMESTAMP",
        "CLOCK_TIMESTAMP",
        "TIMEOFDAY",
    }
)
# DATE('now') of SQLite and DuckDB, DATE 'today' and 'now'::date of PostgreSQL.
NAMED = frozenset({"'now'", "'today'", "'yesterday'", "'tomorrow'"})
NAMERS = frozenset({"DATE", "TIME", "DATETIME", "JULIANDAY", "STRFTIME", "TIMESTAMP", "TIMESTAMPTZ", "UNIXEPOCH"})
IN_TEMPLATE = re.compile(r"\b(?:now|utcnow|today|current_timestamp(?:_in_utc)?)\s*\(|\brun_started_at\b")


def is_clock(text: str, items: list[Token], index: int, end: int) -> bool:
    """Whether the token at items[index] stands for the moment at which the statement runs."""
    kind, key, _, _ = items[index]
    if kind == "w":
        return _word(items, key, index, end)
    if kind == "s" and len(key) < 12:
        return key.lower() in NAMED and _names_a_moment(items, index, end)
    return kind in "hs" and "{{" in key and bool(IN_TEMPLATE.search(key))


def _word(items: list[Token], key: str, index: int, end: int) -> bool:
    if key not in BARE and key not in CALLED:
        return False
    before = items[index - 1][1] if index else ""
    after = items[index + 1][1] if index + 1 < end else ""
    if before in (".", "AS") or after == ".":
        return False
    if key in BARE:
        return True
    if after != "(":
        return False
    # UNIX_TIMESTAMP(x) converts x; the others take at most a precision or a time zone.
    return key != "UNIX_TIMESTAMP" or (index + 2 < end and items[index + 2][1] == ")")


def _names_a_moment(items: list[Token], index: int, end: int) -> bool:
    before = items[index - 1][1] if index else ""
    opener = items[index - 2][1] if index > 1 and before == "(" else before
    if opener in NAMERS or (before == "," and index > 3 and items[index - 4][1] == "STRFTIME"):
        return True
    return index + 2 < end and items[index + 1][1] == "::" and items[index + 2][1] in NAMERS
