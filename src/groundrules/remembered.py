"""What a base answered is remembered: whoever works on a branch asks the same base again and again.

The first time only the files that matter are asked about. Who comes back pays once for the whole tree, and no more.
"""

from __future__ import annotations

import os
from zlib import crc32

from groundrules.basics import cachefile
from groundrules.basics.late import sha256
from groundrules.model import Finding, Report, Snapshot, Span, Unreadable
from groundrules.opening import Options, Question
from groundrules.typed import TYPE_CHECKING, Any, Iterator

if TYPE_CHECKING:
    from groundrules.facts.lines import Lines
    from groundrules.since import Ask

FORMAT = 1
ONCE = "asked once"


def asker(question: Question, options: Options, tree: str | None, ask: Ask) -> Ask:
    """Asks about the tree of that id, or remembers. Of a hook's questions nothing is kept: each has another base."""
    folder = cachefile.user_folder() if question.cache is None else question.cache
    if not folder or tree is None or options.staged or options.rev is not None:
        return ask
    name, key = f"base-{tree[:12]}.marshal", _key(question, tree)

    def asked(snapshot: Snapshot, scope: frozenset[str] | None, renamed: dict[str, str]) -> tuple[Report, Lines]:
        from groundrules.facts.lines import Lines

        kept = cachefile.read(folder, name, key)
        if kept is None:
            cachefile.write(folder, name, key, ONCE)
            return ask(snapshot, scope, renamed)
        if kept == ONCE:
            report, lines = ask(snapshot, None, {})
            cachefile.write(folder, name, key, _packed(report))
        else:
            report, lines = _unpacked(kept, snapshot), Lines(snapshot)
        inside = tuple(one for one in report.findings if scope is None or one.span.path in scope)
        return report._replace(findings=inside), lines

    return asked


def by_file(question: Question, tree: str, rules: frozenset[str], ask: Ask) -> Ask:
    """Asks these rules about single files of the commit that is grown from, or remembers: what a hook refuses is
    mended and tried again, and the commit before is still the same. Only that of the last one is kept."""
    folder = cachefile.user_folder() if question.cache is None else question.cache
    if not folder:
        return ask
    name, key = f"before-{crc32(os.fsencode(question.root)):08x}.marshal", _key(question, tree)

    def asked(snapshot: Snapshot, scope: frozenset[str] | None, renamed: dict[str, str]) -> tuple[Report, Lines]:
        from groundrules.facts.lines import Lines

        if scope is not None and not scope.isdisjoint(renamed):  # their findings bear other names each time
            return ask(snapshot, scope, renamed)
        kept = cachefile.read(folder, name, key) or {}
        wanted = frozenset(snapshot.files) if scope is None else scope
        missing = frozenset(path for path in wanted if not rules <= kept.get(path, {}).keys())
        if missing:
            report, _ = ask(snapshot, missing, renamed)
            kept |= {path: {**kept.get(path, {}), **_said(report, path, rules)} for path in missing}
            cachefile.write(folder, name, key, kept)
        return _joined([_unpacked(kept[path][rule], snapshot) for path in wanted for rule in rules]), Lines(snapshot)

    return asked


def _said(report: Report, path: str, rules: frozenset[str]) -> dict[str, Any]:
    """What each rule found in a file."""
    unread = tuple(one for one in report.unreadable if one.path == path)
    found = {
        rule: tuple(one for one in report.findings if one.span.path == path and one.rule == rule) for rule in rules
    }
    return {rule: _packed(report._replace(findings=found[rule], unreadable=unread)) for rule in rules}


def _joined(reports: list[Report]) -> Report:
    findings = tuple(one for report in reports for one in report.findings)
    unreadable = dict.fromkeys(one for report in reports for one in report.unreadable)
    return reports[0]._replace(findings=findings, unreadable=tuple(unreadable))


def _packed(report: Report) -> Any:
    """As much of the findings as it takes to know them again."""
    findings = [(one.rule, one.family, one.fingerprint, one.status, tuple(one.span)) for one in report.findings]
    return findings, [tuple(one) for one in report.unreadable]


def _unpacked(kept: Any, snapshot: Snapshot) -> Report:
    findings = tuple(
        Finding(rule, family, "", "", Span(*span), "", "", fingerprint, (), status, None)
        for rule, family, fingerprint, status, span in kept[0]
    )
    return Report(findings, tuple(Unreadable(*one) for one in kept[1]), (), snapshot.label, 0, 0, 0.0)


def _key(question: Question, tree: str) -> tuple[Any, ...]:
    """Everything that an answer depends on: the tree, the rules, the settings, the day, and this program itself."""
    from time import strftime

    settings = question.settings
    rules = tuple((rule.id, rule.family, rule.query, rule.message, rule.aliases) for rule in question.rules)
    suppress = tuple(tuple(one) for one in settings.suppress)
    given = (suppress, tuple(sorted(settings.levels.items())), settings.require_reasons)
    return FORMAT, tree, question.catalogue.digest, _digest((rules, given)), strftime("%Y-%m-%d"), _program()


def _digest(value: object) -> str:
    return sha256(repr(value).encode("utf-8", "surrogatepass"))


def _program() -> str:
    """Names and times of the program's own files, so that no other version's answers are taken for its own."""
    return _digest(sorted(_files(os.path.dirname(os.path.abspath(__file__)))))


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _files(entry.path)
            elif entry.name.endswith((".py", ".sql")):
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns
