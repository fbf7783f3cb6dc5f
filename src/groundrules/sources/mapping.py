"""A snapshot out of a mapping: for tests and for the examples of rules."""

from __future__ import annotations

from groundrules.model import File
from groundrules.sources.disk import name_of
from groundrules.sources.objects import LIMIT, too_large
from groundrules.sources.trees import lfs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence


class Memory:
    """Files in memory. What is ignored is told, not worked out from patterns."""

    label = "the example"
    versioned = True

    def __init__(
        self, files: Mapping[str, bytes | str], tracked: Collection[str] | None = None, ignored: Iterable[str] = ()
    ) -> None:
        given = tuple(ignored)
        self._ignored = frozenset(given)
        self._below = tuple(path for path in given if path.endswith("/"))
        self._contents = {path: data.encode() if isinstance(data, str) else data for path, data in files.items()}
        self._files = {
            path: File(path, name_of(data), len(data), held)
            for path, data in self._contents.items()
            if (held := tracked is None or path in tracked) or not self._excludes(path)
        }

    @property
    def files(self) -> Mapping[str, File]:
        """Every file by its path; like a work tree without those that are neither tracked nor welcome."""
        return self._files

    def read(self, paths: Sequence[str], limit: int = LIMIT) -> Iterator[tuple[str, bytes | str]]:
        """Contents by path; a sentence in place of what cannot be read."""
        for path in paths:
            file = self._files.get(path)
            if file is None:
                yield path, f"There is no such file in {self.label}."
            else:
                data = self._contents[path]
                yield path, data if len(data) <= limit else too_large(len(data), limit)

    def sizes(self, paths: Sequence[str]) -> dict[str, int]:
        """The sizes of those of the paths that are there."""
        return {path: len(self._contents[path]) for path in paths if path in self._files}

    def ignored(self, paths: Sequence[str]) -> frozenset[str]:
        """Those of the paths that were told to be ignored, and what lies below a folder that was."""
        return frozenset(path for path in paths if self._excludes(path))

    def lfs(self, paths: Sequence[str]) -> frozenset[str]:
        """What the .gitattributes among the files hand to git-lfs."""
        return lfs(self, paths)

    def _excludes(self, path: str) -> bool:
        return path in self._ignored or f"{path}/" in self._ignored or path.startswith(self._below)
