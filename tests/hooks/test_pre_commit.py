"""The ids of .pre-commit-hooks.yaml under the real framework.

The framework would install this checkout from a package registry first; the ids are run as they are declared, but with
the interpreter that runs the tests.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import BAD, GOOD, Git, put, reader_of_pointed_data

pytest.importorskip("pre_commit")

TOP = Path(__file__).resolve().parents[2]
MANIFEST: list[dict[str, Any]] = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text())
CHECKS = [hook for hook in MANIFEST if hook["stages"] == ["pre-commit"]]
FAMILIES = sorted(path.parent.name for path in TOP.glob("rules/*/family.yaml"))

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def configured(*ids: str) -> str:
    """A .pre-commit-config.yaml with the declared hooks."""
    hooks = [{**hook, "language": "system"} for hook in MANIFEST if hook["id"] in ids]
    for hook in hooks:
        hook["entry"] = hook["entry"].replace("groundrules", f"{sys.executable} -m groundrules", 1)
    return json.dumps({"repos": [{"repo": "local", "hooks": hooks}]})


@pytest.fixture
def pre_commit(clone: Path) -> Run:
    """Run the framework in the clone."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", *arguments],
            cwd=clone,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **environment},
        )

    return run


def test_the_manifest_is_valid(pre_commit: Run) -> None:
    answer = pre_commit("validate-manifest", str(TOP / ".pre-commit-hooks.yaml"))
    assert answer.returncode == 0, answer.stdout


def test_there_is_one_id_for_all_and_one_for_each_family() -> None:
    assert CHECKS[0]["id"] == "groundrules"
    assert sorted(hook["id"] for hook in CHECKS[1:]) == FAMILIES


@pytest.mark.parametrize("hook", CHECKS, ids=[hook["id"] for hook in CHECKS])
def test_every_id_is_declared_with_all_that_it_needs(hook: dict[str, Any]) -> None:
    family = "" if hook["id"] == "groundrules" else f" --select {hook['id']}"
    assert hook["entry"] == f"groundrules check --staged{family}"
    assert hook["stages"] == ["pre-commit"]
    assert hook["require_serial"] is True
    assert hook["always_run"] is True
    assert hook["minimum_pre_commit_version"] == "3.2.0"
    assert hook["description"].endswith(".")
    for name in ("src/train.py", "explore.ipynb"):
        assert re.search(hook.get("files", ""), name)


def test_a_bad_commit_is_refused_and_the_mended_one_goes_through(clone: Path, git: Git, pre_commit: Run) -> None:
    put(clone, ".pre-commit-config.yaml", configured("groundrules"))
    assert pre_commit("install").returncode == 0
    put(clone, "train.py", BAD)
    git("add", "-A")
    refused = git("commit", "-m", "bad")
    assert refused.returncode == 1
    assert "train.py:4" in refused.stdout + refused.stderr
    assert git("commit", "-m", "bad", SKIP="groundrules").returncode == 0
    put(clone, "train.py", GOOD)
    git("add", "-A")
    answer = git("commit", "-m", "good")
    assert answer.returncode == 0, answer.stderr


def test_every_id_answers_for_its_family_alone(clone: Path, git: Git, pre_commit: Run) -> None:
    ids = [hook["id"] for hook in CHECKS]
    put(clone, ".pre-commit-config.yaml", configured(*ids))
    put(clone, "train.py", BAD)
    git("add", "-A")
    answer = pre_commit("run", "--color", "never")
    failed = re.findall(r"hook id: (\S+)", answer.stdout)
    assert failed == ["groundrules", "missing-seeds"], answer.stdout


def test_a_commit_that_only_deletes_is_refused_for_what_it_breaks(clone: Path, git: Git, pre_commit: Run) -> None:
    reader_of_pointed_data(clone, git)
    put(clone, ".pre-commit-config.yaml", configured("unversioned-data"))
    git("add", "-A")
    git("commit", "-q", "-m", "hooks")
    assert pre_commit("run").returncode == 0
    git("rm", "-q", "data/train.csv.dvc")
    refused = pre_commit("run")
    assert refused.returncode == 1
    assert "train.py:3" in refused.stdout


def test_all_files_means_all_files(clone: Path, git: Git, pre_commit: Run) -> None:
    put(clone, ".pre-commit-config.yaml", configured("groundrules"))
    put(clone, "train.py", BAD)
    git("add", "-A")
    git("commit", "-q", "-m", "as it was")
    assert pre_commit("run").returncode == 0
    refused = pre_commit("run", "--all-files")
    assert refused.returncode == 1
    assert "train.py:4" in refused.stdout


def test_unstaged_changes_do_not_count(clone: Path, git: Git, pre_commit: Run) -> None:
    put(clone, ".pre-commit-config.yaml", configured("groundrules"))
    put(clone, "train.py", GOOD)
    git("add", "-A")
    put(clone, "train.py", BAD)
    assert pre_commit("run").returncode == 0
    assert (clone / "train.py").read_text() == BAD


def findings(clone: Path, *names: str) -> set[tuple[str, str, int]]:
    """What one process says that is given these names."""
    run = subprocess.run(
        [sys.executable, "-m", "groundrules", "check", "--staged", "--format", "json", *names],
        cwd=clone,
        capture_output=True,
        text=True,
        check=False,
    )
    return {(each["rule"], each["path"], each["line"]) for each in json.loads(run.stdout)["findings"]}


def test_it_does_not_matter_how_names_are_split_over_processes(clone: Path, git: Git) -> None:
    reader_of_pointed_data(clone, git)
    for name in ("a.py", "b.py", "c.py"):
        put(clone, name, BAD)
    git("add", "-A")
    git("rm", "-q", "data/train.csv.dvc")
    together = findings(clone, "a.py", "b.py", "c.py")
    assert {path for _, path, _ in together} == {"a.py", "b.py", "c.py", "train.py"}
    assert findings(clone, "a.py") | findings(clone, "c.py", "b.py") == together
    assert findings(clone) == together
    assert {path for _, path, _ in findings(clone, "a.py")} == {"a.py", "train.py"}


def test_the_message_and_the_push_have_their_hooks_too(clone: Path, git: Git, pre_commit: Run, tmp_path: Path) -> None:
    put(clone, ".pre-commit-config.yaml", configured("groundrules-commit-msg", "groundrules-pre-push"))
    assert pre_commit("install", "-t", "commit-msg", "-t", "pre-push").returncode == 0
    put(clone, "train.py", GOOD)
    git("add", "-A")
    answer = git("commit", "-m", "good")
    assert answer.returncode == 0, answer.stderr
    tree = git("rev-parse", "HEAD^{tree}").stdout.strip()
    assert git("log", "-1", "--format=%(trailers:key=Groundrules-Checked,valueonly)").stdout.strip() == tree
    git("init", "-q", "--bare", str(tmp_path / "server"))
    git("remote", "add", "origin", str(tmp_path / "server"))
    pushed = git("push", "origin", "HEAD:refs/heads/main")
    assert pushed.returncode == 0, pushed.stdout + pushed.stderr
    put(clone, "train.py", BAD)
    git("add", "-A")
    assert git("commit", "-m", "bad").returncode == 0
    assert git("log", "-1", "--format=%(trailers:key=Groundrules-Checked,valueonly)").stdout.strip() == ""
    refused = git("push", "origin", "HEAD:refs/heads/main")
    assert refused.returncode == 1
    assert "train.py:4" in refused.stdout + refused.stderr
