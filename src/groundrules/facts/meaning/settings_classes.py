"""Classes whose fields are variables of the environment: they say which ones a program knows."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.ir import Scope, Value
from groundrules.facts.python.program import Module
from groundrules.typed import Any, Iterator

_NAMES = ("env", "alias", "validation_alias")  # arguments of a field that name its variable


def declared_by_classes(link: Link, module: Module) -> Iterator[tuple[tuple[Any, ...], str]]:
    """The variables that a module's classes of settings stand for, each with its place."""
    for number, scope in enumerate(module.code.scopes):
        if scope.kind != "class" or not scope.bases:
            continue
        entries = [link.knowledge.of(base) or {} for base in link.folder.base_types(module.path, number)]
        told = next((entry["settings_class"] for entry in entries if "settings_class" in entry), None)
        if told is not None:
            prefix = prefix_of(module, scope, str(told.get("prefix")))
            for field, value, where in fields(scope):
                yield where, named(module, value) or f"{prefix}{field}".upper()


def fields(scope: Scope) -> Iterator[tuple[str, Value | None, tuple[Any, ...]]]:
    """The fields of a class, with what they are set to."""
    for op in scope.ops:
        if op[0] == "f" and not op[1].startswith("_"):
            yield op[1], None, op[3]
        elif op[0] == "=" and not op[1].startswith(("_", "model_config")) and op[2][0] != "local":
            yield op[1], op[2], op[3]


def prefix_of(module: Module, scope: Scope, option: str) -> str:
    """What the names of a class's variables begin with."""
    config = scope.env.get("model_config")
    if config is not None and config[0] == "call":
        given = dict(module.code.calls[config[1]].kwargs).get(option)
        if given is not None and given[0] == "const":
            return str(given[1])
    if config is not None and config[0] == "dict":
        for key, value in config[1]:
            if key == ("const", option) and value[0] == "const":
                return str(value[1])
    inner = scope.env.get("Config")
    value = module.code.scopes[inner[1]].env.get(option) if inner is not None and inner[0] == "local" else None
    return str(value[1]) if value is not None and value[0] == "const" else ""


def named(module: Module, value: Value | None) -> str | None:
    """The variable that a field names by itself."""
    if value is None or value[0] != "call":
        return None
    given = dict(module.code.calls[value[1]].kwargs)
    texts = [given[name][1] for name in _NAMES if name in given and given[name][0] == "const"]
    return next((text for text in texts if isinstance(text, str)), None)
