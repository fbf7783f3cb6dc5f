"""Holds a configuration against a JSON Schema, with the places of what does not fit.

What cannot be known is nothing that does not fit: values that are filled in later, words that one reader of YAML takes
for a yes and another for a text, and whatever a schema says with the help of an address outside the repository.
"""

from __future__ import annotations

import re

from groundrules.basics.schemas import sentences
from groundrules.facts.meaning.settings_contents import Content, Path, UnknownError
from groundrules.facts.raw import Where
from groundrules.typed import Any, Callable, Iterator, NamedTuple

Read = Callable[[str], "bytes | None"]

MOST_STEPS = 300_000  # of one configuration, so that no schema takes for ever
_MOST = 50  # findings in one file
_NESTED = re.compile(r"[+*}]\)?[+*{]|\([^()]*[+*|][^()]*\)[+*{]|\\[1-9]")  # their time may explode
_LONGEST = 400


class FlawError(Exception):
    """A schema cannot be used. The message ends a sentence."""


class Breach(NamedTuple):
    """A key that does not fit."""

    where: Where
    key: str
    problem: str


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
        content = Content(path, data)
        found = [one for error in _errors(rules, schema, content.value, read) for one in _told(error, content, partial)]
    except (UnknownError, RecursionError):
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
            raise UnknownError
        if name == "pattern" and (len(str(instance)) > _LONGEST or not is_bounded(str(wanted))):
            return
        if isinstance(schema, dict) and not all(map(is_bounded, schema.get("patternProperties") or ())):
            raise UnknownError
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


def _told(error: Any, content: Content, partial: bool) -> Iterator[Breach]:
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
