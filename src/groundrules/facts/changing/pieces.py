"""Python as a change sees it: the trees of a file or of a notebook's cells, before and after."""

from __future__ import annotations

import _ast as ast

from groundrules.facts.python.notebook import is_python, notebook_cells, python_of, source_of
from groundrules.facts.python.reading.syntax import parse
from groundrules.typed import Any, Iterator, NamedTuple

LARGEST = 2_000_000  # bytes of one file


class Piece(NamedTuple):
    """A file, or a cell of a notebook."""

    cell: int | None
    tree: ast.Module

    def where(self, node: Any) -> tuple[int | None, int, int, int, int]:
        """The place of a node; columns count bytes, which differ from characters behind other letters only."""
        end = getattr(node, "end_lineno", None) or node.lineno
        return self.cell, node.lineno, node.col_offset + 1, end, (getattr(node, "end_col_offset", None) or 0) + 1

    def head(self, node: Any) -> tuple[int | None, int, int, int, int]:
        """The first line of a definition."""
        return self.cell, node.lineno, node.col_offset + 1, node.lineno, node.col_offset + 1 + len(node.name)


def pieces(path: str, data: bytes | None) -> list[Piece]:
    """What parses of a Python file or a notebook."""
    if data is None or len(data) > LARGEST:
        return []
    if not path.endswith(".ipynb"):
        tree = _parsed(data)
        return [Piece(None, tree)] if tree is not None else []
    return list(_cells(data))


def _cells(data: bytes) -> Iterator[Piece]:
    import json

    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return
    cells = notebook_cells(content)
    if cells is None or not is_python(content):
        return
    for number, cell in enumerate(cells):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = source_of(cell)
            tree = _parsed(source) or _parsed(python_of(source, []))
            if tree is not None:
                yield Piece(number, tree)


def _parsed(source: str | bytes) -> ast.Module | None:
    try:
        tree: ast.Module = parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree


def walk(tree: Any) -> Iterator[Any]:
    """Every node below and with this one, in no order; importing `ast` for it would cost a commit too much."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, list):
                stack += [one for one in value if isinstance(one, ast.AST)]
            elif isinstance(value, ast.AST):
                stack.append(value)


def functions(piece: Piece) -> Iterator[tuple[str, Any]]:
    """Every function with its name and those of the classes around it; functions inside functions are left out."""
    stack: list[tuple[str, Any]] = [("", node) for node in piece.tree.body]
    while stack:
        prefix, node = stack.pop()
        if isinstance(node, ast.ClassDef):
            stack += [(f"{prefix}{node.name}.", inner) for inner in node.body]
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield prefix + node.name, node


def number(node: Any) -> float | None:
    """The value of a number that is written out, with or without a minus."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = number(node.operand)
        return None if inner is None else -inner
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
