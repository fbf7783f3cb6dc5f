"""Texts of SQL that a repository runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from faults import syntax
from faults.checkout import Checkout, Unit
from faults.nouns import Edit, Fault, Place
from faults.reach import owners, reach

VERBS = re.compile(r"\b(insert|create|drop|alter|delete|truncate)\b", re.IGNORECASE)
BEGINS = re.compile(
    r"(\s|--[^\n]*\n|/\*.*?\*/|\{\{.*?\}\}|\{%.*?%\})*"
    r"(with|insert|create|drop|alter|delete|truncate|begin|start|use|set|select|merge|update|do|replace)\b",
    re.IGNORECASE | re.DOTALL,
)
WRITERS = ("write", "write_text", "writelines", "info", "debug", "warning", "error", "print")


class Text(NamedTuple):
    """A file of SQL, or a literal in the code of a pipeline as it is written there."""

    path: str
    unit: Unit | None
    source: str
    start: int  # its first line


def statements(checkout: Checkout, wanted: Callable[[str], bool], units: Iterable[Unit]) -> Iterator[Text]:
    """Files of SQL that some other file names, and literals in code that runs.

    Not what stands in a test or a handler, which may guard it; no text that explains something, is logged, or is
    written into a file, since nothing says what becomes of it.
    """
    code = "\n".join(unit.text for unit in checkout.units)
    for path in sorted(checkout.contents):
        name = path.rpartition("/")[2].rpartition(".")[0]
        if path.endswith((".sql", ".hql")) and wanted(path) and name in code and (text := checkout.text(path)):
            yield Text(path, None, text, 1)
    for unit in units:
        within, apart = owners(unit), set_apart(unit)
        for node in ast.walk(unit.tree):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str) and VERBS.search(node.value)):
                continue
            if BEGINS.match(node.value) and node not in apart and reach(checkout).runs(within.get(node)):
                source = ast.get_source_segment(unit.text, node)
                if source is not None and source.strip("rbfuRBFU")[:1] in "\"'" and unit.text.count(source) == 1:
                    yield Text(unit.path, unit, source, node.lineno)


def set_apart(unit: Unit) -> set[ast.AST]:
    """Nodes under tests and handlers, texts that stand for themselves, and what is written or logged."""
    found: set[ast.AST] = set()
    for node in ast.walk(unit.tree):
        written = isinstance(node, ast.Call) and syntax.last_name(node.func) in WRITERS
        if written or isinstance(node, (ast.Try, ast.If)):
            found.update(ast.walk(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(node.value)
    return found


def without(
    checkout: Checkout,
    text: Text,
    span: tuple[int, int],
    rules: frozenset[str],
    follows: frozenset[str] = frozenset(),
    put: str = "",
) -> Iterator[Fault]:
    """A text without a part of it, or with something else there; its lines stay. Nothing of a comment."""
    part = text.source[span[0] : span[1]]
    if "--" in text.source[: span[0]].rpartition("\n")[2]:
        return
    lines = "\n" * (part.count("\n") - put.count("\n"))
    changed = text.source[: span[0]] + put + lines + text.source[span[1] :]
    unit = text.unit
    whole = changed if unit is None else unit.text.replace(text.source, changed)
    if unit is not None and not syntax.parses(whole):
        return
    texts = {text.path: whole.encode()} if unit is None else checkout.changed(unit, whole)
    line = text.start + text.source[: span[0]].count("\n")
    last = max(line + 3, text.start + text.source.count("\n")) if unit is not None else line + 30
    begun = text.start + text.source.count("\n", 0, text.source.rfind(";", 0, span[0]) + 1)
    place = Place(text.path, None, max(1, min(begun, line - 30)), last)
    what = f"`{' '.join(part.split())[:50]}` is gone" if not put else f"`{' '.join(put.split())[:50]}` stands there"
    yield Fault(text.path, None, line, what, Edit(frozenset(), texts), rules, (place,), follows=follows)
