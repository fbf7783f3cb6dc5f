"""Scripts that a clock starts: by a workflow of the forge that has a schedule, or by a table of cron."""

from __future__ import annotations

from groundrules.facts.meaning.stages_commands import steps_of
from groundrules.facts.ownership import normal
from groundrules.facts.repository import Repository
from groundrules.typed import Collection, Iterator

_WORKFLOWS = (".github/workflows/", ".gitea/workflows/", ".forgejo/workflows/")
_TABLES = frozenset({"crontab", "crontab.txt", "cronjob", "cronjobs"})
_LARGEST = 100_000  # bytes
_MOST = 60  # files
_FOLDER = "working-directory:"


def timed_scripts(repository: Repository, tracked: Collection[str]) -> frozenset[str]:
    """The scripts of the repository that a clock starts."""
    files = repository.snapshot.files
    paths = [path for path in sorted(tracked) if _may_time(path) and (files[path].size or 0) < _LARGEST]
    found: set[str] = set()
    shells: set[str] = set()
    for path, data in repository.snapshot.read(paths[:_MOST]) if paths else ():
        if not isinstance(data, bytes) or (path.startswith(_WORKFLOWS) and not _is_timed(data)):
            continue
        text = data.decode("utf-8", "replace").replace("\\\n", " ")
        for folder in _folders(text):
            found.update(_scripts(text, folder, tracked))
            shells.update(_shells(text, folder, tracked))
    for path, data in repository.snapshot.read(sorted(shells)[:_MOST]) if shells else ():
        if isinstance(data, bytes) and len(data) < _LARGEST:
            for folder in dict.fromkeys(("", path.rpartition("/")[0])):
                found.update(_scripts(data.decode("utf-8", "replace"), folder, tracked))
    return frozenset(found)


def _is_timed(data: bytes) -> bool:
    """Whether a workflow has a schedule, and does not try out what people propose."""
    return b"cron:" in data and b"pull_request" not in data


def _folders(text: str) -> Iterator[str]:
    """The folders in which a file's commands may run."""
    yield ""
    for line in text.split("\n"):
        if _FOLDER in line:
            yield normal(line.partition(_FOLDER)[2].strip().strip("'\"")) or ""


def _scripts(text: str, folder: str, tracked: Collection[str]) -> Iterator[str]:
    for line in text.split("\n"):
        if "python" in line and not line.lstrip().startswith("#"):
            for step in steps_of(line.partition("run:")[2] or line, folder, tracked):
                yield step.script


def _shells(text: str, folder: str, tracked: Collection[str]) -> Iterator[str]:
    for line in text.split("\n"):
        for word in line.split() if ".sh" in line and not line.lstrip().startswith("#") else ():
            path = normal(f"{folder}/{word}".lstrip("/")) if word.endswith(".sh") else None
            if path is not None and path in tracked:
                yield path


def _may_time(path: str) -> bool:
    if path.startswith(_WORKFLOWS):
        return path.endswith((".yml", ".yaml"))
    name = path.rpartition("/")[2].lower()
    return name in _TABLES or name.endswith((".cron", ".crontab"))
