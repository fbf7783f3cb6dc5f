"""Real pushes: the pusher's hook asks what is new in them, and a server's refuses what breaks a rule."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from groundrules.install import install

from .conftest import REMOTE, Git, put

OLD = 'import os\n\nkey = os.environ["ANCIENT_TOKEN"]\nprint(key)\n'  # wrong since before there were hooks
BAD = OLD.replace("ANCIENT", "CHURN")
GOOD = "import os\n\nkey = os.getcwd()\nprint(key)  # churn\n"
ZERO = "0" * 40


@pytest.fixture
def server(tmp_path: Path, clone: Path, git: Git) -> Path:
    """A bare repository that the clone pushes to; the first commit, with an old problem, is there already."""
    bare = tmp_path / "server.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(bare)], check=True)
    git("switch", "-q", "-c", "main")
    put(clone, "old.py", OLD)
    commit(clone, git, "start")
    git("remote", "add", "origin", str(bare))
    assert git("push", "-q", "origin", "main").returncode == 0
    return bare


@pytest.fixture(params=["server", "pusher"])
def hook(request: pytest.FixtureRequest, server: Path, clone: Path) -> str:
    """The hook on either side."""
    if request.param == "server":
        install(str(server), types=["pre-receive"])
    else:
        install(str(clone), types=["pre-push"])
    return str(request.param)


def commit(clone: Path, git: Git, message: str) -> None:
    """Commit all, without any check."""
    git("add", "-A")
    assert git("commit", "-q", "--no-verify", "-m", message).returncode == 0


def there(server: Path, name: str = "main") -> str:
    """The commit that a branch of the server names; '' for none."""
    found = subprocess.run(
        ["git", "--git-dir", str(server), "rev-parse", "-q", "--verify", name],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip()


def test_a_bad_push_is_refused_and_a_good_one_accepted(clone: Path, git: Git, server: Path, hook: str) -> None:
    before = there(server)
    put(clone, "new.py", BAD)
    commit(clone, git, "a table")
    refused = git("push", "origin", "main")
    assert refused.returncode == 1
    said = refused.stdout + refused.stderr
    assert "new.py:3" in said
    assert "undeclared-variable" in said
    assert "refs/heads/main" in said
    assert ("This push is refused" if hook == "server" else "Nothing was pushed") in said
    assert "old.py" not in said  # it was wrong before this push
    assert "Traceback" not in said
    assert there(server) == before
    put(clone, "new.py", GOOD)
    commit(clone, git, "mended")
    accepted = git("push", "origin", "main")
    assert accepted.returncode == 0, accepted.stderr
    assert there(server) == git("rev-parse", "HEAD").stdout.strip()


def test_a_new_branch_is_held_against_the_one_that_others_start_from(
    clone: Path, git: Git, server: Path, hook: str
) -> None:
    git("switch", "-q", "-c", "feature")
    put(clone, "new.py", BAD)
    commit(clone, git, "a table")
    assert git("push", "origin", "feature").returncode == 1
    assert there(server, "feature") == ""
    put(clone, "new.py", GOOD)
    commit(clone, git, "mended")
    assert git("push", "origin", "feature").returncode == 0
    assert git("push", "origin", "--delete", "feature").returncode == 0
    assert there(server, "feature") == ""


def test_one_bad_branch_stops_all(clone: Path, git: Git, server: Path, hook: str) -> None:
    git("switch", "-q", "-c", "good")
    put(clone, "new.py", GOOD)
    commit(clone, git, "good")
    git("switch", "-q", "-c", "bad", "main")
    put(clone, "new.py", BAD)
    commit(clone, git, "bad")
    refused = git("push", "origin", "good", "bad")
    assert refused.returncode == 1
    assert "refs/heads/bad brings new findings" in refused.stdout + refused.stderr
    assert (there(server, "good"), there(server, "bad")) == ("", "")


def test_what_breaks_a_file_that_the_push_does_not_touch(clone: Path, git: Git, server: Path, hook: str) -> None:
    put(clone, "train.py", "import pandas as pd\n\nprint(pd.read_csv('data/train.csv'))\n")
    put(clone, "data/train.csv.dvc", "outs:\n- md5: 0f2d4c1b9a7e86531fd0c2b4a6987e35\n  path: train.csv\n")
    put(clone, "data/.gitignore", "/train.csv\n")
    put(clone, ".dvc/config", REMOTE)
    commit(clone, git, "data")
    assert git("push", "origin", "main").returncode == 0
    git("rm", "-q", "data/train.csv.dvc")
    commit(clone, git, "tidy up")
    refused = git("push", "origin", "main")
    assert refused.returncode == 1
    assert "train.py:3" in refused.stdout + refused.stderr
    assert "see data/train.csv.dvc:1 This change deletes the file." in refused.stdout + refused.stderr


def test_a_push_by_force_and_tags_are_held_against_what_is_there(
    clone: Path, git: Git, server: Path, hook: str
) -> None:
    put(clone, "new.py", GOOD)
    commit(clone, git, "good")
    assert git("push", "origin", "main").returncode == 0
    git("tag", "-a", "-m", "a release", "v1")
    assert git("push", "origin", "v1").returncode == 0
    put(clone, "new.py", BAD)
    git("add", "-A")
    git("commit", "-q", "--amend", "--no-verify", "-m", "rewritten")
    assert git("push", "--force", "origin", "main").returncode == 1
    git("tag", "-f", "-a", "-m", "a bad release", "v2")
    assert git("push", "origin", "v2").returncode == 1


def test_the_first_push_to_an_empty_server_is_checked_whole(
    clone: Path, git: Git, server: Path, hook: str, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(empty)], check=True)
    git("remote", "add", "other", str(empty))
    if hook == "server":
        install(str(empty), types=["pre-receive"])
    refused = git("push", "other", "main")
    assert refused.returncode == 1
    assert "old.py:3" in refused.stdout + refused.stderr
    git("rm", "-q", "old.py")
    put(clone, "new.py", GOOD)
    commit(clone, git, "mended")
    assert git("push", "other", "main").returncode == 0


def test_settings_that_are_wrong_refuse_the_push_with_file_and_line(
    clone: Path, git: Git, server: Path, hook: str
) -> None:
    put(clone, "groundrules.yaml", "select: []\nfail_onn: {}\n")
    commit(clone, git, "settings")
    refused = git("push", "origin", "main")
    assert refused.returncode == 1
    assert "groundrules.yaml, line 2" in refused.stderr


def test_a_pushed_policy_cannot_make_the_server_read_its_own_files(
    clone: Path, git: Git, server: Path, tmp_path: Path
) -> None:
    install(str(server), types=["pre-receive"])
    secret = put(tmp_path, "secret.yaml", "password: swordfish\n")
    put(clone, "groundrules.yaml", f"extend: [{secret}]\n")
    commit(clone, git, "curious")
    refused = git("push", "origin", "main")
    assert refused.returncode == 1
    assert "there is no such file here" in refused.stderr
    assert "password" not in refused.stderr


def test_pushing_nothing_new_says_nothing(clone: Path, git: Git, server: Path, hook: str) -> None:
    git("branch", "same")
    done = git("push", "-q", "origin", "same")
    assert (done.returncode, done.stdout) == (0, "")
    assert there(server, "same") == there(server)


def test_the_variables_of_the_framework_take_the_place_of_lines(
    clone: Path, git: Git, server: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from groundrules import cli

    put(clone, "new.py", BAD)
    commit(clone, git, "bad")
    monkeypatch.chdir(clone)
    monkeypatch.setenv("PRE_COMMIT_REMOTE_NAME", "origin")
    monkeypatch.setenv("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/main")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", git("rev-parse", "HEAD").stdout.strip())
    for base in (git("rev-parse", "HEAD~").stdout.strip(), ""):
        monkeypatch.setenv("PRE_COMMIT_FROM_REF", base)
        assert cli.main(["hook", "pre-push"]) == 1
        assert "new.py:3" in capsys.readouterr().out
