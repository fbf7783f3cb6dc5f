"""Which commit a change is compared with: the one at which its history and that of the base parted."""

from __future__ import annotations

import os

from groundrules.errors import UserError
from groundrules.sources.difference import merge_base
from groundrules.sources.git import run_git
from groundrules.sources.repository import git_dir, head_commit, is_merging
from groundrules.typed import NamedTuple


class Base(NamedTuple):
    """The other tree of a comparison."""

    name: str  # as a person named it
    tree: str | None  # the commit or tree to read; None: there is nothing to compare with, so all is new
    notes: tuple[str, ...] = ()


def find_base(root: str, name: str, target: str | None = None) -> Base:
    """Where the base and the target (None: HEAD and what is being merged into it) parted.

    Raises UserError with a sentence on what to do if git does not know the base, or a shallow clone ends too early.
    """
    if not name or name.startswith("-") or "\0" in name:
        raise UserError(f"`{name}` is no revision.")
    if not name.strip("0"):
        return Base(name, None, ("The base is the id of nothing, as for a new branch, so everything counts as new.",))
    tips = _tips(root, target)
    if not tips:
        return _at_first(root, name)
    if name in ("HEAD", "@") and target is None and len(tips) == 1:
        return Base(name, tips[0])  # a commit parts from itself where it stands
    try:
        parted = merge_base(root, name, *tips)
    except UserError:
        return _odd(root, name)
    return Base(name, parted) if parted else _apart(root, name, target or "HEAD")


def _tips(root: str, target: str | None) -> tuple[str, ...]:
    """The commits that what is looked at grew from; none before the first commit."""
    if target is not None:
        return (target,)
    # A merge that is under way holds the other side's work as well; against that side it is not new.
    names = ("HEAD", "MERGE_HEAD") if is_merging(root) else ("HEAD",)
    return tuple(tip for name in names if (tip := _commit(root, name)))


def _at_first(root: str, name: str) -> Base:
    if name in ("HEAD", "@"):
        return Base(name, None, ("There is no commit yet, so everything counts as new.",))
    return Base(name, _commit(root, name)) if _commit(root, name) else _odd(root, name)


def _odd(root: str, name: str) -> Base:
    """A base that is no commit: a tree can be compared with as it is, anything else is unknown."""
    tree = run_git(root, ("rev-parse", "--verify", "--quiet", f"{name}^{{tree}}"), accept=(0, 1, 128)).decode().strip()
    if tree and not _commit(root, name):
        return Base(name, tree)
    raise UserError(_unknown(root, name))


def _apart(root: str, name: str, target: str) -> Base:
    if is_shallow(root):
        raise UserError(
            f"This is a shallow clone, and its history ends before `{name}` and `{target}` part, so what is new cannot "
            "be told. `git fetch --unshallow` brings the rest (in CI: fetch-depth 0, or GIT_DEPTH 0)."
        )
    note = f"`{name}` and `{target}` share no history, so everything is compared with `{name}` as it is."
    return Base(name, _commit(root, name), (note,))


def is_shallow(root: str) -> bool:
    """Whether the clone's history was cut off."""
    folder = git_dir(root)
    return folder is not None and os.path.exists(os.path.join(folder, "shallow"))


def _commit(root: str, name: str) -> str | None:
    known = head_commit(root) if name == "HEAD" else None  # to start git for it takes as long as a fifth of Python
    if known is not None:
        return known
    found = run_git(root, ("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"), accept=(0, 1, 128))
    return found.decode().strip() or None


def _unknown(root: str, name: str) -> str:
    said = f"There is no commit `{name}` in this repository, so what is new since then cannot be told."
    listed = run_git(root, ("for-each-ref", "--format=%(refname:short)", f"refs/remotes/*/{name}"), accept=(0, 1, 128))
    remote = listed.decode("utf-8", "replace").split()
    if remote:
        return f"{said} Did you mean `{remote[0]}`?"
    if is_shallow(root):
        return f"{said} This is a shallow clone: `git fetch --unshallow`, or fetching `{name}`, may bring it."
    return f"{said} A branch of a remote has to be fetched first: git fetch origin {name}."
