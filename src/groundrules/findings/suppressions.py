"""Decides which findings are suppressed, and speaks up about suppressions that are not sound."""

from __future__ import annotations

from groundrules.basics import suggestion
from groundrules.basics.globs import matcher
from groundrules.basics.names import answers_to
from groundrules.findings.ask import RawFinding
from groundrules.findings.comments import CELL, Comment
from groundrules.model import Rule, Span
from groundrules.typed import Callable, Iterable, Iterator, NamedTuple, Protocol, Sequence


class Setting(Protocol):
    """A suppression of the settings, for files that cannot hold a comment."""

    @property
    def path(self) -> str:
        """A pattern in the manner of .gitignore."""

    @property
    def rule(self) -> str:
        """A rule or a family."""

    @property
    def reason(self) -> str:
        """Why, or ''."""

    @property
    def until(self) -> str | None:
        """The last day, as YYYY-MM-DD."""


class Terms(NamedTuple):
    """Under which suppressions count."""

    answered: Sequence[Rule]  # the rules that were asked and answered
    rules: Sequence[Rule]  # all that the catalogue holds
    require_reasons: bool
    today: str  # YYYY-MM-DD
    whole: bool  # every file of the repository was looked at


class _Suppression(NamedTuple):
    """A comment or a setting, in one form."""

    place: str
    names: tuple[str, ...]
    reason: str
    until: str | None
    covers: Callable[[Span], bool]
    settled: bool  # whether it can be called unused if it matched nothing


def suppressed(
    findings: Sequence[RawFinding], comments: Iterable[Comment], settings: Iterable[Setting], terms: Terms
) -> tuple[list[bool], list[str]]:
    """For each of the findings whether it is suppressed, and notes on suppressions that are not sound or not used."""
    notes: list[str] = []
    hits = [False] * len(findings)
    everything = [*map(_from_comment, comments), *(_from_setting(setting, terms.whole) for setting in settings)]
    for suppression in everything:
        objection = _objection(suppression, terms)
        if objection:
            notes.append(f"{suppression.place}: {objection}")
            continue
        used: set[str] = set()
        for index, found in enumerate(findings):
            if suppression.covers(found.span) and answers_to(found.rule, suppression.names):
                hits[index] = True
                used.update(name for name in suppression.names if answers_to(found.rule, (name,)))
        if suppression.settled:
            notes += _unused(suppression, used, terms)
    return hits, notes


def _from_comment(comment: Comment) -> _Suppression:
    def covers(span: Span) -> bool:
        if span.path != comment.path:
            return False
        if comment.target is None:
            return True
        return span.cell == comment.cell and comment.target in (CELL, span.line, span.end_line)

    return _Suppression(comment.place, comment.names, comment.reason, comment.until, covers, True)


def _from_setting(setting: Setting, whole: bool) -> _Suppression:
    matches = matcher((setting.path,))
    place = f"The setting that suppresses `{setting.rule}` in {setting.path}"
    return _Suppression(place, (setting.rule,), setting.reason, setting.until, lambda span: matches(span.path), whole)


def _objection(suppression: _Suppression, terms: Terms) -> str | None:
    """Why a suppression does not count, in a sentence."""
    if not suppression.names:
        return "This comment names no rule and is not honoured; write `groundrules: ignore[rule] reason`."
    if suppression.until is not None:
        if not _is_date(suppression.until):
            return f"This suppression is not honoured, because `until={suppression.until}` is no date like 2027-01-31."
        if suppression.until < terms.today:
            return f"This suppression expired on {suppression.until}."
    if terms.require_reasons and not suppression.reason:
        return "This suppression gives no reason and is not honoured; the settings require one."
    return None


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unused(suppression: _Suppression, used: set[str], terms: Terms) -> Iterator[str]:
    """Notes on names that suppressed nothing, as far as this run can tell."""
    known = {name for rule in terms.rules for name in (rule.id, rule.family, *rule.aliases)}
    answered = {rule.id for rule in terms.answered}
    for name in suppression.names:
        if name in used:
            continue
        meant = [rule for rule in terms.rules if answers_to(rule, (name,))]
        if not meant:
            yield f"{suppression.place}: There is no rule or family `{name}` to ignore.{suggestion(name, known)}"
        elif all(rule.id in answered for rule in meant):
            yield f"{suppression.place}: `{name}` finds nothing here any more, so this suppression can go."
