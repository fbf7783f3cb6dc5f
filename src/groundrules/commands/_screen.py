"""What the commands that print to a person share: colours, paragraphs, tables."""

from __future__ import annotations

import os
import sys

from groundrules.reports.terminal import clean, colour_wanted, display_width
from groundrules.typed import Sequence

WIDEST_CELL = 80


def colours() -> bool:
    """Whether the standard output takes colours."""
    return colour_wanted(sys.stdout.isatty(), os.environ)


def width() -> int:
    """How many columns the terminal has; a fixed number for files and pipes."""
    try:
        return max(40, os.get_terminal_size(sys.stdout.fileno()).columns)
    except (OSError, ValueError):
        return 120


def paragraph(text: str, indent: str = "") -> str:
    """The text filled to a width that is good to read."""
    from textwrap import fill

    room = min(width(), 100)
    return fill(clean(" ".join(text.split())), room, initial_indent=indent, subsequent_indent=indent)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows under their header, columns aligned."""
    printed = [[_cell(cell) for cell in row] for row in (header, *rows)]
    widths = [max(display_width(row[index]) for row in printed) for index in range(len(header))]
    rule = ["-" * room for room in widths]
    lines = [_padded(row, widths) for row in (printed[0], rule, *printed[1:])]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    text = clean(text)
    return text if len(text) <= WIDEST_CELL else text[: WIDEST_CELL - 1] + "…"


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell + " " * (room - display_width(cell)) for cell, room in zip(row, widths, strict=True))
    return "  ".join(cells).rstrip()
