"""The work tree, a plain folder, and files that are strange on the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conftest import Repository
from groundrules import sources
from groundrules.sources.disk import name_of


def test_tracked_new_and_ignored_files(repository: Repository) -> None:
    repository.commit({"a.py": "one", ".gitignore": "*.csv\n", "kept.csv": ""} | {"b.py": "b"})
    repository.write({"new.py": "new", "data.csv": "1", "a.py": "edited"})
    tree = sources.work_tree(repository.root)
    assert {path: file.tracked for path, file in tree.files.items()} == {
        ".gitignore": True,
        "a.py": True,
        "b.py": True,
        "kept.csv": True,
        "new.py": False,
    }
    assert dict(tree.read(["a.py", "b.py", "new.py"])) == {"a.py": b"edited", "b.py": b"b", "new.py": b"new"}
    assert tree.files["a.py"].blob == name_of(b"edited")
    assert tree.files["b.py"] == sources.index(repository.root).files["b.py"]._replace(size=1)
    assert tree.sizes(["a.py", "new.py", "gone"]) == {"a.py": 6, "new.py": 3}


def test_unchanged_files_get_their_name_without_being_read(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({f"f{n}.py": str(n) for n in range(5)})
    monkeypatch.setattr("groundrules.sources.disk.read_file", lambda *_: pytest.fail("read"))
    assert len(list(sources.work_tree(repository.root).files.values())) == 5


def test_deleted_and_replaced_files(repository: Repository) -> None:
    repository.commit({"gone.py": "1", "folder.py": "2", "pipe.py": "3", "link.py": "4"})
    for name in ("gone.py", "folder.py", "pipe.py", "link.py"):
        os.remove(os.path.join(repository.root, name))
    os.mkdir(os.path.join(repository.root, "folder.py"))
    os.mkfifo(os.path.join(repository.root, "pipe.py"))
    os.symlink("link.py", os.path.join(repository.root, "link.py"))
    tree = sources.work_tree(repository.root)
    found = dict(tree.read(list(tree.files)))
    assert tree.files["gone.py"].tracked
    assert tree.files["gone.py"].size is None
    assert found["gone.py"] == "It is not on the disk."
    assert found["folder.py"] == "It is a folder, not a file."
    assert found["pipe.py"] == "It is neither a file nor a link."
    assert found["link.py"] == b"link.py"
    assert tree.files["link.py"].kind == "link"


def test_files_that_vanish_or_are_forbidden(repository: Repository) -> None:
    repository.commit({"a.py": "1", "b.py": "2"})
    tree = sources.work_tree(repository.root)
    os.remove(os.path.join(repository.root, "a.py"))
    os.chmod(os.path.join(repository.root, "b.py"), 0)
    found = dict(tree.read(["a.py", "b.py", "never"]))
    assert found["a.py"] == "It is not on the disk."
    assert found["never"] == "There is no such file in the work tree."
    if os.geteuid():
        assert found["b.py"] == "It cannot be read: permission denied."


def test_large_files_are_named_without_being_read(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundrules.sources.disk.LIMIT", 100)
    repository.write({"big.bin": b"x" * 1000})
    tree = sources.work_tree(repository.root)
    assert tree.files["big.bin"].blob.startswith("unread-")
    assert tree.files["big.bin"].size == 1000
    assert "more than" in str(dict(tree.read(["big.bin"], limit=100))["big.bin"])


def test_nothing_is_read_through_a_linked_folder(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"a/b/c.py": "mine"})
    outside = tmp_path / "outside" / "b"
    outside.mkdir(parents=True)
    (outside / "c.py").write_text("theirs")
    repository.git("config", "core.symlinks", "true")
    os.rename(os.path.join(repository.root, "a"), tmp_path / "moved")
    os.symlink(outside.parent, os.path.join(repository.root, "a"))
    tree = sources.work_tree(repository.root)
    assert dict(tree.read(["a/b/c.py"]))["a/b/c.py"] != b"theirs"


def test_bytes_that_git_converts_do_not_go_by_the_stored_name(repository: Repository) -> None:
    repository.git("config", "filter.strip.clean", "sed s/secret//")
    repository.commit({".gitattributes": "*.txt text eol=crlf\n*.nb filter=strip\n"})
    repository.commit({"a.txt": "one\r\ntwo\r\n", "b.nb": "the secret"})
    tree = sources.work_tree(repository.root)
    index = sources.index(repository.root)
    assert repository.git("status", "--porcelain") == b""
    assert dict(index.read(["a.txt", "b.nb"])) == {"a.txt": b"one\ntwo\n", "b.nb": b"the "}
    assert tree.files["a.txt"].blob == name_of(b"one\r\ntwo\r\n") != index.files["a.txt"].blob
    assert tree.files["b.nb"].blob == name_of(b"the secret")


def test_a_sparse_checkout_is_read_from_the_object_store(repository: Repository) -> None:
    repository.commit({"in/a.py": "a", "out/b.py": "b"})
    repository.git("sparse-checkout", "set", "in")
    tree = sources.work_tree(repository.root)
    assert not os.path.exists(os.path.join(repository.root, "out"))
    assert dict(tree.read(["in/a.py", "out/b.py"])) == {"in/a.py": b"a", "out/b.py": b"b"}


def test_a_repository_inside_is_not_looked_into(repository: Repository) -> None:
    inner = Repository(Path(repository.root, "inner"))
    inner.commit({"a.py": "a"})
    file = sources.work_tree(repository.root).files["inner"]
    assert (file.kind, file.tracked) == ("submodule", False)


def test_a_virtual_environment_that_nobody_ignores_is_no_code_of_the_repository(repository: Repository) -> None:
    repository.commit({"a.py": "a", "kept/pyvenv.cfg": "tracked", "kept/b.py": "b"})
    repository.write({"env311/pyvenv.cfg": "home = x", "env311/lib/c.py": "c", "env.py": "d"})
    files = sources.work_tree(repository.root).files
    assert set(files) == {"a.py", "env.py", "kept/b.py", "kept/pyvenv.cfg"}


def test_a_plain_folder(tmp_path: Path) -> None:
    for name in ("a.py", "sub/b.py", ".venv/x.py", "node_modules/y.js", "sub/__pycache__/z.pyc", "env/pyvenv.cfg"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "env" / "lib.py").write_text("")
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    tree = sources.folder(str(tmp_path))
    assert not tree.versioned
    assert set(tree.files) == {"a.py", "sub/b.py", "sub/loop"}
    assert tree.files["sub/loop"].kind == "link"
    assert not any(file.tracked for file in tree.files.values())
    assert dict(tree.read(["a.py"])) == {"a.py": b"a.py"}
    assert tree.ignored(["a.py"]) == tree.lfs(["a.py"]) == frozenset()
    assert sources.find_root(str(tmp_path)) is None
    assert dict(sources.folder(str(tmp_path / "nowhere")).files) == {}


def test_memory() -> None:
    tree = sources.memory(
        {"a.py": "x", "b.csv": b"1", "raw/c.csv": "2", ".gitattributes": "*.csv filter=lfs\n"},
        tracked={"a.py", ".gitattributes"},
        ignored=["raw/"],
    )
    assert {path: file.tracked for path, file in tree.files.items()} == {
        "a.py": True,
        "b.csv": False,
        ".gitattributes": True,
    }
    assert dict(tree.read(["a.py", "nothing"])) == {"a.py": b"x", "nothing": "There is no such file in the example."}
    assert tree.ignored(["raw/c.csv", "raw", "raw/new", "a.py"]) == {"raw/c.csv", "raw", "raw/new"}
    assert tree.lfs(["b.csv", "deep/x.csv", "a.py"]) == {"b.csv", "deep/x.csv"}
    assert "more than" in str(dict(tree.read(["a.py"], limit=0))["a.py"])
    assert all(file.tracked for file in sources.memory({"a": ""}).files.values())
