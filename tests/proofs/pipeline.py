"""A tiny pipeline in two forms, how to run it, and how to look at it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from groundrules import catalogue, facts, findings, sources
from groundrules.facts.lines import Lines

CATALOGUE = catalogue.load(ddl=facts.ddl(), cache="")
FAMILIES = ("non-idempotent-pipelines", "fragile-pipelines")
BESIDE = frozenset({"hard-coded-date"})  # most forms name one day, so that nothing else differs between the two
STAND_INS = str(Path(__file__).parent / "stand_ins")

# Runs a script on another day than today. What it needs is imported before: compiled modules know the true classes.
ON_ANOTHER_DAY = """
import datetime, importlib, runpy, sys
importlib.import_module(sys.argv[2])
days = datetime.timedelta(int(sys.argv[1]))
class Day(datetime.date):
    @classmethod
    def today(cls):
        return super().today() + days
class Moment(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + days
datetime.date, datetime.datetime = Day, Moment
sys.argv = sys.argv[3:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""

State = Mapping[str, object]


class Proof(NamedTuple):
    """A rule, with a script that it flags and the same script mended."""

    rule: str
    flagged: str
    mended: str
    path: str = "etl/step.py"
    given: Mapping[str, str] = {}  # files that are there before the first run
    needs: str = "sqlite3"  # a library without which it cannot run

    def __str__(self) -> str:
        return self.rule


class Ran(NamedTuple):
    """What came of one run."""

    code: int
    state: State
    said: str


def run(
    folder: Path,
    script: str,
    *arguments: str,
    needs: str = "sqlite3",
    day: int = 0,
    seconds: float = 30.0,
    variables: Mapping[str, str] | None = None,
) -> Ran:
    """Run a script in a process of its own, `day` days from now. Raises subprocess.TimeoutExpired when it hangs."""
    environment = {**os.environ, "PYTHONPATH": STAND_INS, "PYTHONDONTWRITEBYTECODE": "1", **(variables or {})}
    command = [sys.executable, "-c", ON_ANOTHER_DAY, str(day), needs, script, *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )
    return Ran(done.returncode, state(folder, script), done.stdout + done.stderr)


def laid_out(folder: Path, proof: Proof, text: str) -> Path:
    """A folder with the script and what it needs."""
    for name, content in {**proof.given, proof.path: text}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def state(folder: Path, script: str) -> State:
    """All that the run has left behind: rows of databases, contents of files, and folders."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir():
            found[name] = "a folder"
        elif path.suffix == ".db":
            found[name] = rows(path)
        elif name != script:
            found[name] = path.read_text(encoding="utf-8")
    return found


def rows(path: Path) -> list[str]:
    """What a database holds."""
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def told(proof: Proof, text: str) -> set[str]:
    """The rules on pipelines that have something to say about a form."""
    snapshot = sources.memory({**proof.given, proof.path: text})
    gathered = facts.gather(snapshot, CATALOGUE, cache="")
    rules = tuple(rule for rule in CATALOGUE.rules if rule.family in FAMILIES)
    found, notes = findings.find(
        connection=gathered.connection, spans=gathered.spans, rules=rules, lines=Lines(snapshot)
    )
    assert not notes
    assert not gathered.unreadable
    return {finding.rule for finding in found}
