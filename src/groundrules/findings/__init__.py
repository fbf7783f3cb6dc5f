"""Rows become findings: ask the rules, name what they found, set aside what is suppressed."""

from __future__ import annotations

from groundrules.basics.late import sqlite3
from groundrules.basics.queries import STEPS
from groundrules.findings import ask as asking
from groundrules.findings.gate import fails, reached
from groundrules.model import Finding, Rule, Span
from groundrules.typed import TYPE_CHECKING, Callable, Collection, Iterable, Mapping, Sequence

if TYPE_CHECKING:
    from groundrules.findings.suppressions import Setting

__all__ = ["fails", "find", "reached"]


def find(
    *,
    connection: sqlite3.Connection,
    spans: Sequence[Span],
    rules: Sequence[Rule],
    lines: Callable[[str, int | None], Sequence[str]],
    suppress: Sequence[Setting] = (),
    require_reasons: bool = False,
    levels: Mapping[str, str] | None = None,
    all_rules: Sequence[Rule] = (),
    marked: Iterable[tuple[str, int | None]] = (),
    whole: bool = False,
    today: str | None = None,
    steps: int = STEPS,
    scope: frozenset[str] | None = None,
    want: Callable[[Iterable[str]], None] | None = None,
    timed: Callable[[str, float], None] | None = None,
    renamed: Mapping[str, str] | None = None,
    tags: Callable[[str, int], Sequence[str]] | None = None,
    passing: frozenset[str] = frozenset(),
    idle: Collection[str] = (),
    prepared: Collection[str] = (),
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """What the rules find, by place, and notes in full sentences.

    `lines` gives the lines of a file, or of a notebook's cell; nothing for what cannot be read.
    `all_rules` are those of the catalogue, asked or not; with them misspelt suppressions can be told.
    `marked` are further files and cells that hold the text `groundrules:`: an unused suppression can only be seen in
    what is looked at, and without them that is what has findings.
    `whole` says that every file was looked at, so that a setting that suppressed nothing is unused.
    `scope` are the files whose findings are kept; None keeps all. `want` is told once which files' `lines` are going to
    be asked for, `timed` how many seconds each rule took. `renamed` gives paths the names they bear in another tree, so
    that fingerprints can be compared with those found there. `tags` gives those of a notebook's cell.
    `passing` are rules about a change: a suppression of one is of use in that change only. `idle` are rules that are
    known to find nothing, and need not be asked; those that were `prepared` are known to read and do nothing else.
    """
    answers = asking.ask(connection, spans, rules, levels, steps, timed, idle, scope, prepared)
    notes = list(answers.notes)
    texts = {(found.span.path, found.span.cell) for found in answers.findings}.union(marked)
    hits = [False] * len(answers.findings)
    if want is not None:
        want({path for path, _ in texts})
    if texts or suppress:
        from groundrules.findings import comments, suppressions

        settled = [rule for rule in answers.answered if rule.id not in passing]
        terms = suppressions.Terms(settled, all_rules or rules, require_reasons, today or _today(), whole)
        hits, more = suppressions.suppressed(answers.findings, comments.comments(texts, lines, tags), suppress, terms)
        notes += more
    return tuple(_named(answers.findings, hits, lines, renamed or {})), tuple(notes)


def _named(
    found: Sequence[asking.RawFinding],
    hits: Sequence[bool],
    lines: Callable[[str, int | None], Sequence[str]],
    renamed: Mapping[str, str],
) -> Iterable[Finding]:
    if not found:
        return
    from groundrules.findings.fingerprints import fingerprints

    def source(span: Span) -> str:
        return "\n".join(lines(span.path, span.cell)[span.line - 1 : span.end_line])

    for raw, name, hit in zip(found, fingerprints(found, source, renamed), hits, strict=True):
        yield Finding(
            rule=raw.rule.id,
            family=raw.rule.family,
            level=raw.level,
            confidence=raw.confidence,
            span=raw.span,
            message=raw.message,
            advice=raw.advice,
            fingerprint=name,
            related=raw.related,
            status="suppressed" if hit else "new",
            fix=raw.fix,
            cause=raw.cause,
        )


def _today() -> str:
    from time import strftime

    return strftime("%Y-%m-%d")
