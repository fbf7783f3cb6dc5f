"""Opening rules: what is compiled, what is kept, and what is refused."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

import pytest

from groundrules import catalogue
from groundrules.catalogue import compiling
from groundrules.errors import UserError

DDL = "CREATE TABLE draw (span INTEGER, function TEXT); CREATE TABLE seed (span INTEGER);"
FAMILY = "title: Luck\nquestion: Is it luck?\nwhy: It may be.\nunseen: Skill.\n"
RULE = """\
id: loaded-die
level: warning
confidence: high
message: "`{function}` is loaded."
why: Nobody likes that.
fix: {advice: "Throw away `{function}`.", insert-argument: "sides=6", safe: false}
query: SELECT span, function FROM draw
examples:
  bad: |
    throw()  # finding
  good: "keep()"
"""


def _folder(root: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return str(root)


def _load(root: Path, files: dict[str, str], cache: str = "") -> catalogue.Catalogue:
    return catalogue.load([_folder(root, files)], DDL, cache)


def _complaint(root: Path, files: dict[str, str]) -> str:
    with pytest.raises(UserError) as caught:
        _load(root, {"luck/family.yaml": FAMILY, **files})
    return str(caught.value)


@pytest.fixture(autouse=True)
def _packaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The packaged folder is not what these tests are about."""
    empty = tmp_path / "packaged"
    empty.mkdir()
    monkeypatch.setattr(catalogue, "packaged", lambda folder: str(empty))


def test_a_team_folder(tmp_path: Path) -> None:
    knowledge = "library: dice\naliases: {cubes: dice}\nfunctions: {dice.throw: {returns: int}, dice.keep: {}}\n"
    files = {"luck/family.yaml": FAMILY, "luck/loaded-die.yaml": RULE, "knowledge/dice.yaml": knowledge}
    loaded = _load(tmp_path / "team", files)
    (rule,) = loaded.rules
    assert (rule.id, rule.family, rule.level, rule.advice) == (
        "loaded-die",
        "luck",
        "warning",
        "Throw away `{function}`.",
    )
    assert rule.fix == {"insert-argument": "sides=6", "safe": False}
    assert rule.source == str(tmp_path / "team/luck/loaded-die.yaml")
    assert loaded.families[0][:5] == ("luck", "Luck", "Is it luck?", "It may be.", "Skill.")
    assert loaded.knowledge["dice.throw"] == {"returns": "int"}
    assert loaded.aliases == {"cubes": "dice"}
    assert loaded.tables == {"loaded-die": ("draw",)}


def test_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"luck/family.yaml": FAMILY, "luck/loaded-die.yaml": RULE}
    first = _load(tmp_path / "team", files, str(tmp_path / "cache"))
    with monkeypatch.context() as patch:
        patch.setattr(compiling, "compiled", None)
        assert catalogue.load([str(tmp_path / "team")], DDL, str(tmp_path / "cache")) == first
    rule = tmp_path / "team/luck/loaded-die.yaml"
    rule.write_text(rule.read_text().replace("is loaded", "is biased"))
    again = catalogue.load([str(tmp_path / "team")], DDL, str(tmp_path / "cache"))
    assert again.rules[0].message == "`{function}` is biased."
    os.remove(rule)
    assert catalogue.load([str(tmp_path / "team")], DDL, str(tmp_path / "cache")).rules == ()


def test_other_tables_are_compiled_anew(tmp_path: Path) -> None:
    files = {"luck/family.yaml": FAMILY, "luck/loaded-die.yaml": RULE}
    _load(tmp_path / "team", files, str(tmp_path / "cache"))
    with pytest.raises(UserError, match="no such table: draw"):
        catalogue.load([str(tmp_path / "team")], "CREATE TABLE other (span)", str(tmp_path / "cache"))


def test_later_folders_override(tmp_path: Path) -> None:
    knowledge = "library: dice\nfunctions: {dice.throw: {returns: int}, dice.keep: {logs: true}}\n"
    own = "library: dice\nfunctions: {dice.throw: {returns: float}}\n"
    first = _folder(
        tmp_path / "a", {"luck/family.yaml": FAMILY, "luck/loaded-die.yaml": RULE, "knowledge/dice.yaml": knowledge}
    )
    second = _folder(
        tmp_path / "b",
        {"luck/loaded-die.yaml": RULE.replace("level: warning", "level: error"), "knowledge/own.yaml": own},
    )
    loaded = catalogue.load([first, second], DDL, "")
    assert [rule.level for rule in loaded.rules] == ["error"]
    assert loaded.knowledge["dice.throw"] == {"returns": "float"}
    assert loaded.knowledge["dice.keep"] == {"logs": True}
    assert loaded.digest != catalogue.load([first], DDL, "").digest
    assert catalogue.load([first], DDL, "").digest == catalogue.load([first], DDL, "").digest


def test_every_mistake_is_named(tmp_path: Path) -> None:
    said = _complaint(
        tmp_path / "team",
        {
            "luck/loaded-die.yaml": RULE.replace("level: warning", "level: warnin"),
            "luck/broken.yaml": "id: [",
            "luck/odd-one.yaml": RULE.replace("id: loaded-die", "id: odd-two").replace("FROM draw", "FROM drawer"),
            "knowledge/dice.yaml": "library: dice\nfunctions:\n  dice.throw: {raeds: {what: data, target: a}}\n",
        },
    )
    assert said.startswith("There are 5 mistakes in the rules.\n")
    assert "loaded-die.yaml, line 2: `level` must be one of `error`, `warning`, `note`. Did you mean `warning`?" in said
    assert "broken.yaml, line 2: This is not valid YAML" in said
    assert "odd-one.yaml, line 1: The id `odd-two` must be the name of its file, `odd-one`." in said
    assert "odd-one.yaml, line 7: The query cannot be asked: no such table: drawer." in said
    assert "dice.yaml, line 3: There is no key `raeds` in `functions.dice.throw`. Did you mean `reads`?" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("is loaded.", "is loaded", "line 4: The message must end with a full stop."),
        ("is loaded.", "is loaded. Beware.", "line 4: The message must be one sentence"),
        (
            "`{function}` is",
            "`{functoin}` is",
            "line 4: `{functoin}` is no column of the query, which returns span, function.",
        ),
        ("`{function}` is", "`{function.__class__}` is", "line 4: A brace stands alone"),
        ("`{function}` is", "`{function!r}` is", "line 4: A brace stands alone"),
        ("`{function}` is", "`{` is", "line 4: A brace stands alone"),
        ("Throw away `{function}`", "Throw `{die}`", "line 6: `{die}` is no column"),
        ("sides=6", "sides={n}", "line 6: `{n}` is no column"),
        ("SELECT span, function", "SELECT function", "line 7: The query must return a column `span`."),
        ("SELECT span, function FROM draw", "DELETE FROM draw", "line 7: The query cannot be asked"),
        (
            "SELECT span, function FROM draw",
            "SELECT span FROM draw; DROP TABLE draw",
            "line 7: The query cannot be asked",
        ),
        (
            "SELECT span, function FROM draw",
            "SELECT 1) LIMIT 0; DROP TABLE draw --",
            "line 7: The query cannot be asked",
        ),
        ("throw()  # finding", "throw()", "No example shows what the rule finds"),
        ('good: "keep()"', 'good: "throw() # finding"', "No example shows what the rule leaves alone."),
        (
            "bad: |\n    throw()",
            "more: {files: {}}\n  bad:\n    throw()",
            "line 11: YAML takes this `# finding` for a comment",
        ),
        ("why: Nobody likes that.\n", "", "The key `why` is missing here."),
        ("advice:", "advise:", "There is no key `advise` in `fix`. Did you mean `advice`?"),
        (
            "id: loaded-die",
            "id: loaded-die\naliases: [luck]",
            "line 2: The alias `luck` is the name of the rule or family",
        ),
    ],
)
def test_manners(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in RULE
    assert said in _complaint(tmp_path / "team", {"luck/loaded-die.yaml": RULE.replace(old, new)})


def test_names_mean_one_thing(tmp_path: Path) -> None:
    twin = RULE.replace("id: loaded-die", "id: luck")
    renamed = RULE.replace("id: loaded-die", "id: new-die\naliases: [loaded-die]")
    files = {
        "luck/loaded-die.yaml": RULE,
        "luck/luck.yaml": twin,
        "luck/new-die.yaml": renamed,
        "odd/loaded-die.yaml": RULE,
    }
    said = _complaint(tmp_path / "team", files)
    assert "luck.yaml, line 1: `luck` is the name of a family." in said
    assert "The alias `loaded-die` is the name of the rule or family `loaded-die`." in said
    assert "odd/loaded-die.yaml, line 1: The rule `loaded-die` stands in " in said


def test_a_family_needs_its_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"loaded-die.yaml: The folder `luck` has no family\.yaml\."):
        _load(tmp_path / "team", {"luck/loaded-die.yaml": RULE})


def test_one_function_is_described_once(tmp_path: Path) -> None:
    text = "library: dice\nfunctions:\n  dice.throw: {}\n"
    said = _complaint(tmp_path / "team", {"knowledge/a.yaml": text, "knowledge/b.yaml": text})
    assert said.endswith("knowledge/b.yaml, line 3: The function `dice.throw` is described in two files.")


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read: No such file or directory"):
        catalogue.load([str(tmp_path / "nowhere")], DDL, "")


def test_a_file_with_another_ending(tmp_path: Path) -> None:
    assert "must end in .yaml" in _complaint(tmp_path / "team", {"luck/loaded-die.yml": RULE})
    (tmp_path / "b/luck").mkdir(parents=True)
    os.symlink("nowhere", tmp_path / "b/luck/gone.yaml")
    assert catalogue.load([str(tmp_path / "b")], DDL, "").rules == ()
