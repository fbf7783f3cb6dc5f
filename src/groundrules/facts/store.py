"""The facts of single files, kept by blob: a file whose bytes were seen before costs one look-up.

The store belongs to one user and is never taken from the analysed tree: marshal must not read foreign bytes.
"""

from __future__ import annotations

import atexit
import marshal
import os
import sys
import zlib
from _weakref import ref

from groundrules.basics.late import sqlite3
from groundrules.typed import Any, Iterable

VERSION = 138  # of the extractors' output; raise it whenever they say something new
_LARGEST = 600 * 1024 * 1024
_SCHEMA = "CREATE TABLE IF NOT EXISTS fact (key TEXT PRIMARY KEY, light BLOB, full BLOB)"


def user_folder() -> str:
    """The folder of the user's own cache."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "groundrules")


class Store:
    """A small file of packed facts. An unusable one is as good as an empty one."""

    def __init__(self, folder: str | None) -> None:
        self.folder = user_folder() if folder is None else folder
        self.kept = folder != ""
        self._opened: sqlite3.Connection | None = None
        self._new: dict[str, tuple[bytes, bytes]] = {}
        self._prefix = f"{VERSION}.{sys.version_info[0]}.{sys.version_info[1]}:"

    @property
    def _connection(self) -> sqlite3.Connection | None:
        """The file, opened when it is first needed; None when there is none to be had."""
        if self._opened is None and self.kept:
            self._opened = self._open(self.folder)
            self.kept = self._opened is not None
        return self._opened

    def _open(self, folder: str) -> sqlite3.Connection | None:
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            path = os.path.join(folder, "facts.db")
            if os.path.exists(path) and os.path.getsize(path) > _LARGEST:
                os.unlink(path)
            connection = sqlite3.connect(path, timeout=2.0, isolation_level=None)
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(_SCHEMA)
            os.chmod(path, 0o600)
        except (OSError, sqlite3.Error):
            return None
        atexit.register(_close, ref(self))
        return connection

    def close(self) -> None:
        """Let go of the file, so that what was written to its journal comes to rest."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def get(self, keys: Iterable[str], column: str = "full") -> dict[str, Any]:
        """What is kept of the keys, unpacked; keys that are missing are left out. `column` is full or light."""
        found: dict[str, Any] = {}
        wanted = list(keys)
        if not wanted or self._connection is None:
            return found
        try:
            for start in range(0, len(wanted), 500):
                part = [self._prefix + key for key in wanted[start : start + 500]]
                marks = ",".join("?" * len(part))
                query = f"SELECT key, {column} FROM fact WHERE key IN ({marks})"
                for key, data in self._connection.execute(query, part):
                    content = memoryview(data)[4:]  # a copy of all would have to be made first
                    if zlib.crc32(content) == int.from_bytes(data[:4], "little"):
                        found[key[len(self._prefix) :]] = marshal.loads(content)
        except (sqlite3.Error, ValueError, EOFError, TypeError):
            return found
        return found

    def put(self, key: str, light: Any, full: Any) -> None:
        """Keep facts under a key; written by `save`."""
        if not self.kept:
            return
        try:
            self._new[key] = (marshal.dumps(light), marshal.dumps(full))
        except ValueError:
            return  # nested too deeply to be written; it is read anew next time

    def put_packed(self, key: str, light: bytes, full: bytes) -> None:
        """The same for what a worker has packed."""
        if self.kept:
            self._new[key] = (light, full)

    def save(self) -> None:
        """Write what is new, all or nothing."""
        if not self._new or self._connection is None:
            return
        rows = [(self._prefix + key, _sealed(light), _sealed(full)) for key, (light, full) in self._new.items()]
        self._new = {}
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?, ?)", rows)
            self._connection.execute("COMMIT")
        except sqlite3.Error:  # groundrules: ignore[swallowed-error] a cache that is not written costs time only
            return


def _close(store: ref[Store]) -> None:
    found = store()
    if found is not None:
        found.close()


def _sealed(data: bytes) -> bytes:
    """The data after its checksum: a disk that fails must not become a wrong answer."""
    return zlib.crc32(data).to_bytes(4, "little") + data
