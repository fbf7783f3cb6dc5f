"""Tables as statements name them: whether two names can mean the same table."""

from __future__ import annotations

import re

_QUOTES = str.maketrans("", "", "`\"'[]")
_HOLES = re.compile(r"\{\{.*?\}\}|\{[^{}]*\}|%\([^)]*\)s|%s|\$\{?\w+\}?|<[^>]*>")


def plain(target: str | None) -> tuple[str, ...]:
    """The parts of a table's name, holes as '*', the table last; () when nothing is known."""
    if not target:
        return ()
    text = _HOLES.sub("*", target.translate(_QUOTES).strip().lower())
    parts = tuple(part for part in re.split(r"[.:/]", text) if part)
    return parts if parts and parts[-1].strip("*") else ()


def same(one: str | None, other: str | None) -> bool:
    """Whether two names mean the same table, as far as their known parts tell."""
    if one and one == other:
        return True
    left, right = plain(one), plain(other)
    if not left or not right or not fits(left[-1], right[-1]):
        return False
    return len(left) == 1 or len(right) == 1 or fits(left[-2], right[-2])


def fits(one: str, other: str) -> bool:
    """Whether two names with '*' for holes can be equal."""
    if "*" not in one and "*" not in other:
        return one == other
    if one == other or "*" in (one, other):
        return True
    if "*" in one and "*" in other:
        return one.strip("*") == other.strip("*")
    pattern, text = (one, other) if "*" in one else (other, one)
    return re.fullmatch(".+".join(map(re.escape, pattern.split("*"))), text) is not None
