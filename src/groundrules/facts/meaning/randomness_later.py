"""Seeds that an object is given after it was made: by a method, as an attribute, by an ensemble, in a search."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.randomness_idle import read_inside
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import NONE, Call
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import users_of
from groundrules.typed import Any

_FURTHEST = 4


class Later:
    """What happens to the result of a draw's call."""

    def __init__(self, link: Link) -> None:
        self.link = link

    def gives(self, event: Event, names: Any) -> bool:
        """Whether the object is given one of the parameters after it was made."""
        wanted = frozenset([names] if isinstance(names, str) else names)
        if self._stored(event, wanted) or self._used(event.module, event.number, event.frame, wanted, 0):
            return True
        return self._handed(event.module, event.number, event.frame, 0)

    def _stored(self, event: Event, wanted: frozenset[str]) -> bool:
        """`model.random_state = 7`."""
        made = ("call", event.number)
        ops = event.module.code.scopes[event.call.scope].ops
        return any(op[0] == "a" and op[2] in wanted and op[1] == made and op[3] != NONE for op in ops)

    def _handed(self, module: Module, number: int, frame: Frame, depth: int) -> bool:
        """Whether all that uses the object are ensembles that seed copies of it, or draw themselves and are told so."""
        uses = [use for use in users_of(module, number) if use[0] != "bound" or read_inside(module, use[2])]
        return bool(uses) and depth < _FURTHEST and all(self._hands(use, module, frame, depth) for use in uses)

    def _hands(self, use: tuple[str, int, Any], module: Module, frame: Frame, depth: int) -> bool:
        kind, other, where = use
        if kind != "call":
            return False
        call = module.code.calls[other]
        _, entry = self.link.folder.entry_of(call, frame)
        told = entry.get("hands_seed")
        if told is None:
            return "learns" in entry and self._handed(module, other, frame, depth + 1)
        order = entry.get("parameters") or ()
        name = order[where] if isinstance(where, int) and where < len(order) else where
        given = self.link.folder.argument(call, entry, told["seed"], frame)
        seeded = given is not None and self.link.folder.fold(given, frame) != NONE
        return name in told["to"] and (seeded or "draws" in entry)

    def _used(self, module: Module, number: int, frame: Frame, wanted: frozenset[str], depth: int) -> bool:
        """A method that sets parameters, or a search among whose candidates the seed is; at any remove of pipelines."""
        for kind, other, where in users_of(module, number) if depth < _FURTHEST else ():
            if kind not in ("call", "method"):
                continue
            call = module.code.calls[other]
            _, entry = self.link.folder.entry_of(call, frame)
            if kind == "call" and call.func[0] == "local" and self._set_inside(module, call.func[1], where, wanted):
                return True
            if kind == "method":
                if entry.get("sets_parameters") and self._among(call, wanted):
                    return True
            elif (entry.get("learns") or {}).get("from") == "search":
                if self._tried(call, frame, wanted):
                    return True
            elif "learns" in entry and self._used(module, other, frame, wanted, depth + 1):
                return True
        return False

    def _set_inside(self, module: Module, number: int, where: Any, wanted: frozenset[str]) -> bool:
        """Whether a function of the file sets the seed of what it is given."""
        scope = module.code.scopes[number]
        names = [one.name for one in scope.params]
        name = names[where] if isinstance(where, int) and where < len(names) else where
        if scope.kind != "function" or name not in names:
            return False
        given = ("param", number, name)
        if any(op[0] == "a" and op[1] == given and op[2] in wanted and op[3] != NONE for op in scope.ops):
            return True
        calls = (module.code.calls[op[1]] for op in scope.ops if op[0] == "c")
        return any(
            call.func[0] == "attr"
            and call.func[1] == given
            and (self.link.knowledge.method(call.func[2]) or {}).get("sets_parameters")
            and self._among(call, wanted)
            for call in calls
        )

    def _among(self, call: Call, wanted: frozenset[str]) -> bool:
        return any(name is None or name.rpartition("__")[2] in wanted for name, _ in call.kwargs)

    def _tried(self, call: Call, frame: Frame, wanted: frozenset[str]) -> bool:
        """Whether the candidates of a search name the seed."""
        for value in (*call.args, *(value for _, value in call.kwargs)):
            folded = self.link.folder.fold(value, frame)
            parts = folded[1] if folded[0] in ("list", "tuple") else (folded,)
            for part in parts:
                if isinstance(part, tuple) and part[0] == "dict" and self._names(part, wanted):
                    return True
        return False

    def _names(self, folded: Any, wanted: frozenset[str]) -> bool:
        keys = [key for key, _ in folded[1] if key is not None and key[0] == "const"]
        return any(str(key[1]).rpartition("__")[2] in wanted for key in keys)
