"""A repository whose files mark their findings, and a pull request on a forge of our own."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Repository
from groundrules import cli
from groundrules.reports.review import wire

from .stub import Stub

MARK = re.compile(r"# finding (\S+)")
MESSAGE = "`sklearn.model_selection.train_test_split` splits rows."
Review = Callable[..., int]


@pytest.fixture(autouse=True)
def naps(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> list[float]:
    """How long a run would have slept; and none of the machine's own tokens and CI variables."""
    slept: list[float] = []
    monkeypatch.setattr(wire, "sleep", slept.append)
    for name in ("GITHUB_TOKEN", "GH_TOKEN", "GITLAB_TOKEN", "GITHUB_EVENT_PATH", "GITHUB_REPOSITORY", "CI_API_V4_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GROUNDRULES_TOKEN", "secret-token")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return slept


def found(path: str, line: int, name: str, **values: Any) -> dict[str, Any]:
    """A finding of the contract, whose fingerprint depends on its name alone."""
    return {
        "rule": "unseeded-split", "family": "missing-seeds", "level": "warning", "confidence": "high", "path": path,
        "cell": None, "line": line, "column": 1, "end_line": line, "end_column": 4, "message": MESSAGE,
        "fingerprint": hashlib.sha256(name.encode()).hexdigest()[:16], "fix": {"advice": "Pass it."}, "related": [],
        "status": "new", **values,
    }  # fmt: skip


def document(findings: list[dict[str, Any]]) -> dict[str, Any]:
    """A report of the contract."""
    levels = {"error": 0, "warning": len(findings), "note": 0}
    summary = {"files": 1, "rules": 1, "seconds": 0.1, "levels": levels, "notes": []}
    return {"version": 1, "findings": findings, "unreadable": [], "summary": summary}


class Change:
    """A branch under review."""

    def __init__(self, repository: Repository, folder: Path) -> None:
        self.repository = repository
        self.report = folder / "findings.json"
        self.base = ""
        self.stub: Stub | None = None

    def begin(self, files: dict[str, str], changed: dict[str, str]) -> Stub:
        """A base, a change of it, and the pull request."""
        self.base = self.repository.commit(files)
        head = self.repository.commit(changed)
        self.stub = Stub(self.repository.root, self.base, head)
        self.check()
        return self.stub

    def push(self, files: dict[str, str]) -> None:
        """One more commit, and its report."""
        head = self.repository.commit(files)
        assert self.stub is not None
        self.stub.head = head
        self.check()

    def check(self) -> list[dict[str, Any]]:
        """A report with a finding on each marked line."""
        findings = [
            found(str(path.relative_to(self.repository.folder)), number, mark[1])
            for path in sorted(self.repository.folder.rglob("*.py"))
            for number, line in enumerate(path.read_text().split("\n"), 1)
            if (mark := MARK.search(line))
        ]
        self.write(findings)
        return findings

    def write(self, findings: list[dict[str, Any]]) -> None:
        """A report with these findings."""
        self.report.write_text(json.dumps(document(findings)))


@pytest.fixture
def change(repository: Repository, tmp_path: Path) -> Iterator[Change]:
    """A branch under review, with its forge taken down afterwards."""
    made = Change(repository, tmp_path)
    yield made
    if made.stub is not None:
        made.stub.close()


@pytest.fixture
def review(change: Change, monkeypatch: pytest.MonkeyPatch) -> Review:
    """Run the command on the change; its exit code."""

    def run(*words: str) -> int:
        assert change.stub is not None
        monkeypatch.chdir(change.repository.folder)
        monkeypatch.setenv("GITHUB_API_URL", change.stub.address)
        where = ["--repository", "acme/churn", "--request", "7", "--head", "HEAD"]
        return cli.main(["review", "--from", str(change.report), "--to", "github", *where, *words])

    return run
