"""What a walk meets: entry points, calls that mean something, magics of notebooks, settings that are taken."""

from __future__ import annotations

from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.typed import Any, NamedTuple


class EntryPoint(NamedTuple):
    """Something from which execution starts."""

    id: int
    module: Module
    scope: int
    kind: str  # script | notebook | task | handler | test | function
    name: str


class Event(NamedTuple):
    """A call that means something, as an entry point reaches it."""

    entry: EntryPoint
    position: int
    name: str  # qualified name of what is called
    known: Entry
    call: Call
    number: int  # of the call, in its module
    frame: Frame
    receiver: Value | None

    @property
    def module(self) -> Module:
        """The module that the call stands in."""
        return self.frame.module

    @property
    def title(self) -> str:
        """The name for people: without the sign of a receiver that nothing is known of."""
        return self.name.removeprefix("*.")


class Magic(NamedTuple):
    """A notebook magic or shell line, as the notebook reaches it."""

    entry: EntryPoint
    position: int
    kind: str
    text: str
    where: tuple[Any, ...]
    frame: Frame


class Load(NamedTuple):
    """A key or attribute taken from settings, or a subscript of a library's mapping."""

    entry: EntryPoint
    position: int
    base: Value
    key: Value
    where: tuple[Any, ...]
    context: int
    frame: Frame
    alone: bool  # what it may be instead is taken from in the same way
