"""Columns that lose their only reader."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from faults import syntax
from faults.checkout import Checkout, Unit
from faults.nouns import Edit, Fault, Place

HARMLESS = ("head", "tail", "info", "shape", "isnull", "isna", "columns", "dropna", "copy")
RULES = frozenset(("unused-feature", "computed-then-dropped"))


def only_readers(checkout: Checkout) -> Iterator[Fault]:
    """A column that stands in one list of columns is taken out of it, where nothing takes the table as a whole."""
    for units in checkout.by_path.values():
        texts = [node.value for unit in units for node in ast.walk(unit.tree) if isinstance(node, ast.Constant)]
        for frame, name, unit, node in stores(units):
            listed = [(other, each) for other in units for each in lists(other, name)]
            once = texts.count(name) == 2 and len(listed) == 1
            if once and len(listed[0][1].elts) > 1 and not taken_whole(units, frame):
                yield from _without(
                    checkout,
                    listed[0][0],
                    listed[0][1],
                    name,
                    Place(unit.path, unit.cell, node.lineno, node.end_lineno or 0),
                )


def stores(units: tuple[Unit, ...]) -> Iterator[tuple[str, str, Unit, ast.stmt]]:
    """`frame["name"] = …` at the top of a file."""
    for unit in units:
        for node in unit.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
                frame, name = node.targets[0].value, syntax.literal(node.targets[0].slice)
                if isinstance(frame, ast.Name) and isinstance(name, str):
                    yield frame.id, name, unit, node


def lists(unit: Unit, name: str) -> Iterator[ast.List]:
    """Lists of texts that hold the name."""
    for node in ast.walk(unit.tree):
        values = [syntax.literal(each) for each in node.elts] if isinstance(node, ast.List) else []
        if isinstance(node, ast.List) and name in values and all(isinstance(value, str) for value in values):
            yield node


def taken_whole(units: tuple[Unit, ...], frame: str) -> bool:
    """Whether the table is used in a way that may read every column."""
    chooses = (ast.Constant, ast.List, ast.Name, ast.BinOp, ast.Compare)
    for unit in units:
        nodes = list(ast.walk(unit.tree))
        plain = {each.value for each in nodes if isinstance(each, ast.Subscript) and isinstance(each.slice, chooses)}
        plain |= {each.value for each in nodes if isinstance(each, ast.Attribute) and each.attr in HARMLESS}
        names = (each for each in nodes if isinstance(each, ast.Name) and each.id == frame)
        if any(isinstance(each.ctx, ast.Load) and each not in plain for each in names):
            return True
    return False


def _without(checkout: Checkout, unit: Unit, node: ast.List, name: str, place: Place) -> Iterator[Fault]:
    kept = [each for each in node.elts if syntax.literal(each) != name]
    text = syntax.replaced(unit.text, node, "[" + ", ".join(ast.unparse(each) for each in kept) + "]")
    if syntax.parses(text):
        edit = Edit(frozenset(), checkout.changed(unit, text))
        yield Fault(
            unit.path, unit.cell, node.lineno, f"nothing reads the column {name}", edit, RULES, (place,), (name,)
        )
