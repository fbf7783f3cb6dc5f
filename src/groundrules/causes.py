"""Which change broke a line that it did not touch: take changes back one by one, and ask again.

What is no longer found without a change was caused by it. Changes are taken back in halves, so that many cost little;
when that needs too many questions, or no change alone is the cause, nothing is said.
"""

from __future__ import annotations

from groundrules import sources
from groundrules.model import Finding, Place, Report, Snapshot, Span
from groundrules.typed import TYPE_CHECKING, Iterable, NamedTuple, Sequence

if TYPE_CHECKING:
    from groundrules.facts.lines import Lines
    from groundrules.since import Ask, Comparison
    from groundrules.sources.difference import Change

QUESTIONS = 14  # in one run; each takes as long as a commit
HUNKS = 16  # of a file; one that changed more is spoken of as a whole
TEXT = 2_000_000  # bytes; larger files are not compared line by line


class Edit(NamedTuple):
    """A change to one file, or a part of it, that can be taken back."""

    change: Change
    line: int  # in the file as it is now, or as it was if it is gone
    text: bytes | None  # the file without this part of the change; None: the file as it was
    said: str


def named(
    report: Report,
    lines: Lines,
    old_lines: Lines,
    found: Comparison,
    snapshot: Snapshot,
    ask: Ask,
    apart: frozenset[str] = frozenset(),
) -> Report:
    """The report, with the change that did it beside every new finding on a line that was there before.

    `apart` are rules that speak of the change itself, and so name it already.
    """
    if not found.changes or found.base.tree is None:
        return report
    new = [one for one in report.findings if one.status == "new" and one.rule not in apart]
    struck = [one for one in new if _untouched(one, lines, old_lines, found)]
    if not struck:
        return report
    search = _Search(found, snapshot, ask)
    causes: dict[str, Edit] = {}
    search.narrow(struck, [_whole(change) for change in found.changes], causes)
    search.refine(struck, causes)
    places = {name: _place(edit) for name, edit in causes.items()}
    findings = tuple(
        one._replace(related=(*one.related, places[one.fingerprint])) if one.fingerprint in places else one
        for one in report.findings
    )
    return report._replace(findings=findings)


def untouched(findings: Iterable[Finding], lines: Lines, found: Comparison) -> list[Finding]:
    """Those of the findings whose lines stood there before, so that something else may have broken them."""
    from groundrules.facts.lines import Lines as Read

    old_lines = Read(found.then)
    return [one for one in findings if one.status == "new" and _untouched(one, lines, old_lines, found)]


def _untouched(finding: Finding, lines: Lines, old_lines: Lines, found: Comparison) -> bool:
    """Whether the lines of the finding stood there before."""
    span = finding.span
    names = {new: old for old, new in found.renamed.items()}
    if span.path not in found.changed:
        return True
    old = names.get(span.path, span.path)
    if old not in found.then.files:
        return False
    stood = [line.strip() for line in lines(span.path, span.cell)[span.line - 1 : span.end_line]]
    if span.cell is None:
        before = {line.strip() for line in old_lines(old, None)}
        return all(line in before for line in stood)
    import json

    raw = "\n".join(old_lines(old, None))
    return all(json.dumps(line, ensure_ascii=False)[1:-1] in raw for line in stood)


class _Search:
    """Asks with parts of the change taken back, as often as it may."""

    def __init__(self, found: Comparison, snapshot: Snapshot, ask: Ask) -> None:
        self.found, self.snapshot, self.ask = found, snapshot, ask
        self.left = QUESTIONS

    def narrow(self, struck: Sequence[Finding], edits: Sequence[Edit], causes: dict[str, Edit]) -> None:
        """Find for each finding the one of the edits that caused it; all of them together did."""
        if len(edits) <= 1:
            causes.update((one.fingerprint, edit) for one in struck for edit in edits)
            return
        half = len(edits) // 2
        for part in (edits[:half], edits[half:]):
            if struck:
                still = self.without(part, struck)
                self.narrow([one for one in struck if one.fingerprint not in still], part, causes)
                struck = [one for one in struck if one.fingerprint in still]

    def refine(self, struck: Sequence[Finding], causes: dict[str, Edit]) -> None:
        """Find the part of a file's change that it was."""
        for edit in list(dict.fromkeys(causes.values())):
            parts = self._parts(edit.change)
            for part in parts:
                left = [one for one in struck if causes.get(one.fingerprint) == edit]
                still = self.without([part], left) if left and len(parts) > 1 else frozenset()
                causes.update((one.fingerprint, part) for one in left if one.fingerprint not in still)

    def without(self, edits: Sequence[Edit], struck: Sequence[Finding]) -> frozenset[str]:
        """Those of the findings that are found without the edits too; all of them when no question is left."""
        if self.left <= 0:
            return frozenset(one.fingerprint for one in struck)
        self.left -= 1
        gone = [edit.change.path for edit in edits if edit.text is None]
        back = [edit.change.old_path for edit in edits if edit.text is None]
        texts = {edit.change.path: edit.text for edit in edits if edit.text is not None}
        without = sources.overlay(self.snapshot, self.found.then, gone, back, texts)
        renamed = {edit.change.old_path: edit.change.path for edit in edits if edit.text is None}
        names = {new: old for old, new in renamed.items()}
        scope = frozenset(names.get(one.span.path, one.span.path) for one in struck).intersection(without.files)
        report, _ = self.ask(without, scope, {old: new for old, new in renamed.items() if old != new})
        return frozenset(one.fingerprint for one in report.findings if one.status != "suppressed")

    def _parts(self, change: Change) -> list[Edit]:
        """The hunks of a file that changed; none where that cannot be told."""
        if change.status not in ("M", "R") or change.path.endswith(".ipynb"):
            return []
        old = _bytes(self.found.then, change.old_path)
        new = _bytes(self.snapshot, change.path)
        if old is None or new is None:
            return []
        parts = list(_hunks(change, old, new))
        return parts if len(parts) <= HUNKS else []


def _bytes(snapshot: Snapshot, path: str) -> bytes | None:
    if path not in snapshot.files:
        return None
    for _, data in snapshot.read([path]):
        if isinstance(data, bytes) and len(data) <= TEXT and b"\0" not in data:
            return data
    return None


def _hunks(change: Change, old: bytes, new: bytes) -> list[Edit]:
    from difflib import SequenceMatcher

    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    edits = []
    for tag, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            text = b"".join((*after[:start], *before[first:last], *after[end:]))
            line = min(start + 1, max(1, len(after)))
            edits.append(Edit(change, line, text, _said(tag, before[first:last], after[start:end])))
    return edits


def _said(tag: str, before: Sequence[bytes], after: Sequence[bytes]) -> str:
    """What a hunk does, in a sentence with its first line that says something."""
    shown = next((line.strip() for line in (before if tag == "delete" else after) if line.strip()), b"")
    text = " ".join(shown.decode("utf-8", "replace").replace("`", "'").split())
    text = text if len(text) <= 60 else text[:59] + "…"
    verb = {"delete": "removes", "insert": "adds"}.get(tag, "brings")
    return f"This change {verb} `{text}` here." if text else "This is changed here."


def _whole(change: Change) -> Edit:
    said = {
        "D": "This change deletes the file.",
        "A": "This change adds the file.",
        "R": f"This change renames `{change.old_path}` to this.",
    }.get(change.status, "This file is changed.")
    return Edit(change, 1, None, said)


def _place(edit: Edit) -> Place:
    path = edit.change.path
    return Place(Span(path, None, edit.line, 1, edit.line, 1), edit.said)
