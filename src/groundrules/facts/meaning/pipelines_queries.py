"""Where in a query a value stands: among what is selected or filled in, or in what says which rows are taken."""

from __future__ import annotations

from groundrules.facts.meaning.pipelines_paths import within
from groundrules.facts.meaning.pipelines_words import is_scratch, words_of
from groundrules.facts.python.ir import Value
from groundrules.facts.python.reading.hints import template_text
from groundrules.facts.sql import scan
from groundrules.facts.sql.words import words
from groundrules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from groundrules.facts.python.uses import Atom

_NO_NAMES = frozenset("'(=,%<>")
_CLAUSES = words("select from where values set and or on having between when then limit order group join")


def end_of(text: str, value: Value | None, atom: Atom) -> str | None:
    """Where a value ends that becomes a part of a query."""
    before = first_part(value, atom)
    if before is not None and names_scratch(before):
        return "log"  # a table that only this run has
    if before is not None and " limit 1" in text.lower() and ">" not in text and ends_below(before):
        return "log"  # the latest of all that has happened so far
    return "audit" if before is not None and is_listed(before) else in_query(text)


def ends_below(before: str) -> bool:
    """Whether what follows is what a column has to be less than."""
    told = before.rstrip(" '\"(").split()
    while told and told[-1].lower() in ("timestamp", "date", "cast", "datetime"):
        told.pop()
    return bool(told) and told[-1].endswith(("<", "<="))


def first_part(text: Value | None, atom: Atom) -> str | None:
    """What a text spells before the part that holds a value; None where that is not known."""
    before = ""
    for part in text[1] if text is not None and text[0] == "fmt" else ():
        if not isinstance(part, str) and within(atom, part):
            return before + (first_part(part, atom) or "")
        before += part if isinstance(part, str) else template_text(part)
    return None


def in_query(text: str) -> str | None:
    """Where a value in a query goes; None when the text is no query after all."""
    verbs = [one.verb for one in scan(text)]
    if not verbs:
        return None
    plain = verbs[-1] in ("insert", "update") and "select" not in text.lower()
    return "audit" if plain or verbs[-1] == "delete" else "predicate"


def names_scratch(before: str) -> bool:
    """Whether what follows a piece of a query belongs to the name of a temporary table."""
    told = before.split()
    name = told[-1] if told and not before[-1].isspace() else ""
    if not _NO_NAMES.isdisjoint(name):
        return False
    start = told[:-1] if name else told
    return is_scratch(name) or [one.lower() for one in start[-2:]] in (["temp", "table"], ["temporary", "table"])


def is_listed(before: str) -> bool:
    """Whether what follows a piece of a query stands among what is selected, and does not say which rows are."""
    told = [one for one in words_of(before.replace("_", "")) if one in _CLAUSES]
    return told[-1:] == ["select"]
