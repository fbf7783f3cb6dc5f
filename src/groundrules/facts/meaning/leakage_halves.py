"""Two slices of the same rows, one named like training rows and one like others: a split by hand, before any model."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_ledger import KEEPS, Place, Spoiled
from groundrules.facts.meaning.leakage_rows import Atom, Rows, overlap, parted
from groundrules.facts.meaning.leakage_values import Data, Fit
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.sql.words import words
from groundrules.typed import Any, Iterator, NamedTuple

_TRAINING = words("train training trn")
_OTHER = words("test tst testing val valid validation dev eval holdout heldout")
_TARGET = words("y label labels target targets")
_CUTS = ("slice", "range")
_SIDES: dict[str, str] = {}  # names that were asked about: the same ones come again and again


class Half(NamedTuple):
    """A slice that was given a name."""

    side: str
    name: str
    data: Data
    place: Place
    inside: int  # the run of a scope that named it


class Halves:
    """The named slices of one entry point."""

    def __init__(self) -> None:
        self.found: list[Half] = []

    def note(self, name: str, data: Data, place: Place, inside: int) -> Iterator[Spoiled]:
        """Note a name that rows are bound to; yields what was learned from both halves once both are there."""
        side = side_of(name)
        if not side or not sliced(data.rows) or not data.learned:
            return
        half = Half(side, name, data, place, inside)
        self.found.append(half)
        for other in self.found:
            if other.inside == inside and other.side != side and belong(other.data.rows, data.rows):
                held_out = half if side == "other" else other
                for fit in both(half, other):
                    yield Spoiled(fit, "before-split", "slice", held_out.name, held_out.place)


def side_of(name: str) -> str:
    """What a name says of the rows: training, other, or '' for neither, for both and for what is to be predicted."""
    known = _SIDES.get(name)
    if known is None:
        told = words_of(name)
        training, other = not _TRAINING.isdisjoint(told), not _OTHER.isdisjoint(told)
        known = _SIDES[name] = (
            "" if training is other or not _TARGET.isdisjoint(told) else "training" if training else "other"
        )
    return known


def sliced(rows: Rows) -> bool:
    """Whether all rows were cut by a slice, and are no part of a split already."""
    return bool(rows) and not parted(rows) and all(any(key[0] in _CUTS for key, _ in marks) for _, marks in rows)


def belong(one: Rows, other: Rows) -> bool:
    """Whether two slices are halves of the same rows.

    Tables that were stacked, to be cut apart again, are not, nor is a window that reaches back over the boundary. Where
    one is cut from the other, by mistake, a boundary at a share of the rows tells enough.
    """
    origins = {origin for origin, _ in one}
    if origins != {origin for origin, _ in other}:
        return False
    if not overlap(one, other):
        return len(origins) == 1 or any(by_share(key) for _, marks in one | other for key, _ in marks)
    return len(one) == len(other) and all(any(cut_from(a, b) for b in other) for a in one)


def cut_from(one: Atom, other: Atom) -> bool:
    """Whether one of two atoms was cut from the other at a share of its rows."""
    first, second = one[1], other[1]
    nested = one[0] == other[0] and (first < second or second < first)
    return nested and all(by_share(key) for key, _ in first ^ second)


def by_share(key: Any) -> bool:
    """Whether a boundary is a share of the rows: something times a number below one."""
    if not isinstance(key, tuple):
        return False
    if len(key) == 2 and key[0] == "const":
        return isinstance(key[1], float) and 0 < key[1] < 1
    return any(by_share(one) for one in key)


def both(half: Half, other: Half) -> list[Fit]:
    """What was learned from rows of both halves."""
    return [
        fit
        for fit in half.data.learned
        if fit in other.data.learned
        and fit.role not in KEEPS
        and overlap(fit.rows, half.data.rows)
        and overlap(fit.rows, other.data.rows)
        and not parted(fit.rows)
        and not sliced(fit.rows)  # learned from one half of an earlier cut
    ]
