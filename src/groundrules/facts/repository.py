"""What the single files of a snapshot say, read where they are new and remembered where they are not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from groundrules.facts import extraction, kinds
from groundrules.facts.extraction import FileFacts, Light
from groundrules.facts.python.ir import Code
from groundrules.facts.store import Store
from groundrules.model import Snapshot, Unreadable

_ENOUGH_FOR_WORKERS = 60
_LARGEST = 12_000_000  # bytes of one file that is read as code or configuration


class Repository:
    """Facts by path."""

    def __init__(self, snapshot: Snapshot, store: Store, progress: Callable[[int, int], None] | None) -> None:
        self.snapshot = snapshot
        self.store = store
        self.progress = progress
        self.unreadable: list[Unreadable] = []
        self.names: dict[str, tuple[str, ...]] = {}
        self._facts: dict[str, FileFacts] = {}
        self._packed: dict[str, Any] = {}
        for path, file in snapshot.files.items():
            if file.kind == "file":
                found = extraction.extractors_of(path, file.size)
                if found:
                    self.names[path] = found

    def code_paths(self) -> list[str]:
        """Every Python file and notebook."""
        return [path for path, names in self.names.items() if names[0] in ("python", "notebook")]

    def key(self, path: str) -> str:
        """The name under which a file's facts are kept."""
        return self.snapshot.files[path].blob + ":" + "+".join(self.names[path])

    def read(self, paths: Iterable[str]) -> None:
        """Make the facts of these files known, from the store where it has them."""
        wanted = [path for path in paths if path in self.names and path not in self._facts and path not in self._packed]
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
        else:
            self._read_here(missing)

    def _remember(self, path: str, packed: Any) -> None:
        self._packed[path] = packed
        for cell, line, reason in packed[2]:
            self.unreadable.append(Unreadable(path, cell, line, reason))

    def _read_here(self, paths: list[str]) -> None:
        done = 0
        for path, data in self.snapshot.read(paths):
            if isinstance(data, str):
                self.unreadable.append(Unreadable(path, None, None, data))
                continue
            light, packed = one_file(self.names[path], data)
            self._remember(path, packed)
            self.store.put(self._key_of(path, data), light, packed)
            done += 1
            if self.progress is not None and done % 20 == 0:
                self.progress(done, len(paths))

    def _key_of(self, path: str, data: bytes) -> str:
        blob = self.snapshot.files[path].blob
        if not blob:
            from hashlib import sha1

            blob = sha1(b"blob %d\0" % len(data) + data).hexdigest()  # noqa: S324 - git's own name for contents
        return blob + ":" + "+".join(self.names[path])

    def _read_with_workers(self, paths: list[str]) -> None:
        from groundrules.facts.workers import spread

        def contents() -> Iterable[tuple[str, bytes]]:
            for path, data in self.snapshot.read(paths):
                if isinstance(data, str):
                    self.unreadable.append(Unreadable(path, None, None, data))
                else:
                    yield path, data

        import marshal

        done = 0
        for path, key, light, full in spread(contents(), self.names, self._key_of, workers()):
            self._remember(path, marshal.loads(full))  # noqa: S302 - our own workers wrote it
            self.store.put_packed(key, light, full)
            done += 1
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
                return None
            found = self._facts[path] = extraction.unpack(packed)
        return found

    def code(self, path: str) -> Code | None:
        """The symbolic code of a Python file or notebook."""
        found = self.facts(path)
        return found.code if found is not None else None

    def lights(self) -> dict[str, Light]:
        """The little that is needed of every code file, without unpacking the rest."""
        paths = self.code_paths()
        keys = {path: self.key(path) for path in paths if self.snapshot.files[path].blob}
        known = self.store.get(set(keys.values()), "light")
        found = {}
        missing = [path for path in paths if keys.get(path) not in known]
        if missing:
            self.read(missing)
        for path in paths:
            plain = known.get(keys.get(path, ""))
            if plain is not None:
                found[path] = Light(*plain)
            else:
                facts = self.facts(path)
                if facts is not None:
                    found[path] = Light(*extraction.light(facts))
        return found

    def touched_by(self, changed: frozenset[str]) -> frozenset[str]:
        """The code files whose findings can depend on changed paths: they import them, or name them."""
        lights = self.lights()
        names = {path.rpartition("/")[2] for path in changed}
        names |= {name.removesuffix(".dvc") for name in names}
        stems = {name.partition(".")[0] for name in names if name.endswith((".py", ".ipynb"))}
        stems |= {path.split("/")[-2] for path in changed if path.endswith("/__init__.py")}
        settings = any(kinds.kind(path) in ("config", "pointer") or path.endswith(".md") for path in changed)
        folders = {step for path in changed for step in path.split("/")[:-1]} if settings else set()
        found = set()
        for path, light in lights.items():
            if not names.isdisjoint(light.mentions) or (folders and not folders.isdisjoint(light.mentions)):
                found.add(path)
            elif stems and any(part in stems for dotted in light.imports for part in dotted.split(".")) or (settings and reads_settings(light)):
                found.add(path)
        return frozenset(found - changed)


def reads_settings(light: Light) -> bool:
    """Whether a file reads variables of the environment or a configuration."""
    return not light.names.isdisjoint(("environ", "getenv", "cfg", "config", "conf", "params", "settings"))


def one_file(names: tuple[str, ...], data: bytes) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """A file's light and packed facts."""
    if len(data) > _LARGEST:
        reason = f"This file has {len(data):,} bytes; files of more than {_LARGEST:,} are not read."
        return ((), frozenset(), frozenset()), (None, (), ((None, None, reason),))
    facts = extraction.extract(names, data)
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
