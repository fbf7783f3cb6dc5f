"""Decides what to say, says it, and tells what became of it.

Nothing is said twice: a finding is known by the marker of a comment, or by the summary that lists it. Whatever goes
wrong in between, a further run finds what is there and says the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from groundrules.reports.review import markers, remarks
from groundrules.reports.review.forge import Forge, Refusal, Summary, Thread
from groundrules.reports.review.placement import Placement
from groundrules.reports.review.remarks import Remark
from groundrules.reports.review.wire import RefusedError, UnsureError

AT_ONCE = 25
IN_ALL = 50
ON_FILES = 10


class Result(NamedTuple):
    """What a review did."""

    stopped: str | None = None  # why nothing was done, a sentence
    inline: int = 0
    on_files: int = 0
    in_summary: int = 0  # new ones
    kept: int = 0  # said before
    fixed: int = 0  # struck through now
    resolved: int = 0
    answered: int = 0  # fixed, but a person wrote in the thread
    reopened: int = 0
    unsaid: tuple[Remark, ...] = ()
    troubles: tuple[str, ...] = ()


class _Counts:
    """Fills a result as things happen."""

    def __init__(self) -> None:
        self.inline = self.on_files = self.fixed = self.resolved = self.answered = self.reopened = 0
        self.troubles: list[str] = []


def review(forge: Forge, wanted: Sequence[Remark], present: frozenset[str], head: str, most: int = IN_ALL) -> Result:
    """Say the remarks that nobody said before. `present` are the fingerprints of all findings that still exist."""
    stopped = forge.stopped()
    if stopped is not None:
        return Result(stopped=stopped)
    threads, summary = forge.threads(), forge.summary()
    counts = _Counts()
    told = {thread.fingerprint for thread in threads}
    fresh = remarks.ordered(one for one in wanted if one.fingerprint not in told and not _in(summary, one))
    try:
        said = _say(forge, fresh, most - sum(not thread.fixed for thread in threads), counts)
        _follow_up(forge, threads, wanted, present, head, counts)
    except (RefusedError, UnsureError) as error:
        counts.troubles.append(f"The forge refuses comments: {error}.")
        said = _there(forge, fresh, counts)
    alone = remarks.ordered(one for one in wanted if one.fingerprint not in told and one.fingerprint not in said)
    unsaid = _summarise(forge, summary, alone, len(wanted) - len(alone), threads, present, counts)
    new = [one for one in alone if one in fresh]
    return Result(
        None,
        counts.inline,
        counts.on_files,
        0 if unsaid else len(new),
        len(wanted) - len(fresh),
        counts.fixed,
        counts.resolved,
        counts.answered,
        counts.reopened,
        tuple(new) if unsaid else (),
        tuple(counts.troubles),
    )


def _in(summary: Summary | None, remark: Remark) -> bool:
    listed = markers.said(summary.body) if summary is not None else None
    return listed is not None and ("all" in listed or remark.fingerprint[: markers.SHORT] in listed)


def _say(forge: Forge, fresh: Sequence[Remark], room: int, counts: _Counts) -> set[str]:
    """Comment on lines, then on files, as far as there is room. The fingerprints of what stands there now."""
    inline = [one for one in fresh if one.placement.inline][: max(0, min(AT_ONCE, room))]
    refused = _inline(forge, inline, counts) if inline else []
    said = {one.fingerprint for one in inline} - {one.remark.fingerprint for one in refused}
    counts.inline = len(said)
    say_on_file = forge.on_file
    if say_on_file is None:
        return said
    files = [one for one in fresh if one.placement.rung == "file"]
    files += [one.remark._replace(placement=Placement("file"), suggestion=None) for one in refused]
    for remark in files[: max(0, min(ON_FILES, room - len(said)))]:
        try:
            say_on_file(remark)
        except RefusedError as error:
            if error.status not in (404, 422):
                raise
            continue  # it goes to the summary
        said.add(remark.fingerprint)
        counts.on_files += 1
    return said


def _inline(forge: Forge, inline: Sequence[Remark], counts: _Counts) -> list[Refusal]:
    """Where it is not sure what happened, look before saying the rest again."""
    try:
        return forge.say(inline)
    except UnsureError as error:
        there = {thread.fingerprint for thread in forge.threads()}
        rest = [one for one in inline if one.fingerprint not in there]
        if not rest:
            return []
        try:
            return forge.say(rest)
        except UnsureError:
            counts.troubles.append(f"The forge gave no clear answer: {error}.")
            there = {thread.fingerprint for thread in forge.threads()}
            return [Refusal(one, str(error)) for one in inline if one.fingerprint not in there]


def _there(forge: Forge, fresh: Sequence[Remark], counts: _Counts) -> set[str]:
    """After a refusal in the middle: what of it stands there all the same."""
    try:
        there = {thread.fingerprint for thread in forge.threads()}
    except (RefusedError, UnsureError):
        return set()
    said = {one.fingerprint for one in fresh} & there
    counts.inline, counts.on_files = len(said), 0
    return said


def _follow_up(
    forge: Forge, threads: Sequence[Thread], wanted: Sequence[Remark], present: frozenset[str], head: str,
    counts: _Counts,
) -> None:  # fmt: skip
    """Strike through what is fixed, and take that back for what has returned."""
    again = {one.fingerprint: one for one in wanted}
    done = []
    for thread in threads:
        if thread.fixed and thread.fingerprint in again and not thread.answered:
            forge.edit(thread, forge.body(again[thread.fingerprint]))
            forge.reopen(thread)
            counts.reopened += 1
        elif not thread.fixed and thread.fingerprint not in present:
            if thread.answered:
                counts.answered += 1
                continue
            forge.edit(thread, remarks.struck(thread.body, head))
            done.append(thread)
    counts.fixed = len(done)
    if done:
        try:
            counts.resolved = forge.resolve(done)
        except (RefusedError, UnsureError):
            counts.resolved = 0


def _summarise(
    forge: Forge, old: Summary | None, alone: Sequence[Remark], commented: int, threads: Sequence[Thread],
    present: frozenset[str], counts: _Counts,
) -> bool:  # fmt: skip
    """Write the summary if it says something else than before; whether that failed."""
    if old is None and not alone and not commented:
        return False
    fixed = sum(thread.fingerprint not in present for thread in threads)
    body = remarks.summary(alone, commented, fixed)
    if old is not None and old.body.replace("\r\n", "\n").strip() == body.strip():
        return False
    try:
        forge.summarise(old, body)
    except (RefusedError, UnsureError) as error:
        counts.troubles.append(f"The summary could not be written: {error}.")
        return True
    return False
