"""The arguments of a call."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_activation import Activation
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.typed import Any


class Given:
    """The arguments of a call, as they were written and as what they hold."""

    __slots__ = ("act", "args", "call", "entered", "entry", "everything", "kwargs", "number")

    def __init__(self, call: Call, number: int, args: list[Any], kwargs: dict[str, Any], act: Activation) -> None:
        self.call, self.number, self.args, self.kwargs, self.act = call, number, args, kwargs, act
        self.entry: Entry = EMPTY
        self.everything: list[Any] = [*args, *kwargs.values()] if kwargs else args  # all that the call is given
        self.entered = False  # whether code of the program was run for it, which calls its functions itself

    def at(self, name: Any) -> Any:
        """What the argument for a parameter holds: by name, by its place in the known order, or by number."""
        found = self._place(name)
        return None if found is None else self.args[found] if isinstance(found, int) else self.kwargs.get(found)

    def spelled(self, name: Any) -> Value | None:
        """The same argument as it is written."""
        found = self._place(name)
        return None if found is None else self.call.args[found] if isinstance(found, int) else self.written.get(found)

    def _place(self, name: Any) -> int | str | None:
        for one in name if isinstance(name, list) else [name]:
            if isinstance(one, int):
                if one < len(self.args) and self.call.args[one][0] != "star":
                    return one
            elif one in self.written:
                return str(one)
            elif one in (self.entry.get("parameters") or ()):
                index = list(self.entry["parameters"]).index(one)
                if index < len(self.args) and all(arg[0] != "star" for arg in self.call.args[: index + 1]):
                    return index
        return None

    @property
    def written(self) -> dict[str, Value]:
        """The arguments that are given by name, as they are written."""
        return {name: value for name, value in self.call.kwargs if name}

    @property
    def place(self) -> tuple[Any, Any, int]:
        """Module, place and scope of the call."""
        return self.act.module, self.call.where, self.call.scope
