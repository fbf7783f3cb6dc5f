"""Edits become new contents; whatever they do not touch stays as it is, byte for byte."""

from __future__ import annotations

import re

from groundrules.basics import notebooks
from groundrules.fixing.edits import Edit
from groundrules.typed import Sequence

LINE_END = re.compile(r"\r\n|\r|\n")
BOM = b"\xef\xbb\xbf"


class Refused(Exception):  # noqa: N818 - it reports what was decided, not that something broke
    """Why the edits were not made, as a clause that follows `because`."""


def applied(contents: bytes, edits: Sequence[Edit]) -> bytes:
    """The contents of one file after the edits. Raises Refused."""
    encoding = _encoding(contents)
    try:
        text = contents.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise Refused("the file is not text in a known encoding") from error
    cells = {edit.cell for edit in edits}
    for cell in sorted((one for one in cells if one is not None), reverse=True):
        text = _in_cell(text, cell, [edit for edit in edits if edit.cell == cell])
    if None in cells:
        text = changed(text, [edit for edit in edits if edit.cell is None])
    try:
        return text.encode(encoding)
    except UnicodeError as error:
        raise Refused(f"the file's encoding, {encoding}, cannot hold the new text") from error


def _encoding(contents: bytes) -> str:
    """UTF-8 unless a Python file says otherwise; a mark at the start stays part of the file."""
    if contents.startswith(BOM):
        return "utf-8-sig"
    if b"coding" not in contents[:400]:
        return "utf-8"
    from io import BytesIO
    from tokenize import detect_encoding

    try:
        return detect_encoding(BytesIO(contents).readline)[0]
    except SyntaxError:
        return "utf-8"


def changed(text: str, edits: Sequence[Edit]) -> str:
    """The text after the edits, with its own line ends in what they bring. Raises Refused where two overlap."""
    starts = [0, *(found.end() for found in LINE_END.finditer(text))]
    ends = [*(found.start() for found in LINE_END.finditer(text)), len(text)]
    first = LINE_END.search(text)
    newline = first[0] if first else "\n"
    placed = []
    for order, edit in enumerate(edits):
        start, end = (_offset(starts, ends, *edit[2:4]), _offset(starts, ends, *edit[4:6]))
        placed.append((start, end, order, edit.text.replace("\n", newline)))
    placed.sort()
    pieces, at = [], 0
    for start, end, _, new in placed:
        if start < at or end < start:
            raise Refused("two fixes want to change the same place")
        pieces += [text[at:start], new]
        at = end
    return "".join([*pieces, text[at:]])


def _offset(starts: Sequence[int], ends: Sequence[int], line: int, column: int) -> int:
    if not 1 <= line <= len(starts):
        raise Refused("the file has changed")
    offset = starts[line - 1] + column - 1
    if offset > ends[line - 1]:
        raise Refused("the file has changed")
    return offset


def _in_cell(text: str, cell: int, edits: Sequence[Edit]) -> str:
    cells = notebooks.sources(text)
    source = cells[cell] if cell < len(cells) else None
    if source is None or not source.pieces:
        raise Refused("the notebook has changed")
    new = changed(source.text, edits)
    if not source.listed:
        (piece,) = source.pieces
        return text[: piece.start] + _string(new, text[piece.start : piece.end]) + text[piece.end :]
    return _relisted(text, source, re.findall(r"[^\n]*\n|[^\n]+", new))


def _relisted(text: str, source: notebooks.Source, rows: list[str]) -> str:
    """The list of a cell's lines; those that stay are not written anew."""
    old = [piece.text for piece in source.pieces]
    head = 0
    while head < min(len(old), len(rows)) and old[head] == rows[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(rows)) - head and old[-1 - tail] == rows[-1 - tail]:
        tail += 1
    if head + tail == len(rows) and len(rows) < len(old):  # lines only go: one that stays is written with them
        head, tail = (head - 1, tail) if head else (head, tail - 1)
    if head < 0 or tail < 0 or not rows:
        raise Refused("nothing would be left of the cell")
    if head + tail == len(old):  # lines only come: they are written with one that stays
        head, tail = (head - 1, tail) if head else (head, tail - 1)
    pieces = source.pieces[head : len(old) - tail]
    raw = text[pieces[0].start : pieces[-1].end]
    between = _between(text, source)
    written = between.join(_string(row, raw) for row in rows[head : len(rows) - tail])
    return text[: pieces[0].start] + written + text[pieces[-1].end :]


def _between(text: str, source: notebooks.Source) -> str:
    if len(source.pieces) > 1:
        return text[source.pieces[0].end : source.pieces[1].start]
    start = source.pieces[0].start
    return "," + text[text.rindex("[", 0, start) + 1 : start]


def _string(value: str, before: str) -> str:
    """A JSON string in the manner of the one that it replaces."""
    import json

    return json.dumps(value, ensure_ascii=before.isascii() and not value.isascii())
