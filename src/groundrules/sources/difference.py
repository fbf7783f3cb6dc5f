"""What differs between two trees, with renames recognised."""

from __future__ import annotations

from groundrules.errors import UserError
from groundrules.sources.git import run_git, said, start_git
from groundrules.typed import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

INDEX = ":index"
WORK_TREE = ":work-tree"
_QUESTION = ("diff", "--raw", "-z", "--no-abbrev", "--no-color", "--no-ext-diff", "--no-relative")
_LIMIT = "-l1000"  # more new files than this are not compared with the deleted ones


class Change(NamedTuple):
    """One path that differs. `status` is A(dded), D(eleted), M(odified), R(enamed), T(ype), U(nmerged)."""

    status: str
    old_path: str  # as `path`, unless renamed
    path: str
    old_blob: str | None  # None where the file did not exist
    blob: str | None  # None where it no longer exists, or is not stored yet


def staged_changes(root: str) -> list[Change]:
    """The index against HEAD, or against nothing before the first commit."""
    return _ask(root, ("--cached",))


def changes(root: str, base: str, target: str = WORK_TREE) -> list[Change]:
    """From the revision `base` to INDEX, WORK_TREE (tracked files only) or another revision."""
    for rev in (base, target):
        if not rev or rev.startswith("-") or "\0" in rev:
            raise UserError(f"`{rev}` is no revision.")
    if target == INDEX:
        return _ask(root, ("--cached", base))
    return _ask(root, (base,) if target == WORK_TREE else (base, target))


def merge_base(root: str, first: str, second: str = "HEAD", *more: str) -> str | None:
    """The commit at which two histories parted; None if they share none, or a shallow clone does not reach it.

    With more commits than two, the others count as merged into one.
    """
    for rev in (first, second, *more):
        if not rev or rev.startswith("-") or "\0" in rev:
            raise UserError(f"`{rev}` is no revision.")
    return run_git(root, ("merge-base", first, second, *more), accept=(0, 1)).decode("ascii").strip() or None


def _ask(root: str, trees: tuple[str, ...]) -> list[Change]:
    submodules = "--ignore-submodules=dirty"  # looking into them would start git in each
    running = start_git(root, (*_QUESTION, submodules, "-M", _LIMIT, *trees, "--"))
    output = b"".join(running.chunks())
    if running.code and b"bad revision" in running.errors:
        raise UserError(f"A revision is not known in this repository: {said(running.errors)}")
    if running.code:  # contents that a partial clone lacks cannot be compared for renames
        output = run_git(root, (*_QUESTION, submodules, "--no-renames", *trees, "--"))
    return list(_parse(output.decode("utf-8", "surrogateescape")))


def _parse(text: str) -> Iterator[Change]:
    """`:mode mode id id status`, then one path or, for a rename, two."""
    fields = iter(text.split("\0")[:-1])
    for described in fields:
        _, _, old, new, status = described.split(" ")
        path = next(fields)
        yield Change(status[0], path, next(fields) if status[0] in "RC" else path, _existing(old), _existing(new))


def _existing(blob: str) -> str | None:
    return blob if blob.strip("0") else None
