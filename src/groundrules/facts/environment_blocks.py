"""Names of environment variables in files of nested braces: Terraform and Jenkins."""

from __future__ import annotations

import re

from groundrules.facts.environment import Names, numbered, shell_line
from groundrules.facts.raw import Rows

_VARIABLE = re.compile(r"\s*variable\s+\"([A-Za-z_][A-Za-z0-9_]*)\"")
_OPENS = re.compile(
    r"\b(?:\w*env(?:ironment)?_?(?:var(?:iable)?s)?|variables|app_settings|secrets|\w+_env)\"?\s*=?\s*"
    r"(?:(?:merge|concat|tomap|jsonencode)\()?\s*[\[{(]"
)
_NAMED = re.compile(r"\bname\"?\s*[=:]\s*\"([A-Za-z_][A-Za-z0-9_]*)\"")
_KEY = re.compile(r"(?:^|[{,])\s*\"?([A-Z_][A-Z0-9_]+)\"?\s*[=:](?!=)")
_EXPORTED = re.compile(r"(?:^|[\s;&|\"'])export\s+([A-Za-z_]\w*)=")  # in the text of a start script
_SECRET = re.compile(r"\b(?:secret_id|secret|credentialsId)\b\"?\s*[=:]\s*['\"]([A-Z][A-Z0-9]*_[A-Z0-9_]+)['\"]")


def extract_terraform(data: bytes) -> Rows:
    """Variables, and what blocks and maps named like an environment hold."""
    names = Names("terraform")
    _scan(data, names)
    return names.result()


def extract_jenkins(data: bytes) -> Rows:
    """What a pipeline's `environment` blocks and shell steps declare."""
    names = Names("workflow")
    _scan(data, names)
    for number, line in numbered(data):
        if not line.lstrip().startswith("//"):
            shell_line(names, line, number)
    return names.result()


def _scan(data: bytes, names: Names) -> None:
    depth = 0
    inside: int | None = None  # the depth at which the outermost environment block was opened
    for number, line in numbered(data):
        if line.lstrip().startswith(("#", "//")):
            continue
        if match := _VARIABLE.match(line):
            names.add(match.group(1), number, match.start(1) + 1)
        names.matches(_SECRET, line, number)
        if "export" in line:
            names.matches(_EXPORTED, line, number)
        opens = _OPENS.search(line) if inside is None else None
        if opens:
            inside = depth
        if inside is not None:
            names.matches(_NAMED, line, number)
            names.matches(_KEY, line, number)
        depth += sum(map(line.count, "{[(")) - sum(map(line.count, "}])"))
        if inside is not None and depth <= inside:
            inside = None
