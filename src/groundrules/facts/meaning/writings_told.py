"""What a file writes, as plain values that can be kept and taken up again."""

from __future__ import annotations

from groundrules.facts.meaning.writings import Writings
from groundrules.facts.meaning.writings_likeness import Written
from groundrules.typed import Any, Callable, Iterable, Iterator

Place = tuple[Any, ...]
_ONE_EACH = ("folders", "holding", "kept_models", "programs", "unpacked")  # what holds one write for each key
_NEVER = (-1, -1)  # its place in a run: it is in none of the runs at hand


def told(writings: Writings, place: Callable[[int], Place]) -> Iterator[tuple[Any, ...]]:
    """All that was noted, each after the name of where it belongs."""

    def plain(one: Written) -> tuple[Any, ...]:
        return one.text, one.script, place(one.span), one.is_folder, one.what

    for name, ones in writings.by_name.items():
        for one in ones:
            yield "by_name", name, plain(one)
    for where in _ONE_EACH:
        for key, one in getattr(writings, where).items():
            yield where, key, plain(one)
    for script, archives in writings.opened.items():
        for name, one in archives:
            yield "opened", script, plain(one), name
    for key in sorted(writings.fetched):
        yield "fetched", key
    if writings.unplaced:
        yield "unplaced", True
    for folder in sorted(writings.saving):
        yield "saving", folder
    for script, texts in writings.moved.items():
        yield "moved", script, tuple(texts)


def recall(writings: Writings, kept: Iterable[tuple[Any, ...]], number: Callable[[Place], int]) -> None:
    """Note it again. Nobody may have asked for a writer before."""
    for where, key, *rest in kept:
        if where == "unplaced":
            writings.unplaced = True
        elif where in ("fetched", "saving"):
            getattr(writings, where).add(key)
        elif where == "moved":
            writings.moved.setdefault(key, []).extend(rest[0])
        else:
            text, script, span, is_folder, what = rest[0]
            one = Written(text, script, number(span), _NEVER, is_folder, what)
            if where == "by_name":
                writings.keep(key, one)
            elif where == "opened":
                writings.opened.setdefault(key, []).append((rest[1], one))
            else:
                getattr(writings, where).setdefault(key, one)
