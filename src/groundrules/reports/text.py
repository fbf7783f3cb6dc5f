"""The report for people: the place, the sentence, the line with a caret, the advice; then what it adds up to."""

from __future__ import annotations

from groundrules.model import Finding, Place, Report, Span, Unreadable
from groundrules.reports import View, advisory
from groundrules.reports.terminal import cells, clean, paint
from groundrules.typed import Sequence

STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
ELLIPSIS = "…"
PLACES = 8  # beside a finding; more of them only hide the next one


def render(report: Report, view: View) -> str:
    """The report as text. Suppressed findings are counted, known and advisory ones shown on request."""
    statuses = ("new", "known") if view.show_known else ("new",)
    new = [finding for finding in report.findings if finding.status in statuses]
    shown = [finding for finding in new if view.show_all or not advisory(finding)]
    shown.sort(key=lambda finding: (finding.span.path, finding.span.cell or 0, finding.span[2:4], finding.rule))
    blocks = _blocks(shown, view)
    if report.unreadable:
        blocks.append(_unreadable(report.unreadable, view))
    blocks.extend(_note(note, view) for note in report.notes)
    blocks.append(_closing(report, shown, len(new) - len(shown), view))
    return "\n".join(blocks)


def _blocks(findings: Sequence[Finding], view: View) -> list[str]:
    """One block a finding. Advice that the same file has had already is not repeated."""
    blocks = []
    advised: set[tuple[str, str, str]] = set()
    for finding in findings:
        said = (finding.span.path, finding.rule, finding.advice)
        blocks.append(_block(finding, view, advise=said not in advised))
        advised.add(said)
    return blocks


def _block(finding: Finding, view: View, advise: bool) -> str:
    style = STYLES.get(finding.level, "bold")
    place = paint(_place(finding.span, view), "bold", view.colour)
    level = paint(finding.level if finding.status == "new" else f"known {finding.level}", style, view.colour)
    rule = paint(f"[{finding.rule}]", "dim", view.colour)
    lines = [f"{place}: {level} {rule} {clean(finding.message)}"]
    lines += _excerpt(finding.span, style, view)
    lines += [_related(place, view) for place in finding.related[:PLACES]]
    if len(finding.related) > PLACES:
        more = _many(len(finding.related) - PLACES, "more place")
        lines.append(f"  {paint('see', 'cyan', view.colour)} {more}, which the other formats list")
    if advise and finding.advice:
        lines.append(f"  {paint('help:', 'green', view.colour)} {clean(finding.advice.strip())}")
    return "\n".join(lines) + "\n"


def _place(span: Span, view: View) -> str:
    path = clean(view.shown(span.path))
    if span.cell is None:
        return f"{path}:{span.line}:{span.column}"
    return f"{path} cell {span.cell}:{span.line}"


def _related(place: Place, view: View) -> str:
    span = place.span
    where = _place(span, view) if span.cell is not None else f"{clean(view.shown(span.path))}:{span.line}"
    return f"  {paint('see', 'cyan', view.colour)} {where} {clean(place.message)}".rstrip()


def _excerpt(span: Span, style: str, view: View) -> list[str]:
    """The line that the finding is on, and a caret below; nothing where the file has no such line."""
    source = view.lines(span.path, span.cell)
    if not 0 < span.line <= len(source):
        return []
    line = source[span.line - 1].rstrip()
    if not line:
        return []
    start = min(span.column - 1, len(line) - 1)
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    end = max(start + 1, min(end, len(line)))
    gutter = str(span.line)
    text, before, width = _trimmed(line, start, end, max(view.width - len(gutter) - 5, 20))
    bar = paint("|", "dim", view.colour)
    carets = paint("^" * width, style, view.colour)
    return [
        f"  {paint(gutter, 'dim', view.colour)} {bar} {text}",
        f"  {' ' * len(gutter)} {bar} {' ' * before}{carets}",
    ]


def _trimmed(line: str, start: int, end: int, room: int) -> tuple[str, int, int]:
    """The part of a line around start:end that has room, how far in the caret begins, and how long it is."""
    # A line of a minified file can be megabytes long: no more of it than could be shown is looked at.
    first = max(0, start - room)
    pieces = cells(line[first : start + 2 * room])
    start, end = start - first, min(end - first, len(pieces))
    left, cut_left = 0, first > 0
    if cut_left or sum(width for _, width in pieces) > room:
        left = _left_edge(pieces, start, end, room)
        cut_left = cut_left or left > 0
    text, used, right = "", 1 if cut_left else 0, left
    while right < len(pieces) and used + pieces[right][1] <= room - 1:
        text += pieces[right][0]
        used += pieces[right][1]
        right += 1
    cut_right = right < len(pieces) or first + len(pieces) < len(line)
    before = sum(width for _, width in pieces[left:start]) + (1 if cut_left else 0)
    carets = max(1, sum(width for _, width in pieces[start : min(end, right)]))
    return (ELLIPSIS if cut_left else "") + text + (ELLIPSIS if cut_right else ""), before, carets


def _left_edge(pieces: list[tuple[str, int]], start: int, end: int, room: int) -> int:
    """Where to begin so that the marked part is seen, with a third of the room before it, or more at a line's end."""
    free = max(0, room - 2 - sum(width for _, width in pieces[start:end]))
    spare = max(min(room // 3, free), free - sum(width for _, width in pieces[end:]))
    left = start
    while left > 0 and spare - pieces[left - 1][1] >= 1:
        spare -= pieces[left - 1][1]
        left -= 1
    return left


def _unreadable(unreadable: Sequence[Unreadable], view: View) -> str:
    lines = [paint("Not read, while the rest was checked:", "bold", view.colour)]
    for item in unreadable:
        cell = f" cell {item.cell}" if item.cell is not None else ""
        line = f":{item.line}" if item.line is not None else ""
        lines.append(f"  {clean(view.shown(item.path))}{cell}{line}  {clean(item.reason)}")
    return "\n".join(lines) + "\n"


def _note(note: str, view: View) -> str:
    return f"{paint('note:', 'cyan', view.colour)} {clean(note)}\n"


def _closing(report: Report, shown: Sequence[Finding], hidden: int, view: View) -> str:
    spent = f"{_many(report.files, 'file')}, {_many(report.rules, 'rule')}, {report.seconds:.2f} s"
    since = f" since {clean(report.since.base)}" if report.since else ""
    if shown:
        counts = (_many(_count(shown, level), level) for level in STYLES if _count(shown, level))
        first = paint(f"Found {_listed(list(counts))}", "bold", view.colour)
        lines = [f"{first}{since} in {_many(len({finding.span.path for finding in shown}), 'file')} ({spent})."]
    else:
        nothing = "Nothing new" if since or _status(report, "known") else "Nothing found"
        lines = [f"{paint(nothing, 'bold green', view.colour)}{since} ({spent})."]
    if hidden:
        verb = "is" if hidden == 1 else "are"
        lines.append(
            f"{_many(hidden, 'advisory finding')} {verb} hidden; --show-all shows {'it' if hidden == 1 else 'them'}."
        )
    lines += [
        f"{_many(count, 'finding')} {'was' if count == 1 else 'were'} {status}."
        for status, count in (("suppressed", _status(report, "suppressed")), ("known before", _status(report, "known")))
        if count
    ]
    if report.since and report.since.fixed:
        fixed = len(report.since.fixed)
        lines.append(f"{_many(fixed, 'finding')} of the base {'is' if fixed == 1 else 'are'} gone.")
    return "\n".join(lines) + "\n"


def _count(findings: Sequence[Finding], level: str) -> int:
    return sum(finding.level == level for finding in findings)


def _status(report: Report, status: str) -> int:
    return sum(finding.status == status for finding in report.findings)


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
