"""A statement while it is being read, with what the comparison of statements needs besides."""

from __future__ import annotations

from groundrules.facts.sql.clauses import Clauses
from groundrules.typed import NamedTuple


class Draft(NamedTuple):
    """What one statement says by itself, before it is compared with its neighbours."""

    first: int  # index of its first token
    last: int  # index after its last token
    verb: str
    object: str | None = None
    target: str | None = None
    target_index: int | None = None
    others: tuple[str, ...] = ()  # further targets: DROP TABLE a, b
    table: str | None = None  # the table that an index or a trigger belongs to
    guard: str | None = None
    clauses: Clauses | None = None
    clock: str | None = None
    empties: bool = False  # removes or replaces rows of the target, or the target itself
    renamed: str | None = None  # what ALTER … RENAME TO calls the table from here on
