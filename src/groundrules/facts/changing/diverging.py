"""Copies of a function in a notebook and in a module, of which only one was changed."""

from __future__ import annotations

from groundrules.facts.changing.given import Change
from groundrules.facts.repository import Repository
from groundrules.facts.rows import Rows
from groundrules.model import Snapshot
from groundrules.typed import TYPE_CHECKING, Collection, Iterable, Mapping

if TYPE_CHECKING:
    from groundrules.facts.changing.copies import Function

_MOST_BYTES = 30_000_000  # of files that are looked through for copies


class Diverging:
    """Looks for the other copies of functions that a change touches."""

    def __init__(self, repository: Repository, rows: Rows, changed: Mapping[str, str], then: Snapshot) -> None:
        self.repository, self.rows, self.changed, self.then = repository, rows, changed, then
        self._functions: dict[str, dict[str, Function]] = {}
        self._texts: dict[str, bytes] = {}

    def __call__(self, change: Change, old: bytes | None, new: bytes | None) -> None:
        """Add a row for every function whose copy elsewhere is as it was."""
        if old is None or new is None or self._spares_functions(change, old, new):
            return
        ending = ".py" if change.path.endswith(".ipynb") else ".ipynb"
        others = [path for path in self.repository.code_paths() if path.endswith(ending)]
        if not others:
            return
        from groundrules.facts.changing.copies import functions_of

        before, after = functions_of(change.old_path, old), functions_of(change.path, new)
        touched = {name for name, one in after.items() if name in before and before[name].body != one.body}
        if not touched:
            return
        for path in self._holding(others, touched):
            there = self._of(path)
            for name in sorted(touched & there.keys()):
                if there[name].body == before[name].body:
                    span, other = (
                        self.rows.span(change.path, after[name].where),
                        self.rows.span(path, there[name].where),
                    )
                    self.rows.add("copy_change", span, change.path, name, path, other, int(path in self.changed))

    def _spares_functions(self, change: Change, old: bytes, new: bytes) -> bool:
        """Whether no function lies where the texts differ, as far as is known without parsing."""
        if not (change.path.endswith(".py") and change.old_path.endswith(".py")):
            return False
        there = self.then.files.get(change.old_path)
        before = self.repository.kept_code(there.blob) if there is not None else None
        after = self.repository.code(change.path) if before is not None else None
        if before is None or after is None:
            return False
        from groundrules.facts.changing.region import spares_functions

        return spares_functions((old, before), (new, after))

    def _holding(self, paths: Collection[str], names: Iterable[str]) -> list[str]:
        """The files whose text defines one of the functions."""
        signs = [f"def {name}(".encode() for name in names]
        unread = [path for path in paths if path not in self._texts]
        left = _MOST_BYTES - sum(map(len, self._texts.values()))
        for path, data in self.repository.snapshot.read(unread) if unread and left > 0 else ():
            left -= len(data)
            self._texts[path] = data if isinstance(data, bytes) and left > 0 else b""
        return [path for path in paths if any(sign in self._texts.get(path, b"") for sign in signs)]

    def _of(self, path: str) -> dict[str, Function]:
        if path not in self._functions:
            from groundrules.facts.changing.copies import functions_of

            self._functions[path] = functions_of(path, self._texts.get(path))
        return self._functions[path]
