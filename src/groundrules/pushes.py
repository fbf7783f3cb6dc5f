"""What is new in a push: asked by the pusher's hook before it leaves, and by the server's before it is taken."""

from __future__ import annotations

from groundrules.errors import UserError
from groundrules.opening import Options
from groundrules.run import Outcome, check
from groundrules.sources.base import is_shallow
from groundrules.sources.commits import commit_of, default_branch
from groundrules.sources.difference import merge_base
from groundrules.typed import Iterable, Iterator, NamedTuple


class Update(NamedTuple):
    """One reference that a push moves."""

    reference: str
    old: str  # what the receiving side has; zeros: nothing
    new: str  # what it is to have; zeros: nothing


class Judged(NamedTuple):
    """What came of one reference."""

    update: Update
    since: str | None  # None: all of it was looked at
    outcome: Outcome


def sent(lines: Iterable[str]) -> Iterator[Update]:
    """The lines that git gives a pre-push hook: local reference and id, remote reference and id."""
    for line in lines:
        parts = line.split()
        if len(parts) == 4:
            yield Update(parts[2], parts[3], parts[1])


def received(lines: Iterable[str]) -> Iterator[Update]:
    """The lines that git gives a pre-receive hook: the old id, the new one, the reference."""
    for line in lines:
        parts = line.rstrip("\n").split(" ", 2)
        if len(parts) == 3:
            yield Update(parts[2], parts[0], parts[1])


def judged(root: str, updates: Iterable[Update], remote: str | None) -> Iterator[Judged]:
    """Each new tip, held against what the other side has. What deletes, or names no commit, has nothing new.

    `remote` is the pusher's name for the other side; None on the server itself.
    """
    done: set[tuple[str, str | None]] = set()
    for update in updates:
        tip = commit_of(root, update.new)
        if tip is None:
            continue
        since = _base(root, update, tip, remote)
        if since == tip or (tip, since) in done:
            continue
        done.add((tip, since))
        yield Judged(update, since, check(Options(rev=tip, since=since)))


def _base(root: str, update: Update, tip: str, remote: str | None) -> str | None:
    """What the reference had; for a new one the branch that others start from; None when there is neither."""
    for name in (update.old, default_branch(root, remote)):
        base = commit_of(root, name) if name else None
        if base is None:
            continue
        if merge_base(root, base, tip):
            return base
        if is_shallow(root):
            raise UserError(
                f"This clone is shallow and ends before {update.reference} and what the other side has part. "
                "`git fetch --unshallow` brings the rest."
            )
    return None
