"""Definitions and their counterparts in other texts: dropped before created, filled or read before dropped."""

from __future__ import annotations

from groundrules.facts.meaning.pipelines_targets import plain, same
from groundrules.facts.meaning.pipelines_texts import Text, asks
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.program import Module
from groundrules.facts.sql import Statement
from groundrules.facts.sql.words import words
from groundrules.typed import Iterator, Mapping

Texts = Mapping[str, list[Text]]
_MANY = words("many values batch bulk dataframe frame rows copy map")
_LOOPS = frozenset({"for", "while"})
_PARTS = frozenset({"column", "column name", "constraint"})


def drops(texts: Texts) -> list[str]:
    """What the texts of a program drop."""
    found = {text.statement.target for rows in texts.values() for text in rows if text.statement.verb == "drop"}
    return sorted(target for target in found if target and plain(target))


def whole_of(one: Statement) -> str | None:
    """The table of which a statement defines a part: an index, a column, a constraint."""
    if one.verb == "create" and one.object == "index":
        return one.sources[0] if one.sources else None
    return one.target if one.verb == "alter" and one.object in _PARTS else None


def dropped(texts: Texts, known: list[str], one: Text, target: str | None, module: Module | None) -> bool:
    """Whether something drops what a statement creates; for a name that is not known, the same function before it."""
    if plain(target):
        return any(same(other, target) for other in known)
    return any(text.statement.verb == "drop" and certain(module, text, one) for text in earlier(texts, one))


def certain(module: Module | None, text: Text, later: Text) -> bool:
    """Whether a statement has run whenever a later one does: not under a switch that the later one is not under."""
    around = set(_contexts(module, later.context))
    for number in _contexts(module, text.context):
        context = module.code.contexts[number] if module is not None else None
        switched = context is not None and number not in around and context.kind in ("if", "else", "while")
        if switched and context is not None and module is not None and not asks(module, context.value):
            return False
    return True


def switched(texts: Texts, module: Module | None, where: object, later: Text) -> bool:
    """Whether what stands at a place of the same function only runs under a switch that a later one is not under."""
    found = [text for text in texts.get(later.path, ()) if text.where == where and text.scope == later.scope]
    return bool(found) and not any(certain(module, text, later) for text in found)


def _contexts(module: Module | None, number: int) -> Iterator[int]:
    while module is not None and number:
        yield number
        number = module.code.contexts[number].parent


def used(texts: Texts, module: Module, one: Text) -> bool:
    """Whether the same function, or a text that stands beside it, has made, filled or read what a statement drops."""
    target = one.statement.target
    if not plain(target):
        return False
    return any(
        same(name, target) for text in earlier(texts, one, module)
        if text.statement.verb not in ("drop", "alter", "truncate", "delete")
        for name in (text.statement.target, *text.statement.sources)
    )  # fmt: skip


def earlier(texts: Texts, one: Text, module: Module | None = None) -> list[Text]:
    """The texts of the same function that stand before a text; those of lambdas side by side count as one."""
    beside = module is not None and module.code.scopes[one.scope].name == "<lambda>"
    return [
        text for text in texts.get(one.path, ())
        if text.where < one.where
        and (text.scope == one.scope or (beside and module is not None
             and module.code.scopes[text.scope].name == "<lambda>"))
    ]  # fmt: skip


def marked(texts: Texts, one: Text) -> bool:
    """Whether the rows that are inserted come from a table in which the same function then marks them as taken."""
    read = {
        source for text in earlier(texts, one) if text.statement.verb == "select" for source in text.statement.sources
    }
    after = [text for text in texts.get(one.path, ()) if text.scope == one.scope and text.where > one.where]
    return any(
        text.statement.verb == "update" and same(source, text.statement.target) for text in after for source in read
    )


def records_one(module: Module, one: Text) -> bool:
    """Whether a function puts in one row of the values that it is handed: it records that something has happened."""
    if (
        one.statement.verb != "insert"
        or not one.scope
        or module.code.scopes[one.scope].kind != "function"
        or "values" not in one.text.lower()
        or "select" in one.text.lower()
        or one.text.lower().rstrip().endswith("values")  # the client puts in as many as it is given
    ):
        return False
    for call in module.code.calls:
        if call.scope == one.scope:
            loops = any(kind in _LOOPS for kind, _ in contexts_of(module, call.context))
            if loops or _MANY.intersection(words_of(str(call.func[-1]))):
                return False
    return True
