"""Every example of every rule, and the manners of the catalogue as a whole."""

from __future__ import annotations

import ast
import builtins
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import groundrules
from groundrules import catalogue, facts, proof
from groundrules.basics import packaged
from groundrules.model import Rule

CATALOGUE = catalogue.load(ddl=facts.ddl(), cache="")
SOURCE = Path(os.path.dirname(groundrules.__file__))

# Names of libraries that have to stand in src all the same, each with the reason.
ALLOWED = {
    "airflow": "its configuration file declares variables, and folders of tasks bear its name",
    "databricks": "paths name the mounts of this platform",
    "dvc": "an extractor reads its pointer and pipeline files",
    "git": "the tool that rules are about, and the client that this project uses itself",
    "hydra": "an extractor reads its way of including files",
    "joblib": "an extension of files that hold models",
    "kaggle": "paths name the mounts of this platform",
    "keras": "an extension of files that hold models",
    "pyarrow": "this project uses it itself to read headers, when it is installed",
    "yaml": "a format of files, and what this project uses itself to read them",
}
# Names of libraries that mean something else in src.
HOMONYMS = {
    "anything": "stands for what holds numbers, whatever it is",
    "attr": "an attribute, in git and in code",
    "backoff": "a word in names of functions",
    "box": "a word",
    "datasets": "a folder",
    "environ": "the variables of the environment",
    "fire": "a word",
    "retry": "a word in names of functions",
    "schedule": "a word",
    "tables": "what a database holds",
    "toml": "a format of files",
    **dict.fromkeys(
        ("arrow", "dill", "dotenv", "duckdb", "joblib", "json5", "onnx", "safetensors", "skops", "zarr"),
        "a format of files, by their ending",
    ),
}


@pytest.mark.parametrize("case", proof.cases(CATALOGUE.rules), ids=str)
def test_example(case: proof.Case) -> None:
    verdict = proof.prove(case, CATALOGUE)
    assert verdict.proven, str(verdict)


def test_every_question_has_a_rule() -> None:
    assert {family.id for family in CATALOGUE.families} == {rule.family for rule in CATALOGUE.rules}


@pytest.mark.parametrize("rule", CATALOGUE.rules, ids=lambda rule: rule.id)
def test_a_message_names_what_it_speaks_of(rule: Rule) -> None:
    assert re.search(r"\{\w+\}", rule.message), "A message names a column of its query in braces."
    assert "`" in rule.message, "A message puts the element it names into backticks."
    assert not re.search(r"(?i)\b(should|please|must)\b", rule.message), (
        "A message states the fact; advice has its place."
    )


@pytest.mark.parametrize("rule", CATALOGUE.rules, ids=lambda rule: rule.id)
def test_rules_do_no_text_work(rule: Rule) -> None:
    assert not re.search(r"(?i)\b(regexp|glob)\b", rule.query), "A fact is missing if a query has to match patterns."


@pytest.mark.parametrize("rule", CATALOGUE.rules, ids=lambda rule: rule.id)
def test_rules_name_no_libraries(rule: Rule) -> None:
    named = {text for text in re.findall(r"'([^']+)'", rule.query) if text in CATALOGUE.knowledge and "." in text}
    assert not named, "What is true of one library is a row of knowledge."


def test_aliases_lead_to_something_known() -> None:
    known = {name.partition(".")[0] for name in CATALOGUE.knowledge}
    for prefix, meant in CATALOGUE.aliases.items():
        assert meant.partition(".")[0] in known, f"{prefix} means {meant}, of which nothing is known."


@pytest.mark.parametrize("path", sorted(Path(packaged("rules"), "schema").iterdir()), ids=lambda path: path.name)
def test_schemas_are_schemas_and_describe_what_they_ask_for(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"]
    assert schema["description"]
    for name, value in schema["properties"].items():
        assert value.get("description"), f"The key {name} is not described."


def _libraries() -> set[str]:
    """The top-level packages of third parties that the knowledge speaks of."""
    tops = {name.partition(".")[0] for name in (*CATALOGUE.knowledge, *CATALOGUE.aliases) if "." in name}
    return tops - set(sys.stdlib_module_names) - set(dir(builtins)) - {"*", "$", *ALLOWED, *HOMONYMS}


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """The strings of a module that are no documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_library_is_named_in_the_machine(path: Path) -> None:
    libraries = _libraries()
    named = [
        f"{path.relative_to(SOURCE)}:{line}: {text!r}"
        for line, text in _texts(path)
        if libraries.intersection(re.findall(r"[A-Za-z_]\w*", text)) or ("." in text and text in CATALOGUE.knowledge)
    ]
    assert not named, "Knowledge of libraries belongs into rules/knowledge."


def test_what_is_allowed_is_still_needed() -> None:
    said = {
        word for path in SOURCE.rglob("*.py") for _, text in _texts(path) for word in re.findall(r"[A-Za-z_]\w*", text)
    }
    assert set(ALLOWED) <= said
