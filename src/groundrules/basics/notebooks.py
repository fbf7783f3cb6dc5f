"""Where the lines of a notebook's cells stand in its JSON: comments and edits meet the file as git has it."""

from __future__ import annotations

from groundrules.typed import Iterator, NamedTuple


class Piece(NamedTuple):
    """One JSON string of a cell's source. Offsets count characters of the file's text, quotes included."""

    start: int
    end: int
    text: str
    line: int  # of the JSON, from 1


class Source(NamedTuple):
    """A cell's source: a list of strings, or one string."""

    pieces: tuple[Piece, ...]
    listed: bool

    @property
    def text(self) -> str:
        """What the cell holds."""
        return "".join(piece.text for piece in self.pieces)


def sources(text: str) -> list[Source | None]:
    """The source of each cell, None for a cell without one; nothing where the text is no notebook."""
    try:
        return _Reader(text).cells()
    except (ValueError, LookupError, TypeError, RecursionError):
        return []


def json_line(cells: list[Source | None], cell: int, line: int) -> int | None:
    """The line of the JSON that holds a line of a cell, both from 1."""
    source = cells[cell] if 0 <= cell < len(cells) else None
    if source is None or not source.pieces:
        return None
    passed = 0
    for piece in source.pieces:
        passed += ends(piece.text)
        if passed >= line:
            return piece.line
    return source.pieces[-1].line


def ends(text: str) -> int:
    """How many lines end in a text, whatever ends them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


class _Reader:
    """Walks to the cells' sources and lets the json library step over everything else."""

    def __init__(self, text: str) -> None:
        from json import JSONDecoder

        self.text = text
        self.at = 1 if text.startswith("\ufeff") else 0
        self._skip = JSONDecoder().raw_decode
        self._line, self._counted = 1, 0

    def cells(self) -> list[Source | None]:
        found: list[Source | None] = []
        for key in self._keys():
            if key == "cells":
                found = [self._cell() for _ in self._items()]
            else:
                self._value()
        return found

    def _cell(self) -> Source | None:
        source = None
        for key in self._keys():
            if key == "source":
                source = self._source()
            else:
                self._value()
        return source

    def _source(self) -> Source | None:
        if self._peek() == '"':
            return Source((self._piece(),), False)
        return Source(tuple(self._piece() for _ in self._items()), True)

    def _piece(self) -> Piece:
        if self._peek() != '"':
            raise ValueError(self.at)
        start = self.at
        value, self.at = self._skip(self.text, start)
        self._line += self.text.count("\n", self._counted, start)
        self._counted = start
        return Piece(start, self.at, value, self._line)

    def _value(self) -> None:
        self._peek()
        _, self.at = self._skip(self.text, self.at)

    def _keys(self) -> Iterator[str]:
        for _ in self._items("{}"):
            key = self._piece().text
            self._take(":")
            yield key

    def _items(self, marks: str = "[]") -> Iterator[None]:
        self._take(marks[0])
        if self._peek() == marks[1]:
            self.at += 1
            return
        while True:
            yield None
            if self._peek() == marks[1]:
                self.at += 1
                return
            self._take(",")

    def _take(self, mark: str) -> None:
        if self._peek() != mark:
            raise ValueError(self.at)
        self.at += 1

    def _peek(self) -> str:
        while self.text[self.at] in " \t\r\n":
            self.at += 1
        return self.text[self.at]
