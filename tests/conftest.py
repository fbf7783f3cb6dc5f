"""Real git repositories, cut off from whatever configuration and hooks surround the tests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

_VARIABLES = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2024-01-02T03:04:05Z",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_COMMITTER_DATE": "2024-01-02T03:04:05Z",
    "LC_ALL": "C",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The flag of tests/reports: it must stand here, where pytest looks before it reads the command line."""
    parser.addoption("--rewrite-golden", action="store_true", help="rewrite the golden files of the reports")


class Repository:
    """A small repository to write, stage and commit in."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.root = os.path.realpath(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *options)

    def git(self, *arguments: str, given: bytes = b"") -> bytes:
        """What git prints; the test fails if git does."""
        return subprocess.run(["git", "-C", self.root, *arguments], input=given, capture_output=True, check=True).stdout

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Puts files on the disk."""
        for name, data in files.items():
            path = os.path.join(self.root, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data.encode() if isinstance(data, str) else data)

    def stage(self, files: Mapping[str, str | bytes] | None = None) -> None:
        """Stages these files, ignored or not; or everything that is not ignored."""
        self.write(files or {})
        self.git("--literal-pathspecs", "add", *(("-f", "--", *files) if files else ("--", ".")))

    def delete(self, *names: str) -> None:
        """Removes files from the index and the disk."""
        self.git("--literal-pathspecs", "rm", "-q", "--", *names)

    def commit(self, files: Mapping[str, str | bytes] | None = None, message: str = "a change") -> str:
        """Commits these files, or everything; returns the commit's id."""
        self.stage(files)
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD").decode().strip()


@pytest.fixture(autouse=True)
def _own_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may themselves run inside a hook, whose variables name another repository."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in _VARIABLES.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository."""
    return Repository(tmp_path / "repository")
