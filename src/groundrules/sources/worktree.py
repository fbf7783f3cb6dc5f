"""Snapshots whose contents come from the disk: a work tree, and a folder outside git."""

from __future__ import annotations

import os
import stat

from groundrules.model import File
from groundrules.sources.disk import DiskFiles
from groundrules.sources.git import said, start_git
from groundrules.sources.objects import LIMIT, SUBMODULE, contents, sizes
from groundrules.sources.trees import KINDS, lfs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# What tools put beside a project's own files. A git repository ignores these; a plain folder has nobody to say so.
_SKIPPED = frozenset(
    [
        ".git",
        ".hg",
        ".svn",
        ".venv",
        "venv",
        "node_modules",
        "__pycache__",
        "site-packages",
        ".tox",
        ".nox",
        ".eggs",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".terraform",
        ".cache",
    ]
)
_ENVIRONMENT = "pyvenv.cfg"  # stands at the top of a virtual environment (PEP 405)


class OnDisk:
    """Files of a folder as they lie on the disk."""

    def __init__(self, root: str, label: str, files: DiskFiles) -> None:
        self.root = root
        self.label = label
        self._files = files

    @property
    def versioned(self) -> bool:
        """Nobody keeps versions of a plain folder."""
        return False

    @property
    def files(self) -> Mapping[str, File]:
        """Every file by its path. Looking up a new or changed file reads it, because its contents name it."""
        return self._files

    def read(self, paths: Sequence[str], limit: int = LIMIT) -> Iterator[tuple[str, bytes | str]]:
        """Contents by path; a sentence in place of what cannot be read."""
        for path in paths:
            if path in self._files:
                yield path, self._files.read(path, limit)
            else:
                yield path, f"There is no such file in {self.label}."

    def sizes(self, paths: Sequence[str]) -> dict[str, int]:
        """The sizes on the disk of those of the paths that are there."""
        result = {}
        for path in paths:
            found = _lstat(self.root, path) if path in self._files else None
            if found and not stat.S_ISDIR(found.st_mode):
                result[path] = found.st_size
        return result

    def ignored(self, paths: Sequence[str]) -> frozenset[str]:
        """Outside git nothing is ignored."""
        return frozenset()

    def lfs(self, paths: Sequence[str]) -> frozenset[str]:
        """Outside git nothing is handed to git-lfs."""
        return frozenset()


class WorkTree(OnDisk):
    """The work tree of a repository. What a sparse checkout left out is read from the object store."""

    def __init__(self, root: str, files: DiskFiles, known: Mapping[str, File], sparse: frozenset[str]) -> None:
        super().__init__(root, "the work tree", files)
        self._known = known
        self._sparse = sparse

    @property
    def versioned(self) -> bool:
        """Git answers for it."""
        return True

    def read(self, paths: Sequence[str], limit: int = LIMIT) -> Iterator[tuple[str, bytes | str]]:
        """Contents by path; a sentence in place of what cannot be read."""
        stored: dict[str, list[str]] = {}
        on_disk = []
        for path in paths:
            known = self._known.get(path)
            if known and known.kind == "submodule":
                yield path, SUBMODULE
            elif known and path in self._sparse:
                stored.setdefault(known.blob, []).append(path)
            else:
                on_disk.append(path)
        yield from super().read(on_disk, limit)
        for blob, data in contents(self.root, list(stored), limit):
            yield from ((path, data) for path in stored[blob])

    def holding(self, text: str) -> frozenset[str]:
        """The files that hold a text."""
        from groundrules.sources.search import holding

        return holding(self.root, text, ("--untracked",)).intersection(self.files)

    def ignored(self, paths: Sequence[str]) -> frozenset[str]:
        """What git excludes here, by every file and setting that it knows."""
        from groundrules.sources.ignores import plain

        asked: dict[str, list[str]] = {}
        for path in paths:
            found = plain(path)
            if found is not None:
                asked.setdefault(found + "/" * path.endswith("/"), []).append(path)
        return frozenset(path for found in _excluded(self.root, list(asked)) for path in asked[found])

    def lfs(self, paths: Sequence[str]) -> frozenset[str]:
        """What the .gitattributes on the disk hand to git-lfs."""
        return lfs(self, paths)


def _excluded(root: str, paths: list[str]) -> list[str]:
    """Asks git about all at once. It refuses all of them if one lies behind a link, so that one is searched for."""
    if not paths:
        return []
    running = start_git(root, ("check-ignore", "--stdin", "-z", "--no-index"), _nul_joined(paths))
    output = b"".join(running.chunks())
    if running.code in (0, 1):
        return [path[2:] for path in output.decode("utf-8", "surrogateescape").split("\0")[:-1]]
    if "beyond a symbolic link" not in said(running.errors):
        running.output((0, 1))
    if len(paths) == 1:
        return []
    half = len(paths) // 2
    return _excluded(root, paths[:half]) + _excluded(root, paths[half:])


def _nul_joined(paths: Sequence[str]) -> bytes:
    """As git's input; the dot keeps it from taking a colon at the start of a name for an instruction."""
    return "".join(f"./{path}\0" for path in paths).encode("utf-8", "surrogateescape")


def work_tree(root: str) -> WorkTree:
    """What lies in the work tree: all that git tracks, and new files that it does not ignore."""
    arguments = ("ls-files", "-z", "-t", "-s", "-m", "-o", "--exclude-standard")
    listing = start_git(root, arguments).output().decode("utf-8", "surrogateescape")
    known: dict[str, File] = {}
    unnamed: dict[str, bool] = {}
    sparse = set()
    for line in listing.split("\0")[:-1]:
        tag = line[0]
        if tag == "?":
            path = line[2:]
            if path.endswith("/"):  # a repository of its own inside this one
                known[path[:-1]] = File(path[:-1], "", None, False, "submodule")
            else:
                unnamed[path] = False
            continue
        described, _, path = line.partition("\t")
        if tag == "C" or described[-1] != "0":
            unnamed[path] = True
        if path not in known:
            known[path] = File(path, described[9:-2], None, True, KINDS[described[2:4]])
        if tag == "S":
            sparse.add(path)
    files = _disk_files(root, known, _without_environments(unnamed), sparse)
    return WorkTree(root, files, known, frozenset(sparse))


def _without_environments(unnamed: dict[str, bool]) -> dict[str, bool]:
    """New files that are not those of a virtual environment: one that git was not told to ignore is no code of ours."""
    marks = (path for path, tracked in unnamed.items() if not tracked and path.endswith(f"/{_ENVIRONMENT}"))
    tops = tuple(path.removesuffix(_ENVIRONMENT) for path in marks)
    return {path: tracked for path, tracked in unnamed.items() if tracked or not path.startswith(tops)}


def _disk_files(root: str, known: dict[str, File], unnamed: dict[str, bool], sparse: set[str]) -> DiskFiles:
    """Git calls a file unchanged even if it lies on the disk in other bytes: with other line ends, filled in by LFS,
    or not yet stripped by a filter. Those differ in size, and must not go by the name of the stored bytes."""
    for path in [path for path in unnamed if path in known and known[path].kind == "submodule"]:
        del unnamed[path]
    named = {path: file for path, file in known.items() if path not in unnamed}
    blobs = {file.blob for file in named.values() if file.kind != "submodule"}
    stored = sizes(root, list(blobs)) if blobs else {}
    for path, file in named.items():
        if file.kind == "submodule":
            continue
        size = stored.get(file.blob)
        found = None if path in sparse else _lstat(root, path)
        if found and size not in (None, found.st_size):
            unnamed[path] = True
        elif size is not None or found:
            named[path] = file._replace(size=found.st_size if found else size)
    for path in unnamed:
        named.pop(path, None)
    algorithm = "sha256" if any(len(blob) == 64 for blob in blobs) else "sha1"
    return DiskFiles(root, named, unnamed, algorithm)


def _lstat(root: str, path: str) -> os.stat_result | None:
    try:
        return os.lstat(os.path.join(root, path))
    except (OSError, ValueError):
        return None


def folder(root: str) -> OnDisk:
    """A folder outside git, without what tools keep in such folders."""
    top = os.path.abspath(root)
    unnamed = dict.fromkeys(_walk(top), False)
    return OnDisk(top, f"the folder {os.path.basename(top) or top}", DiskFiles(top, {}, unnamed, "sha1"))


def _walk(top: str) -> Iterator[str]:
    """Files and links below a folder, in a fixed order. Links are listed and never entered."""
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        try:
            with os.scandir(os.path.join(top, prefix)) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue
        if prefix and any(entry.name == _ENVIRONMENT for entry in found):
            continue
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _SKIPPED:
                    waiting.append(f"{prefix}{entry.name}/")
            elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
                yield prefix + entry.name
