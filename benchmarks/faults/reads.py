"""Which tracked files code reads, as far as plain paths tell: literals, names bound once to them, joins of both."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from faults.checkout import Checkout, Unit
from faults.nouns import Place
from faults.syntax import argument, calls, keyword, last_name, literal, statement_of

TARGETS = ("filepath_or_buffer", "path", "fname", "file", "filename", "f", "io", "path_or_buf")
WRITERS = ("to_", "save", "dump", "write", "savez", "remove", "unlink")


class Read(NamedTuple):
    """A call that reads a path."""

    unit: Unit
    call: ast.Call
    path: str  # inside the repository
    guarded: bool

    @property
    def place(self) -> Place:
        """The whole statement."""
        statement = statement_of(self.unit.tree, self.call) or self.call
        last = min(statement.end_lineno or 0, (self.call.end_lineno or 0))
        return Place(self.unit.path, self.unit.cell, statement.lineno, last)


def literal_reads(checkout: Checkout) -> Iterator[Read]:
    """Every reading call whose path is plainly a tracked file."""
    names = readers(checkout)
    for path, units in checkout.by_path.items():
        bound = bindings(units)
        for unit in units:
            guarded = guarded_nodes(unit.tree)
            for call in calls(unit.tree):
                if last_name(call.func) in names and not writes(call):
                    spelled = path_of(first_argument(call), bound)
                    target = resolved(checkout, path, spelled) if spelled else None
                    if target is not None:
                        yield Read(unit, call, target, call in guarded)


def first_argument(call: ast.Call) -> ast.expr | None:
    """What a reading call is given first, or by the name of a path."""
    named = keyword(call, *TARGETS)
    return call.args[0] if call.args else named.value if named else None


def readers(checkout: Checkout) -> frozenset[str]:
    """Last names of the functions that knowledge calls readers of data, models or configurations."""
    known = checkout.question.catalogue.knowledge
    wanted = {"data", "model", "config", "any", "text"}
    return frozenset(
        name.rpartition(".")[2]
        for name in known.having("reads")
        if (known[name].get("reads") or {}).get("what") in wanted
    )


def bindings(units: tuple[Unit, ...]) -> dict[str, ast.expr]:
    """What names of the module are bound to, for those that are bound once."""
    found: dict[str, list[ast.expr]] = {}
    for unit in units:
        for node in ast.walk(unit.tree):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                found.setdefault(node.targets[0].id, []).append(node.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def path_of(node: ast.AST | None, bound: dict[str, ast.expr], depth: int = 0) -> str | None:
    """The path that an expression plainly spells."""
    if node is None or depth > 4:
        return None
    if isinstance(node, ast.Name):
        return path_of(bound.get(node.id), bound, depth + 1)
    if isinstance(node, ast.Call) and last_name(node.func) in ("join", "Path") and not node.keywords:
        parts = [path_of(each, bound, depth + 1) for each in node.args]
        return posixpath.join(*parts) if parts and all(parts) else None  # type: ignore[arg-type]
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Add)):
        left, right = path_of(node.left, bound, depth + 1), path_of(node.right, bound, depth + 1)
        joined = posixpath.join if isinstance(node.op, ast.Div) else str.__add__
        return joined(left, right) if left and right else None
    value = literal(node)
    return value if isinstance(value, str) and 3 < len(value) < 200 else None


def resolved(checkout: Checkout, reader: str, spelled: str) -> str | None:
    """The one tracked file that a path means, seen from the script's folder or from the top."""
    folder = posixpath.dirname(reader)
    for base in (folder, ""):
        path = posixpath.normpath(posixpath.join(base, spelled))
        if path in checkout.tracked:
            return path
    return None


def writes(call: ast.Call) -> bool:
    """Whether an `open` is for writing."""
    mode = literal(argument(call, "mode", ["file", "mode"]))
    return last_name(call.func) == "open" and isinstance(mode, str) and any(letter in mode for letter in "wax")


def written_names(checkout: Checkout) -> frozenset[str]:
    """Base names of paths that some code writes or removes, after which it need not be in git."""
    known = checkout.ask("SELECT target FROM write WHERE target IS NOT NULL")
    found = {posixpath.basename(target) for (target,) in known}
    for unit in checkout.units:
        for call in calls(unit.tree):
            if writes(call) or last_name(call.func).startswith(WRITERS):
                found.update(
                    posixpath.basename(node.value)
                    for node in ast.walk(call)
                    if isinstance(node, ast.Constant) and isinstance(node.value, str)
                )
    return frozenset(found)


def guarded_nodes(tree: ast.AST) -> set[ast.AST]:
    """Everything under an `if` or a `try`, where a missing file may be borne."""
    return {
        inner
        for node in ast.walk(tree)
        if isinstance(node, (ast.If, ast.Try, ast.IfExp)) and not is_main(node)
        for inner in ast.walk(node)
    }


def is_main(node: ast.AST) -> bool:
    """`if __name__ == "__main__"`."""
    return isinstance(node, ast.If) and "__name__" in ast.dump(node.test)
