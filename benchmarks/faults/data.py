"""Data that goes missing from version control."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from faults.checkout import Checkout
from faults.nouns import Edit, Fault, Place
from faults.reads import Read, literal_reads, written_names

ENDINGS = (
    *(".csv", ".tsv", ".parquet", ".feather", ".xlsx", ".xls", ".jsonl", ".arff", ".data", ".dat"),
    *(".npy", ".npz", ".pkl", ".pickle", ".joblib", ".h5", ".hdf5", ".gz", ".zip"),
)
MISSING = frozenset(("unversioned-read", "untracked-config-file"))
QUERY = """
  SELECT pointer.path, place.path, place.cell, place.line, place.end_line, read.target, read.guarded, spelled.path,
    spelled.cell, spelled.line, spelled.end_line
  FROM read JOIN span AS place ON place.id = read.span JOIN span AS pointer ON pointer.id = read.owner_span
  JOIN file ON file.path = place.path LEFT JOIN span AS spelled ON spelled.id = read.origin_span
  WHERE owner = 'dvc' AND pointer.path LIKE '%.dvc' AND what IN ('data', 'model') AND NOT is_test
"""
TRACKED = """
  SELECT read.resolved, place.path, place.cell, place.line, place.end_line, read.guarded, spelled.path, spelled.cell,
    spelled.line, spelled.end_line
  FROM read JOIN span AS place ON place.id = read.span JOIN file ON file.path = place.path
  LEFT JOIN span AS spelled ON spelled.id = read.origin_span
  WHERE owner = 'git' AND complete AND what IN ('data', 'model') AND NOT is_test
"""
LOCKED = """
  SELECT locked.path, target, max(state) FROM locked JOIN file ON file.path = locked.target
  WHERE role = 'dep' AND tracked AND recorded NOT LIKE '%.dir' GROUP BY locked.path, target HAVING max(state) = 'same'
    AND min(state) = 'same'
"""


def untracked(checkout: Checkout) -> Iterator[Fault]:
    """One data file that code reads is no longer in git."""
    written = written_names(checkout)
    plain = grouped(literal_reads(checkout))
    known = known_reads(checkout)
    for path in sorted({*plain, *known}):
        reads, places = plain.get(path, []), known.get(path, [])
        sure = None not in places and not any(read.guarded for read in reads)
        if path.endswith(ENDINGS) and path in checkout.tracked and sure and posixpath.basename(path) not in written:
            all_places = (*(read.place for read in reads), *(place for place in places if place is not None))
            edit, what = Edit(frozenset([path]), {}), f"{path} is taken out of git"
            yield Fault(path, None, 1, what, edit, MISSING, all_places, (posixpath.basename(path),))


def known_reads(checkout: Checkout) -> dict[str, list[Place | None]]:
    """Places that read a tracked file along ways which only the tool follows; None where a missing file is borne."""
    found: dict[str, list[Place | None]] = {}
    for target, path, cell, line, last, guarded, *spelled in checkout.ask(TRACKED):
        places = found.setdefault(target, [])
        places.append(None if guarded else Place(path, cell, line, last))
        if spelled[0] == path:
            places.append(Place(*spelled))
    return found


def dropped_pointers(checkout: Checkout) -> Iterator[Fault]:
    """One `.dvc` file is deleted."""
    if not any(path.endswith(".dvc") for path in checkout.tracked):
        return
    found: dict[str, list[tuple[Place, ...]]] = {}
    names: dict[str, set[str]] = {}
    guarded = set()
    for pointer, path, cell, line, last, target, under, *spelled in checkout.ask(QUERY):
        places = (Place(path, cell, line, last), *((Place(*spelled),) if spelled[0] == path else ()))
        found.setdefault(pointer, []).append(places)
        names.setdefault(pointer, set()).add(posixpath.basename(target))
        guarded.update([pointer] if under else [])
    written = written_names(checkout)
    for pointer, each_read in found.items():
        if pointer not in guarded and not names[pointer] & written:
            flat = tuple(place for each in each_read for place in each)
            edit = Edit(frozenset([pointer]), {})
            yield Fault(pointer, None, 1, f"{pointer} is deleted", edit, MISSING, flat, tuple(names[pointer]))


def stale_locks(checkout: Checkout) -> Iterator[Fault]:
    """One tracked dependency of a stage changes, and the lock does not."""
    if not any(posixpath.basename(path) == "dvc.lock" for path in checkout.tracked):
        return
    for lock, target, _ in checkout.ask(LOCKED):
        data = checkout.contents.get(target)
        if data is not None:
            edit = Edit(frozenset(), {target: data + b"\n"})
            folder = posixpath.dirname(lock)
            places = (Place(posixpath.join(folder, "dvc.lock"), None, 0, 10**9), Place(lock, None, 0, 10**9))
            what = f"{target} changes without its lock"
            yield Fault(target, None, 1, what, edit, frozenset(["stale-pipeline-lock"]), places[-1:], (target,))


def grouped(reads: Iterable[Read]) -> dict[str, list[Read]]:
    """Reads by the file that they read."""
    found: dict[str, list[Read]] = {}
    for read in reads:
        found.setdefault(read.path, []).append(read)
    return found
