"""`groundrules baseline`: the findings that were there before, in a file of their own."""

from __future__ import annotations

import os
import sys

from groundrules.arguments import Parsed
from groundrules.basics import suggestion
from groundrules.errors import UserError
from groundrules.opening import Options
from groundrules.typed import TYPE_CHECKING, Iterable, NamedTuple

if TYPE_CHECKING:
    from groundrules.findings.baseline import Entry
    from groundrules.run import Looked

ACTIONS = ("create", "update", "prune", "diff")


class Place(NamedTuple):
    """The file, and how to speak of it."""

    path: str
    shown: str


def main(parsed: Parsed) -> int:
    """Write the baseline, or say how it differs; 1 if `diff` finds a difference."""
    from groundrules import run
    from groundrules.findings.baseline import renewed

    action = _action(parsed)
    looked = run.look(_options(parsed))
    place = _place(parsed, looked)
    entries = _read(place)
    if action == "create" and entries is not None and not parsed.switch("--force"):
        raise UserError(f"{place.shown} exists already. `groundrules baseline update` renews it; --force starts anew.")
    if action in ("update", "prune") and entries is None:
        raise UserError(f"There is no baseline {place.shown}. `groundrules baseline create` writes one.")
    verdict = looked.against(() if action == "create" else entries or ())
    new = renewed(verdict, parsed.one("--reason") or "", new=action != "prune")
    if action == "diff":
        return _differ(entries or (), new)
    return _write(place, new, entries or ())


def _action(parsed: Parsed) -> str:
    if len(parsed.arguments) > 1:
        raise UserError(f"`groundrules baseline` does one thing at a time: {', '.join(ACTIONS)}.")
    action = parsed.arguments[0] if parsed.arguments else "diff"
    if action not in ACTIONS:
        raise UserError(
            f"`groundrules baseline` cannot {action!r}; it knows {', '.join(ACTIONS)}.{suggestion(action, ACTIONS)}"
        )
    return action


def _options(parsed: Parsed) -> Options:
    if parsed.switch("--staged") and parsed.one("--rev"):
        raise UserError("--staged looks at the index and --rev at a commit: give one of them.")
    return Options(
        staged=parsed.switch("--staged"),
        rev=parsed.one("--rev"),
        config=parsed.one("--config"),
        cache=not parsed.switch("--no-cache"),
    )


def _place(parsed: Parsed, looked: Looked) -> Place:
    from groundrules.adoption import baseline_file

    given = parsed.one("--file")
    if given is not None:
        return Place(given, given)
    path = os.path.join(looked.question.root, baseline_file(looked.question))
    return Place(path, os.path.relpath(path))


def _read(place: Place) -> tuple[Entry, ...] | None:
    from groundrules.findings.baseline import read

    try:
        with open(place.path, "rb") as stream:
            return read(stream.read(), place.shown)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(f"{place.shown} cannot be read: {error.strerror}.") from error


def _write(place: Place, new: tuple[Entry, ...], old: Iterable[Entry]) -> int:
    from groundrules.findings.baseline import written

    draft = f"{place.path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(place.path) or ".", exist_ok=True)
        with open(draft, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as stream:
            stream.write(written(new))
        os.replace(draft, place.path)
    except OSError as error:
        raise UserError(f"{place.shown} cannot be written: {error.strerror}.") from error
    before = {entry.fingerprint for entry in old}
    after = {entry.fingerprint for entry in new}
    added, gone = len(after - before), len(before - after)
    many = "finding" if len(new) == 1 else "findings"
    sys.stdout.write(f"{place.shown} holds {len(new)} {many} now: {added} came in and {gone} went out. Commit it.\n")
    return 0


def _differ(old: Iterable[Entry], new: Iterable[Entry]) -> int:
    from groundrules.reports.terminal import clean, logged

    before, after = ({entry.fingerprint: entry for entry in entries} for entries in (old, new))
    lines = [("-", before[name]) for name in before.keys() - after.keys()]
    lines += [("+", after[name]) for name in after.keys() - before.keys()]
    lines.sort(key=lambda pair: (pair[1].path, pair[1].rule, pair[0], pair[1].fingerprint))
    for sign, entry in lines:
        line = f"{sign} {entry.fingerprint}  {clean(entry.path)}  {entry.rule}  {clean(entry.reason)}"
        sys.stdout.write(f"{logged(line.rstrip())}\n")
    if not lines:
        sys.stdout.write("The baseline is up to date.\n")
    return 1 if lines else 0
