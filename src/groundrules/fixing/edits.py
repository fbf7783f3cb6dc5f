"""The edits that would mend a finding, from what its rule says in `fix`."""

from __future__ import annotations

from groundrules.model import Finding, Span
from groundrules.typed import Callable, Iterable, Mapping, NamedTuple, Sequence

Lines = Callable[[str, "int | None"], Sequence[str]]
LONGEST = 20_000  # characters of a place; nothing that a person wrote by hand is longer


class Edit(NamedTuple):
    """A piece of text in place of another. Places are those of a span; equal ends insert."""

    path: str
    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


def with_edits(findings: Iterable[Finding], lines: Lines) -> tuple[Finding, ...]:
    """The findings, with `edits` in the fix of each that a machine could mend."""
    return tuple(_with_edits(finding, lines) for finding in findings)


def _with_edits(finding: Finding, lines: Lines) -> Finding:
    planned = edits(finding, lines)
    if not planned:
        return finding
    return finding._replace(fix={**(finding.fix or {}), "edits": [edit._asdict() for edit in planned]})


def edits(finding: Finding, lines: Lines) -> tuple[Edit, ...]:
    """What to change, or nothing where the rule offers no fix or the place does not look as the fix expects."""
    fix = finding.fix or {}
    if "add-line" in fix:
        return _added_line(fix, lines)
    planner = next((PLANNERS[key] for key in fix if key in PLANNERS), None)
    segment = text_of(finding.span, lines)
    if planner is None or segment is None or len(segment) > LONGEST:
        return ()
    return planner(finding.span, segment, fix, lines)


def text_of(span: Span, lines: Lines) -> str | None:
    """The text of a place; None where the file has no such place."""
    rows = lines(span.path, span.cell)[span.line - 1 : span.end_line]
    if len(rows) != span.end_line - span.line + 1 or not rows:
        return None
    cut = [*rows[:-1], rows[-1][: span.end_column - 1]]
    return "\n".join([cut[0][span.column - 1 :], *cut[1:]])


def within(span: Span, segment: str, start: int, end: int, text: str) -> Edit:
    """An edit of a part of a place, by offsets into its text."""
    return Edit(span.path, span.cell, *_position(span, segment, start), *_position(span, segment, end), text)


def _position(span: Span, segment: str, offset: int) -> tuple[int, int]:
    before = segment[:offset]
    line = before.count("\n")
    column = len(before) - before.rfind("\n") - 1
    return span.line + line, column + 1 + (span.column - 1 if line == 0 else 0)


def _inserted(span: Span, segment: str, fix: Mapping[str, object], lines: Lines) -> tuple[Edit, ...]:
    from groundrules.fixing.arguments import inserted

    return inserted(span, segment, fix, lines)


def _replaced(span: Span, segment: str, fix: Mapping[str, object], lines: Lines) -> tuple[Edit, ...]:
    return (within(span, segment, 0, len(segment), str(fix["replace-with"])),)


def _replaced_text(span: Span, segment: str, fix: Mapping[str, object], lines: Lines) -> tuple[Edit, ...]:
    """One match of the pattern, replaced. More than one is a riddle that nobody asked a machine to solve."""
    import re

    try:
        found = list(re.finditer(str(fix["find-text"]), segment))
        if len(found) != 1:
            return ()
        return (within(span, segment, *found[0].span(), found[0].expand(str(fix.get("put-text", "")))),)
    except (re.error, IndexError):
        return ()


def _wrapped(span: Span, segment: str, fix: Mapping[str, object], lines: Lines) -> tuple[Edit, ...]:
    end = len(segment)
    return within(span, segment, 0, 0, f"{fix['wrap-in']}("), within(span, segment, end, end, ")")


def _removed(span: Span, segment: str, fix: Mapping[str, object], lines: Lines) -> tuple[Edit, ...]:
    """The whole lines of a place, if nothing else stands on them."""
    rows = lines(span.path, span.cell)
    if rows[span.line - 1][: span.column - 1].strip(" \t-"):
        return ()
    if rows[span.end_line - 1][span.end_column - 1 :].strip(" \t,"):
        return ()
    if span.end_line < len(rows):
        return (Edit(span.path, span.cell, span.line, 1, span.end_line + 1, 1, ""),)
    return (Edit(span.path, span.cell, span.line, 1, span.end_line, len(rows[span.end_line - 1]) + 1, ""),)


def _added_line(fix: Mapping[str, object], lines: Lines) -> tuple[Edit, ...]:
    """A line at the end of another file, which must be there and not hold the line yet."""
    path, text = str(fix.get("to-file", "")), str(fix["add-line"])
    rows = lines(path, None)
    if not path or not any(rows) or text in rows:
        return ()
    last, width = len(rows), len(rows[-1])
    before, after = ("\n", "") if rows[-1] else ("", "\n")
    return (Edit(path, None, last, width + 1, last, width + 1, f"{before}{text}{after}"),)


Planner = Callable[[Span, str, Mapping[str, object], Lines], "tuple[Edit, ...]"]
PLANNERS: Mapping[str, Planner] = {
    "insert-argument": _inserted,
    "replace-with": _replaced,
    "find-text": _replaced_text,
    "wrap-in": _wrapped,
    "remove-lines": _removed,
}
