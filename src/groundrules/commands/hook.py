"""`groundrules hook`: what the hooks of git call, each with the words and lines that git gives them."""

from __future__ import annotations

import os
import sys

from groundrules.arguments import Parsed
from groundrules.basics import suggestion
from groundrules.errors import UserError
from groundrules.typed import TYPE_CHECKING, Iterable

if TYPE_CHECKING:
    from groundrules.pushes import Judged

NAMES = ("pre-commit", "commit-msg", "pre-push", "pre-receive")
CLEAN, FOUND = 0, 1


def main(parsed: Parsed) -> int:
    """Do what the named hook is for."""
    if not parsed.arguments:
        raise UserError(f"Name the hook: {', '.join(NAMES)}.")
    name, *words = parsed.arguments
    if name == "pre-commit":
        return _pre_commit()
    if name == "commit-msg":
        return _commit_msg(words)
    if name == "pre-push":
        return _pre_push(words)
    if name == "pre-receive":
        return _pre_receive()
    raise UserError(f"There is no hook {name!r} here; there are {', '.join(NAMES)}.{suggestion(name, NAMES)}")


def _pre_commit() -> int:
    from groundrules.arguments import BY_NAME, parse
    from groundrules.commands import check

    return check.main(parse(BY_NAME["check"], ["--staged"]))


def _commit_msg(words: list[str]) -> int:
    """Leave the trailer where the tree was checked and passed. A failing check is the pre-commit hook's affair."""
    from groundrules.sources import commits

    if len(words) != 1:
        raise UserError("The commit-msg hook gets one file, which holds the message.")
    root = _root()
    tree = commits.staged_tree(root)
    passed = commits.recorded_tree(root) == tree or _passes()
    try:
        with open(words[0], "rb") as stream:
            before = stream.read()
        after = commits.with_trailer(root, before, tree if passed else None)
        if after != before:
            with open(words[0], "wb") as stream:
                stream.write(after)
    except OSError as error:
        raise UserError(f"The message in {words[0]} cannot be read or written: {error.strerror}.") from error
    if not passed:
        sys.stderr.write("groundrules: The check does not pass, so this commit carries no trailer that says it did.\n")
    return CLEAN


def _passes() -> bool:
    from groundrules.opening import Options
    from groundrules.run import check

    return not check(Options(staged=True)).failed


def _pre_push(words: list[str]) -> int:
    """Check what is new in the range that is pushed. The pre-commit framework tells it by variables."""
    from groundrules.pushes import Update, judged, sent

    remote = os.environ.get("PRE_COMMIT_REMOTE_NAME") or (words[0] if words else "origin")
    tip = os.environ.get("PRE_COMMIT_TO_REF")
    if tip:
        reference = os.environ.get("PRE_COMMIT_REMOTE_BRANCH", "the branch")
        updates: Iterable[Update] = [Update(reference, os.environ.get("PRE_COMMIT_FROM_REF", ""), tip)]
    else:
        updates = list(sent(sys.stdin))
    failed = _told(judged(_root(), updates, remote))
    if failed:
        sys.stderr.write(f"Nothing was pushed: {_listed(failed)}. `git push --no-verify` skips this check once.\n")
    return FOUND if failed else CLEAN


def _pre_receive() -> int:
    """Check what is new in every reference that is pushed; one that fails refuses the push."""
    from groundrules.pushes import judged, received

    failed = _told(judged(os.getcwd(), list(received(sys.stdin)), None))
    if failed:
        sys.stderr.write(f"This push is refused: {_listed(failed)}.\n")
        sys.stderr.write("Mend what is listed above, or suppress it with a reason, and push again.\n")
    return FOUND if failed else CLEAN


def _told(results: Iterable[Judged]) -> list[str]:
    """Print what is new in each reference that has something to say; the names of those that fail."""
    from groundrules.reports import View, render
    from groundrules.reports.terminal import clean, logged

    failed = []
    for one in results:
        if not one.outcome.failed:
            continue
        reference = clean(one.update.reference)
        failed.append(reference)
        rules = one.outcome.question.rules
        text = render("text", one.outcome.report, View(one.outcome.lines, rules=rules))
        sys.stdout.write(logged(f"{reference}:\n{text}\n"))
    sys.stdout.flush()
    return failed


def _listed(references: list[str]) -> str:
    some = f"{', '.join(references[:3])}{f' and {len(references) - 3} more' if len(references) > 3 else ''}"
    return f"{some} {'brings' if len(references) == 1 else 'bring'} new findings that reach the gate"


def _root() -> str:
    from groundrules import sources

    root = sources.find_root(os.getcwd())
    if root is None:
        raise UserError(f"{os.getcwd()} is not in the work tree of a git repository.")
    return root
