"""Texts that code binds to names, keys and parameters which say that they hold a credential."""

from __future__ import annotations

from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.raw import ConfigKey, Where
from groundrules.facts.secrets import may_be_secret
from groundrules.typed import Any, Iterator


def given(module: Module) -> Iterator[ConfigKey]:
    """What a file binds to such names."""
    for where, name, text in (*_bound(module), *_handed(module)):
        if may_be_secret(name, text):
            yield ConfigKey(Where(*where), name, "text", text)


def is_text(value: Value) -> bool:
    """Whether a value is a text that is written out."""
    return value[0] == "const" and isinstance(value[1], str)


def _bound(module: Module) -> Iterator[tuple[Any, str, str]]:
    for scope in module.code.scopes:
        for op in scope.ops:
            tag = op[0]
            if tag == "=" and op[2][0] == "const":
                if isinstance(op[2][1], str):
                    yield op[3], op[1], op[2][1]
            elif tag == "s" and op[2][0] == "const" and is_text(op[3]):
                yield op[4], str(op[2][1]), op[3][1]
            elif tag == "m":
                for name, value in _of_magic(op[2].split()):
                    yield op[3], name, value.strip("'\"")


def _of_magic(words: list[str]) -> Iterator[tuple[str, str]]:
    if len(words) > 2 and words[0] in ("env", "set_env") and "=" not in words[1]:
        yield words[1], words[2]
    for word in words:
        name, sign, value = word.partition("=")
        if sign:
            yield name.lstrip("-"), value


def _handed(module: Module) -> Iterator[tuple[Any, str, str]]:
    for call in module.code.calls:
        for name, value in call.kwargs:
            if value[0] == "const" and isinstance(value[1], str) and name is not None:
                yield call.where, name, value[1]
        args = call.args
        if len(args) == 1:
            if is_text(args[0]):
                yield call.where, "", args[0][1]
        elif len(args) == 2 and args[0][0] == "const" and is_text(args[1]) and call.func[0] in ("attr", "ext"):
            yield call.where, str(args[0][1]), args[1][1]  # such as `setdefault(name, value)`
