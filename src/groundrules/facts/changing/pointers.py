"""Which version of data and models a change names: pointers of data version systems, and what a lock records."""

from __future__ import annotations

from groundrules.facts import extraction
from groundrules.facts.places import joined
from groundrules.facts.raw import Pointer, StagePath
from groundrules.facts.tree import Node, child, items, pairs, text
from groundrules.typed import Any, Iterator, NamedTuple

_HASHES = ("md5", "etag", "checksum", "sha256", "version_id")


class Pointed(NamedTuple):
    """A version that a pointer names."""

    target: str
    system: str
    hash: str
    where: tuple[Any, ...]


class Locked(NamedTuple):
    """What a lock records of a stage."""

    stage: str
    role: str  # dep | out | param | command
    target: str
    value: str  # a hash, the value of a parameter, the command
    where: tuple[Any, ...]


def pointed(path: str, data: bytes | None) -> dict[str, Pointed]:
    """What a .dvc file or a pointer of git-lfs or git-annex names, by target. Files made of a command are left out."""
    if data is None or len(data) > 1_000_000:
        return {}
    folder = path.rpartition("/")[0]
    rows = extraction.extract(extraction.extractors_of(path, len(data)), data).rows
    if any(isinstance(row, StagePath) for row in rows):
        return {}
    found = {}
    for row in rows:
        if isinstance(row, Pointer) and row.hash and row.system in ("dvc", "lfs", "annex"):
            target = path if row.target == "." else joined(folder, row.target)
            found[target] = Pointed(target, row.system, row.hash, _named(data, row.hash) or row.where)
    return found


def _named(data: bytes, name: str) -> tuple[Any, ...] | None:
    """The line that names a version: it is the one that a change touches."""
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        at = line.find(name)
        if at >= 0:
            return None, number, at + 1, number, at + 1 + len(name)
    return None


def locked(path: str, data: bytes | None) -> dict[tuple[str, str, str], Locked]:
    """What a dvc.lock records, by stage, role and target."""
    if data is None:
        return {}
    from groundrules.facts.yaml_tree import trees

    roots, _ = trees(data)
    root = roots[0] if roots else None
    folder = path.rpartition("/")[0]
    stages = child(root, "stages") if child(root, "schema") else root
    found = {}
    for key, body in pairs(stages):
        for one in _stage(key.text or "", key, body, folder):
            found[one.stage, one.role, one.target] = one
    return found


def _stage(name: str, key: Node, body: Node, folder: str) -> Iterator[Locked]:
    command = child(body, "cmd")
    said = text(command) or " && ".join(text(one) or "" for one in items(command))
    yield Locked(name, "command", "", said, key.where)
    for section, role in (("deps", "dep"), ("outs", "out")):
        for node in items(child(body, section)):
            target = text(child(node, "path"))
            found = [one for hashed in _HASHES if (one := child(node, hashed)) is not None and text(one)]
            if target and found:
                yield Locked(name, role, joined(folder, target), text(found[0]) or "", found[0].where)
    for file, values in pairs(child(body, "params")):
        for parameter, held in pairs(values):
            yield Locked(name, "param", f"{file.text}:{parameter.text}", _spelled(held), parameter.where)


def _spelled(node: Node) -> str:
    """A value as text, whatever it holds."""
    if node.kind in ("map", "list"):
        return "(" + ",".join(_spelled(one) for one in node.items) + ")"
    return node.text or ""
