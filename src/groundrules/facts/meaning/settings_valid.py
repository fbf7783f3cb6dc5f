"""Holds a configuration against a JSON Schema, with the places of what does not fit.

What cannot be known is nothing that does not fit: values that are filled in later, words that one reader of YAML takes
for a yes and another for a text, and whatever a schema says with the help of an address outside the repository.
"""

from __future__ import annotations

import re

from groundrules.basics.schemas import sentences
from groundrules.facts.raw import Where
from groundrules.facts.tree import Node
from groundrules.facts.whereabouts import decoded
from groundrules.typed import Any, Callable, Iterator, NamedTuple

Path = tuple[str | int, ...]
Read = Callable[[str], "bytes | None"]

MOST_STEPS = 300_000  # of one configuration, so that no schema takes for ever
_MOST = 50  # findings in one file
_FILLED_IN = ("${", "{{", "{%", "<%", "$(", "%(", "???")
_UNSURE = re.compile(  # readers of YAML take these for a date, a time, a number or a text
    r"\d{4}-\d\d?-\d\d?.*|[\d:]+:\d+|0\d+|[-+]?\d[\d_]*(\.\d*)?[eE][-+]?\d+|[-+]?0[xob].*|\d[\d_]*_[\d_]*"
)
_NESTED = re.compile(r"[+*}]\)?[+*{]|\([^()]*[+*|][^()]*\)[+*{]|\\[1-9]")  # their time may explode
_LONGEST = 400


class FlawError(Exception):
    """A schema cannot be used. The message ends a sentence."""


class Breach(NamedTuple):
    """A key that does not fit."""

    where: Where
    key: str
    problem: str


class _UnknownError(Exception):
    """Whether the configuration fits cannot be known."""


class _Content:
    """A configuration as plain values, with the places of its keys and the paths of what is unknown."""

    def __init__(self, path: str, data: bytes) -> None:
        self.places: dict[Path, Where] = {}
        self.unknown: set[Path] = set()
        text = decoded(data)
        if text is None:
            raise _UnknownError
        self._lines = text.split("\n")
        self.value = self._toml(data) if path.endswith(".toml") else self._tree(path, data)

    def _tree(self, path: str, data: bytes) -> Any:
        from groundrules.facts.json_tree import json_trees
        from groundrules.facts.yaml_tree import trees

        roots, troubles = trees(data) if path.endswith((".yaml", ".yml")) else json_trees(data)
        if len(roots) != 1 or troubles:
            raise _UnknownError
        self.places[()] = roots[0].items[0].where if roots[0].items else roots[0].where
        return self._plain(roots[0], ())

    def _toml(self, data: bytes) -> Any:
        from groundrules.basics.documents import FlawedError, read_toml
        from groundrules.facts.toml_keys import toml_keys

        try:
            value = read_toml(data, "").value
        except FlawedError:
            raise _UnknownError from None
        rows = toml_keys(data)[0]
        self.places[()] = Where(None, 1, 1, 1, 1)
        places = {row.key: row.where for row in rows}
        self._note(value, (), places)
        return value

    def _note(self, value: Any, path: Path, places: dict[str, Where]) -> None:
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for name, item in children:
            inner = (*path, name)
            where = places.get(".".join(map(str, inner)))
            if where is not None:
                self.places[inner] = where
            if isinstance(item, str) and (_UNSURE.fullmatch(item) or _is_open(item)):
                self.unknown.add(inner)
            self._note(item, inner, places)

    def _plain(self, node: Node, path: Path) -> Any:
        if node.tag is not None and node.tag.startswith("!"):
            self.unknown.add(path)
        if node.kind == "map":
            found = {}
            for at in range(0, len(node.items) - 1, 2):
                key = self._name(node.items[at])
                inner = (*path, key)
                self.places[inner] = node.items[at].where
                found[key] = self._plain(node.items[at + 1], inner)
            return found
        if node.kind == "list":
            self.places.update(((*path, number), item.where) for number, item in enumerate(node.items))
            return [self._plain(item, (*path, number)) for number, item in enumerate(node.items)]
        return self._scalar(node, path)

    def _name(self, node: Node) -> str:
        return self._spelled(node.where) if node.kind == "bool" else node.text or ""

    def _spelled(self, where: Where) -> str:
        return self._lines[where.line - 1][where.column - 1 : where.end_column - 1]

    def _scalar(self, node: Node, path: Path) -> Any:
        text = node.text
        if node.kind == "null":
            return None
        if node.kind == "bool":
            if self._spelled(node.where).lower() not in ("true", "false"):
                self.unknown.add(path)
            return text == "true"
        plain = node.tag != "quoted"
        if text is None or _is_open(text) or (plain and _UNSURE.fullmatch(text)):
            self.unknown.add(path)
        if node.kind == "number":
            return self._number(text or "", path)
        return text or ""

    def _number(self, text: str, path: Path) -> Any:
        try:
            return int(text) if text.lstrip("+-").isdigit() else float(text)
        except ValueError:
            self.unknown.add(path)
            return 0

    def where(self, path: Path) -> Where:
        """The place of a key, or of the nearest thing around it."""
        while path not in self.places:
            path = path[:-1]
        return self.places[path]

    def is_known(self, path: Path) -> bool:
        """Whether nothing at or below a path, and nothing that it lies in, is unknown."""
        return not any(one[: len(path)] == path or path[: len(one)] == one for one in self.unknown)


def _is_open(text: str) -> bool:
    return any(mark in text for mark in _FILLED_IN)


def is_bounded(expression: str) -> bool:
    """Whether an expression can be used: it means something here, and its time does not explode."""
    if len(expression) > _LONGEST or _NESTED.search(expression):
        return False
    try:
        re.compile(expression)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def breaches(path: str, data: bytes, schema: str, doubtful: bool, partial: bool, read: Read) -> list[Breach]:
    """What breaks a schema. `doubtful` is a schema that nobody names, so that it may be something else; what a
    `partial` configuration lacks may stand elsewhere. Raises FlawError."""
    rules = _rules(schema, read)
    if doubtful and not _is_schema(rules):
        return []
    try:
        content = _Content(path, data)
        found = [one for error in _errors(rules, schema, content.value, read) for one in _told(error, content, partial)]
    except (_UnknownError, RecursionError):
        return []
    return sorted(set(found))[:_MOST]


def _rules(schema: str, read: Read) -> Any:
    """The contents of a schema."""
    from groundrules.basics.documents import FlawedError, read_yaml

    data = read(schema)
    if data is None:
        raise FlawError("its contents cannot be had.")
    try:
        if schema.endswith((".yaml", ".yml")):
            return read_yaml(data, schema).value
        import json

        return json.loads(data)
    except FlawedError as error:
        raise FlawError(_ending(error.problem.cause)) from error
    except (ValueError, RecursionError) as error:
        raise FlawError("this is not valid JSON.") from error


def _is_schema(rules: Any) -> bool:
    if not isinstance(rules, dict):
        return False
    named = rules.get("$schema")
    if isinstance(named, str):
        return "json-schema.org" in named
    return rules.get("type") == "object" and isinstance(rules.get("properties"), dict)


def _errors(rules: Any, schema: str, value: Any, read: Read) -> Iterator[Any]:
    from jsonschema.exceptions import SchemaError, UnknownType
    from jsonschema.validators import Draft202012Validator, extend, validator_for
    from referencing.exceptions import Unresolvable

    kind = validator_for(rules, default=Draft202012Validator)
    try:
        kind.check_schema(rules)
    except SchemaError as error:
        raise FlawError(f"it is no valid JSON Schema, since {_ending(_sentence(error))}") from error
    make: Any = extend
    sources = _Sources(schema, rules, read)
    budget = [MOST_STEPS]
    counted = {name: _counted(name, keyword, budget) for name, keyword in kind.VALIDATORS.items()}
    checker = make(kind, counted)(rules, registry=sources.registry(kind))
    try:
        yield from checker.iter_errors(value)
    except Unresolvable as error:
        if not sources.outside:
            raise FlawError(f"the reference `{getattr(error, 'ref', '')}` in it leads nowhere.") from error
    except UnknownType:
        return


def _sentence(error: Any) -> str:
    return sentences(error)[0][1]


def _ending(sentence: str) -> str:
    """A sentence as the end of another one."""
    return sentence[:1].lower() + sentence[1:]


def _counted(name: str, keyword: Any, budget: list[int]) -> Any:
    """What checks a keyword, until the steps are used up. Expressions that may take for ever say nothing."""

    def check(validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
        budget[0] -= 1
        if budget[0] < 0:
            raise _UnknownError
        if name == "pattern" and (len(str(instance)) > _LONGEST or not is_bounded(str(wanted))):
            return
        if isinstance(schema, dict) and not all(map(is_bounded, schema.get("patternProperties") or ())):
            raise _UnknownError
        yield from keyword(validator, wanted, instance, schema) or ()

    return check


class _Sources:
    """The files that a schema refers to."""

    def __init__(self, schema: str, rules: Any, read: Read) -> None:
        self.folder = schema.rpartition("/")[0]
        named = (rules.get("$id") or rules.get("id")) if isinstance(rules, dict) else None
        self.base = named.rpartition("/")[0] + "/" if isinstance(named, str) and "://" in named else ""
        self.read = read
        self.outside = False  # something was asked for that is no file of the repository

    def registry(self, kind: Any) -> Any:
        """What finds those files, and nothing in the network."""
        from referencing import Registry, Resource
        from referencing.exceptions import NoSuchResource
        from referencing.jsonschema import DRAFT202012, specification_with

        made: Any = Registry
        missing: Any = NoSuchResource
        default = specification_with(kind.META_SCHEMA.get("$schema", ""), default=DRAFT202012)

        def retrieve(uri: str) -> Any:
            found = self._file(uri)
            if found is None:
                raise missing(ref=uri)
            return Resource.from_contents(found, default_specification=default)

        return made(retrieve=retrieve)

    def _file(self, uri: str) -> Any:
        from groundrules.facts.places import joined

        if self.base:
            uri = uri.removeprefix(self.base)
        if "://" in uri or uri.startswith("urn:"):
            self.outside = True
            return None
        path = joined(self.folder, uri)
        return _rules(path, self.read) if self.read(path) is not None else None


def _told(error: Any, content: _Content, partial: bool) -> Iterator[Breach]:
    """What an error says, as far as it is known."""
    path: Path = tuple(error.absolute_path)
    if error.validator in ("anyOf", "oneOf"):
        chosen = _chosen(error)
        if chosen:
            for one in chosen:
                yield from _told(one, content, partial)
            return
    if error.validator in ("required", "dependentRequired", "dependencies"):
        if partial or any(path[: len(one)] == one for one in content.unknown):
            return
    elif error.validator not in ("additionalProperties", "unevaluatedProperties") and not content.is_known(path):
        return
    if partial and error.validator == "type" and error.instance is None:
        return  # to be given by who uses it
    for where, sentence in sentences(error):
        if not (where and str(where[-1]).startswith(("$", "x-", "."))):
            yield Breach(content.where(where), ".".join(map(str, where)), _phrase(sentence))


def _chosen(error: Any) -> list[Any]:
    """What is wrong by the only form that the value can mean; nothing where there are several, or none."""
    forms: dict[Any, list[Any]] = {}
    for one in error.context or ():
        forms.setdefault(one.schema_path[0], []).append(one)
    depth = len(error.absolute_path)
    meant = [found for found in forms.values() if not any(_decides(one, depth) for one in found)]
    return meant[0] if len(meant) == 1 else []


def _decides(error: Any, depth: int) -> bool:
    """Whether an error says that another form is meant: another type, or another of the words that tell forms apart."""
    inner = len(error.absolute_path) - depth
    return (error.validator == "type" and inner == 0) or (error.validator in ("const", "enum") and inner <= 1)


def _phrase(sentence: str) -> str:
    """A sentence as the end of another, without its full stop."""
    fact, mark, advice = sentence.partition(" Did you mean ")
    ending = f" (did you mean {advice.rstrip('?')}?)" if mark else ""
    return _ending(fact).rstrip(".") + ending
