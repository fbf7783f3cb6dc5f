"""Finding the repository, and what hooks say about it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conftest import Repository
from groundrules import sources
from groundrules.errors import UserError
from groundrules.sources.repository import head_commit


def test_the_root_is_found_from_below(repository: Repository) -> None:
    repository.write({"a/b/c.py": ""})
    for start in ("", "a/b", "a/b/c.py", "a/not/there"):
        assert sources.find_root(os.path.join(repository.root, start)) == repository.root
    assert sources.git_dir(repository.root) == os.path.join(repository.root, ".git")


def test_linked_work_trees_share_the_git_folder(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"a.py": "one"})
    linked = os.path.realpath(tmp_path / "linked")
    repository.git("worktree", "add", "-q", linked)
    assert sources.find_root(linked) == linked
    assert sources.git_dir(linked) == os.path.join(repository.root, ".git")
    assert dict(sources.index(linked).read(["a.py"])) == {"a.py": b"one"}


def test_a_hook_in_a_linked_work_tree(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit({"a.py": "one"})
    linked = os.path.realpath(tmp_path / "linked")
    repository.git("worktree", "add", "-q", linked)
    os.mkdir(os.path.join(linked, "sub"))
    monkeypatch.chdir(os.path.join(linked, "sub"))
    monkeypatch.setenv("GIT_DIR", os.path.join(repository.root, ".git", "worktrees", "linked"))
    assert sources.find_root(".") == linked
    assert sources.git_dir(linked) == os.path.join(repository.root, ".git")
    assert list(sources.index(linked).files) == ["a.py"]
    assert list(sources.index(repository.root).files) == ["a.py"]


def test_git_dir_and_work_tree_apart(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit({"a.py": "one"})
    apart = tmp_path / "apart"
    (apart / "sub").mkdir(parents=True)
    (apart / "a.py").write_text("two")
    monkeypatch.chdir(apart)
    monkeypatch.setenv("GIT_DIR", os.path.relpath(os.path.join(repository.root, ".git")))
    top = os.path.realpath(apart)
    assert sources.find_root(str(apart)) == top
    monkeypatch.setenv("GIT_WORK_TREE", "../apart")
    assert sources.find_root(str(apart / "sub")) == top
    assert sources.git_dir(top) == os.path.join(repository.root, ".git")
    assert dict(sources.work_tree(top).read(["a.py"])) == {"a.py": b"two"}


def test_a_receiving_hook_sees_what_is_pushed(repository: Repository, tmp_path: Path) -> None:
    import sys

    bare = tmp_path / "bare.git"
    repository.git("init", "-q", "--bare", str(bare))
    source = Path(sources.__file__).parent.parent.parent
    code = "import sys; from groundrules import sources; new = sys.stdin.read().split()[1]; "
    code += "print(sources.find_root('.'), dict(sources.revision('.', new).read(['a.py'])))"
    hook = bare / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nPYTHONPATH="{source}" "{sys.executable}" -c "{code}" > seen\n')
    hook.chmod(0o700)
    repository.commit({"a.py": "pushed"})
    repository.git("push", "-q", str(bare), "main")
    assert (bare / "seen").read_text() == "None {'a.py': b'pushed'}\n"


def test_the_search_stops_at_a_ceiling(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write({"a/b/c.py": ""})
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", os.path.join(repository.root, "a"))
    assert sources.find_root(os.path.join(repository.root, "a", "b")) is None


def test_outside_any_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert sources.find_root(str(tmp_path)) is None
    assert sources.git_dir(str(tmp_path)) is None
    with pytest.raises(UserError, match="not a git repository"):
        _ = sources.index(str(tmp_path)).files
    (tmp_path / ".git").write_text("nonsense")
    assert sources.find_root(str(tmp_path)) is None


def test_git_is_needed(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UserError, match="Git is needed"):
        sources.index(repository.root)


def test_the_commit_of_head_is_read_or_git_is_asked(repository: Repository, tmp_path: Path) -> None:
    assert head_commit(repository.root) is None  # no commit yet
    first = repository.commit({"a": "1"})
    assert head_commit(repository.root) == first
    beside = str(tmp_path / "beside")
    repository.git("worktree", "add", "-q", "-b", "other/branch", beside)
    second = repository.commit({"a": "2"})
    assert (head_commit(repository.root), head_commit(beside)) == (second, first)
    repository.git("checkout", "-q", "--detach", first)
    assert head_commit(repository.root) == first
    repository.git("checkout", "-q", "main")
    repository.git("pack-refs", "--all")
    assert head_commit(repository.root) is None
    assert sources.find_base(repository.root, "HEAD").tree == second
