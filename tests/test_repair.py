"""`check --fix`: what is written, what is taken back, and what is only shown."""

from __future__ import annotations

import json
import os

import pytest

from conftest import Repository
from groundrules import cli

SPLIT = "from sklearn.model_selection import train_test_split\n\ntrain, test = train_test_split(list(range(9)))\n"
RULE = """\
id: {id}
level: warning
confidence: high
message: "`{{function}}` is called."
why: A rule for the tests of fixes.
fix:
  advice: "Mend it."
  {fix}
query: |
  SELECT span, function FROM draw WHERE purpose = 'split' {where}
examples:
  bad: "x = 1  # finding"
  good: "x = 1"
"""


@pytest.fixture
def project(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Repository:
    """A repository with one script, and the current folder in it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    repository.commit({"a.py": SPLIT})
    monkeypatch.chdir(repository.root)
    return repository


def read(project: Repository, name: str = "a.py") -> str:
    """A file as it is on the disk."""
    return (project.folder / name).read_text()


def test_a_fix_that_changes_what_the_code_does_is_asked_for(
    project: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", "--fix", "--select", "unseeded-split"]) == 1
    assert read(project) == SPLIT
    assert "1 more fix changes what the code does; --unsafe-fixes makes it." in capsys.readouterr().err
    assert cli.main(["check", "--unsafe-fixes", "--select", "unseeded-split"]) == 0
    assert read(project) == SPLIT.replace(")))", ")), random_state=0)")
    said = capsys.readouterr()
    assert "Fixed 1 finding in 1 file." in said.err
    assert "Nothing found" in said.out


def test_a_diff_is_shown_and_nothing_written(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--unsafe-fixes", "--diff", "--select", "unseeded-split"]) == 0
    assert read(project) == SPLIT
    said = capsys.readouterr()
    assert "+train, test = train_test_split(list(range(9)), random_state=0)\n" in said.out
    assert said.out.startswith("--- a/a.py\n+++ b/a.py\n")
    assert "Would fix 1 finding in 1 file." in said.err


def test_safe_fixes_are_made_at_once(project: Repository) -> None:
    script = 'import os\nif __name__ == "__main__":\n    os.makedirs("out")\n    os.mkdir("in")\n'
    project.commit({"b.py": script})
    cli.main(["check", "--fix", "--select", "unguarded-folder"])
    assert read(project, "b.py") == script.replace('makedirs("out"', 'makedirs("out", exist_ok=True')


def test_the_mode_of_a_file_stays(project: Repository) -> None:
    path = project.folder / "a.py"
    path.chmod(0o755)
    assert cli.main(["check", "--unsafe-fixes", "--select", "unseeded-split"]) == 0
    assert os.stat(path).st_mode & 0o777 == 0o755
    assert sorted(entry.name for entry in project.folder.iterdir()) == [".git", "a.py"]


def test_a_notebook_is_mended_in_its_json(project: Repository) -> None:
    cells = ["SEED = 3", f"%matplotlib inline\n{SPLIT.strip()}"]
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell.splitlines(True)} for cell in cells]
    before = json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"
    project.commit({"n.ipynb": before})
    cli.main(["check", "n.ipynb", "--unsafe-fixes", "--select", "unseeded-split"])
    assert read(project, "n.ipynb") == before.replace("range(9)))", "range(9)), random_state=SEED)")


def rules(project: Repository, **fixes: tuple[str, str]) -> None:
    """A team's own rules, each with a fix and a further condition."""
    files = {
        f"team/missing-seeds/{name}.yaml": RULE.format(id=name, fix=fix, where=where)
        for name, (fix, where) in fixes.items()
    }
    project.commit({**files, "groundrules.yaml": f"rules: [team]\nselect: [{', '.join(fixes)}]\nexclude: [team]\n"})


@pytest.mark.parametrize(
    ("fix", "reason"),
    [
        ('insert-argument: "test_size=0.5"', "the finding would stay"),
        ('replace-with: "(("', "a.py could not be read any more"),
    ],
)
def test_a_fix_that_does_not_help_is_taken_back(
    fix: str, reason: str, project: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    rules(project, odd=(f"{fix}\n  safe: true", "AND seed = 'absent'"))
    assert cli.main(["check", "--fix"]) == 1
    assert read(project) == SPLIT
    said = capsys.readouterr().err
    assert f"a.py:3: the fix for odd was not made, because {reason}." in said
    assert "There was nothing to fix." in said


def test_a_fix_that_brings_something_new_is_taken_back(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    rules(
        project,
        first=('insert-argument: "random_state=0"\n  safe: true', "AND seed = 'absent'"),
        second=('replace-with: "x"', "AND seed <> 'absent'"),
    )
    assert cli.main(["check", "--fix"]) == 1
    assert read(project) == SPLIT
    assert "because `second` would find something new." in capsys.readouterr().err


def test_one_bad_fix_does_not_keep_the_others_from_being_made(
    project: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    call = "train, test = train_test_split({})\n"
    source = SPLIT + "".join(call.format(f"list(range({number}))") for number in range(20, 30))
    project.commit({"a.py": source, "b.py": SPLIT.replace(")))", ")), random_state=None)")})
    rules(
        project,
        good=('insert-argument: "random_state=0"\n  safe: true', "AND seed = 'absent'"),
        bad=('replace-with: "(("\n  safe: true', "AND seed = 'null'"),
    )
    assert cli.main(["check", "--fix"]) == 1
    assert read(project).count("random_state=0") == 11
    assert "random_state=None" in read(project, "b.py")
    said = capsys.readouterr().err
    assert "Fixed 11 findings in 1 file." in said
    assert "b.py:3: the fix for bad was not made" in said


def test_what_is_only_suggested_is_never_made(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    rules(project, only=('insert-argument: "random_state=0"\n  suggest-only: true', "AND seed = 'absent'"))
    assert cli.main(["check", "--unsafe-fixes"]) == 1
    assert read(project) == SPLIT
    capsys.readouterr()
    assert cli.main(["check", "--format", "json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)["findings"]
    assert found["fix"]["suggest-only"] is True
    (edit,) = found["fix"]["edits"]
    assert edit["text"] == ", random_state=0"


@pytest.mark.parametrize("words", [["--staged"], ["--rev", "HEAD"]])
def test_only_the_work_tree_is_mended(
    words: list[str], project: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", "--fix", *words]) == 2
    assert "Fixes are made in the work tree" in capsys.readouterr().err


def test_several_reports_in_one_run(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        cli.main(["check", "--output", "sarif=x.sarif", "--output", "json=y.json", "--select", "unseeded-split"]) == 1
    )
    assert "a.py:3:15" in capsys.readouterr().out
    assert json.loads(read(project, "x.sarif"))["version"] == "2.1.0"
    assert len(json.loads(read(project, "y.json"))["findings"]) == 1
    assert cli.main(["check", "--output", "a.txt", "--output", "b.txt"]) == 2
    assert cli.main(["check", "--output", "sarif="]) == 2


def test_a_variable_is_added_to_the_template(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    script = 'import os\nkey = os.environ["SERVICE_KEY"]\nurl = os.environ["SERVICE_URL"], os.environ["SERVICE_KEY"]\n'
    project.commit({"b.py": script, ".env.example": "# for all\nSERVICE_NAME=shop"})
    words = ["check", "--select", "undeclared-variable"]
    assert cli.main([*words, "--fix"]) == 1
    assert read(project, ".env.example") == "# for all\nSERVICE_NAME=shop"
    assert cli.main([*words, "--unsafe-fixes"]) == 0
    assert read(project, ".env.example") == "# for all\nSERVICE_NAME=shop\nSERVICE_KEY=\nSERVICE_URL="
    assert "Fixed 2 findings in 1 file." in capsys.readouterr().err
    assert cli.main(words) == 0


def test_without_a_template_nothing_is_added(project: Repository) -> None:
    project.commit({"b.py": 'import os\nkey = os.environ["SERVICE_KEY"]\n'})
    assert cli.main(["check", "--select", "undeclared-variable", "--unsafe-fixes"]) == 1
    assert not (project.folder / ".env.example").exists()


def test_what_is_known_stays_known_and_as_it_is(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    project.commit({"b.py": SPLIT.replace("9", "8")})
    words = ["check", "--select", "unseeded-split", "--since", "HEAD~"]
    assert cli.main([*words, "--unsafe-fixes"]) == 0
    assert read(project) == SPLIT
    assert read(project, "b.py") != SPLIT.replace("9", "8")
    said = capsys.readouterr()
    assert "a.py" not in said.out
    assert "Fixed 1 finding in 1 file." in said.err


def test_the_ratchet_is_asked_again_after_the_fixes(project: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    project.commit({"groundrules.yaml": "ratchet: true\nselect: [unseeded-split]\n"})
    assert cli.main(["baseline", "create", "--reason", "before"]) == 0
    project.commit({"b.py": SPLIT.replace("9", "8")})
    capsys.readouterr()
    assert cli.main(["check"]) == 1
    assert "The ratchet holds" in capsys.readouterr().out
    assert cli.main(["check", "--unsafe-fixes"]) == 0
    said = capsys.readouterr()
    assert "Fixed 1 finding in 1 file." in said.err
    assert "ratchet" not in said.out
    assert "1 finding was known before." in said.out
