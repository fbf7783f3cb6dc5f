"""Which configurations name a JSON Schema of the repository, and what else says which schema is for which files."""

from __future__ import annotations

import re

from groundrules.facts.raw import ConfigKey, Row, Rows, SchemaName, Where
from groundrules.facts.tree import Node, child, items, pairs, text
from groundrules.facts.whereabouts import decoded, on_line
from groundrules.typed import Iterable, Iterator

OWN = "own"  # the file that says so is meant
_COMMENT = re.compile(
    r"(?m)^[ \t]*#(?:[ \t]*yaml-language-server[ \t]*:[^\n]*?\$schema=|:schema[ \t]+)(?P<path>[^\s]+)"
)
_OPTION = "--schemafile"


def named(rows: Iterable[Row], data: bytes) -> list[SchemaName]:
    """The schema that a file names for itself: below its key `$schema`, or in a comment for editors."""
    return [*_by_key(rows), *_in_comment(data)][:1]


def _by_key(rows: Iterable[Row]) -> Iterator[SchemaName]:
    for row in rows:
        if isinstance(row, ConfigKey) and row.key == "$schema" and row.kind == "text":
            yield from _named(row.where, row.value or "", OWN, ())


def _in_comment(data: bytes) -> Iterator[SchemaName]:
    content = decoded(data) or ""
    found = _COMMENT.search(content)
    if found is not None:
        start = found.start("path")
        column = start - content.rfind("\n", 0, start)
        where = on_line(content.count("\n", 0, start) + 1, column, column + len(found["path"]))
        yield from _named(where, found["path"], OWN, ())


def _named(where: Where, target: str, how: str, files: Iterable[str]) -> Iterator[SchemaName]:
    """A row, where the schema is a path below the repository."""
    target = target.removeprefix("${workspaceFolder}/").partition("#")[0]
    if target and ":" not in target and "$" not in target and not target.startswith(("/", "~", "\\")):
        yield SchemaName(where, target, how, tuple(files))


def extract_editor(data: bytes) -> Rows:
    """What an editor's settings of a workspace say: `yaml.schemas` and `json.schemas`."""
    from groundrules.facts.json_tree import json_trees

    rows: list[Row] = []
    for root in json_trees(data)[0]:
        for key, value in pairs(child(root, "yaml.schemas")):
            rows += _named(key.where, key.text or "", "editor", _texts(value))
        for entry in items(child(root, "json.schemas")):
            target = child(entry, "url")
            if target is not None:
                rows += _named(target.where, text(target) or "", "editor", _texts(child(entry, "fileMatch")))
    return rows, []


def _texts(node: Node | None) -> list[str]:
    """The text that a node is, or those in its list."""
    return [found for one in (*items(node), node) if (found := text(one))]


def extract_hooks(data: bytes) -> Rows:
    """What a configuration of hooks has checked against a schema: `--schemafile` and the pattern for the files."""
    from groundrules.facts.yaml_tree import trees

    rows: list[Row] = []
    for root in trees(data)[0] if _OPTION.encode() in data else ():
        for project in items(child(root, "repos")):
            for hook in items(child(project, "hooks")):
                rows += _of_hook(hook)
    return rows, []


def _of_hook(hook: Node) -> Iterator[SchemaName]:
    files, given = text(child(hook, "files")), items(child(hook, "args"))
    words = [text(one) or "" for one in given]
    for number, word in enumerate(words):
        option, sign, value = word.partition("=")
        if option == _OPTION and files:
            target = value if sign else "".join(words[number + 1 : number + 2])
            excluded = text(child(hook, "exclude"))
            yield from _named(given[number].where, target, "hook", (files, *([excluded] if excluded else [])))


def extract_toml_rules(data: bytes) -> Rows:
    """What the settings of a formatter for TOML say: the files and the schema of each rule."""
    from groundrules.facts.toml_keys import toml_keys

    keys = [row for row in toml_keys(data)[0] if row.kind == "text" and row.value]
    rows: list[Row] = []
    for row in keys:
        if row.key.startswith("rule.") and row.key.endswith(".schema.path"):
            included = row.key.removesuffix("schema.path") + "include."
            files = [one.value or "" for one in keys if one.key.startswith(included)]
            rows += _named(row.where, row.value or "", "formatter", files)
    return rows, []
