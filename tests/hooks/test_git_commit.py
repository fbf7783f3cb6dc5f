"""Real commits in real clones: our hook refuses what breaks a ground rule, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundrules.install import install

from .conftest import BAD, GOOD, Git, put, reader_of_pointed_data


@pytest.fixture(autouse=True, params=[False, True], ids=["placed", "hooks-path"])
def hook(request: pytest.FixtureRequest, clone: Path) -> None:
    """Both ways to install."""
    install(str(clone), use_hooks_path=request.param)


def commits(git: Git) -> int:
    """How many commits there are."""
    answer = git("rev-list", "--count", "HEAD")
    return int(answer.stdout) if answer.returncode == 0 else 0


def test_a_bad_commit_is_refused_and_the_mended_one_goes_through(clone: Path, git: Git) -> None:
    put(clone, "train.py", BAD)
    git("add", "train.py")
    refused = git("commit", "-m", "bad")
    assert refused.returncode == 1
    assert "train.py:4" in refused.stdout + refused.stderr
    assert "unseeded-split" in refused.stdout + refused.stderr
    assert commits(git) == 0
    put(clone, "train.py", GOOD)
    git("add", "train.py")
    assert git("commit", "-m", "good").returncode == 0
    assert commits(git) == 1


def test_what_is_staged_counts_and_not_what_lies_in_the_folder(clone: Path, git: Git) -> None:
    put(clone, "train.py", BAD)
    git("add", "train.py")
    put(clone, "train.py", GOOD)
    assert git("commit", "-m", "bad, mended but not staged").returncode == 1
    git("add", "train.py")
    put(clone, "train.py", BAD)
    assert git("commit", "-m", "good, spoiled but not staged").returncode == 0


def test_findings_of_the_past_do_not_stop_a_commit_elsewhere(clone: Path, git: Git) -> None:
    put(clone, "old.py", BAD)
    git("add", "old.py")
    git("commit", "-m", "as it was", "--no-verify")
    put(clone, "train.py", GOOD)
    git("add", "train.py")
    assert git("commit", "-m", "good").returncode == 0


def test_taking_the_pointer_away_is_refused_with_the_line_that_reads_the_data(clone: Path, git: Git) -> None:
    reader_of_pointed_data(clone, git)
    git("rm", "-q", "data/train.csv.dvc")
    refused = git("commit", "-m", "tidy up")
    assert refused.returncode == 1
    assert "train.py:3" in refused.stdout + refused.stderr
    assert commits(git) == 1
    assert git("rm", "-q", "train.py").returncode == 0
    assert git("commit", "-m", "tidy up, reader included").returncode == 0


def test_no_verify_is_the_users_own_decision(clone: Path, git: Git) -> None:
    put(clone, "train.py", BAD)
    git("add", "train.py")
    assert git("commit", "-m", "bad", "--no-verify").returncode == 0


def test_the_index_that_git_commits_from_is_the_one_that_is_asked(clone: Path, git: Git) -> None:
    put(clone, "train.py", GOOD)
    put(clone, "other.py", "")
    git("add", "-A")
    assert git("commit", "-m", "good").returncode == 0
    put(clone, "train.py", BAD)
    put(clone, "other.py", "print(1)\n")
    assert git("commit", "-a", "-m", "bad").returncode == 1
    assert git("commit", "-m", "bad", "--", "train.py").returncode == 1
    assert git("commit", "-m", "only the other", "--", "other.py").returncode == 0
    assert git("show", "--name-only", "--format=").stdout.split() == ["other.py"]


def test_a_commit_from_a_folder_inside_and_from_a_linked_worktree(clone: Path, git: Git, tmp_path: Path) -> None:
    put(clone, "src/model/train.py", BAD)
    git("add", "-A")
    assert git("-C", "src/model", "commit", "-m", "bad").returncode == 1
    put(clone, "src/model/train.py", GOOD)
    git("add", "-A")
    assert git("-C", "src/model", "commit", "-m", "good").returncode == 0
    linked = tmp_path / "linked"
    git("worktree", "add", "-q", "-b", "side", str(linked))
    put(linked, "src/model/train.py", BAD)
    assert git("-C", str(linked), "commit", "-a", "-m", "bad").returncode == 1
    assert git("-C", str(linked), "commit", "--allow-empty", "-m", "nothing").returncode == 0


def test_a_commit_that_changes_nothing_or_no_code_goes_through(clone: Path, git: Git) -> None:
    assert git("commit", "--allow-empty", "-m", "start").returncode == 0
    put(clone, "notes/a b\u00e4.txt", "text")
    git("add", "-A")
    assert git("commit", "-m", "a note").returncode == 0


def test_without_the_tool_nothing_is_committed_unchecked(clone: Path, git: Git) -> None:
    git("config", "groundrules.python", "/nowhere/python")
    put(clone, "train.py", GOOD)
    git("add", "-A")
    refused = git("commit", "-m", "good", PATH="/usr/bin:/bin")
    assert refused.returncode == 1
    assert "groundrules is not installed" in refused.stderr


def test_files_of_the_repository_never_stand_in_for_modules_of_python(clone: Path, git: Git, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    for name in ("contextlib", "runpy", "zlib", "select", "groundrules"):
        put(clone, f"{name}.py", f"open({str(ran)!r}, 'w')\nraise SystemExit({name!r})\n")
    put(clone, "train.py", GOOD)
    git("add", "-A")
    committed = git("commit", "-m", "good")
    assert committed.returncode == 0, committed.stderr
    assert not ran.exists()
