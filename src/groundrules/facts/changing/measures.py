"""Measures of a model before and after."""

from __future__ import annotations

from groundrules.facts import kinds
from groundrules.facts.changing.words import better, words
from groundrules.facts.raw import ConfigKey
from groundrules.typed import Any, Iterable, Iterator, NamedTuple

_READERS = {
    ".json": "config_files.extract_json",
    ".yaml": "config_files.extract_yaml",
    ".yml": "config_files.extract_yaml",
    ".toml": "config_files.extract_toml",
}
_SPOKEN = frozenset((
    "metric", "metrics", "worse", "worsen", "lower", "drop", "drops", "dropped", "decrease", "decreased",
    "regress", "regression", "degrade", "degraded", "tradeoff", "trade-off", "baseline", "rollback", "revert",
    "reverts", "reverted",
))  # fmt: skip


class Measure(NamedTuple):
    """A number that says how good a model is."""

    key: str
    value: float
    where: tuple[Any, ...]


class Differing(NamedTuple):
    """A measure that differs."""

    key: str
    old: float
    new: float | None  # None: it is no longer measured
    better: str | None  # higher | lower
    verdict: str  # better | worse | lost | other
    relative: float | None  # how much, as a part of the old value
    where: tuple[Any, ...]


def measures(path: str, data: bytes | None) -> dict[str, Measure]:
    """The numbers of a file of measures, by key."""
    reader = _READERS.get("." + path.rpartition(".")[2].lower())
    if data is None or reader is None:
        return {}
    rows, _ = kinds.load(reader)(data)
    found = {}
    for row in rows:
        value = _number(row) if isinstance(row, ConfigKey) else None
        if isinstance(row, ConfigKey) and value is not None:
            found[row.key] = Measure(row.key, value, row.where)
    return found


def _number(row: ConfigKey) -> float | None:
    if row.kind not in ("number", "text") or row.value is None:
        return None
    try:
        value = float(row.value)
    except ValueError:
        return None
    return value if value - value == 0 else None


def differing(old: dict[str, Measure], new: dict[str, Measure]) -> Iterator[Differing]:
    """What differs. A file with no key of before measures something else, which says nothing about what was lost."""
    if not old.keys() & new.keys():
        return
    head = next(iter(new.values())).where
    for key, before in old.items():
        now, way = new.get(key), better(key)
        if now is None:
            yield Differing(key, before.value, None, way, "lost" if way else "other", None, head)
        elif now.value != before.value:
            risen = now.value > before.value
            verdict = "other" if way is None else "better" if risen == (way == "higher") else "worse"
            relative = abs(now.value - before.value) / abs(before.value) if before.value else None
            yield Differing(key, before.value, now.value, way, verdict, relative, now.where)


def announced(key: str, messages: Iterable[str]) -> bool:
    """Whether the messages of the commits speak of the measure, or of getting worse."""
    wanted = _SPOKEN.union(words(key.rpartition(".")[2]))
    return any(not wanted.isdisjoint(words(message)) for message in messages)
