"""The user's settings: where they are found, and what is wrong with them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from groundrules import config
from groundrules.basics import documents
from groundrules.errors import UserError
from groundrules.model import Rule

DIE = Rule("loaded-die", "luck", "warning", "high", "M.", "w", "a", "q", ("old-die",), {}, "s")
COIN = DIE._replace(id="bent-coin", aliases=())


def _load(**files: str) -> config.Settings:
    named = {name.replace("__", "."): text.encode() for name, text in files.items()}
    return config.load(named.get, "")


def _complaint(**files: str) -> str:
    with pytest.raises(UserError) as caught:
        _load(**files)
    return str(caught.value)


def test_nothing_is_parsed_where_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "groundrules.basics.documents", None)
    assert _load() == config.Settings()
    assert _load(pyproject__toml='[project]\nname = "groundrules"\n# tool.groundrules = no\n[[[') == config.Settings()


def test_yaml_in_full() -> None:
    settings = _load(
        groundrules__yaml="""
select: [luck]
ignore: [bent-coin]
exclude: ["legacy/", "*_old.py"]
fail_on: {level: error, confidence: high}
rules: [team-rules]
levels: {loaded-die: note, old-die: "off"}
require_reasons: true
suppress:
  - {path: "data/*.csv", rule: luck, reason: public, until: 2027-01-01}
datasets: {iris: {owner: me}}
"""
    )
    assert settings == config.Settings(
        select=("luck",),
        ignore=("bent-coin",),
        exclude=("legacy/", "*_old.py"),
        fail_on=config.Gate("error", "high"),
        rules=("team-rules",),
        levels={"loaded-die": "note", "old-die": "off"},
        suppress=(config.Suppression("data/*.csv", "luck", "public", "2027-01-01"),),
        require_reasons=True,
        manifest={"datasets": {"iris": {"owner": "me"}}},
        source="groundrules.yaml",
    )


def test_toml() -> None:
    settings = _load(
        pyproject__toml="""
[tool.groundrules]
select = ["luck"]
fail_on.level = "never"
[[tool.groundrules.suppress]]
path = "a"
rule = "luck"
until = 2027-01-01
"""
    )
    assert settings.fail_on == config.Gate("never", "medium")
    assert settings.suppress == (config.Suppression("a", "luck", "", "2027-01-01"),)
    assert settings.source == "pyproject.toml"


def test_one_file_wins_and_says_so() -> None:
    files = {
        "groundrules__yaml": "select: [luck]",
        "_": "",
        "pyproject__toml": "[tool.groundrules]\nselect = ['other']",
    }
    settings = _load(**files, __groundrules__yaml="select: [third]")
    assert settings.select == ("luck",)
    assert settings.notes == (
        "The settings in .groundrules.yaml are not used, because groundrules.yaml has settings too.",
        "The settings in pyproject.toml are not used, because groundrules.yaml has settings too.",
    )


def test_an_empty_file_is_no_mistake() -> None:
    assert _load(groundrules__yaml="# nothing yet\n") == config.Settings(source="groundrules.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("selct: [a]", "groundrules.yaml, line 1: There is no key `selct` here. Did you mean `select`?"),
        ("\nselect: luck", "groundrules.yaml, line 2: `select` must be a list."),
        (
            "fail_on:\n  level: eror",
            "line 2: `fail_on.level` must be one of `error`, `warning`, `note`, `never`. Did you mean `error`?",
        ),
        ("levels:\n  a: loud", "line 2: `levels.a` must be one of"),
        ("suppress:\n  - path: a", "line 2: The key `rule` is missing in `suppress.0`."),
        ("suppress:\n- {path: a, rule: b, until: soon}", "line 2: `suppress.0.until` does not fit"),
        ("suppress:\n- {path: a, rule: b, until: 2027-02-31}", "line 2: `suppress.0.until` is no date: 2027-02-31."),
        ("- a", "The file must be a map."),
        ("a: [", "This is not valid YAML"),
        ("[" * 50_000, "nested too deeply"),
    ],
)
def test_mistakes_in_yaml(text: str, said: str) -> None:
    assert said in _complaint(groundrules__yaml=text)


def test_mistakes_in_toml() -> None:
    text = "[project]\nname = 'a'\n\n[tool.groundrules]\nignore = []\nfail_onn = {}\n"
    text += "[tool.groundrules.levels]\na = 'loud'\n"
    assert _complaint(pyproject__toml=text).splitlines() == [
        "pyproject.toml, line 6: There is no key `fail_onn` here. Did you mean `fail_on`?",
        "pyproject.toml, line 8: `levels.a` must be one of `error`, `warning`, `note`, `off`.",
    ]
    assert _complaint(pyproject__toml="[tool.groundrules]\nselect = \n").startswith(
        "pyproject.toml, line 2: This is not"
    )


def test_checked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"groundrules.yaml": b"select: [luck]"}
    first = config.load(files.get, str(tmp_path / "cache"))
    monkeypatch.setattr(documents, "read_yaml", None)
    assert config.load(files.get, str(tmp_path / "cache")) == first


def test_a_file_that_was_named() -> None:
    assert config.load_file("team/settings.yaml", b"select: [luck]").select == ("luck",)
    assert config.load_file("settings.toml", b"select = ['luck']").select == ("luck",)
    assert config.load_file("a/pyproject.toml", b"[tool.groundrules]\nselect = ['luck']").select == ("luck",)
    assert config.load_file("a/pyproject.toml", b"tool = 3") == config.Settings(source="a/pyproject.toml")


def test_unknown_names() -> None:
    rules = (DIE, COIN)
    good = config.Settings(select=("luck", "old-die"), ignore=("empty-family",), levels={"bent-coin": "off"})
    config.check(good, rules, ["luck", "empty-family"])
    with pytest.raises(
        UserError, match=r"^groundrules\.yaml, key `select`: There is no .* `lucky`. Did you mean `luck`\?$"
    ):
        config.check(config.Settings(select=("lucky",), source="groundrules.yaml"), rules, ["luck"])
    with pytest.raises(UserError, match="key `suppress`"):
        config.check(config.Settings(suppress=(config.Suppression("a", "nothing"),)), rules, ["luck"])
    with pytest.raises(UserError, match=r"^--ignore: There is no rule or family `zzz`\.$"):
        config.check_names(["zzz"], rules, ["luck"], "--ignore")


def test_chosen() -> None:
    rules = (DIE, COIN)
    assert config.chosen(rules) == rules
    assert config.chosen(rules, ["old-die"]) == (DIE,)
    assert config.chosen(rules, ["luck"], ["loaded-die"]) == (COIN,)
    assert config.chosen(rules, levels={"luck": "off", "old-die": "error"}) == (DIE,)
