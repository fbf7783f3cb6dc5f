"""What the kinds of faults hand to the harness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

EVERYWHERE = 10**9


class Place(NamedTuple):
    """Lines of a file, or of a notebook's cell, at which a finding is expected; a cell of None means any of them."""

    path: str
    cell: int | None
    first: int
    last: int

    def holds(self, path: str, cell: int | None, line: int) -> bool:
        """Whether a finding's place lies in it."""
        return path == self.path and (self.cell is None or cell == self.cell) and self.first <= line <= self.last


def whole(path: str) -> Place:
    """Any line of a file."""
    return Place(path, None, 0, EVERYWHERE)


class Edit(NamedTuple):
    """What is done to the tree: paths that go, and texts that take the place of others."""

    gone: frozenset[str]
    texts: Mapping[str, bytes]


class Fault(NamedTuple):
    """One thing broken, and who ought to be told."""

    path: str  # where it is planted
    cell: int | None
    line: int
    what: str  # a sentence
    edit: Edit
    rules: frozenset[str]  # any of which may say it
    places: tuple[Place, ...]  # in each file of these one finding is expected
    names: tuple[str, ...] = ()  # a finding of the rules that speaks of one of these is about the fault as well
    follows: frozenset[str] = frozenset()  # rules that have to say something new of the same cause
