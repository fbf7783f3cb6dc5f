"""Functions that stand in a notebook and in a module, were the same, and now differ because one side was changed."""

from __future__ import annotations

import ast

from groundrules.facts.changing.pieces import functions, pieces
from groundrules.typed import Any, NamedTuple

_LEAST_STATEMENTS = 3  # a function of one or two lines is alike by chance


class Function(NamedTuple):
    """A function's meaning, as far as its text tells."""

    name: str
    body: str  # equal texts do the same: no comments, no docstring, no annotations, no layout
    where: tuple[Any, ...]


def functions_of(path: str, data: bytes | None) -> dict[str, Function]:
    """The functions of a file or notebook that are long enough to be a copy, by name; the last one of a name counts."""
    found = {}
    for piece in pieces(path, data):
        for name, node in functions(piece):
            if "." not in name and _statements(node) >= _LEAST_STATEMENTS:
                found[name] = Function(name, _normal(node), piece.head(node))
    return found


def _statements(node: Any) -> int:
    return sum(isinstance(part, ast.stmt) for part in ast.walk(node)) - 1 - (ast.get_docstring(node) is not None)


def _normal(node: Any) -> str:
    for part in ast.walk(node):
        if isinstance(part, ast.arg):
            part.annotation = None
        elif isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
            part.returns = None
            part.decorator_list = []
            if ast.get_docstring(part) is not None:
                part.body = part.body[1:] or [ast.Pass()]
    return ast.dump(ast.Module([node], []))
