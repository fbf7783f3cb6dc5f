"""What a rule owes its readers, beyond its schema."""

from __future__ import annotations

import os
import re
import sqlite3
from collections import Counter
from string import Formatter

from groundrules.basics.documents import Document, Problem
from groundrules.basics.queries import prepare
from groundrules.model import Rule
from groundrules.typed import Any, Iterator

MARK = re.compile(r"(?:#|--|//|<!--)\s*(?:(\d+) )?findings?\s*(?:-->\s*)?$", re.MULTILINE)
Cause = tuple[tuple[str | int, ...], str]  # the key, and what is wrong with it


def breaches(
    rule: Rule, document: Document, connection: sqlite3.Connection | None
) -> tuple[tuple[str, ...], list[Problem]]:
    """The tables that the rule's query reads, and its breaches of manners. Without a connection: no tables."""
    tables: tuple[str, ...] = ()
    causes: list[Cause] = [*_named(rule), *_spoken(rule), *_shown(rule)]
    problems = list(_lost(rule))
    if connection is not None:
        try:
            columns, read = prepare(connection, rule.query)
            tables = tuple(sorted(read))
            causes += _answered(rule, columns)
        except (sqlite3.Error, sqlite3.Warning) as error:
            causes.append((("query",), f"The query cannot be asked: {_reason(error)}."))
    return tables, problems + [Problem(rule.source, document.line(key), cause) for key, cause in causes]


def _reason(error: Exception) -> str:
    return "it may only read" if "not authorized" in str(error) else str(error).rstrip(".")


def _named(rule: Rule) -> Iterator[Cause]:
    stem = os.path.basename(rule.source).removesuffix(".yaml")
    if rule.id != stem:
        yield ("id",), f"The id `{rule.id}` must be the name of its file, `{stem}`."


def _spoken(rule: Rule) -> Iterator[Cause]:
    plain = re.sub(r"`[^`]*`|\{[^}]*\}", "x", rule.message)
    if not rule.message.endswith("."):
        yield ("message",), "The message must end with a full stop."
    if re.search(r"[.!?]\s", plain) or plain.endswith(".."):
        yield ("message",), "The message must be one sentence; what to do belongs into `fix: advice`."


def _shown(rule: Rule) -> Iterator[Cause]:
    marked = [expects(example) for example in rule.examples.values()]
    if all(marked):
        yield ("examples",), "No example shows what the rule leaves alone."
    if not any(marked):
        yield ("examples",), "No example shows what the rule finds: mark the line with `# finding`."


def _lost(rule: Rule) -> Iterator[Problem]:
    """Marks that YAML took for its own comments: the example would expect nothing, and nobody would notice."""
    texts = [text for example in rule.examples.values() for text in _texts(example)]
    kept = Counter(line.strip().removeprefix("- ").lstrip() for text in texts for line in text.splitlines())
    with open(rule.source, encoding="utf-8-sig") as file:
        written = [(number, line.strip()) for number, line in enumerate(file, 1) if MARK.search(line.rstrip())]
    # Blocks keep their lines as they are, so a line is lost if fewer of its kind are read than are written; of those
    # it is an item of a list that nobody put into quotes.
    for number, line in sorted(written, key=lambda pair: pair[1].startswith("- ")):
        bare = line if kept[line] > 0 else line.removeprefix("- ").lstrip()
        kept[bare] -= 1
        if kept[bare] < 0 and not bare.startswith("#"):
            cause = "YAML takes this `# finding` for a comment; write the text in quotes or as a block after `|`."
            yield Problem(rule.source, number, cause)


def expects(example: Any) -> bool:
    """Whether an example holds something that its rule must find."""
    if isinstance(example, dict) and example.get("expect"):
        return True
    return any(MARK.search(text) for text in _texts(example))


def _texts(example: Any) -> Iterator[str]:
    if isinstance(example, str):
        yield example
    elif isinstance(example, dict):
        for key, part in example.items():
            if key not in ("ignored", "expect", "base", "messages"):
                yield from _texts(part)
    elif isinstance(example, list):
        for part in example:
            yield from _texts(part)


def _answered(rule: Rule, columns: tuple[str, ...]) -> Iterator[Cause]:
    if "span" not in columns:
        yield ("query",), "The query must return a column `span`."
    for key, text in _templates(rule):
        for name in _braces(text):
            if name is None:
                yield key, "A brace stands alone; write `{{` or `}}` for a brace that is meant as one."
            elif name not in columns:
                yield key, f"`{{{name}}}` is no column of the query, which returns {', '.join(columns)}."


def _templates(rule: Rule) -> Iterator[tuple[tuple[str, ...], str]]:
    yield ("message",), rule.message
    yield ("fix", "advice"), rule.advice
    for key, value in (rule.fix or {}).items():
        if isinstance(value, str):
            yield ("fix", key), value


def _braces(text: str) -> Iterator[str | None]:
    """The names in braces; None for a brace that does not hold a plain name."""
    try:
        for _, name, form, conversion in Formatter().parse(text):
            if name is not None:
                yield name if name.isidentifier() and not form and not conversion else None
    except ValueError:
        yield None
