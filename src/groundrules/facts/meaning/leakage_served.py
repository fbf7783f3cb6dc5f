"""Loaders that are called a test and serve the rows for training."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_ledger import CHECKS, TESTS
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.typed import Any, Iterable

_CHOOSING = ("sampler", "batch_sampler", "subset", "validation_split")  # they take some of the rows
_TRAINING = "train"


class Loaders:
    """What is served in batches, by data set."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.known: dict[tuple[str, int, Value], dict[str, Event]] = {}  # by file, scope and data set: by name

    def relate(self, events: Iterable[tuple[Event, dict[str, Any]]]) -> None:
        """One row for each loader that is called a test and serves what is called a training set, whole."""
        for event, told in events:
            if told.get("purpose") == "loader" and event.call.args:
                self._note(event)
        for (_, _, value), names in self.known.items():
            training = [event for name, event in names.items() if _TRAINING in words_of(name)]
            for name, event in names.items() if training else ():
                told_of = set(words_of(name))
                if _TRAINING not in told_of and not told_of.isdisjoint(CHECKS | TESTS):
                    self._row(name, event, training[0], value)

    def _note(self, event: Event) -> None:
        if any(name is None or name in _CHOOSING for name, _ in event.call.kwargs):
            return
        for name in bound(event.module, event.call.scope, ("call", event.number)):
            key = (event.module.path, event.call.scope, event.call.args[0])
            self.known.setdefault(key, {}).setdefault(name, event)

    def _row(self, name: str, event: Event, beside: Event, value: Value) -> None:
        names = bound(event.module, event.call.scope, value)
        names += [str(value[-1])] if value[0] in ("name", "param", "attr") else []
        if not any(_TRAINING in words_of(one) for one in names):
            return
        link, here = self.link, self.link.span(event)
        link.rows.add(
            "leak", here, name, here, name, "on-training-rows", "model", "score", "", link.span(beside),
            int(link.in_test(event.module.path)), link.scope_name(event.module, event.call.scope),
        )  # fmt: skip


def bound(module: Module, scope: int, value: Value) -> list[str]:
    """The names that a scope binds to a value."""
    return [op[1] for op in module.code.scopes[scope].ops if op[0] == "=" and op[2] == value]
