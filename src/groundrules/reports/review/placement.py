"""Where a finding can be said: on a changed line, on a line beside one, on the nearest change of the same scope, on the
file, or in the summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from groundrules.reports.review.hunks import FileDiff, Line

LONGEST = 30  # lines that one comment spans


class Where(NamedTuple):
    """Lines of a file as the forge shows it: those of the finding, and those of the function, class or cell around."""

    path: str
    line: int
    end_line: int
    scope: tuple[int, int] | None


class Placement(NamedTuple):
    """A rung of the ladder, and the lines of it."""

    rung: str  # changed | context | scope | file | summary
    start: int = 0
    line: int = 0

    @property
    def inline(self) -> bool:
        """Whether it is a line of the diff."""
        return self.rung in ("changed", "context", "scope")


def place(where: Where, files: Mapping[str, FileDiff]) -> Placement:
    """The highest rung that the diff offers."""
    file = files.get(where.path)
    if file is None:
        return Placement("summary")
    within = [number for number in range(where.line, _last(where) + 1) if number in file.lines]
    added = [number for number in within if file.lines[number].added]
    for rung, numbers in (("changed", added), ("context", within)):
        if numbers:
            return Placement(rung, numbers[0], _end(numbers[0], where, file.lines))
    if where.scope is not None:
        first, last = where.scope
        near = [number for number, line in file.lines.items() if line.added and first <= number <= last]
        if near:
            nearest = min(near, key=lambda number: (abs(number - where.line), number))
            return Placement("scope", nearest, nearest)
    return Placement("file")


def covers(file: FileDiff | None, start: int, end: int) -> bool:
    """Whether the lines stand in one hunk, so that a suggestion can replace them."""
    if file is None or end - start >= LONGEST:
        return False
    hunks = {file.lines[number].hunk if number in file.lines else -1 for number in range(start, end + 1)}
    return len(hunks) == 1 and -1 not in hunks


def scope(path: str, rows: Sequence[str], line: int) -> tuple[int, int] | None:
    """The lines of the function or class around a line of Python, told by indentation: nothing of the file is trusted,
    so nothing parses it here."""
    if not path.endswith((".py", ".pyi")) or not 1 <= line <= len(rows):
        return None
    depth = _depth(rows[line - 1])
    if depth is None:
        return None
    for number in range(line - 1, 0, -1):
        row = rows[number - 1]
        outer = _depth(row)
        if outer is None or outer >= depth or row.lstrip()[:1] in ")]}":
            continue
        depth = outer
        if row.lstrip().startswith(("def ", "class ", "async def ")):
            return number, _scope_end(rows, line, outer)
        if outer == 0:
            return None
    return None


def _scope_end(rows: Sequence[str], line: int, outer: int) -> int:
    for number in range(line + 1, len(rows) + 1):
        depth = _depth(rows[number - 1])
        if depth is not None and depth <= outer and rows[number - 1].strip()[:1] not in ")]}":
            return number - 1
    return len(rows)


def _depth(row: str) -> int | None:
    bare = row.strip()
    return None if not bare or bare.startswith("#") else len(row.expandtabs()) - len(row.expandtabs().lstrip())


def _last(where: Where) -> int:
    return min(max(where.line, where.end_line), where.line + LONGEST - 1)


def _end(start: int, where: Where, lines: Mapping[int, Line]) -> int:
    end = start
    while end < _last(where) and end + 1 in lines and lines[end + 1].hunk == lines[start].hunk:
        end += 1
    return end
