"""What is new since a base: two trees are asked, and only what a change brings is blamed on it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from conftest import Repository
from groundrules import cli

# A rule of the test's own, so that the rules of the house can change.
RULE = """
id: read-variable
level: warning
confidence: high
message: "The variable `{name}` is read and declared nowhere."
why: It is needed.
fix: {advice: "Declare it."}
query: SELECT span, name, scope FROM env_read WHERE NOT declared
examples:
  bad: "import os\\nkey = os.environ['KEY']  # finding"
  good: "key = 1"
"""
FAMILY = "title: Own\nquestion: Is it?\nwhy: So.\nunseen: All.\n"
BAD = 'import os\n\nkey = os.environ["KEY_9"]\nprint(key)\n'
GOOD = 'import os\n\nkey = os.environ.get("HOME")\nprint(key, "_9")\n'
READER = "import pandas as pd\n\nrows = pd.read_csv('data/train.csv')\nprint(rows)\n"
POINTER = "outs:\n- md5: 0f2d4c1b9a7e86531fd0c2b4a6987e35\n  path: train.csv\n"
DATA = {"train.py": READER, "data/train.csv.dvc": POINTER, "data/.gitignore": "/train.csv\n"}
SCHEMA = json.loads((Path(__file__).parents[1] / "rules/schema/findings.json").read_text())
Said = dict[str, list[tuple[str, str]]]


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one rule."""
    folder = tmp_path_factory.mktemp("team") / "rules"
    (folder / "own").mkdir(parents=True)
    (folder / "own" / "family.yaml").write_text(FAMILY)
    (folder / "own" / "read-variable.yaml").write_text(RULE)
    return folder


@pytest.fixture
def here(repository: Repository, rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """The repository as the current folder, with rules beside it and one cache for all tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(rules.parent / "cache"))
    settings = tmp_path / "settings.yaml"
    settings.write_text(f"rules: [{rules}]\nselect: [read-variable, unversioned-read, unseeded-draw]\n")
    monkeypatch.setenv("GROUNDRULES_TEST_CONFIG", str(settings))
    monkeypatch.chdir(repository.folder)
    return repository


def settings() -> list[str]:
    """The option that names the settings, unless the repository has its own."""
    return [] if os.path.exists("groundrules.yaml") else ["--config", os.environ["GROUNDRULES_TEST_CONFIG"]]


class Check:
    """Runs `check --format json` and keeps what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys
        self.document: dict[str, Any] = {}

    def __call__(self, *words: str) -> tuple[int, Said]:
        code = cli.main(["check", "--format", "json", *settings(), *words])
        out, err = self.capsys.readouterr()
        assert not err, err
        self.document = json.loads(out)
        Draft202012Validator(SCHEMA).validate(self.document)
        said: Said = {"new": [], "known": [], "fixed": []}
        for found in self.document["findings"]:
            said.setdefault(found["status"], []).append((found["path"], found["rule"]))
        said["fixed"] = [(one["path"], one["rule"]) for one in self.document["summary"]["fixed"]]
        return code, said

    def error(self, *words: str) -> str:
        """What is said when it ends with 2."""
        assert cli.main(["check", *words]) == 2
        return self.capsys.readouterr().err

    def related(self) -> list[tuple[str, int, str]]:
        """Path, line and message of all related places."""
        places = (place for found in self.document["findings"] for place in found["related"])
        return [(place["path"], place["line"], place["message"]) for place in places]

    @property
    def notes(self) -> list[str]:
        """What could not be answered."""
        notes: list[str] = self.document["summary"]["notes"]
        return notes


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Check:
    """The command line."""
    return Check(capsys)


def only(**said: list[tuple[str, str]]) -> Mapping[str, list[tuple[str, str]]]:
    """What was said, with nothing under the other heads."""
    return {"new": [], "known": [], "fixed": [], **said}


MISSING = "read-variable"
UNVERSIONED = "unversioned-read"


def test_what_was_there_is_known_and_what_came_is_new(here: Repository, check: Check) -> None:
    first = here.commit({"old.py": BAD, "mended.py": BAD.replace("_9", "_8")})
    here.commit({"new.py": BAD.replace("_9", "_7"), "mended.py": GOOD})
    code, said = check("--since", "HEAD~")
    assert code == 1
    assert said == only(new=[("new.py", MISSING)], known=[("old.py", MISSING)], fixed=[("mended.py", MISSING)])
    assert check.document["summary"]["since"] == {"base": "HEAD~", "commit": first}
    here.delete("new.py")
    here.commit()
    assert check("--since", first) == (0, only(known=[("old.py", MISSING)], fixed=[("mended.py", MISSING)]))


def test_the_base_is_where_the_histories_parted(here: Repository, check: Check) -> None:
    here.commit({"a.py": GOOD})
    here.git("switch", "-q", "-c", "feature")
    here.commit({"b.py": BAD})
    here.git("switch", "-q", "main")
    here.commit({"a.py": GOOD, "c.py": BAD.replace("_9", "_5")})
    here.git("switch", "-q", "feature")
    assert check("--since", "main") == (1, only(new=[("b.py", MISSING)]))
    # What main mended meanwhile is no merit of this branch, and what it spoiled is none of its faults.
    here.git("merge", "-q", "--no-edit", "main")
    assert check("--since", "main") == (1, only(new=[("b.py", MISSING)], known=[("c.py", MISSING)]))
    here.git("tag", "-a", "-m", "a release", "v1", "main")
    assert check("--since", "v1")[1]["new"] == [("b.py", MISSING)]
    assert check("--since", "main", "--rev", "main") == (0, only(known=[("c.py", MISSING)]))
    here.git("switch", "-q", "--detach", "main")
    assert check("--since", "HEAD") == (0, only(known=[("c.py", MISSING)]))


def test_a_merge_under_way_is_not_blamed_for_the_other_side(here: Repository, check: Check) -> None:
    here.commit({"a.py": GOOD})
    here.git("switch", "-q", "-c", "feature")
    here.commit({"b.py": BAD})
    here.git("switch", "-q", "main")
    here.commit({"c.py": BAD.replace("_9", "_5")})
    here.git("switch", "-q", "feature")
    here.git("merge", "-q", "--no-commit", "--no-ff", "main")
    said = only(new=[("b.py", MISSING)], known=[("c.py", MISSING)])
    assert check("--since", "main") == (1, said)
    assert check("--since", "main", "--staged")[1]["new"] == [("b.py", MISSING)]


@pytest.mark.parametrize("mode", [(), ("--staged",), ("--rev", "HEAD")], ids=["work tree", "index", "revision"])
def test_moved_and_renamed_code_is_not_new(here: Repository, check: Check, mode: tuple[str, ...]) -> None:
    here.commit({"old.py": BAD, "lines.py": BAD, "whole.py": BAD + "# more\n" * 5, "notes.md": "text\n"})
    here.delete("old.py")
    here.git("mv", "lines.py", "renamed.py")
    changed = {
        "renamed.py": "import sys\n\n# moved down\n" + BAD.replace("\n\n", "\n# above\n"),
        # The code of old.py moved into a larger file, laid out anew by a formatter.
        "helpers.py": "import os\n\n" + "x = 1\n" * 30 + "key = os.environ[\n    'KEY_9'\n]\nprint(key)\n",
    }
    here.stage(changed)
    if "--rev" in mode:
        here.git("commit", "-q", "-m", "moved")
    base = "HEAD~" if "--rev" in mode else "HEAD"
    code, said = check("--since", base, *mode)
    assert (code, said["new"]) == (0, [])
    assert ("renamed.py", MISSING) in said["known"]
    assert ("helpers.py", MISSING) in said["known"]


def test_a_second_copy_is_new(here: Repository, check: Check) -> None:
    here.commit({"a.py": BAD})
    here.commit({"b.py": BAD})
    assert check("--since", "HEAD~")[1]["new"] == [("b.py", MISSING)]
    here.commit({"b.py": "", "a.py": BAD + 'key = os.environ["KEY_9"]\n'})
    assert check("--since", "HEAD~2")[1] == only(new=[("a.py", MISSING)], known=[("a.py", MISSING)])


def test_a_deleted_pointer_is_named_as_the_change_that_did_it(here: Repository, check: Check) -> None:
    here.commit({**DATA, "other.py": "print(1)\n"})
    here.delete("data/train.csv.dvc")
    here.stage({"other.py": "print(2)\n"})
    deleted = [("data/train.csv.dvc", 1, "This change deletes the file.")]
    assert check("--staged", "--since", "HEAD") == (1, only(new=[("train.py", UNVERSIONED)]))
    assert check.related() == deleted
    assert check("--staged") == (1, only(new=[("train.py", UNVERSIONED)]))
    assert check.related() == deleted
    here.git("commit", "-q", "-m", "tidy up")
    for number in range(6):
        here.commit({f"unrelated{number}.py": f"print({number})\n"})
    assert check("--since", "HEAD~7", "--rev", "HEAD")[1]["new"] == [("train.py", UNVERSIONED)]
    assert check.related() == deleted


def test_a_staged_file_is_told_what_broke_a_line_that_it_did_not_touch(here: Repository, check: Check) -> None:
    here.commit({**DATA, "old.py": BAD})
    here.delete("data/train.csv.dvc")
    here.stage({"train.py": READER + "print(2)\n", "old.py": "x = 1\n" + BAD})
    assert check("--staged") == (1, only(new=[("old.py", MISSING), ("train.py", UNVERSIONED)]))
    assert check.related() == [("data/train.csv.dvc", 1, "This change deletes the file.")]
    # Named or not, as a hook of pre-commit names them.
    assert check("--staged", "train.py") == (1, only(new=[("train.py", UNVERSIONED)]))
    assert check.related() == [("data/train.csv.dvc", 1, "This change deletes the file.")]


def test_the_line_of_a_file_that_did_it_is_named(here: Repository, check: Check) -> None:
    code = "import numpy as np\n\nnp.random.seed(3)\nnoise = np.random.rand(3)\nnp.save('noise.npy', noise)\nx = 1\n"
    here.commit({"train.py": code})
    here.commit({"train.py": code.replace("np.random.seed(3)\n", "").replace("x = 1", "x = 2")})
    assert check("--since", "HEAD~")[1] == only(new=[("train.py", "unseeded-draw")])
    assert check.related() == [("train.py", 3, "This change removes `np.random.seed(3)` here.")]


def test_the_line_of_another_file_that_did_it_is_named(here: Repository, check: Check) -> None:
    declared = "# for everybody\nKEY_8=\nKEY_9=\n"
    here.commit({"a.py": BAD, "b.py": GOOD, ".env.example": declared})
    here.commit({".env.example": declared.replace("KEY_9=\n", "").replace("KEY_8", "KEY_7"), "b.py": "print(1)\n"})
    assert check("--since", "HEAD~")[1] == only(new=[("a.py", MISSING)])
    assert check.related() == [(".env.example", 2, "This change brings `KEY_7=` here.")]
    here.git("reset", "-q", "--hard", "HEAD~")
    here.commit({".env.example": "# for all\nKEY_8=\n"})
    assert check("--since", "HEAD~")[1] == only(new=[("a.py", MISSING)])
    assert check.related() == [(".env.example", 2, "This change removes `KEY_9=` here.")]


def test_a_touched_line_needs_no_explanation(here: Repository, check: Check) -> None:
    here.commit({"train.py": GOOD})
    here.commit({"train.py": BAD})
    assert check("--since", "HEAD~")[1] == only(new=[("train.py", MISSING)])
    assert check.related() == []


def test_paths_limit_what_is_new_known_and_gone(here: Repository, check: Check) -> None:
    here.commit({"a/x.py": BAD, "b/y.py": BAD, "a/z.py": BAD.replace("_9", "_4"), "b/z.py": BAD.replace("_9", "_3")})
    here.delete("a/z.py", "b/z.py")
    here.commit({"a/n.py": BAD.replace("_9", "_1"), "b/n.py": BAD.replace("_9", "_2")})
    assert check("--since", "HEAD~", "a") == (
        1,
        only(new=[("a/n.py", MISSING)], known=[("a/x.py", MISSING)], fixed=[("a/z.py", MISSING)]),
    )


def test_what_the_settings_exclude_is_neither_new_nor_gone(here: Repository, rules: Path, check: Check) -> None:
    here.commit(
        {
            "a.py": BAD,
            "left/b.py": BAD,
            "groundrules.yaml": f"rules: [{rules}]\nselect: [read-variable]\nexclude: [left/]\n",
        }
    )
    here.delete("left/b.py")
    here.commit({"left/c.py": BAD.replace("_9", "_1")})
    assert check("--since", "HEAD~") == (0, only(known=[("a.py", MISSING)]))


def test_the_work_tree_with_files_that_git_does_not_hold(here: Repository, check: Check) -> None:
    here.commit({"a.py": BAD})
    here.write({"a.py": "import os\n" + BAD, "untracked.py": BAD.replace("_9", "_1")})
    assert check("--since", "HEAD") == (1, only(new=[("untracked.py", MISSING)], known=[("a.py", MISSING)]))


def test_a_suppression_that_is_taken_away_makes_a_finding_new(here: Repository, check: Check) -> None:
    silent = BAD.replace('_9"]', '_9"]  # groundrules: ignore[read-variable] a toy')
    here.commit({"a.py": silent, "b.py": BAD.replace("_9", "_8")})
    here.commit({"a.py": BAD, "b.py": silent.replace("_9", "_8")})
    said = check("--since", "HEAD~")[1]
    assert said["new"] == [("a.py", MISSING)]
    assert said["fixed"] == []


def test_notebook_cells_that_move_are_known(here: Repository, check: Check) -> None:
    def notebook(*cells: str) -> str:
        kept: list[dict[str, Any]] = [
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": c} for c in cells
        ]
        return json.dumps({"cells": kept, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)

    here.commit({"a.ipynb": notebook(BAD)})
    here.commit({"a.ipynb": notebook("import os", "x = 1", BAD + "x = 2")})
    assert check("--since", "HEAD~") == (0, only(known=[("a.ipynb", MISSING)]))


# Bases that cannot be had, and first commits


def test_before_the_first_commit_everything_is_new(here: Repository, check: Check) -> None:
    here.stage({"a.py": BAD})
    for words in (("--since", "HEAD", "--staged"), ("--since", "HEAD")):
        assert check(*words) == (1, only(new=[("a.py", MISSING)]))
        assert check.notes == ["There is no commit yet, so everything counts as new."]
    assert check.document["summary"]["since"] == {"base": "HEAD", "commit": None}


def test_the_id_of_nothing_means_that_everything_is_new(here: Repository, check: Check) -> None:
    here.commit({"a.py": BAD})
    assert check("--since", "0" * 40)[1] == only(new=[("a.py", MISSING)])
    assert "new branch" in check.notes[0]


def test_a_base_that_is_not_there_is_answered_with_what_to_do(here: Repository, check: Check) -> None:
    here.commit({"a.py": BAD})
    assert "git fetch origin nope" in check.error("--since", "nope")
    assert "is no revision" in check.error("--since=--all")
    assert "There is no commit `HEAD:a.py`" in check.error("--since", "HEAD:a.py")
    here.git("update-ref", "refs/remotes/origin/main", "HEAD")
    here.git("switch", "-q", "-c", "feature")
    here.git("branch", "-q", "-D", "main")
    assert "Did you mean `origin/main`?" in check.error("--since", "main")


def test_histories_that_share_nothing_are_compared_as_they_are(here: Repository, check: Check) -> None:
    here.commit({"a.py": BAD})
    here.git("switch", "-q", "--orphan", "other")
    here.commit({"a.py": BAD, "b.py": BAD.replace("_9", "_8")})
    assert check("--since", "main") == (1, only(new=[("b.py", MISSING)], known=[("a.py", MISSING)]))
    assert "share no history" in check.notes[0]
    tree = here.git("rev-parse", "main^{tree}").decode().strip()
    assert check("--since", tree)[1]["new"] == [("b.py", MISSING)]


def test_a_shallow_clone_says_what_it_lacks(
    here: Repository, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.commit({"a.py": GOOD})
    here.git("switch", "-q", "-c", "feature")
    here.commit({"b.py": BAD})
    here.git("switch", "-q", "main")
    here.commit({"c.py": GOOD})
    here.git("clone", "-q", "--depth", "1", "--no-single-branch", "--branch", "feature", f"file://{here.root}", "../s")
    monkeypatch.chdir(tmp_path / "s")
    said = check.error("--since", "origin/main")
    assert "shallow clone" in said
    assert "git fetch --unshallow" in said
    shutil.rmtree(here.folder)


def test_outside_a_repository_there_is_nothing_to_compare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, check: Check
) -> None:
    (tmp_path / "apart").mkdir()
    monkeypatch.chdir(tmp_path / "apart")
    assert "is not in a git repository" in check.error("--since", "main")


# As people read it


def test_the_text_shows_what_is_new_and_counts_the_rest(here: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    here.commit({"old.py": BAD, "mended.py": BAD.replace("_9", "_8")})
    here.commit({"mended.py": GOOD})
    assert cli.main(["check", *settings(), "--since", "HEAD~"]) == 0
    text = capsys.readouterr().out
    assert "old.py" not in text
    assert "Nothing new since HEAD~" in text
    assert "1 finding was known before." in text
    assert "1 finding of the base is gone." in text
    assert cli.main(["check", *settings(), "--since", "HEAD~", "--show-known"]) == 0
    assert "old.py:3:7: known warning [read-variable]" in capsys.readouterr().out


def test_a_base_that_is_remembered_answers_the_same(here: Repository, check: Check) -> None:
    here.commit(
        {"old.py": BAD, "mended.py": BAD.replace("_9", "_8"), "moved.py": BAD.replace("_9", "_7"), "bin.dat": ""}
    )
    here.git("mv", "moved.py", "renamed.py")
    here.stage({"mended.py": GOOD, "new.py": BAD.replace("_9", "_6")})
    said = [check("--since", "HEAD") for _ in range(4)]
    assert said == [said[0]] * 4
    assert said[0][1] == only(
        new=[("new.py", MISSING)],
        known=[("old.py", MISSING), ("renamed.py", MISSING)],
        fixed=[("mended.py", MISSING)],
    )
    here.write({"old.py": GOOD})
    assert check("--since", "HEAD")[1]["fixed"] == [("mended.py", MISSING), ("old.py", MISSING)]
    assert check("--since", "HEAD", "new.py") == (1, only(new=[("new.py", MISSING)]))
    assert check("--since", "HEAD", "--no-cache")[1]["new"] == [("new.py", MISSING)]


def test_a_remembered_base_is_forgotten_when_the_rules_change(here: Repository, check: Check) -> None:
    here.commit({"old.py": BAD})
    for _ in range(3):
        assert check("--since", "HEAD")[1]["known"] == [("old.py", MISSING)]
    assert check("--since", "HEAD", "--select", "unversioned-read") == (0, only())
    assert check("--since", "HEAD")[1]["known"] == [("old.py", MISSING)]


def test_without_a_cache_the_base_is_read_as_well(here: Repository, check: Check) -> None:
    here.commit({"old.py": BAD, "same.py": BAD.replace("_9", "_8")})
    here.stage({"new.py": BAD.replace("_9", "_6")})
    said = only(new=[("new.py", MISSING)], known=[("old.py", MISSING), ("same.py", MISSING)])
    for _ in range(2):
        assert check("--since", "HEAD", "--no-cache") == (1, said)
