"""The command line: what is typed, what is printed, and the exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from groundrules import arguments, cli
from groundrules.errors import UserError

IMPORT = "from sklearn.model_selection import train_test_split\n\n"
BAD = f"{IMPORT}train, test = train_test_split(list(range(9)))\n"
GOOD = f"{IMPORT}train, test = train_test_split(list(range(9)), random_state=0)\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one bad and one good script, and the current folder in it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    top = tmp_path / "project"
    (top / "src").mkdir(parents=True)
    (top / "src" / "bad.py").write_text(BAD)
    (top / "src" / "good.py").write_text(GOOD)
    git(top, "init", "-q")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "first")
    monkeypatch.chdir(top)
    return top


def git(folder: Path, *words: str) -> None:
    """Run git in a folder."""
    subprocess.run(["git", *words], cwd=folder, check=True)


def document(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[tuple[str, str]]]:
    """The exit code of a check, and its findings as path and rule."""
    code = cli.main(["check", "--format", "json", *words])
    out = capsys.readouterr().out
    return code, [(finding["path"], finding["rule"]) for finding in json.loads(out)["findings"]]


# What is typed


@pytest.mark.parametrize("command", arguments.COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help_that_teaches(command: arguments.Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([command.name, "--help"]) == 0
    text = capsys.readouterr().out
    assert command.summary in text
    assert all(option.name in text and option.help in text for option in command.options)
    assert all(option.help.endswith(".") for option in command.options)
    assert "Examples:" in text


@pytest.mark.parametrize("line", [line for command in arguments.COMMANDS for line, _ in command.examples])
def test_every_example_of_the_help_parses(line: str) -> None:
    import shlex

    program, name, *words = shlex.split(line)
    assert program == "groundrules"
    assert arguments.parse(arguments.BY_NAME[name], words).command.name == name


def test_the_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"  {command.name}" in text for command in arguments.COMMANDS)
    assert cli.main([]) == 2
    assert capsys.readouterr().err == text


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    from groundrules import __version__

    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"groundrules {__version__}\n"


def test_options_are_sorted_from_paths() -> None:
    words = ["a.py", "--select", "x, y", "--staged", "--select=z", "--", "--odd-name.py"]
    parsed = arguments.parse(arguments.BY_NAME["check"], words)
    assert parsed.arguments == ("a.py", "--odd-name.py")
    assert parsed.many("--select") == ("x", "y", "z")
    assert parsed.switch("--staged")
    assert not parsed.switch("--profile")
    assert parsed.one("--rev") is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--stagde"], "Did you mean `--staged`?"),
        (["--staged=yes"], "takes no value"),
        (["--rev"], "needs a value"),
        (["--rev", "--staged"], "needs a value"),
        (["--format", "yaml"], "it takes one of: text, json"),
    ],
)
def test_mistyped_options_are_answered_with_a_sentence(words: list[str], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence.replace("?", r"\?")):
        arguments.parse(arguments.BY_NAME["check"], words)


def test_an_unknown_command_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["chekc"]) == 2
    assert "Did you mean `check`?" in capsys.readouterr().err


# Checking


@pytest.mark.usefixtures("project")
def test_findings_cost_exit_code_1_and_a_clean_file_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert document(capsys) == (1, [("src/bad.py", "unseeded-split")])
    assert document(capsys, "src/good.py") == (0, [])
    assert document(capsys, "--exit-zero")[0] == 0
    assert document(capsys, "--ignore", "missing-seeds") == (0, [])
    assert document(capsys, "--select", "untraceable-models") == (0, [])


def test_paths_are_those_of_the_folder_in_text_and_of_the_repository_in_json(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project / "src")
    assert cli.main(["check", "bad.py"]) == 1
    assert capsys.readouterr().out.startswith("bad.py:3:15: ")
    assert document(capsys, "bad.py") == (1, [("src/bad.py", "unseeded-split")])
    assert document(capsys, "..") == (1, [("src/bad.py", "unseeded-split")])


@pytest.mark.usefixtures("project")
def test_a_path_or_an_option_in_place_of_a_command_means_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["src/bad.py"]) == 1
    assert "unseeded-split" in capsys.readouterr().out
    assert cli.main(["--exit-zero", "src"]) == 0


def test_the_index_and_revisions_are_read_and_not_the_work_tree(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "src" / "bad.py").write_text(GOOD)
    (project / "src" / "good.py").write_text(BAD)
    git(project, "add", "src/good.py")
    (project / "src" / "good.py").write_text("")
    assert document(capsys) == (0, [])
    assert document(capsys, "--staged") == (1, [("src/good.py", "unseeded-split")])
    assert document(capsys, "--rev", "HEAD") == (1, [("src/bad.py", "unseeded-split")])
    git(project, "rm", "-q", "-f", "--cached", "src/good.py")
    assert document(capsys, "--staged") == (0, [])


def test_a_staged_deletion_is_told_what_it_breaks(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "train.py").write_text(
        "import pandas as pd\n\nold = pd.read_csv('data/old.csv')\nrows = pd.read_csv('data/train.csv')\n"
    )
    (project / "data").mkdir()
    (project / "data" / "train.csv.dvc").write_text("outs:\n- md5: " + "0" * 32 + "\n  path: train.csv\n")
    (project / "data" / ".gitignore").write_text("/train.csv\n/old.csv\n")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "data")
    assert document(capsys, "--staged") == (0, [])
    git(project, "rm", "-q", "data/train.csv.dvc")
    assert cli.main(["check", "--staged", "--format", "json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    # The read of old.csv was wrong before: this commit is not to blame.
    assert [(found["rule"], found["path"], found["line"]) for found in findings] == [
        ("unversioned-read", "train.py", 4)
    ]


def test_what_the_settings_exclude_is_checked_only_if_its_folder_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "groundrules.yaml").write_text("exclude: [src/]\n")
    assert document(capsys) == (0, [])
    assert document(capsys, "src/bad.py") == (0, [])
    assert document(capsys, ".") == (0, [])
    assert document(capsys, "src") == (1, [("src/bad.py", "unseeded-split")])


def test_an_editors_copies_of_notebooks_are_left_out(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copies = project / "notes" / ".ipynb_checkpoints"
    copies.mkdir(parents=True)
    (copies / "bad-checkpoint.py").write_text(BAD)
    git(project, "add", "-A", "-f")
    assert document(capsys) == (1, [("src/bad.py", "unseeded-split")])
    assert document(capsys, "--staged") == (0, [])
    assert document(capsys, str(copies)) == (1, [("notes/.ipynb_checkpoints/bad-checkpoint.py", "unseeded-split")])


def test_causes_of_a_rule_are_told_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one.py", "two.py"):
        (project / name).write_text(f"import pandas as pd\npd.read_csv('data/raw/{name}.csv')\n")
    git(project, "add", "-A")
    assert cli.main(["check", "--format", "json"]) == 1
    told = [one for one in json.loads(capsys.readouterr().out)["findings"] if one["rule"] == "unversioned-read"]
    assert [(one["path"], [place["path"] for place in one["related"]]) for one in told] == [("one.py", ["two.py"])]


def test_the_gate_is_the_settings_decision(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "groundrules.yaml").write_text("fail_on: {level: never}\n")
    assert document(capsys) == (0, [("src/bad.py", "unseeded-split")])
    (project / "other.yaml").write_text("levels: {unseeded-split: error}\n")
    assert document(capsys, "--config", "other.yaml") == (1, [("src/bad.py", "unseeded-split")])
    (project / "groundrules.yaml").write_text("fail_onn: {}\n")
    assert cli.main(["check"]) == 2
    assert "groundrules.yaml, line 1" in capsys.readouterr().err


def test_a_file_that_the_snapshot_lacks_is_a_note(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".gitignore").write_text("scratch.py\n")
    (project / "scratch.py").write_text(BAD)
    assert cli.main(["check", "scratch.py"]) == 0
    assert "scratch.py was not checked" in capsys.readouterr().out


def test_a_bare_repository_has_revisions_only(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(project), "bare.git")
    monkeypatch.chdir(tmp_path / "bare.git")
    assert document(capsys, "--rev", "HEAD") == (1, [("src/bad.py", "unseeded-split")])
    assert cli.main(["check"]) == 2
    assert "bare repository" in capsys.readouterr().err


@pytest.mark.usefixtures("project")
def test_the_profile_says_where_the_time_went(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--profile"]) == 1
    names = [line.split(" ms  ")[1] for line in capsys.readouterr().err.splitlines()]
    assert {"start", "git", "parse", "facts", "load", "rules", "report"} <= set(names)
    assert "  unseeded-split" in names


@pytest.mark.usefixtures("project")
def test_a_report_goes_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "findings.json"
    assert cli.main(["check", "--format", "json", "--output", str(target)]) == 1
    assert capsys.readouterr().out == ""
    assert json.loads(target.read_text())["version"] == 1
    assert cli.main(["check", "--output", str(tmp_path)]) == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["check", "nowhere.py"], "There is no file or folder nowhere.py"),
        (["check", "--rev", "nowhere"], "nowhere"),
        (["check", "--select", "unseeded-splitt"], "Did you mean `unseeded-split`?"),
        (["check", "--staged", "--rev", "HEAD"], "give one of them"),
        (["check", "--config", "nowhere.yaml"], "nowhere.yaml cannot be read"),
        (["check", "src", os.pardir], "Check one repository at a time"),
        (["explain", "unseeded-splitt"], "Did you mean `unseeded-split`?"),
        (["explain"], "Name a rule or a family"),
        (["facts", "SELECT * FROM reads"], "Did you mean `read`?"),
        (["facts", "SELECT in_test FROM read"], "`in_test` is a column of `"),
        (["facts", "DELETE FROM read"], "Only SELECT is allowed"),
        (["facts", "PRAGMA query_only"], "Only SELECT is allowed"),
        (["facts"], "Give one query"),
        (["new", "Family", "rule"], "no name for a family"),
        (["new", "family"], "groundrules new FAMILY RULE"),
        (["install", "here"], "takes no arguments"),
        (["rules", "here"], "takes no arguments"),
        (["test"], "Name one folder"),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_mistake_of_the_user_costs_exit_code_2(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == 2
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_outside_git_a_folder_is_checked_and_a_note_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "bad.py").write_text(BAD)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check"]) in (0, 1)
    assert "is not in a git repository" in capsys.readouterr().out
    assert cli.main(["check", "--staged"]) == 2


def test_a_mistake_of_ours_costs_exit_code_3_and_leaves_a_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fails(parsed: arguments.Parsed) -> int:
        raise ZeroDivisionError("a bug")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("groundrules.commands.rules.main", fails)
    assert cli.main(["rules"]) == 3
    error = capsys.readouterr().err
    (log,) = (tmp_path / "groundrules").glob("crash-*.log")
    assert str(log) in error
    assert "ZeroDivisionError: a bug" in log.read_text()
    assert "command: groundrules rules" in log.read_text()


def test_ctrl_c_costs_exit_code_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(parsed: arguments.Parsed) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("groundrules.commands.rules.main", interrupted)
    assert cli.main(["rules"]) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


def test_a_reader_who_leaves_early_is_no_error() -> None:
    command = [sys.executable, "-c", "import os, sys; os.close(0); from groundrules.cli import main; sys.exit(main())"]
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run([*command, "--help"], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert run.stderr == b""
    assert run.returncode == 141


# The other commands


@pytest.mark.usefixtures("project")
def test_a_rule_is_explained_with_examples_of_both_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "unseeded-split"]) == 0
    text = capsys.readouterr().out
    for part in ("missing-seeds", "Why", "What to do", "Found: ", "Not found: ", "# finding", "ignore[unseeded-split]"):
        assert part in text
    assert cli.main(["explain", "missing-seeds"]) == 0
    assert "unseeded-split" in capsys.readouterr().out


@pytest.mark.usefixtures("project")
def test_rules_are_listed_by_family(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rules"]) == 0
    text = capsys.readouterr().out
    assert text.index("missing-seeds") < text.index("  unseeded-split")


@pytest.mark.usefixtures("project")
def test_facts_are_rows_with_places(capsys: pytest.CaptureFixture[str]) -> None:
    query = "SELECT DISTINCT span, seed_parameter FROM draw ORDER BY span"
    assert cli.main(["facts", query]) == 0
    header, _, *rows, count = capsys.readouterr().out.splitlines()
    assert header.split() == ["span", "seed_parameter"]
    assert rows[0].split() == ["src/bad.py:3:15", "random_state"]
    assert count == "2 rows"
    assert cli.main(["facts", query, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0] == {"span": "src/bad.py:3:15", "seed_parameter": "random_state"}
    assert cli.main(["facts", query, "--format", "csv", "--rev", "HEAD"]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == ["span,seed_parameter", "src/bad.py:3:15,random_state"]


def test_the_schema_holds_a_sentence_for_every_column(capsys: pytest.CaptureFixture[str]) -> None:
    from groundrules.facts.reference import tables

    assert cli.main(["facts", "--schema"]) == 0
    text = capsys.readouterr().out
    for table in tables():
        assert table.name in text
        assert table.meaning, table.name
        for column in table.columns:
            assert column.meaning, f"{table.name}.{column.name}"


@pytest.mark.parametrize(("command", "file"), [("facts", "facts.md"), ("explain", "rules.md")])
def test_the_reference_pages_are_fresh(command: str, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([command, "--docs"]) == 0
    page = Path(__file__).parents[1] / "docs" / file
    assert page.read_text() == capsys.readouterr().out, f"groundrules {command} --docs > docs/{file}"


@pytest.mark.usefixtures("project")
def test_a_new_rule_proves_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["new", "house-rules", "data-anywhere", "--folder", "team-rules"]) == 0
    assert cli.main(["new", "house-rules", "data-anywhere", "--folder", "team-rules"]) == 2
    assert "exists already" in capsys.readouterr().err
    assert cli.main(["test", "team-rules"]) == 0


def test_the_rule_of_the_guide_is_proven(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guide = (Path(__file__).parents[1] / "docs" / "write-a-rule.md").read_text()
    rule = guide.partition("<!-- a test proves this rule -->\n```yaml\n")[2].partition("```")[0]
    assert rule.startswith("id: private-output\n")
    (tmp_path / "unversioned-data").mkdir()
    (tmp_path / "unversioned-data" / "private-output.yaml").write_text(rule)
    code = cli.main(["test", str(tmp_path)])
    captured = capsys.readouterr()
    assert code == 0, captured.out + captured.err


# The path of a commit


@pytest.mark.usefixtures("project")
def test_a_warm_commit_imports_nothing_heavy() -> None:
    program = "import sys; from groundrules.cli import main; main(); print('\\n'.join(sys.modules), file=sys.stderr)"
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {program}", "check", "--staged"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    heavy = (
        "argparse dataclasses pathlib subprocess json yaml jsonschema inspect git sqlglot importlib.metadata logging "
        "typing re hashlib sqlite3 datetime enum"
    )
    assert set(heavy.split()).isdisjoint(run.stderr.split())


def test_a_current_folder_that_is_gone_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    try:
        for words in (["check"], ["check", "--staged"], ["check", str(tmp_path)], ["hook", "pre-receive"], ["facts"]):
            assert cli.main(words) == 2
            said = capsys.readouterr()
            assert "The current folder cannot be read" in said.err
        assert cli.main(["--version"]) == 0
    finally:
        monkeypatch.undo()
        os.chdir(tmp_path)
