"""Rules about a change: asked where there is a base, new by nature, on a line of the change."""

from __future__ import annotations

import json

import pytest

from conftest import Repository
from groundrules import cli

POINTER = "outs:\n- md5: {}aa4c1b9a7e86531fd0c2b4a6987e35\n  path: model.pkl\n"
TEST = "def test_accuracy(model, rows):\n    assert model.score(rows) > {}\n"
RULES = "data-changed-alone,model-changed-alone,worse-metrics,schema-changed-unannounced,loosened-check,diverged-copy"
Found = list[tuple[str, str, int, str, str]]


class Asked:
    """Runs `check --format json` with the rules about a change."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: str, select: str = RULES) -> Found:
        cli.main(["check", "--format", "json", "--select", select, *words])
        out, err = self.capsys.readouterr()
        assert not err, err
        self.document = json.loads(out)
        return [
            (one["rule"], one["path"], one["line"], one["status"], one["fingerprint"])
            for one in self.document["findings"]
        ]


@pytest.fixture
def asked(capsys: pytest.CaptureFixture[str]) -> Asked:
    """The command line."""
    return Asked(capsys)


@pytest.fixture
def here(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """The repository as the current folder, with a model, its measures and a test."""
    monkeypatch.chdir(repository.folder)
    repository.commit(
        {
            "model.pkl.dvc": POINTER.format("11"),
            "metrics.json": '{"accuracy": 0.91}\n',
            "tests/test_model.py": TEST.format(0.9),
            ".gitignore": "model.pkl\n",
        }
    )
    return repository


def test_without_a_base_nothing_is_asked_about_a_change(here: Repository, asked: Asked) -> None:
    assert asked() == []
    assert asked("--rev", "HEAD") == []
    assert asked("--since", "HEAD") == []


def test_a_change_is_the_same_staged_committed_and_lying_about(here: Repository, asked: Asked) -> None:
    base = here.git("rev-parse", "HEAD").decode().strip()
    here.write({"model.pkl.dvc": POINTER.format("22"), "tests/test_model.py": TEST.format(0.7)})
    lying = asked("--since", "HEAD")
    assert [one[:4] for one in lying] == [
        ("model-changed-alone", "model.pkl.dvc", 2, "new"),
        ("loosened-check", "tests/test_model.py", 2, "new"),
    ]
    here.git("add", "-A")
    assert asked("--staged") == lying
    here.commit()
    assert asked("--staged") == []
    assert asked("--since", base) == lying
    assert asked("--since", base, "--rev", "HEAD") == lying
    # It is no less new when it is asked about again, and moving it about gives it no other name.
    assert asked("--since", base) == lying
    here.commit({"tests/test_model.py": "import os\n\n\n" + TEST.format(0.7)})
    assert [one[4] for one in asked("--since", base)] == [one[4] for one in lying]


def test_the_message_of_a_commit_announces(here: Repository, asked: Asked) -> None:
    here.commit({"metrics.json": '{"accuracy": 0.8}\n'})
    assert [one[0] for one in asked("--since", "HEAD~")] == ["worse-metrics"]
    here.git("commit", "-q", "--amend", "-m", "Smaller model, at the price of accuracy")
    assert asked("--since", "HEAD~") == []


def test_a_further_change_of_the_same_thing_keeps_its_name(here: Repository, asked: Asked) -> None:
    base = here.git("rev-parse", "HEAD").decode().strip()
    named = []
    for number in ("22", "33"):
        accuracy, bound = f"0.{number}", f"0.{number}1"
        files = {"metrics.json": f'{{"accuracy": {accuracy}}}\n', "tests/test_model.py": TEST.format(bound)}
        here.commit({"model.pkl.dvc": POINTER.format(number), **files}, message=f"try {number}")
        named.append([one[4] for one in asked("--since", base)])
        assert len(named[-1]) == 3
    assert named[0] == named[1]


def test_a_suppression_of_a_change_is_not_unused_later(here: Repository, asked: Asked) -> None:
    loose = TEST.format(0.7).replace("> 0.7", "> 0.7  # groundrules: ignore[loosened-check] the new rows are harder")
    here.commit({"tests/test_model.py": loose})
    assert [one[3] for one in asked("--since", "HEAD~")] == ["suppressed"]
    for words in ((), ("--since", "HEAD")):
        asked(*words)
        assert asked.document["summary"]["notes"] == []


def test_a_deleted_file_and_a_new_one_are_no_trouble(here: Repository, asked: Asked) -> None:
    here.delete("tests/test_model.py")
    here.write({"metrics.json": '{"accuracy": 0.99}\n', "model.h5.dvc": POINTER.format("33")})
    here.git("add", "-A")
    (found,) = asked("--staged", select="loosened-check")
    assert found[1:3] == ("metrics.json", 1)
    (place,) = asked.document["findings"][0]["related"]
    assert place["path"] == "tests/test_model.py"


def test_a_merge_under_way_is_not_this_commit_s_change(here: Repository, asked: Asked) -> None:
    here.git("switch", "-q", "-c", "other")
    here.commit({"model.pkl.dvc": POINTER.format("22")})
    here.git("switch", "-q", "main")
    here.commit({"a.py": "x = 1\n"})
    here.git("merge", "-q", "--no-commit", "--no-ff", "other")
    assert asked("--staged") == []


def test_a_first_commit_has_nothing_to_be_compared_with(
    repository: Repository, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.folder)
    repository.write({"metrics.json": '{"accuracy": 0.8}\n', "tests/test_model.py": TEST.format(0.7)})
    repository.git("add", "-A")
    assert asked("--staged") == []
