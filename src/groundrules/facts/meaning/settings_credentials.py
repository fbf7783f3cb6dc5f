"""Texts that code binds to names, keys and parameters which say that they hold a credential."""

from __future__ import annotations

from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.raw import ConfigKey, Where
from groundrules.facts.secrets import may_be_secret
from groundrules.typed import Any, Iterator


def given(module: Module) -> Iterator[ConfigKey]:
    """What a file binds to such names."""
    for where, name, value in (*_bound(module), *_handed(module)):
        if value[0] == "const" and isinstance(value[1], str) and may_be_secret(name, value[1]):
            yield ConfigKey(Where(*where), name, "text", value[1])


def _bound(module: Module) -> Iterator[tuple[Any, str, Value]]:
    for scope in module.code.scopes:
        for op in scope.ops:
            if op[0] == "=" and op[2][0] == "const":
                yield op[3], op[1], op[2]
            elif op[0] == "s" and op[2][0] == op[3][0] == "const":
                yield op[4], str(op[2][1]), op[3]
            elif op[0] == "m":
                for name, value in _of_magic(op[2].split()):
                    yield op[3], name, ("const", value.strip("'\""))


def _of_magic(words: list[str]) -> Iterator[tuple[str, str]]:
    if len(words) > 2 and words[0] in ("env", "set_env") and "=" not in words[1]:
        yield words[1], words[2]
    for word in words:
        name, sign, value = word.partition("=")
        if sign:
            yield name.lstrip("-"), value


def _handed(module: Module) -> Iterator[tuple[Any, str, Value]]:
    for call in module.code.calls:
        for name, value in call.kwargs:
            if name is not None and value[0] == "const":
                yield call.where, name, value
        if len(call.args) == 2 and call.args[0][0] == "const" and call.func[0] in ("attr", "ext"):
            yield call.where, str(call.args[0][1]), call.args[1]  # such as `setdefault(name, value)`
        elif len(call.args) == 1:
            yield call.where, "", call.args[0]
