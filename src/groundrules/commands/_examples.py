"""A rule's examples as a person reads them."""

from __future__ import annotations

from groundrules.typed import Any, Mapping, NamedTuple


class Shown(NamedTuple):
    """An example as text, and whether the rule finds something in it."""

    name: str
    text: str
    bad: bool


def shown(name: str, example: Any) -> Shown:
    """An example: one Python file, or a small repository with a heading above each file."""
    from groundrules.catalogue.manners import expects

    bad = expects(example)
    if isinstance(example, str):
        return Shown(name, example.rstrip("\n"), bad)
    parts = []
    for key, heading in (("base", " (in the commit before)"), ("files", ""), ("untracked", " (not in git)")):
        for path, content in (example.get(key) or {}).items():
            parts.append(f"=== {path}{heading}\n{_content(content)}".rstrip("\n"))
    parts += [f"=== {path} (ignored by git)" for path in example.get("ignored") or ()]
    parts += [f"=== found at {place}" for place in example.get("expect") or ()]
    return Shown(name, "\n".join(parts), bad)


def _content(content: Any) -> str:
    """A text, the cells of a notebook, or a file of a certain size."""
    if isinstance(content, list):
        return "\n".join(f"--- cell {number}\n{_cell(cell)}" for number, cell in enumerate(content))
    if isinstance(content, Mapping):
        return f"--- {content.get('size', 0):,} bytes"
    return str(content)


def _cell(cell: Any) -> str:
    text = str(cell.get("markdown", "")) if isinstance(cell, Mapping) else str(cell)
    return text.rstrip()
