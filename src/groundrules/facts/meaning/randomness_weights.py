"""Random numbers that weights start from, and whether others take their place before anything is learned."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import users_of

_EMPTY = ("zero_", "fill_")
_WEIGHT = "weight"


class Weights:
    """What becomes of the weights that a draw begins with."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._known: dict[tuple[str, int], bool] = {}

    def begins(self, event: Event) -> bool:
        """Whether a drawn number is what a weight starts from."""
        for kind, number, _ in users_of(event.module, event.number):
            if (
                kind == "call"
                and "holds_weights" in self.link.folder.entry_of(event.module.code.calls[number], event.frame)[1]
            ):
                return True
        return False

    def reloaded(self, event: Event) -> bool:
        """Whether the very model that the draw is for, or one around it, gets all its weights from somewhere else."""
        if self._reloaded(event.module, event.number) or _emptied(event):
            return True
        frame = event.frame
        while frame.caller is not None and frame.call >= 0:
            if self._reloaded(frame.caller.module, frame.call):
                return True
            frame = frame.caller
        return False

    def _reloaded(self, module: Module, number: int) -> bool:
        key = (module.path, number)
        if key not in self._known:
            self._known[key] = self._loads(module, number)
        return self._known[key]

    def _loads(self, module: Module, number: int) -> bool:
        """Whether a method of a call's result, or of what a method gives back as itself, loads weights beside it."""
        scope = module.code.calls[number].scope
        frame = self.link.folder.scope_frame(module, scope)
        same = [number]
        for made in same:
            for kind, other, _ in users_of(module, made):
                call = module.code.calls[other] if kind == "method" and other > made else None
                if call is None or call.scope != scope or call.func[1] != ("call", made):
                    continue
                entry = self.link.folder.entry_of(call, frame)[1]
                if entry.get("replaces_weights") is True and _whole(call):
                    return True
                if entry.get("returns") == "self":
                    same.append(other)
        return False


def _emptied(event: Event) -> bool:
    """Whether the weights of the layer that is made are set to zero beside it."""
    calls = event.module.code.calls
    later = (number for name in _EMPTY for number in event.module.called.get(name, ()) if number > event.number)
    return any(
        call.scope == event.call.scope and call.func[0] == "attr" and _of_weight(call.func[1], event.number, calls)
        for call in map(calls.__getitem__, later)
    )


def _of_weight(value: Value, layer: int, calls: tuple[Call, ...]) -> bool:
    """Whether a value is the weight of a layer, by way of methods that give another view of it."""
    while value[0] in ("call", "attr"):
        if value[0] == "attr" and value[2] == _WEIGHT:
            return bool(value[1] == ("call", layer))
        value = calls[value[1]].func if value[0] == "call" else value[1]
    return False


def _whole(call: Call) -> bool:
    """Whether a call loads all weights: with `strict=False` some may stay as they began."""
    return dict(call.kwargs).get("strict", ("const", True)) == ("const", True) and len(call.args) < 2
