"""A finding as it is going to be said, and the texts of comments and summary. Everything from outside is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from groundrules.reports import SEVERITIES, SURENESS
from groundrules.reports.escaping import code, fenced, longest_run, prose
from groundrules.reports.markdown import SIGNS
from groundrules.reports.places import named
from groundrules.reports.review import markers
from groundrules.reports.review.placement import Placement, Where
from groundrules.reports.review.received import Received

LARGEST = 65_536  # characters of a comment, on GitHub; GitLab takes more
RUNGS = ("changed", "context", "scope", "file", "summary")


class Suggestion(NamedTuple):
    """Lines of the file to replace, and what with."""

    start: int
    end: int
    before: str
    after: str
    ready: bool  # whether it can be taken over as it is


class Remark(NamedTuple):
    """A finding with its place and its words, which are the rule's."""

    received: Received
    message: str
    advice: str
    where: Where
    placement: Placement
    suggestion: Suggestion | None = None

    @property
    def fingerprint(self) -> str:
        """The name by which later runs know it."""
        return self.received.fingerprint


def ordered(remarks: Iterable[Remark]) -> list[Remark]:
    """The worst and surest first, what is on changed lines before the rest."""
    return sorted(
        remarks,
        key=lambda one: (
            SEVERITIES[one.received.level],
            RUNGS.index(one.placement.rung),
            SURENESS[one.received.confidence],
            one.where.path,
            one.where.line,
            one.received.rule,
            one.fingerprint,
        ),
    )


def comment(remark: Remark, block: str) -> str:
    """The text of a comment. `block` is the suggestion in the forge's own words, or nothing."""
    received = remark.received
    lines = [
        markers.marker(received.fingerprint, received.rule),
        f"{SIGNS[received.level]} · {code(received.rule)}",
        "",
        f"{_place(remark)}{prose(remark.message)}",
    ]
    if remark.advice:
        lines += ["", f"What to do: {prose(remark.advice)}"]
    if received.related:
        lines += ["", f"See also {', '.join(code(named(span)) for span in received.related)}."]
    if block:
        lines += ["", block]
    return "\n".join(lines)


def _place(remark: Remark) -> str:
    """Which line is meant, where the comment cannot stand on it; in notebooks always, as people count cells."""
    span = remark.received.span
    if span.cell is not None:
        return f"Cell {span.cell}, line {span.line}: "
    return f"Line {span.line}: " if remark.placement.rung in ("scope", "file") else ""


def difference(suggestion: Suggestion) -> str:
    """A suggestion that a person has to finish, as a diff to read."""
    removed = [f"-{line}" for line in suggestion.before.split("\n")]
    return fenced("\n".join([*removed, *(f"+{line}" for line in suggestion.after.split("\n"))]), "diff")


def suggested(suggestion: Suggestion, info: str) -> str:
    """A suggestion block: its fence is one longer than any inside."""
    fence = "`" * max(3, longest_run(suggestion.after, "`") + 1)
    return f"{fence}{info}\n{suggestion.after}\n{fence}"


def struck(body: str, head: str) -> str:
    """The text of a comment whose finding is gone. The rest stays to be read, folded away."""
    found = markers.marked(body)
    if found is None or found.fixed:
        return body
    _, _, rest = body.partition("\n")
    title, _, more = rest.partition("\n")
    more = more.partition("\n```")[0].rstrip()  # a suggestion that is no longer true must not be taken over
    first = markers.marker(found.fingerprint, found.rule, fixed=True)
    opened = f"~~{title}~~ · fixed in {head[:8]}\n\n<details><summary>What was found</summary>\n"
    return f"{first}\n{opened}{more}\n\n</details>"


def heading(count: int) -> str:
    """The text above a review."""
    return f"{markers.REVIEW}\ngroundrules found {_many(count, 'thing')} that this change brings."


def summary(alone: Sequence[Remark], commented: int, fixed: int) -> str:
    """The one comment that is kept up to date: what is open, and in a table what no comment stands for."""
    total = len(alone) + commented
    lines = [markers.summary(one.fingerprint for one in alone), "### groundrules", ""]
    if total:
        verb = "is" if total == 1 else "are"
        lines.append(f"{_many(total, 'finding')} of this change {verb} open, {commented} in comments.")
    else:
        lines.append("Nothing is open any more.")
    if fixed:
        lines.append(f"{_many(fixed, 'finding')} {'was' if fixed == 1 else 'were'} fixed.")
    if not alone:
        return "\n".join(lines) + "\n"
    lines += ["", "| level | place | rule | finding |", "|---|---|---|---|"]
    room = LARGEST - sum(len(line) + 1 for line in lines) - 200
    for number, remark in enumerate(alone):
        row = _row(remark)
        room -= len(row) + 1
        if room < 0:
            lines += ["", f"{len(alone) - number} more have no room here; the report of the check lists them."]
            break
        lines.append(row)
    return "\n".join(lines) + "\n"


def _row(remark: Remark) -> str:
    received = remark.received
    place, said = code(named(received.span), table=True), prose(remark.message, table=True)
    return f"| {SIGNS[received.level]} | {place} | {code(received.rule)} | {said} |"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"
