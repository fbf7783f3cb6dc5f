"""A unified diff, read for where a forge lets comments stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb'\\([0-7]{3}|[abtnvfr"\\])')
_LETTERS = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


class Line(NamedTuple):
    """A line of the new file that the diff shows."""

    added: bool
    old: int | None  # its number in the old file, if it was there
    hunk: int


class FileDiff(NamedTuple):
    """One file of a diff."""

    path: str
    old_path: str
    lines: Mapping[int, Line]  # by number in the new file


def read(diff: str) -> dict[str, FileDiff]:
    """The files of a diff that exist afterwards, by path."""
    found = {}
    for block in _blocks(diff):
        file = _file(block)
        if file is not None:
            found[file.path] = file
    return found


def _blocks(diff: str) -> Iterator[list[str]]:
    """Lines of one file each. Inside a hunk a line that looks like a header is content, so hunks are counted off."""
    block: list[str] = []
    old = new = 0
    for line in diff.split("\n"):
        if old > 0 or new > 0:
            old -= line[:1] in (" ", "-", "")
            new -= line[:1] in (" ", "+", "")
        elif line.startswith("diff --git "):
            if block:
                yield block
            block = []
        else:
            head = _HUNK.match(line)
            if head:
                old, new = int(head[2] or 1), int(head[4] or 1)
        block.append(line)
    if block:
        yield block


def _file(block: list[str]) -> FileDiff | None:
    old = new = None
    body = 0
    for number, line in enumerate(block):
        if line.startswith("@@"):
            body = number
            break
        if line.startswith(("--- ", "rename from ")):
            old = _path(line.removeprefix("--- ").removeprefix("rename from "), "a/")
        elif line.startswith(("+++ ", "rename to ")):
            new = _path(line.removeprefix("+++ ").removeprefix("rename to "), "b/")
    if new is None:
        return None
    return FileDiff(new, old or new, _lines(block[body:]) if body else {})


def _path(text: str, prefix: str) -> str | None:
    """A path as git writes it; None for /dev/null."""
    text = text.removesuffix("\t")
    if text.startswith('"') and text.endswith('"'):
        raw = _ESCAPE.sub(_unescaped, text[1:-1].encode())
        text = raw.decode("utf-8", "surrogateescape")
    return None if text == "/dev/null" else text.removeprefix(prefix)


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8) & 0xFF]) if code.isdigit() else _LETTERS.get(code, code)


def _lines(body: list[str]) -> dict[int, Line]:
    lines = {}
    hunk = old = new = 0
    rest = 0
    for text in body:
        head = _HUNK.match(text) if rest <= 0 else None
        if head:
            hunk += 1
            old, new = int(head[1]), int(head[3])
            rest = int(head[2] or 1) + int(head[4] or 1)
        elif text.startswith("+"):
            lines[new] = Line(True, None, hunk)
            new, rest = new + 1, rest - 1
        elif text.startswith("-"):
            old, rest = old + 1, rest - 1
        elif rest > 0 and not text.startswith("\\"):
            lines[new] = Line(False, old, hunk)
            old, new, rest = old + 1, new + 1, rest - 2
    return lines
