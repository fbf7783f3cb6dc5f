"""What a single store of a column says by itself: whether it is seen, and which uses of its table come after it."""

from __future__ import annotations

from groundrules.facts.meaning.columns_flow import Flow, Store, Use
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.ir import Scope, Value
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words
from groundrules.typed import Any

_BY_NAME = words("globals locals vars exec eval")
_NO_VALUES = ("nan", "NaN", "NAN", "NA", "NaT")
_LOOPS = ("for", "while")
_NOTHING = (("const", 0), ("const", 0.0), ("const", None), ("const", -1), ("const", ""))


def stands_in(module: Module, store: Store) -> bool:
    """Whether a column that is dropped later never held anything: a constant that only aligns tables, or the part of
    a value that is taken apart for the sake of another part."""
    if store.value in _NOTHING or (store.value[0] == "ext" and store.value[1].rpartition(".")[2] in _NO_VALUES):
        return True
    whole = store.value[1] if store.value[0] == "unpack" else None
    return whole is not None and any(
        op[0] == "s" and op[3][0] == "unpack" and op[3][1] == whole and op[3] != store.value
        for op in module.code.scopes[store.scope].ops
    )


def out_of_sight(module: Module, store: Store) -> bool:
    """Whether the store runs again and again, or may be seen by whoever reads names as they like."""
    through = store.base[1] if store.base[0] == "elem" else None
    around = [value if kind == "for" else None for kind, value in contexts_of(module, store.context) if kind in _LOOPS]
    around = [one for one in around if one is None or one not in store.through]
    if around != ([] if through is None else [through]):
        return True
    scope = module.code.scopes[store.scope]
    named = _BY_NAME.intersection(scope.loads)
    own = {op[1] for op in scope.ops if op[0] == "="} if named else set()
    return scope.kind == "class" or not named <= own


def parts(value: Value) -> list[Value]:
    """A value, and what it may be instead."""
    if value[0] == "either":
        return [value, *parts(value[1]), *parts(value[2])]
    return [value]


def tables_of(value: Value) -> list[Value]:
    """The tables that a store goes to: all of those that a loop runs through."""
    return [value, *value[1][1]] if value[0] == "elem" else parts(value)


def reads_global(scope: Scope, name: str) -> bool:
    """Whether a function or class reads a name that it does not bind itself."""
    if name not in scope.loads or any(param.name == name for param in scope.params):
        return False
    return not any(op[0] == "=" and op[1] == name for op in scope.ops)


def anew_only(module: Module, flow: Flow, store: Store) -> bool:
    """Whether a store only gives the values that a table came with another form or type."""
    column = ("const", store.column)
    stored = module.doing("s")
    if any(number == store.scope and at < store.position and op[2] == column for number, at, op in stored):
        return False
    return any(inside(use, store, store.position, store.where) for use in flow.uses(store.base))


def also_bound(module: Module, store: Store) -> bool:
    """Whether the same statement gives the column's values to a name as well."""
    ops = module.code.scopes[store.scope].ops
    for op in ops[max(0, store.position - 2) : store.position + 3]:
        if op[0] == "=" and op[3][:2] == store.where[:2] and op[2] == store.value:
            return True
    return False


def without(flow: Flow, store: Store) -> Flow:
    """The flow without the reads by which a column is only computed anew from itself."""
    again = flow.stored(store.scope).get((store.base, store.column), ())
    others = {}
    for value in tables_of(store.base) if store.base[0] == "elem" else (store.base,):
        uses = flow.uses(value)
        kept = [use for use in uses if not (reads(use, store) and any(inside(use, store, *one) for one in again))]
        if len(kept) < len(uses):
            others[value] = kept
    return flow.replaced(others) if others else flow


def on_this_branch(module: Module, flow: Flow, store: Store) -> Flow:
    """The flow without the uses that see the table as it is on the other branch, where the column is not stored."""
    if module.code.contexts[store.context].kind not in ("if", "else"):
        return flow
    ops = module.code.scopes[store.scope].ops[store.position :]
    bound = {op[2] for op in ops if op[0] == "=" and op[4] == store.context}
    uses = flow.uses(store.base)
    kept = [use for use in uses if use.via is None or bound.isdisjoint(parts(use.via))]
    return flow.replaced({store.base: kept}) if len(kept) < len(uses) else flow


def reads(use: Use, store: Store) -> bool:
    """Whether a use reads the store's own column."""
    if use.kind == "item":
        return bool(use.what == ("const", store.column))
    return bool(use.kind == "attribute" and use.what == store.column)


def inside(use: Use, store: Store, position: int, where: Any) -> bool:
    """Whether a use reads the store's own column on the right side of such a store."""
    if use.scope != store.scope or use.position > position or use.where is None:
        return False
    return reads(use, store) and use.where[0] == where[0] and tuple(use.where[1:3]) >= tuple(where[1:3])
