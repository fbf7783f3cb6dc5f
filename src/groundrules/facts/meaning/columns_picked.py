"""Learners that take some columns of the table they are given by their names, and leave the rest."""

from __future__ import annotations

from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns_here import Here
    from groundrules.facts.meaning.columns_types import Tables

_LISTS = ("list", "tuple")
_TABLES = (0, "X")  # where a method takes its table
_DEEPEST = 6


class Picked:
    """Asked of one call at a time."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.folder = tables.folder

    def names(self, here: Here, call: Call, entry: Entry, place: Any) -> tuple[str, ...] | None:
        """The columns that are taken of a table in a place among the arguments; None where that is not known."""
        learner = self.folder.argument(call, entry, (entry.get("validates") or EMPTY).get("model"), here.frame)
        if learner is None and call.func[0] == "attr" and place in _TABLES:
            learner = self._fitted(here, call.func[1])
        return self._taken(self.folder.fold(learner, here.frame), 0) if learner is not None else None

    def _fitted(self, here: Here, value: Value) -> Value:
        """The learner that a call to fit it gives back."""
        func = here.module.code.calls[value[1]].func if value[0] == "call" else value
        step = self.tables.knowledge.functions.get(f"*.{func[2]}", EMPTY).get("step") if func[0] == "attr" else None
        fits = value[0] == "call" and step is not None and step.get("does") == "fit"
        return self._fitted(here, func[1]) if fits else value

    def _taken(self, folded: Value, depth: int) -> tuple[str, ...] | None:
        if folded[0] != "inst" or not isinstance(folded[1], str) or depth > _DEEPEST or folded[3] < 0:
            return None
        module = self.folder.program.module(folded[2])
        frame = folded[4] if len(folded) > 4 and folded[4] is not None else None
        if module is None:
            return None
        entry = self.tables.knowledge.functions.get(self.tables.knowledge.canonical(folded[1])) or EMPTY
        call = module.code.calls[folded[3]]
        frame = frame or self.tables.frame(module, call.scope)
        first = entry.get("first_step")
        if first is not None:
            inner = self._first(call, entry, first, frame)
            return self._taken(inner, depth + 1) if inner is not None else None
        return self._listed(call, entry, frame) if "picks_columns" in entry else None

    def _first(self, call: Call, entry: Entry, name: Any, frame: Frame) -> Value | None:
        """The first step of a chain, which gets the table as it is."""
        given = self._given(call, entry, name, frame)
        while given is not None and given[0] in _LISTS and given[1]:
            given = given[1][-1] if given[0] == "tuple" else given[1][0]
        return given

    def _listed(self, call: Call, entry: Entry, frame: Frame) -> tuple[str, ...] | None:
        """All columns that a list of triples of name, learner and columns names, or one of pairs without the names."""
        told = entry["picks_columns"]
        rest = self.folder.argument(call, entry, told["rest"], frame)
        folded = self.folder.fold(rest, frame) if rest is not None else ("const", told["left"])
        given = self._given(call, entry, told["of"], frame)
        if folded != ("const", told["left"]) or given is None or given[0] not in _LISTS:
            return None
        found: list[str] = []
        for one in given[1]:
            names = self.tables.names(one[1][-1], frame) if one[0] == "tuple" and len(one[1]) > 1 else None
            if names is None:
                return None
            found.extend(names)
        return tuple(found)

    def _given(self, call: Call, entry: Entry, name: Any, frame: Frame) -> Value | None:
        if isinstance(name, int):
            return ("list", tuple([self.folder.fold(one, frame) for one in call.args[name:]]))
        given = self.folder.argument(call, entry, name, frame)
        return self.folder.fold(given, frame) if given is not None else None
