"""What is said of versioned data: a page in its folder, or an entry of the pipeline file."""

from __future__ import annotations

from groundrules.facts.kinds import kind
from groundrules.facts.places import joined
from groundrules.facts.raw import StagePath
from groundrules.facts.stages import Stages

_PAGES = frozenset((
    "readme.md", "readme.rst", "readme.txt", "readme", "datacard.md", "data_card.md", "datasheet.md", "dataset_card.md",
    "croissant.json", "datapackage.json",
))  # fmt: skip
_MODELS = frozenset(("model", "models", "weights", "checkpoints", "saved_models"))


class Descriptions:
    """Who describes a path."""

    def __init__(self, stages: Stages) -> None:
        self.stages = stages
        self.artifacts = {
            joined(path.rpartition("/")[0], row.target)
            for path, row in stages.rows
            if isinstance(row, StagePath) and row.role == "artifact"
        }
        self._pages: set[str] | None = None

    def of(self, pointer: str, target: str) -> bool:
        """Whether a page stands beside the pointer or the target, or a pipeline file describes the target."""
        if self._pages is None:
            files = (path.rpartition("/") for path in self.stages.repository.snapshot.files)
            self._pages = {folder for folder, _, name in files if name.lower() in _PAGES}
        folders = {pointer.rpartition("/")[0], target.rpartition("/")[0], target}
        return target in self.artifacts or not folders.isdisjoint(self._pages)


def what(target: str) -> str:
    """Whether a path is named like a model or like data."""
    named = kind(target) == "model" or not _MODELS.isdisjoint(target.lower().split("/"))
    return "model" if named else "data"
