"""Beginning: what is found out about a repository, and what is written there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from conftest import Repository
from groundrules import cli, config, starting

TOP = Path(__file__).parents[1]
BAD = 'import os\n\nkey = os.environ["CHURN_TOKEN"]\nprint(key)\n'


@pytest.fixture
def here(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository with a bit of everything."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(repository.folder)
    repository.commit(
        {
            "src/a.py": BAD,
            "dvc.yaml": "stages: {}\n",
            "dags/nightly.py": "",
            "requirements.txt": "feast[redis]==0.30\nhydra_core==1.3\n",
            ".gitattributes": "*.bin filter=lfs diff=lfs\n",
            ".github/workflows/ci.yml": "on: push\n",
            "b.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
            "vendor/other.py": BAD,
        }
    )
    return repository


def test_the_table_keeps_its_schema() -> None:
    schema = json.loads((TOP / "rules/schema/tools.json").read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(yaml.safe_load((TOP / "rules/tools.yaml").read_text()))


def test_what_files_and_requirements_give_away() -> None:
    texts = {"requirements-dev.txt": "mlflow>=2\n# not dbt_core\n", "a/dbt_project.yml": "", "x/conf/config.yaml": ""}
    names = [found.name for found in starting.look(texts, texts.__getitem__).found]
    assert names == ["MLflow", "dbt"]
    assert starting.look([], str).found == ()


@pytest.mark.parametrize("baseline", [True, False])
def test_settings_are_sound_for_every_start(baseline: bool) -> None:
    for paths in ([], ["a.ipynb", "vendor/x.py", "dvc.yaml"]):
        text = starting.settings(starting.look(paths, lambda _: ""), baseline)
        made = config.load_file("groundrules.yaml", text.encode())
        assert made.ratchet is baseline
        # What is offered in comments is sound as well.
        offered = text.replace("  # overrides:", "  overrides:").replace("  #   - ", "    - ")
        config.load_file("groundrules.yaml", offered.encode())


def test_it_writes_what_fits_and_never_twice(here: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init", "--diff"]) == 0
    assert "+fail_on:" in capsys.readouterr().out
    assert not (here.folder / "groundrules.yaml").exists()
    assert cli.main(["init"]) == 0
    out = capsys.readouterr().out
    assert "Wrote groundrules.yaml." in out
    assert "hooks/github" in out
    text = (here.folder / "groundrules.yaml").read_text()
    for name in ("DVC (dvc.yaml)", "git-lfs (.gitattributes)", "Airflow", "Feast", "Hydra", "notebooks (1)", "GitHub"):
        assert name in text
    assert 'exclude: ["vendor/"]' in text
    hooks = yaml.safe_load((here.folder / ".pre-commit-config.yaml").read_text())
    assert hooks["repos"][0]["hooks"][0]["entry"] == "groundrules check --staged"
    assert cli.main(["check"]) == 1
    capsys.readouterr()
    assert cli.main(["init"]) == 2
    assert "already" in capsys.readouterr().err
    assert cli.main(["init", "--force"]) == 0


def test_with_a_baseline_only_what_is_new_counts(here: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    here.write({".pre-commit-config.yaml": "repos: []\n"})
    assert cli.main(["init", "--baseline"]) == 0
    out = capsys.readouterr().out
    assert "with 1 known findings" in out
    assert "Add this under `repos:`" in out
    assert (here.folder / ".pre-commit-config.yaml").read_text() == "repos: []\n"
    assert cli.main(["check"]) == 0
    assert "1 finding was known before." in capsys.readouterr().out
    here.write({"new.py": BAD.replace("CHURN", "OTHER")})
    assert cli.main(["check"]) == 1
    assert "The ratchet holds: `undeclared-variable` has 1 finding more than before." in capsys.readouterr().out


def test_settings_in_pyproject_count_as_settings(here: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    here.write({"pyproject.toml": "[tool.groundrules]\nselect = []\n"})
    assert cli.main(["init"]) == 2
    assert "pyproject.toml already" in capsys.readouterr().err


# The command `baseline`


def test_a_baseline_from_beginning_to_end(here: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["baseline", "prune"]) == 2
    assert "create" in capsys.readouterr().err
    assert cli.main(["baseline"]) == 1
    assert capsys.readouterr().out.startswith("+ ")
    assert cli.main(["baseline", "create", "--reason", "long ago"]) == 0
    first = (here.folder / ".groundrules-baseline").read_text()
    assert first.count("\tlong ago\n") == 2
    assert cli.main(["baseline", "diff"]) == 0
    assert cli.main(["baseline", "create"]) == 2
    here.git("mv", "src/a.py", "src/renamed.py")
    here.write({"src/renamed.py": "# moved\n" + BAD, "new.py": BAD.replace("CHURN", "OTHER")})
    assert cli.main(["check", "src", "vendor"]) == 0
    assert cli.main(["check"]) == 1
    assert cli.main(["baseline", "update", "--reason", "just now"]) == 0
    second = (here.folder / ".groundrules-baseline").read_text()
    assert (second.count("\tlong ago\n"), second.count("\tjust now\n")) == (2, 1)
    assert cli.main(["check"]) == 0
    here.write({"new.py": ""})
    capsys.readouterr()
    assert cli.main(["check"]) == 0
    assert "1 entry of the baseline is found no more" in capsys.readouterr().out
    assert cli.main(["check", "--select", "missing-seeds"]) == 0
    assert "found no more" not in capsys.readouterr().out
    assert cli.main(["baseline", "prune"]) == 0
    assert "OTHER" not in (here.folder / ".groundrules-baseline").read_text()
    assert cli.main(["baseline", "crate"]) == 2
    assert "Did you mean `create`?" in capsys.readouterr().err


def test_a_baseline_in_a_place_of_its_own(here: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    here.write({"groundrules.yaml": "baseline: known/findings.txt\n"})
    assert cli.main(["check"]) == 1
    assert "The settings name the baseline known/findings.txt" in capsys.readouterr().out
    assert cli.main(["baseline", "create"]) == 0
    assert cli.main(["check"]) == 0
    here.write({"known/findings.txt": "nonsense\n"})
    here.stage()
    assert cli.main(["check", "--staged"]) == 2
    assert "known/findings.txt, line 1" in capsys.readouterr().err
