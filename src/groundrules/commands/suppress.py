"""`groundrules suppress`: say in the code, with a reason, that a finding is right as it is."""

from __future__ import annotations

import os
import sys

from groundrules.arguments import Parsed
from groundrules.basics.names import answers_to
from groundrules.errors import UserError
from groundrules.model import Finding
from groundrules.opening import Options
from groundrules.typed import TYPE_CHECKING, Iterable, NamedTuple

if TYPE_CHECKING:
    from groundrules.run import Looked


class Place(NamedTuple):
    """Where findings are to be suppressed, as a person names it."""

    path: str  # relative to the repository
    cell: int | None
    line: int | None

    def holds(self, found: Finding) -> bool:
        """Whether the finding is there."""
        span = found.span
        inside = span.path == self.path or span.path.startswith(f"{self.path}/") or not self.path
        here = self.line is None or span.line <= self.line <= span.end_line
        return inside and here and (self.cell is None or span.cell == self.cell)


def main(parsed: Parsed) -> int:
    """Write the suppressions, or print what would be written."""
    from groundrules import run

    rule, reason = parsed.one("--rule"), parsed.one("--reason")
    if not rule or not (reason or "").strip():
        raise UserError("Name the rule and the reason: groundrules suppress --rule RULE --reason TEXT PATH:LINE.")
    if bool(parsed.arguments) == parsed.switch("--all"):
        raise UserError("Name the places as PATH:LINE, or give --all for every finding of the rule.")
    looked = run.look(Options(config=parsed.one("--config")))
    found = _chosen(looked, rule, parsed.arguments)
    if not found:
        raise UserError(f"There is no finding of `{rule}` {'there' if parsed.arguments else 'here'} to suppress.")
    changes, left = _planned(looked, found, (reason or "").strip(), parsed.one("--until"))
    if left:
        changes.update(_in_settings(looked, left, (reason or "").strip(), parsed.one("--until")))
    return _shown(looked, changes) if parsed.switch("--diff") else _written(looked, changes, found, left)


def _chosen(looked: Looked, rule: str, arguments: Iterable[str]) -> list[Finding]:
    from groundrules import config

    families = {one.id for one in looked.question.catalogue.families}
    config.check_names((rule,), looked.question.catalogue.rules, families, "--rule")
    rules = {one.id for one in looked.question.catalogue.rules if answers_to(one, (rule,))}
    found = [one for one in looked.report.findings if one.rule in rules and one.status == "new"]
    places = [_place(looked, argument) for argument in arguments]
    return [one for one in found if not places or any(place.holds(one) for place in places)]


def _place(looked: Looked, argument: str) -> Place:
    """`PATH`, `PATH:LINE`, or `NOTEBOOK:CELL:LINE`."""
    from groundrules.paths import within

    path = argument
    numbers: list[int] = []
    while not os.path.lexists(path) and ":" in path and path.rpartition(":")[2].isdigit():
        path, _, number = path.rpartition(":")
        numbers.insert(0, int(number))
    if not os.path.lexists(path) or len(numbers) > (2 if path.endswith(".ipynb") else 1):
        raise UserError(f"{argument} is no place: name it as PATH:LINE, or NOTEBOOK:CELL:LINE.")
    (inside,) = within(looked.question.root, (path,))
    cell = numbers.pop(0) if path.endswith(".ipynb") and len(numbers) == 2 else None
    return Place(inside, cell, numbers[0] if numbers else None)


def _planned(
    looked: Looked, found: list[Finding], reason: str, until: str | None
) -> tuple[dict[str, tuple[str, str]], list[Finding]]:
    """Old and new text by path, and the findings whose files hold no comments."""
    from groundrules.suppressing import Suppression, suppressed

    changes: dict[str, tuple[str, str]] = {}
    left: list[Finding] = []
    # From below, so that a line of its own moves nothing that is still to come.
    for one in sorted(found, key=lambda one: (one.span.path, one.span.cell or 0, one.span.line), reverse=True):
        path = one.span.path
        before = changes[path][0] if path in changes else _text(looked, path)
        now = changes[path][1] if path in changes else before
        after = None if now is None else suppressed(now, one, Suppression(one.rule, reason, until))
        if before is None or after is None:
            left.append(one)
        else:
            changes[path] = (before, after)
    return changes, left


def _text(looked: Looked, path: str) -> str | None:
    try:
        with open(os.path.join(looked.question.root, path), encoding="utf-8", newline="") as stream:
            return stream.read()
    except (OSError, UnicodeDecodeError):
        return None


def _in_settings(looked: Looked, left: list[Finding], reason: str, until: str | None) -> dict[str, tuple[str, str]]:
    from groundrules.suppressing_settings import added

    file = looked.question.settings.source or "groundrules.yaml"
    before = _text(looked, file) or ""
    pairs = sorted({(one.span.path, one.rule) for one in left})
    items = [{"path": _pattern(path), "rule": rule, "reason": reason} for path, rule in pairs]
    return {file: (before, added(before, file, [{**item, **({"until": until} if until else {})} for item in items]))}


def _pattern(path: str) -> str:
    """The pattern that means this file alone; what a settings file cannot hold of a name may be anything."""
    text = "".join(f"\\{sign}" if sign in "\\*?[" else "?" if "\ud800" <= sign <= "\udfff" else sign for sign in path)
    bare = text.rstrip(" ")
    return f"/{bare}" + "\\ " * (len(text) - len(bare))


def _shown(looked: Looked, changes: dict[str, tuple[str, str]]) -> int:
    from difflib import unified_diff

    from groundrules.reports.terminal import clean, logged

    for path, (before, after) in sorted(changes.items()):
        pieces = (before.splitlines(keepends=True), after.splitlines(keepends=True))
        for line in unified_diff(*pieces, f"a/{path}", f"b/{path}"):
            sys.stdout.write(logged(clean(line.rstrip("\r\n"))) + "\n")
    return 0


def _written(looked: Looked, changes: dict[str, tuple[str, str]], found: list[Finding], left: list[Finding]) -> int:
    for path, (_, after) in changes.items():
        full = os.path.join(looked.question.root, path)
        try:
            with open(full, "w", encoding="utf-8", newline="") as stream:
                stream.write(after)
        except OSError as error:
            raise UserError(f"{path} cannot be written: {error.strerror}.") from error
    many = "finding" if len(found) == 1 else "findings"
    from groundrules.reports.terminal import clean, logged

    files = ", ".join(map(clean, sorted(changes)))
    sys.stdout.write(logged(f"Suppressed {len(found)} {many} in {files}.\n"))
    if left:
        sys.stdout.write(f"For files without comments the settings say so: {len(left)} of them.\n")
    return 0
