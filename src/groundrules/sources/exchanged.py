"""A snapshot with some contents exchanged: what a work tree would be after an edit that nobody has written yet."""

from __future__ import annotations

from collections import ChainMap

from groundrules.model import File, Snapshot
from groundrules.sources.disk import name_of
from groundrules.typed import Any

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Edited:
    """Another snapshot, but for the files whose contents are given."""

    def __init__(self, below: Snapshot, contents: Mapping[str, bytes]) -> None:
        self.label = below.label
        self.versioned = below.versioned
        self._below: Any = below
        self._contents = contents
        changed = {
            path: below.files[path]._replace(blob=name_of(data), size=len(data)) for path, data in contents.items()
        }
        self._files: Mapping[str, File] = ChainMap(changed, below.files)  # type: ignore[arg-type]  # nobody writes

    @property
    def files(self) -> Mapping[str, File]:
        """Every file by its path."""
        return self._files

    def read(self, paths: Sequence[str], *limit: int) -> Iterator[tuple[str, bytes | str]]:
        """Contents by path; a sentence in place of what cannot be read."""
        yield from ((path, self._contents[path]) for path in paths if path in self._contents)
        rest = [path for path in paths if path not in self._contents]
        if rest:
            yield from self._below.read(rest, *limit)

    def sizes(self, paths: Sequence[str]) -> dict[str, int]:
        """The sizes of those of the paths that are there."""
        found: dict[str, int] = self._below.sizes([path for path in paths if path not in self._contents])
        return {**found, **{path: len(self._contents[path]) for path in paths if path in self._contents}}

    def ignored(self, paths: Sequence[str]) -> frozenset[str]:
        """As below: ignore rules are nothing that a fix writes."""
        found: frozenset[str] = self._below.ignored(paths)
        return found

    def lfs(self, paths: Sequence[str]) -> frozenset[str]:
        """As below."""
        found: frozenset[str] = self._below.lfs(paths)
        return found
