"""Rows that are taken out of a table one after the other: which of their cells are read."""

from __future__ import annotations

from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns_calls import Calls
    from groundrules.facts.meaning.columns_here import Here

_MOST_NESTED = 5


class Cells:
    """The rows on the way of one column."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def method(self, here: Here, call: Call, number: int, entry: Entry) -> None:
        """A method that gives rows, to a function or to a loop."""
        if "each_row" in entry:
            self._each_row(here, call, entry)
        else:
            self._rows(here, number)

    def _each_row(self, here: Here, call: Call, entry: Entry) -> None:
        """A function is given row after row: what it takes from its parameter is read."""
        told = entry["each_row"]
        given = self.calls.folder.argument(call, entry, told["function"], here.frame)
        found = self.calls.function(here, given) if given is not None else None
        if found is None or not self.calls.selections.along(here, call, entry, told["when"]):
            self.calls.used()
            return
        self._row(*found, 0)

    def _row(self, module: Module, scope: int, index: int, depth: int) -> None:
        """A parameter of a function is one row: its columns are read by their names."""
        params = module.code.scopes[scope].params
        if index >= len(params) or params[index].kind not in ("plain", "keyword") or depth > _MOST_NESTED:
            self.calls.used()
        self._cells(module, scope, ("param", scope, params[index].name), depth)

    def _rows(self, here: Here, number: int) -> None:
        """Pairs of a label and a row come out of a call, one after the other."""
        uses = here.flow.uses(("call", number))
        if not uses or any(use.kind != "loop" for use in uses):
            self.calls.used()
        for row in dict.fromkeys(use.what for use in uses if use.what[2] == 1):
            self._cells(here.module, here.scope, row, 0)

    def _cells(self, module: Module, scope: int, row: Value, depth: int) -> None:
        """What is taken out of one row, by the names of its columns."""
        frame = self.calls.tables.frame(module, scope)
        for use in self.calls.fate.columns.flow(module, scope).uses(row):
            if use.kind == "item":
                self.calls.fate.reads(self.calls.tables.names(use.what, frame))
            elif use.kind in ("attribute", "named"):
                self.calls.fate.reads((str(use.what),))
            elif use.kind == "method" and (call := module.code.calls[use.what]).func[2] == "get" and call.args:
                self.calls.fate.reads(self.calls.tables.names(call.args[0], frame))
            elif use.kind == "argument" and isinstance(use.what[1], int):
                call = module.code.calls[use.what[0]]
                found = self.calls.function(self.calls.fate.columns.here(frame), call.func)
                if found is None or call.func[0] == "attr" or any(one[0] == "star" for one in call.args):
                    self.calls.used()
                else:
                    self._row(found[0], found[1], found[2] + use.what[1], depth + 1)
            else:
                self.calls.used()
