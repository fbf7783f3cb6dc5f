"""`groundrules audit`: which commits of a range went past the hook."""

from __future__ import annotations

import os
import sys

from groundrules.arguments import Parsed
from groundrules.errors import UserError
from groundrules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from groundrules.sources.commits import Commit


def main(parsed: Parsed) -> int:
    """List them; 1 if there are any."""
    from groundrules import sources
    from groundrules.reports.terminal import clean, logged
    from groundrules.sources.commits import commits

    if len(parsed.arguments) != 1:
        raise UserError("Name one range of commits, such as groundrules audit main..HEAD.")
    here = os.getcwd()
    root = sources.find_root(here) or (here if sources.git_dir(here) else None)
    if root is None:
        raise UserError(f"{here} is not in a git repository, so there are no commits.")
    found = commits(root, parsed.arguments[0])
    if parsed.switch("--no-merges"):
        found = [commit for commit in found if len(commit.parents) < 2]
    past = [(commit, complaint) for commit in found if (complaint := _complaint(commit))]
    if parsed.switch("--check"):
        past = [(commit, complaint) for commit, complaint in past if not _passes(commit)]
    for commit, complaint in past:
        sys.stdout.write(logged(f"{commit.id[:12]}  {clean(commit.subject)}\n              {complaint}\n"))
    checked = len(found) - len(past)
    sys.stdout.write(logged(f"{checked} of {len(found)} commits in {clean(parsed.arguments[0])} {_were(parsed)}.\n"))
    return 1 if past else 0


def _were(parsed: Parsed) -> str:
    return "were checked, or pass" if parsed.switch("--check") else "were checked by the hook"


def _complaint(commit: Commit) -> str | None:
    if commit.tree in commit.checked:
        return None
    if commit.checked:
        return "Its trailer names another tree: it was changed after the check, as by a rebase."
    if len(commit.parents) > 1:
        return "This merge has no trailer: the hook did not run, as on a server, or its check did not pass."
    return "It has no trailer: the hook did not run, or its check did not pass."


def _passes(commit: Commit) -> bool:
    """Whether the commit brings nothing that reaches the gate."""
    from groundrules.opening import Options
    from groundrules.run import check

    since = commit.parents[0] if commit.parents else "0" * len(commit.id)
    return not check(Options(rev=commit.id, since=since)).failed
