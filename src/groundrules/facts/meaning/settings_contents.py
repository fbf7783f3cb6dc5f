"""A configuration as plain values, with the places of its keys and the paths of what is only known later."""

from __future__ import annotations

import re

from groundrules.facts.raw import Where
from groundrules.facts.tree import Node
from groundrules.facts.whereabouts import decoded
from groundrules.typed import Any

Path = tuple[str | int, ...]

_FILLED_IN = ("${", "{{", "{%", "<%", "$(", "%(", "???")
_UNSURE = re.compile(  # readers of YAML take these for a date, a time, a number or a text
    r"\d{4}-\d\d?-\d\d?.*|[\d:]+:\d+|0\d+|[-+]?\d[\d_]*(\.\d*)?[eE][-+]?\d+|[-+]?0[xob].*|\d[\d_]*_[\d_]*"
)


class UnknownError(Exception):
    """Whether the configuration fits cannot be known."""


class Content:
    """A configuration as plain values, with the places of its keys and the paths of what is unknown."""

    def __init__(self, path: str, data: bytes) -> None:
        self.places: dict[Path, Where] = {}
        self.unknown: set[Path] = set()
        text = decoded(data)
        if text is None:
            raise UnknownError
        self._lines = text.split("\n")
        self.value = self._toml(data) if path.endswith(".toml") else self._tree(path, data)

    def _tree(self, path: str, data: bytes) -> Any:
        from groundrules.facts.json_tree import json_trees
        from groundrules.facts.yaml_tree import trees

        roots, troubles = trees(data) if path.endswith((".yaml", ".yml")) else json_trees(data)
        if len(roots) != 1 or troubles:
            raise UnknownError
        self.places[()] = roots[0].items[0].where if roots[0].items else roots[0].where
        return self._plain(roots[0], ())

    def _toml(self, data: bytes) -> Any:
        from groundrules.basics.documents import FlawedError, read_toml
        from groundrules.facts.toml_keys import toml_keys

        try:
            value = read_toml(data, "").value
        except FlawedError:
            raise UnknownError from None
        rows = toml_keys(data)[0]
        self.places[()] = Where(None, 1, 1, 1, 1)
        places = {row.key: row.where for row in rows}
        self._note(value, (), places)
        return value

    def _note(self, value: Any, path: Path, places: dict[str, Where]) -> None:
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for name, item in children:
            inner = (*path, name)
            where = places.get(".".join(map(str, inner)))
            if where is not None:
                self.places[inner] = where
            if isinstance(item, str) and (_UNSURE.fullmatch(item) or _is_open(item)):
                self.unknown.add(inner)
            self._note(item, inner, places)

    def _plain(self, node: Node, path: Path) -> Any:
        if node.tag is not None and node.tag.startswith("!"):
            self.unknown.add(path)
        if node.kind == "map":
            found = {}
            for at in range(0, len(node.items) - 1, 2):
                key = self._name(node.items[at])
                inner = (*path, key)
                self.places[inner] = node.items[at].where
                found[key] = self._plain(node.items[at + 1], inner)
            return found
        if node.kind == "list":
            self.places.update(((*path, number), item.where) for number, item in enumerate(node.items))
            return [self._plain(item, (*path, number)) for number, item in enumerate(node.items)]
        return self._scalar(node, path)

    def _name(self, node: Node) -> str:
        return self._spelled(node.where) if node.kind == "bool" else node.text or ""

    def _spelled(self, where: Where) -> str:
        return self._lines[where.line - 1][where.column - 1 : where.end_column - 1]

    def _scalar(self, node: Node, path: Path) -> Any:
        text = node.text
        if node.kind == "null":
            return None
        if node.kind == "bool":
            if self._spelled(node.where).lower() not in ("true", "false"):
                self.unknown.add(path)
            return text == "true"
        plain = node.tag != "quoted"
        if text is None or _is_open(text) or (plain and _UNSURE.fullmatch(text)):
            self.unknown.add(path)
        if node.kind == "number":
            return self._number(text or "", path)
        return text or ""

    def _number(self, text: str, path: Path) -> Any:
        try:
            return int(text) if text.lstrip("+-").isdigit() else float(text)
        except ValueError:
            self.unknown.add(path)
            return 0

    def where(self, path: Path) -> Where:
        """The place of a key, or of the nearest thing around it."""
        while path not in self.places:
            path = path[:-1]
        return self.places[path]

    def is_known(self, path: Path) -> bool:
        """Whether nothing at or below a path, and nothing that it lies in, is unknown."""
        return not any(one[: len(path)] == path or path[: len(one)] == one for one in self.unknown)


def _is_open(text: str) -> bool:
    return any(mark in text for mark in _FILLED_IN)
