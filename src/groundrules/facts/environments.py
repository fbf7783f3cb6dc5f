"""What a project runs with, as rows: dependencies and what pins them, images of containers, the cells of notebooks."""

from __future__ import annotations

import re

from groundrules.facts.installs import commands
from groundrules.facts.places import joined
from groundrules.facts.raw import BaseImage, Cell, Include, Lock, Requirement, Row
from groundrules.facts.repository import Repository
from groundrules.facts.requirements import normalised, parsed, part_of
from groundrules.facts.rows import Rows
from groundrules.typed import Collection, Iterable, Iterator

_LISTS = ("requirements.extract", "requirements.extract_conda")
_KINDS = {
    "requirements.extract": "list",
    "requirements.extract_conda": "conda",
    "requirements.extract_pipfile": "pipfile",
    "requirements.extract_pyproject": "project",
    "requirements.extract_setup_cfg": "project",
}
_DEVELOP = frozenset(
    ("dev", "develop", "development", "test", "tests", "testing", "ci", "doc", "docs", "lint", "linting", "tox", "rtd")
)
_FOREIGN = frozenset(("third_party", "thirdparty", "vendor", "vendored", "external", "site-packages", "node_modules"))
_WORDS = re.compile(r"[-_./\s]+")
_PROJECTS = ("pyproject.toml", "setup.cfg", "setup.py")


def requirements(repository: Repository, paths: Iterable[str], rows: Rows) -> None:
    """One row for each declared dependency, for each file of them, and for each package that a notebook installs."""
    locks, libraries, own = Locks(repository), Libraries(repository), packages(repository)
    for path in paths:
        kind = kind_of(repository, path)
        if kind is not None:
            library = int(libraries.around(path))
            rows.add("requirement_file", rows.span(path, (None, 1, 1, 1, 1)), path, kind, role(path), library)
            for row in declared(repository, path):
                locked = locks.of(path, row.name) if not row.pinned else None
                said = (row.name, row.specifier, int(row.pinned), bound(row.specifier, row.pinned))
                part = "own" if row.name in own else row.part
                rows.add("requirement", rows.span(path, row.where), path, *said, locked, part)
        elif path.endswith(".ipynb"):
            _installs(repository, path, locks, own, rows)


def _installs(repository: Repository, path: str, locks: Locks, own: Collection[str], rows: Rows) -> None:
    code = repository.code(path)
    for scope in code.scopes if code is not None else ():
        for op in scope.ops:
            for where, word in commands(op[1], op[2], op[3]) if op[0] == "m" else ():
                read = parsed(word)
                if read is not None:
                    name, specifier, pinned = read
                    locked = None if pinned else locks.of(path, name)
                    part = "own" if name in own else part_of(name, "main")
                    said = (name, specifier, bound(specifier, pinned), locked, part)
                    rows.add("install", rows.span(path, where), path, *said)


def images(repository: Repository, paths: Iterable[str], rows: Rows) -> None:
    """One row for each image."""
    found = [(path, row) for path in paths for row in _rows(repository, path, "images.") if isinstance(row, BaseImage)]
    built = {row.image for _, row in found if row.built}
    made = _made(repository)
    for path, row in found:
        _, namespace, last = row.image.rpartition("/")
        own = int(row.built or row.image in built or bool(namespace and last.lower() in made))
        rows.add(
            "base_image", rows.span(path, row.where), path, row.image, row.tag, row.state, row.host, own, role(path)
        )


def _made(repository: Repository) -> set[str]:
    """The words of names and folders of container files, after which a team calls the images that it makes of them."""
    found: set[str] = set()
    for path, names in repository.names.items():
        if "images.extract_dockerfile" in names:
            folder, _, name = path.lower().rpartition("/")
            last = folder.rpartition("/")[2]
            found.update((last, *last.split("-"), *name.split(".")[1:]))
    return found


def cells(repository: Repository, paths: Iterable[str], rows: Rows) -> None:
    """One row for each cell of code."""
    for path in paths:
        facts = repository.facts(path) if path.endswith(".ipynb") else None
        for row in facts.rows if facts is not None else ():
            if isinstance(row, Cell):
                rows.add("cell", rows.span(path, row.where), path, row.where[0], row.ran)


def _rows(repository: Repository, path: str, extractor: str) -> Iterable[Row]:
    if any(name.startswith(extractor) for name in repository.names.get(path, ())):
        facts = repository.facts(path)
        return facts.rows if facts is not None else ()
    return ()


def kind_of(repository: Repository, path: str) -> str | None:
    """What kind of file declares dependencies; None for one that does not."""
    found = next((kind for name in repository.names.get(path, ()) if (kind := _KINDS.get(name))), None)
    return "constraints" if found == "list" and "constraint" in path.rpartition("/")[2] else found


def declared(repository: Repository, path: str) -> Iterator[Requirement]:
    """The dependencies that a file declares."""
    for row in _rows(repository, path, "requirements."):
        if isinstance(row, Requirement):
            yield row


def bound(specifier: str, pinned: bool) -> str:
    """How far a requirement lets the version move: see table requirement."""
    if specifier.startswith("@"):
        if specifier.startswith(("@ file:", "@ .", "@ /")):
            return "local"
        return "exact" if pinned else "open"
    if pinned:
        return "exact"
    ends = any(part.startswith(("<", "~=", "=", "^", "~")) or part[:1].isdigit() for part in specifier.split(","))
    return "range" if ends else "open"


def role(path: str) -> str:
    """What a file of an environment is for, as its name and its folders say."""
    folders = path.lower().split("/")[:-1]
    if not _FOREIGN.isdisjoint(folders):
        return "foreign"
    return "main" if _DEVELOP.isdisjoint(_WORDS.split(path.lower())) else "develop"


def packages(repository: Repository) -> frozenset[str]:
    """The names of the packages that this repository makes itself."""
    folders = (
        path.removeprefix("src/").split("/") for path in repository.snapshot.files if path.endswith("/__init__.py")
    )
    return frozenset(normalised(parts[0]) for parts in folders if len(parts) == 2)


class Locks:
    """Which names locks pin, by the folders that they answer for."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._locks: dict[str, dict[str, str]] = {}  # folder → name → lock
        self._beside: dict[str, list[str]] = {}  # folder → lists in it
        for path, names in repository.names.items():
            folder = path.rpartition("/")[0]
            if "lock_files.extract" in names:
                for row in _rows(repository, path, "lock_files."):
                    if isinstance(row, Lock):
                        self._locks.setdefault(folder, {}).update(dict.fromkeys(row.names, path))
            elif names and names[-1] in _LISTS:
                self._beside.setdefault(folder, []).append(path)
        self._frozen: dict[str, frozenset[str]] = {}

    def of(self, path: str, name: str) -> str | None:
        """The file that pins a name for what another file declares or installs."""
        folder = path.rpartition("/")[0]
        for around in upwards(folder):
            if (lock := self._locks.get(around, {}).get(name)) is not None:
                return lock
            for other in self._beside.get(around, ()):
                if other != path and "constraint" in other.rpartition("/")[2] and name in self._pinned(other):
                    return other  # whichever command installs the list is likely to name them
        notebook = path.endswith(".ipynb")
        near = list(upwards(folder)) if notebook else [folder]
        if path.endswith(".in"):
            near.append(folder.rpartition("/")[0])
        for other in (one for around in dict.fromkeys(near) for one in self._beside.get(around, ())):
            if other != path and name in (self._pinned(other) if notebook else self.frozen(other)):
                return other
        return self._constraint(path, name)

    def frozen(self, path: str) -> frozenset[str]:
        """The names of a list that pins everything that it names."""
        if path not in self._frozen:
            rows = list(declared(self.repository, path))
            whole = bool(rows) and all(row.pinned or row.part == "tool" for row in rows)
            self._frozen[path] = frozenset(row.name for row in rows) if whole else frozenset()
        return self._frozen[path]

    def _pinned(self, path: str) -> set[str]:
        return {row.name for row in declared(self.repository, path) if row.pinned}

    def _constraint(self, path: str, name: str) -> str | None:
        """The constraints that a list names itself; those of an address hold whatever stands there."""
        for row in _rows(self.repository, path, "requirements."):
            if isinstance(row, Include) and row.how == "constraint":
                target = joined(path.rpartition("/")[0], row.target)
                if "://" in row.target or "$" in row.target:
                    return row.target
                if name in self._pinned(target):
                    return target
        return None


class Libraries:
    """Which projects are meant to be installed by others."""

    def __init__(self, repository: Repository) -> None:
        self._snapshot = repository.snapshot
        self._known: dict[str, bool | None] = {}

    def around(self, path: str) -> bool:
        """Whether the nearest project around a file is one: it says to what shelves of an index it belongs."""
        for folder in upwards(path.rpartition("/")[0]):
            if folder not in self._known:
                self._known[folder] = self._look(folder)
            if (found := self._known[folder]) is not None:
                return found
        return False

    def _look(self, folder: str) -> bool | None:
        files = [joined(folder, name) for name in _PROJECTS]
        files = [path for path in files if path in self._snapshot.files]
        if not files:
            return None
        return any(isinstance(data, bytes) and b"classifiers" in data for _, data in self._snapshot.read(files))


def upwards(folder: str) -> Iterator[str]:
    """A folder and those around it."""
    yield folder
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder
