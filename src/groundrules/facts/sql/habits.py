"""What a statement does with rows that are there already: adds to a column, empties a whole table, asks for one day."""

from __future__ import annotations

import re

from groundrules.facts.sql.draft import Draft
from groundrules.facts.sql.tokens import Token
from groundrules.facts.sql.words import words

DAY = re.compile(r"""['"](\d{4}-\d\d-\d\d)(?:[ T][\d:.]+Z?)?['"]\Z""")
COMPACT = re.compile(r"""['"]?((?:19|20)\d{6})['"]?\Z""")
SENTINELS = ("0001-", "1000-", "1753-", "1899-", "1900-", "1970-", "2099-", "2100-", "2199-", "2999-", "3000-", "9999-")
RUN = re.compile(
    r"\b(?:next_|prev_|yesterday_|tomorrow_)?(?:ds|ts)(?:_nodash)?\b|data_interval|(?:\b|[a-z]_)(?:date|day|dt|today|yesterday)\b",
    re.IGNORECASE,
)
ENDS = words("WHERE FROM RETURNING OUTPUT WHEN ;")
COUNTERS = words(
    """attempt attempts tries retry retries version revision failures failed run runs seq sequence hits visits views
    epoch step"""
)
AGGREGATES = words("COUNT SUM AVG MIN MAX")
JOINS = words("CONCAT CONCAT_WS")
KEEPS = words("IFNULL COALESCE NVL ISNULL CAST TRIM")
TIME_TYPES = words("DATE TIMESTAMP DATETIME CAST TO_DATE TO_TIMESTAMP PARSE_DATE")


def adds(items: list[Token], draft: Draft) -> str | None:
    """The column that a statement adds something to, row by row: `SET n = n + 1`; None for anything else."""
    if draft.verb not in ("update", "insert", "merge"):
        return None
    asked, own = _asked(items, draft), _own_names(items, draft)
    for index in range(draft.first, draft.last - 4):
        if items[index][1] != "SET" and not _starts(items, index):
            continue
        found, assigned = _assignments(items, index + 1, draft.last, own)
        if found and not (draft.verb == "update" and asked & assigned):
            return found
    return None


def tallies(items: list[Token], draft: Draft) -> bool:
    """Whether an INSERT puts in one row of counts with the moment at which they were taken."""
    if draft.verb != "insert" or draft.clock != "value":
        return False
    keys = [token[1] for token in items[draft.first : draft.last]]
    counts = any(key in AGGREGATES and keys[at : at + 1] == ["("] for at, key in enumerate(keys, 1))
    return counts and "GROUP" not in keys and "OVER" not in keys


def _starts(items: list[Token], index: int) -> bool:
    """ON DUPLICATE KEY UPDATE has no SET."""
    return items[index][1] == "UPDATE" and index > 1 and items[index - 1][1] == "KEY" and items[index + 1][1] != "SET"


def _own_names(items: list[Token], draft: Draft) -> set[str]:
    """How the statement may call its target: the last part of the name, the alias, nothing where no other is read."""
    at = draft.target_index or draft.first
    name = (draft.target or "").rpartition(".")[2].upper()
    found = {_bare(name)}
    for index in range(at, min(at + 12, draft.last - 1)):
        if items[index + 1][1] in ("SET", "USING", "JOIN", "INNER", "LEFT"):
            found.add(_bare(items[index][1]))
    alone = draft.verb == "insert" or not (draft.clauses and draft.clauses.sources)
    return found | ({""} if alone else set())


def _assignments(items: list[Token], index: int, end: int, own: set[str]) -> tuple[str | None, set[str]]:
    """The first column that is added to, and every column that is set."""
    found, assigned, depth, column = None, set(), 0, ""
    while index < end:
        kind, key, _, _ = items[index]
        depth += (key == "(") - (key == ")")
        if depth == 0 and key in ENDS:
            break
        follows = items[index + 1][1] if index + 1 < end else ""
        if depth == 0 and follows == "=" and kind in "wq":
            column = _bare(key)
            assigned.add(column)
        elif column and kind in "wq" and _bare(key) == column:
            qualifier = _bare(items[index - 2][1]) if items[index - 1][1] == "." else ""
            counts = COUNTERS.intersection(column.lower().split("_"))
            if not found and qualifier in own and not counts and _adds_on(items, index, end):
                found = column.lower()
        index += 1
    return found, assigned


def _adds_on(items: list[Token], index: int, end: int) -> bool:
    """Whether a column stands in a sum: before or after a sign, alone or inside of what replaces NULL."""
    signs: tuple[str, ...] = ("+", "-", "*", "|")
    after = index + 1
    while after < end and (items[after][1] in (",", ")") or items[after][0] in "n"):
        if items[after][1] == ")":
            after += 1
            break
        after += 1
    wrapped = after if after > index + 1 else index + 1
    start = index
    while start > 1 and items[start - 1][1] == ".":
        start -= 2
    before = items[start - 1][1] if start else ""
    if any(
        "JSON" in items[at][1].upper() for at in range(max(start - 6, 0), min(index + 8, end)) if items[at][0] in "wq"
    ):
        signs = tuple(sign for sign in signs if sign != "|")  # objects are merged by their keys
    alone = index + 1 < end and items[index + 1][1] in signs
    closed = wrapped < end and items[wrapped][1] in signs and items[wrapped - 1][1] == ")"
    return alone or closed or before in signs or _joined(items, index)


def _joined(items: list[Token], index: int) -> bool:
    """Whether a column is one of the texts that are put together, itself or inside of what replaces NULL."""
    depth = 0
    while index > 1 and items[index][1] not in ("SET", ";"):
        index -= 1
        depth += (items[index][1] == ")") - (items[index][1] == "(")
        if depth < 0:
            depth, name = 0, items[index - 1][1]
            if name in JOINS or name not in KEEPS:
                return name in JOINS
    return False


def _bare(name: str) -> str:
    return name.strip('`"[]').upper()


def _asked(items: list[Token], draft: Draft) -> set[str]:
    """The names in the condition of a statement."""
    depth, at = 0, draft.last
    for index in range(draft.first, draft.last):
        depth += (items[index][1] == "(") - (items[index][1] == ")")
        if depth == 0 and items[index][1] == "WHERE":
            at = index
            break
    return {_bare(items[index][1]) for index in range(at, draft.last) if items[index][0] in "wq"}


def empties_all(items: list[Token], draft: Draft) -> bool:
    """Whether a statement removes every row of its target, or the target itself."""
    if draft.verb in ("truncate", "drop"):
        return draft.verb == "truncate" or draft.object == "table"
    if draft.verb == "insert-overwrite":
        return not any(token[1] == "PARTITION" for token in items[draft.first : draft.last])
    keys = [token[1] for token in items[draft.first : draft.last]]
    bounded = (
        "WHERE" in keys or "USING" in keys or any(token[0] == "h" for token in items[draft.first + 3 : draft.last])
    )
    return draft.verb == "delete" and not bounded


def window(items: list[Token], draft: Draft) -> str | None:
    """Which days a statement takes: `run` (the day that it is run for), a fixed day as it is written, or None."""
    fixed = None
    where = False
    for index in range(draft.first, draft.last):
        kind, key, _, _ = items[index]
        where = where or key in ("WHERE", "PARTITION", "ON") or (key == "AND" and where)
        if not where:
            continue
        if kind in "hs" and _run_date(key) and _compared(items, index):
            return "run"
        if kind == "s" and fixed is None:
            fixed = _fixed(items, index, draft)
    return fixed


def _run_date(key: str) -> bool:
    return (not key.startswith(("'", '"')) or "{" in key) and RUN.search(key) is not None


def _compared(items: list[Token], index: int) -> bool:
    """Whether something is compared with the value, also inside of a call that makes a date of it."""
    position = index - 1
    while position > 0 and (items[position][1] == "(" or items[position][1] in TIME_TYPES):
        position -= 1
    return items[position][1] in ("=", ">", "<", "BETWEEN", "AND", "IN", ".")


def _fixed(items: list[Token], index: int, draft: Draft) -> str | None:
    """A day that rows are compared with for equality, or a stretch of days with both ends."""
    found = DAY.match(items[index][1]) or COMPACT.match(items[index][1])
    if found is None or found[1].startswith(SENTINELS):
        return None
    position = index - 1
    while position > 0 and items[position][1] in TIME_TYPES | {"("}:
        position -= 1
    before = items[position][1]
    if before == "=" and items[position - 1][1] not in "<>!":
        return found[1]
    if before == "BETWEEN":
        second = next((items[at] for at in range(index + 1, min(index + 6, draft.last)) if items[at][0] in "sh"), None)
        return found[1] if second is not None and second[0] == "s" and DAY.match(second[1]) else None
    return None
