"""The sockets of CI systems: what they may do, and that what they call exists."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from groundrules import arguments

HOOKS = Path(__file__).parents[2] / "hooks"
FILES = ["github/action.yml", "github/check.yml", "github/review.yml", "gitlab/template.yml"]


def read(name: str) -> Any:
    """A file of ours; YAML 1.1 reads the key `on` as true."""
    return yaml.safe_load((HOOKS / name).read_text())


def steps(document: Any) -> Iterator[dict[str, Any]]:
    """All steps of a workflow or an action."""
    for job in document.get("jobs", {"only": document.get("runs", {})}).values():
        yield from job["steps"]


def scripts(name: str) -> list[str]:
    """Everything that a shell runs."""
    document = read(name)
    if name.startswith("gitlab"):
        return ["\n".join(document["groundrules"]["script"])]
    return [step["run"] for step in steps(document) if "run" in step]


def commands() -> Iterator[str]:
    """Every line that calls us, without what the CI system fills in."""
    for name in FILES:
        for script in scripts(name):
            yield from re.findall(r"groundrules ((?:check|review) [^|;]*?)(?: \|\||;|$)", script, re.MULTILINE)
        for step in steps(read(name)) if name.startswith("github") else ():
            if "arguments" in step.get("with", {}):
                yield step["with"]["arguments"]
    yield read("github/action.yml")["inputs"]["arguments"]["default"]


@pytest.mark.parametrize("line", list(commands()))
def test_every_call_parses(line: str) -> None:
    name, *words = shlex.split(re.sub(r"\$\{\{.*?\}\}", "x", line))
    assert arguments.parse(arguments.BY_NAME[name], words).given


def test_the_calls_were_found() -> None:
    assert len(list(commands())) == 5


@pytest.mark.parametrize("name", FILES)
def test_no_script_has_anything_pasted_into_it(name: str) -> None:
    for script in scripts(name):
        assert "${{" not in script
        subprocess.run(["bash", "-n", "-c", script], check=True)


def test_the_workflow_that_runs_on_strange_code_has_no_secret_and_may_write_nothing() -> None:
    document = read("github/check.yml")
    assert document[True] == "pull_request"
    assert document["permissions"] == {"contents": "read"}
    text = (HOOKS / "github/check.yml").read_text()
    assert "secrets." not in text
    assert "github.token" not in text
    assert next(steps(document))["with"]["persist-credentials"] is False


def test_the_workflow_that_may_write_checks_nothing_strange_out() -> None:
    document = read("github/review.yml")
    checkouts = [step for step in steps(document) if "checkout" in step.get("uses", "")]
    assert [set(step["with"]) for step in checkouts] == [{"fetch-depth"}]
    assert document["permissions"] == {"actions": "read", "contents": "read", "pull-requests": "write"}
    first = read("github/check.yml")["name"]
    assert document[True]["workflow_run"]["workflows"] == [first]


def test_the_action_splits_words_and_runs_nothing_in_them(tmp_path: Path) -> None:
    program = tmp_path / "groundrules" / "bin" / "groundrules"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)
    script = next(step["run"] for step in steps(read("github/action.yml")) if step["name"] == "run")
    words = "check $(touch pwned) `id` ; rm -rf x"
    environment = {"ARGUMENTS": words, "RUNNER_TEMP": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["bash", "-e", "-c", script], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:-1] == words.split(" ")
    assert not (tmp_path / "pwned").exists()
