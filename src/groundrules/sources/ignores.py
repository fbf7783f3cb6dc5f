"""What a tree's own .gitignore files exclude. Git can answer this for the work tree only."""

from __future__ import annotations

from groundrules.sources.patterns import Pattern, compile_pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_Rules = list[tuple[Pattern, bool]]


def plain(path: str) -> str | None:
    """The path with dots and double slashes resolved; None where it leads out of the tree or names its top."""
    if path.startswith("/") or "\0" in path:
        return None
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) or None


def parse_ignores(text: str) -> _Rules:
    """The patterns of one .gitignore with whether each excludes, the one that counts most first."""
    result = []
    for line in text.removeprefix("\ufeff").split("\n"):
        pattern = _trimmed(line.removesuffix("\r"))
        excludes = not pattern.startswith("!")
        compiled = None if line.startswith("#") else compile_pattern(pattern if excludes else pattern[1:])
        if compiled:
            result.append((compiled, excludes))
    result.reverse()
    return result


def _trimmed(line: str) -> str:
    """Without the spaces at the end, unless a backslash keeps them."""
    kept = line.rstrip(" ")
    slashes = len(kept) - len(kept.rstrip("\\"))
    return kept + " " if slashes % 2 and len(kept) < len(line) else kept


class Ignores:
    """The .gitignore files of one tree, by the folder they lie in."""

    def __init__(self, texts: Mapping[str, str], paths: Iterable[str]) -> None:
        self._rules = {folder: parse_ignores(text) for folder, text in texts.items()}
        self._folders = {folder for path in paths for folder in _folders_above(path)}
        self._known: dict[str, bool] = {}

    def exclude(self, path: str) -> bool:
        """Whether the path, which need not exist, is excluded."""
        found = plain(path)
        if found is None:
            return False
        return self._excluded(found, path.endswith("/") or found in self._folders)

    def _excluded(self, path: str, is_folder: bool) -> bool:
        parts = path.split("/")
        if any(self._folder_excluded("/".join(parts[:count])) for count in range(1, len(parts))):
            return True
        return self._verdict(parts, is_folder)

    def _folder_excluded(self, folder: str) -> bool:
        if folder not in self._known:
            self._known[folder] = self._verdict(folder.split("/"), True)
        return self._known[folder]

    def _verdict(self, parts: Sequence[str], is_folder: bool) -> bool:
        for depth in range(len(parts) - 1, -1, -1):
            for pattern, excludes in self._rules.get("/".join(parts[:depth]), ()):
                if pattern.matches(parts[depth:], is_folder):
                    return excludes
        return False


def _folders_above(path: str) -> Iterable[str]:
    at = path.find("/")
    while at > 0:
        yield path[:at]
        at = path.find("/", at + 1)
