"""Calls that drop columns of a table, or keep some: by their names, or by the types of what they hold."""

from __future__ import annotations

from groundrules.facts.meaning.columns_here import IN_PLACE
from groundrules.facts.python.ir import UNKNOWN, Call, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns_fate import Fate
    from groundrules.facts.meaning.columns_here import Here


class Selections:
    """Asked for one column."""

    def __init__(self, fate: Fate) -> None:
        self.fate = fate
        self.tables = fate.tables
        self.folder = fate.tables.folder

    def selection(self, here: Here, call: Call, number: int, entry: Entry, depth: int) -> None:
        """A call that drops or keeps some columns."""
        if "takes_off" in entry["frame"]:
            self._taken_off(here, call, number, entry)
            return
        if self._removes(here, call, entry):
            self.fate.drops.append((here.module.path, call.where))
            return
        if self._leaves_out(here, call, entry):
            if not self._only_listed(here, number):
                self.fate.drops.append((here.module.path, call.where))
            return
        for name in listed(entry["frame"].get("selects")):
            given = self._given(here, call, entry, name)
            names = self.tables.names(given, here.frame) if given is not None else None
            if names is not None:
                self.fate.calls.by_pattern(names)
                self.fate.reads(names)
                if self.fate.plainly:
                    self.fate.calls.spoken(here, call)
                return
            if entry["frame"].get("else") == "whole" and given in (None, ("const", None)):
                self.fate.reads(None)
            self.fate.calls.spoken(here, call)
            if self.fate.plainly and given is not None:
                return  # all that is selected is spelled, and is something else
        if IN_PLACE not in call.kwargs:
            self.fate.onward(here, number, depth)

    def _only_listed(self, here: Here, number: int) -> bool:
        """Whether of a choice of columns only their names are asked for."""
        uses = here.flow.uses(("call", number))
        kind = self.tables.of(("call", number), here.frame) or ""
        return bool(uses) and all(
            use.kind == "held" or (use.kind == "attribute" and self.tables.entry(kind, use.what).get("lists_columns"))
            for use in uses
        )

    def renamed(self, here: Here, call: Call, number: int, entry: Entry, depth: int) -> bool:
        """Whether a call gives the column another name, by which it is followed."""
        given = self.folder.argument(call, entry, entry.get("renames"), here.frame)
        folded = self.folder.fold(given, here.frame) if given is not None else ("?",)
        if given is not None and (folded[0] != "dict" or any(key is None or key[0] != "const" for key, _ in folded[1])):
            self.fate.reads(None)  # it may get any name
        pairs = folded[1] if folded[0] == "dict" and IN_PLACE not in call.kwargs else ()
        named = [item for key, item in pairs if key == ("const", self.fate.column)]
        if len(named) != 1 or named[0][0] != "const" or not isinstance(named[0][1], str):
            return False
        before, self.fate.column = self.fate.column, named[0][1]
        self.fate.onward(here, number, depth)
        self.fate.column = before
        return True

    def _leaves_out(self, here: Here, call: Call, entry: Entry) -> bool:
        """Whether a call only keeps columns of other types than the column's."""
        told = entry["frame"]
        kept = self._types(here, call, entry, told.get("selects_types"))
        gone = self._types(here, call, entry, told.get("drops_types"))
        if self.fate.type is None or not (kept or gone):
            return False
        types = told.get("types") or {}
        mine = set(types.get(self.fate.type) or ())
        return bool(mine & gone) or bool(
            kept and not mine & kept and all(any(one in all_ for all_ in types.values()) for one in kept)
        )

    def left_out(self, here: Here, key: Value) -> bool:
        """Whether a subscript lists the columns of a choice by types that leaves the column out."""
        calls = here.module.code.calls
        while key[0] == "call":  # as a list, an array
            call = calls[key[1]]
            if call.func[0] == "attr" and not call.args:
                key = call.func[1]
            elif call.func[0] == "name" and len(call.args) == 1:
                key = call.args[0]
            else:
                return False
        chosen: Value = key[1] if key[0] == "attr" else UNKNOWN
        if chosen[0] != "call" or calls[chosen[1]].func[0] != "attr":
            return False
        kind = self.tables.of(chosen, here.frame)
        if kind is None or not self.tables.entry(kind, key[2]).get("lists_columns"):
            return False
        call = calls[chosen[1]]
        entry = self.tables.entry(self.tables.of(call.func[1], here.frame) or "", call.func[2])
        return isinstance(entry.get("frame"), dict) and self._leaves_out(here, call, entry)

    def _types(self, here: Here, call: Call, entry: Entry, name: Any) -> set[str]:
        """The names of types that an argument lists."""
        given = self.folder.argument(call, entry, name, here.frame) if name else None
        folded = self.folder.fold(given, here.frame) if given is not None else ("list", ())
        listed = folded[1] if folded[0] in ("list", "tuple") else (folded,)
        found = {str(one[1]).rpartition(".")[2] for one in listed if one[0] in ("const", "ext", "name")}
        return found if len(found) == len(listed) else {"?"}

    def _taken_off(self, here: Here, call: Call, number: int, entry: Entry) -> None:
        """A method takes a column off its own table, and gives it back: that is a use where something takes it up."""
        given = self._given(here, call, entry, entry["frame"]["takes_off"])
        names = self.tables.names(given, here.frame) if given is not None else None
        back: Value = ("call", number)
        if names == (self.fate.column,) and not here.flow.uses(back) and back not in here.flow.names:
            self.fate.drops.append((here.module.path, call.where))
        else:
            self.fate.reads(names)

    def removes_in_place(self, here: Here, number: int) -> bool:
        """Whether a method takes the column off its own table."""
        call = here.module.code.calls[number]
        entry = self.tables.entry(self.tables.of(call.func[1], here.frame) or "", call.func[2])
        told = entry.get("frame")
        if isinstance(told, dict) and "takes_off" in told:
            given = self._given(here, call, entry, told["takes_off"])
            return given is not None and self.tables.names(given, here.frame) == (self.fate.column,)
        return IN_PLACE in call.kwargs and isinstance(entry.get("frame"), dict) and self._removes(here, call, entry)

    def _removes(self, here: Here, call: Call, entry: Entry) -> bool:
        """Whether a call drops the column by its name."""
        told = entry["frame"]
        for name in listed(told.get("drops")):
            given = self._given(here, call, entry, name)
            rows = name == "labels" and not self.along(here, call, entry, told.get("labels_when") or {})
            names = self.tables.names(given, here.frame) if given is not None and not rows else None
            if names is not None and self.fate.column in names:
                return True
        return False

    def along(self, here: Here, call: Call, entry: Entry, conditions: dict[str, Any]) -> bool:
        """Whether an argument has one of the values that a condition names."""
        for name, values in conditions.items():
            given = self._given(here, call, entry, name)
            folded = self.folder.fold(given, here.frame) if given is not None else None
            if folded is not None and folded[0] == "const" and folded[1] in values:
                return True
        return False

    def _given(self, here: Here, call: Call, entry: Entry, name: Any) -> Value | None:
        if isinstance(name, int):
            return ("list", call.args[name:]) if call.args[name:] else None
        return self.folder.argument(call, entry, name, here.frame)


def tables_of(entry: Entry) -> list[Any]:
    """The parameters of a call that puts tables together."""
    return listed((entry.get("combines") or EMPTY).get("tables"))


def listed(value: Any) -> list[Any]:
    """One or many, as knowledge writes them."""
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]
