"""Plants one fault at a time in a repository and looks whether exactly that is reported.

    python benchmarks/planted.py ~/src/one ~/src/other            a table: kind, planted, found, extra
    python benchmarks/planted.py --most 5 --list ~/src/one        at most five faults a kind, and every miss and extra

A fault is found when its readers get a finding that was not there before; extra is every other new finding. Nothing is
written to the repositories: a commit is read from git, and the fault is laid over it in memory.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import NamedTuple

from faults import KINDS, Checkout, Fault
from groundrules import run, sources
from groundrules.model import Finding, Report, Snapshot
from groundrules.timing import Profile

Spot = tuple[str, str, "int | None", int]  # rule, path, cell, line


class Outcome(NamedTuple):
    """What came of one fault."""

    repository: str
    kind: str
    place: str
    what: str
    supported: bool  # whether there is a rule that could say it
    found: bool
    missing: tuple[str, ...]
    extra: tuple[str, ...]


class Options(NamedTuple):
    """How much to plant, and where."""

    kinds: tuple[str, ...]
    most: int
    seed: int
    revision: str


def main() -> int:
    """Plant, compare, print."""
    given = parsed()
    options = Options(tuple(given.kind or KINDS), given.most, given.seed, given.rev)
    os.environ.setdefault("GROUNDRULES_JOBS", "1")
    outcomes: list[Outcome] = []
    with ProcessPoolExecutor(given.jobs) as pool:
        for root, found in zip(given.paths, pool.map(partial(repository, options), given.paths), strict=True):
            outcomes += found
            print(f"{root}: {len(found)} faults", file=sys.stderr, flush=True)
            if given.list:
                print("\n".join(complaints(found)), flush=True)
    print(table(outcomes))
    if given.output:
        with open(given.output, "w", encoding="utf-8") as stream:
            json.dump({"table": rows(outcomes), "faults": [each._asdict() for each in outcomes]}, stream, indent=1)
    return 0


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="REPOSITORY", help="a git repository, bare ones included")
    parser.add_argument("--kind", action="append", choices=list(KINDS), help="only this kind; may be repeated")
    parser.add_argument("--most", type=int, default=10, metavar="N", help="faults of a kind in each repository")
    parser.add_argument("--seed", type=int, default=0, help="which faults are taken where there are more")
    parser.add_argument("--rev", default="HEAD", help="the commit to plant in")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="repositories at a time")
    parser.add_argument("--list", action="store_true", help="print every miss and every extra finding")
    parser.add_argument("--output", metavar="FILE", help="where everything goes as JSON")
    return parser.parse_args()


def repository(options: Options, root: str) -> list[Outcome]:
    """All faults of one repository, one at a time."""
    outcomes: list[Outcome] = []
    try:
        checkout = Checkout(root, options.revision)
        before = answered(checkout, checkout.snapshot)
        for kind in options.kinds:
            outcomes += [outcome(checkout, kind, fault, before) for fault in chosen(checkout, kind, options)]
    except Exception:
        print(f"{root}:\n{traceback.format_exc()}", file=sys.stderr)
    return outcomes


def chosen(checkout: Checkout, kind: str, options: Options) -> Iterator[Fault]:
    """A sample of the faults that could be planted, the same every time; of seeds one a file."""
    faults = shuffled(KINDS[kind](checkout), f"{options.seed} {kind} {checkout.name}")
    if kind.startswith("seed-"):
        faults = list({fault.path: fault for fault in faults}.values())
    yield from faults[: options.most]


def shuffled(faults: Iterable[Fault], seed: str) -> list[Fault]:
    """The faults in an order that depends on the seed alone."""
    ordered = sorted(faults, key=lambda fault: (fault.path, fault.cell or 0, fault.line, fault.what))
    random.Random(seed).shuffle(ordered)
    return ordered


def answered(checkout: Checkout, snapshot: Snapshot) -> Report:
    """What the tool has to say about a snapshot."""
    return run.answer(checkout.question, snapshot, None, Profile(), None)[0]


def outcome(checkout: Checkout, kind: str, fault: Fault, before: Report) -> Outcome:
    """Plant one fault, and compare."""
    place = f"{fault.path}:{fault.line}" if fault.cell is None else f"{fault.path} cell {fault.cell}:{fault.line}"
    told = (checkout.name, kind, place, fault.what)
    if not fault.rules & {rule.id for rule in checkout.question.rules}:
        return Outcome(*told, False, False, (), ())
    planted = sources.overlay(checkout.snapshot, checkout.snapshot, fault.edit.gone, (), fault.edit.texts)
    after = answered(checkout, planted)
    missing = missed(fault, before, after)
    return Outcome(*told, True, not missing, missing, tuple(extras(fault, before, after)))


def missed(fault: Fault, before: Report, after: Report) -> tuple[str, ...]:
    """The files that should have been told and were not."""
    new = {mark for found in after.findings for mark in marks(found)}
    new -= {mark for found in before.findings for mark in marks(found)}
    hits = {
        place.path for place in fault.places for rule, path, cell, line in new
        if rule in fault.rules and place.holds(path, cell, line)
    }  # fmt: skip
    return tuple(sorted({shown(place) for place in fault.places if place.path not in hits}))


def shown(place: tuple[str, int | None, int, int]) -> str:
    """A place for people."""
    path, cell, line, _ = place
    return f"{path}:{line}" if cell is None else f"{path} cell {cell}:{line}"


def extras(fault: Fault, before: Report, after: Report) -> Iterator[str]:
    """New findings that the fault does not explain. One whose source was edited has a new name at its old place."""
    names = {found.fingerprint for found in before.findings}
    spots = {mark for found in before.findings for mark in marks(found)}
    for found in after.findings:
        if found.fingerprint not in names and marks(found)[0] not in spots and not explained(fault, found):
            where = shown((*found.span[:3], 0))
            yield f"{where}: {found.rule}: {found.message}"


def explained(fault: Fault, found: Finding) -> bool:
    """Whether a finding is what the fault is about."""
    if found.rule not in fault.rules:
        return found.rule in fault.follows
    said = " ".join([found.message, *(place.message for place in found.related)])
    expected = any(place.holds(*mark[1:]) for place in fault.places for mark in marks(found))
    return expected or any(name in said for name in fault.names)


def marks(found: Finding) -> list[Spot]:
    """The place of a finding, and those that it speaks of."""
    return [
        (found.rule, span.path, span.cell, span.line) for span in (found.span, *(each.span for each in found.related))
    ]


def rows(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    """The figures of every kind."""
    lines = []
    for kind in [*KINDS, "all"]:
        these = [each for each in outcomes if kind in (each.kind, "all")]
        asked = [each for each in these if each.supported]
        lines.append({
            "kind": kind, "repositories": len({each.repository for each in these}), "planted": len(asked),
            "found": sum(each.found for each in asked), "extra": sum(len(each.extra) for each in asked),
            "unsupported": len(these) - len(asked),
        })  # fmt: skip
    return lines


def table(outcomes: Sequence[Outcome]) -> str:
    """The figures for people."""
    lines = [f"{'kind':<18} {'repositories':>12} {'planted':>8} {'found':>6} {'share':>6} {'extra':>6} {'no rule':>8}"]
    for row in rows(outcomes):
        share = f"{int(str(row['found'])) / int(str(row['planted'])):.2f}" if row["planted"] else ""
        lines.append(
            f"{row['kind']:<18} {row['repositories']:>12} {row['planted']:>8} {row['found']:>6} {share:>6} "
            f"{row['extra']:>6} {row['unsupported']:>8}"
        )
    return "\n".join(lines)


def complaints(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Every miss and every extra finding."""
    for each in outcomes:
        head = f"{each.repository}: {each.kind}: {each.place}: {each.what}"
        if each.missing or each.extra:
            yield ""
            yield head
            yield from (f"    missed at {place}" for place in each.missing)
            yield from (f"    extra {extra}" for extra in each.extra)


if __name__ == "__main__":
    sys.exit(main())
