"""One file's bytes become its facts. What comes out depends on the bytes and on the names of the extractors alone."""

from __future__ import annotations

from groundrules.facts import kinds, raw
from groundrules.facts.python import ir
from groundrules.facts.raw import Trouble
from groundrules.typed import Any, Iterable, NamedTuple

_ROWS: dict[str, Any] = {
    one.__name__: one
    for one in (
        raw.ConfigKey, raw.EnvDeclared, raw.Assigned, raw.Copied, raw.Addressed, raw.Pointer, raw.Stage, raw.StagePath,
        raw.Include, raw.SchemaName, raw.Requirement, raw.Lock, raw.BaseImage, raw.Cell, raw.Header, raw.SqlText,
        raw.BuiltTable, raw.QueryMacro, raw.QueryOutput,
    )
}  # fmt: skip


class FileFacts(NamedTuple):
    """What one file says by itself."""

    code: ir.Code | None
    rows: tuple[raw.Row, ...]
    troubles: tuple[Trouble, ...]


class Light(NamedTuple):
    """The little of a code file that questions about the whole repository need."""

    imports: tuple[str, ...]
    names: frozenset[str]
    mentions: frozenset[str]


def extractors_of(path: str, size: int | None = None) -> tuple[str, ...]:
    """The names of what reads a file; () for files that nothing reads."""
    kind = kinds.kind(path)
    if kind in ("python", "notebook", "sql"):
        return () if path.endswith(".pyi") else (kind,)
    found = kinds.extractors(path, size)
    return tuple(one for one in found if not one.startswith("headers."))


def extract(names: tuple[str, ...], data: bytes) -> FileFacts:
    """Read a file with the named extractors."""
    if names == ("python",):
        from groundrules.facts.environment_code import given
        from groundrules.facts.python.extract import read_module

        code, troubles = read_module(data)
        return FileFacts(code, tuple(given(data)), tuple(troubles))
    if names == ("notebook",):
        from groundrules.facts.python.notebook import read_notebook

        code, cells, troubles = read_notebook(data)
        return FileFacts(code, tuple(cells), tuple(troubles))
    rows: list[raw.Row] = []
    found: list[Trouble] = []
    for name in names:
        if name == "sql":
            from groundrules.facts.sql import extract as extract_sql

            sql, problems = extract_sql(data)
            rows.extend(sql)
        else:
            more, problems = kinds.load(name)(data)
            rows.extend(more)
        found.extend(problems)
    return FileFacts(None, tuple(rows), tuple(dict.fromkeys(found)))


def light(facts: FileFacts) -> tuple[Any, ...]:
    """The plain tuple of what is Light in the facts."""
    if facts.code is None:
        return ((), frozenset(), frozenset())
    imports = tuple(dict.fromkeys(op[1] for scope in facts.code.scopes for op in scope.ops if op[0] == "i"))
    return (imports, facts.code.names, facts.code.mentions)


def pack(facts: FileFacts) -> tuple[Any, ...]:
    """Plain tuples, which marshal can write."""
    code = ir.pack(facts.code) if facts.code is not None else None
    return (code, pack_rows(facts), tuple([tuple(one) for one in facts.troubles]))


def pack_rows(facts: FileFacts) -> tuple[tuple[Any, ...], ...]:
    """The rows as plain tuples that begin with their kind."""
    return tuple([(type(row).__name__, *_plain(tuple(row))) for row in facts.rows])


def _plain(value: Any) -> Any:
    return tuple([_plain(one) if isinstance(one, tuple) else one for one in value])


def unpack(plain: tuple[Any, ...]) -> FileFacts:
    """The inverse of `pack`."""
    code = ir.unpack(plain[0]) if plain[0] is not None else None
    rows = tuple([row(one[0], one[1:]) for one in plain[1]])
    return FileFacts(code, rows, tuple([Trouble(*one) for one in plain[2]]))


def row(kind: str, fields: Iterable[Any]) -> raw.Row:
    """A row of plain fields."""
    found: raw.Row = _ROWS[kind](*fields)
    return found
