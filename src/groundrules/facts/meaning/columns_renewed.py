"""Loops over all columns of a table that do nothing but give each of them another form, such as a smaller type."""

from __future__ import annotations

from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.ir import Op, Value, parts_of
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words
from groundrules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns_fate import Fate
    from groundrules.facts.meaning.columns_here import Here

_PRINTS = words("print str len")
_GROWS = words("append extend add update insert setdefault write put")  # methods that keep what they are given
_HARMLESS = frozenset({"=", "l", "u", "t"})
_AT = {"=": 4, "s": 5, "l": 4, "a": 5, "t": 3, "+": 4}  # where an operation has its context
_DEEPEST = 20


def only_renewed(fate: Fate, here: Here, table: Value, key: Value) -> bool:
    """Whether a subscript is each column in turn, in a loop that only stores them anew or asks for their types."""
    uses = here.flow.uses(("item", table, key))
    told = fate.columns.kinds.told
    if uses and all(use.kind == "attribute" and told(use.what) is not None for use in uses):
        return True
    columns = key[1] if key[0] == "elem" else key
    return bool(columns[0] == "attr") and renewed(here, columns[1], columns[2])


def renewed(here: Here, table: Value, name: str) -> bool:
    """Whether loops over all columns of a table only store each of them anew."""
    columns: Value = ("attr", table, name)
    loops = all(use.kind in ("whole", "attribute") for use in here.flow.uses(columns))
    return loops and renews(here.module, here.scope, table, columns)


def renews(module: Module, number: int, table: Value, columns: Value) -> bool:
    """Whether each loop over a list of a table's columns only stores each column anew."""
    ops = module.code.scopes[number].ops
    inside = [op for op in ops if (at := _context(module, op)) is not None and _looped(module, at, columns)]
    if not any(op[0] == "=" and op[2] == ("elem", columns) for op in inside):
        return False
    cell = ("item", table, ("elem", columns))
    kept = [op[3] for op in inside if op[0] == "s"] + [op[2] for op in inside if op[0] == "="]
    tests = [one.value for one in module.code.contexts if one.kind in ("if", "else")]
    return all(_harmless(module, op, cell, (*kept, *tests)) for op in inside) and not _outside(module, number, inside)


def _looped(module: Module, context: int, columns: Value) -> bool:
    return any(kind == "for" and value == columns for kind, value in contexts_of(module, context))


def _context(module: Module, op: Op) -> int | None:
    if op[0] == "c":
        return module.code.calls[op[1]].context
    at = _AT.get(op[0])
    return int(op[at]) if at is not None and at < len(op) and isinstance(op[at], int) else None


def _harmless(module: Module, op: Op, cell: Value, kept: tuple[Value, ...]) -> bool:
    """Whether an operation lets nothing of a column out but into the column itself."""
    if op[0] == "s":
        key = op[2][1][-1] if op[2][0] == "tuple" and op[2][1] else op[2]
        return bool(key == cell[2] and op[1] in (cell[1], ("attr", cell[1], "loc")))
    if op[0] != "c":
        return op[0] in _HARMLESS
    call = module.code.calls[op[1]]
    given = (*call.args, *[value for _, value in call.kwargs])
    if call.func[0] == "name" and call.func[1] in _PRINTS:
        return True
    if call.func[0] == "local" or (call.func[0] == "attr" and call.func[2] in _GROWS):
        return False
    if any(cell[1] == one for one in given):
        return False
    reads = any(_holds(one, cell) for one in given) or (call.func[0] == "attr" and _holds(call.func[1], cell))
    return not reads or any(_holds(one, ("call", op[1])) for one in kept) or _given_on(module, op[1])


def _given_on(module: Module, number: int) -> bool:
    """Whether the outcome of a call is a part of another call: what that does is asked of it."""
    calls = module.code.calls[number + 1 : number + _DEEPEST]
    mine: Value = ("call", number)
    return any(
        _holds(one, mine) for call in calls for one in (call.func, *call.args, *[value for _, value in call.kwargs])
    )


def _outside(module: Module, number: int, inside: list[Op]) -> bool:
    """Whether a name that the loop binds is read after it."""
    bound = [op[2] for op in inside if op[0] == "=" and op[2][0] in ("call", "item")]
    ops = module.code.scopes[number].ops
    returned = [op[1] for op in ops if op[0] == "r"]
    return any(_holds(one, value) for one in returned for value in bound)


def _holds(value: Value, part: Value, depth: int = 0) -> bool:
    return value == part or (depth < _DEEPEST and any(_holds(one, part, depth + 1) for one in parts_of(value)))
