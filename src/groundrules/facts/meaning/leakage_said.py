"""Whether code says of a measure that it is one of the training rows."""

from __future__ import annotations

from groundrules.facts.python.ir import Value, parts_of
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import users_of
from groundrules.typed import Any

_FURTHEST = 3
_DEEPEST = 8


def says_training(module: Module, where: Any) -> bool:
    """Whether the measure taken at a place is called one of training: by its name, its key, or the text beside it."""
    calls = module.code.calls
    return any(call.where == where and _said(module, number, 0) for number, call in enumerate(calls))


def _said(module: Module, number: int, depth: int) -> bool:
    for kind, other, what in users_of(module, number):
        if kind in ("bound", "key", "attribute", "keyword") and "train" in str(what).lower():
            return True
        if kind == "call" and depth < _FURTHEST:
            call = module.code.calls[other]
            parts = (*call.args, *(value for _, value in call.kwargs), call.func)
            if any(_names_training(part, 0) for part in parts) or _said(module, other, depth + 1):
                return True
    return False


def _names_training(value: Value, depth: int) -> bool:
    """Whether a text that is a part of a value speaks of training."""
    if value[0] == "const":
        return isinstance(value[1], str) and "train" in value[1].lower()
    if value[0] == "fmt" and any(isinstance(part, str) and "train" in part.lower() for part in value[1]):
        return True
    if depth > _DEEPEST or value[0] in ("call", "name", "param", "ext", "local"):
        return False
    return any(_names_training(one, depth + 1) for one in parts_of(value))
