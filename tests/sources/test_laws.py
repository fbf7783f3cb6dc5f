"""What holds for any names, contents and patterns."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Repository
from groundrules import sources

_FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
_MORE = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
_LETTERS = st.text(st.sampled_from(" \t\n\"'\\*?[]!#:$ab.-~é界\u0301😀\udc80\udcff"), min_size=1, max_size=8).filter(
    lambda name: name.strip(".") and name.lower() not in (".git", "git~1")
)
_FOLDERS = st.sampled_from(["", "one/", "one two/deep/", ":(top)/"])
_FILES = st.dictionaries(st.builds(str.__add__, _FOLDERS, _LETTERS), st.binary(max_size=200), min_size=1, max_size=6)


def _made(folder: str) -> Repository:
    return Repository(Path(folder, "repository"))


@_FEW
@given(_FILES)
def test_any_name_and_contents_come_back_from_every_snapshot(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repository = _made(folder)
        repository.write(files)
        new = sources.work_tree(repository.root)
        names = {path: file.blob for path, file in new.files.items()}
        repository.commit()
        trees: list[Any] = [
            new,
            sources.work_tree(repository.root),
            sources.index(repository.root),
            sources.revision(repository.root, "HEAD"),
            sources.folder(repository.root),
            sources.memory(files),
        ]
        for tree in trees:
            assert set(tree.files) == set(files)
            assert dict(tree.read(list(files))) == files
            assert {path: file.blob for path, file in tree.files.items()} == names
            assert tree.sizes(list(files)) == {path: len(data) for path, data in files.items()}
        assert len(set(names.values())) == len(set(files.values()))


_PIECES = r"* ** **/ /** / ? a b ab . data [ab] [!a] [a-c] [[:alpha:]] \* \a [ ] [^b-d] []a] *.csv \ é [[:digit:]-]"
_PATTERN = st.lists(st.sampled_from(_PIECES.split()), min_size=1, max_size=5).map("".join)
_PATH = st.lists(
    st.sampled_from(["a", "b", "ab", "abc", "data", "x.csv", ".a", "*", "é", "b.a", "7"]), min_size=1, max_size=4
).map("/".join)
_PATHS = st.lists(_PATH, min_size=1, max_size=12, unique=True)
_IGNORE_LINE = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "", "", "!", "#", "\\!"]), _PATTERN, st.sampled_from(["", "", "/", " ", "\\ ", "\r"])
    ),
)
_IGNORE_FILES = st.dictionaries(
    st.sampled_from(["", "a/", "a/b/", "data/"]),
    st.lists(_IGNORE_LINE, min_size=1, max_size=4).map("\n".join),
    max_size=3,
)


def _in_git(folder: str, name: str, texts: dict[str, str]) -> Repository:
    repository = _made(folder)
    files = {f"{place}{name}": text.encode() for place, text in texts.items()}
    repository.write(files)
    for path in files:
        repository.git("add", "-f", path)
    return repository


@_MORE
@given(_IGNORE_FILES, _PATHS)
def test_ignore_patterns_mean_what_git_says(texts: dict[str, str], paths: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repository = _in_git(folder, ".gitignore", texts)
        index = sources.index(repository.root)
        assert sources.work_tree(repository.root).ignored(paths) == index.ignored(paths)


_WORDS = ["filter=lfs", "-filter", "!filter", "filter", "filter=other", "text", "big", "-big", "binary", "lfs"]
_ATTRIBUTE_LINE = st.builds(
    "{} {}".format,
    st.one_of(_PATTERN, _PATTERN.filter(lambda text: "\\" not in text).map('"{}"'.format)),
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map(" ".join),
)
_MACRO = st.sampled_from(["[attr]big filter=lfs -text", "[attr]lfs big", "[attr]big -filter", "# filter=lfs"])
_ATTRIBUTE_FILES = st.dictionaries(
    st.sampled_from(["", "a/", "a/b/", "data/"]),
    st.lists(st.one_of(_ATTRIBUTE_LINE, _ATTRIBUTE_LINE, _MACRO), min_size=1, max_size=5).map("\n".join),
    max_size=3,
)


@_MORE
@given(_ATTRIBUTE_FILES, _PATHS)
def test_attributes_mean_what_git_says(texts: dict[str, str], paths: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repository = _in_git(folder, ".gitattributes", texts)
        asked = "".join(f"{path}\0" for path in paths).encode()
        told = repository.git("check-attr", "--stdin", "-z", "filter", given=asked).decode().split("\0")
        expected = {path for path, value in zip(told[::3], told[2::3], strict=False) if value == "lfs"}
        for tree in (sources.index(repository.root), sources.work_tree(repository.root)):
            assert tree.lfs(paths) == expected


@given(st.text("*a?[]\\/", max_size=60), st.text("a/", min_size=1, max_size=200))
def test_no_pattern_takes_long(pattern: str, path: str) -> None:
    tree = sources.memory({".gitattributes": f"{pattern} filter=lfs\n"})
    assert tree.lfs([path]) <= {path}


def test_many_stars_end_soon() -> None:
    pattern = "*a" * 40 + "/**" * 20 + "/b"
    tree = sources.memory({".gitattributes": f"{pattern} filter=lfs\n"})
    assert tree.lfs(["a" * 200 + "/c" * 60]) == frozenset()


def test_what_git_is_never_asked(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository")
    repository.stage({".gitignore": "*.csv\ndata/\n!keep.csv\n", "sub/x.py": ""})
    os.symlink("sub", os.path.join(repository.root, "link"))
    paths = ["a.csv", "../a.csv", "/a.csv", "", ".", "./b.csv", "link/c.csv", "data/x/y", "data/", "keep.csv", ":d.csv"]
    paths += ["sub/../e.csv", "data"]
    expected = {"a.csv", "./b.csv", "data/x/y", ":d.csv", "sub/../e.csv"}
    assert sources.work_tree(repository.root).ignored(paths) - {"data/"} == expected
    assert sources.index(repository.root).ignored(paths) - {"link/c.csv"} == expected | {"data/"}
    assert sources.index(repository.root).ignored([]) == frozenset()
    repository.commit()
    assert sources.revision(repository.root, "HEAD").ignored(["z.csv", "z.py"]) == {"z.csv"}
