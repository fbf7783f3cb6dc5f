"""A snapshot in which some files are as they were elsewhere: what would be found if this change had not been made?"""

from __future__ import annotations

from groundrules.model import File, Snapshot
from groundrules.sources.disk import name_of
from groundrules.sources.trees import lfs, texts_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


class Overlay:
    """Files of one snapshot, but for those that are gone, taken from another one, or given."""

    def __init__(
        self,
        under: Snapshot,
        over: Snapshot,
        gone: Iterable[str] = (),
        back: Iterable[str] = (),
        texts: Mapping[str, bytes] | None = None,
    ) -> None:
        self.label, self.versioned = under.label, under.versioned
        self._under, self._over, self._texts = under, over, dict(texts or {})
        self._back = frozenset(path for path in back if path in over.files)
        left_out = frozenset(gone)
        files = {path: file for path, file in under.files.items() if path not in left_out}
        files.update((path, over.files[path]) for path in self._back)
        files.update((path, File(path, name_of(data), len(data), True)) for path, data in self._texts.items())
        self._files = files
        special = (".gitignore", ".gitattributes")
        self._rules_differ = any(path.endswith(special) for path in (*left_out, *self._back, *self._texts))

    @property
    def files(self) -> Mapping[str, File]:
        """Every file by its path."""
        return self._files

    def read(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes | str]]:
        """Contents by path, each from where it comes."""
        yield from ((path, self._texts[path]) for path in paths if path in self._texts)
        back = [path for path in paths if path in self._back and path not in self._texts]
        rest = [path for path in paths if path not in self._back and path not in self._texts]
        if back:
            yield from self._over.read(back)
        if rest:
            yield from self._under.read(rest)

    def ignored(self, paths: Sequence[str]) -> frozenset[str]:
        """As below, unless the files that decide it differ."""
        if not self._rules_differ:
            return self._under.ignored(paths)
        from groundrules.sources.ignores import Ignores

        ignores = Ignores(texts_named(self, ".gitignore"), self._files)
        return frozenset(path for path in paths if ignores.exclude(path))

    def lfs(self, paths: Sequence[str]) -> frozenset[str]:
        """What its own .gitattributes hand to git-lfs."""
        return lfs(self, paths)
