"""Configurations beside the JSON Schemas that they are to keep to: who names which, and where one is broken."""

from __future__ import annotations

from groundrules.facts.places import joined
from groundrules.facts.raw import SchemaName, Where
from groundrules.facts.repository import Repository
from groundrules.facts.rows import Rows
from groundrules.model import Unreadable
from groundrules.typed import Any, Callable, Iterable, Iterator, NamedTuple

_CONFIGS = (".json", ".jsonc", ".yaml", ".yml", ".toml")
_SCHEMA = ".schema.json"
_EDITOR = ".vscode"
_NOT_MEANT = ("example", "sample", "template", "invalid", "broken")  # parts of the names of files to be filled in
_FORMATS = (".json", ".jsonc", ".yaml", ".yml")  # in which a schema is written


class Pair(NamedTuple):
    """A configuration, its schema, and where it is said that they belong together."""

    config: str
    schema: str
    how: str  # as in table schema_breach
    path: str
    where: Where | None


class Schemas:
    """Fills the table of what breaks a schema."""

    def __init__(self, repository: Repository, rows: Rows, tests: frozenset[str]) -> None:
        self.repository = repository
        self.files = repository.snapshot.files
        self.rows = rows
        self.tests = tests

    def relate(self, scope: frozenset[str] | None) -> None:
        """Rows for the configurations of the scope."""
        seen = set()
        for pair in pairs(self.repository, scope):
            key = (pair.config, pair.schema)
            if key not in seen and self._counts(pair):
                seen.add(key)
                self._check(pair)

    def _counts(self, pair: Pair) -> bool:
        tracked = all(self._holds(path) for path in (pair.config, pair.schema))
        name = pair.config.lower()
        return tracked and pair.config not in self.tests and not any(word in name for word in _NOT_MEANT)

    def _holds(self, path: str) -> bool:
        """Whether git holds a file, and no link, of that path."""
        return path in self.files and self.files[path].tracked and self.files[path].kind == "file"

    def _check(self, pair: Pair) -> None:
        from groundrules.facts.meaning.settings_valid import FlawError, breaches

        config = self._bytes(pair.config)
        if config is None:
            return
        charts = pair.config.rpartition("/")[0] + "/Chart.yaml"
        partial = charts.lstrip("/") in self.files or self._composes(pair.config)
        try:
            for one in breaches(pair.config, config, pair.schema, pair.how == "beside", partial, self._bytes):
                span = self.rows.span(pair.config, tuple(one.where))
                said = self.rows.span(pair.path, tuple(pair.where)) if pair.where and pair.path != pair.config else None
                self.rows.add("schema_breach", span, pair.config, one.key, pair.schema, pair.how, one.problem, said)
        except FlawError as flaw:
            reason = f"It was not checked against `{pair.schema}`: {flaw}"
            self.repository.unreadable.append(Unreadable(pair.config, None, None, reason))

    def _composes(self, path: str) -> bool:
        """Whether a configuration takes up others, which may say what it lacks."""
        facts = self.repository.facts(path)
        return facts is not None and any(type(row).__name__ == "Include" for row in facts.rows)

    def _bytes(self, path: str) -> bytes | None:
        if not self._holds(path):
            return None
        for _, data in self.repository.snapshot.read([path]):
            return data if isinstance(data, bytes) else None
        return None


def pairs(repository: Repository, scope: frozenset[str] | None) -> Iterator[Pair]:
    """Every configuration of the scope with its schema; what a file says for itself comes first."""
    yield from _said(repository, scope)
    files = repository.snapshot.files
    for path in sorted(files if scope is None else scope):
        if path.endswith(_CONFIGS) and not path.endswith(_SCHEMA):
            schema = path[: path.rindex(".")] + _SCHEMA
            if schema in files:
                yield Pair(path, schema, "beside", path, None)


def _said(repository: Repository, scope: frozenset[str] | None) -> Iterator[Pair]:
    """The pairs of which some file says so."""
    said = sorted(repository.survey.rows(("SchemaName",)), key=_own_first)
    files = repository.snapshot.files
    for path, row in said:
        folder = path.rpartition("/")[0]
        if row.how == "editor":
            folder = folder.removesuffix(_EDITOR).rstrip("/")
        schema = joined(folder, row.target)
        if schema in files and schema.endswith(_FORMATS):
            for config in _meant(path, folder, row, files if scope is None else scope):
                yield Pair(config, schema, row.how, path, row.where)


def _own_first(said: tuple[str, Any]) -> tuple[Any, ...]:
    path, row = said
    return (row.how != "own", path, *row)


def _meant(path: str, folder: str, row: SchemaName, paths: Iterable[str]) -> Iterator[str]:
    """Those of the paths that are to keep to a schema."""
    if row.how == "own":
        if path in paths:
            yield path
        return
    chosen = _by_expression(row.files) if row.how == "hook" else _by_patterns(row.files)
    start = folder + "/" if folder else ""
    for one in paths:
        if one.endswith(_CONFIGS) and one.startswith(start) and chosen(one[len(start) :]):
            yield one


def _by_patterns(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    from groundrules.basics.globs import matcher

    fits = matcher([one for one in patterns if not one.startswith("!")])
    excepted = matcher([one[1:] for one in patterns if one.startswith("!")])
    return lambda path: fits(path) and not excepted(path)


def _by_expression(expressions: tuple[str, ...]) -> Callable[[str], bool]:
    import re

    from groundrules.facts.meaning.settings_valid import is_bounded

    if not all(map(is_bounded, expressions)):
        return lambda path: False
    fits, *excepted = [re.compile(one) for one in expressions]
    return lambda path: fits.search(path) is not None and not any(one.search(path) for one in excepted)


def touched(repository: Repository, changed: frozenset[str]) -> frozenset[str]:
    """The configurations that have to be asked again since their schema, or what names it for them, changed."""
    found = {one.config for one in _said(repository, None) if one.schema in changed or one.path in changed}
    stems = [path.removesuffix(_SCHEMA) for path in changed if path.endswith(_SCHEMA)]
    beside = (stem + ending for stem in stems for ending in _CONFIGS)
    return frozenset(found.union(path for path in beside if path in repository.snapshot.files))
