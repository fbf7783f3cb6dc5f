"""The noun of this package: one statement of SQL, placed by offsets into the text that holds it."""

from __future__ import annotations

from groundrules.typed import NamedTuple


class UnusedColumn(NamedTuple):
    """A column that a common table expression computes and nothing after it reads."""

    offset: int  # of the alias
    end: int
    table: str  # the common table expression
    column: str


class Statement(NamedTuple):
    """A statement that running the text would run. Bodies of functions and procedures are not among them."""

    offset: int
    end: int
    verb: str  # as in table sql_statement
    object: str | None = None  # of definitions: table | view | index | …; `export` for COPY … TO and UNLOAD
    target: str | None = None  # the table as written, without quotes; {name} stands for a hole
    target_offset: int | None = None
    guard: str | None = None  # see guards.py for the words; None: nothing makes it safe to repeat
    cleared: bool = False  # the same target is emptied, deleted from or replaced earlier in the text
    pair: bool = False  # DROP and CREATE of the same thing, in this order
    clock: str | None = None  # predicate | partition | value | default: where the current time enters
    sources: tuple[str, ...] = ()  # tables it reads
    unused_columns: tuple[UnusedColumn, ...] = ()
    adds: str | None = None  # the column that it adds something to: SET n = n + 1
    window: str | None = None  # the days that it takes: `run` (the one that it is run for), or a fixed day as written
    empties: bool = False  # removes or replaces rows of the target, or the target itself
    empties_all: bool = False  # removes every row of the target, or the target itself
    emptied: bool = False  # the same target was emptied as a whole earlier in the text
    tallies: bool = False  # an INSERT of one row of counts with the moment at which they were taken
