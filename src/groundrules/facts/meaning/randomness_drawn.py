"""Learners of a script of which nothing comes but a part of a picture."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.randomness_idle import read_inside
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import Use, users_of

_FURTHEST = 6
_ASKS = ("fit", "predict", "transform", "split")  # what a learner says of rows, and not how good it is at it


class Drawn:
    """Follows a learner to the pictures that are drawn of it."""

    def __init__(self, link: Link) -> None:
        self.link = link

    def only(self, event: Event, purpose: str) -> bool:
        """Whether a learner at the top of a script is fitted and asked for a picture alone."""
        if purpose != "estimator" or event.entry.kind != "script" or event.call.scope or event.module.code.cells:
            return False
        ends = self._ends(event.module, event.number, event.frame, 0)
        return bool(ends) and all(ends)

    def _ends(self, module: Module, number: int, frame: Frame, depth: int) -> list[bool]:
        """Where a call's result ends: True for each picture, False for anything else."""
        if depth > _FURTHEST:
            return [False]
        found: list[bool] = []
        for use in users_of(module, number):
            found += self._end(use, module, frame, depth)
        return found

    def _end(self, use: Use, module: Module, frame: Frame, depth: int) -> list[bool]:
        kind, number, where = use
        if kind == "bound":
            return [False] if read_inside(module, where) else []
        if kind not in ("call", "method"):
            return [False]
        call = module.code.calls[number]
        entry = self.link.folder.entry_of(call, frame)[1]
        if entry.get("plots") or entry.get("outcome") in ("picture", "view"):
            return [True]
        does = str((entry.get("step") or {}).get("does"))
        follows = kind == "method" and (does.startswith(_ASKS) or ("step" not in entry and "outcome" not in entry))
        return self._ends(module, number, frame, depth + 1) if follows else [False]
