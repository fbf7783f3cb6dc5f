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
