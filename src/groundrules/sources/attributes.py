"""What a tree's own .gitattributes files hand to git-lfs. One way for every snapshot and git version."""

from __future__ import annotations

from groundrules.sources.ignores import plain
from groundrules.sources.patterns import Pattern, compile_pattern
from groundrules.typed import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_Assignments = tuple[tuple[str, str], ...]  # attribute and value, the one that counts most first
_SET = "\0set"
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class _Line(NamedTuple):
    pattern: Pattern
    assignments: _Assignments


class Attributes:
    """The .gitattributes files of one tree, by the folder they lie in."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._macros: dict[str, _Assignments] = {}
        self._lines = {folder: self._parse(text, folder == "") for folder, text in texts.items()}

    def filter_of(self, path: str) -> str | None:
        """The value of the attribute `filter` for a file."""
        found = plain(path)
        if found is None or path.endswith("/"):
            return None
        parts = found.split("/")
        decided: dict[str, str] = {}
        for depth in range(len(parts) - 1, -1, -1):
            for line in self._lines.get("/".join(parts[:depth]), ()):
                if line.pattern.matches(parts[depth:]):
                    self._assign(line.assignments, decided)
                if "filter" in decided:
                    return decided["filter"]
        return None

    def _assign(self, assignments: _Assignments, decided: dict[str, str]) -> None:
        for name, value in assignments:
            if name not in decided:
                decided[name] = value
                if value == _SET:
                    self._assign(self._macros.get(name, ()), decided)

    def _parse(self, text: str, is_top: bool) -> list[_Line]:
        result = []
        for line in text.removeprefix("\ufeff").split("\n"):
            name, rest = _first_word(line.strip(" \t\r"))
            assignments = tuple(_assignment(word) for word in reversed(rest.split()))
            if name.startswith("[attr]"):
                if is_top:
                    self._macros[name.removeprefix("[attr]")] = assignments
            elif name and not name.startswith(("#", "!")) and (pattern := compile_pattern(name)):
                result.append(_Line(pattern, assignments))
        result.reverse()
        return result


def _assignment(word: str) -> tuple[str, str]:
    if word.startswith(("-", "!")):
        return word[1:], ""
    name, given, value = word.partition("=")
    return name, value if given else _SET


def _first_word(line: str) -> tuple[str, str]:
    """The pattern, which may be quoted as in C, and the rest of the line."""
    if not line.startswith('"'):
        words = line.split(None, 1)
        return (words[0], words[1] if len(words) > 1 else "") if words else ("", "")
    line = line.encode("utf-8", "surrogateescape").decode("latin-1")  # escapes spell bytes, not characters
    result: list[str] = []
    at = 1
    while at < len(line) and line[at] != '"':
        if line[at] == "\\" and line[at + 1 : at + 4].isdigit():
            result.append(
                chr(int(line[at + 1 : at + 4], 8) & 255) if set(line[at + 1 : at + 4]) <= set("01234567") else ""
            )
            at += 4
        elif line[at] == "\\":
            result.append(_ESCAPES.get(line[at + 1 : at + 2], line[at + 1 : at + 2]))
            at += 2
        else:
            result.append(line[at])
            at += 1
    name = "".join(result).encode("latin-1").decode("utf-8", "surrogateescape")
    return (name, line[at + 1 :]) if at < len(line) else ("", "")
