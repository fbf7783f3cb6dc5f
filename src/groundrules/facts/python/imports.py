"""Which file of the program a dotted name means, as Python would find it from where the name is said."""

from __future__ import annotations

from groundrules.typed import Collection, Iterator, Mapping, NamedTuple


class Found(NamedTuple):
    """What a dotted name means: a file of the program and the names left over inside it."""

    path: str
    rest: tuple[str, ...]


class Search:
    """Looks for the files of dotted names, each once for a folder."""

    def __init__(self, paths: frozenset[str], tops: Mapping[str, Collection[str]], libraries: Collection[str]) -> None:
        self.paths = paths
        self.tops = tops  # by the name of a package or module, at least the folders that hold one
        self.libraries = libraries  # the packages that something is known of
        self._found: dict[tuple[str, str], Found | None] = {}

    def find(self, dotted: str, path: str) -> Found | None:
        """The file that a dotted name means when `path` says it, or None for anything else."""
        folder = path.rpartition("/")[0]
        key = (dotted, folder)
        if key not in self._found:
            self._found[key] = self._search(dotted, folder)
        return self._found[key]

    def _search(self, dotted: str, folder: str) -> Found | None:
        if dotted.startswith("."):
            level = len(dotted) - len(dotted.lstrip("."))
            for _ in range(level - 1):
                folder = folder.rpartition("/")[0]
            return self._below(folder, [part for part in dotted[level:].split(".") if part])
        parts = dotted.split(".")
        holders = self.tops.get(parts[0])
        if holders is None:
            return None
        nearest = None
        for inside in _homes(folder):
            held = inside in holders and not self._is_inner(inside, parts[0])
            found = self._below(inside, parts) if held else None
            if found is not None:
                nearest = _fuller(nearest, found)
                if not _may_lack_module(nearest):
                    return nearest
        further = self._anywhere(parts, holders, folder)
        return nearest if further is None else _fuller(nearest, further)

    def _is_inner(self, folder: str, name: str) -> bool:
        """Whether a package of a library's name lies inside another package, so that the library is meant by it."""
        return name in self.libraries and f"{folder}/__init__.py" in self.paths

    def _below(self, base: str, parts: list[str]) -> Found | None:
        """The longest match of the parts as a module path below a folder."""
        head = f"{base}/" if base else ""
        for size in range(len(parts), -1 if not parts else 0, -1):
            stem = head + "/".join(parts[:size])
            for name in (f"{stem}.py", f"{stem.rstrip('/')}/__init__.py".lstrip("/"), f"{stem}.ipynb"):
                if name in self.paths:
                    return Found(name, tuple(parts[size:]))
        return None

    def _anywhere(self, parts: list[str], holders: Collection[str], folder: str) -> Found | None:
        """A package in some other folder, or a module in the one folder that scripts add to their path."""
        if len(parts) < 2 or parts[0] in self.libraries:
            return None
        for base in sorted(holders)[:20]:
            found = self._below(base, parts)
            if found is not None and len(found.rest) < len(parts) - 1:
                return found
        above = folder.rpartition("/")[0]
        beside = [base for base in holders if folder and base != folder and base.rpartition("/")[0] == above]
        only = beside if len(beside) == 1 else list(holders) if len(holders) == 1 else []
        return self._below(only[0], parts) if only else None


def _homes(folder: str) -> Iterator[str]:
    """The folders in which a file of a folder may look for packages, the nearest first."""
    while True:
        for extra in ("", "src", "lib", "python"):
            yield f"{folder}/{extra}".strip("/") if extra else folder
        if not folder:
            return
        folder = folder.rpartition("/")[0]


def _fuller(nearest: Found | None, other: Found) -> Found:
    """The one of which less is left over, the nearest of those alike."""
    return other if nearest is None or len(other.rest) < len(nearest.rest) else nearest


def _may_lack_module(found: Found) -> bool:
    """Whether a package was found and no module in it, as of tests in folders named like those that they test."""
    return len(found.rest) > 1 and found.path.endswith("/__init__.py")
