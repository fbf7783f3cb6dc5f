"""Where the texts of a file differ, so that most comparisons can be left out without parsing anything."""

from __future__ import annotations

from groundrules.facts.python.ir import Code
from groundrules.typed import NamedTuple

_AROUND = 3  # lines; a statement is rarely longer


class Region(NamedTuple):
    """The lines between what two texts begin and end with alike, counted from 0; the ends are exclusive."""

    start: int
    old: int
    new: int


def differing(old: list[bytes], new: list[bytes]) -> Region:
    """The one stretch outside of which nothing differs."""
    most = min(len(old), len(new))
    start = 0
    while start < most and old[start] == new[start]:
        start += 1
    same = 0
    while same < most - start and old[-1 - same] == new[-1 - same]:
        same += 1
    return Region(start, len(old) - same, len(new) - same)


def around(old: bytes | None, new: bytes | None) -> bytes:
    """What differs between two texts, with the lines around it; all of the text where there is only one."""
    if old is None or new is None:
        return old or new or b""
    before, after = old.split(b"\n"), new.split(b"\n")
    start, end, new_end = differing(before, after)
    first = max(0, start - _AROUND)
    return b"\n".join((*before[first : end + _AROUND], *after[first : new_end + _AROUND]))


def spares_functions(old: tuple[bytes, Code], new: tuple[bytes, Code]) -> bool:
    """Whether every function of a file lies outside of what differs."""
    if any(text.count(b"\r") != text.count(b"\r\n") for text in (old[0], new[0])):
        return False  # Python counts such line ends, too
    region = differing(old[0].split(b"\n"), new[0].split(b"\n"))
    ends = ((old[1], region.old), (new[1], region.new))
    return not any(_touches(code, region.start, end) for code, end in ends)


def _touches(code: Code, start: int, end: int) -> bool:
    """Whether a function has a line in a stretch; in an empty one, whether it goes on behind it."""
    for scope in code.scopes:
        if scope.kind == "function":
            first, last = scope.where[1] - 1, scope.where[3]
            if (first < end and last > start) if end > start else first < start < last:
                return True
    return False
