"""What differs between two trees."""

from __future__ import annotations

import pytest

from conftest import Repository
from groundrules import sources
from groundrules.errors import UserError
from groundrules.sources.difference import Change

LONG = "".join(f"line {number}\n" for number in range(50))


def _seen(found: list[Change]) -> list[tuple[str, str, str]]:
    return [(change.status, change.old_path, change.path) for change in found]


def test_before_the_first_commit_everything_is_added(repository: Repository) -> None:
    repository.stage({"a.py": "one"})
    (change,) = sources.staged_changes(repository.root)
    assert (change.status, change.path, change.old_blob) == ("A", "a.py", None)
    assert change.blob == sources.index(repository.root).files["a.py"].blob


def test_renames_deletions_and_modifications(repository: Repository) -> None:
    repository.commit({"old name.py": LONG, "gone.py": "x", "kept.py": "1"})
    repository.git("mv", "old name.py", "new\tname.py")
    repository.delete("gone.py")
    repository.stage({"new\tname.py": LONG + "more\n", "kept.py": "2"})
    assert sorted(_seen(sources.staged_changes(repository.root))) == [
        ("D", "gone.py", "gone.py"),
        ("M", "kept.py", "kept.py"),
        ("R", "old name.py", "new\tname.py"),
    ]


def test_every_pair_of_trees(repository: Repository) -> None:
    first = repository.commit({"a.py": "one"})
    second = repository.commit({"b.py": "two"})
    repository.stage({"c.py": "three"})
    repository.write({"a.py": "four"})
    root = repository.root
    assert _seen(sources.changes(root, first, second)) == [("A", "b.py", "b.py")]
    assert _seen(sources.changes(root, second, sources.INDEX)) == [("A", "c.py", "c.py")]
    assert sorted(_seen(sources.changes(root, second))) == [("A", "c.py", "c.py"), ("M", "a.py", "a.py")]
    assert sources.changes(root, second, second) == []
    assert sources.merge_base(root, first) == first


@pytest.mark.parametrize("rev", ["nothing", "--output=x", ""])
def test_unknown_revisions(repository: Repository, rev: str) -> None:
    repository.commit({"a.py": "one"})
    with pytest.raises(UserError, match="revision"):
        sources.changes(repository.root, rev)
    with pytest.raises(UserError):
        sources.merge_base(repository.root, rev)


def test_a_path_is_no_revision(repository: Repository) -> None:
    repository.commit({"a.py": "one"})
    with pytest.raises(UserError):
        sources.changes(repository.root, "a.py")
