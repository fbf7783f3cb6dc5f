"""`groundrules check`: what the rules find, as text or JSON, and the exit code of the gate."""

from __future__ import annotations

import os
import sys
from time import monotonic

from groundrules import run
from groundrules.arguments import Parsed
from groundrules.errors import UserError
from groundrules.opening import Options
from groundrules.paths import shown
from groundrules.reports import View, render
from groundrules.reports.terminal import colour_wanted
from groundrules.timing import Profile

PATIENCE = 1.0  # seconds


def main(parsed: Parsed) -> int:
    """Check, write the report, and return 1 if a finding reaches the gate."""
    profile = Profile()
    outcome = run.check(options(parsed), profile, _progress() if sys.stderr.isatty() else None)
    output = parsed.one("--output")
    view = _view(parsed, outcome, terminal=output is None and sys.stdout.isatty())
    _write(render(parsed.one("--format") or "text", outcome.report, view), output)
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
        select=parsed.many("--select"),
        ignore=parsed.many("--ignore"),
        config=parsed.one("--config"),
        cache=not parsed.switch("--no-cache"),
    )


def _view(parsed: Parsed, outcome: run.Outcome, terminal: bool) -> View:
    width = 120
    if terminal:
        try:
            width = os.get_terminal_size(sys.stdout.fileno()).columns
        except OSError:
            terminal = False
    colour = colour_wanted(terminal, os.environ) and parsed.one("--output") is None
    return View(outcome.lines, shown(outcome.root), colour, parsed.switch("--show-all"), width)


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
