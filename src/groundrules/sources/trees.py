"""Snapshots whose contents come from the object store: the index and any revision. The work tree is never touched."""

from __future__ import annotations

import os
from itertools import repeat

from groundrules.errors import UserError
from groundrules.model import File
from groundrules.sources.git import said, start_git
from groundrules.sources.objects import LIMIT, SUBMODULE, contents, sizes
from groundrules.sources.repository import git_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Protocol

    from groundrules.sources.difference import Change

    class Reader(Protocol):
        """As much of a snapshot as its own special files need."""

        @property
        def files(self) -> Mapping[str, File]: ...
        def read(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes | str]]: ...


KINDS = {"10": "file", "12": "link", "16": "submodule"}  # by the first two digits of git's mode


class Tree:
    """A tree of git objects. Its listing is taken from git when it is first looked at."""

    versioned = True

    def __init__(
        self, root: str, label: str, listing: Callable[[], dict[str, File]], where: tuple[str, ...] = ()
    ) -> None:
        self.root = root
        self._where = where  # what `git grep` calls it
        self.label = label
        self._listing = listing
        self._files: dict[str, File] | None = None

    @property
    def files(self) -> Mapping[str, File]:
        """Every file by its path. Sizes are unknown: see `sizes`."""
        if self._files is None:
            self._files = self._listing()
        return self._files

    def read(self, paths: Sequence[str], limit: int = LIMIT) -> Iterator[tuple[str, bytes | str]]:
        """Contents by path; a sentence in place of what cannot be read."""
        wanted: dict[str, list[str]] = {}
        for path in paths:
            file = self.files.get(path)
            if file is None:
                yield path, f"There is no such file in {self.label}."
            elif file.kind == "submodule":
                yield path, SUBMODULE
            else:
                wanted.setdefault(file.blob, []).append(path)
        for blob, data in contents(self.root, list(wanted), limit):
            for path in wanted[blob]:
                yield path, data

    def sizes(self, paths: Sequence[str]) -> dict[str, int]:
        """The sizes of those of the paths that have contents here."""
        blobs = {path: file.blob for path in paths if (file := self.files.get(path)) and file.kind != "submodule"}
        found = sizes(self.root, list(dict.fromkeys(blobs.values()))) if blobs else {}
        return {path: found[blob] for path, blob in blobs.items() if blob in found}

    def holding(self, text: str) -> frozenset[str]:
        """The files that hold a text."""
        from groundrules.sources.search import holding

        return holding(self.root, text, self._where)

    def ignored(self, paths: Sequence[str]) -> frozenset[str]:
        """What this tree's own .gitignore files exclude: the same answer on every machine and for every commit."""
        texts = texts_named(self, ".gitignore") if paths else {}
        if not texts:
            return frozenset()
        from groundrules.sources.ignores import Ignores

        ignores = Ignores(texts, self.files)
        return frozenset(path for path in paths if ignores.exclude(path))

    def lfs(self, paths: Sequence[str]) -> frozenset[str]:
        """What this tree's own .gitattributes files hand to git-lfs."""
        return lfs(self, paths)


def texts_named(tree: Reader, name: str) -> dict[str, str]:
    """The text of every file of this name, by the folder it lies in. Git takes none from behind a link."""
    ending = f"/{name}"
    paths = [path for path in tree.files if path.endswith(ending) or path == name]
    paths = [path for path in paths if tree.files[path].kind == "file"]
    found = tree.read(paths) if paths else ()
    return {
        path[: -len(ending)]: data.decode("utf-8", "surrogateescape") for path, data in found if isinstance(data, bytes)
    }


def lfs(tree: Reader, paths: Sequence[str]) -> frozenset[str]:
    """Those of the paths for which the tree's .gitattributes say `filter=lfs`."""
    texts = texts_named(tree, ".gitattributes") if paths else {}
    if not any("lfs" in text for text in texts.values()):
        return frozenset()
    from groundrules.sources.attributes import Attributes

    attributes = Attributes(texts)
    return frozenset(path for path in paths if attributes.filter_of(path) == "lfs")


def before(root: str, changes: Iterable[Change]) -> Tree:
    """The files that changed as they were, and none else."""
    files = {one.old_path: File(one.old_path, one.old_blob, None, True) for one in changes if one.old_blob}
    return Tree(root, "the commit before", lambda: files)


def index(root: str) -> Tree:
    """What the next commit would hold. Git starts to list it at once; the answer is taken when it is needed."""
    running = start_git(root, ("ls-files", "-s", "-z"))
    return Tree(root, "the index", lambda: parse_index(running.output()), ("--cached",))


def parse_index(output: bytes) -> dict[str, File]:
    """The files of `ls-files -s -z`: mode, id, stage, a tab, the path. Of a conflict, our own side is taken."""
    text = output.decode("utf-8", "surrogateescape")
    if not text:
        return {}
    lines = text[:-1].split("\0")
    if " 1\t" in text or " 2\t" in text or " 3\t" in text:
        lines.sort(key=lambda line: line[: line.index("\t")].endswith(" 2"))  # the last one of a path stays
    end = lines[0].index(" ", 7)  # ids of one repository all have the same length
    paths = [line[end + 3 :] for line in lines]
    blobs = [line[7:end] for line in lines]
    kinds = [KINDS[line[:2]] for line in lines]
    rows = zip(paths, blobs, repeat(None), repeat(True), kinds)
    files = map(tuple.__new__, repeat(File), rows)  # twice as fast as calling File
    return dict(zip(paths, files, strict=True))


def revision(root: str, rev: str) -> Tree:
    """Any commit, tag or tree. `root` may be a bare repository. A UserError if git does not know it."""
    if not rev or rev.startswith("-") or "\0" in rev:
        raise UserError(f"`{rev}` is no revision.")
    files = _listed(root, rev)
    is_id = len(rev) >= 40 and not set(rev) - set("0123456789abcdef")
    return Tree(root, f"revision {rev[:7] if is_id else rev}", lambda: files, (rev,))


def known(root: str, name: str) -> Tree:
    """A tree or commit by its id, which is known to exist: it is listed only if somebody looks at its files."""
    return Tree(root, f"revision {name[:7]}", lambda: _listed(root, name), (name,))


def _listed(root: str, rev: str) -> dict[str, File]:
    running = start_git(root, ("ls-tree", "-r", "-z", "--full-tree", rev))
    output = b"".join(running.chunks())
    if running.code:
        raise UserError(_unknown(root, rev, running.errors))
    return parse_tree(output)


def parse_tree(output: bytes) -> dict[str, File]:
    """The files of `ls-tree -r -z`: mode, type, id, a tab, the path."""
    result = {}
    for line in output.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        described, _, path = line.partition("\t")
        mode, _, blob = described.split(" ")
        result[path] = File(path, blob, None, True, KINDS.get(mode[:2], "file"))
    return result


def _unknown(root: str, rev: str, errors: bytes) -> str:
    reason = said(errors)
    if not reason.lower().startswith(("not a valid object name", "not a tree object")):
        return f"The revision `{rev}` cannot be read: {reason}"
    folder = git_dir(root)
    if folder and os.path.exists(os.path.join(folder, "shallow")):
        hint = " This is a shallow clone: `git fetch --unshallow` brings the older commits."
    else:
        hint = ""
    return f"The revision `{rev}` is not known in this repository.{hint}"
