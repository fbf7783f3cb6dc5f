"""From a snapshot to a database: every file read once and kept by blob, joined across files, laid into tables."""

from __future__ import annotations

import os

from groundrules.basics.late import sqlite3
from groundrules.facts import extraction
from groundrules.facts.link import relate
from groundrules.facts.meaning.settings_env import words
from groundrules.facts.repository import Repository
from groundrules.facts.rows import Rows
from groundrules.facts.store import Store
from groundrules.model import Snapshot, Span, Unreadable
from groundrules.typed import TYPE_CHECKING, Any, Callable, Collection, Iterable, Mapping, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.changing.given import Change, Changed
    from groundrules.facts.known import Known


class Facts(NamedTuple):
    """A snapshot as a database."""

    connection: sqlite3.Connection
    spans: list[Span]  # by the numbers in the columns `span`
    unreadable: tuple[Unreadable, ...]
    files: int  # how many files were looked at


def here(name: str) -> str:
    """A text file that lies beside this module."""
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
        return file.read()


def ddl() -> str:
    """The statements that make the tables and views."""
    return here("tables.sql") + here("views.sql")


def gather(
    snapshot: Snapshot,
    catalogue: Known,
    scope: frozenset[str] | None = None,
    cache: str | None = None,
    tables: Collection[str] | None = None,
    profile: Any = None,
    progress: Callable[[int, int], None] | None = None,
    changed: Changed | None = None,
    making: Callable[[Collection[str]], Mapping[str, str] | None] | None = None,
) -> Facts:
    """The facts that the files of the scope need (None: all files), in an in-memory database.

    `cache` is the folder that keeps what single files say: None is the user's own, '' keeps nothing. `tables` are those
    that will be asked; None fills all. `changed` is what the snapshot is compared with, where there is anything.
    `making` is told which tables hold rows, and says with which statements to make those that will be asked.
    """
    lap: Callable[[str], None] = profile.lap if profile is not None else lambda name: None
    repository = opened(snapshot, catalogue, cache, progress)
    repository.read(repository.names if scope is None else sorted(scope))
    lap("parse")
    rows = Rows()
    relate(repository, catalogue, scope, rows, tables)
    if changed is not None and changed.changes:
        from groundrules.facts.changing.relate import relate_change

        relate_change(repository, changed, rows, tables)
    repository.save()
    lap("facts")
    filled = {table for table, content in rows.tables.items() if content}
    connection = load(rows, making(filled | {"span"}) if making is not None else None)
    lap("load")
    unreadable = {one for one in repository.unreadable if scope is None or one.path in scope}
    return Facts(
        connection, rows.spans, tuple(sorted(unreadable, key=_place)), len(snapshot.files if scope is None else scope)
    )


def _place(one: Unreadable) -> tuple[Any, ...]:
    return (one.path, -1 if one.cell is None else one.cell, one.line or 0, one.reason)


def opened(
    snapshot: Snapshot, catalogue: Known, cache: str | None, progress: Callable[[int, int], None] | None = None
) -> Repository:
    """The files of a snapshot; the same object when the same run asks twice."""
    for key, repository in _OPENED:
        if key[0] is snapshot and key[1] is catalogue and key[2] == cache:
            repository.progress = progress
            return repository
    before = _OPENED[0][1] if _OPENED else None
    store = Store(cache)
    if before is not None and before.store.folder == store.folder:
        store = before.store
    repository = Repository(snapshot, store, progress, words(catalogue.knowledge), before)
    _OPENED[:] = [((snapshot, catalogue, cache), repository)]
    return repository


_OPENED: list[tuple[tuple[Snapshot, Known, str | None], Repository]] = []  # the last one


def load(rows: Rows, made: Mapping[str, str] | None = None) -> sqlite3.Connection:
    """The rows as a database in memory: of all tables, or of those for which `made` has a statement."""
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=0)
    statements = ddl() if made is None else ";".join(made.values())
    connection.executescript("PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;" + statements)
    connection.execute("BEGIN")
    if made is None or "span" in made:
        _insert(connection, "span", [(number, *span) for number, span in enumerate(rows.spans)])
    for table, content in rows.tables.items():
        if made is None or table in made:
            _insert(connection, table, content)
    connection.execute("COMMIT")
    return connection


def _insert(connection: sqlite3.Connection, table: str, content: list[tuple[Any, ...]]) -> None:
    """Put rows into a table. Names of files may be no text at all, and texts may hold halves of characters."""
    if not content:
        return
    statement = f"INSERT INTO {table} VALUES ({', '.join('?' * len(content[0]))})"
    try:
        connection.executemany(statement, content)
    except UnicodeEncodeError:
        connection.execute(f"DELETE FROM {table}")
        connection.executemany(statement, [tuple(map(_spelled, row)) for row in content])


def _spelled(value: Any) -> Any:
    """A text that a database takes."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def affected(
    snapshot: Snapshot,
    changed: Iterable[str],
    cache: str | None,
    catalogue: Known,
    then: Snapshot | None = None,
    changes: Collection[Change] = (),
) -> frozenset[str]:
    """The files whose findings can depend on the changed ones: they import them, or name their paths or keys.

    Where it is known what was there before, files that use nothing of what is different are left out.
    """
    repository = opened(snapshot, catalogue, cache)
    survey, paths = repository.survey, frozenset(changed)
    configurations = _keeping(repository, paths)
    if then is None:
        return survey.touched_by(paths) | configurations
    from groundrules.facts.sparing import spared

    repository.spared = spared(repository, then, changes)
    using = (one.users for one in repository.spared.values())
    return survey.touched_by(paths, repository.spared).union(configurations, *using) - paths


def _keeping(repository: Repository, changed: frozenset[str]) -> frozenset[str]:
    """The configurations that keep to a schema which changed."""
    if not any(path.endswith((".json", ".yaml", ".yml", ".toml")) for path in changed):
        return frozenset()
    from groundrules.facts.meaning.settings_schemas import touched

    return touched(repository, changed)


__all__ = ["Facts", "affected", "ddl", "extraction", "gather", "load"]
