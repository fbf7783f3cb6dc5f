"""Contents out of the object store: freshly staged files directly, everything else through one git process."""

from __future__ import annotations

import os

from groundrules.sources.git import Running, start_git
from groundrules.sources.repository import object_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

LIMIT = 20_000_000
MISSING = "Git does not have its contents here; a partial clone leaves such files out."
SUBMODULE = "It is a submodule, whose files belong to another repository."
_FEW = 40  # up to so many objects, looking for single files beats starting git
_HEADER = 64


def too_large(size: int, limit: int) -> str:
    """Why a file of this size is not read."""
    return f"It has {size / 1e6:,.1f} MB, which is more than the {limit / 1e6:,.1f} MB that are read of one file."


def contents(root: str, blobs: Sequence[str], limit: int = LIMIT) -> Iterator[tuple[str, bytes | str]]:
    """Each blob once with its bytes, or with the sentence why there are none. Large ones are never read."""
    rest = list(dict.fromkeys(blobs))
    if len(rest) <= _FEW:
        rest = yield from _loose(root, rest, limit)
    searched = False
    while rest:
        answered, gave_up = yield from _batch(root, rest, limit)
        rest = rest[answered:]
        if not gave_up:
            continue
        if searched:
            yield rest.pop(0), MISSING
            continue
        present = _present(root)
        yield from ((blob, MISSING) for blob in rest if blob not in present)
        rest = [blob for blob in rest if blob in present]
        searched = True


def sizes(root: str, blobs: Sequence[str]) -> dict[str, int]:
    """The size of every blob that is there."""
    result: dict[str, int] = {}
    running = _ask(root, ("cat-file", "--batch-check=%(objectname) %(objectsize)", "--buffer"), blobs)
    lines = b"".join(running.chunks()).decode("ascii", "replace").split("\n")
    if running.code:  # in a partial clone git ends at the first missing object
        present = _present(root)
        return sizes(root, [blob for blob in blobs if blob in present]) if set(blobs) - present else result
    for line in lines:
        blob, _, size = line.partition(" ")
        if size.isdigit():
            result[blob] = int(size)
    return result


def _ask(root: str, arguments: Sequence[str], blobs: Sequence[str]) -> Running:
    return start_git(root, arguments, "".join(f"{blob}\n" for blob in blobs).encode("ascii"))


def _present(root: str) -> set[str]:
    """Every object that can be had without a network. Asked only once something was found missing."""
    arguments = ("cat-file", "--batch-all-objects", "--unordered", "--buffer", "--batch-check=%(objectname)")
    return set(b"".join(start_git(root, arguments).chunks()).decode("ascii", "replace").split("\n"))


def _batch(root: str, blobs: Sequence[str], limit: int) -> Generator[tuple[str, bytes | str], None, tuple[int, bool]]:
    """Answers blobs in their order. Returns how many it answered, and whether it was git that stopped early."""
    chunks = _ask(root, ("cat-file", "--batch", "--buffer"), blobs).chunks()
    stream = _Stream(chunks)
    try:
        for answered, blob in enumerate(blobs):
            header = stream.line().split()
            if header[1:] == [b"missing"]:
                yield blob, MISSING
                continue
            if len(header) != 3:
                return answered, True
            size = int(header[2])
            if size > limit:  # ending this process is cheaper than letting it unpack the file
                yield blob, too_large(size, limit)
                return answered + 1, False
            data = stream.take(size + 1)
            if len(data) <= size:
                return answered, True
            yield blob, data[:-1]
    finally:
        chunks.close()  # type: ignore[attr-defined]
    return len(blobs), False


class _Stream:
    """Lines and counted bytes out of pieces of any size."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = bytearray()
        self._start = 0

    def line(self) -> bytes:
        while (end := self._held.find(b"\n", self._start)) < 0:
            if not self._more():
                return b""
        return self.take(end + 1 - self._start)

    def take(self, count: int) -> bytes:
        while len(self._held) - self._start < count and self._more():
            pass
        self._start += count
        return bytes(self._held[self._start - count : self._start])

    def _more(self) -> bool:
        piece = next(self._chunks, b"")
        del self._held[: self._start]
        self._start = 0
        self._held += piece
        return bool(piece)


def _loose(root: str, blobs: list[str], limit: int) -> Generator[tuple[str, bytes | str], None, list[str]]:
    """Answers what lies in the object folder as a single file, as all that was just staged does; returns the others."""
    folder = object_folder(root)
    others = []
    for blob in blobs:
        data = _unpack(os.path.join(folder, blob[:2], blob[2:]), limit) if folder else None
        if data is None:
            others.append(blob)
        else:
            yield blob, data
    return others


def _unpack(path: str, limit: int) -> bytes | str | None:
    """The contents of a loose blob; None whenever git had better be asked."""
    import zlib

    try:
        with open(path, "rb") as file:
            packed = file.read(4096)
            unpacker = zlib.decompressobj()
            start = unpacker.decompress(packed, _HEADER)
            header, _, data = start.partition(b"\0")
            kind, _, size = header.partition(b" ")
            if kind != b"blob":
                return None
            if int(size) > limit:
                return too_large(int(size), limit)
            data += unpacker.decompress(unpacker.unconsumed_tail + file.read(), int(size) + 1)
            return data if len(data) == int(size) else None
    except (OSError, ValueError, zlib.error):
        return None
