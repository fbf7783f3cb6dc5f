"""Values of configuration files, and which of them no loader is known to hand to anybody."""

from __future__ import annotations

from groundrules.facts.meaning.settings_beside import word_of
from groundrules.facts.meaning.settings_tree import Tree
from groundrules.facts.meaning.settings_words import Named
from groundrules.facts.raw import ConfigKey
from groundrules.typed import Any, Iterable, Iterator, NamedTuple

_SAYING = frozenset(
    (
        "name",
        "version",
        "description",
        "desc",
        "comment",
        "comments",
        "notes",
        "note",
        "project",
        "author",
        "title",
        "rationale",
        "reason",
        "reference",
        "references",
        "source",
        "unit",
        "units",
        "owner",
        "maintainer",
        "license",
    )
)
_OF_TOOLS = ("defaults", "hydra")  # sections that the framework itself reads


class Source(NamedTuple):
    """A loader, with what it reads and what is known of it."""

    tree: Tree
    certain: bool  # every file that it reads is known, and nothing is put over them
    read: frozenset[str]  # keys
    around: frozenset[str]  # sections in which something is read
    whole: frozenset[str]  # sections that are used as a whole
    paths: frozenset[str] | None  # files that it may read, where the tree holds others, too


class Leaf(NamedTuple):
    """A value of a file, with the keys that it has for each loader."""

    row: ConfigKey
    keys: tuple[tuple[Source, str], ...]


def says(row: ConfigKey) -> bool:
    """Whether a key tells a person something, or a framework, so that no code has to read it."""
    return word_of(row).lower() in _SAYING or row.key.partition(".")[0] in _OF_TOOLS


def unread(leaves: dict[Any, Leaf]) -> list[Leaf]:
    """The values that no loader is known to hand to anybody; those of a list belong to the list."""
    lists = tuple(one.row.key + "." for one in leaves.values() if one.row.kind == "list")
    found = []
    for one in leaves.values():
        word = word_of(one.row)
        if one.row.kind == "map" or (lists and one.row.key.startswith(lists)) or not word.isidentifier():
            continue
        if says(one.row) or word.startswith("_"):
            continue
        if not any(covered(key, source) for source, key in one.keys):
            found.append(one)
    return found


def covered(key: str, source: Source) -> bool:
    """Whether a key, a section around it or something in it is used."""
    if key in source.read or key in source.around or key in source.whole or "" in source.whole:
        return True
    return any(above in source.read or above in source.whole for above in sections_above(key))


def doubtful(one: Leaf, named: Named) -> bool:
    """Whether nobody may read a value, unless it is used with all that is around it."""
    return word_of(one.row) not in named.somewhere or out_of_reach(one, named)


def out_of_reach(one: Leaf, named: Named) -> bool:
    """Whether a section around a value, or the value itself, is named nowhere where a key could be read by it."""
    within = named.read.issuperset(words_of(one)) and word_of(one.row) in named.loose
    return not within and all(source.certain for source, _ in one.keys)


def words_of(one: Leaf) -> list[str]:
    return [part for part in one.row.key.split(".") if part.isidentifier()]


def is_section(tree: Tree, keys: tuple[str, ...]) -> bool:
    rows = tree.rows(".".join(keys))
    return rows is not None and (not rows or any(row.kind == "map" for _, row in rows))


def sections_above(key: str) -> Iterator[str]:
    """The sections around a key, innermost first."""
    while "." in key:
        key = key.rpartition(".")[0]
        yield key


def made_sections(tree: Tree) -> set[str]:
    """Sections of which a framework makes objects: they name the class themselves."""
    return {
        key.rpartition(".")[0] for key, rows in tree.keys.items()
        if key.endswith(("._target_", "._partial_", ".class_path"))
        or ("." in key and any(_is_class(row.value) for _, row in rows))
    }  # fmt: skip


def _is_class(value: object) -> bool:
    """Whether a value is the dotted name of a class."""
    parts = value.split(".") if isinstance(value, str) else []
    return len(parts) > 1 and parts[-1][:1].isupper() and all(one.isidentifier() for one in parts)


def gather(found: Iterable[Leaf], leaves: dict[Any, Leaf]) -> Iterator[tuple[ConfigKey, Leaf]]:
    """Each value with what is told of: the outermost section in which nothing is read, or the value itself."""
    chosen = {one.row.key for one in found}
    maps = {one.row.key: one.row for one in leaves.values() if one.row.kind == "map"}
    lists = tuple(f"{one.row.key}." for one in leaves.values() if one.row.kind == "list")
    read: set[str] = set()
    for one in leaves.values():
        if one.row.kind != "map" and one.row.key not in chosen and not one.row.key.startswith(lists):
            read.update(sections_above(one.row.key))
    for one in found:
        sections = [maps[key] for key in sections_above(one.row.key) if key in maps and key not in read]
        several = [row for row in sections if sum(key.startswith(f"{row.key}.") for key in chosen) > 1]
        yield (several[-1] if several else one.row), one
