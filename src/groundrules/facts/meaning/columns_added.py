"""Columns that a method adds to the table that it returns, or to its own."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.meaning.columns_flow import Store
from groundrules.facts.meaning.columns_here import IN_PLACE
from groundrules.facts.meaning.columns_types import Tables
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value, WherePlain
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.typed import Iterator

_LISTS = frozenset({"list", "tuple"})
_NAMED = frozenset({"tuple", "call"})  # a column with how to aggregate it
_ASSIGNED = pattern(r"(?m)^\s*(\w+)\s*=(?!=)")  # in a text of formulas, one a line
_LONGEST = 40  # calls of one expression


class Added:
    """Stores that are calls."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        functions = tables.knowledge.functions
        self.names = {name.rpartition(".")[2] for name in functions.having("writes_column", "writes_columns")}
        self.naming = {name.rpartition(".")[2] for name in functions.having("names_column")}

    def stores(self, module: Module) -> Iterator[tuple[Store, int]]:
        """Each with the number of its call."""
        if self.names.isdisjoint(module.code.names):
            return
        for number, scope in enumerate(module.code.scopes):
            for position, op in enumerate(scope.ops):
                call = module.code.calls[op[1]] if op[0] == "c" else None
                if call is None or call.func[0] != "attr" or call.func[2] not in self.names:
                    continue
                frame = self.tables.frame(module, number)
                kind = self.tables.of(call.func[1], frame)
                entry = self.tables.entry(kind, call.func[2]) if kind is not None else {}
                for name, value, place in self._columns(call, entry, frame):
                    given_back = entry.get("returns") and IN_PLACE not in call.kwargs
                    base = ("call", op[1]) if given_back else call.func[1]
                    cell, _, _, line, column = place
                    where = (cell, line, 1, line, column)
                    keyword = place if (name, value) in call.kwargs else None
                    yield Store(number, position, base, name, value, where, call.context, True, keyword), op[1]

    def _columns(self, call: Call, entry: Entry, frame: Frame) -> Iterator[tuple[str, Value, WherePlain]]:
        """The names that a call gives to columns, with what they hold, and where."""
        told = entry.get("writes_columns")
        named = told == "aggregates" and not call.args and all(value[0] in _NAMED for _, value in call.kwargs)
        if named or told in ("keywords", "expressions"):
            yield from ((name, value, call.where) for name, value in call.kwargs if name)
        if told == "expressions":
            for value in (*call.args, *(one for given in call.args if given[0] in _LISTS for one in given[1])):
                yield from self._named(value, frame)
        if told == "keys" and call.args and call.args[0][0] == "dict":
            for key, value in call.args[0][1]:
                if key is not None and key[0] == "const" and isinstance(key[1], str):
                    yield key[1], value, call.where
        if told == "assignments" and call.args and call.args[0][0] == "const":
            for found in _ASSIGNED.finditer(str(call.args[0][1])):
                line = call.where[1] + found.string.count("\n", 0, found.start(1))
                yield found[1], call.args[0], (call.where[0], line, 1, line, call.where[4])
        if "writes_column" in entry:
            given = self.tables.folder.argument(call, entry, entry["writes_column"], frame)
            folded = self.tables.folder.fold(given, frame) if given is not None else ("const", None)
            if folded[0] == "const" and isinstance(folded[1], str):
                yield folded[1], call.args[-1] if call.args else given or folded, call.where

    def _named(self, value: Value, frame: Frame) -> Iterator[tuple[str, Value, WherePlain]]:
        """The name that an expression is given by the last of its methods that gives one."""
        calls = frame.module.code.calls
        inner = value
        for _ in range(_LONGEST):
            if inner[0] != "call" or calls[inner[1]].func[0] != "attr":
                return
            call = calls[inner[1]]
            if call.func[2] in self.naming:
                given = call.args[0] if len(call.args) == 1 else ("?",)
                if given[0] == "const" and isinstance(given[1], str):
                    yield given[1], value, call.where
                return
            inner = call.func[1]
