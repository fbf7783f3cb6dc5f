"""What a terminal may be shown: colours, escapes, and the width of characters."""

from __future__ import annotations

from groundrules.typed import Mapping

COLOURS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "magenta": "35", "cyan": "36"}
TAB = 4
# Invisible, yet part of how scripts and emoji are written, and harmless to the terminal.
JOINERS = frozenset("\u200c\u200d")


def paint(text: str, style: str, colour: bool) -> str:
    """The text in a style such as `bold red`, where colours are wanted."""
    if not colour or not text:
        return text
    codes = ";".join(COLOURS[name] for name in style.split())
    return f"\x1b[{codes}m{text}\x1b[0m"


def clean(text: str) -> str:
    """The text with whatever could steer a terminal, or turn the reading direction, spelled out."""
    if text.isprintable():
        return text
    return "".join(_spelled(character) for character in text)


def clean_lines(text: str) -> str:
    """The same for a text of several lines."""
    return "\n".join(map(clean, text.split("\n")))


def logged(text: str) -> str:
    """A text of several lines in which a CI system that reads the log finds no command."""
    if "##" not in text and "::" not in text:
        return text
    from groundrules.reports.escaping import log_text

    return log_text(text)


def _spelled(character: str) -> str:
    if character.isprintable() or character in JOINERS:
        return character
    code = ord(character)
    if code < 0x100:
        return "\\t" if character == "\t" else f"\\x{code:02x}"
    from unicodedata import category

    if category(character) == "Zs":
        return character
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cells(line: str) -> list[tuple[str, int]]:
    """Each character of a line of source as it is printed, and how many columns it takes."""
    if line.isascii() and line.isprintable():
        return [(character, 1) for character in line]
    printed: list[tuple[str, int]] = []
    column = 0
    for character in line:
        if character == "\t":
            piece, width = " " * (TAB - column % TAB), TAB - column % TAB
        else:
            piece = _spelled(character)
            width = _width(character) if piece == character else len(piece)
        printed.append((piece, width))
        column += width
    return printed


def display_width(text: str) -> int:
    """How many columns a cleaned text takes."""
    return len(text) if text.isascii() else sum(_width(character) for character in text)


def _width(character: str) -> int:
    if character.isascii():
        return 1
    from unicodedata import category, east_asian_width

    if character in JOINERS or category(character) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def colour_wanted(terminal: bool, environment: Mapping[str, str]) -> bool:
    """Whether to colour: NO_COLOR forbids it, FORCE_COLOR asks for it, otherwise only a capable terminal gets it."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return terminal and environment.get("TERM") != "dumb"
