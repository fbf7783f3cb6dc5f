"""Paths in whose place something else is taken where they do not exist."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Value
from groundrules.facts.python.texts import options
from groundrules.typed import Callable


def has_standin(link: Link, event: Event, value: Value, text: str, is_held: Callable[[str], bool]) -> bool:
    """Whether a test of existence gives the name of a path to something that the code makes, or that is held."""
    if value[0] == "name":
        value = event.module.env.get(value[1], value)
    if value[0] != "either":
        return False
    given = options(value)
    scope = event.module.code.scopes[event.call.scope]
    for op in scope.ops:
        if op[0] == "=" and op[4] and op[2] in given and _is_asked(link, event, op[4], text):
            others = [one for one in link.texts(op[2], event.frame) if one != text]
            return text not in link.texts(op[2], event.frame) and (not others or any(map(is_held, others)))
    return False


def _is_asked(link: Link, event: Event, context: int, text: str) -> bool:
    """Whether one of the tests around an operation asks whether the path exists."""
    for kind, value in contexts_of(event.module, context):
        if kind in ("if", "else"):
            for asked, frame in link.existence_tests(value, event.frame):
                if text in link.texts(asked, frame):
                    return True
    return False
