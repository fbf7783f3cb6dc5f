"""Suppressions in the settings, for files that hold no comments. What people wrote there stays as it is."""

from __future__ import annotations

import json
import re
from typing import Any

from groundrules.basics.documents import FlawedError, read_toml, read_yaml
from groundrules.errors import UserError

YAML = ("groundrules.yaml", ".groundrules.yaml")
Item = dict[str, str]


def added(text: str, file: str, items: list[Item]) -> str:
    """The settings with more suppressions. Raises UserError if they can only be added by hand."""
    changed = _in_toml(text, file, items) if file.endswith(".toml") else _in_yaml(text, items)
    wanted = _wanted(text, file, items)
    try:
        sound = _read(changed, file) == wanted
    except UserError:
        sound = False
    if not sound:
        listed = "\n".join(_line(item) for item in items)
        raise UserError(f"{file} is written in a way that cannot be added to. Add this under `suppress`:\n{listed}")
    return changed


def _wanted(text: str, file: str, items: list[Item]) -> Any:
    value = _read(text, file) or {}
    section = value
    if file.endswith("pyproject.toml"):
        section = value.setdefault("tool", {}).setdefault("groundrules", {})
    section["suppress"] = [*section.get("suppress", ()), *items]
    return value


def _read(text: str, file: str) -> Any:
    try:
        return (read_toml if file.endswith(".toml") else read_yaml)(text.encode(), file).value
    except FlawedError as error:
        raise UserError(str(error)) from error


def _line(item: Item) -> str:
    """An item in one line. JSON's texts are YAML's too."""
    inside = ", ".join(f"{key}: {_scalar(value)}" for key, value in item.items())
    return f"  - {{{inside}}}"


def _scalar(value: str) -> str:
    return value if re.fullmatch(r"[a-z][a-z0-9-]*", value) else json.dumps(value, ensure_ascii=False)


def _in_yaml(text: str, items: list[Item]) -> str:
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    new = [f"{_line(item)}\n" for item in items]
    start = next((number for number, line in enumerate(lines) if re.match(r"suppress:\s*(#.*)?$", line)), None)
    if start is None:
        return "".join([*lines, "suppress:\n", *new])
    end = start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if line.strip() and not line.startswith((" ", "-", "#")):
            break
        if line.startswith((" ", "-")) and line.strip():
            end = number + 1
    first = next((line for line in lines[start + 1 : end] if line.lstrip().startswith("- ")), "  - ")
    indent = first[: len(first) - len(first.lstrip())]
    return "".join([*lines[:end], *(indent + line.lstrip() for line in new), *lines[end:]])


def _in_toml(text: str, file: str, items: list[Item]) -> str:
    table = "tool.groundrules.suppress" if file.endswith("pyproject.toml") else "suppress"
    parts = [text if text.endswith("\n") or not text else f"{text}\n"]
    for item in items:
        body = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in item.items())
        parts.append(f"\n[[{table}]]\n{body}")
    return "".join(parts)
