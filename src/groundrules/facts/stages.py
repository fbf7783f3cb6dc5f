"""Pipeline files of a repository joined: what their templates take from other files, and what locks leave unsaid."""

from __future__ import annotations

from groundrules.facts.places import joined
from groundrules.facts.raw import Pointer, Row, Stage, StagePath
from groundrules.facts.repository import Repository
from groundrules.facts.tree import Node
from groundrules.typed import Iterator

LOCK = "dvc.lock"
PIPELINE = "dvc.yaml"
_HOLE = "${"


class Stages:
    """Rows of pipeline files, pointers and locks, each with the path of its file and targets relative to it."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.rows: list[tuple[str, Row]] = []
        self.by_file: dict[str, list[Row]] = {}
        self.filled: set[str] = set()  # pipeline files with templates that other files fill in
        for path, row in repository.survey.rows(("Pointer", "Stage", "StagePath")):
            self.by_file.setdefault(path, []).append(row)
        for path, rows in self.by_file.items():
            if path.endswith(PIPELINE) and any(_holed(row) for row in rows):
                self.filled.add(path)
                self.by_file[path] = self._filled(path) or rows
        for path in self.by_file:
            if path.rpartition("/")[2] == LOCK:
                self.by_file[path] = self._in_folders(path)
        self.rows = [(path, row) for path, rows in self.by_file.items() for row in rows]

    def _filled(self, path: str) -> list[Row]:
        """The rows of a pipeline file whose templates speak of values in other files."""
        from groundrules.facts.dvc_files import extract_pipeline

        data = self.contents(path)
        folder = path.rpartition("/")[0]
        return extract_pipeline(data, lambda name: self.tree(joined(folder, name)))[0] if data is not None else []

    def contents(self, path: str) -> bytes | None:
        """A file's bytes; None when it is not there or cannot be read."""
        if path not in self.repository.snapshot.files:
            return None
        for _, data in self.repository.snapshot.read([path]):
            return data if isinstance(data, bytes) else None
        return None

    def tree(self, path: str) -> Node | None:
        """The first document of a YAML or JSON file."""
        from groundrules.facts.yaml_tree import trees

        data = self.contents(path) if path.endswith((".yaml", ".yml", ".json")) else None
        roots = trees(data)[0] if data is not None else ()
        return roots[0] if roots else None

    def _in_folders(self, path: str) -> list[Row]:
        """The rows of a lock, its paths put below the folders in which the stages run."""
        folders = {stage.name: stage.folder for stage in self.of(path[: -len(LOCK)] + PIPELINE)}
        moved: list[Row] = []
        for row in self.by_file[path]:
            folder = folders.get(row.stage, ".") if isinstance(row, StagePath) else "."
            if isinstance(row, StagePath) and folder != ".":
                row = row._replace(target=joined(folder, row.target))
            moved.append(row)
        return moved

    def of(self, path: str) -> list[Stage]:
        """The stages of a pipeline file or lock."""
        return [row for row in self.by_file.get(path, ()) if isinstance(row, Stage)]


def _holed(row: Row) -> bool:
    if isinstance(row, Stage):
        return _HOLE in row.name or _HOLE in (row.command or "") or _HOLE in row.folder
    return isinstance(row, (StagePath, Pointer)) and _HOLE in row.target


def paths_of(rows: list[Row], stage: str) -> Iterator[StagePath]:
    """What a stage names."""
    for row in rows:
        if isinstance(row, StagePath) and row.stage == stage:
            yield row


__all__ = ["LOCK", "PIPELINE", "Stages", "paths_of"]
