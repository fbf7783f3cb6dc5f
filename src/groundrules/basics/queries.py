"""Questions in SQL that can only read, and that end."""

from __future__ import annotations

import sys

from groundrules.basics.late import sqlite3

READING = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE))
STEPS = 200_000_000  # of SQLite's virtual machine: some seconds, where a sound rule takes milliseconds
STRIDE = 100_000


class Bounded:
    """While it lasts, a statement on the connection may only read, and is interrupted if it takes too many steps.

    A class, since importing contextlib costs a tenth of a start on newer Pythons. `tables` collects the names of the
    tables and views that are read.
    """

    def __init__(self, connection: sqlite3.Connection, steps: int = STEPS) -> None:
        self._watching = True
        self.connection = connection
        self.steps = steps
        self.left = 0
        self.tables: set[str] = set()

    def __enter__(self) -> Bounded:
        self.refill()
        self.connection.set_authorizer(self._allow)
        self.connection.set_progress_handler(self._tick, min(STRIDE, self.steps))
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.set_progress_handler(None, 0)
        self.connection.set_authorizer(_NOBODY)

    def watch(self, watching: bool) -> None:
        """Whether it is looked at what the next statements want; of those that were prepared before it is known."""
        if watching != self._watching:
            self._watching = watching
            self.connection.set_authorizer(self._allow if watching else _NOBODY)

    def refill(self) -> None:
        """Grant the next statement the whole allowance."""
        self.left = max(1, self.steps // STRIDE)

    @property
    def spent(self) -> bool:
        """Whether the allowance is used up: what fails now was interrupted."""
        return self.left < 0

    def _allow(self, action: int, first: str | None, *_: object) -> int:
        if action not in READING:
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_READ and first:
            self.tables.add(first)
        return sqlite3.SQLITE_OK

    def _tick(self) -> int:
        self.left -= 1
        return self.left < 0


def _allow_all(*_: object) -> int:
    """Python 3.10 cannot take an authorizer away."""
    return sqlite3.SQLITE_OK


_NOBODY = None if sys.version_info >= (3, 11) else _allow_all


def prepare(connection: sqlite3.Connection, query: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The columns that a query returns and the tables and views it reads. Raises sqlite3.Error if it is not sound."""
    with Bounded(connection) as bounds:
        cursor = connection.execute(f"SELECT * FROM (\n{query.strip().rstrip(';')}\n) LIMIT 0")
    return tuple(column[0] for column in cursor.description), frozenset(bounds.tables)
