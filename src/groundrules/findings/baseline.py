"""A baseline: findings that were there before, one sorted line each, so that branches merge without conflicts.

A line holds the fingerprint, the rule, the path and a reason, with tabs between them; no times and no line numbers.
"""

from __future__ import annotations

from groundrules.errors import UserError
from groundrules.findings.fingerprints import essence
from groundrules.findings.subtract import whole
from groundrules.model import Finding
from groundrules.typed import Callable, Iterable, Mapping, NamedTuple

NAME = ".groundrules-baseline"
HEAD = (
    "# Findings that were there before: fingerprint, rule, path, reason. `groundrules baseline update` renews them.\n"
)
ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))


class Entry(NamedTuple):
    """One known finding."""

    fingerprint: str
    rule: str
    path: str
    reason: str = ""


class Verdict(NamedTuple):
    """Findings held against a baseline."""

    findings: tuple[Finding, ...]  # with their status
    used: Mapping[str, Entry]  # by the fingerprint that the finding has now
    stale: tuple[Entry, ...]  # those that nothing is found for any more


def read(content: bytes, file: str) -> tuple[Entry, ...]:
    """The entries of a baseline. Raises UserError that names file and line; the marks of a merge are spoken of."""
    entries = []
    for number, line in enumerate(content.decode("utf-8", "surrogateescape").split("\n"), 1):
        line = line.removesuffix("\r")  # git may turn line ends
        if not line or line.startswith("#"):
            continue
        if line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
            raise UserError(f"{file}, line {number}: A merge left its marks here. Keep the lines of both sides.")
        parts = line.split("\t")
        if len(parts) not in (3, 4) or not _is_fingerprint(parts[0]):
            raise UserError(
                f"{file}, line {number}: This is no entry: fingerprint, rule, path and reason, with tabs between them."
            )
        entries.append(Entry(parts[0], parts[1], _plain(parts[2]), _plain(parts[3]) if len(parts) == 4 else ""))
    return tuple(entries)


def written(entries: Iterable[Entry]) -> str:
    """The baseline as text: every entry once, sorted."""
    unique = {entry.fingerprint: entry for entry in entries}.values()
    lines = sorted("\t".join(_escaped(part) for part in (entry if entry.reason else entry[:3])) for entry in unique)
    return HEAD + "".join(f"{line}\n" for line in lines)


def held(
    findings: tuple[Finding, ...],
    entries: Iterable[Entry],
    exists: Callable[[str], bool],
    asked: Callable[[Entry], bool] = lambda _: True,
) -> Verdict:
    """The findings, where what the baseline holds is known. What it holds of a file that is gone can have moved.

    `exists` tells whether there is a file of that path. Only entries that were asked about can be stale.
    """
    left = {entry.fingerprint: entry for entry in entries}
    used = {one.fingerprint: left.pop(one.fingerprint) for one in findings if one.fingerprint in left}
    moved: dict[tuple[str, str | None], list[Entry]] = {}
    for entry in left.values():
        if not exists(entry.path):
            moved.setdefault((entry.rule, essence(entry.fingerprint, entry.rule)), []).append(entry)
    for one in findings if moved else ():
        said = essence(one.fingerprint, one.rule)
        waiting = moved.get((one.rule, said)) if said and not whole(one) else None
        if waiting and one.fingerprint not in used and one.status == "new":
            used[one.fingerprint] = left.pop(waiting.pop(0).fingerprint)
    marked = tuple(
        one._replace(status="known") if one.status == "new" and one.fingerprint in used else one for one in findings
    )
    return Verdict(marked, used, tuple(sorted(entry for entry in left.values() if asked(entry))))


def renewed(verdict: Verdict, reason: str = "", new: bool = True) -> tuple[Entry, ...]:
    """The baseline as it should be now: reasons are kept, what is stale goes, and what is new comes in if wanted."""
    entries = []
    for one in verdict.findings:
        old = verdict.used.get(one.fingerprint)
        if one.status != "suppressed" and (old is not None or new):
            entries.append(Entry(one.fingerprint, one.rule, one.span.path, reason if old is None else old.reason))
    return tuple(sorted(entries))


def _is_fingerprint(text: str) -> bool:
    return len(text) == 16 and not set(text) - set("0123456789abcdef")


def _escaped(text: str) -> str:
    for char, escape in ESCAPES:
        text = text.replace(char, escape)
    return text


def _plain(text: str) -> str:
    if "\\" not in text:
        return text
    out, marks = [], {escape[1]: char for char, escape in ESCAPES}
    position = 0
    while position < len(text):
        if text[position] == "\\" and text[position + 1 : position + 2] in marks:
            out.append(marks[text[position + 1]])
            position += 2
        else:
            out.append(text[position])
            position += 1
    return "".join(out)
