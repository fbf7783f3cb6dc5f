"""Text out of bytes, and places inside it."""

from __future__ import annotations

from bisect import bisect_right

from groundrules.facts.raw import Where

LARGEST = 1_000_000  # bytes; what people write by hand is smaller
_MARKS_16 = (b"\xff\xfe", b"\xfe\xff")


def decoded(data: bytes) -> str | None:
    """The text with `\\n` between its lines; None for what is no text or too much of it."""
    if len(data) > LARGEST:
        return None
    if data.startswith(_MARKS_16):
        return _plain_breaks(data.decode("utf-16", errors="replace"))
    if b"\0" in data:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return _plain_breaks(text)


def _plain_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def why_not_text(data: bytes) -> str:
    """The sentence for data that `decoded` refuses."""
    if len(data) > LARGEST:
        return f"It is larger than {LARGEST // 1_000_000} MB, so it was not read."
    return "It is not text."


def on_line(line: int, column: int, end_column: int) -> Where:
    """A place within one line."""
    return Where(None, line, column, line, end_column)


class Offsets:
    """Offsets of a text as lines and columns."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        position = text.find("\n")
        while position >= 0:
            self._starts.append(position + 1)
            position = text.find("\n", position + 1)

    def line(self, offset: int) -> int:
        """The line, from 1, that the offset lies in."""
        return bisect_right(self._starts, offset)

    def where(self, start: int, end: int) -> Where:
        """The place between two offsets."""
        line, end_line = self.line(start), self.line(end)
        return Where(None, line, start - self._starts[line - 1] + 1, end_line, end - self._starts[end_line - 1] + 1)
