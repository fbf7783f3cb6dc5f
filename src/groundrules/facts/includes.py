"""What a configuration pulls in: Hydra's defaults lists, `extends` and `include`, compose files' env_file."""

from __future__ import annotations

from groundrules.facts.raw import Include
from groundrules.facts.tree import DEEPEST, Node, child, items, pairs, text
from groundrules.typed import Iterator

_MOST = 1_000
_INCLUDES = frozenset(("extends", "include", "includes", "_base_", "__base__", "base_config", "!include"))
INCLUDING = (b"env_file", b"extends", b"include", b"_base_", b"base_config", b"defaults")  # no include without one
_CONFIGS = (".yaml", ".yml", ".json", ".toml", ".env", ".ini", ".cfg")


def includes(root: Node) -> list[Include]:
    """Rows for a document, in the order of the text."""
    rows = [*_hydra(root)]
    stack = [(root, 0)]
    seen: set[int] = set()
    while stack and len(rows) < _MOST:
        node, depth = stack.pop()
        if depth > DEEPEST or (node.items and id(node.items) in seen):
            continue  # what an anchor names was looked at where it stands
        seen.add(id(node.items))
        for key, value in pairs(node):
            rows += _of_key(key.text or "", value)
            stack.append((value, depth + 1))
        stack += [(item, depth + 1) for item in items(node)]
    return sorted(rows[:_MOST])


def _of_key(key: str, value: Node) -> Iterator[Include]:
    if key == "env_file":
        for node in items(value) or [value]:
            target = node if text(node) else child(node, "path")
            if target is not None and text(target):
                yield Include(target.where, text(target) or "", "env-file")
    elif key in _INCLUDES or value.tag == "!include":
        for node in items(value) or [value]:
            yield from _file(node)


def _file(node: Node) -> Iterator[Include]:
    """A file that an item names as itself, or below `file`, `path` or `local`."""
    for part in (node, child(node, "file"), child(node, "path"), child(node, "local"), *items(child(node, "path"))):
        target = text(part) or ""
        if part is not None and target.endswith(_CONFIGS) and "://" not in target:
            yield Include(part.where, target, "include")


def _hydra(root: Node) -> Iterator[Include]:
    for item in items(child(root, "defaults")):
        if item.kind == "text" and item.text and item.text != "_self_":
            yield from _group(item, "", item.text)
        for key, value in pairs(item):
            for option in items(value) or [value]:
                if key.text:
                    yield from _group(key, key.text, text(option) or "null")


def _group(place: Node, group: str, option: str) -> Iterator[Include]:
    """One entry, such as `override /db@target: mysql` or `base@_global_`."""
    whole = f"{group}/{option}" if group else option
    said = ""
    for word in ("override", "optional"):
        if whole.startswith(f"{word} "):
            said, whole = word, whole.removeprefix(word).lstrip()
    before, at, after = whole.partition("@")
    package = None
    if at:
        package, slash, rest = after.partition("/") if group else (after, "", "")
        whole = before + slash + rest
        package = {"_global_": "", "_here_": None}.get(package, package)
    if "${" not in whole.split("/")[0]:
        yield Include(place.where, whole.removesuffix(".yaml"), "hydra-group", package, said)
