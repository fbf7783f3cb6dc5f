"""The only room that knows git: it turns a repository, a folder or a mapping into a snapshot of files.

Each kind of snapshot is imported when it is asked for, because a commit needs only one of them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from groundrules.model import Snapshot
    from groundrules.sources.base import Base
    from groundrules.sources.difference import Change
    from groundrules.sources.exchanged import Edited
    from groundrules.sources.mapping import Memory
    from groundrules.sources.overlaid import Overlay
    from groundrules.sources.trees import Tree
    from groundrules.sources.worktree import OnDisk, WorkTree

INDEX = ":index"
WORK_TREE = ":work-tree"


def find_root(start: str) -> str | None:
    """The top folder of the work tree that holds `start`; None outside a repository and inside a bare one."""
    from groundrules.sources.repository import find_root

    return find_root(start)


def git_dir(root: str) -> str | None:
    """The git folder that all work trees of the repository share; `root` may be a bare repository."""
    from groundrules.sources.repository import git_dir

    return git_dir(root)


def work_tree(root: str) -> WorkTree:
    """What lies in the work tree: all that git tracks, and new files that it does not ignore."""
    from groundrules.sources.worktree import work_tree

    return work_tree(root)


def index(root: str) -> Tree:
    """What the next commit would hold."""
    from groundrules.sources.trees import index

    return index(root)


def revision(root: str, rev: str) -> Tree:
    """Any commit, tag or tree; a UserError if git does not know it."""
    from groundrules.sources.trees import revision

    return revision(root, rev)


def known(root: str, name: str) -> Tree:
    """A commit or tree by its id, which is known to exist; it is listed when it is first looked at."""
    from groundrules.sources.trees import known

    return known(root, name)


def before(root: str, changes: Iterable[Change]) -> Tree:
    """The files that changed as they were, and none else: listing a whole commit would cost more."""
    from groundrules.sources.trees import before

    return before(root, changes)


def is_merging(root: str) -> bool:
    """Whether a merge is under way in this work tree."""
    from groundrules.sources.repository import is_merging

    return is_merging(root)


def messages(root: str, base: str, target: str) -> list[str]:
    """What the commits say that the target has and the base has not."""
    from groundrules.sources.commits import messages

    return messages(root, base, target)


def folder(root: str) -> OnDisk:
    """A folder outside git, without what tools keep in such folders."""
    from groundrules.sources.worktree import folder

    return folder(root)


def memory(
    files: Mapping[str, bytes | str], tracked: Collection[str] | None = None, ignored: Iterable[str] = ()
) -> Memory:
    """Files out of a mapping. `tracked` None means all of them; an ignored path with a slash at its end is a folder."""
    from groundrules.sources.mapping import Memory

    return Memory(files, tracked, ignored)


def edited(below: Snapshot, contents: Mapping[str, bytes]) -> Edited:
    """A snapshot with other contents for some of its files."""
    from groundrules.sources.exchanged import Edited

    return Edited(below, contents)


def staged_changes(root: str) -> list[Change]:
    """The index against HEAD, or against nothing before the first commit."""
    from groundrules.sources.difference import staged_changes

    return staged_changes(root)


def changes(root: str, base: str, target: str = WORK_TREE) -> list[Change]:
    """From the revision `base` to INDEX, WORK_TREE (tracked files only) or another revision."""
    from groundrules.sources.difference import changes

    return changes(root, base, target)


def merge_base(root: str, first: str, second: str = "HEAD") -> str | None:
    """The commit at which two histories parted, or None."""
    from groundrules.sources.difference import merge_base

    return merge_base(root, first, second)


def unified_diff(root: str, base: str, head: str) -> str:
    """What a branch changes, line by line, as forges show it."""
    from groundrules.sources.hunks import unified

    return unified(root, base, head)


def commit_id(root: str, rev: str) -> str:
    """The full name of a commit; a UserError if this clone does not have it."""
    from groundrules.sources.hunks import commit_id

    return commit_id(root, rev)


def find_base(root: str, name: str, target: str | None = None) -> Base:
    """What to compare with, given a name for the base; a UserError says what is missing."""
    from groundrules.sources.base import find_base

    return find_base(root, name, target)


def overlay(
    under: Snapshot, over: Snapshot, gone: Iterable[str], back: Iterable[str], texts: Mapping[str, bytes]
) -> Overlay:
    """A snapshot with some paths gone, some as another has them, and some with the contents given."""
    from groundrules.sources.overlaid import Overlay

    return Overlay(under, over, gone, back, texts)
