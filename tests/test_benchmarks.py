"""The benchmarks measure the same thing every time, and their harness runs."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
STAND_IN = "import sys; sys.exit(1)"  # findings, which are no reason to stop


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripts find their siblings as they do when they are run."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))


def test_the_repository_is_the_same_every_time_and_as_large_as_asked() -> None:
    import corpus

    first, again = list(corpus.repository(300)), list(corpus.repository(300))
    assert first == again
    assert len({name for name, _ in first}) == 300
    kinds = {Path(name).suffix for name, _ in first}
    assert {".py", ".ipynb", ".yaml", ".sql", ".dvc"} <= kinds


def test_what_is_made_is_valid() -> None:
    import corpus

    for name, text in [*corpus.repository(200), *corpus.large_tree(5000)]:
        if name.endswith(".py"):
            ast.parse(text, name)
            assert "$" not in text
        if name.endswith(".ipynb"):
            for cell in json.loads(text)["cells"]:
                ast.parse("".join(cell["source"]), name)


def harness(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the benchmarks with something in place of the program."""
    command = [sys.executable, str(BENCHMARKS / "run.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_harness_prints_ratios() -> None:
    run = harness("--smoke", "--program", f"{sys.executable} -c '{STAND_IN}'")
    assert run.returncode == 0, run.stderr
    assert [line.split()[0] for line in run.stdout.splitlines()] == ["processor", "commit", "commit", "check", "cold"]


def test_a_crash_is_no_measurement() -> None:
    run = harness("--smoke", "--program", f"{sys.executable} -c 'raise SystemExit(3)'")
    assert run.returncode == 1
    assert "ended with 3" in run.stderr
