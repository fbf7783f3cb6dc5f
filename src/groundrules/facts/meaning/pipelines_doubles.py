"""What keeps rows that are appended from being there twice: keys, handlers of doubles, a place that is remembered."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_paths import within
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Value
from groundrules.facts.sql.words import words

_DOUBLES = ("integrity", "unique", "duplicate", "conflict", "bulkwrite")
_BY_KEY = words("upsert conflict ignore replace merge nothing duplicate duplicates skip update")
_KEY = ("const", "_id")
_SETS = words("set save store update write put commit mark advance persist record")
_PLACES = words("last latest checkpoint checkpoints watermark bookmark offset offsets position cursor processed")


def expects_doubles(handlers: Value) -> bool:
    """Whether one of the handlers takes the failure of rows that are there already."""
    return any(
        action not in ("raise", "exit") and any(word in names.lower() for word in _DOUBLES)
        for names, action in (one[:2] for one in handlers)
    )


def puts_by_key(link: Link, event: Event) -> bool:
    """Whether the rows are put there by a function of the program that allows for those that are there."""
    told = (event.known.get("writes") or {}).get("writer")
    value = link.given(event, told) if told else None
    if value is None:
        return False
    folded = link.folder.fold(value, event.frame)
    module = link.folder.program.module(folded[1]) if folded[0] == "func" else None
    if module is None:
        return by_key(str(folded[1] if folded[0] == "ext" else value[-1]))
    guarded = any(text.scope == folded[2] and any(one[6] for one in text.statements) for text in module.code.sql)
    return guarded or by_key(module.code.scopes[folded[2]].name)


def by_key(name: str) -> bool:
    """Whether a function is named like one that puts rows in the place of those of the same key."""
    return bool(_BY_KEY.intersection(words_of(name.rpartition(".")[2])))


def keyed(event: Event) -> bool:
    """Whether documents are given their key by the function that inserts them, so that a second insert is refused."""
    if event.known.get("inserts") is None:
        return False
    ops = event.module.code.scopes[event.call.scope].ops
    stored = any(op[0] == "s" and op[2] == _KEY for op in ops)
    return stored or any(within(_KEY, one) for one in event.call.args)


def keeps_place(event: Event) -> bool:
    """Whether the function remembers how far it has come once the rows are there: the next try goes on behind them."""
    for call in event.module.code.calls:
        if call.scope == event.call.scope and call.where[1] > event.call.where[1] and call.func[0] in ("attr", "name"):
            told = words_of(str(call.func[-1]))
            if told and told[0] in _SETS and _PLACES.intersection(told[1:]):
                return True
    return False
