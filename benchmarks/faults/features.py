"""Columns that lose their only reader."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from faults import syntax
from faults.checkout import Checkout, Unit
from faults.nouns import Edit, Fault, Place

HARMLESS = ("shape", "index", "empty")
RULES = frozenset(("unused-feature", "computed-then-dropped"))


class Body(NamedTuple):
    """Statements that run one after the other: the level of a file with all its cells, or a function."""

    parts: tuple[tuple[Unit, ast.AST], ...]

    def nodes(self) -> Iterator[tuple[Unit, ast.AST]]:
        """Every node of it, with the unit that it stands in."""
        for unit, part in self.parts:
            for node in ast.walk(part):
                yield unit, node


def only_readers(checkout: Checkout) -> Iterator[Fault]:
    """The one place that reads a column no longer does, where nothing takes the table as a whole."""
    for units in checkout.by_path.values():
        if "pandas" not in "".join(unit.text for unit in units):
            continue
        texts = [node.value for unit in units for node in ast.walk(unit.tree) if isinstance(node, ast.Constant)]
        for body in bodies(units):
            for frame, name, unit, node in stores(body):
                if texts.count(name) == 1 and name.isidentifier() and known_table(body, frame):
                    place = Place(unit.path, unit.cell, node.lineno, node.end_lineno or 0)
                    yield from dropped_again(checkout, unit, node, frame, name, place)
                if texts.count(name) == 2 and made_here(body, frame) and not taken_whole(body, frame):
                    place = Place(unit.path, unit.cell, node.lineno, node.end_lineno or 0)
                    yield from in_list(checkout, body, name, place)
                    yield from by_itself(checkout, body, frame, name, place, node)


def bodies(units: tuple[Unit, ...]) -> Iterator[Body]:
    """The level of a file and its functions."""
    yield Body(tuple((unit, unit.tree) for unit in units))
    for unit in units:
        for node in ast.walk(unit.tree):
            if isinstance(node, ast.FunctionDef):
                yield Body(((unit, node),))


def stores(body: Body) -> Iterator[tuple[str, str, Unit, ast.stmt]]:
    """`frame["name"] = …` among the statements of the body itself."""
    for unit, part in body.parts:
        for node in getattr(part, "body", ()):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
                frame, name = node.targets[0].value, syntax.literal(node.targets[0].slice)
                if isinstance(frame, ast.Name) and isinstance(name, str):
                    yield frame.id, name, unit, node


def made_here(body: Body, frame: str) -> bool:
    """Whether the body makes the table, by a call or out of another; a dict is none."""
    for _, node in body.nodes():
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == frame:
            return not isinstance(node.value, (ast.Dict, ast.DictComp))
    return False


def taken_whole(body: Body, frame: str) -> bool:
    """Whether the table is used in a way that may read every column, or has another name."""
    nodes = [node for _, node in body.nodes()]
    picked = {each.value for each in nodes if isinstance(each, ast.Subscript) and chooses(each.slice)}
    plain = picked | {each.value for each in nodes if isinstance(each, ast.Attribute) and each.attr in HARMLESS}
    names = [each for each in nodes if isinstance(each, ast.Name) and each.id == frame]
    if any(isinstance(each.ctx, ast.Load) and each not in plain for each in names):
        return True
    own = {part for _, part in body.parts}
    inner = [each for each in nodes if isinstance(each, (ast.FunctionDef, ast.Lambda, ast.Global)) and each not in own]
    return any(isinstance(each, ast.Name) and each.id == frame for one in inner for each in ast.walk(one))


def chooses(key: ast.expr) -> bool:
    """Whether a subscript takes columns by their names, no rows and nothing that is computed."""
    if isinstance(key, ast.List):
        return all(isinstance(syntax.literal(each), str) for each in key.elts)
    return isinstance(syntax.literal(key), str)


def known_table(body: Body, frame: str) -> bool:
    """Whether a table is plainly one: it is read from a file or a database."""
    for _, node in body.nodes():
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == frame:
            called = node.value.func if isinstance(node.value, ast.Call) else None
            return isinstance(called, ast.Attribute) and called.attr.startswith("read_")
    return False


def dropped_again(
    checkout: Checkout, unit: Unit, store: ast.stmt, frame: str, name: str, place: Place
) -> Iterator[Fault]:
    """The column that only goes along with its table is dropped as soon as it is computed."""
    lines = unit.text.split("\n")
    last = (store.end_lineno or 0) - 1
    if lines[last].encode()[: store.end_col_offset or 0].decode().rstrip() == lines[last].rstrip():
        lines[last] = lines[last].rstrip() + f'; {frame} = {frame}.drop(columns=["{name}"])'
        text = "\n".join(lines)
        if syntax.parses(text):
            edit = Edit(frozenset(), checkout.changed(unit, text))
            what = f"the column {name} is dropped again"
            yield Fault(unit.path, unit.cell, store.lineno, what, edit, RULES, (place,), (name,))


def in_list(checkout: Checkout, body: Body, name: str, place: Place) -> Iterator[Fault]:
    """The column is taken out of the list that reads it."""
    for unit, node in body.nodes():
        values = [syntax.literal(each) for each in node.elts] if isinstance(node, ast.List) else []
        if isinstance(node, ast.List) and name in values and len(values) > 1:
            kept = [each for each in node.elts if syntax.literal(each) != name]
            put = "[" + ", ".join(ast.unparse(each) for each in kept) + "]"
            yield from planted(checkout, unit, node, put, name, place)


def by_itself(checkout: Checkout, body: Body, frame: str, name: str, place: Place, store: ast.stmt) -> Iterator[Fault]:
    """A number stands where the column was read."""
    own = set(ast.walk(store))
    for unit, node in body.nodes():
        if not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Load) or node in own:
            continue
        if isinstance(node.value, ast.Name) and node.value.id == frame and syntax.literal(node.slice) == name:
            yield from planted(checkout, unit, node, "(0)", name, place)


def planted(checkout: Checkout, unit: Unit, node: ast.expr, put: str, name: str, place: Place) -> Iterator[Fault]:
    """The fault, where the text still is Python."""
    text = syntax.replaced(unit.text, node, put)
    if syntax.parses(text):
        edit = Edit(frozenset(), checkout.changed(unit, text))
        yield Fault(
            unit.path, unit.cell, node.lineno, f"nothing reads the column {name}", edit, RULES, (place,), (name,)
        )
