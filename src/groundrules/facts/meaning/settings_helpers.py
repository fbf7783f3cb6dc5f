"""Own helpers that are handed a variable's value and know what to do where it is missing."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.settings_uses import all_nested
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import users_of


def falls_back(link: Link, module: Module, number: int, frame: Frame) -> bool:
    """Whether the result of a call is only handed to functions of the program that bear its absence."""
    uses = [use for use in users_of(module, number) if use[0] in ("call", "method", "test", "return", "key")]
    return bool(uses) and all(kind == "call" and _bears(link, module, at, what, frame) for kind, at, what in uses)


def _bears(link: Link, module: Module, number: int, what: int | str, frame: Frame) -> bool:
    """Whether a function tests the parameter that it is given there, and goes on where it is missing."""
    call = module.code.calls[number]
    callee = link.folder.callee(call, frame)
    if callee[0] != "func":
        return False
    there = link.folder.program.module(callee[1])
    if there is None:
        return False
    params = [one.name for one in there.code.scopes[callee[2]].params]
    params = params[1:] if callee[3] is not None else params
    name = what if isinstance(what, str) else params[what] if what < len(params) else None
    wanted = ("param", callee[2], name)
    tests = [one for one in there.code.contexts if wanted in (one.value, *all_nested(one.value))]
    return any(one.kind in ("if", "else") for one in tests) and not any(one.kind == "checked" for one in tests)
