"""The JSON report: a contract that programs rely on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from groundrules.errors import UserError
from groundrules.reports import View, render

from .examples import FULL, lines, report

SCHEMA = json.loads((Path(__file__).parents[2] / "rules/schema/findings.json").read_text())


@pytest.mark.parametrize("rendered", [FULL, report()], ids=["full", "clean"])
def test_it_keeps_the_contract(rendered: object) -> None:
    document = json.loads(render("json", rendered, View(lines)))  # type: ignore[arg-type]
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(document)


def test_the_whole_document(golden: Callable[[str, str], None]) -> None:
    golden("full.json", render("json", FULL, View(lines)))


def test_it_holds_what_the_text_hides() -> None:
    document = json.loads(render("json", FULL, View(lines)))
    assert {"new", "suppressed"} == {finding["status"] for finding in document["findings"]}
    assert "note" in {finding["level"] for finding in document["findings"]}


def test_paths_are_those_of_the_repository_whoever_looks() -> None:
    elsewhere = View(lines, shown=lambda path: "../" + path)
    assert render("json", FULL, elsewhere) == render("json", FULL, View(lines))


@pytest.mark.parametrize("name", ["nothing", "", "../text", "os.path"])
def test_an_unknown_format_is_a_mistake_of_the_user(name: str) -> None:
    with pytest.raises(UserError, match="There is no report format"):
        render(name, FULL, View(lines))
