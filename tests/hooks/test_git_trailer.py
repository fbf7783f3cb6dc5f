"""The trailer that says which tree was checked, and the list of commits that lack it."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundrules import cli
from groundrules.install import install

from .conftest import Git, put

BAD = 'import os\n\nkey = os.environ["CHURN_TOKEN"]\nprint(key)\n'  # the rule `undeclared-variable` refuses it
GOOD = "import os\n\nkey = os.getcwd()\nprint(key)  # churn\n"


@pytest.fixture(autouse=True)
def hook(clone: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hooks of a clone with one commit from before their time."""
    put(clone, "README.md", "text\n")
    git("add", "-A")
    git("commit", "-q", "-m", "start")
    git("tag", "start")
    install(str(clone))
    monkeypatch.chdir(clone)


def commit(git: Git, *words: str) -> str:
    """Commit; the message of the new commit."""
    done = git("commit", *words)
    assert done.returncode == 0, done.stderr
    return git("log", "-1", "--format=%B").stdout


def trailers(git: Git) -> list[str]:
    """The trees that the last commit's trailers name."""
    form = "--format=%(trailers:key=Groundrules-Checked,valueonly)"
    return git("log", "-1", form).stdout.split()


def tree(git: Git) -> str:
    """The tree of the last commit."""
    return git("rev-parse", "HEAD^{tree}").stdout.strip()


def audit(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """The exit code and the text of `groundrules audit`."""
    code = cli.main(["audit", *words])
    return code, capsys.readouterr().out


def test_a_checked_commit_names_its_tree_and_survives_an_audit(
    clone: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    put(clone, "a.py", GOOD)
    git("add", "-A")
    message = commit(git, "-m", "add a table", "-m", "It holds what we know.\n\nSigned-off-by: A <a@example.org>")
    assert trailers(git) == [tree(git)]
    assert message.index("Signed-off-by") < message.index("Groundrules-Checked")
    assert audit(capsys, "start..HEAD") == (0, "1 of 1 commits in start..HEAD were checked by the hook.\n")


def test_an_amended_commit_names_its_new_tree(clone: Path, git: Git) -> None:
    for text in (GOOD, GOOD + GOOD.replace("churn", "plans"), GOOD):
        put(clone, "a.py", text)
        git("add", "-A")
        commit(git, *(["-m", "add"] if not trailers(git) else ["--amend", "--no-edit"]))
        assert trailers(git) == [tree(git)]


def test_a_commit_past_the_hook_is_listed(clone: Path, git: Git, capsys: pytest.CaptureFixture[str]) -> None:
    put(clone, "a.py", BAD)
    git("add", "-A")
    assert git("commit", "-m", "bad").returncode == 1
    commit(git, "--no-verify", "-m", "past the hook")
    put(clone, "b.md", "more\n")
    git("add", "-A")
    commit(git, "--no-verify", "-m", "harmless, past the hook")
    code, text = audit(capsys, "start..HEAD")
    assert code == 1
    assert "  past the hook\n              It has no trailer" in text
    assert "0 of 2 commits" in text
    code, text = audit(capsys, "start..HEAD", "--check")
    assert (code, "harmless" in text) == (1, False)
    assert "  past the hook\n" in text


def test_a_trailer_that_was_copied_proves_nothing(clone: Path, git: Git, capsys: pytest.CaptureFixture[str]) -> None:
    put(clone, "a.py", GOOD)
    git("add", "-A")
    message = commit(git, "-m", "good")
    put(clone, "a.py", BAD)
    git("add", "-A")
    commit(git, "--no-verify", "-m", message)
    assert trailers(git)
    code, text = audit(capsys, "start..HEAD")
    assert code == 1
    assert "Its trailer names another tree" in text


def test_a_merge_gets_its_trailer(clone: Path, git: Git, capsys: pytest.CaptureFixture[str]) -> None:
    main = git("branch", "--show-current").stdout.strip()
    git("switch", "-q", "-c", "side")
    put(clone, "a.py", GOOD)
    git("add", "-A")
    commit(git, "-m", "a table")
    git("switch", "-q", main)
    put(clone, "b.py", GOOD.replace("churn", "plans"))
    git("add", "-A")
    commit(git, "-m", "another table")
    assert git("merge", "-q", "--no-edit", "side").returncode == 0
    assert len(git("log", "-1", "--format=%P").stdout.split()) == 2
    assert trailers(git) == [tree(git)]
    assert audit(capsys, "start..HEAD")[0] == 0
    git("reset", "-q", "--hard", "HEAD~")
    assert git("merge", "-q", "--no-edit", "--no-verify", "side").returncode == 0
    assert "This merge has no trailer" in audit(capsys, "start..HEAD")[1]
    assert audit(capsys, "start..HEAD", "--no-merges")[0] == 0


def test_a_commit_of_some_files_names_the_tree_that_it_holds(clone: Path, git: Git) -> None:
    put(clone, "a.py", GOOD)
    put(clone, "b.py", GOOD)
    git("add", "-A")
    commit(git, "-m", "two")
    put(clone, "a.py", GOOD + "# more\n")
    put(clone, "b.py", BAD)
    git("add", "b.py")
    commit(git, "-m", "only the good one", "--", "a.py")
    assert trailers(git) == [tree(git)]


def test_where_only_the_messages_hook_is_installed_it_asks_itself(
    clone: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    (clone / ".git/hooks/pre-commit").unlink()
    put(clone, "a.py", GOOD)
    git("add", "-A")
    commit(git, "-m", "good")
    assert trailers(git) == [tree(git)]
    put(clone, "a.py", BAD)
    git("add", "-A")
    done = git("commit", "--amend", "--no-edit")
    assert done.returncode == 0
    assert "carries no trailer" in done.stderr
    assert trailers(git) == []
    assert audit(capsys, "start..HEAD")[0] == 1


def test_an_empty_message_still_means_no_commit(clone: Path, git: Git) -> None:
    put(clone, "a.py", GOOD)
    git("add", "-A")
    for words in (("-m", ""), ("--verbose",)):
        refused = git("commit", *words, GIT_EDITOR="true")
        assert refused.returncode == 1
        assert "empty commit message" in refused.stdout + refused.stderr


def test_a_message_with_rules_and_comments_keeps_its_trailer_at_the_end(clone: Path, git: Git) -> None:
    put(clone, "a.py", GOOD)
    git("add", "-A")
    put(clone, "../message", "subject\n\nabove\n\n---\n\nbelow\n# a comment\n")
    git("config", "core.editor", "true")
    commit(git, "--verbose", "--cleanup=scissors", "--edit", "-F", "../message", "-q")
    assert trailers(git) == [tree(git)]
    assert "below\n\nGroundrules-Checked: " in git("log", "-1", "--format=%B").stdout


@pytest.mark.parametrize("words", [(), ("--output=x",), ("nowhere..HEAD",), ("a", "b")])
def test_what_is_no_range_is_answered_with_a_sentence(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["audit", *words]) == 2
    assert capsys.readouterr().err
