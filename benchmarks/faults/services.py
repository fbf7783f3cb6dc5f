"""What is asked of others: data sets and models of hubs without their revision, networks without a limit."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from faults.checkout import Checkout, Unit
from faults.nouns import Edit, Fault, Place
from faults.syntax import argument, calls, keyword, literal, own, running, spread, without_keyword

MOVING = ("main", "master", "latest", "active", None)


def dropped_revisions(checkout: Checkout) -> Iterator[Fault]:
    """One call no longer says which revision it wants."""
    for unit in checkout.units:
        for call in calls(unit.tree):
            told = checkout.known(unit, call)[1].get("fetches")
            which = keyword(call, told["revision"]) if told and isinstance(told.get("revision"), str) else None
            if (
                told
                and which is not None
                and literal(which.value) not in MOVING
                and plainly_named(checkout, unit, call)
            ):
                fixed = told.get("fixed_when_given")
                if not (fixed and keyword(call, fixed)) and not spread(call):
                    rules = frozenset(["unpinned-hub-dataset", "unpinned-pretrained-model"])
                    yield from dropped(checkout, unit, call, which, rules)


def plainly_named(checkout: Checkout, unit: Unit, call: ast.Call) -> bool:
    """Whether the call spells what it fetches."""
    entry = checkout.known(unit, call)[1]
    names = entry["fetches"]["name"]
    given = [
        argument(call, name, entry.get("parameters") or ()) for name in ([names] if isinstance(names, str) else names)
    ]
    return any(isinstance(literal(each), str) for each in given)


def dropped_timeouts(checkout: Checkout) -> Iterator[Fault]:
    """One call of a script waits without a limit."""
    for units in checkout.by_path.values():
        runs = {node for body in running(unit.tree for unit in units) for node in own(body)}
        for unit in units:
            for call in calls(unit.tree):
                told = checkout.known(unit, call)[1].get("waits")
                which = keyword(call, told["timeout"]) if told and isinstance(told.get("timeout"), str) else None
                wanted = unit.cell is None and call in runs and not spread(call) and (told or {}).get("default") is None
                if which is not None and wanted and literal(which.value) is not None:
                    yield from dropped(checkout, unit, call, which, frozenset(["missing-timeout"]))


def dropped(
    checkout: Checkout,
    unit: Unit,
    call: ast.Call,
    which: ast.keyword,
    rules: frozenset[str],
    names: tuple[str, ...] = (),
) -> Iterator[Fault]:
    """The call without one of its arguments."""
    text = without_keyword(unit.text, call, which)
    if text is not None:
        place = Place(unit.path, unit.cell, call.lineno, call.end_lineno or 0)
        what = f"`{ast.unparse(which)}` is dropped from `{ast.unparse(call.func)}`"
        edit = Edit(frozenset(), checkout.changed(unit, text))
        yield Fault(unit.path, unit.cell, call.lineno, what, edit, rules, (place,), names)
