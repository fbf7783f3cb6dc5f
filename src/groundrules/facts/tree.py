"""What YAML and JSON have in common: a tree of maps, lists and scalars that know their places."""

from __future__ import annotations

from groundrules.facts.raw import ConfigKey, Where
from groundrules.typed import Iterator, NamedTuple

DEEPEST = 60
MOST_ROWS = 20_000
LONGEST_VALUE = 4_000  # characters; longer texts are data, and their value is left unknown


class Node(NamedTuple):
    """A map, a list or a scalar."""

    kind: str  # text | number | bool | null | map | list
    text: str | None  # of a scalar
    where: Where
    tag: str | None
    items: list[Node]  # of a list; of a map its keys and values in turn


class TooMuchError(Exception):
    """A bound was reached. The message is a sentence."""


def pairs(node: Node | None) -> Iterator[tuple[Node, Node]]:
    """Keys and values of a map; of anything else none. Keys that are no scalars are left out."""
    if node is not None and node.kind == "map":
        for position in range(0, len(node.items) - 1, 2):
            if node.items[position].text is not None:
                yield node.items[position], node.items[position + 1]


def child(node: Node | None, name: str) -> Node | None:
    """The value of a key of a map."""
    for key, value in pairs(node):
        if key.text == name:
            return value
    return None


def items(node: Node | None) -> list[Node]:
    """The items of a list; of anything else none."""
    return node.items if node is not None and node.kind == "list" else []


def text(node: Node | None) -> str | None:
    """The text of a scalar that is not null."""
    return None if node is None or node.kind in ("null", "map", "list") else node.text


def flatten(root: Node) -> list[ConfigKey]:
    """Every key below the root, with dots. Raises TooMuchError."""
    rows: list[ConfigKey] = []
    _flatten(root, "", 0, rows)
    return rows


def _flatten(node: Node, prefix: str, depth: int, rows: list[ConfigKey]) -> None:
    if depth > DEEPEST:
        raise TooMuchError(f"It is nested more than {DEEPEST} deep, so its keys were left out.")
    if node.kind == "map":
        for key, value in pairs(node):
            _add(prefix + (key.text or ""), key.where, value, rows)
            if value.items:
                _flatten(value, f"{prefix}{key.text}.", depth + 1, rows)
    elif node.kind == "list":
        for number, value in enumerate(node.items):
            _add(f"{prefix}{number}", value.where, value, rows)
            if value.items:
                _flatten(value, f"{prefix}{number}.", depth + 1, rows)


def _add(key: str, where: Where, value: Node, rows: list[ConfigKey]) -> None:
    if len(rows) >= MOST_ROWS:
        raise TooMuchError(f"It holds more than {MOST_ROWS:,} keys, so they were left out.")
    known = value.text is not None and len(value.text) <= LONGEST_VALUE and value.kind != "null"
    if value.tag is not None and value.tag.startswith("!"):
        known = False  # a loader makes something else of the text
    rows.append(ConfigKey(where, key, value.kind, value.text if known else None))
