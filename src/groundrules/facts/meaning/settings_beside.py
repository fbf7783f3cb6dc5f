"""Keys that are named nowhere, beside others that are: for configurations of which nobody sees how they are loaded.

Where code names most keys of a section, it takes the section apart key by key, whatever loads the file.
"""

from __future__ import annotations

from groundrules.facts.raw import ConfigKey
from groundrules.typed import TYPE_CHECKING, Iterable, Iterator

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_words import Named

_HANDED_ON = (
    "params", "kwargs", "args", "parameters", "options", "hparams", "space", "grid", "augment", "transform", "mapping",
    "env", "environment", "labels", "columns", "map", "schema", "dtypes", "features", "colors", "log",
)  # fmt: skip
_ENOUGH = 3
_MOST_PART = 0.6


def beside(rows: list[ConfigKey], named: Named) -> Iterator[ConfigKey]:
    """The keys of a file that are named nowhere, in sections most of whose keys code names."""
    if len([row for row in rows if row.kind != "map"]) < 2 * _ENOUGH:
        return
    lists = tuple(row.key + "." for row in rows if row.kind == "list")
    within: dict[str, list[ConfigKey]] = {}
    for row in rows:
        if not (lists and row.key.startswith(lists)):
            within.setdefault(row.key.rpartition(".")[0], []).append(row)
    for section, members in within.items():
        words = [word_of(one) for one in members]
        if _handed_on(section) or any(word.startswith("_") or word == "class_path" for word in words):
            continue
        known = sum(word in named.read for word in words)
        if known < max(_ENOUGH, len(words) * _MOST_PART) or _alike(members, within):
            continue
        if all(part in named.read for part in section.split(".") if section):
            yield from (one for one in members if word_of(one) not in named.somewhere and word_of(one).isidentifier())


def _handed_on(section: str) -> bool:
    """Whether the name of a section, or of one around it, says that it is given to something as it is."""
    return any(part.lower().endswith(_HANDED_ON) for part in section.split("."))


def _alike(members: Iterable[ConfigKey], within: dict[str, list[ConfigKey]]) -> bool:
    """Whether a section holds things of one kind, of which a name that is computed chooses one."""
    members = list(members)
    shapes = [frozenset(word_of(one) for one in within.get(row.key, ())) for row in members if row.kind == "map"]
    most = max((sum(len(one & other) * 2 > len(one | other) for other in shapes) for one in shapes if one), default=0)
    return most > 1 and most * 2 > len(members)


def word_of(row: ConfigKey) -> str:
    """The last part of a key."""
    return row.key.rpartition(".")[2]
