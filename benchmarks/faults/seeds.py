"""Seeds that are lost."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from faults import syntax
from faults.checkout import Checkout, Unit
from faults.nouns import Edit, Fault, whole
from faults.services import dropped

DRAWS = ("unseeded-draw", "unseeded-initialisation", "unseeded-loader", "half-seeded")
ARGUMENT = frozenset(("unseeded-split", "unseeded-estimator", "unseeded-search", *DRAWS))
CALL = ARGUMENT | {"late-seed"}


class Draw(NamedTuple):
    """A call that takes random numbers when the file is run."""

    unit: Unit
    call: ast.Call
    told: Mapping[str, Any]

    @property
    def seed(self) -> ast.keyword | None:
        """Its own seed argument."""
        names = self.told.get("seed") or ()
        return syntax.keyword(self.call, *([names] if isinstance(names, str) else names))

    @property
    def seeded(self) -> bool:
        """Whether it is given one."""
        return self.seed is not None and syntax.literal(self.seed.value) is not None


class Seeding(NamedTuple):
    """A statement that does nothing but seed global generators."""

    unit: Unit
    node: ast.Expr
    generators: frozenset[str]


def arguments(checkout: Checkout) -> Iterator[Fault]:
    """One seed argument is dropped from a call that is random by default."""
    for units in checkout.by_path.values():
        if not named_after_seeds(units):  # a seeded global generator would take the place of the argument
            for draw in draws(checkout, units):
                if draw.seed is not None and draw.seeded:
                    yield from dropped(checkout, draw.unit, draw.call, draw.seed, ARGUMENT)


def calls(checkout: Checkout) -> Iterator[Fault]:
    """One global seed is never set, though its generator is drawn from afterwards."""
    for units in checkout.by_path.values():
        found = seedings(checkout, units)
        others = [call for _, call in named_after_seeds(units) if not any(call is one.node.value for one in found)]
        drawn = [draw for draw in draws(checkout, units) if not draw.seeded] if found and not others else []
        for one in found:
            alone = not any(other is not one and one.generators & other.generators for other in found)
            after = any(later(draw, one) and draw.told["generator"] in one.generators for draw in drawn)
            if alone and after:
                text = syntax.replaced(one.unit.text, one.node, "pass")
                edit, what = Edit(frozenset(), checkout.changed(one.unit, text)), f"`{ast.unparse(one.node)}` is gone"
                yield Fault(one.unit.path, one.unit.cell, one.node.lineno, what, edit, CALL, (whole(one.unit.path),))


def later(draw: Draw, seeding: Seeding) -> bool:
    """Whether a draw stands below a seed."""
    return (draw.unit.cell or 0, draw.call.lineno) > (seeding.unit.cell or 0, seeding.node.lineno)


def named_after_seeds(units: tuple[Unit, ...]) -> list[tuple[Unit, ast.Call]]:
    """Every call with `seed` in its name."""
    return [
        (unit, call)
        for unit in units
        for call in syntax.calls(unit.tree)
        if "seed" in syntax.last_name(call.func).lower()
    ]


def seedings(checkout: Checkout, units: tuple[Unit, ...]) -> list[Seeding]:
    """The seeds that a file sets at its top."""
    found = []
    for unit in units:
        for node in unit.tree.body:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                told = checkout.known(unit, node.value)[1].get("seeds")
                if told and "own" not in told["generators"]:
                    found.append(Seeding(unit, node, frozenset(told["generators"])))
    return found


def draws(checkout: Checkout, units: tuple[Unit, ...]) -> Iterator[Draw]:
    """The draws of what runs when the file is run, where knowledge says so of their qualified names."""
    runs = {node for body in syntax.running(unit.tree for unit in units) for node in syntax.own(body)}
    for unit in units:
        for call in syntax.calls(unit.tree):
            if call in runs and not syntax.spread(call):
                entry = checkout.known(unit, call)[1]
                told = entry.get("draws")
                if told and random(call, entry, told):
                    yield Draw(unit, call, told)


def random(call: ast.Call, entry: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Whether the call draws with these arguments; False when that cannot be seen."""
    if told.get("not_when_given") and syntax.keyword(call, *told["not_when_given"]):
        return False
    if told.get("only_when") and holds(call, entry, told["only_when"]) is not True:
        return False
    return not told.get("not_when") or holds(call, entry, told["not_when"]) is False


def holds(call: ast.Call, entry: Mapping[str, Any], conditions: Any) -> bool | None:
    """Whether one of the conditions holds; None when an argument is no literal."""
    if isinstance(conditions, Mapping):
        verdicts = [condition(call, entry, name, values) for name, values in conditions.items()]
        return True if True in verdicts else None if None in verdicts else False
    verdicts = []
    for each in conditions:
        parts = [condition(call, entry, name, values) for name, values in each.items()]
        verdicts.append(False if False in parts else None if None in parts else True)
    return True if True in verdicts else None if None in verdicts else False


def condition(call: ast.Call, entry: Mapping[str, Any], name: str, values: list[object]) -> bool | None:
    """Whether one argument, or its default, is among the values."""
    given = syntax.argument(call, name, entry.get("parameters") or ())
    value = syntax.literal(given) if given is not None else (entry.get("defaults") or {}).get(name)
    return None if value is syntax.MISSING else any(value == each and type(value) is type(each) for each in values)
