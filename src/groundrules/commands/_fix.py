"""What `check` does with --fix, --unsafe-fixes and --diff."""

from __future__ import annotations

import sys

from groundrules import repair, run
from groundrules.arguments import Parsed
from groundrules.opening import Options
from groundrules.paths import shown
from groundrules.reports.terminal import clean, clean_lines, logged


def fixed(parsed: Parsed, options: Options, progress: run.Progress | None) -> run.Outcome | None:
    """Make the fixes and give what is left to report; with --diff print them, write nothing, and give nothing."""
    unsafe = parsed.switch("--unsafe-fixes")
    repaired = repair.repaired(options, unsafe, progress)
    if parsed.switch("--diff"):
        difference = repair.difference(repaired, shown(repaired.outcome.root)).replace("\t", "    ")
        sys.stdout.write(logged(clean_lines(difference)))
    else:
        repair.write(repaired.outcome.root, repaired)
    sys.stderr.write(told(repaired, parsed.switch("--diff")))
    return None if parsed.switch("--diff") else repaired.outcome


def told(repaired: repair.Repaired, only_shown: bool) -> str:
    """What was done, in sentences."""
    count, files = len(repaired.fixed), len(repaired.after)
    lines = []
    if count:
        did = "Would fix" if only_shown else "Fixed"
        lines.append(f"{did} {_many(count, 'finding')} in {_many(files, 'file')}.")
    else:
        lines.append("There was nothing to fix.")
    for finding, reason in repaired.refused:
        place = f"{finding.span.path}:{finding.span.line}"
        lines.append(f"{place}: the fix for {finding.rule} was not made, because {reason}.")
    if repaired.unsafe:
        verb = "changes" if repaired.unsafe == 1 else "change"
        lines.append(
            f"{_many(repaired.unsafe, 'more fix', 'more fixes')} {verb} what the code does; --unsafe-fixes makes "
            f"{'it' if repaired.unsafe == 1 else 'them'}."
        )
    return logged("".join(f"{clean(line)}\n" for line in lines))


def _many(count: int, noun: str, nouns: str = "") -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {nouns or noun + 's'}"
