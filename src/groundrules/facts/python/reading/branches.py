"""What blocks of statements do: how their branches are merged, and whether they give up."""

from __future__ import annotations

import _ast as ast

from groundrules.facts.python.ir import Value
from groundrules.typed import Any

Env = dict[str, Value]
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SPEAKING = frozenset(("print", "echo", "error", "critical", "exception", "fatal", "warning", "info"))

_STOPPING = frozenset(("stop", "print_exc", "print_exception", "flush"))  # behind what has been said
_STATUS = (int, bool)


def either(one: Value, other: Value) -> Value:
    """One value or the other; the same value twice is that value."""
    if one == other:
        return one
    if one[0] == "either" and (one[1] == other or one[2] == other):
        return one
    return ("either", one, other)


def merge(one: Env, other: Env) -> Env:
    """What names hold after two branches; of an attribute that only one sets, its class knows the other values."""
    merged = {name: value for name, value in other.items() if name[:1] != "." or name in one}
    for name, value in one.items():
        known = other.get(name)
        if known is None and name[:1] == ".":
            continue
        merged[name] = value if known is None or known is value else either(value, known)
    return merged


def docstring(body: list[Any]) -> str | None:
    """The text that documents a function or class."""
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first.value.value[:2000]
    return None


def raises(body: list[Any]) -> bool:
    """Whether a block ends by giving up."""
    return isinstance(body[-1], ast.Raise) or (isinstance(body[-1], ast.Expr) and action(body) == "exit")


def gives_up(body: list[Any]) -> bool:
    """Whether a block ends by giving up: it raises, exits, or says something and returns nothing or a status."""
    last = body[-1]
    if raises(body):
        return True
    if not isinstance(last, ast.Return) or len(body) < 2:
        return False
    status = last.value
    empty = status is None or (isinstance(status, ast.Constant) and type(status.value) is int)
    return empty and all(isinstance(one, ast.Expr) and called(one) in _SPEAKING for one in body[:-1])


def refuses(body: list[Any]) -> bool:
    """Whether a handler gives up: it raises, exits, or says what is wrong and puts nothing in its place."""
    body = [one for one in body if not isinstance(one, ast.Pass)] or body
    if raises(body):
        return True
    said = [one for one in body if isinstance(one, ast.Expr) and called(one) in _SPEAKING]
    return bool(said) and all(one in said or _leaves_nothing(one) for one in body)


def _leaves_nothing(statement: Any) -> bool:
    """Whether a statement returns nothing or a status, or stops what shows a page."""
    if isinstance(statement, ast.Expr):
        return called(statement) in _STOPPING or not isinstance(statement.value, ast.Call)
    value = statement.value if isinstance(statement, ast.Return) else statement
    return value is None or (isinstance(value, ast.Constant) and (value.value is None or type(value.value) in _STATUS))


def called(statement: ast.Expr) -> str:
    """The last name of what a statement calls; '' when it calls nothing."""
    func = statement.value.func if isinstance(statement.value, ast.Call) else None
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def ending(body: list[Any]) -> str:
    """How a block leaves what is around it where all goes well: by return or break, in its last statement; else ''."""
    last = body[-1]
    if isinstance(last, (ast.With, ast.AsyncWith)):
        return ending(last.body)
    if isinstance(last, ast.If):
        first, other = ending(last.body), ending(last.orelse) if last.orelse else ""
        if not last.orelse and isinstance(last.body[-1], ast.Return) and last.body[-1].value is None:
            return ""  # there was nothing to do
        return first if first in ("return", other) else ""  # which item ends a loop is no matter of success
    return "break" if isinstance(last, ast.Break) else "return" if isinstance(last, ast.Return) else ""


def _raises_within(body: list[Any]) -> bool:
    """Whether a block raises, at least in one of its branches."""
    for one in body:
        inner = (*getattr(one, "body", ()), *getattr(one, "orelse", ()), *getattr(one, "finalbody", ()))
        if isinstance(one, ast.Raise) or (inner and not isinstance(one, _DEFINITIONS) and _raises_within(list(inner))):
            return True
    return False


def action(body: list[Any]) -> str:
    """What a handler does at its end: raise | return | pass | break | log | go-on.

    Say where it says something and no more, sort where it raises some failures again and not others.
    """
    if any(isinstance(node, ast.Raise) for node in body):
        return "raise"
    if _raises_within(body):
        return "sort"
    if all(isinstance(one, ast.Expr) and called(one) in _SPEAKING for one in body):
        return "say"
    last = body[-1]
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return "exit" if called(last) in ("exit", "_exit", "abort", "fail") else "log"
    if isinstance(last, (ast.Pass, ast.Continue, ast.Expr)):
        return "pass"
    if isinstance(last, ast.Break):
        return "break"
    return "return" if isinstance(last, ast.Return) else "go-on"
