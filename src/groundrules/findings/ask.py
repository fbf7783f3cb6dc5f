"""Runs the rules' queries, and turns their rows into findings without fingerprints."""

from __future__ import annotations

from time import perf_counter

from groundrules.basics.late import sqlite3
from groundrules.basics.names import level_of
from groundrules.basics.queries import STEPS, Bounded, prepare
from groundrules.model import Cause, Place, Rule, Span
from groundrules.typed import Callable, Collection, Iterable, Mapping, NamedTuple, Sequence

LEVELS = ("note", "warning", "error")
CONFIDENCES = ("low", "medium", "high")
LONGEST = 120  # characters of a value in a message


class RawFinding(NamedTuple):
    """An answer to a rule's question, at one place."""

    rule: Rule
    level: str
    confidence: str
    span: Span
    message: str
    advice: str
    fix: Mapping[str, object] | None
    related: tuple[Place, ...]
    scope: str  # the function or class around it, as far as the query says
    identity: str = ""  # what it is about, where the source at its place is the very thing that changes
    cause: Cause | None = None


class Answers(NamedTuple):
    """What came of asking."""

    findings: list[RawFinding]  # by path, cell, line, column and rule
    notes: list[str]  # which rules could not be asked, and why
    answered: list[Rule]


def ask(
    connection: sqlite3.Connection,
    spans: Sequence[Span],
    rules: Iterable[Rule],
    levels: Mapping[str, str] | None = None,
    steps: int = STEPS,
    timed: Callable[[str, float], None] | None = None,
    idle: Collection[str] = (),
    scope: frozenset[str] | None = None,
    prepared: Collection[str] = (),
) -> Answers:
    """Ask every rule that the settings do not switch off. One that fails becomes a note, and the others go on.

    `timed` is told how many seconds each rule took. Those that are `idle` are known to have no answer. Of other files
    than those of the `scope` nothing is wanted; None wants all. Of those that were `prepared` on the same tables it is
    known that they only read.
    """
    answers = Answers([], [], [])
    with Bounded(connection, steps) as bounds:
        for rule in rules:
            own = level_of(rule, levels or {})
            if own == "off":
                continue
            if rule.id in idle:
                answers.answered.append(rule)
                continue
            bounds.watch(rule.id not in prepared)
            bounds.refill()
            began = perf_counter()
            try:
                cursor = connection.execute(rule.query)
                columns = [column[0] for column in cursor.description or ()]
                rows = [dict(zip(columns, row, strict=True)) for row in cursor if _wanted(row, columns, spans, scope)]
            except (sqlite3.Error, sqlite3.Warning) as error:
                answers.notes.append(_failed(rule, error, bounds.spent))
            else:
                found, lost = _merged(rule, own, rows, spans)
                answers.findings.extend(found)
                answers.answered.append(rule)
                if lost:
                    answers.notes.append(
                        f"The rule `{rule.id}` gave answers without a place, which are left out: {lost}."
                    )
            if timed is not None:
                timed(rule.id, perf_counter() - began)
    answers.findings.sort(key=order)
    return answers


def _wanted(row: Sequence[object], columns: Sequence[str], spans: Sequence[Span], scope: frozenset[str] | None) -> bool:
    """Whether a row is about a file of the scope. One without a place is told of all the same."""
    if scope is None or "span" not in columns:
        return True
    span = _span(row[columns.index("span")], spans)
    return span is None or span.path in scope


def tables_read(connection: sqlite3.Connection, query: str) -> frozenset[str]:
    """The tables and views that a query reads, for callers that fill only those. Raises sqlite3.Error."""
    return prepare(connection, query)[1]


def order(found: RawFinding) -> tuple[object, ...]:
    """Findings stand by place, whatever order the database gave them in."""
    return (*_place(found.span), found.rule.id, found.message)


def _place(span: Span) -> tuple[object, ...]:
    return (span.path, -1 if span.cell is None else span.cell, *span[2:])


def _failed(rule: Rule, error: Exception, spent: bool) -> str:
    if spent:
        return f"The rule `{rule.id}` was stopped because its query takes too many steps; it says nothing here."
    reason = " ".join(str(error).split()).rstrip(".")
    return f"The rule `{rule.id}` could not be asked: {reason}."


def _merged(
    rule: Rule, own: str | None, rows: Iterable[Mapping[str, object]], spans: Sequence[Span]
) -> tuple[list[RawFinding], int]:
    """One finding for each place and message, with all related places, and how many rows had no place."""
    merged: dict[tuple[Span, str], list[tuple[RawFinding, Place | None]]] = {}
    lost = 0
    for row in rows:
        span = _span(row.get("span"), spans)
        if span is None:
            lost += 1
            continue
        found = _found(rule, own, span, row)
        merged.setdefault((span, found.message), []).append((found, _related(row, spans)))
    return [_one(parts) for parts in merged.values()], lost


def _one(parts: list[tuple[RawFinding, Place | None]]) -> RawFinding:
    """The worst and surest of the rows, with the places of all."""
    first = min((found for found, _ in parts), key=lambda found: (_rank(found), found.advice, found.scope))
    places = {place for _, place in parts if place is not None}
    here = min((place.message for place in places if place.span == first.span), default="")
    others = sorted(
        (place for place in places if place.span != first.span), key=lambda place: (_place(place.span), place.message)
    )
    return first._replace(related=tuple(others), cause=first.cause and first.cause._replace(here=here))


def _rank(found: RawFinding) -> tuple[int, int]:
    return -LEVELS.index(found.level), -CONFIDENCES.index(found.confidence)


def _span(value: object, spans: Sequence[Span]) -> Span | None:
    return spans[value] if isinstance(value, int) and 0 <= value < len(spans) else None


def _related(row: Mapping[str, object], spans: Sequence[Span]) -> Place | None:
    span = _span(row.get("related"), spans)
    message = row.get("related_message")
    return None if span is None else Place(span, "" if message is None else shown(message))


def _found(rule: Rule, own: str | None, span: Span, row: Mapping[str, object]) -> RawFinding:
    values = {name: shown(value) for name, value in row.items()}
    level, confidence, scope = row.get("level"), row.get("confidence"), row.get("scope")
    identity, cause = row.get("identity"), row.get("cause")
    fix = rule.fix and {key: _filled(text, values) if isinstance(text, str) else text for key, text in rule.fix.items()}
    return RawFinding(
        rule,
        own or (level if isinstance(level, str) and level in LEVELS else rule.level),
        confidence if isinstance(confidence, str) and confidence in CONFIDENCES else rule.confidence,
        span,
        _filled(rule.message, values),
        _filled(rule.advice, values),
        fix,
        (),
        scope if isinstance(scope, str) else "",
        identity if isinstance(identity, str) else "",
        Cause(cause, "") if isinstance(cause, str) else None,
    )


def _filled(template: str, values: Mapping[str, str]) -> str:
    """Values are texts, and the catalogue lets only plain names stand in braces: nothing but columns can be reached."""
    try:
        return template.format_map(values)
    except (KeyError, ValueError, IndexError, AttributeError):
        return template


def shown(value: object) -> str:
    """A value as a message shows it: on one line, not too long, with nothing that a terminal could obey."""
    if value is None:
        return "unknown"
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    lead = " " if text.startswith(" ") else ""  # what goes on in a sentence brings its own space
    text = lead + " ".join(text[: 20 * LONGEST].split())
    if not text.isprintable():
        text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
