"""git-lfs, git-annex and submodules."""

from __future__ import annotations

import pytest

from groundrules.facts import git_files
from groundrules.facts.raw import Pointer, Where

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n"
KEY = "SHA256E-s12--abcd.csv"


def test_an_lfs_pointer() -> None:
    assert git_files.extract(LFS) == ([Pointer(Where(None, 2, 1, 2, 16), ".", "lfs", "sha256:4d7a", None)], [])


@pytest.mark.parametrize(
    "data", [b"", b"version 1\n", LFS + b"x" * 1_024, b"id,name\n", b"version https://git-lfs.github.com/spec/v1\n"]
)
def test_what_is_no_pointer(data: bytes) -> None:
    assert git_files.extract(data) == ([], [])


def test_unlocked_annex_files() -> None:
    expected = [("annex", "abcd")]
    small = f"/annex/objects/{KEY}\n".encode()
    assert [(row.system, row.hash) for row in git_files.extract(small)[0] if isinstance(row, Pointer)] == expected


def test_submodules_have_a_folder_and_a_remote() -> None:
    data = (
        b'[submodule "a"]\n\tpath = ext/a\n\turl = https://h/a\n[submodule "b"]\n\turl = https://h/b\n\tpath = ext/b/\n'
    )
    assert [row[1:5] for row in git_files.extract_modules(data)[0] if isinstance(row, Pointer)] == [
        ("ext/a", "submodule", None, "https://h/a"),
        ("ext/b", "submodule", None, "https://h/b"),
    ]
