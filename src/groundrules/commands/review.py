"""`groundrules review`: says a report's findings on a forge, and what became of that."""

from __future__ import annotations

import os
import sys

from groundrules import sources
from groundrules.arguments import Parsed
from groundrules.commands._remarks import Planner
from groundrules.errors import UserError
from groundrules.reports.escaping import log_text, plain
from groundrules.reports.places import named
from groundrules.reports.review import engine, github, gitlab, hunks, received, surroundings
from groundrules.reports.review.remarks import Remark
from groundrules.reports.review.surroundings import Surroundings
from groundrules.reports.review.wire import RefusedError, UnsureError, Wire
from groundrules.typed import Any, Sequence

TOKENS = {"github": ("GROUNDRULES_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"), "gitlab": ("GROUNDRULES_TOKEN", "GITLAB_TOKEN")}
BASES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")


def main(parsed: Parsed) -> int:
    """Review; 1 if a finding could not be said anywhere."""
    file, name = parsed.one("--from"), parsed.one("--to")
    if file is None or name is None:
        raise UserError("A review needs a report and a forge: groundrules review --from findings.json --to github.")
    found = received.read(_contents(file), file)
    try:
        return _Review(parsed, name).run(found)
    except RefusedError as error:
        raise UserError(
            f"The forge refuses to be read: {error}. What the token may do is set where it was made."
        ) from error
    except UnsureError as error:
        raise UserError(
            f"The forge gave no clear answer: {error}. Run the review again; nothing is said twice."
        ) from error


class _Review:
    """One forge, one change."""

    def __init__(self, parsed: Parsed, name: str) -> None:
        self.name = name
        self.dry = parsed.switch("--dry-run")
        self.annotate = parsed.switch("--annotate")
        self.most = _number(parsed, "--most") or engine.IN_ALL
        self.base = parsed.one("--base")
        root = sources.find_root(os.getcwd())
        if root is None:
            raise UserError("A review reads the changed lines from git; run it in a clone of the repository.")
        self.root = root
        self.token = next((os.environ[one] for one in TOKENS[name] if os.environ.get(one)), None)
        if self.token is None and not self.dry:
            raise UserError(f"There is no token; set one of {', '.join(TOKENS[name])}.")
        self.around = self._around(parsed)

    def _around(self, parsed: Parsed) -> Surroundings:
        found = (surroundings.github if self.name == "github" else surroundings.gitlab)(os.environ)
        head = parsed.one("--head") or found.head or "HEAD"
        number = _number(parsed, "--request") or found.number
        repository = parsed.one("--repository") or found.repository
        if self.dry and self.token is None:
            repository, number = repository or "OWNER/NAME", number or 1
        return surroundings.checked(
            found._replace(repository=repository, number=number, head=self._commit(head)), self.name
        )

    def _commit(self, rev: str) -> str:
        """The full name of a commit that must be at hand, since its lines are needed."""
        try:
            return sources.commit_id(self.root, rev)
        except UserError as error:
            raise UserError(
                f"The commit {plain(rev)} is not in this clone. Fetch it first; nothing of it needs to be checked out. "
                "On GitHub: git fetch origin pull/NUMBER/head."
            ) from error

    def run(self, found: Sequence[received.Received]) -> int:
        head = self.around.head or ""
        wire = self._wire()
        if self.dry and self.token is None:
            base, number = self.base, self.around.number or 1
        else:
            number = self._number(wire)
            base = self.base or self._base(wire, number)
        files = hunks.read(sources.unified_diff(self.root, self._known_base(base), head))
        remarks = Planner(self.root, head, files).remarks(one for one in found if one.status == "new")
        present = frozenset(one.fingerprint for one in found if one.status != "suppressed")
        forge: Any = self._forge(wire, number, files)
        if self.dry and self.token is None:
            forge = _Unread(forge)
        result = engine.review(forge, remarks, present, head, self.most)
        annotated = self._annotated(forge, remarks) if result.stopped is None else 0
        for request in wire.printed:
            sys.stdout.write(f"{request}\n")
        sys.stdout.write(told(result, self.dry, annotated))
        return 1 if result.unsaid else 0

    def _wire(self) -> Wire:
        headers = (github if self.name == "github" else gitlab).headers(self.token)
        address = self.around.address or (github if self.name == "github" else gitlab).ADDRESS
        return Wire(address, headers, self.dry)

    def _number(self, wire: Wire) -> int:
        around = self.around
        if around.number is not None:
            return around.number
        if self.name == "github" and around.owner and around.branch and around.repository and around.head:
            found = github.found_pull(wire, around.repository, around.head, around.owner, around.branch)
            if found is not None:
                return found
        raise UserError("Which request it is about is not known, or it has moved on; give it with --request.")

    def _base(self, wire: Wire, number: int) -> str | None:
        forge = self._forge(wire, number, {})
        about = forge.about()
        if self.name == "gitlab":
            return self.around.base or (about.get("diff_refs") or {}).get("base_sha")
        return (about.get("base") or {}).get("sha")

    def _known_base(self, base: str | None) -> str:
        for rev in (base,) if base else BASES:
            try:
                return sources.commit_id(self.root, rev)
            except UserError:
                continue
        raise UserError(
            "The branch that the change goes to is not in this clone, so its lines cannot be told from the others. "
            "Fetch it, or name it with --base."
        )

    def _forge(self, wire: Wire, number: int, files: Any) -> Any:
        around = self.around
        if self.name == "github":
            return github.GitHub(wire, around.repository or "", number, around.head or "")
        return gitlab.GitLab(wire, around.repository or "", number, around.head or "", files)

    def _annotated(self, forge: Any, remarks: Sequence[Remark]) -> int:
        if not self.annotate or self.name != "github":
            return 0
        aside = [one for one in remarks if not one.placement.inline]
        try:
            done: int = forge.annotate(aside)
        except (RefusedError, UnsureError) as error:
            sys.stdout.write(f"There are no annotations: {error}.\n")
            return 0
        return done


class _Unread:
    """A forge that nobody asked, for a dry run without a token: there is nothing there yet."""

    def __init__(self, forge: Any) -> None:
        self._forge = forge

    def __getattr__(self, name: str) -> Any:
        answers: dict[str, object] = {"stopped": None, "threads": [], "summary": None}
        return (lambda: answers[name]) if name in answers else getattr(self._forge, name)


def told(result: engine.Result, dry: bool, annotated: int) -> str:
    """What happened, in sentences."""
    if result.stopped is not None:
        return f"{plain(result.stopped)}\n"
    would = "Would have said" if dry else "Said"
    parts = [f"{result.inline} on lines", f"{result.on_files} on files", f"{result.in_summary} in the summary"]
    new = result.inline + result.on_files + result.in_summary
    noun = "new finding" if new == 1 else "new findings"
    lines = [f"{would} {new} {noun}: {', '.join(parts)}." if new else "There was nothing new to say."]
    counts = (
        (result.kept, "Said before: {}."),
        (result.fixed, f"Fixed, and struck through: {{}}; {result.resolved} of their threads were resolved."),
        (result.answered, "Gone, but with threads that were left alone, since a person wrote in them: {}."),
        (result.reopened, "Back again: {}."),
        (annotated, "Annotated in a check run: {}."),
    )
    lines += [sentence.format(count) for count, sentence in counts if count]
    lines += [plain(trouble) for trouble in result.troubles]
    if result.unsaid:
        lines.append(f"{len(result.unsaid)} could not be said there:")
        lines += [_line(one) for one in result.unsaid]
    return log_text("\n".join(lines)) + "\n"


def _line(remark: Remark) -> str:
    place, rule = plain(named(remark.received.span)), remark.received.rule
    return f"  {place}: {remark.received.level} [{rule}] {plain(remark.message)}"


def _contents(file: str) -> bytes:
    try:
        with open(file, "rb") as stream:
            return stream.read(received.LARGEST + 1)
    except OSError as error:
        raise UserError(f"The report {file} cannot be read: {error.strerror}.") from error


def _number(parsed: Parsed, option: str) -> int | None:
    value = parsed.one(option)
    if value is None:
        return None
    if not value.isascii() or not value.isdigit() or int(value) == 0:
        raise UserError(f"{option} takes a number, not {value!r}.")
    return int(value)
