"""Configurations that scripts of a shell and documents hand to programs, for options that have no default."""

from __future__ import annotations

from groundrules.facts.meaning.settings_files import is_config
from groundrules.facts.meaning.stages_commands import steps_of
from groundrules.facts.ownership import normal
from groundrules.facts.repository import Repository

_TELLING = (".sh", ".bash", ".md", ".rst", ".mk", ".sbatch", ".slurm", ".bat")
_NAMED = ("makefile", "justfile", "readme")
_LARGEST = 200_000  # bytes; what people write to start programs is smaller
_MOST = 200  # files, and configurations of one folder


class Told:
    """By script and option: the configurations that texts name; these are read when the first is asked for."""

    def __init__(self, repository: Repository, tracked: set[str]) -> None:
        self._repository = repository
        self._tracked = tracked
        self._known: dict[tuple[str, str], list[str]] | None = None

    def __call__(self, key: tuple[str, str]) -> list[str]:
        if self._known is None:
            self._known = {}
            self._read(self._known)
        return self._known.get(key, [])

    def _read(self, told: dict[tuple[str, str], list[str]]) -> None:
        files = self._repository.snapshot.files
        paths = [path for path in sorted(self._tracked) if _tells(path) and (files[path].size or 0) < _LARGEST]
        for path, data in self._repository.snapshot.read(paths[:_MOST]):
            if not isinstance(data, bytes) or b"--" not in data:
                continue
            for line in data.decode("utf-8", "replace").replace("\\\n", " ").split("\n"):
                if "--" in line and "python" in line:
                    self._note(told, line.replace("`", " "), path.rpartition("/")[0])

    def _note(self, told: dict[tuple[str, str], list[str]], line: str, folder: str) -> None:
        for base in dict.fromkeys((folder, "")):
            for step in steps_of(line, base, self._tracked):
                for name, value in step.options.items():
                    path = normal(f"{base}/{value}") if value else None
                    if path in self._tracked and path is not None and is_config(path):
                        known = told.setdefault((step.script, name), [])
                        known.extend(one for one in self._beside(value, path) if one not in known)

    def _beside(self, value: str, path: str) -> list[str]:
        """A configuration as it is spelled, and after it those of its folder, which others may hand over."""
        folder, spelled = path.rpartition("/")[0], value.rpartition("/")[0]
        start = f"{folder}/" if folder else ""
        names = [one[len(start) :] for one in self._tracked if one.startswith(start) and is_config(one)]
        others = sorted(name for name in names if "/" not in name and name.endswith(path[path.rfind(".") :]))
        return [value, *(f"{spelled}/{name}".lstrip("/") for name in others if start + name != path)][:_MOST]


def _tells(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return name.endswith(_TELLING) or name.startswith(_NAMED)
