"""The changes of a branch as a unified diff, in the form in which forges show it, whatever the user's settings say."""

from __future__ import annotations

from groundrules.errors import UserError
from groundrules.sources.difference import merge_base
from groundrules.sources.git import run_git

_QUESTION = (
    "diff",
    "--unified=3",
    "--inter-hunk-context=0",
    "--diff-algorithm=myers",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--ignore-submodules=all",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "-M",
)


def unified(root: str, base: str, head: str) -> str:
    """What `head` changes since it parted from `base`."""
    parted = merge_base(root, base, head)
    if parted is None:
        raise UserError(
            f"{head} and {base} share no commit here, so what the change touches is not known. In a shallow clone, "
            "fetch more of the history first: git fetch --unshallow."
        )
    return run_git(root, ("-c", "core.quotePath=true", *_QUESTION, parted, head, "--")).decode("utf-8", "replace")


def commit_id(root: str, rev: str) -> str:
    """The full name of a commit that is at hand."""
    if not rev or rev.startswith("-") or "\0" in rev:
        raise UserError(f"`{rev}` is no revision.")
    found = run_git(root, ("rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}"), accept=(0, 1, 128))
    if not found.strip():
        raise UserError(f"`{rev}` is no commit of this clone.")
    return found.decode("ascii").strip()
