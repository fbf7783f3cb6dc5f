"""What questions about a whole repository need of every file, kept between runs.

Who imports a module, who names a path, who declares a variable: answered from an index in which only the files that
changed since it was written are replaced. A commit then costs what its own files cost, however large the repository is.
"""

from __future__ import annotations

from groundrules.facts import extraction, kinds
from groundrules.facts.extraction import Light
from groundrules.facts.store import Store
from groundrules.model import File, Snapshot
from groundrules.typed import Any, Callable, Collection, Iterable, Iterator, NamedTuple

KEPT = frozenset(
    ("Pointer", "Stage", "StagePath", "EnvDeclared", "Copied", "Addressed", "SchemaName")
)  # rows that other files' findings depend on
CODE = ("python", "notebook")
FORMAT = 7  # of what is written
_STALE = 40  # so many changed files are looked up one by one before the index is written anew
_SETTINGS = frozenset(("environ", "getenv", "cfg", "config", "conf", "params", "settings"))

Look = Callable[[list[str]], Iterable[tuple[str, "Light | None", Iterable[tuple[Any, ...]]]]]
Places = dict[str, list[str]]


class Index(NamedTuple):
    """Some files, by what they say."""

    mentions: Places  # paths by the base names that they name
    imports: Places  # by the steps of what they import
    words: Places  # by those of the wanted words that they read
    rows: list[tuple[Any, ...]]  # path, kind of row, fields


class Base(NamedTuple):
    """What is written: all files of a snapshot."""

    words: tuple[str, ...]
    blobs: dict[str, str]
    names: dict[str, tuple[str, ...]]  # extractors
    tests: list[str]
    tops: dict[str, list[str]]  # folders by the packages and modules that they hold
    said: tuple[Any, ...]  # an Index whose lists of paths are texts of numbers, which cost nothing until they are read


class Survey:
    """The files of a snapshot by what they say; `look` reads those that the kept index does not know."""

    def __init__(
        self, snapshot: Snapshot, store: Store, words: Iterable[str], look: Look, before: Survey | None = None
    ) -> None:
        self._store, self._look = store, look
        self._words = _SETTINGS.union(words)
        root = getattr(snapshot, "root", None)
        self._key = f"survey {FORMAT}:{type(snapshot).__name__}:{root}" if root else ""
        shared = before is not None and (before._key, before._words) == (self._key, self._words)
        self._all: Base
        self._all = base = before._all if before is not None and shared else self._kept()
        self._blobs = {path: file.blob if file.kind == "file" else _mark(file) for path, file in snapshot.files.items()}
        known = base.blobs
        self._new = [path for path, blob in self._blobs.items() if known.get(path) != blob]
        self._stale = {*self._new, *(path for path in known if path not in self._blobs)}
        self.names, self.tests = _classed(base, self._new, self._stale, snapshot)
        self._base_tops = base.tops
        self._numbers: list[str] = []  # paths by the numbers that stand for them in what is kept
        self._fresh: Index | None = None

    def _kept(self) -> Base:
        found = self._store.get([self._key], "light").get(self._key) if self._key else None
        if found is not None and found[0] == tuple(sorted(self._words)):
            return Base(*found)
        return Base((), {}, {}, [], {}, ({}, {}, {}, []))

    @property
    def fresh(self) -> Index:
        """The index of the files that the kept one does not know."""
        if self._fresh is None:
            wanted = [path for path in self._new if path in self.names]
            self._fresh = _index(self._look(wanted), self._words) if wanted else Index({}, {}, {}, [])
        return self._fresh

    # ---- asking ------------------------------------------------------------------------------------------------------
    def mentioning(self, names: Iterable[str]) -> set[str]:
        """The code files that name a path with one of these base names."""
        return self._paths("mentions", names)

    def importing(self, steps: Iterable[str]) -> set[str]:
        """The code files that import something with one of these steps in its name."""
        return self._paths("imports", steps)

    def mentions(self, endings: tuple[str, ...]) -> list[tuple[str, str]]:
        """Every base name with such an ending that code names, after the path that does."""
        found = [
            (path, name) for name, paths in self.fresh.mentions.items() if name.endswith(endings) for path in paths
        ]
        for name, paths in self._all.said[0].items():
            if name.endswith(endings):
                found.extend((path, name) for path in self._named(paths) if path not in self._stale)
        return sorted(found)

    def reading(self, words: Iterable[str]) -> set[str]:
        """The code files that read one of these words; they must have been wanted from the beginning."""
        return self._paths("words", words)

    def rows(self, wanted: Iterable[str]) -> Iterator[tuple[str, Any]]:
        """The kept rows of some kinds, after the path of their file."""
        kinds_of_rows = frozenset(wanted)
        base = [row for row in self._all.said[3] if row[1] in kinds_of_rows and row[0] not in self._stale]
        for path, kind, *fields in sorted((*base, *self.fresh.rows), key=_path) if self._new else base:
            if kind in kinds_of_rows:
                yield path, extraction.row(kind, fields)

    def tops(self) -> Places:
        """Folders by the names of the packages and modules that they hold; some may hold them no more."""
        fresh: dict[str, set[str]] = {}
        for path in self._new:
            if path in self.names and self.names[path][0] in CODE:
                *folders, name = path.split("/")
                for depth, step in enumerate((*folders, name.partition(".")[0])):
                    fresh.setdefault(step, set()).add("/".join(folders[:depth]))
        known = self._base_tops
        return {**known, **{step: [*found.union(known.get(step, ()))] for step, found in fresh.items()}}

    def touched_by(self, changed: frozenset[str], spared: Collection[str] = ()) -> frozenset[str]:
        """The files whose findings can depend on changed paths: code that imports or names them, pipelines of them.

        `spared` are changed modules of which it does not matter who imports them.
        """
        names = {path.rpartition("/")[2] for path in changed}
        names |= {name.removesuffix(".dvc") for name in names}
        found = self._paths("imports", _steps(path for path in changed if path not in spared))
        if any(kinds.kind(path) in ("config", "pointer") or path.endswith(".md") for path in changed):
            names |= {step for path in changed for step in path.split("/")[:-1]}
            found |= self._paths("words", _SETTINGS)
        return frozenset(found | self.mentioning(names) | self._pipelines(changed)) - changed

    def _pipelines(self, changed: frozenset[str]) -> set[str]:
        """The pipeline files and locks that name a changed path, or a folder above it."""
        steps = {step for path in changed for step in path.removesuffix(".dvc").split("/")}
        named = set()
        for path, row in self.rows(("StagePath",)):
            target = row.target.rpartition(":")[0] if row.role == "param" else row.target
            if target.rpartition("/")[2] in steps:
                named.add(path)
        return named

    def naming(self, path: str, names: frozenset[str]) -> set[str]:
        """The code files that import something of a module's name, and use or import one of the names."""
        found = self._paths("imports", _steps((path,)))
        lights = ((path, light) for path, light, _ in self._look(sorted(found)))
        return {
            path
            for path, light in lights
            if light is None or not (names.isdisjoint(light.names) and names.isdisjoint(_said(light.imports)))
        }

    def importers(self, scope: frozenset[str], most: int) -> list[str]:
        """Code files that import those of the scope, at any remove. The nearest come first; not more than `most`."""
        found: dict[str, None] = {}
        ring = set(scope)
        while ring and len(found) < most:
            stems = {path.rpartition("/")[2].partition(".")[0] for path in ring if path.endswith(".py")}
            stems |= {path.split("/")[-2] for path in ring if path.endswith("/__init__.py")}
            ring = self._paths("imports", stems - {"__init__"}) - scope - found.keys()
            found.update(dict.fromkeys(sorted(ring)))
        return list(found)[:most]

    def _paths(self, what: str, keys: Iterable[str]) -> set[str]:
        base, fresh = self._all.said[Index._fields.index(what)], getattr(self.fresh, what)
        found: set[str] = set()
        for key in keys:
            found.update(self._named(base.get(key, "")))
        found -= self._stale
        for key in keys:
            found.update(fresh.get(key, ()))
        return found

    def _named(self, numbers: str) -> Iterator[str]:
        if not self._numbers:
            self._numbers = list(self._all.blobs)
        return (self._numbers[int(number)] for number in numbers.split())

    # ---- keeping -----------------------------------------------------------------------------------------------------
    def save(self) -> None:
        """Write the index anew when many files have changed since it was written."""
        if not self._key or len(self._stale) <= _STALE:
            return
        index = self._merged()
        numbers = {path: str(number) for number, path in enumerate(self._blobs)}
        said = tuple(
            [{key: " ".join([numbers[path] for path in paths]) for key, paths in one.items()} for one in index[:3]]
        )
        words = tuple(sorted(self._words))
        base = Base(words, self._blobs, self.names, sorted(self.tests), self.tops(), (*said, index.rows))
        self._store.put(self._key, tuple(base), None)

    def _merged(self) -> Index:
        merged = []
        for old, new in zip(self._all.said[:3], self.fresh[:3], strict=True):
            places = {key: [path for path in self._named(on) if path not in self._stale] for key, on in old.items()}
            for key, paths in new.items():
                places[key] = [*places.get(key, ()), *paths]
            merged.append({key: paths for key, paths in places.items() if paths})
        rows = [row for row in self._all.said[3] if row[0] not in self._stale]
        return Index(merged[0], merged[1], merged[2], sorted([*rows, *self.fresh.rows], key=_path))


def _steps(paths: Iterable[str]) -> set[str]:
    """What an import of one of these files names."""
    found = set()
    for path in paths:
        name = path.rpartition("/")[2]
        if name.endswith((".py", ".ipynb")):
            found.add(name.partition(".")[0])
        if path.endswith("/__init__.py"):
            found.add(path.split("/")[-2])
    return found


def _said(imports: Iterable[str]) -> set[str]:
    return {step for dotted in imports for step in dotted.split(".")}


def _path(row: tuple[Any, ...]) -> Any:
    return row[0]


def _mark(file: File) -> str:
    return file.blob if file.kind == "file" else f"{file.kind} {file.blob}"


def _classed(base: Base, new: list[str], stale: set[str], snapshot: Snapshot) -> tuple[dict[str, Any], frozenset[str]]:
    """The extractors of every file, in the snapshot's order, and the paths of tests."""
    names = base.names
    tests = [path for path in base.tests if path not in stale]
    if stale:
        fresh = {}
        for path in new:
            file = snapshot.files[path]
            found = extraction.extractors_of(path, file.size) if file.kind == "file" else ()
            if found:
                fresh[path] = found
        if names.keys() & stale == fresh.keys():
            names = {**names, **fresh}
        else:
            order = fresh if not names else sorted({*names.keys() - stale, *fresh})
            names = {path: fresh.get(path) or names[path] for path in order}
        tests.extend(path for path in new if kinds.is_test(path))
    return names, frozenset(tests)


def _index(said: Iterable[tuple[str, Light | None, Iterable[tuple[Any, ...]]]], words: frozenset[str]) -> Index:
    index = Index({}, {}, {}, [])
    for path, light, rows in said:
        if light is not None:
            for name in light.mentions:
                index.mentions.setdefault(name, []).append(path)
            for step in {step for dotted in light.imports for step in dotted.split(".") if step}:
                index.imports.setdefault(step, []).append(path)
            for word in words & light.names:
                index.words.setdefault(word, []).append(path)
        index.rows.extend((path, *row) for row in rows if row[0] in KEPT)
    return index
