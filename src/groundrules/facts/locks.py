"""What a pipeline's lock records, held against the very contents that the snapshot has."""

from __future__ import annotations

from groundrules.facts.dvc_files import plain
from groundrules.facts.dvc_template import Scope
from groundrules.facts.places import joined
from groundrules.facts.raw import Pointer, Row, Stage, StagePath
from groundrules.facts.rows import Rows
from groundrules.facts.stages import LOCK, PIPELINE, Stages, paths_of
from groundrules.facts.tree import Node
from groundrules.typed import Any, Iterator

_FOLDER = ".dir"
_OUTS = ("out", "metric", "plot")
_MOST_FILES = 3_000  # of one folder


class Locks:
    """Rows of table locked."""

    def __init__(self, stages: Stages, rows: Rows, lfs: frozenset[str]) -> None:
        self.stages = stages
        self.rows = rows
        self.files = stages.repository.snapshot.files
        self.lfs = lfs
        self.pointers: dict[str, str] = {}
        self._hashes: dict[str, frozenset[str]] = {}
        self._trees: dict[str, Node | None] = {}

    def _pointers(self) -> dict[str, str]:
        """The hashes that .dvc files record, by the path that they answer for."""
        found = {}
        for path, row in self.stages.rows:
            if isinstance(row, Pointer) and row.system == "dvc" and row.hash:
                found[joined(path.rpartition("/")[0], row.target)] = row.hash
        return found

    def relate(self, scope: frozenset[str] | None) -> None:
        """Rows for the locks of the scope."""
        self.pointers = self._pointers()
        for path, rows in self.stages.by_file.items():
            name = path.rpartition("/")[2]
            if name == PIPELINE and (scope is None or self._concerned(path, rows, scope)):
                self._pipeline(path, rows)

    def _concerned(self, path: str, rows: list[Row], scope: frozenset[str]) -> bool:
        lock = path[: -len(PIPELINE)] + LOCK
        return path in scope or lock in scope

    # ---- one pipeline ------------------------------------------------------------------------------------------------
    def _pipeline(self, path: str, rows: list[Row]) -> None:
        lock = path[: -len(PIPELINE)] + LOCK
        recorded = self.stages.by_file.get(lock)
        if recorded is None or not self.files[lock].tracked:
            return
        entries = {stage.name: stage for stage in self.stages.of(lock)}
        stages = self.stages.of(path)
        for stage in stages:
            entry = entries.get(stage.name)
            if entry is None:
                if "${" not in stage.name and not stage.frozen:
                    self._add(path, stage.where, lock, stage.name, "stage", stage.name, None, None, "missing")
            elif not stage.frozen:
                self._stage(path, lock, stage, entry)
        names = {stage.name for stage in stages}
        open_names = tuple(name.partition("${")[0] for name in names if "${" in name)
        for name, entry in entries.items():
            if name not in names and not (open_names and name.startswith(open_names)):
                self._add(lock, entry.where, lock, name, "stage", name, None, None, "orphan")

    def _stage(self, path: str, lock: str, stage: Stage, entry: Stage) -> None:
        folder = path.rpartition("/")[0]
        named = list(paths_of(self.stages.by_file[path], stage.name))
        kept = list(paths_of(self.stages.by_file[lock], stage.name))
        if stage.command and entry.command and "${" not in stage.command:
            same = "".join(stage.command.split()) == "".join(entry.command.split())
            told = ("command", stage.command, entry.command, stage.command, "same" if same else "other")
            if same or path not in self.stages.filled:  # numbers are spelled anew where a template is filled in
                self._add(lock, entry.where, lock, stage.name, *told)
        for row in kept:
            target = joined(folder, row.target)
            found = self._value(target) if row.role == "param" else self._content(target, row)
            if row.hash is not None and found is not None:
                state = "same" if row.hash in found else "other"
                self._add(lock, row.where, lock, stage.name, row.role, target, row.hash, min(found), state)
        self._named(path, lock, entry, named, kept)

    def _named(self, path: str, lock: str, entry: Stage, named: list[StagePath], kept: list[StagePath]) -> None:
        """What the pipeline names and the lock does not record; what it records for nobody any more."""
        folder = path.rpartition("/")[0]
        recorded = {(kind(row.role), row.target) for row in kept}
        wanted = {(kind(row.role), row.target) for row in named}
        for row in named:
            whole = row.role == "param" and row.target.endswith(":")
            if (kind(row.role), row.target) not in recorded and "${" not in row.target and not whole:
                target = joined(folder, row.target)
                self._add(lock, entry.where, lock, entry.name, row.role, target, None, None, "missing")
        open_ended = any("${" in target for _, target in wanted)
        for row in kept if not open_ended else ():
            whole = row.role == "param" and ("param", row.target.partition(":")[0] + ":") in wanted
            if (kind(row.role), row.target) not in wanted and not whole:
                target = joined(folder, row.target)
                self._add(lock, row.where, lock, entry.name, row.role, target, row.hash, None, "orphan")

    def _add(self, path: str, where: tuple[Any, ...], *row: Any) -> None:
        self.rows.add("locked", self.rows.span(path, where), *row)

    # ---- what the snapshot has ---------------------------------------------------------------------------------------
    def _content(self, target: str, row: StagePath) -> frozenset[str] | None:
        """The hashes that a path has in the snapshot, in each way in which they may have been taken; None: unknown."""
        pointed = self.pointers.get(target)
        if pointed is not None and row.role == "dep":
            return frozenset((pointed,))
        recorded = row.hash or ""
        if recorded.endswith(_FOLDER):
            return self._folder(target, row.files) if row.files else None
        file = self.files.get(target)
        if len(recorded) != 32 or file is None or not file.tracked or file.kind != "file" or target in self.lfs:
            return None
        if target.endswith(".ipynb"):
            return None  # filters strip outputs on the way into git
        return self._file(target)

    def _file(self, path: str) -> frozenset[str] | None:
        if path not in self._hashes:
            data = self.stages.contents(path)
            self._hashes[path] = frozenset(hashes(data)) if data is not None else frozenset()
        return self._hashes[path] or None

    def _folder(self, folder: str, count: int) -> frozenset[str] | None:
        """A folder's hashes, when git holds as many files in it as were there when the lock was written."""
        start = folder + "/"
        inside = sorted(path for path, file in self.files.items() if path.startswith(start) and file.tracked)
        if len(inside) != count or count > _MOST_FILES or not self.lfs.isdisjoint(inside):
            return None
        ways: list[list[dict[str, str]]] = [[], [], []]
        for path, data in self.stages.repository.snapshot.read(inside):
            if not isinstance(data, bytes) or self.files[path].kind != "file" or path.endswith(".ipynb"):
                return None
            for way, digest in zip(ways, hashes(data), strict=True):
                way.append({"md5": digest, "relpath": path[len(start) :]})
        return frozenset(listing(way) + _FOLDER for way in ways)

    def _value(self, target: str) -> frozenset[str] | None:
        """A parameter's value in the snapshot."""
        path, _, key = target.rpartition(":")
        if path not in self._trees:
            file = self.files.get(path)
            self._trees[path] = self.stages.tree(path) if file is not None and file.tracked else None
        root = self._trees[path]
        if root is None or root.kind != "map":
            return None
        node = Scope([root]).find(key)
        return frozenset((plain(node) if node is not None else "",))


def kind(role: str) -> str:
    """A role as locks know them: metrics and plots are outs."""
    return "out" if role in _OUTS else role


def hashes(data: bytes) -> Iterator[str]:
    """The md5 of the bytes, and of the same text with line ends of either kind: versions and systems differ in that."""
    from hashlib import md5

    binary = b"\0" in data[:8000]
    unix = data if binary else data.replace(b"\r\n", b"\n")
    for one in (data, unix, data if binary else unix.replace(b"\n", b"\r\n")):
        yield md5(one, usedforsecurity=False).hexdigest()


def listing(entries: list[dict[str, str]]) -> str:
    """The hash of a folder: that of the list of its files, by their names."""
    import json
    from hashlib import md5

    ordered = sorted(entries, key=lambda entry: entry["relpath"])
    return md5(json.dumps(ordered, sort_keys=True).encode(), usedforsecurity=False).hexdigest()


__all__ = ["Locks"]
