"""Where the repository of a folder is, found by looking at the disk: starting git only to ask would cost more."""

from __future__ import annotations

import os

# With these git tells its hooks which repository they run for. They must not leak into questions about others.
LOCAL = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_CONFIG",
)
# Settings of the caller that would change what git's answers mean.
_MEANING = (
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_ATTR_SOURCE",
    "GIT_DEFAULT_HASH",
)
_OURS = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",  # a check must never make a commit wait
    "GIT_NO_LAZY_FETCH": "1",  # nor reach for the network in a partial clone
    "GIT_NO_REPLACE_OBJECTS": "1",  # an id must always name the same bytes
    "GIT_TERMINAL_PROMPT": "0",
}


def find_root(start: str) -> str | None:
    """The top folder of the work tree that holds `start`; None outside a repository and inside a bare one."""
    folder = os.path.realpath(start)
    found = _above(folder)
    named = _named_top()
    if named is None or not _inside(folder, named) or (found and len(found) > len(named)):
        return found
    return named


def git_dir(root: str) -> str | None:
    """The git folder that all work trees of this repository share; None outside. `root` may be a bare repository."""
    own = _own_git_dir(root)
    if own is None:
        return None
    named = os.environ.get("GIT_COMMON_DIR")
    if named and is_ours(root):
        return os.path.realpath(named)
    common = _first_line(os.path.join(own, "commondir"))
    return os.path.realpath(os.path.join(own, common)) if common else own


def head_commit(root: str) -> str | None:
    """The commit that HEAD stands for, where files of their own say so; None where git has to be asked."""
    own, shared = _own_git_dir(root), git_dir(root)
    said = _first_line(os.path.join(own, "HEAD")) if own is not None else None
    if said is not None and shared is not None and said.startswith("ref: refs/heads/"):
        said = _first_line(os.path.join(shared, said[len("ref: ") :]))
    is_id = said is not None and len(said) in (40, 64) and not set(said) - set("0123456789abcdef")
    return said if is_id else None


def is_merging(root: str) -> bool:
    """Whether a merge is under way in this work tree."""
    own = _own_git_dir(root)
    return own is not None and os.path.exists(os.path.join(own, "MERGE_HEAD"))


def object_folder(root: str) -> str | None:
    """Where the repository writes new objects, which in a receiving hook is a place apart."""
    named = os.environ.get("GIT_OBJECT_DIRECTORY")
    if named and is_ours(root):
        return os.path.abspath(named)
    folder = git_dir(root)
    return folder and os.path.join(folder, "objects")


def environment(root: str) -> dict[str, str]:
    """The environment in which git is asked about `root`, whatever hook or configuration surrounds us."""
    result = dict(os.environ)
    for name in _MEANING:
        result.pop(name, None)
    result.update(_OURS)
    ours = is_ours(root)
    for name in LOCAL:
        if name not in result:
            continue
        if not ours:
            del result[name]
        elif name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"):
            result[name] = os.path.abspath(result[name])  # git is told to change folder first
    if "GIT_DIR" not in result and not os.path.lexists(os.path.join(root, ".git")) and _is_git_dir(root):
        result["GIT_DIR"] = os.path.abspath(root)
    return result


def is_ours(root: str) -> bool:
    """Whether the variables that git sets for a hook speak of this repository."""
    if not any(name in os.environ for name in LOCAL):
        return False
    root = os.path.realpath(root)
    named = os.environ.get("GIT_DIR")
    if named is None:
        return root in (_above(os.path.realpath(".")), _named_top())
    if root == _named_top():
        return True
    return os.path.realpath(named) in (root, _git_dir_at(root))


def _named_top() -> str | None:
    """The work tree that the environment names. GIT_DIR alone means that the current folder is the top."""
    folder = os.environ.get("GIT_DIR")
    top = os.environ.get("GIT_WORK_TREE")
    if top:
        return os.path.realpath(top)
    if not folder or _is_bare(folder):
        return None
    here = os.path.realpath(".")
    above = _above(here)  # a hook may have stepped into a subfolder
    return above if above and _git_dir_at(above) == os.path.realpath(folder) else here


def _above(folder: str) -> str | None:
    ceilings = {
        os.path.realpath(path) for path in os.environ.get("GIT_CEILING_DIRECTORIES", "").split(os.pathsep) if path
    }
    while True:
        if _git_dir_at(folder):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder or parent in ceilings:
            return None
        folder = parent


def _own_git_dir(root: str) -> str | None:
    """The git folder of this very work tree."""
    named = os.environ.get("GIT_DIR")
    if named and is_ours(root):
        return os.path.realpath(named)
    return _git_dir_at(root) or (os.path.realpath(root) if _is_git_dir(root) else None)


def _git_dir_at(folder: str) -> str | None:
    """What `.git` in this very folder leads to. In linked work trees and submodules it is a file that names one."""
    entry = os.path.join(folder, ".git")
    if _is_git_dir(entry):
        return os.path.realpath(entry)
    line = _first_line(entry)
    if line is None or not line.startswith("gitdir:"):
        return None
    target = os.path.realpath(os.path.join(folder, line[len("gitdir:") :].strip()))
    return target if os.path.lexists(os.path.join(target, "HEAD")) else None


def _is_git_dir(folder: str) -> bool:
    head = os.path.lexists(os.path.join(folder, "HEAD"))
    return head and os.path.isdir(os.path.join(folder, "objects")) and os.path.isdir(os.path.join(folder, "refs"))


def _is_bare(folder: str) -> bool:
    try:
        with open(os.path.join(folder, "config"), encoding="utf-8", errors="replace") as file:
            return any(line.replace(" ", "").strip().lower() == "bare=true" for line in file)
    except OSError:
        return False


def _first_line(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.readline().rstrip("\r\n")
    except OSError:
        return None


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
