"""`groundrules check`: what the rules find, in one format or several, and the exit code of the gate."""

from __future__ import annotations

import os
import sys
from time import monotonic

from groundrules import run
from groundrules.arguments import FORMATS, Parsed
from groundrules.errors import UserError
from groundrules.model import Report
from groundrules.opening import Options
from groundrules.paths import shown
from groundrules.reports import View, render
from groundrules.reports.terminal import colour_wanted, logged
from groundrules.timing import Profile
from groundrules.typed import NamedTuple

PATIENCE = 1.0  # seconds
WITH_EDITS = frozenset(("json", "json-lines", "sarif", "rdjson", "rdjsonl"))


class Output(NamedTuple):
    """One report to write."""

    format: str
    file: str | None  # None is the terminal


def main(parsed: Parsed) -> int:
    """Check, write the reports, and return 1 if a finding reaches the gate."""
    asked, wanted = options(parsed), outputs(parsed)
    profile = Profile()
    progress = _progress() if sys.stderr.isatty() else None
    if parsed.switch("--fix") or parsed.switch("--unsafe-fixes") or parsed.switch("--diff"):
        from groundrules.commands import _fix

        outcome = _fix.fixed(parsed, asked, progress)
        if outcome is None:
            return 0
    else:
        outcome = run.check(asked, profile, progress)
    for output in wanted:
        text = render(output.format, _report(output, outcome), _view(parsed, outcome, output))
        _write(printable(output.format, text) if output.file is None else text, output.file)
    if parsed.switch("--profile"):
        profile.lap("report")
        sys.stderr.write(profile.table())
    return 1 if outcome.failed and not parsed.switch("--exit-zero") else 0


def options(parsed: Parsed) -> Options:
    """What was typed, as the run wants it."""
    if parsed.switch("--staged") and parsed.one("--rev"):
        raise UserError("--staged looks at the index and --rev at a commit: give one of them.")
    return Options(
        paths=parsed.arguments,
        staged=parsed.switch("--staged"),
        rev=parsed.one("--rev"),
        since=parsed.one("--since"),
        select=parsed.many("--select"),
        ignore=parsed.many("--ignore"),
        config=parsed.one("--config"),
        cache=not parsed.switch("--no-cache"),
    )


def outputs(parsed: Parsed) -> list[Output]:
    """What to write where: the terminal's report first, unless a file takes its place."""
    format_name = parsed.one("--format") or "text"
    besides, instead = [], None
    for value in parsed.given.get("--output", ()):
        name, equals, file = value.partition("=")
        if equals and name in FORMATS:
            if not file:
                raise UserError(f"--output {value} names no file.")
            besides.append(Output(name, file))
        elif instead is not None:
            raise UserError(f"--output {instead} and --output {value}: only one file can take the terminal's place.")
        else:
            instead = value
    return [Output(format_name, instead), *besides]


def _report(output: Output, outcome: run.Outcome) -> Report:
    if output.format not in WITH_EDITS:
        return outcome.report
    from groundrules.fixing import with_edits

    return outcome.report._replace(findings=with_edits(outcome.report.findings, outcome.lines))


def _view(parsed: Parsed, outcome: run.Outcome, output: Output) -> View:
    width = 120
    terminal = output.file is None and sys.stdout.isatty()
    if terminal:
        try:
            width = os.get_terminal_size(sys.stdout.fileno()).columns
        except OSError:
            terminal = False
    colour = colour_wanted(terminal, os.environ) and output.file is None
    rules = outcome.question.rules
    show_all, show_known = parsed.switch("--show-all"), parsed.switch("--show-known")
    return View(outcome.lines, shown(outcome.root), colour, show_all, width, rules, show_known)


def printable(format_name: str, text: str) -> str:
    """The text report without what a CI system would take for a command in its log; other formats see to it."""
    return logged(text) if format_name == "text" else text


def _write(text: str, output: str | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    try:
        with open(output, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)
    except OSError as error:
        raise UserError(f"The report cannot be written to {output}: {error.strerror}.") from error


def _progress() -> run.Progress:
    """One line for a terminal while a run reads files for longer than a second; it is wiped when all are read."""
    began = monotonic()
    shown = False

    def show(done: int, total: int) -> None:
        nonlocal shown
        if done < total and monotonic() - began > PATIENCE:
            shown = True
            sys.stderr.write(f"\r\x1b[KReading files: {done:,} of {total:,}")
        elif done >= total and shown:
            sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    return show
