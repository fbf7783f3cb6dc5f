"""Proves rules by their examples: each must give exactly the findings that it marks, and none else.

The tests prove the packaged rules with this, and `groundrules test` a team's own.
"""

from __future__ import annotations

from collections import Counter

from groundrules import facts, findings, sources
from groundrules.catalogue import Catalogue
from groundrules.catalogue.manners import MARK
from groundrules.facts.changing.given import Changed
from groundrules.facts.lines import Lines
from groundrules.model import Rule
from groundrules.sources.difference import Change
from groundrules.typed import Any, Collection, Iterable, Iterator, Mapping, NamedTuple

PYTHON = "train.py"  # what an example that is one text is called

Spot = tuple[str, "int | None", int]  # path, cell, line


class Case(NamedTuple):
    """One example of one rule."""

    rule: Rule
    name: str
    example: Any

    def __str__(self) -> str:
        return f"{self.rule.id}: {self.name}"


class Repository(NamedTuple):
    """An example laid out as files."""

    files: Mapping[str, bytes]
    tracked: frozenset[str]
    ignored: tuple[str, ...]
    expected: Counter[Spot]
    base: Mapping[str, bytes] | None = None  # what the base held; None: there is nothing to compare with
    messages: tuple[str, ...] = ()


class Verdict(NamedTuple):
    """What came of an example."""

    case: Case
    missing: tuple[str, ...]  # marked places without a finding
    unexpected: tuple[str, ...]  # findings where none is marked, with their messages
    troubles: tuple[str, ...]  # what could not be read or asked

    @property
    def proven(self) -> bool:
        """Whether the example gave exactly what it marks."""
        return not (self.missing or self.unexpected or self.troubles)

    def __str__(self) -> str:
        """The example with all that is wrong with it, one complaint a line."""
        said = [
            *(f"  finds nothing at {place}" for place in self.missing),
            *(f"  finds at {place}" for place in self.unexpected),
            *(f"  {trouble}" for trouble in self.troubles),
        ]
        return "\n".join([str(self.case), *(said or ["  is proven"])])


def cases(rules: Iterable[Rule]) -> list[Case]:
    """Every example of the rules."""
    return [Case(rule, name, example) for rule in rules for name, example in rule.examples.items()]


def prove(case: Case, catalogue: Catalogue) -> Verdict:
    """Run one example through facts and findings."""
    repository = laid_out(case.example)
    snapshot = sources.memory(repository.files, tracked=repository.tracked, ignored=repository.ignored)
    rules, idle = (case.rule,), set[str]()

    def making(filled: Collection[str]) -> Mapping[str, str] | None:
        idle.update(catalogue.idle(rules, filled))
        return catalogue.statements(rules)

    gathered = facts.gather(snapshot, catalogue, cache="", changed=_changed(repository), making=making)
    found, notes = findings.find(
        connection=gathered.connection, spans=gathered.spans, rules=rules, lines=Lines(snapshot), idle=idle
    )
    told = [(finding.span[:3], finding.message) for finding in found if finding.status == "new"]
    counted = Counter(spot for spot, _ in told)
    unexpected = [f"{_shown(spot)}: {message}" for spot, message in told if counted[spot] > repository.expected[spot]]
    unread = [f"{item.path} cannot be read: {item.reason}" for item in gathered.unreadable]
    return Verdict(
        case,
        tuple(_shown(spot) for spot in sorted((repository.expected - counted).elements(), key=str)),
        tuple(unexpected),
        (*unread, *notes),
    )


def laid_out(example: Any) -> Repository:
    """An example as files: one text is one Python file, a map is a small repository."""
    if isinstance(example, str):
        example = {"files": {PYTHON: example}}
    tracked: Mapping[str, Any] = example.get("files", {})
    contents = {**tracked, **example.get("untracked", {})}
    expected = Counter(_stated(place) for place in example.get("expect", ()))
    for path, content in contents.items():
        expected.update(_marked(path, content))
    return Repository(
        {path: _bytes(content) for path, content in contents.items()},
        frozenset(tracked),
        tuple(example.get("ignored", ())),
        expected,
        _base(tracked, example.get("base")),
        tuple(example.get("messages", ())),
    )


def _base(tracked: Mapping[str, Any], base: Mapping[str, Any] | None) -> Mapping[str, bytes] | None:
    """The files of the base: what is named as it was, without what is null, and the rest as it is."""
    if base is None:
        return None
    held = {**tracked, **base}
    return {path: _bytes(content) for path, content in held.items() if content is not None}


def _changed(repository: Repository) -> Changed | None:
    """What differs between an example and its base."""
    old, new = repository.base, {path: repository.files[path] for path in repository.tracked}
    if old is None:
        return None
    statuses = {path: "A" if path not in old else "D" if path not in new else "M" for path in {**old, **new}}
    changes = tuple(
        Change(status, path, path, None, None)
        for path, status in sorted(statuses.items())
        if old.get(path) != new.get(path)
    )
    return Changed(sources.memory(old), changes, lambda: repository.messages)


def _stated(place: str) -> Spot:
    """`path:line`, or `notebook.ipynb:cell:line`."""
    path, _, line = place.rpartition(":")
    notebook, _, cell = path.rpartition(":")
    if notebook.endswith(".ipynb") and cell.isdigit():
        return notebook, int(cell), int(line)
    return path, None, int(line)


def _marked(path: str, content: Any) -> Iterator[Spot]:
    if isinstance(content, str):
        yield from ((path, None, line) for line in _lines(content))
    elif isinstance(content, list):
        for number, cell in enumerate(content):
            if isinstance(cell, str):
                yield from ((path, number, line) for line in _lines(cell))


def _lines(text: str) -> Iterator[int]:
    """Marked lines, each as often as it says: `# finding`, `# 2 findings`."""
    for number, line in enumerate(text.split("\n"), 1):
        found = MARK.search(line)
        if found:
            yield from [number] * int(found[1] or 1)


def _bytes(content: Any) -> bytes:
    if isinstance(content, str):
        return content.encode()
    if isinstance(content, list):
        return _notebook(content)
    text: bytes = content.get("text", "\0").encode() or b"\0"
    size: int = content["size"]
    return (text * (size // len(text) + 1))[:size]


def _notebook(cells: list[Any]) -> bytes:
    import json

    written = [_code(cell) if isinstance(cell, str) else _markdown(cell["markdown"]) for cell in cells]
    python = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    return json.dumps({"cells": written, "metadata": python, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()


def _code(source: str) -> dict[str, Any]:
    lines = source.splitlines(keepends=True)
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": lines}


def _markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source.splitlines(keepends=True)}


def _shown(spot: Spot) -> str:
    path, cell, line = spot
    return f"{path}:{line}" if cell is None else f"{path} cell {cell}:{line}"
