"""A rule's examples as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

MARKS = ("# finding", "-- finding")


class Shown(NamedTuple):
    """An example as text, and whether the rule finds something in it."""

    name: str
    text: str
    bad: bool


def shown(name: str, example: object) -> Shown:
    """An example: one Python file, or a small repository with a heading above each file."""
    if isinstance(example, str):
        return Shown(name, example.rstrip("\n"), _marked(example))
    if not isinstance(example, Mapping):
        return Shown(name, str(example), False)
    parts = []
    for key, heading in (("base", "in the commit before"), ("files", ""), ("untracked", "not in git")):
        for path, content in (example.get(key) or {}).items():
            title = f"{path} ({heading})" if heading else str(path)
            parts.append(f"=== {title}\n{_content(content)}".rstrip("\n"))
    parts += [f"=== {path} (ignored by git)" for path in example.get("ignored") or ()]
    expected = example.get("expect") or ()
    parts += [f"=== found at {place}" for place in expected]
    bad = bool(expected) or any(_marked(content) for key in ("files", "untracked") for content in _texts(example.get(key)))
    return Shown(name, "\n".join(parts), bad)


def _texts(files: object) -> list[str]:
    return [_content(content) for content in files.values()] if isinstance(files, Mapping) else []


def _content(content: object) -> str:
    if isinstance(content, list):
        return "\n".join(f"--- cell {number}\n{str(cell).rstrip()}" for number, cell in enumerate(content))
    return str(content)


def _marked(text: str) -> bool:
    return any(mark in text for mark in MARKS)
