"""Commits, the trees they hold and the trailers of their messages."""

from __future__ import annotations

import os

from groundrules.errors import UserError
from groundrules.sources.git import run_git, said, start_git
from groundrules.typed import Iterator, NamedTuple

TRAILER = "Groundrules-Checked"
RECORD = "groundrules-checked"  # a file in the git folder: the tree that the pre-commit hook let pass


class Commit(NamedTuple):
    """One commit of a range."""

    id: str
    tree: str
    parents: tuple[str, ...]
    subject: str
    checked: tuple[str, ...]  # the trees that its trailers name


def commits(root: str, span: str) -> list[Commit]:
    """The commits of a range such as `main..HEAD`, newest first. Raises UserError where git does not know it."""
    if not span or span.startswith("-") or "\0" in span:
        raise UserError(f"`{span}` is no range of commits, such as main..HEAD.")
    form = f"%H%x00%T%x00%P%x00%s%x00%(trailers:key={TRAILER},valueonly,separator=%x20)%x00"
    running = start_git(
        root, ("log", "-z", "--no-color", "--no-show-signature", f"--format=tformat:{form}", span, "--")
    )
    output = b"".join(running.chunks())
    if running.code:
        raise UserError(f"The commits of `{span}` cannot be listed: {said(running.errors)}")
    return list(_parsed(output.decode("utf-8", "replace")))


def messages(root: str, base: str, target: str) -> list[str]:
    """What the commits say that the target has and the base has not; nothing where git cannot tell."""
    if any(not name or name.startswith("-") or "\0" in name for name in (base, target)):
        return []
    span = ("-z", "--no-color", "--no-show-signature", "--format=tformat:%B", "-n", "500", f"{base}..{target}", "--")
    running = start_git(root, ("log", *span))
    output = b"".join(running.chunks())
    return [] if running.code else output.decode("utf-8", "replace").split("\0")


def _parsed(text: str) -> Iterator[Commit]:
    fields = text.split("\0")
    for start in range(0, len(fields) - 5, 6):
        name, tree, parents, subject, checked = fields[start : start + 5]
        yield Commit(name, tree, tuple(parents.split()), subject, tuple(checked.split()))


def staged_tree(root: str) -> str:
    """The tree that the next commit will hold."""
    return run_git(root, ("write-tree",)).decode("ascii").strip()


def recorded_tree(root: str) -> str | None:
    """The tree that our pre-commit hook let pass last."""
    path = run_git(root, ("rev-parse", "--git-path", RECORD)).decode("utf-8", "surrogateescape").rstrip("\n")
    try:
        with open(os.path.join(root, path), encoding="ascii", errors="replace") as stream:
            return stream.read().strip()
    except OSError:
        return None


def with_trailer(root: str, message: bytes, tree: str | None) -> bytes:
    """The message with our trailer for this tree, in place of any that it had; None only takes those away."""
    mark = f"{TRAILER}:".lower().encode()
    kept = b"".join(line for line in message.splitlines(keepends=True) if not line.lower().startswith(mark))
    if tree is None or not _says_something(root, kept):
        return kept
    trailer = ("interpret-trailers", "--no-divider", "--if-exists", "addIfDifferent", "--trailer", f"{TRAILER}: {tree}")
    return run_git(root, trailer, kept if kept.endswith(b"\n") else kept + b"\n")  # a merge's message may lack it


def _says_something(root: str, message: bytes) -> bool:
    """An empty message means that there shall be no commit; a trailer must not make it one."""
    lines = message.splitlines(keepends=True)
    cut = next((number for number, line in enumerate(lines) if b"- >8 -" in line), len(lines))
    return bool(run_git(root, ("stripspace", "--strip-comments"), b"".join(lines[:cut])).strip())


def commit_of(root: str, name: str) -> str | None:
    """The id of a commit, tag or branch; None if it is none, or is not here."""
    if not name or name.startswith("-") or "\0" in name or not name.strip("0"):
        return None
    found = run_git(root, ("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"), accept=(0, 1, 128))
    return found.decode("ascii").strip() or None


def default_branch(root: str, remote: str | None) -> str | None:
    """The branch that others start from: the remote's, or (None) the one that a bare repository's HEAD names."""
    names: tuple[str, ...] = ("HEAD",)
    if remote is not None:
        local = (
            run_git(root, ("config", "--get", "init.defaultBranch"), accept=(0, 1)).decode("utf-8", "replace").strip()
        )
        branches = [name for name in ("HEAD", local, "main", "master", "trunk", "develop") if name]
        names = tuple(f"refs/remotes/{remote}/{name}" for name in dict.fromkeys(branches))
    return next((name for name in names if commit_of(root, name)), None)
