"""The index and revisions."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conftest import Repository
from groundrules import sources
from groundrules.errors import UserError


def test_the_index_holds_what_is_staged_and_not_what_lies_on_the_disk(repository: Repository) -> None:
    repository.stage({"a.py": "staged"})
    repository.write({"a.py": "edited", "new.py": "new"})
    index = sources.index(repository.root)
    assert list(index.files) == ["a.py"]
    assert dict(index.read(["a.py"])) == {"a.py": b"staged"}
    assert index.label == "the index"
    assert index.versioned


def test_an_empty_repository_has_an_empty_index(repository: Repository) -> None:
    assert sources.index(repository.root).files == {}
    assert list(sources.index(repository.root).read(["x"])) == [("x", "There is no such file in the index.")]


def test_a_revision_is_read_without_the_work_tree(repository: Repository) -> None:
    first = repository.commit({"a.py": "one", "b.py": "b"})
    repository.delete("b.py")
    repository.commit({"a.py": "two"})
    tree = sources.revision(repository.root, first)
    assert dict(tree.read(list(tree.files))) == {"a.py": b"one", "b.py": b"b"}
    assert tree.label == f"revision {first[:7]}"
    assert sources.revision(repository.root, "HEAD").label == "revision HEAD"


@pytest.mark.parametrize("rev", ["nothing", "--all", "", "HEAD~7", "0" * 40, "a\0b"])
def test_an_unknown_revision_is_the_users_error(repository: Repository, rev: str) -> None:
    repository.commit({"a.py": "one"})
    with pytest.raises(UserError, match="revision"):
        sources.revision(repository.root, rev)


def test_head_before_the_first_commit_is_the_users_error(repository: Repository) -> None:
    with pytest.raises(UserError, match="The revision `HEAD` is not known"):
        sources.revision(repository.root, "HEAD")


def test_a_bare_repository_answers_for_revisions(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"a.py": "one"})
    bare = str(tmp_path / "bare")
    repository.git("clone", "-q", "--bare", ".", bare)
    tree = sources.revision(bare, "main")
    assert dict(tree.read(["a.py"])) == {"a.py": b"one"}
    assert sources.find_root(bare) is None
    assert sources.git_dir(bare) == os.path.realpath(bare)


def test_a_shallow_clone_says_how_to_get_the_rest(repository: Repository, tmp_path: Path) -> None:
    first = repository.commit({"a.py": "one"})
    repository.commit({"a.py": "two"})
    shallow = str(tmp_path / "shallow")
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.root}", shallow)
    assert dict(sources.revision(shallow, "HEAD").read(["a.py"])) == {"a.py": b"two"}
    with pytest.raises(UserError, match="git fetch --unshallow"):
        sources.revision(shallow, first)


def test_a_partial_clone_lacks_contents_and_fetches_none(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"a.py": "one", "b.py": "two", "c.py": "three"})
    repository.git("config", "uploadpack.allowFilter", "true")
    partial = Repository(tmp_path / "partial")
    partial.git("clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{repository.root}", "clone")
    clone = os.path.join(partial.root, "clone")
    kept = partial.git("-C", "clone", "hash-object", "-w", "--stdin", given=b"two").decode().strip()
    tree = sources.revision(clone, "HEAD")
    found = dict(tree.read(["a.py", "b.py", "c.py"]))
    assert tree.files["b.py"].blob == kept
    assert found["b.py"] == b"two"
    assert isinstance(found["a.py"], str)
    assert "partial clone" in found["a.py"]
    assert isinstance(found["c.py"], str)
    assert tree.sizes(["a.py", "b.py", "c.py"]) == {"b.py": 3}


def test_packed_and_many_objects_are_read(repository: Repository) -> None:
    files = {f"f{n}.py": f"{n}\n" * (n * 50) for n in range(120)}
    repository.commit(files)
    repository.git("gc", "-q")
    tree = sources.revision(repository.root, "HEAD")
    assert {path: str(data, "utf-8") for path, data in tree.read(list(files)) if isinstance(data, bytes)} == files
    assert tree.sizes(["f3.py", "nothing"]) == {"f3.py": 300}


def test_large_files_are_refused_and_the_others_still_read(repository: Repository) -> None:
    repository.commit({"a.bin": b"a" * 3000, "b.bin": b"b" * 10, "c.bin": b"c" * 5000, "d.bin": b"d" * 20})
    for _ in ("loose", "packed"):
        found = dict(sources.index(repository.root).read(["a.bin", "b.bin", "c.bin", "d.bin"], limit=1000))
        assert (found["b.bin"], found["d.bin"]) == (b"b" * 10, b"d" * 20)
        assert "more than" in str(found["a.bin"])
        assert "more than" in str(found["c.bin"])
        repository.git("gc", "-q")


def test_damaged_objects_do_not_hide_the_others(repository: Repository) -> None:
    repository.commit({"a.py": "one", "b.py": "two", "c.py": "three"})
    index = sources.index(repository.root)
    blob = index.files["b.py"].blob
    path = Path(repository.root, ".git", "objects", blob[:2], blob[2:])
    path.chmod(0o600)
    path.write_bytes(b"damaged")
    found = dict(index.read(["a.py", "b.py", "c.py"]))
    assert (found["a.py"], found["c.py"]) == (b"one", b"three")
    assert isinstance(found["b.py"], str)


def test_links_and_submodules(repository: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "other")
    commit = other.commit({"x.py": "x"})
    os.symlink("nowhere", os.path.join(repository.root, "link"))
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.root, "sub")
    repository.commit()
    for tree in (
        sources.index(repository.root),
        sources.revision(repository.root, "HEAD"),
        sources.work_tree(repository.root),
    ):
        assert tree.files["link"].kind == "link"
        assert (tree.files["sub"].kind, tree.files["sub"].blob) == ("submodule", commit)
        found = dict(tree.read(["link", "sub"]))
        assert found["link"] == b"nowhere"
        assert "submodule" in str(found["sub"])


def test_a_conflict_shows_our_side(repository: Repository) -> None:
    repository.commit({"a.py": "base", "z.py": "z"})
    repository.git("checkout", "-q", "-b", "theirs")
    repository.commit({"a.py": "theirs"})
    repository.git("checkout", "-q", "main")
    repository.commit({"a.py": "ours"})
    with pytest.raises(Exception, match="merge"):
        repository.git("merge", "-q", "theirs")
    index = sources.index(repository.root)
    assert dict(index.read(["a.py", "z.py"])) == {"a.py": b"ours", "z.py": b"z"}
    tree = sources.work_tree(repository.root)
    assert set(tree.files) == {"a.py", "z.py"}
    assert b"<<<<<<<" in dict(tree.read(["a.py"]))["a.py"]


def test_the_index_that_a_hook_names_is_the_one_read(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit({"a.py": "one", "b.py": "one"})
    repository.write({"a.py": "two", "b.py": "two"})
    script = Path(repository.root, ".git", "hooks", "pre-commit")
    code = "from groundrules import sources; i = sources.index('.'); print(sorted(i.read(['a.py', 'b.py'])))"
    code += "; print([(c.status, c.path) for c in sources.staged_changes('.')])"
    script.write_text(f'#!/bin/sh\n"$PYTHON" -c "{code}" > seen\n')
    script.chmod(0o700)
    source = Path(sources.__file__).parent.parent.parent
    import sys

    monkeypatch.setenv("PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", str(source))
    repository.git("commit", "-q", "-m", "only one", "a.py")
    seen = Path(repository.root, "seen").read_text()
    assert seen == "[('a.py', b'two'), ('b.py', b'one')]\n[('M', 'a.py')]\n"


def test_a_hooks_variables_do_not_reach_other_repositories(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.stage({"a.py": "one"})
    other = Repository(tmp_path / "other")
    other.stage({"other.py": "two"})
    monkeypatch.chdir(repository.root)
    monkeypatch.setenv("GIT_INDEX_FILE", os.path.join(repository.root, ".git", "index"))
    assert list(sources.index(other.root).files) == ["other.py"]
    monkeypatch.setenv("GIT_DIR", os.path.join(repository.root, ".git"))
    assert list(sources.index(other.root).files) == ["other.py"]
    assert list(sources.index(repository.root).files) == ["a.py"]


def test_caller_settings_do_not_change_answers(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.git("config", "core.quotePath", "true")
    repository.git("config", "alias.ls-files", "!false")
    repository.git("config", "core.fsmonitor", "false-program")
    repository.git("config", "diff.noprefix", "true")
    repository.git("config", "color.ui", "always")
    repository.stage({"ü.py": "one"})
    monkeypatch.setenv("GIT_ICASE_PATHSPECS", "1")
    assert list(sources.index(repository.root).files) == ["ü.py"]
    assert list(sources.work_tree(repository.root).files) == ["ü.py"]
    assert [change.path for change in sources.staged_changes(repository.root)] == ["ü.py"]


def test_sha256_repositories(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "long", "--object-format=sha256")
    repository.commit({"a.py": "one", "b.py": "two"})
    repository.write({"a.py": "two"})
    tree = sources.work_tree(repository.root)
    assert tree.files["a.py"].blob == tree.files["b.py"].blob
    assert dict(sources.index(repository.root).read(["a.py"])) == {"a.py": b"one"}
