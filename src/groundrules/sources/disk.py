"""Files on the disk: read without following links, and named by their contents as git would name them."""

from __future__ import annotations

import os
import stat

from groundrules.model import File
from groundrules.sources.objects import LIMIT, too_large
from groundrules.typed import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

GONE = "It is not on the disk."
_FOLDER = "It is a folder, not a file."
_SPECIAL = "It is neither a file nor a link."
_BEHIND_LINK = "It lies behind a link, which is not followed."
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_file(root: str, path: str, limit: int = LIMIT) -> bytes | str:
    """The bytes of a file, the target of a link, or the sentence why there is neither."""
    full = os.path.join(root, path)
    try:
        found = os.lstat(full)
        if stat.S_ISLNK(found.st_mode):
            return os.fsencode(os.readlink(full))
        if stat.S_ISDIR(found.st_mode):
            return _FOLDER
        if not stat.S_ISREG(found.st_mode):
            return _SPECIAL
        if found.st_size > limit:
            return too_large(found.st_size, limit)
        return _bytes(full, limit)
    except (OSError, ValueError) as error:
        return _why(error)


def _bytes(full: str, limit: int) -> bytes | str:
    with open(os.open(full, _FLAGS), "rb", buffering=0) as file:
        pieces: list[bytes] = []
        size = 0
        while size <= limit and (piece := file.read(limit + 1 - size)):
            pieces.append(piece)
            size += len(piece)
    return b"".join(pieces) if size <= limit else too_large(size, limit)


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return GONE
    if isinstance(error, PermissionError):
        return "It cannot be read: permission denied."
    if isinstance(error, OSError) and error.strerror:
        return f"It cannot be read: {error.strerror.lower()}."
    return "It cannot be read: the system does not accept its name."


class Links:
    """Knows the folders of a tree that are links, so that nothing outside the tree is read through one."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._known = {"": False}

    def lead(self, path: str) -> bool:
        """Whether a folder on the way to this path is a link."""
        folder = path.rpartition("/")[0]
        known = self._known.get(folder)
        if known is None:
            known = self.lead(folder) or os.path.islink(os.path.join(self._root, folder))
            self._known[folder] = known
        return known


def name_of(data: bytes, algorithm: str = "sha1") -> str:
    """Git's name for these bytes."""
    digest = _new_digest(algorithm)
    digest.update(b"blob %d\0" % len(data))
    digest.update(data)
    return str(digest.hexdigest())


def _new_digest(algorithm: str) -> Any:
    if algorithm == "sha1":
        try:
            from _sha1 import sha1  # type: ignore[import-not-found]  # importing hashlib loads all of OpenSSL

            return sha1(usedforsecurity=False)
        except ImportError:
            pass
    import hashlib

    return hashlib.new(algorithm, usedforsecurity=False)


class DiskFiles(Mapping[str, File]):
    """Files by path, of which some get their name only when they are looked up: naming them means reading them."""

    def __init__(self, root: str, known: dict[str, File], unnamed: Mapping[str, bool], algorithm: str) -> None:
        self._root = root
        self._files: dict[str, File | None] = {**known, **dict.fromkeys(unnamed)}
        self._tracked = unnamed
        self._algorithm = algorithm
        self._links = Links(root)

    def __getitem__(self, path: str) -> File:
        file = self._files[path]
        if file is None:
            file = self._files[path] = self._look(path)
        return file

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, path: object) -> bool:
        return path in self._files

    def _look(self, path: str) -> File:
        tracked = self._tracked[path]
        try:
            found = os.lstat(os.path.join(self._root, path))
        except (OSError, ValueError):
            return File(path, "", None, tracked)
        kind = "link" if stat.S_ISLNK(found.st_mode) else "file"
        data = self.read(path, LIMIT)
        if isinstance(data, bytes):
            return File(path, name_of(data, self._algorithm), len(data), tracked, kind)
        # What is never read still needs a name of its own that changes when the file does.
        name = f"unread-{found.st_dev:x}-{found.st_ino:x}-{found.st_size:x}-{found.st_mtime_ns:x}"
        return File(path, name, found.st_size, tracked, kind)

    def read(self, path: str, limit: int) -> bytes | str:
        """The contents on the disk."""
        return _BEHIND_LINK if self._links.lead(path) else read_file(self._root, path, limit)
