"""The example repository shows what its README promises: every planted problem, and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "churn"
PLANTED = re.compile(
    r"^\| `(?P<rule>[a-z-]+)` \| `(?P<path>\S+?)(?: cell (?P<cell>\d+))?:(?P<line>\d+)` \|", re.MULTILINE
)

Place = tuple[str, str, "int | None", int]


def planted() -> list[Place]:
    """The findings that the README of the example lists."""
    rows = PLANTED.finditer((EXAMPLE / "README.md").read_text())
    return sorted(
        ((row["rule"], row["path"], int(row["cell"]) if row["cell"] else None, int(row["line"])) for row in rows),
        key=repr,
    )


def tracked_copy(target: Path) -> Path:
    """The example as git holds it, in a repository of its own."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=EXAMPLE, capture_output=True, check=False).stdout.decode()
    if names:
        for name in names.rstrip("\0").split("\0"):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(EXAMPLE / name, target / name)
    else:  # a source archive: no git to ask
        shutil.copytree(EXAMPLE, target)
    for arguments in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *arguments], cwd=target, check=True, env=environment())
    return target


def environment() -> dict[str, str]:
    """Nobody's settings of git, no colour."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "NO_COLOR": "1"}


def check(folder: Path, *arguments: str) -> dict[str, Any]:
    """What the command line says, as JSON."""
    command = [sys.executable, "-m", "groundrules", "check", "--format", "json", *arguments]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment())
    assert run.returncode in (0, 1), run.stderr
    report: dict[str, Any] = json.loads(run.stdout)
    return report


def places(report: dict[str, Any], below: str = "") -> list[Place]:
    """Where the findings of a report stand, seen from a folder."""
    return sorted(
        ((each["rule"], each["path"].removeprefix(below), each["cell"], each["line"]) for each in report["findings"]),
        key=repr,
    )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as the only contents of a repository."""
    return tracked_copy(tmp_path_factory.mktemp("example") / "churn")


def test_every_planted_problem_is_found_and_no_look_alike(repository: Path) -> None:
    report = check(repository)
    assert places(report) == planted()
    assert report["unreadable"] == []


def test_the_commit_reads_like_the_work_tree(repository: Path) -> None:
    assert places(check(repository, "--staged")) == planted()


def test_inside_a_larger_repository_the_example_reads_the_same(repository: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    shutil.copytree(repository, outer / "examples" / "churn", ignore=shutil.ignore_patterns(".git"))
    (outer / "train.py").write_text("from sklearn.model_selection import train_test_split\n")
    for arguments in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *arguments], cwd=outer, check=True, env=environment())
    assert places(check(outer, "examples/churn"), "examples/churn/") == planted()


def test_the_readme_lists_at_least_a_dozen_problems_and_as_many_look_alikes() -> None:
    assert len(planted()) >= 12
    look_alikes = (EXAMPLE / "README.md").read_text().partition("## Look-alikes")[2]
    assert look_alikes.count("\n| ") - 1 >= len(planted())


def test_the_code_gives_no_answer_away() -> None:
    words = re.compile(r"groundrules|finding|planted|look-alike|unseeded|unpinned|untracked", re.IGNORECASE)
    for name in subprocess.run(
        ["git", "ls-files"], cwd=EXAMPLE, capture_output=True, text=True, check=True
    ).stdout.split():
        if name != "README.md":
            assert not words.search((EXAMPLE / name).read_text()), name
