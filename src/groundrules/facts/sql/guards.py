"""What makes a statement safe to repeat, as words for the column `guard`.

insert: on-conflict, ignore, replace, merge, overwrite, not-exists, not-in, anti-join (LEFT JOIN … IS NULL), except,
changed (compares with the target by a join), watermark (reads only what the target lacks, by a subquery on it).
definitions: if-exists (IF [NOT] EXISTS), or-replace, repeatable (an ALTER that may run again, such as SET or OWNER TO).
copy: load-history (the warehouse remembers which files it has loaded).
insert as well: picked (a class keeps it, and code that puts its name together picks it: what runs before is not known).
all: temporary (a table of the session), created (the text itself creates the table without IF NOT EXISTS, so this runs
once, or the definition fails before), used (what is dropped was read or filled before, in the same text or function:
that would have failed without it), marked (the rows come from a table in which they
are then marked as taken), condition (runs under an IF), handled (a failure is caught), hidden (a hole of
the template stands where a guard may be).
"""

from __future__ import annotations

from groundrules.facts.sql.clauses import Clauses, Source
from groundrules.facts.sql.names import same
from groundrules.facts.sql.tokens import Token
from groundrules.facts.sql.words import words

BEFORE_VALUE = words(
    """
    VALUES VALUE SELECT DISTINCT ALL FROM JOIN INTO TABLE SET LIMIT TOP OFFSET BY AS IN LIKE ILIKE BETWEEN IS
    NOT CASE WHEN THEN ELSE INTERVAL DATE TIMESTAMP TIME PARTITION RETURNING USING ESCAPE
    """
)
AFTER_COLUMNS = frozenset({"VALUES", "VALUE", "SELECT", "WITH", "PARTITION", "(", "FROM"})
AFTER_CONDITION = frozenset({"", "AND", "OR", "GROUP", "ORDER", "LIMIT", "UNION", ")"})


def of_insert(items: list[Token], start: int, end: int, target: str | None, clauses: Clauses) -> str | None:
    """The guard of an INSERT whose part after the target is items[start:end]."""
    keys = [token[1] for token in items[start:end]]
    for index, key in enumerate(keys):
        following = keys[index + 1] if index + 1 < len(keys) else ""
        if key == "ON" and following in ("CONFLICT", "DUPLICATE"):
            return "on-conflict"
        if key == "REPLACE" and following in ("WHERE", "USING", "ON"):
            return "overwrite"
    return by_query(target, clauses) or ("hidden" if _hidden(items, start, end) else None)


def by_query(target: str | None, clauses: Clauses) -> str | None:
    """Whether the rows to insert are compared with those that are there."""
    own = [source for source in clauses.sources if same(source.name, target)]
    if clauses.not_exists:
        return "not-exists"
    if any(_inside(source, clauses.not_in) for source in [*own, *_unknown(clauses)]):
        return "not-in"
    if any(source.left and source.alias in clauses.nulls for source in clauses.sources):
        return "anti-join"
    if not own:
        viewed = any(source.left and _last(target) in _last(source.name) for source in clauses.sources)
        return "changed" if viewed else None
    if clauses.set_operations & {"EXCEPT", "MINUS"}:
        return "except"
    if any(source.predicate for source in own):
        return "watermark"
    if any(source.joined for source in own):
        return "changed"
    reads_deeper = any(source.depth > 1 for source in own)
    return "anti-join" if reads_deeper and any(source.left for source in clauses.sources) else None


def _last(name: str | None) -> str:
    return (name or "").lower().rpartition(".")[2] or "?"


def _unknown(clauses: Clauses) -> list[Source]:
    return [source for source in clauses.sources if source.name.startswith("{") and source.name.endswith("}")]


def _inside(source: Source, openings: list[tuple[int, int]]) -> bool:
    return any(source.at > index and source.depth > depth for index, depth in openings)


def _hidden(items: list[Token], start: int, end: int) -> bool:
    depth = 0
    for index in range(start, end):
        kind, key, begin, _ = items[index]
        if kind == "p":
            depth += (key == "(") - (key == ")")
        elif kind == "h" and depth == 0 and stands_free(items, index, begin, start, end):
            return True
    return False


def stands_free(items: list[Token], index: int, begin: int, start: int, end: int) -> bool:
    """A hole that follows a complete part of the statement may be a clause, or a whole condition."""
    kind, key, _, before_end = items[index - 1]
    after = items[index + 1][1] if index + 1 < end else ""
    touches_next = index + 1 < end and items[index + 1][2] == items[index][3]
    if begin == before_end or touches_next:
        return False
    if key in ("WHERE", "AND", "OR", "ON"):
        return after in AFTER_CONDITION
    if kind == "p":
        return key == ")" and after not in AFTER_COLUMNS
    if kind == "w" and key in BEFORE_VALUE:
        return False
    return not (index == start and after in AFTER_COLUMNS)


def of_copy(items: list[Token], start: int, end: int) -> str | None:
    """COPY INTO loads a file once, unless it is forced to."""
    keys = [token[1].strip("'").upper() for token in items[start:end]]
    for index, key in enumerate(keys):
        if key == "FORCE" and "TRUE" in keys[index + 1 : index + 3]:
            return None
    return "load-history"
