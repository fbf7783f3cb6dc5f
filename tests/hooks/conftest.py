"""Clones to install hooks into, cut off from the settings of whoever runs the tests."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Git = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def own_git_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings, identity, hooks or repository but what a test makes itself."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[user]\nname = A\nemail = a@example.org\n[init]\ndefaultBranch = main\n")
    # pre-commit keeps its clones below XDG_CACHE_HOME; the tests must not fill the user's.
    for name, value in {"HOME": home, "XDG_CONFIG_HOME": home / ".config", "XDG_CACHE_HOME": home / ".cache"}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("SKIP", raising=False)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """An empty repository."""
    root = tmp_path / "clone"
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return root


@pytest.fixture
def git(clone: Path) -> Git:
    """Run git in the clone; its answer is not checked."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", *arguments],
            cwd=clone,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **environment},
        )

    return run


def put(root: Path, name: str, content: str, *, executable: bool = False) -> Path:
    """Write one file of a test, folders included."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    if executable:
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


BAD = """from sklearn.model_selection import train_test_split

rows = list(range(100))
train, test = train_test_split(rows)
print(train, test)
"""
GOOD = BAD.replace("(rows)", "(rows, random_state=7)")
READER = """import pandas as pd

table = pd.read_csv("data/train.csv")
print(table)
"""
POINTER = """outs:
- md5: 0f2d4c1b9a7e86531fd0c2b4a6987e35
  size: 12
  hash: md5
  path: train.csv
"""


REMOTE = "[core]\n    remote = store\n['remote \"store\"']\n    url = s3://shop/data\n"


def reader_of_pointed_data(root: Path, git: Git) -> None:
    """Commit a script that reads data which a DVC file answers for."""
    put(root, "train.py", READER)
    put(root, "data/train.csv", "a,b\n1,2\n")
    put(root, "data/.gitignore", "/train.csv\n")
    put(root, "data/train.csv.dvc", POINTER)
    put(root, ".dvc/config", REMOTE)
    git("add", "-A")
    assert git("commit", "-q", "-m", "read pointed data").returncode == 0
