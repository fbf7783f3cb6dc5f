"""A repository as the planters see it: its files, its Python as syntax trees, and what names in them mean.

It reads code in its own plain way, so that what it plants does not depend on what the tool understands.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from faults.syntax import Imports, imports_of, without_magics
from groundrules import facts, opening
from groundrules.facts.python.knowledge import Knowledge
from groundrules.model import Snapshot
from groundrules.opening import Options, Question

TESTS = re.compile(r"(^|/)(tests?|testing|fixtures?)/|(^|/)(test_[^/]*|conftest|[^/]*_test)\.py$")
LARGEST = 1_500_000


class Unit(NamedTuple):
    """A Python file, or one cell of a notebook."""

    path: str
    cell: int | None
    text: str
    tree: ast.Module


class Checkout:
    """One commit of a repository; nothing is ever written to it."""

    def __init__(self, root: str, revision: str = "HEAD") -> None:
        self.name = name_of(root)
        options = Options(paths=(root,), rev=revision)
        self.root, self.snapshot = opening.opened(options)
        self.question: Question = opening.question(options, self.root, self.snapshot)
        self.knowledge = Knowledge(self.question.catalogue.knowledge, self.question.catalogue.aliases)

    @cached_property
    def tracked(self) -> frozenset[str]:
        """Every file that git holds."""
        return frozenset(path for path, file in self.snapshot.files.items() if file.kind == "file")

    @cached_property
    def contents(self) -> Mapping[str, bytes]:
        """Files of a reasonable size, those that can be read."""
        sizes = {path: self.snapshot.files[path].size or 0 for path in self.tracked}
        wanted = [path for path in sorted(self.tracked) if sizes[path] <= LARGEST]
        return {path: data for path, data in self.snapshot.read(wanted) if isinstance(data, bytes)}

    def text(self, path: str) -> str | None:
        """A file as text; None if it is none."""
        try:
            return self.contents[path].decode() if path in self.contents else None
        except UnicodeDecodeError:
            return None

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """All Python that parses, outside of tests."""
        found: list[Unit] = []
        for path in sorted(self.contents):
            if path.endswith((".py", ".ipynb")) and not TESTS.search(path):
                found += self._units(path)
        return tuple(found)

    @cached_property
    def by_path(self) -> Mapping[str, tuple[Unit, ...]]:
        """The units of each file, in their order."""
        grouped: dict[str, list[Unit]] = {}
        for unit in self.units:
            grouped.setdefault(unit.path, []).append(unit)
        return {path: tuple(units) for path, units in grouped.items()}

    @cached_property
    def imports(self) -> Mapping[str, Imports]:
        """What imported names mean, by file."""
        return {path: imports_of(unit.tree for unit in units) for path, units in self.by_path.items()}

    def _units(self, path: str) -> Iterator[Unit]:
        text = self.text(path)
        cells = [(None, text)] if path.endswith(".py") else cells_of(text)
        for cell, source in cells:
            tree = parsed(source or "", cell is not None)
            if tree is not None:
                yield Unit(path, cell, source or "", tree)

    def known(self, unit: Unit, call: ast.Call) -> tuple[str, Mapping[str, Any]]:
        """The qualified name of what is called, and what knowledge says of it."""
        name = self.imports[unit.path].name(call.func)
        canonical = self.knowledge.canonical(name) if name else ""
        entry = self.knowledge.of(canonical) if canonical else None
        return canonical, entry or {}

    def changed(self, unit: Unit, text: str) -> dict[str, bytes]:
        """The file of a unit with another text in its place."""
        if unit.cell is None:
            return {unit.path: text.encode()}
        notebook = json.loads(self.contents[unit.path])
        cells_in(notebook)[unit.cell]["source"] = text.splitlines(keepends=True)
        return {unit.path: json.dumps(notebook, ensure_ascii=False, indent=1).encode()}

    def ask(self, query: str, snapshot: Snapshot | None = None) -> list[tuple[Any, ...]]:
        """Rows of the tool's own facts, for the kinds that need a reader which only they know."""
        gathered = facts.gather(snapshot or self.snapshot, self.question.catalogue, cache=self.question.cache)
        found: list[tuple[Any, ...]] = gathered.connection.execute(query).fetchall()
        return found


def name_of(root: str) -> str:
    """The last folder of a path that says something."""
    parts = [part for part in root.split("/") if part not in ("", "repo", ".git")]
    return parts[-1] if parts else root


def parsed(source: str, notebook: bool) -> ast.Module | None:
    """A syntax tree, or None."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(without_magics(source) if notebook else source)
        except (SyntaxError, ValueError, RecursionError):
            return None


def cells_of(text: str | None) -> list[tuple[int | None, str]]:
    """The code cells of a notebook with their numbers."""
    try:
        cells = cells_in(json.loads(text or ""))
    except (ValueError, RecursionError):
        return []
    found: list[tuple[int | None, str]] = []
    for number, cell in enumerate(cells):
        source = cell.get("source") if isinstance(cell, dict) and cell.get("cell_type") == "code" else None
        if isinstance(source, (str, list)) and source and all(isinstance(line, str) for line in source):
            found.append((number, source if isinstance(source, str) else "".join(source)))
    return found


def cells_in(notebook: Any) -> list[Any]:
    """The cells of a notebook of version 4, nothing for others."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    return cells if isinstance(cells, list) else []
