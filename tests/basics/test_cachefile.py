"""A cache that cannot be used is as good as none."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from groundrules.basics import cachefile


def test_kept_for_an_equal_key_only(tmp_path: Path) -> None:
    folder = str(tmp_path / "new")
    cachefile.write(folder, "a", ("key", 1), {"b": [1, None, "c"]})
    assert cachefile.read(folder, "a", ("key", 1)) == {"b": [1, None, "c"]}
    assert cachefile.read(folder, "a", ("key", 2)) is None
    assert cachefile.read(folder, "other", ("key", 1)) is None
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    assert os.listdir(folder) == ["a"]


def test_what_others_can_write_is_not_read(tmp_path: Path) -> None:
    folder = str(tmp_path / "shared")
    cachefile.write(folder, "a", 1, 2)
    os.chmod(folder, 0o777)
    assert cachefile.read(folder, "a", 1) is None
    cachefile.write(folder, "b", 1, 2)
    assert os.listdir(folder) == ["a"]
    os.chmod(folder, 0o700)
    os.chmod(os.path.join(folder, "a"), 0o666)
    assert cachefile.read(folder, "a", 1) is None


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xe9\x00\x00\x00\x00", b"i\x01\x00\x00\x00"])
def test_a_broken_file_is_none(tmp_path: Path, content: bytes) -> None:
    os.chmod(tmp_path, 0o700)
    (tmp_path / "a").write_bytes(content)
    assert cachefile.read(str(tmp_path), "a", 1) is None


def test_nowhere_to_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cachefile.write(str(tmp_path / "file" / "below"), "a", 1, 2)
    cachefile.write(str(tmp_path / "new"), "a", 1, object())
    assert cachefile.read(str(tmp_path / "new"), "a", 1) is None


def test_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cachefile.user_folder() == str(tmp_path / "groundrules")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", "/home/someone")
    assert cachefile.user_folder() == "/home/someone/.cache/groundrules"
