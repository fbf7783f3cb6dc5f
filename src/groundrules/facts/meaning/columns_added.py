"""Columns that a method adds to the table that it returns, or to its own."""

from __future__ import annotations

from groundrules.facts.meaning.columns_flow import Store
from groundrules.facts.meaning.columns_types import Tables
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import is_text
from groundrules.facts.python.uses import nested
from groundrules.typed import Iterator

_WHOLE = frozenset({"const", "ext", "local"})
_MADE_OF = frozenset({"list", "tuple", "set", "bin", "cmp", "not", "and", "or", "slice"})
_DEEPEST = 12


class Added:
    """Stores that are calls."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        functions = tables.knowledge.functions
        self.names = {name.rpartition(".")[2] for name in functions.having("writes_column", "writes_columns")}

    def stores(self, module: Module) -> Iterator[tuple[Store, int]]:
        """Each with the number of its call."""
        for number, scope in enumerate(module.code.scopes):
            for position, op in enumerate(scope.ops):
                call = module.code.calls[op[1]] if op[0] == "c" else None
                if call is None or call.func[0] != "attr" or call.func[2] not in self.names:
                    continue
                frame = self.tables.frame(module, number)
                kind = self.tables.of(call.func[1], frame)
                entry = self.tables.entry(kind, call.func[2]) if kind is not None else {}
                cell, _, _, line, column = call.where
                for name, value in self._columns(call, entry, frame):
                    base = ("call", op[1]) if entry.get("returns") else call.func[1]
                    where = (cell, line, 1, line, column)
                    store = Store(number, position, base, name, value, where, call.context)
                    yield store, op[1]

    def _columns(self, call: Call, entry: Entry, frame: Frame) -> Iterator[tuple[str, Value]]:
        """The names that a call gives to columns, with what they hold."""
        if entry.get("writes_columns") == "keywords":
            yield from ((name, value) for name, value in call.kwargs if name)
        if "writes_column" in entry:
            given = self.tables.folder.argument(call, entry, entry["writes_column"], frame)
            folded = self.tables.folder.fold(given, frame) if given is not None else ("const", None)
            if folded[0] == "const" and isinstance(folded[1], str):
                yield folded[1], call.args[-1] if call.args else given or folded


def spelled(tables: Tables, value: Value, frame: Frame, found: list[str], depth: int = 0) -> bool:
    """Whether the columns that an expression names are all spelled out in it, with its texts."""
    tag = value[0]
    if depth > _DEEPEST:
        return False
    if tag == "const" and isinstance(value[1], str):
        found.append(value[1])
    if tag in _WHOLE or tables.of(value, frame) is not None:
        return True
    if tag in ("name", "param"):
        folded = tables.folder.fold(value, frame)
        return folded[0] == "const" and not is_text(folded)
    if tag in ("attr", "item"):
        parts = value[1:2] if tag == "attr" else value[1:3]
        return all(spelled(tables, one, frame, found, depth + 1) for one in parts)
    if tag == "call":
        call = frame.module.code.calls[value[1]]
        given = (*call.args, *(one for _, one in call.kwargs))
        if not given and call.func[0] == "ext" and tables.knowledge.of(call.func[1]) is None:
            return False  # it may stand for all columns
        above = spelled(tables, call.func[1], frame, found, depth + 1) if call.func[0] == "attr" else True
        return above and all(spelled(tables, one, frame, found, depth + 1) for one in given)
    if tag in _MADE_OF:
        inner = [one for one in nested(value[1:]) if isinstance(one, tuple) and one and isinstance(one[0], str)]
        return all(spelled(tables, one, frame, found, depth + 1) for one in inner)
    return False
