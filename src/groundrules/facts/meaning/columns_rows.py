"""Subscripts of tables that take rows, and those that only compute a column anew."""

from __future__ import annotations

from groundrules.facts.meaning.columns_flow import Use
from groundrules.facts.python.ir import Value
from groundrules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns_here import Here
    from groundrules.facts.meaning.columns_types import Tables


def anew(here: Here, value: Value, use: Use) -> bool:
    """Whether columns that a loop or an argument names are only read to compute the very same ones anew."""
    if use.where is None or use.what[0] not in ("elem", "param", "name"):
        return False
    ops = here.module.code.scopes[use.scope].ops
    own = (op for op in ops[use.position :] if op[0] == "s" and op[1] == value and op[2] == use.what)
    return any(op[4][:2] == use.where[:2] and tuple(op[4][1:3]) <= tuple(use.where[1:3]) for op in own)


def marks_rows(tables: Tables, here: Here, key: Value) -> bool:
    """Whether a subscript is one column of a table, which says of each row whether it is taken."""
    column = key[0] == "attr" or (key[0] == "item" and key[2][0] == "const" and isinstance(key[2][1], str))
    if not column or tables.of(key, here.frame) is not None:
        return False
    kind = tables.of(key[1], here.frame)
    return kind is not None and not (key[0] == "attr" and tables.entry(kind, key[2]))


def takes_rows(tables: Tables, here: Here, key: Value) -> bool:
    """Whether a subscript is the outcome of a method on one column, such as a test of each row."""
    if key[0] != "call":
        return False
    func = here.module.code.calls[key[1]].func
    while func[0] in ("attr", "call"):
        if func[0] == "call":
            func = here.module.code.calls[func[1]].func
            continue
        inner = func[1]
        if inner[0] in ("item", "attr") and tables.of(inner[1], here.frame) is not None:
            return tables.of(inner, here.frame) is None
        func = inner
    return False
