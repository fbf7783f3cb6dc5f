"""Tables that a tool builds from the queries of files, one row each."""

from __future__ import annotations

from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.raw import BuiltTable, QueryMacro
from groundrules.facts.repository import Repository
from groundrules.facts.rows import Rows
from groundrules.facts.sql.words import words
from groundrules.typed import Iterator

_ONCE = words("replacing collapsing aggregating summing")  # engines that leave one row of several with the same key
_PARTITIONS = words("partitioned_by")  # of warehouses that overwrite partitions where nothing else is said
_KEYS = words("id ids key keys")


class BuiltTables:
    """Rows of built_table."""

    def __init__(self, repository: Repository, rows: Rows) -> None:
        self.repository = repository
        self.rows = rows
        self._macros: dict[str, QueryMacro] | None = None

    def relate(self, scope: frozenset[str] | None) -> None:
        """The files of the scope."""
        for path in self._files():
            if scope is None or path in scope:
                for row in self._of(path):
                    if isinstance(row, BuiltTable):
                        self._add(path, row)

    def _add(self, path: str, row: BuiltTable) -> None:
        if not row.enabled:
            return
        watermark = row.watermark
        if watermark == "none" and any(self._looks(name, 0) for name in row.calls):
            watermark = "unknown"
        told = set(words_of(row.engine))
        once = any(word.startswith(tuple(_ONCE)) for word in told) or not _PARTITIONS.isdisjoint(row.settings)
        near = [one for one in row.settings if one != "unique_key" and _almost(one)]
        name = path.rpartition("/")[2].rpartition(".")[0]
        self.rows.add(
            "built_table", self.rows.span(path, tuple(row.where)), path, name, row.materialized, row.unique_key,
            row.strategy, watermark, int(once), near[0] if near else None,
        )  # fmt: skip

    def _looks(self, name: str, depth: int) -> bool:
        """Whether a macro, or one that it calls, looks at the table that is being built; what is not here may."""
        macro = self.macros().get(name)
        if macro is None or depth > 5:
            return True
        return macro.looks or any(self._looks(one, depth + 1) for one in macro.calls if one in self.macros())

    def macros(self) -> dict[str, QueryMacro]:
        """The macros of the repository, by name."""
        if self._macros is None:
            rows = (row for path in self._files() for row in self._of(path))
            self._macros = {row.name: row for row in rows if isinstance(row, QueryMacro)}
        return self._macros

    def _files(self) -> list[str]:
        return self.repository.sql_paths()

    def _of(self, path: str) -> Iterator[object]:
        facts = self.repository.facts(path)
        yield from facts.rows if facts is not None else ()


def _almost(name: str) -> bool:
    """Whether a setting is named almost like a unique key."""
    told = name.lower().replace("-", "_").split("_")
    return told[0] in ("unique", "uniq") and not _KEYS.isdisjoint(told[1:])
