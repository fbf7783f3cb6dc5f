"""Formulas: how columns are computed from other columns of their table, in a form that can be compared across files."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.columns_flow import Store, stores
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.python.uses import nested
else:
    late(globals(), "groundrules.facts.python.uses", "nested")

_TABLES = frozenset({"call", "item", "either", "param", "name"})
_DEEPEST = 14
_EITHER_WAY = frozenset({"+", "*", "&", "|", "==", "!="})  # the order of what they join changes nothing


def _operands(value: Value) -> list[Value]:
    """What an operation joins, with what its operands join in the same way."""
    if value[1] not in _EITHER_WAY:
        return list(value[2:4])
    return [inner for one in value[2:4] for inner in (_operands(one) if one[:2] == value[:2] else [one])]


class Unclear(Exception):  # noqa: N818 - no error: the formula holds something that cannot be compared
    """Something of the formula is not known here."""


class Formulas:
    """Rows of column_formula."""

    def __init__(self, link: Link) -> None:
        self.link = link

    def module(self, module: Module) -> None:
        """The formulas of a module: of columns that are computed once in their scope, from others."""
        for store in stores(module, _TABLES):
            if not store.plain:
                continue
            try:
                reads: set[str] = set()
                formula = self._text(module, store, store.value, reads, 0)
            except Unclear:
                continue
            if reads and store.column not in reads and "(" in formula:
                span = self.link.rows.span(module.path, store.where)
                scope = module.code.scopes[store.scope].qualname
                row = (span, module.path, store.column, ", ".join(sorted(reads)), formula, scope)
                self.link.rows.add("column_formula", *row)

    def _text(self, module: Module, store: Store, value: Any, reads: set[str], depth: int) -> str:
        if not isinstance(value, tuple) or not value:
            return repr(value)
        if depth > _DEEPEST:
            raise Unclear
        column = self._column(store, value)
        if column is not None:
            reads.add(column)
            return f"[{column}]"
        tag = value[0]
        if tag == "call":
            return self._called(module, store, module.code.calls[value[1]], reads, depth)
        if tag in ("const", "ext"):
            return repr(value[1])
        if tag in ("bin", "cmp"):
            parts = [self._text(module, store, one, reads, depth + 1) for one in _operands(value)]
            return f"({f' {value[1]} '.join(sorted(parts) if value[1] in _EITHER_WAY else parts)})"
        if tag in ("attr", "item", "list", "tuple", "not", "slice"):
            parts = [self._text(module, store, one, reads, depth + 1) for one in nested(value[1:])]
            return f"{tag}({', '.join(parts)})"
        raise Unclear

    def _called(self, module: Module, store: Store, call: Any, reads: set[str], depth: int) -> str:
        if call.func[0] not in ("attr", "ext"):
            raise Unclear
        func = self._text(module, store, call.func, reads, depth + 1)
        given = [self._text(module, store, one, reads, depth + 1) for one in call.args]
        given += [f"{name}={self._text(module, store, one, reads, depth + 1)}" for name, one in call.kwargs]
        return f"{func}({', '.join(given)})"

    def _column(self, store: Store, value: Value) -> str | None:
        """The name of a column of the same table, however it is read."""
        if value[0] == "item" and value[1] == store.base and value[2][0] == "const" and isinstance(value[2][1], str):
            return value[2][1]
        return None
