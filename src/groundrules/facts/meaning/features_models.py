"""Columns of queries that other files' queries take from, with whether any of them, code or settings name them."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.raw import ConfigKey, QueryOutput
from groundrules.facts.repository import Repository
from groundrules.facts.sql.words import words
from groundrules.typed import Iterable, defaultdict

_WORD = pattern(r"[^\W\d]\w*")
_REFERENCE = pattern(r"""ref\s*\(\s*['"]([\w.-]+)['"]""")
_DESCRIBED = ("models", "snapshots", "seeds", "sources")
_INNER = words("intermediate int interim prep preparation")  # of folders and files that no report reads
_SAID = ("name", "description", "data_type")  # what a description of a column says of it


class Models:
    """Rows of feature_list for columns that one query makes for others."""

    def __init__(self, link: Link, repository: Repository) -> None:
        self.link = link
        self.repository = repository

    def relate(self, scope: frozenset[str] | None) -> None:
        """The queries among the files of the scope."""
        paths = self.repository.sql_paths()
        wanted = set(paths) if scope is None else scope.intersection(paths)
        if not wanted:
            return
        outputs = {path: row for path in paths if (row := self._output(path)) is not None}
        by_name: dict[str, list[str]] = defaultdict(list)
        for path in outputs:
            by_name[path.rpartition("/")[2].rpartition(".")[0]].append(path)
        children: dict[str, list[str]] = defaultdict(list)
        for path, row in outputs.items():
            for name in row.takes:
                children[name].append(path)
        open_ = {name for row in outputs.values() for name in row.whole}
        chosen = {
            places[0]: children[name]
            for name, places in by_name.items()
            if len(places) == 1 and places[0] in wanted and children.get(name) and name not in open_
        }
        self._rows({path: below for path, below in chosen.items() if outputs[path].made}, outputs)

    def _output(self, path: str) -> QueryOutput | None:
        facts = self.repository.facts(path)
        return next((row for row in facts.rows if isinstance(row, QueryOutput)), None) if facts is not None else None

    def _rows(self, chosen: dict[str, list[str]], outputs: dict[str, QueryOutput]) -> None:
        """A row for each column that no query below names."""
        below_words = self._words({path for below in chosen.values() for path in below})
        left = [
            (path, where, name)
            for path, below in chosen.items()
            for where, name, renamed in outputs[path].made
            if not (renamed and _INNER.isdisjoint(words_of(path)))  # elsewhere tables mirror their sources
            and not any(name.lower() in below_words[one] for one in below)
        ]
        if not left:
            return
        said, models = self._settings()
        for found in self._words(self.repository.code_paths()).values():
            said |= found
        for path, where, name in left:
            owner = path.rpartition("/")[2].rpartition(".")[0]
            used = name.lower() in said or owner.lower() in said or owner in models
            span = self.link.rows.span(path, tuple(where))
            kind = "model" if _INNER.intersection(words_of(path)) else "model-open"
            self.link.rows.add("feature_list", span, span, name, kind, 1, int(used), owner, "")

    def _words(self, paths: Iterable[str]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for path, data in self.repository.snapshot.read(sorted(paths)):
            if isinstance(data, bytes):
                found[path] = {word.lower() for word in _WORD.findall(data.decode("utf-8", "replace"))}
        return found

    def _settings(self) -> tuple[set[str], set[str]]:
        """The words of settings that are no descriptions of tables, and the models that they refer to elsewhere."""
        said: set[str] = set()
        models: set[str] = set()
        for path, names in self.repository.names.items():
            facts = self.repository.facts(path) if names[0] not in ("python", "notebook", "sql") else None
            for row in facts.rows if facts is not None else ():
                if not isinstance(row, ConfigKey) or not row.value:
                    continue
                first, _, rest = row.key.partition(".")
                if first not in _DESCRIBED:
                    models.update(_REFERENCE.findall(row.value))
                elif rest.rpartition(".")[2] in _SAID or rest.count(".") < 2:
                    continue
                said.update(word.lower() for word in _WORD.findall(row.value))
        return said, models
