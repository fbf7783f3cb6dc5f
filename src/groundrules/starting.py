"""What a repository uses, and the settings that fit it: the first step of whoever adopts the rules."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from groundrules.basics import packaged
from groundrules.basics.documents import read_yaml
from groundrules.basics.globs import matcher

REQUIREMENTS = (
    "requirements*.txt", "requirements*.in", "pyproject.toml", "setup.cfg", "setup.py", "environment.y*ml", "Pipfile",
)  # fmt: skip
HOOK = """\
  - repo: local
    hooks:
      - id: groundrules
        name: groundrules
        entry: groundrules check --staged
        language: system
        types: [file]
        stages: [pre-commit]
        require_serial: true
        always_run: true
"""


class Found(NamedTuple):
    """One tool that the repository uses."""

    name: str
    where: str  # a file of it, or how many
    says: str
    overrides: str
    next: str


class Start(NamedTuple):
    """What to begin with."""

    found: tuple[Found, ...]
    foreign: tuple[str, ...]  # folders of others


def look(paths: Iterable[str], read: Callable[[str], str]) -> Start:
    """What the files of a repository give away. `read` gives the text of one, or ''."""
    files = sorted(paths)
    with open(os.path.join(packaged("rules"), "tools.yaml"), "rb") as stream:
        table: Mapping[str, Any] = read_yaml(stream.read(), "tools.yaml").value
    requirements = matcher(REQUIREMENTS)
    words = _words("\n".join(read(path) for path in files if requirements(path)))
    attributes = "\n".join(read(path) for path in files if path.rpartition("/")[2] == ".gitattributes")
    found = [one for tool in table["tools"] if (one := _found(tool, files, words, attributes))]
    foreign = [pattern for pattern in table["foreign"] if any(map(matcher((pattern,)), files))]
    return Start(tuple(found), tuple(foreign))


def _found(tool: Mapping[str, Any], files: list[str], words: frozenset[str], attributes: str) -> Found | None:
    matches = [path for path in files if matcher(tool["files"])(path)]
    named = words.intersection(tool.get("words", ()))
    said = tool.get("attributes")
    if matches:
        where = f"{len(matches)}" if tool.get("counts") else matches[0]
    elif named:
        where = "among the requirements"
    elif said is not None and said in attributes:
        where = ".gitattributes"
    else:
        return None
    return Found(tool["name"], where, tool.get("says", ""), tool.get("overrides", ""), tool.get("next", ""))


def _words(text: str) -> frozenset[str]:
    import re

    return frozenset(word.lower().replace("_", "-") for word in re.findall(r"[A-Za-z][A-Za-z0-9._-]*[A-Za-z0-9]", text))


def settings(start: Start, baseline: bool) -> str:
    """A groundrules.yaml with a comment on everything that it decides."""
    overrides = [found.overrides for found in start.found if found.overrides]
    lines = ["# Settings of groundrules. `groundrules rules` lists the rules, `groundrules explain RULE` prints one."]
    if start.found:
        lines.append("# Found here: " + ", ".join(f"{found.name} ({found.where})" for found in start.found) + ".")
    lines += [f"# {found.name}: {found.says}" for found in start.found if found.says]
    lines += [
        "",
        "# The gate: what is at least that bad, and that sure, fails a commit or a run.",
        "fail_on:",
        "  level: warning       # error | warning | note | never",
        "  confidence: medium   # high | medium | low",
        "  # Other gates for some rules or files; of those that fit the last one counts.",
        "  # overrides:",
        *(f"  #   - {override}" for override in overrides or ['{path: "experiments/", level: error}']),
        "",
        "# Findings that are in this file are known and fail nothing; `groundrules baseline update` renews it.",
        f"{'' if baseline else '# '}baseline: .groundrules-baseline",
        "# With a ratchet no rule may ever have more findings than the baseline, or the base of --since, has.",
        f"{'' if baseline else '# '}ratchet: true",
        "",
        "# A comment that suppresses a finding counts only if it gives a reason.",
        "require_reasons: true",
        "",
        "# Code of others.",
        "exclude: [" + ", ".join(f'"{pattern}"' for pattern in start.foreign) + "]",
        "",
        "# A policy that several repositories share; what stands here overrides it.",
        "# extend: [policy/groundrules.yaml]",
    ]
    return "\n".join(lines) + "\n"


def hooks(existing: str | None) -> str | None:
    """A configuration of the pre-commit framework with our hook; None if there is nothing to add by a machine."""
    return f"repos:\n{HOOK}" if existing is None else None
