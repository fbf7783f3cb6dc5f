"""Reads folders of rules and checks all that can be checked before a repository is seen.

A mistake in one file never hides those in others: all are collected, and named in one error.
"""

from __future__ import annotations

import os
import sqlite3

from groundrules.basics.documents import Document, FlawedError, Problem, read_yaml
from groundrules.basics.entries import folded, packed
from groundrules.basics.schemas import violations
from groundrules.catalogue import APART, Family
from groundrules.catalogue.manners import breaches
from groundrules.catalogue.requiring import bare, groups
from groundrules.errors import UserError
from groundrules.model import Rule
from groundrules.typed import Any, Callable, Iterator, Mapping, Sequence


class Folder:
    """What one folder of rules holds, and what is wrong with it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.rules: dict[str, tuple[Rule, Document]] = {}
        self.families: dict[str, Family] = {}
        self.functions: dict[str, Mapping[str, Any]] = {}
        self.aliases: dict[str, str] = {}
        self.problems: list[Problem] = []

    def read(self) -> None:
        """Fill from the files."""
        for name, file in _files(self.path):
            if not file.endswith(".yaml"):
                if file.endswith(".yml"):
                    self.problems.append(Problem(file, None, "The name of a file of rules must end in .yaml."))
            elif name == "knowledge":
                self._opened(file, "knowledge", self._knowledge)
            elif os.path.basename(file) == "family.yaml":
                self._opened(file, "family", self._family)
            elif name not in APART:
                self._opened(file, "rule", self._rule)

    def _opened(self, file: str, schema: str, take: Callable[[str, Document], None]) -> None:
        try:
            with open(file, "rb") as stream:
                document = read_yaml(stream.read(), file)
        except OSError as error:
            self.problems.append(Problem(file, None, f"The file cannot be read: {error.strerror}."))
        except FlawedError as error:
            self.problems.append(error.problem)
        else:
            wrong = violations(document, schema, file)
            self.problems += wrong
            if not wrong:
                take(file, document)

    def _family(self, file: str, document: Document) -> None:
        name = os.path.basename(os.path.dirname(file))
        texts = {key: _folded(text) for key, text in document.value.items()}
        self.families[name] = Family(id=name, source=file, **texts)

    def _rule(self, file: str, document: Document) -> None:
        rule = _rule(file, document.value)
        if rule.id in self.rules:
            other = self.rules[rule.id][0].source
            self.problems.append(
                Problem(file, document.line(("id",)), f"The rule `{rule.id}` stands in {other} already.")
            )
        else:
            self.rules[rule.id] = (rule, document)

    def _knowledge(self, file: str, document: Document) -> None:
        for name, entry in (document.value.get("functions") or {}).items():
            if name in self.functions:
                line = document.line(("functions", name))
                self.problems.append(Problem(file, line, f"The function `{name}` is described in two files."))
            self.functions[name] = entry
        self.aliases.update(document.value.get("aliases") or {})


def compiled(paths: Sequence[str], ddl: str) -> dict[str, Any]:
    """The contents of all folders, later ones over earlier ones, as plain values. Raises UserError."""
    folders = [Folder(path) for path in paths]
    for folder in folders:
        folder.read()
    rules = {name: pair for folder in folders for name, pair in folder.rules.items()}
    families = {name: family for folder in folders for name, family in folder.families.items()}
    problems = [problem for folder in folders for problem in folder.problems]
    named = {os.path.basename(os.path.dirname(problem.file)) for problem in problems if "family.yaml" in problem.file}
    problems += _collisions(rules, {*families, *named})
    tables, unsound, made = _asked(list(rules.values()), ddl)
    _refuse(problems + unsound)
    knowledge = {name: entry for folder in folders for name, entry in folder.functions.items()}
    aliases = {name: same for folder in folders for name, same in folder.aliases.items()}
    ordered = sorted((rule for rule, _ in rules.values()), key=lambda rule: (rule.family, rule.id))
    return {
        "rules": [(tuple(rule._replace(examples={})), folded(rule.examples)) for rule in ordered],
        "families": [tuple(families[name]) for name in sorted(families)],
        "knowledge": packed(knowledge),
        "aliases": aliases,
        "digest": _digest([knowledge, aliases]),
        "tables": tables,
        "needs": {rule.id: groups(rule.query, made) for rule in ordered},
        "ddl": {name: bare(text) for name, text in made.items()},
    }


def _files(folder: str) -> Iterator[tuple[str, str]]:
    """Every file with the name of the folder in which it lies."""
    for name in sorted(os.listdir(folder)):
        inside = os.path.join(folder, name)
        if os.path.isdir(inside) and not name.startswith("."):
            for file in sorted(os.listdir(inside)):
                path = os.path.join(inside, file)
                if os.path.isfile(path) and not file.startswith("."):
                    yield name, path


def _rule(file: str, value: Mapping[str, Any]) -> Rule:
    fix = {key: item for key, item in value["fix"].items() if key != "advice"}
    return Rule(
        id=value["id"],
        family=os.path.basename(os.path.dirname(file)),
        level=value["level"],
        confidence=value["confidence"],
        message=_folded(value["message"]),
        why=_folded(value["why"]),
        advice=_folded(value["fix"]["advice"]),
        query=value["query"],
        aliases=tuple(value.get("aliases", ())),
        examples=value["examples"],
        source=file,
        fix=fix or None,
    )


def _folded(text: str) -> str:
    return " ".join(text.split())


def _collisions(rules: Mapping[str, tuple[Rule, Document]], families: set[str]) -> list[Problem]:
    """Names that would mean two things, and families that nobody described."""
    owners: dict[str, str] = {family: family for family in families}
    problems = []
    for rule, document in rules.values():
        if rule.family not in families:
            problems.append(Problem(rule.source, None, f"The folder `{rule.family}` has no family.yaml."))
        if rule.id in families:
            problems.append(Problem(rule.source, document.line(("id",)), f"`{rule.id}` is the name of a family."))
        owners.setdefault(rule.id, rule.id)
    for rule, document in rules.values():
        for number, alias in enumerate(rule.aliases):
            if alias in owners:
                line = document.line(("aliases", number))
                cause = f"The alias `{alias}` is the name of the rule or family `{owners[alias]}`."
                problems.append(Problem(rule.source, line, cause))
            owners.setdefault(alias, rule.id)
    return problems


def _asked(
    rules: list[tuple[Rule, Document]], ddl: str
) -> tuple[dict[str, tuple[str, ...]], list[Problem], dict[str, str]]:
    """The tables that each query reads, the breaches of manners, and the statement of every table and view."""
    connection = sqlite3.connect(":memory:") if ddl else None
    tables: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    made: dict[str, str] = {}
    if connection is not None:
        connection.executescript(ddl)
        made = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view')"))
    for rule, document in rules:
        read, wrong = breaches(rule, document, connection)
        problems += wrong
        if connection is not None:
            tables[rule.id] = read
    if connection is not None:
        connection.close()
    return tables, problems, made


def _refuse(problems: list[Problem]) -> None:
    shown = [problem._replace(file=_near(problem.file)) for problem in problems]
    if len(shown) == 1:
        raise UserError(str(shown[0]))
    if shown:
        lines = "\n".join(f"  {problem}" for problem in shown)
        raise UserError(f"There are {len(problems)} mistakes in the rules.\n{lines}")


def _near(file: str) -> str:
    """A file as a person in the current folder would name it."""
    below = os.path.join(os.getcwd(), "")
    return file.removeprefix(below)


def _digest(value: object) -> str:
    import hashlib
    import json

    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]
