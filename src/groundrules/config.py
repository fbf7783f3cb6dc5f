"""The user's settings, from groundrules.yaml or [tool.groundrules] in pyproject.toml.

Files come through a callable, so that a check of the index or of a commit reads the settings of that snapshot.
"""

from __future__ import annotations

import zlib
from types import MappingProxyType

from groundrules.basics import cachefile, suggestion
from groundrules.basics.names import answers_to, level_of
from groundrules.errors import UserError
from groundrules.model import Rule
from groundrules.typed import TYPE_CHECKING, Any, Callable, Collection, Iterable, Mapping, NamedTuple, Sequence

if TYPE_CHECKING:
    from groundrules.basics.documents import Document, Problem

FORMAT = 2  # of what is cached, and of the checks that were passed to get there
YAML = ("groundrules.yaml", ".groundrules.yaml")
TOML = "pyproject.toml"
SECTION = ("tool", "groundrules")
NONE: Mapping[str, Any] = MappingProxyType({})

Read = Callable[[str], "bytes | None"]


class Override(NamedTuple):
    """Another gate for a rule or family, for files, or for both; None: whatever it is, or as it is."""

    rule: str | None = None
    path: str | None = None  # a pattern in the manner of .gitignore
    level: str | None = None
    confidence: str | None = None


class Gate(NamedTuple):
    """What a finding must reach, in both respects, to fail a run. The level `never` is reached by none."""

    level: str = "warning"
    confidence: str = "medium"
    overrides: tuple[Override, ...] = ()  # the last one that fits counts


class Suppression(NamedTuple):
    """Findings of a rule or family that are right as they are, in files that cannot hold a comment."""

    path: str  # a pattern in the manner of .gitignore
    rule: str
    reason: str = ""
    until: str | None = None  # YYYY-MM-DD, the last day


class Settings(NamedTuple):
    """What the user decided; the defaults are those of a repository without settings."""

    select: tuple[str, ...] = ()  # rules and families; none: all
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()  # patterns in the manner of .gitignore
    fail_on: Gate = Gate()
    ratchet: bool = False  # no rule may have more findings than before
    baseline: str | None = None  # a file, relative to the repository; None: the usual one, if there is any
    rules: tuple[str, ...] = ()  # folders, relative to the repository
    levels: Mapping[str, str] = NONE  # rule → error | warning | note | off
    suppress: tuple[Suppression, ...] = ()
    require_reasons: bool = False
    manifest: Mapping[str, Any] = NONE  # the reserved sections, as written
    source: str | None = None  # the file they came from
    notes: tuple[str, ...] = ()  # what the user should know about how they were found


def load(read: Read, cache: str | None = None, outside: Read | None = None) -> Settings:
    """The settings of a snapshot. Raises UserError that names every mistake with file, line and key.

    `read` gives a file of the snapshot by its path, or None. `cache` is as for the catalogue. `outside` reads files
    that settings extend and that the snapshot does not hold.
    """
    found: list[tuple[str, bytes]] = []
    for name in (*YAML, TOML):
        content = read(name)
        if content is not None and (name != TOML or _has_section(content)):
            found.append((name, content))
    if not found:
        return Settings()
    (name, content), *passed_over = found
    notes = tuple(f"The settings in {other} are not used, because {name} has settings too." for other, _ in passed_over)
    value = _checked(name, content, cache)
    if "extend" in value:
        value = _extended(name, content, value, read, cache, outside)
    return settings(value, name, notes)


def load_file(name: str, content: bytes, read: Read | None = None, outside: Read | None = None) -> Settings:
    """The settings of a file that the user named: TOML by its ending, YAML otherwise. Raises UserError.

    `read` and `outside` are for the files that it extends.
    """
    value = _parsed(name, content)
    if "extend" in value:
        value = _extended(name, content, value, read or (lambda _: None), "", outside)
    return settings(value, name)


def _extended(
    name: str, content: bytes, value: Mapping[str, Any], read: Read, cache: str | None, outside: Read | None
) -> Mapping[str, Any]:
    from groundrules.policies import extended

    def line(file: str, text: bytes, number: int) -> int | None:
        document, under = _opened(file, text)
        return document.line((*under, "extend", number))

    return extended(name, content, value, read, outside, lambda file, text: _checked(file, text, cache), line)


def _has_section(content: bytes) -> bool:
    """Whether there is something of ours in a pyproject.toml, without reading it as TOML."""
    marks = (b"[tool.groundrules", b"tool.groundrules")
    return marks[1] in content and any(line.lstrip().startswith(marks) for line in content.splitlines())


def _checked(name: str, content: bytes, cache: str | None) -> Mapping[str, Any]:
    """Parsing and checking cost more than a whole commit, so the result is kept for as long as the file is the same."""
    store = cachefile.user_folder() if cache is None else cache
    if not store:
        return _parsed(name, content)
    key = (FORMAT, name, content)
    file = f"settings-{zlib.crc32(content):08x}.marshal"
    value = cachefile.read(store, file, key)
    if value is None:
        value = _parsed(name, content)
        cachefile.write(store, file, key, value)
    checked: Mapping[str, Any] = value
    return checked


def _parsed(name: str, content: bytes) -> Mapping[str, Any]:
    from groundrules.basics.documents import FlawedError
    from groundrules.basics.schemas import violations

    try:
        document, under = _opened(name, content)
    except FlawedError as error:
        raise UserError(str(error)) from error
    problems = violations(document, "config", name, under) or _undated(document, name, under)
    if problems:
        raise UserError("\n".join(map(str, problems)))
    checked: Mapping[str, Any] = document.value
    return checked


def _opened(name: str, content: bytes) -> tuple[Document, tuple[str, ...]]:
    """What a file says about us, and where in the file that stands."""
    from groundrules.basics.documents import Document, read_toml, read_yaml

    if not name.endswith(".toml"):
        document = read_yaml(content, name)
        return Document({} if document.value is None else document.value, document.lines), ()
    document = read_toml(content, name)
    if not name.endswith(TOML):
        return document, ()
    tool = document.value.get("tool")
    return Document(tool.get("groundrules", {}) if isinstance(tool, dict) else {}, document.lines), SECTION


def _undated(document: Document, name: str, under: tuple[str, ...]) -> list[Problem]:
    from groundrules.basics.documents import Problem

    problems = []
    for number, item in enumerate(document.value.get("suppress", ())):
        until = item.get("until")
        if until is not None and not _is_date(until):
            line = document.line((*under, "suppress", number, "until"))
            problems.append(Problem(name, line, f"`suppress.{number}.until` is no date: {until}."))
    return problems


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def settings(value: Mapping[str, Any], source: str | None = None, notes: tuple[str, ...] = ()) -> Settings:
    """Settings from what a checked file says."""
    plain = {"extend", "fail_on", "ratchet", "baseline", "levels", "suppress", "require_reasons"}
    lists = {name: tuple(value.get(name, ())) for name in ("select", "ignore", "exclude", "rules")}
    return Settings(
        **lists,
        fail_on=_gate(value.get("fail_on", {})),
        ratchet=value.get("ratchet", False),
        baseline=value.get("baseline"),
        levels=value.get("levels", {}),
        suppress=tuple(Suppression(**item) for item in value.get("suppress", ())),
        require_reasons=value.get("require_reasons", False),
        manifest={name: item for name, item in value.items() if name not in plain and name not in lists},
        source=source,
        notes=notes,
    )


def _gate(value: Mapping[str, Any]) -> Gate:
    return Gate(**{**value, "overrides": tuple(Override(**item) for item in value.get("overrides", ()))})


def check_names(names: Iterable[str], rules: Sequence[Rule], families: Iterable[str], where: str) -> None:
    """Refuse names of rules and families that nobody knows. `where` says who named them, such as `--select`."""
    known = {name for rule in rules for name in (rule.id, rule.family, *rule.aliases)}.union(families)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UserError(
            "\n".join(f"{where}: There is no rule or family `{name}`.{suggestion(name, known)}" for name in unknown)
        )


def check(settings: Settings, rules: Sequence[Rule], families: Iterable[str]) -> None:
    """Refuse settings that name rules or families which the catalogue does not hold."""
    known = tuple(families)
    source = settings.source or "settings"
    check_names(settings.select, rules, known, f"{source}, key `select`")
    check_names(settings.ignore, rules, known, f"{source}, key `ignore`")
    check_names(settings.levels, rules, known, f"{source}, key `levels`")
    check_names(
        (item.rule for item in settings.fail_on.overrides if item.rule), rules, known, f"{source}, key `fail_on`"
    )
    check_names((item.rule for item in settings.suppress), rules, known, f"{source}, key `suppress`")


def canonical(gate: Gate, rules: Iterable[Rule]) -> Gate:
    """The gate with rules by the names they have now."""
    if not gate.overrides:
        return gate
    names = {alias: rule.id for rule in rules for alias in rule.aliases}
    return gate._replace(
        overrides=tuple(one._replace(rule=names.get(one.rule or "", one.rule)) for one in gate.overrides)
    )


def chosen(
    rules: Iterable[Rule], select: Collection[str] = (), ignore: Collection[str] = (), levels: Mapping[str, str] = NONE
) -> tuple[Rule, ...]:
    """The rules to ask: those selected (all, if none is named) but for the ignored ones and those switched off."""
    return tuple(
        rule
        for rule in rules
        if (not select or answers_to(rule, select)) and not answers_to(rule, ignore) and level_of(rule, levels) != "off"
    )
