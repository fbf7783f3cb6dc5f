"""Data sets that a catalogue names and the nodes of a pipeline read by name."""

from __future__ import annotations

from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.meaning.addresses import folder_of, names_file
from groundrules.facts.meaning.link import Link
from groundrules.facts.ownership import Owner, is_placeholder, place_of
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.facts.raw import ConfigKey
from groundrules.facts.repository import Repository
from groundrules.typed import Any, Iterator

_KINDS = {"data": "data", "archive": "data", "model": "model"}


class Catalogued:
    """Rows of table read for what nodes are given by name."""

    def __init__(self, link: Link, repository: Repository) -> None:
        self.link = link
        self.repository = repository
        self.read: dict[str, tuple[Module, Call, str]] = {}  # by name: the first node that is given it
        self.made: set[str] = set()
        self.told: dict[str, Any] = {}

    def relate(self, scope: frozenset[str] | None) -> None:
        """Rows for the entries of all catalogues that some node reads and none makes."""
        functions = self.link.knowledge.functions
        known = {name.partition(".")[0] for name in functions.having("names_data")}
        for path in sorted(self.repository.survey.importing(known)) if known else ():
            module = self.link.walker.program.module(path)
            if module is not None and path not in self.link.tests:
                self._nodes(module)
        for path in sorted(self.link.owners.tracked) if self.read else ():
            if self._is_catalogue(path) and path not in self.link.tests:
                self._entries(path, scope)

    def _nodes(self, module: Module) -> None:
        for call in module.code.calls:
            frame = self.link.folder.scope_frame(module, call.scope)
            name, entry = self.link.folder.entry_of(call, frame)
            told = entry.get("names_data")
            if told:
                self.told = told
                for text in self._texts(call, entry, told.get("reads"), frame):
                    self.read.setdefault(text, (module, call, name))
                self.made.update(
                    text.rpartition(".")[2].partition("@")[0]
                    for text in self._texts(call, entry, told.get("writes"), frame)
                )

    def _texts(self, call: Call, entry: Entry, parameter: str | None, frame: Frame) -> list[str]:
        value: Value | None = self.link.folder.argument(call, entry, parameter, frame)
        return self.link.texts(value, frame) if value is not None else []

    def _is_catalogue(self, path: str) -> bool:
        *folders, name = path.split("/")
        return name.startswith(self.told["file"]) and self.told["folder"] in folders and kind_of(path) == "config"

    def _paths(self, path: str) -> Iterator[tuple[ConfigKey, str, str]]:
        """The entries of a catalogue that spell out where they lie."""
        for row in self.link.folder.settings.trees.rows(path)[0]:
            name, _, key = row.key.rpartition(".")
            if key == self.told["path"] and row.value and "{" not in row.value and name in self.read:
                yield row, name, row.value

    def _entries(self, path: str, scope: frozenset[str] | None) -> None:
        base = path.split("/")[: path.split("/").index(self.told["folder"])]
        for row, name, text in self._paths(path):
            module, call, function = self.read[name]
            what = _KINDS.get(kind_of(text), "data" if names_file(text) else "")
            near = scope is None or path in scope or module.path in scope
            if (
                name.partition("@")[0] not in self.made
                and what
                and near
                and place_of(text) in ("relative", "absolute", "home", "mount", "job")
            ):
                span = self.link.rows.span(path, tuple(row.where))
                owner = self.link.owners.of(text, "/".join([*base, "x"]))
                self._row(span, function, what, text, owner, self.link.rows.span(module.path, call.where))

    def _row(self, span: int, function: str, what: str, text: str, owner: Owner, origin: int) -> None:
        place = place_of(text)
        answers = owner.name or ("nobody" if place == "relative" else "outside")
        self.link.rows.add(
            "read", span, function, what, text, 1, place, folder_of(text), answers, owner.span, owner.resolved, None,
            int(names_file(text)), int(is_placeholder(text)), 0, origin, "", "script", 0,
        )  # fmt: skip
