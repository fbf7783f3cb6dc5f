"""Learners and evaluators that were told, when they were made, which columns of a table they read."""

from __future__ import annotations

from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.knowledge import Entry
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns_here import Here
    from groundrules.facts.meaning.columns_types import Tables

_LISTS = ("list", "tuple")
_DEEPEST = 6


class Makers:
    """Asked of one call at a time."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.folder = tables.folder

    def names(self, here: Here, value: Value, told: Entry) -> tuple[str, ...] | None:
        """The columns that an object reads of its tables; None where that is not known."""
        return self._of(self.folder.fold(self._learner(here, value, told), here.frame), told, 0)

    def _learner(self, here: Here, value: Value, told: Entry) -> Value:
        """The learner that a call to fit it gives back."""
        func = here.module.code.calls[value[1]].func if value[0] == "call" else value
        return self._learner(here, func[1], told) if func[0] == "attr" and func[2] == told["fitted_by"] else value

    def _of(self, folded: Value, told: Entry, depth: int) -> tuple[str, ...] | None:
        if folded[0] != "inst" or not isinstance(folded[1], str) or depth > _DEEPEST or folded[3] < 0:
            return None
        name = self.tables.knowledge.canonical(folded[1])
        module = self.folder.program.module(folded[2])
        if module is None or not name.startswith(told["below"]):
            return None
        call = module.code.calls[folded[3]]
        above = folded[4] if len(folded) > 4 else None
        frame: Frame = above or self.tables.frame(module, call.scope)
        found: list[str] = list(told["unsaid"])
        for keyword, value in call.kwargs:
            if keyword == told["steps"]:
                names = self._steps(value, frame, told, depth)
            elif keyword is not None and keyword.endswith(tuple(told["parameters"])):
                names = self.tables.names(value, frame)
            else:
                names = None if keyword is None else ()
            if names is None:
                return None
            found.extend(names)
        return None if call.args else tuple(found)

    def _steps(self, value: Value, frame: Frame, told: Entry, depth: int) -> tuple[str, ...] | None:
        """The columns of all steps of a chain."""
        folded: Any = self.folder.fold(value, frame)
        if folded[0] == "bin" and folded[1] == "+":
            sides = [self._steps(one, frame, told, depth + 1) for one in folded[2:4]]
            return None if sides[0] is None or sides[1] is None else (*sides[0], *sides[1])
        steps = folded[1] if folded[0] in _LISTS else (("?",),)
        found: list[str] = []
        for one in steps:
            names = self._of(one, told, depth + 1)
            if names is None:
                return None
            found.extend(names)
        return tuple(found)
