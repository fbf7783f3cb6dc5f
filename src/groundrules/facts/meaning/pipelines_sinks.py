"""Where a value that changes from run to run ends, and where the walk to that place stands."""

from __future__ import annotations

from groundrules.facts.python.program import Module
from groundrules.typed import Any, NamedTuple


class Sink(NamedTuple):
    """Where a value ends."""

    kind: str
    path: str
    where: Any
    imported: bool  # by way of a default or an import, so it was computed once
    looks: bool = False  # it only looks for what has that name, or reads it
    shifted: bool = False  # it lies a stretch of time before the present


class Here(NamedTuple):
    """Where the walk stands."""

    module: Module
    stack: tuple[tuple[Module, int], ...] = ()  # the calls by which it went into functions
    depth: int = 0
    imported: bool = False
    where: Any = None
    passing: bool = False  # it has become a part of a path that nobody reads back, or of a copy of how things are now
    moment: bool = False  # it is spelled to the second
    default: bool = False  # it is what a parameter is where nobody gives it
    counted: bool = False  # it only ends a range that is counted through
    shifted: bool = False  # it lies a stretch of time before the present
