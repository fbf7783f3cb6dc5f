"""What `pip install` of this project puts on a machine: one wheel with all that the program needs."""

from __future__ import annotations

import importlib.util
import os
import stat
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

# One worker builds one wheel for all of these.
pytestmark = pytest.mark.xdist_group("wheel")

TOP = Path(__file__).resolve().parents[1]
SPLIT = "from sklearn.model_selection import train_test_split\n\ntrain, test = train_test_split(list(range(9)))\n"


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command without the settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GIT_", "COV_"))}
    environment = {**kept, "XDG_CACHE_HOME": str(cwd / ".cache"), "PIP_DISABLE_PIP_VERSION_CHECK": "1", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    target = tmp_path_factory.mktemp("wheel")
    # Without hatchling at hand pip fetches it, as it does for a user.
    at_hand = ["--no-build-isolation"] if importlib.util.find_spec("hatchling") else []
    built = run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", *at_hand, "-w", ".", str(TOP), cwd=target)
    assert built.returncode == 0, built.stderr
    (found,) = target.glob("groundrules-*.whl")
    return found


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in a fresh environment, which borrows the libraries of this one."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    (site,) = folder.glob("lib/python*/site-packages")
    installed = run(
        sys.executable, "-m", "pip", "--python", str(folder), "install", "-q", "--no-deps", str(wheel), cwd=folder
    )
    assert installed.returncode == 0, installed.stderr
    # Last on the path, and without .pth files, so that an editable install of this checkout is not what gets imported.
    (site / "libraries.pth").write_text(str(Path(pytest.__file__).parents[1]) + "\n")
    return folder / "bin" / "groundrules"


def test_the_wheel_holds_code_rules_hooks_and_tables(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        shim = archive.getinfo("groundrules/hooks/git/pre-commit")
    wanted = {f"groundrules/{path.relative_to(TOP)}" for path in (TOP / "rules").rglob("*.yaml")}
    wanted |= {f"groundrules/{path.relative_to(TOP)}" for path in (TOP / "rules" / "schema").iterdir()}
    wanted |= {"groundrules/facts/tables.sql", "groundrules/facts/views.sql", "groundrules/cli.py"}
    assert wanted <= names
    assert stat.S_IXUSR & (shim.external_attr >> 16), "the hook must be executable where it is installed"


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        strays = [name for name in archive.namelist() if not name.startswith(("groundrules/", "groundrules-"))]
        caches = [name for name in archive.namelist() if "__pycache__" in name]
    assert strays == []
    assert caches == []


def test_the_command_works_from_the_wheel(program: Path, tmp_path: Path) -> None:
    version = run(str(program), "--version", cwd=tmp_path)
    assert version.returncode == 0, version.stderr
    assert version.stdout.startswith("groundrules ")
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    (tmp_path / "train.py").write_text(SPLIT)
    subprocess.run(["git", "add", "train.py"], cwd=tmp_path, check=True)
    found = run(str(program), "check", cwd=tmp_path)
    assert found.returncode == 1, found.stderr
    assert "train.py:3" in found.stdout
    assert "unseeded-split" in found.stdout


def test_hooks_are_installed_from_the_wheel(program: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    (tmp_path / "train.py").write_text(SPLIT)
    subprocess.run(["git", "add", "train.py"], cwd=tmp_path, check=True)
    assert run(str(program), "install", "--hooks-path", cwd=tmp_path).returncode == 0
    folder = subprocess.run(
        ["git", "config", "core.hooksPath"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(folder.stdout.strip()).is_relative_to(program.parents[1])
    commit = run("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-m", "bad", cwd=tmp_path)
    assert commit.returncode == 1
    assert "train.py:3" in commit.stdout + commit.stderr
