"""Mends what a machine can mend: every fix is made in memory first, the question is asked again, and what did not help,
broke something or brought something new is taken back before anybody sees it on the disk."""

from __future__ import annotations

import os
from collections import Counter

from groundrules import run, sources
from groundrules.errors import UserError
from groundrules.fixing import Edit, Refused, applied, edits
from groundrules.model import Finding, Report, Snapshot
from groundrules.opening import Options
from groundrules.scope import scope
from groundrules.timing import Profile
from groundrules.typed import Callable, Iterator, Mapping, NamedTuple, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from groundrules.facts.lines import Lines

ROUNDS = 30  # a rule that shows the first of several places at a time needs as many
ATTEMPTS = 100  # questions asked again, in all

Contents = dict[str, bytes]


class Fix(NamedTuple):
    """A finding and what would mend it."""

    finding: Finding
    edits: tuple[Edit, ...]


class Repaired(NamedTuple):
    """What came of it. Nothing is written yet."""

    outcome: run.Outcome  # after the fixes
    before: Mapping[str, bytes]  # of the files that change
    after: Mapping[str, bytes]
    fixed: tuple[Finding, ...]
    refused: tuple[tuple[Finding, str], ...]  # with the reason, a clause that follows `because`
    unsafe: int  # fixes that were left out because they change what the code does


def repaired(options: Options, unsafe: bool, progress: run.Progress | None = None) -> Repaired:
    """The work tree as it would be with its fixes."""
    if options.staged or options.rev is not None:
        raise UserError("Fixes are made in the work tree; leave out --staged and --rev.")
    outcome = run.check(options, None, progress)
    return _Repair(outcome, options).all(unsafe)


class _Repair:
    def __init__(self, outcome: run.Outcome, options: Options) -> None:
        self.outcome = outcome
        self.wanted = scope(options, outcome.question, outcome.snapshot).all
        self.before: Contents = {}
        self.after: Contents = {}
        self.fixed: list[Finding] = []
        self.refused: dict[tuple[str, str], tuple[Finding, str]] = {}
        self.attempts = 0
        # What rules say of the change itself is not asked again: no edit of today mends what was done before.
        about = run.comparing(outcome.question.catalogue)
        self.spoken = tuple(one for one in outcome.report.findings if one.rule in about)
        self.report, self.lines = outcome.report, outcome.lines

    def all(self, unsafe: bool) -> Repaired:
        for _ in range(ROUNDS):
            fixes = [fix for fix in self._offered() if unsafe or _is_safe(fix.finding)]
            if not fixes or not self._made(fixes):
                break
        left = 0 if unsafe else sum(not _is_safe(fix.finding) for fix in self._offered())
        before = {path: self.before[path] for path in self.after}
        refused = tuple(self.refused.values())
        return Repaired(self._outcome(), before, self.after, tuple(self.fixed), refused, left)

    def _outcome(self) -> run.Outcome:
        from groundrules import adoption

        before = self.outcome
        report = self.report._replace(notes=before.asked.notes, seconds=before.report.seconds)
        held = adoption.held(report, before.question, before.snapshot, before.wanted)
        report, failed = adoption.judged(held, before.question)
        return self.outcome._replace(report=report, lines=self.lines, failed=failed)

    def _offered(self) -> Iterator[Fix]:
        for finding in self.report.findings:
            if finding.status != "new" or (finding.fix or {}).get("suggest-only") or _key(finding) in self.refused:
                continue
            planned = edits(finding, self.lines)
            if planned:
                yield Fix(finding, planned)

    def _made(self, fixes: Sequence[Fix]) -> bool:
        """Make as many of the fixes as stand the test: all at once if they do, by halves otherwise."""
        tried = self._tried(fixes)
        if isinstance(tried, str):
            if len(fixes) == 1 or self.attempts >= ATTEMPTS:
                self.refused.update((_key(fix.finding), (fix.finding, tried)) for fix in fixes)
                return False
            half = len(fixes) // 2
            first = self._made(fixes[:half])
            if not first:
                return self._made(fixes[half:])
            # The others were planned for files that have changed since; the next round plans them anew.
            return True
        contents, report, lines = tried
        self.after.update(contents)
        self.report, self.lines = report, lines
        self.fixed += [fix.finding for fix in fixes]
        return True

    def _tried(self, fixes: Sequence[Fix]) -> tuple[Contents, Report, Lines] | str:
        """What the repository and the findings would be, or why the fixes must not be made."""
        self.attempts += 1
        try:
            contents = self._edited(fixes)
        except Refused as reason:
            return str(reason)
        edited: Snapshot = sources.edited(self.outcome.snapshot, {**self.after, **contents})
        report, lines = run.answer(self.outcome.question, edited, self.wanted, Profile(), None)
        report = self._marked(report)
        return _objection(self.report, report, fixes) or (contents, report, lines)

    def _marked(self, report: Report) -> Report:
        """What was known before stays known: the base and the baseline are not asked again."""
        from groundrules.findings.subtract import subtracted

        known = tuple(one for one in self.outcome.report.findings if one.status == "known")
        findings, _ = subtracted(report.findings, known, {})
        return report._replace(findings=(*findings, *self.spoken), since=self.outcome.report.since)

    def _edited(self, fixes: Sequence[Fix]) -> Contents:
        changes: dict[str, list[Edit]] = {}
        for fix in fixes:
            for edit in fix.edits:
                into = changes.setdefault(edit.path, [])
                if edit not in into:  # two findings may ask for one line in a third file
                    into.append(edit)
        return {path: applied(self._read(path), some) for path, some in changes.items()}

    def _read(self, path: str) -> bytes:
        if path in self.after:
            return self.after[path]
        snapshot = self.outcome.snapshot
        if path not in snapshot.files or snapshot.files[path].kind != "file":
            raise Refused(f"{path} is no plain file")
        for _, contents in snapshot.read([path]):
            if isinstance(contents, bytes):
                self.before[path] = contents
                return contents
        raise Refused(f"{path} cannot be read")


def _is_safe(finding: Finding) -> bool:
    return (finding.fix or {}).get("safe") is True


def _key(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.fingerprint


def _objection(before: Report, after: Report, fixes: Sequence[Fix]) -> str | None:
    """Why the fixes are no good: a file does not parse any more, a finding stays, or there is one that was not there.

    Findings are counted by rule and file, since a fingerprint changes with its line, which a fix does change.
    """
    broken = {item[:3] for item in after.unreadable}.difference(item[:3] for item in before.unreadable)
    if broken:
        return f"{min(path for path, _, _ in broken)} could not be read any more"
    old, new = _counted(before), _counted(after)
    added = sorted(rule for (rule, _), count in (new - old).items() if count)
    if added:
        return f"`{added[0]}` would find something new"
    for key, count in Counter((fix.finding.rule, fix.finding.span.path) for fix in fixes).items():
        if new[key] > old[key] - count and _still_there(after, [fix.finding for fix in fixes], key):
            return "the finding would stay"
    return None


def _still_there(report: Report, fixed: Sequence[Finding], key: tuple[str, str]) -> bool:
    """Whether one of the mended places is found again. Lines are compared only by their start, which edits keep."""
    places = {finding.span[:4] for finding in fixed if (finding.rule, finding.span.path) == key}
    return any(
        found.span[:4] in places for found in report.findings if (found.rule, found.span.path) == key and _counts(found)
    )


def _counted(report: Report) -> Counter[tuple[str, str]]:
    return Counter((finding.rule, finding.span.path) for finding in report.findings if _counts(finding))


def _counts(finding: Finding) -> bool:
    return finding.status != "suppressed"


def write(root: str, repaired: Repaired) -> None:
    """Put the new contents on the disk, each file at once and only if nobody has changed it meanwhile."""
    for path, contents in repaired.after.items():
        full = os.path.join(root, path)
        try:
            with open(full, "rb") as stream:
                unchanged = stream.read() == repaired.before[path]
            if not unchanged:
                raise UserError(f"{path} was changed while it was being fixed, and is left as it is.")
            _replace(full, contents)
        except OSError as error:
            raise UserError(f"The fixes cannot be written to {path}: {error.strerror}.") from error


def _replace(full: str, contents: bytes) -> None:
    """Beside the file and then in its place, so that no moment has half of it."""
    from tempfile import mkstemp

    handle, beside = mkstemp(prefix=".groundrules-", dir=os.path.dirname(full))
    try:
        with open(handle, "wb") as stream:
            stream.write(contents)
        os.chmod(beside, os.stat(full).st_mode & 0o7777)
        os.replace(beside, full)
    except BaseException:
        os.unlink(beside)
        raise


Show = Callable[[str], str]


def difference(repaired: Repaired, shown: Show) -> str:
    """A unified diff of what the fixes change."""
    from difflib import unified_diff

    pieces: list[str] = []
    for path in sorted(repaired.after):
        old, new = (
            contents[path].decode("utf-8", "surrogateescape").splitlines(keepends=True)
            for contents in (repaired.before, repaired.after)
        )
        name = shown(path)
        pieces += [
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in unified_diff(old, new, f"a/{name}", f"b/{name}")
        ]
    return "".join(pieces)
