"""What runs: from the top of files and from tasks, by the names that are called or handed on."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from faults import syntax
from faults.checkout import Checkout, Unit

TASKS = re.compile(r"(^|_)(task|flow|asset|multi_asset|op|job|step|resource|source|transformer|sensor)$")
STEPS = ("execute", "run", "start", "main", "poke")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Reach:
    """The functions of a repository that run; a name that is called or handed on stands for all functions of that name.

    Methods by which schedulers run a task count, and so do functions that a decorator makes one. What only a server
    calls does not.
    """

    def __init__(self, checkout: Checkout) -> None:
        self.functions: dict[str, list[Function]] = defaultdict(list)
        self.running: set[ast.AST] = set()
        waiting: list[ast.AST] = []
        for unit in checkout.units:
            waiting.append(unit.tree)
            for node in ast.walk(unit.tree):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    self.functions[node.name].append(node)
                    if node.name in STEPS or any(TASKS.search(name) for name in decorators(node)):
                        waiting.append(node)
        self._follow(waiting)

    def _follow(self, waiting: list[ast.AST]) -> None:
        while waiting:
            body = waiting.pop()
            if body in self.running:
                continue
            self.running.add(body)
            for name in named(body):
                waiting += [one for one in self.functions.get(name, ()) if one not in self.running]

    def runs(self, owner: ast.AST | None) -> bool:
        """Whether the function around a place runs; None is the top of a file, which does."""
        return owner is None or owner in self.running


@lru_cache(maxsize=2)
def reach(checkout: Checkout) -> Reach:
    """Worked out once a repository."""
    return Reach(checkout)


def decorators(node: Function) -> Iterator[str]:
    """The last names of a function's decorators."""
    for one in node.decorator_list:
        yield syntax.last_name(one.func if isinstance(one, ast.Call) else one)


def named(body: ast.AST) -> Iterator[str]:
    """The names that a body calls or hands on; those of classes stand for what makes their objects."""
    for node in syntax.own(body):
        if isinstance(node, ast.Call):
            yield syntax.last_name(node.func)
            yield from (one.id for one in node.args if isinstance(one, ast.Name))
            yield from (one.value.id for one in node.keywords if isinstance(one.value, ast.Name))
        elif isinstance(node, ast.Lambda):
            yield from named(node)


def owners(unit: Unit) -> Mapping[ast.AST, Function]:
    """The innermost function around every node of a file that stands in one."""
    found: dict[ast.AST, Function] = {}
    for node in ast.walk(unit.tree):  # from the outside to the inside
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.update({inner: node for one in node.body for inner in ast.walk(one)})
    return found


def around(checkout: Checkout, unit: Unit, owner: Function | None) -> Iterator[Unit]:
    """The file of a place, and those that name the function around it."""
    yield from checkout.by_path[unit.path]
    if owner is not None:
        word = re.compile(rf"\b{re.escape(owner.name)}\b")
        yield from (one for one in checkout.units if one.path != unit.path and word.search(one.text))
