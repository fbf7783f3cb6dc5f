"""Paths as a person types and reads them, and as the repository names them."""

from __future__ import annotations

import os

from groundrules.errors import UserError
from groundrules.typed import Callable, Iterable, Sequence


def start(paths: Sequence[str]) -> str:
    """The folder from which to look for the repository: that of the first path, or the current one."""
    if not paths:
        return os.getcwd()
    first = _real(paths[0])
    return first if os.path.isdir(first) else os.path.dirname(first)


def within(root: str, paths: Sequence[str]) -> tuple[str, ...]:
    """The paths relative to the root, with forward slashes; '' is the root itself."""
    return tuple(_within(os.path.realpath(root), path) for path in paths)


def _within(root: str, path: str) -> str:
    try:
        relative = os.path.relpath(_real(path), root).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        relative = ".."
    if relative == ".." or relative.startswith("../"):
        raise UserError(f"{path} is not in {root}. Check one repository at a time.")
    return "" if relative == "." else relative


def _real(path: str) -> str:
    """The path with links in its folders resolved, but not the last one: a tracked link is a file of its own."""
    if os.path.islink(path):
        folder, name = os.path.split(os.path.abspath(path))
        return os.path.join(os.path.realpath(folder), name)
    return os.path.realpath(path)


def covered(files: Iterable[str], within: str) -> frozenset[str]:
    """The files that a path relative to the root means: itself, or everything below it."""
    if not within:
        return frozenset(files)
    folder = within + "/"
    return frozenset(file for file in files if file == within or file.startswith(folder))


def shown(root: str) -> Callable[[str], str]:
    """How to name a path of the repository to somebody in the current folder."""
    here = os.path.relpath(os.path.realpath(os.getcwd()), os.path.realpath(root)).replace(os.sep, "/")
    if here == ".":
        return str
    if here.startswith(".."):
        top = os.path.relpath(os.path.realpath(root))
        return lambda path: os.path.join(top, path)
    folder = here + "/"
    return lambda path: path[len(folder) :] if path.startswith(folder) else os.path.relpath(path, here)
