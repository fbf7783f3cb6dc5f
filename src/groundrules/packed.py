"""The program's own modules in one file: to find and open two hundred of them takes a tenth of a commit.

The file holds what Python's own caches hold, lies in the user's cache, and is held against the sources as Python does
it, by time and size. What is missing or does not fit, Python finds by itself.
"""

from __future__ import annotations

import marshal
import os
import sys
from _frozen_importlib_external import MAGIC_NUMBER, SourceFileLoader, spec_from_file_location
from zlib import crc32

from groundrules.basics import cachefile
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from io import FileIO
    from types import CodeType

FORMAT = 1
_PACKAGE = "groundrules."
_FOLDER = os.path.dirname(os.path.abspath(__file__))
_HEAD = 16  # bytes in front of the code in Python's own caches
_KEY = (FORMAT, MAGIC_NUMBER, cachefile.PYTHON, _FOLDER)

Entry = tuple[str, bool, bytes, int, int, int]  # source, whether a package, its stamp, where the code is, checksum


class Pack:
    """Finds modules in the file, as one of `sys.meta_path`."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.name = f"program-{crc32(os.fsencode(_FOLDER)):08x}-{sys.implementation.cache_tag}.pack"
        self.missed: set[str] = set()
        self.entries: dict[str, Entry] = {}
        self.start = 0
        self.file: FileIO | None = None
        try:
            self.file = cachefile.open_ours(folder, self.name)
            checksum, size = (int.from_bytes(self.file.read(4), "little") for _ in range(2))
            head = self.file.read(size)
            if checksum == crc32(head):
                key, entries = marshal.loads(head)
                self.entries = entries if key == _KEY else {}
                self.start = 8 + size
        except (OSError, ValueError, TypeError, EOFError, MemoryError):
            return

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """How to import a module that the file holds as its source is now."""
        if not name.startswith(_PACKAGE):
            return None
        found = self.entries.get(name)
        code = self.code(found) if found is not None else None
        if found is None or code is None:
            self.missed.add(name)
            return None
        source = found[0]
        inside = [os.path.dirname(source)] if found[1] else None
        return spec_from_file_location(
            name, source, loader=Loader(name, source, code), submodule_search_locations=inside
        )

    def code(self, entry: Entry) -> bytes | None:
        """What is kept of a module; None if its source is another one by now, or the file is damaged."""
        source, _, stamp, start, end, checksum = entry
        if self.file is None or stamp != stamp_of(source):
            return None
        try:
            self.file.seek(self.start + start)
            code = self.file.read(end - start)
        except OSError:
            return None
        return code if checksum == crc32(code) else None

    def close(self) -> None:
        """Let go of the file."""
        if self.file is not None:
            self.file.close()
            self.file = None

    def save(self) -> None:
        """Write the file anew with what had to be found by Python."""
        found = {}
        for name in self.missed:
            kept = compiled(sys.modules.get(name))
            if kept is not None:
                found[name] = kept
        if not found or sys.dont_write_bytecode:
            return
        for name, entry in self.entries.items():
            code = self.code(entry) if name not in found else None
            if code is not None:
                found[name] = (*entry[:3], code)
        entries: dict[str, Entry] = {}
        end = 0
        for name, (source, package, stamp, code) in found.items():
            start, end = end, end + len(code)
            entries[name] = (source, package, stamp, start, end, crc32(code))
        head = marshal.dumps((_KEY, entries))
        sizes = [one.to_bytes(4, "little") for one in (crc32(head), len(head))]
        cachefile.write_bytes(self.folder, self.name, b"".join((*sizes, head, *(one[3] for one in found.values()))))


class Loader(SourceFileLoader):
    """Runs what the file holds of a module; sources are found where they are."""

    def __init__(self, name: str, path: str, code: bytes) -> None:
        super().__init__(name, path)
        self._code: bytes | None = code

    def get_code(self, fullname: str) -> CodeType | None:
        """The module's code; whoever asks again is answered by Python."""
        code, self._code = self._code, None
        if code is None:
            return super().get_code(fullname)
        loaded: CodeType = marshal.loads(code)
        return loaded


def stamp_of(source: str) -> bytes | None:
    """Time and size of a source, as Python's own caches have them."""
    try:
        status = os.stat(source)
    except OSError:
        return None
    both = (int(status.st_mtime) & 0xFFFFFFFF, status.st_size & 0xFFFFFFFF)
    return b"".join(one.to_bytes(4, "little") for one in both)


def compiled(module: Any) -> tuple[str, bool, bytes, bytes] | None:
    """What Python itself has kept of a module, if it is of the source as it is now."""
    source, cached = getattr(module, "__file__", None), getattr(module, "__cached__", None)
    if not source or not cached:
        return None
    try:
        with open(cached, "rb") as stream:
            content = stream.read()
    except OSError:
        return None
    stamp = stamp_of(source)
    if stamp is None or content[:_HEAD] != MAGIC_NUMBER + bytes(4) + stamp:
        return None  # of another Python, or checked by what the source holds
    return source, hasattr(module, "__path__"), stamp, content[_HEAD:]


def use() -> Pack:
    """Take modules out of the user's file from now on."""
    pack = Pack(cachefile.user_folder())
    sys.meta_path.insert(0, pack)
    return pack
