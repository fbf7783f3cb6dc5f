"""Which rows: sets of atoms, told apart by the splits that they went through.

An atom is an origin with the markers of its splits. Two atoms are disjoint when they have other origins, or went to
other sides of one split.
"""

from __future__ import annotations

from groundrules.typed import Any, Iterable, Iterator

Marker = tuple[Any, Any]  # a split, and the side of it
Atom = tuple[int, frozenset[Marker]]
Rows = frozenset[Atom]

NOWHERE: Rows = frozenset()
_MOST_ATOMS = 12


def disjoint(one: Atom, other: Atom) -> bool:
    """Whether two atoms share no row."""
    if one[0] != other[0]:
        return True
    sides = dict(other[1])
    for key, side in one[1]:
        there: Any = sides.get(key, side)
        if there != side and (key[0] != "range" or there[0] >= side[1] or side[0] >= there[1]):
            return True
    return False


def overlap(one: Rows, other: Rows) -> bool:
    """Whether two sets of rows share any."""
    return any(not disjoint(a, b) for a in one for b in other)


def covers(one: Rows, other: Rows) -> bool:
    """Whether every atom of the other lies in one."""
    return bool(other) and all(any(a[0] == b[0] and a[1] <= b[1] for a in one) for b in other)


def part(rows: Rows, marker: Marker) -> Rows:
    """The rows that lie on one side of a split."""
    key = marker[0]
    return frozenset([(origin, frozenset([m for m in marks if m[0] != key] + [marker])) for origin, marks in rows])


def union(sets: Iterable[Rows]) -> Rows:
    """All rows, bounded."""
    found: list[Atom] = []
    for rows in sets:
        for atom in rows:
            if atom not in found:
                found.append(atom)
    return frozenset(found[:_MOST_ATOMS])


def parted(rows: Rows) -> bool:
    """Whether every atom is one side of a known split."""
    return bool(rows) and all(any(key[0] in ("split", "folds", "sample") for key, _ in marks) for _, marks in rows)


def taken_out(rows: Rows, training: Rows) -> bool:
    """Whether a split that the training rows did not go through has put every atom on the side that is held out."""
    through = {key for _, marks in training for key, _ in marks}
    return all(
        any(side != 0 and key not in through for key, side in marks if key[0] in ("split", "folds", "sample"))
        for _, marks in rows
    )


def apart_by(training: Rows, rows: Rows) -> Iterator[Any]:
    """The splits by which rows are held out beside training rows."""
    sides = {key for _, marks in training for key, side in marks if side == 0 and key[0] in ("split", "folds")}
    for key in sides:
        if rows and all(any(one == key and side != 0 for one, side in marks) for _, marks in rows):
            yield key


def held_out_of(rows: Rows) -> bool:
    """Whether every atom is one side of a split into training and other rows; a sample is none."""
    return bool(rows) and all(any(key[0] in ("split", "folds") for key, _ in marks) for _, marks in rows)


def of_folds(rows: Rows) -> bool:
    """Whether every atom is one side of folds."""
    return bool(rows) and all(any(key[0] == "folds" for key, _ in marks) for _, marks in rows)


def held(rows: Rows) -> bool:
    """Whether every atom is a part of something already."""
    return bool(rows) and all(marks for _, marks in rows)


def cut_off(rows: Rows) -> bool:
    """Whether every atom is a part that a split or a slice gave; what a mask keeps may be all that is of use."""
    return bool(rows) and all(any(key[0] not in ("mask", "value") for key, _ in marks) for _, marks in rows)


def held_apart(rows: Rows, training: Rows) -> bool:
    """Whether rows are a part of a split, or a slice of the table of which training rows are another."""
    origins = {origin for origin, _ in training}
    return parted(rows) or (held(rows) and all(origin in origins for origin, _ in rows) and not overlap(rows, training))
