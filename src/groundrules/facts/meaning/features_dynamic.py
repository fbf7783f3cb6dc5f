"""Code that reads names by their text: which of it may read any name, and which only one that is spelled somewhere."""

from __future__ import annotations

from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words
from groundrules.typed import Any, Collection

_ANYTHING = words("exec eval")
_TABLES = words("globals locals vars")  # the names of a scope, as a dict
_BY_KEY = words("get pop setdefault update")
_MADE = ("fmt", "bin")  # keys that are put together
_DEEPEST = 30


class Dynamic:
    """Asked of a module, once for each."""

    def __init__(self) -> None:
        self._open: dict[str, bool] = {}

    def may_read(self, module: Module, loads: Collection[str], name: str) -> bool:
        """Whether a scope that reads these names may read this one by its text."""
        if any(one in loads for one in _ANYTHING) or ("dir" in loads and lists_names(module)):
            return True
        if not any(one in loads for one in _TABLES):
            return False
        known = self._open.get(module.path)
        if known is None:
            known = self._open[module.path] = goes_anywhere(module)
        return known or name in module.code.names


def lists_names(module: Module) -> bool:
    """Whether the names around are asked for; those of some object are others."""
    return any(call.func == ("name", "dir") and not call.args for call in module.code.calls)


def goes_anywhere(module: Module) -> bool:
    """Whether a dict of names is used in any way but to ask for one name, which is spelled and not put together."""
    tables = {
        number for number, call in enumerate(module.code.calls) if call.func[0] == "name" and call.func[1] in _TABLES
    }
    if any(module.code.calls[number].args for number in tables):
        return True
    if not tables:
        return False
    for call in module.code.calls:
        func = call.func
        if func[0] == "attr" and is_table(func[1], tables):
            if func[2] not in _BY_KEY or any(one[0] in _MADE for one in call.args[:1]):
                return True
            func = ("?",)
        if any(escapes(one, tables) for one in (func, *call.args, *[value for _, value in call.kwargs])):
            return True
    return any(leaves(op, tables) for scope in module.code.scopes for op in scope.ops)


def leaves(op: tuple[Any, ...], tables: set[int]) -> bool:
    """Whether an operation lets such a dict out of sight; subscripts do not."""
    tag = op[0]
    if tag in ("s", "l", "d"):
        parts = op[2:4] if tag == "s" else op[2:3]
        made = is_table(op[1], tables) and op[2][0] in _MADE
        return (
            made
            or (not is_table(op[1], tables) and escapes(op[1], tables))
            or any(escapes(one, tables) for one in parts)
        )
    at = {"=": 2, "a": 3, "+": 2, "r": 1, "u": 1}.get(tag)
    return at is not None and escapes(op[at], tables)


def is_table(value: Value, tables: set[int]) -> bool:
    """Whether a value is such a dict itself."""
    return value[0] == "call" and value[1] in tables


def escapes(value: Any, tables: set[int], depth: int = 0) -> bool:
    """Whether such a dict stands in a value as itself, and not only to be asked for one name."""
    if not isinstance(value, tuple) or not value or depth > _DEEPEST:
        return False
    if value[0] == "call":
        return value[1] in tables
    if value[0] == "item" and is_table(value[1], tables):
        return value[2][0] in _MADE or escapes(value[2], tables, depth + 1)
    if value[0] == "cmp" and value[1] in ("in", "not in") and is_table(value[3], tables):
        return escapes(value[2], tables, depth + 1)
    return any(escapes(part, tables, depth + 1) for part in value[1 if isinstance(value[0], str) else 0 :])
