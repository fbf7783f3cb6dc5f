"""Tables as statements name them: whether two names can mean the same table."""

from __future__ import annotations

from groundrules.basics.late import pattern, re
from groundrules.facts.sql.words import words

_QUOTES = str.maketrans("", "", "`\"'[]")
_ENDINGS = tuple(f".{one}" for one in words("csv tsv json jsonl parquet txt xlsx pkl feather gz zip avro orc npy"))
_HOLES = pattern(r"\{\{.*?\}\}|\{[^{}]*\}|%\([^)]*\)s|%s|\$\{?\w+\}?|<[^>]*>")
_SIGNS = frozenset("%$<")  # one of them, or a brace, begins every hole


def plain(target: str | None) -> tuple[str, ...]:
    """The parts of a table's name, holes as '*', the table last; () when nothing is known."""
    if not target:
        return ()
    text = target.translate(_QUOTES).strip().lower()
    text = starred(text)
    parts = tuple([part for part in text.replace(":", ".").replace("/", ".").split(".") if part])
    return parts if parts and parts[-1].strip("*") else ()


def is_setting(target: str | None) -> bool:
    """Whether a constant of the deployment names the table: a hole that is spelled in capitals, as `{{ FACTS }}` is."""
    last = (target or "").rpartition(".")[2].strip()
    return last[:1] == "{" and last[-1:] == "}" and last.isupper()


def starred(text: str) -> str:
    """A text with a star for every hole; those of a single kind, which are most, need no regular expression."""
    if "{{" in text or not _SIGNS.isdisjoint(text):
        return _HOLES.sub("*", text)
    first, *rest = text.split("{")
    for one in rest:
        _, closed, after = one.partition("}")
        first += f"*{after}" if closed else f"{{{one}"
    return first


def same(one: str | None, other: str | None) -> bool:
    """Whether two names mean the same table, as far as their known parts tell."""
    if one and one == other:
        return True
    if is_path(one) or is_path(other):
        return bool(one and other) and fits_whole(str(one), str(other))
    left, right = plain(one), plain(other)
    if not left or not right or not fits(left[-1], right[-1]):
        return False
    return len(left) == 1 or len(right) == 1 or fits(left[-2], right[-2])


def is_path(target: str | None) -> bool:
    """Whether a target is a file and no table."""
    return target is not None and ("/" in target or target.lower().endswith(_ENDINGS))


def fits_whole(one: str, other: str) -> bool:
    """Whether two paths can be the same; those that start with something unknown only where both do."""
    left, right = _HOLES.sub("*", one), _HOLES.sub("*", other)
    if left.startswith("*") or right.startswith("*"):
        return False
    return left.count("/") == right.count("/") and all(map(fits, left.split("/"), right.split("/")))


def fits(one: str, other: str) -> bool:
    """Whether two names with '*' for holes can be equal."""
    if "*" not in one and "*" not in other:
        return one == other
    if one == other or "*" in (one, other):
        return True
    if "*" in one and "*" in other:
        return one.strip("*") == other.strip("*")
    known, text = (one, other) if "*" in one else (other, one)
    return re.fullmatch(".+".join(map(re.escape, known.split("*"))), text) is not None
