"""Plain readings of syntax trees: what names mean, what runs, and edits that leave every other line in its place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?+|\w+\s*=\s*[%!].*)$")
MISSING = object()


def without_magics(source: str) -> str:
    """A cell's source with `pass` in place of every magic; columns of other lines stay."""
    if source.lstrip().startswith("%%"):
        return ""
    return "\n".join(MAGIC.sub(r"\1pass", line) for line in source.split("\n"))


class Imports(NamedTuple):
    """Qualified names by the name that a file gives them."""

    names: dict[str, str]

    def name(self, node: ast.AST) -> str:
        """The qualified name of an expression such as `np.random.seed`; empty for anything else."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, "")
        if isinstance(node, ast.Attribute):
            before = self.name(node.value)
            return f"{before}.{node.attr}" if before else ""
        return ""


def imports_of(trees: Iterable[ast.AST]) -> Imports:
    """The imports of a file, wherever they stand."""
    names: dict[str, str] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for each in node.names:
                    names[each.asname or each.name.partition(".")[0]] = (
                        each.name if each.asname else each.name.partition(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.update({each.asname or each.name: f"{node.module}.{each.name}" for each in node.names})
    return Imports(names)


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """All calls, in the order of their lines."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    yield from sorted(found, key=lambda node: (node.lineno, node.col_offset))


def last_name(func: ast.AST) -> str:
    """`read_csv` of `pd.read_csv`."""
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def keyword(call: ast.Call, *names: str) -> ast.keyword | None:
    """A keyword argument."""
    return next((each for each in call.keywords if each.arg in names), None)


def literal(node: ast.AST | None) -> object:
    """The value of a literal; MISSING for anything else."""
    return node.value if isinstance(node, ast.Constant) else MISSING


def argument(call: ast.Call, name: str, parameters: Iterable[str]) -> ast.expr | None:
    """What a parameter is given, by name or by position."""
    found = keyword(call, name)
    if found is not None:
        return found.value
    position = list(parameters).index(name) if name in parameters else len(call.args)
    return call.args[position] if position < len(call.args) else None


def spread(call: ast.Call) -> bool:
    """Whether the call is given arguments that cannot be seen."""
    return any(each.arg is None for each in call.keywords) or any(isinstance(arg, ast.Starred) for arg in call.args)


def running(trees: Iterable[ast.Module]) -> set[ast.AST]:
    """The bodies that run when the file is run: the module, and functions that are called by name from what runs."""
    trees = list(trees)
    functions = {
        node.name: node
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    found: set[ast.AST] = set(trees)
    waiting: list[ast.AST] = list(trees)
    while waiting:
        for node in own(waiting.pop()):
            name = last_name(node.func) if isinstance(node, ast.Call) else ""
            if name in functions and functions[name] not in found:
                found.add(functions[name])
                waiting.append(functions[name])
    return found


def own(body: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a body without those of the functions and classes that it defines."""
    waiting = list(ast.iter_child_nodes(body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(node))


def offsets(text: str) -> list[int]:
    """Where each line starts, in bytes."""
    starts = [0]
    for line in text.encode().split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def cut(text: str, start: tuple[int, int], end: tuple[int, int], put: str = "") -> str:
    """Text with another in place of a part, given by (line, byte column) as syntax trees count; lines stay in place."""
    data, lines = text.encode(), offsets(text)
    first, last = lines[start[0] - 1] + start[1], lines[end[0] - 1] + end[1]
    missing = data[first:last].count(b"\n") - put.count("\n")
    return (data[:first] + put.encode() + b"\n" * missing + data[last:]).decode()


def replaced(text: str, node: ast.stmt | ast.expr, put: str) -> str:
    """Text with another in place of a node."""
    return cut(text, (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0), put)


def without_keyword(text: str, call: ast.Call, which: ast.keyword) -> str | None:
    """Text without a keyword argument; None if that cannot be done simply."""
    others = [_range(node) for node in (*call.args, *call.keywords) if node is not which]
    start, end = _range(which)
    before = max((last for first, last in others if first < start), default=None)
    after = min((first for first, last in others if first > start), default=end)
    changed = cut(text, start, after) if before is None else cut(text, before, end)
    return changed if parses(changed) else None


def parses(text: str) -> bool:
    """Whether a source is still one."""
    try:
        ast.parse(without_magics(text))
    except (SyntaxError, ValueError):
        return False
    return True


def statement_of(tree: ast.AST, node: ast.AST) -> ast.stmt | None:
    """The smallest statement that holds a node."""
    first, last = _range(node)
    best: ast.stmt | None = None
    for each in ast.walk(tree):  # from the outside to the inside
        if isinstance(each, ast.stmt):
            start, end = _range(each)
            best = each if start <= first and last <= end else best
    return best


def _range(node: ast.AST) -> tuple[tuple[int, int], tuple[int, int]]:
    return (
        (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)),
        (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)),
    )
