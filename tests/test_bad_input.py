"""Bad input gets a sentence that names the file and the cause, the right exit code, and never hides the rest."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from conftest import Repository
from groundrules import cli

BAD = "import pandas as pd\n\nrows = pd.read_csv('nowhere.csv')\n"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join(['*' + before] * 9)}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
CELL: dict[str, Any] = {"cell_type": "code", "source": "", "metadata": {}, "outputs": [], "execution_count": None}


def notebook(*sources: Any) -> str:
    """A notebook with cells of these sources, sound or not."""
    return json.dumps({"cells": [{**CELL, "source": source} for source in sources], "metadata": {}, "nbformat": 4})


NASTY: dict[str, str | bytes] = {
    "python2.py": "print 'old'\n",
    "latin.py": b"name = '\xe9'\n",
    "nul.py": b"a = 1\0\n",
    "empty.py": "",
    "binary.py": bytes(range(256)) * 40,
    "deep.py": "x = " + "(" * 400 + "1" + ")" * 400 + "\n",
    "long.py": "x = " + "+".join(["1"] * 20_000) + "\n",
    "quotes.py": "print(“smart”)\n",
    "no.ipynb": "this is no JSON",
    "list.ipynb": "[1, 2]",
    "empty.ipynb": "",
    "nothing.ipynb": "{}",
    "half.ipynb": notebook("x = 1", "def broken(:", None, 7, ["import os\n", 3, "os.getcwd()"], "%%bash\nrm -rf x"),
    "bomb.yaml": BOMB,
    "broken.yaml": "a: [1, 2\nb: }",
    "deep.json": "[" * 5_000 + "]" * 5_000,
    "dvc.yaml": "stages: 7\n",
    "data.dvc": "outs: [1, {path: [2]}]\n",
    "query.sql": b"INSERT INTO \xff\xfe t VALUES (",
    ".env": b"\xff\xfe=1\n",
    "good.py": BAD,
}
TOLD = {
    "binary.py",
    "nul.py",
    "quotes.py",
    "no.ipynb",
    "list.ipynb",
    "empty.ipynb",
    "half.ipynb",
    "broken.yaml",
}


@pytest.fixture
def nasty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository full of bad files and one good one with a finding."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repository = Repository(tmp_path / "nasty")
    repository.write(NASTY)
    os.symlink("nowhere", os.path.join(repository.root, "dangling.py"))
    os.symlink("loop.py", os.path.join(repository.root, "loop.py"))
    os.symlink(".", os.path.join(repository.root, "folder_loop"))
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "nasty")
    monkeypatch.chdir(repository.root)
    return repository


def checked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the document of a check."""
    code = cli.main(["check", "--format", "json", *words])
    captured = capsys.readouterr()
    assert captured.out, captured.err
    document: dict[str, Any] = json.loads(captured.out)
    return code, document


@pytest.mark.parametrize("words", [(), ("--staged", "."), ("--rev", "HEAD"), ("--no-cache",)], ids=str)
def test_bad_files_are_told_and_the_rest_is_checked(
    nasty: Repository, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, document = checked(capsys, *words)
    assert code == 1
    assert ("good.py", "unversioned-read") in {(one["path"], one["rule"]) for one in document["findings"]}
    told = {one["path"]: one["reason"] for one in document["unreadable"]}
    assert set(told) >= TOLD
    assert "python2.py" not in told
    assert all(reason.endswith(".") for reason in told.values())


def test_one_bad_cell_costs_that_cell(nasty: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    _, document = checked(capsys, "half.ipynb")
    assert [one["cell"] for one in document["unreadable"] if one["path"] == "half.ipynb"] == [1]


def test_a_second_run_says_the_same(nasty: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = checked(capsys)[1], checked(capsys)[1]
    assert first["findings"] == second["findings"]
    assert sorted(map(str, first["unreadable"])) == sorted(map(str, second["unreadable"]))


def test_a_missing_object_is_told(nasty: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    blob = nasty.git("rev-parse", "HEAD:long.py").decode().strip()
    os.unlink(os.path.join(nasty.root, ".git", "objects", blob[:2], blob[2:]))
    code, document = checked(capsys, "--rev", "HEAD")
    assert code == 1
    assert "long.py" in {one["path"] for one in document["unreadable"]}


def test_a_repository_without_a_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repository = Repository(tmp_path / "new")
    monkeypatch.chdir(repository.root)
    assert checked(capsys)[0] == 0
    repository.stage({"good.py": BAD})
    code, document = checked(capsys, "--staged")
    assert code == 1
    assert [one["path"] for one in document["findings"]] == ["good.py"]


def test_a_submodule_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = Repository(tmp_path / "inner")
    inner.commit({"inside.py": BAD})
    outer = Repository(tmp_path / "outer")
    outer.commit({"good.py": BAD, "own.py": "import pandas as pd\nrows = pd.read_csv('inner/rows.csv')\n"})
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.root, "inner")
    outer.git("commit", "-q", "-m", "with a submodule")
    monkeypatch.chdir(outer.root)
    for words in ((), ("--rev", "HEAD")):
        _, document = checked(capsys, *words)
        assert [one["path"] for one in document["findings"]] == ["good.py"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("groundrules.yaml", "selekt: [missing-seeds]\n", ("groundrules.yaml", "selekt")),
        ("groundrules.yaml", "select: [missing-seats]\n", ("missing-seats", "missing-seeds")),
        ("groundrules.yaml", "select: [\n", ("groundrules.yaml",)),
        ("pyproject.toml", "[tool.groundrules]\nselekt = []\n", ("pyproject.toml", "selekt")),
    ],
)
def test_a_mistake_in_the_settings_is_the_users(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    text: str,
    words: tuple[str, ...],
) -> None:
    repository = Repository(tmp_path / "settings")
    repository.commit({name: text, "good.py": BAD})
    monkeypatch.chdir(repository.root)
    assert cli.main(["check"]) == 2
    told = capsys.readouterr().err
    assert all(word in told for word in words)


def test_a_mistake_in_a_rule_names_the_file_and_its_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repository = Repository(tmp_path / "rules")
    rule = "id: own-rule\nlevel: warning\nconfidence: high\nmessage: It is so.\nwhy: x\nfix: {advice: y}\n"
    query = "query: SELECT span FROM nothing\nexamples: {bad: 'x  # finding', good: 'x'}\n"
    repository.commit({"groundrules.yaml": "rules: [own]\n", "own/house/own-rule.yaml": rule + query, "good.py": BAD})
    monkeypatch.chdir(repository.root)
    assert cli.main(["check"]) == 2
    told = capsys.readouterr().err
    assert "own-rule.yaml" in told
    assert "nothing" in told
