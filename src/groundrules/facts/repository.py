"""What the single files of a snapshot say, read where they are new and remembered where they are not."""

from __future__ import annotations

import os

from groundrules.facts import extraction
from groundrules.facts.extraction import FileFacts, Light
from groundrules.facts.python.ir import Code
from groundrules.facts.raw import Trouble
from groundrules.facts.store import Store
from groundrules.facts.survey import CODE, KEPT, Survey
from groundrules.model import Snapshot, Unreadable
from groundrules.typed import TYPE_CHECKING, Any, Callable, Iterable, Iterator, Mapping

if TYPE_CHECKING:
    from groundrules.facts.sparing import Spared

_ENOUGH_FOR_WORKERS = 60
_LARGEST = 12_000_000  # bytes of one file that is read as code or configuration


class Repository:
    """Facts by path."""

    def __init__(
        self,
        snapshot: Snapshot,
        store: Store,
        progress: Callable[[int, int], None] | None,
        words: Iterable[str] = (),
        before: Repository | None = None,  # another snapshot, perhaps of the same repository
    ) -> None:
        self.snapshot = snapshot
        self.store = store
        self.progress = progress
        self.unreadable: list[Unreadable] = []
        self.spared: Mapping[str, Spared] = {}  # changed modules, as far as it is known what that means to others
        self._facts: dict[str, FileFacts] = {}
        self._packed: dict[str, Any] = {}
        self._failed: set[str] = set()
        self._lights: dict[str, Light] = {}  # of the files that were read in this run
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self.survey: Survey
        self.survey = Survey(snapshot, store, words, self._look, before.survey if before is not None else None)
        self.names = self.survey.names
        self._code_paths: list[str] | None = None
        self._others: list[str] | None = None
        self._other: dict[tuple[str, str], FileFacts] = {}
        if before is not None:
            self._other = {(path, before.key(path)): facts for path, facts in before._facts.items()}

    def code_paths(self) -> list[str]:
        """Every Python file and notebook."""
        if self._code_paths is None:
            self._code_paths = [path for path, names in self.names.items() if names[0] in CODE]
        return self._code_paths

    def others(self) -> list[str]:
        """Every other file that is read."""
        if self._others is None:
            self._others = [path for path, names in self.names.items() if names[0] not in CODE]
        return self._others

    def sql_paths(self) -> list[str]:
        """Every file of SQL."""
        return [path for path in self.others() if self.names[path][0] == "sql"]

    def key(self, path: str) -> str:
        """The name under which a file's facts are kept."""
        return self.snapshot.files[path].blob + ":" + "+".join(self.names[path])

    def read(self, paths: Iterable[str]) -> None:
        """Make the facts of these files known, from the store where it has them."""
        wanted = [path for path in dict.fromkeys(paths) if path in self.names and not self._is_known(path)]
        wanted = [path for path in wanted if not self._borrowed(path)]
        keys = {path: self.key(path) for path in wanted if self.snapshot.files[path].blob}
        known = self.store.get(set(keys.values())) if keys else {}
        missing = []
        for path in wanted:
            packed = known.get(keys.get(path, ""))
            if packed is not None:
                self._remember(path, packed)
            else:
                missing.append(path)
        if len(missing) >= _ENOUGH_FOR_WORKERS and workers() > 1:
            self._read_with_workers(missing)
        elif missing:
            self._read_here(missing)

    def _is_known(self, path: str) -> bool:
        return path in self._facts or path in self._packed or path in self._failed

    def _borrowed(self, path: str) -> bool:
        """Whether the other snapshot has read the same contents."""
        found = self._other.get((path, self.key(path)))
        if found is None:
            return False
        self._take(path, found)
        return True

    def _remember(self, path: str, packed: Any, light: tuple[Any, ...] | None = None) -> None:
        self._packed[path] = packed
        if light is not None and self.names[path][0] in CODE:
            self._lights[path] = Light(*light)
        if packed[1]:
            self._rows[path] = [row for row in packed[1] if row[0] in KEPT]
        for cell, line, reason in packed[2]:
            self.unreadable.append(Unreadable(path, cell, line, reason))

    def _read_here(self, paths: list[str]) -> None:
        done = 0
        for path, data in self.snapshot.read(paths):
            if isinstance(data, str):
                self._fail(path, data)
                continue
            self._keep(path, self._key_of(path, data), facts_of(self.names[path], data))
            done += 1
            if self.progress is not None and done % 20 == 0:
                self.progress(done, len(paths))

    def _fail(self, path: str, reason: str) -> None:
        """Nobody has the contents of a file; it is said once, however often it is asked for."""
        self._failed.add(path)
        self.unreadable.append(Unreadable(path, None, None, reason))

    def _keep(self, path: str, key: str, facts: FileFacts) -> None:
        """Remember what was just read."""
        self._take(path, facts)
        light = extraction.light(facts)
        if self.names[path][0] in CODE:
            self._lights[path] = Light(*light)
        if self.store.kept:
            self.store.put(key, light, extraction.pack(facts))

    def _take(self, path: str, facts: FileFacts) -> None:
        self._facts[path] = facts
        self._rows[path] = [row for row in extraction.pack_rows(facts) if row[0] in KEPT]
        self.unreadable.extend(Unreadable(path, *trouble) for trouble in facts.troubles)

    def _key_of(self, path: str, data: bytes) -> str:
        blob = self.snapshot.files[path].blob
        if not blob:
            from hashlib import sha1

            blob = sha1(b"blob %d\0" % len(data) + data).hexdigest()
        return blob + ":" + "+".join(self.names[path])

    def _read_with_workers(self, paths: list[str]) -> None:
        from groundrules.facts.workers import spread

        def contents() -> Iterable[tuple[str, bytes]]:
            for path, data in self.snapshot.read(paths):
                if isinstance(data, str):
                    self._fail(path, data)
                else:
                    yield path, data

        import marshal

        read = spread(contents(), self.names, self._key_of, workers())
        for done, (path, key, light, full) in enumerate(read, 1):
            self._remember(path, marshal.loads(full), marshal.loads(light))
            self.store.put_packed(key, light, full)
            if self.progress is not None and done % 50 == 0:
                self.progress(done, len(paths))

    # ---- asking ------------------------------------------------------------------------------------------------------
    def facts(self, path: str) -> FileFacts | None:
        """The facts of a file; None when it could not be read."""
        found = self._facts.get(path)
        if found is None:
            if path not in self._packed:
                if path not in self.names:
                    return None
                self.read([path])
            packed = self._packed.pop(path, None)
            if packed is None:
                return self._facts.get(path)  # as it was read just now, if it could be
            found = self._facts[path] = extraction.unpack(packed)
        return found

    def code(self, path: str) -> Code | None:
        """The symbolic code of a Python file or notebook."""
        found = self.facts(path)
        return found.code if found is not None else None

    def kept_code(self, blob: str) -> Code | None:
        """The symbolic code of a Python file that may lie in another snapshot, if the store has it."""
        key = f"{blob}:python"
        packed = self.store.get([key]).get(key) if blob else None
        return extraction.unpack(packed).code if packed is not None else None

    def lights(self) -> dict[str, Light]:
        """The little that is needed of every code file, without unpacking the rest."""
        self._see(self.code_paths())
        return self._lights

    def lights_of(self, paths: Iterable[str]) -> Mapping[str, Light]:
        """The little that is needed of some code files; those that cannot be read are left out."""
        self._see(path for path in paths if path in self.names)
        return self._lights

    def _look(self, paths: list[str]) -> Iterator[tuple[str, Light | None, Iterable[tuple[Any, ...]]]]:
        """What the survey keeps of these files."""
        self._see(paths)
        for path in paths:
            yield path, self._lights.get(path), self._rows.get(path, ())

    def _see(self, paths: Iterable[str]) -> None:
        """Know the little of those that are code, and the rows of all that are read for it."""
        wanted = [path for path in paths if path not in self._lights]
        code = [path for path in wanted if self.names[path][0] in CODE]
        keys = {path: self.key(path) for path in code if self.snapshot.files[path].blob}
        known = self.store.get(set(keys.values()), "light")
        self._lights.update((path, Light(*known[key])) for path, key in keys.items() if key in known)
        self.read(path for path in wanted if path not in self._lights)
        for path in code:
            facts = self.facts(path) if path not in self._lights else None
            if facts is not None:  # read before, by another snapshot or out of the store
                self._lights[path] = Light(*extraction.light(facts))

    def save(self) -> None:
        """Keep what was learned for the next run."""
        self.survey.save()
        self.store.save()


def facts_of(names: tuple[str, ...], data: bytes) -> FileFacts:
    """What a file says, unless it is too large to be read."""
    if len(data) > _LARGEST:
        reason = f"This file has {len(data):,} bytes; files of more than {_LARGEST:,} are not read."
        return FileFacts(None, (), (Trouble(None, None, reason),))
    return extraction.extract(names, data)


def one_file(names: tuple[str, ...], data: bytes) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """A file's light and packed facts."""
    facts = facts_of(names, data)
    return extraction.light(facts), extraction.pack(facts)


def workers() -> int:
    """How many processes may read files; GROUNDRULES_JOBS decides where it is set."""
    given = os.environ.get("GROUNDRULES_JOBS", "")
    if given.isdigit() and int(given) > 0:
        return int(given)
    if not hasattr(os, "fork"):
        return 1
    if hasattr(os, "sched_getaffinity"):
        return min(8, len(os.sched_getaffinity(0)))
    return min(8, os.cpu_count() or 1)
