"""What files that only name the same paths have to say of them, remembered while nothing that they can see has changed.

Who writes a path that a commit reads? Up to forty other files are walked for that, each by itself. What comes of it
depends on the file, on all that it imports, on where files lie, on what pipelines say and, if anything there loads
one, on configurations. While all that is the same, it is not walked again.
"""

from __future__ import annotations

from groundrules.basics.late import sha256
from groundrules.facts.kinds import SETTINGS
from groundrules.facts.meaning import writings_told
from groundrules.facts.meaning.writings import Writings
from groundrules.facts.python.program import Program
from groundrules.facts.repository import Repository
from groundrules.facts.rows import Rows
from groundrules.typed import Any, Iterable, NamedTuple

FORMAT = 3  # of what is kept, and of the walk that it comes from
MOST = 400  # files that are remembered of a repository
_FARTHEST = 100  # files that one may import at any remove; those with more are walked each time
# The tables in which findings about other files look at such rows, and which of their columns are places.
TABLES = {"read": (0, 8, 14), "removal": (0, 5, 6)}

Place = tuple[Any, ...]


class Said(NamedTuple):
    """What one file tells others, in plain values."""

    written: tuple[tuple[Any, ...], ...]  # what `writings_told` gives
    rows: tuple[tuple[str, tuple[Any, ...]], ...]  # each after the name of its table, with places for the spans


class Told:
    """What was said before, for as long as it holds."""

    def __init__(self, repository: Repository, digest: str) -> None:
        self.repository = repository
        self.files = repository.snapshot.files
        root = getattr(repository.snapshot, "root", None)
        self._key = f"told {FORMAT}:{type(repository.snapshot).__name__}:{root}" if root else ""
        self._context, self._settings = self._seen(digest) if self._key else ("", "")
        found = repository.store.get([self._key], "light") if self._context else {}
        self._kept: dict[str, Any] = found.get(self._key) or {}
        self._new: dict[str, Any] = {}

    def _seen(self, digest: str) -> tuple[str, str]:
        """Digests of what every file can see beside the code that it imports, without settings that only loaders see
        and with them; '' where contents are unknown."""
        names = self.repository.names
        others = self.repository.others()
        settings = [self.files[path].blob for path in others if names[path] in SETTINGS]
        blobs = [self.files[path].blob for path in others if names[path] not in SETTINGS]
        if not all(blobs) or not all(settings):
            return "", ""
        untracked = [path for path, file in self.files.items() if not file.tracked]
        text = "\0".join((digest, *self.files, "", *untracked, "", *blobs))
        context = sha256(text.encode("utf-8", "surrogateescape"))
        return context, sha256("\0".join((context, *settings)).encode())

    def of(self, path: str) -> tuple[Said, frozenset[str]] | None:
        """What a file said, and the files that it reaches, if nothing that it depends on means anything else now."""
        kept = self._kept.get(path)
        if kept is None or kept[2] is None or kept[0] not in (self._context, self._settings):
            return None
        reached = frozenset([other for other, _ in kept[1]])
        for other, known in kept[1]:
            if other not in self.files or not any(blob in known for blob in self._meaning(other, reached)):
                return None
        return Said(*kept[2]), reached

    def is_far(self, path: str) -> bool:
        """Whether it was seen before that a file reaches too many others."""
        kept = self._kept.get(path)
        return kept is not None and kept[2] is None and self.files[path].blob in kept[1][0][1]

    def _meaning(self, path: str, reached: frozenset[str]) -> tuple[str, ...]:
        """The contents of a file that mean the same to who reaches it: what there is, and perhaps what there was."""
        spared = self.repository.spared.get(path)
        if spared is None or not spared.users.isdisjoint(reached):
            return (self.files[path].blob,)
        return (self.files[path].blob, spared.blob)

    def keep(self, path: str, reach: frozenset[str], said: Said, loads: bool) -> None:
        """Remember what a file said that can reach these files; whether any of them loads settings."""
        blobs = tuple([(other, self._meaning(other, reach)) for other in sorted(reach)])
        if self._context and all(all(known) for _, known in blobs):
            self._new[path] = (self._settings if loads else self._context, blobs, tuple(said))

    def keep_far(self, path: str) -> None:
        """Remember that a file reaches too many others for anything else of it to be remembered."""
        if self._context and self.files[path].blob and not self.is_far(path):
            self._new[path] = (self._context, ((path, (self.files[path].blob,)),), None)

    def save(self) -> None:
        """Hand what is new to the store. What is true of this state of the repository goes before what was."""
        if self._new:
            known = sorted(self._kept.items(), key=lambda item: item[1][0] not in (self._context, self._settings))
            kept = {**self._new, **{path: one for path, one in known if path not in self._new}}
            self.repository.store.put(self._key, dict(list(kept.items())[:MOST]), None)


def reach(program: Program, path: str) -> frozenset[str] | None:
    """The files that one can reach by imports, at any remove, with the packages that they lie in; None if too many."""
    seen: set[str] = set()
    left = [path]
    while left:
        one = left.pop()
        if one in seen or one not in program.paths:
            continue
        seen.add(one)
        if len(seen) > _FARTHEST:
            return None
        folder = one.rpartition("/")[0]
        if folder:
            left.append(f"{folder}/__init__.py")
        module = program.module(one)
        if module is not None:
            imported = {*module.imports, *module.code.stars}
            found = [program.find(dotted, one) for dotted in sorted(imported)]
            left.extend(there.path for there in found if there is not None)
    return frozenset(seen)


class Loaders:
    """Tells whether any of some files may load settings: only then what a walk finds depends on what these say."""

    def __init__(self, program: Program) -> None:
        self._program = program
        knowledge = program.knowledge
        loading = knowledge.functions.having("loads_config", "configures", "config_decorator")
        self._names = {name.rpartition(".")[2] for name in loading}
        aliases = knowledge.aliases.items()
        self._names.update([name.rpartition(".")[2] for name, to in aliases if to.rpartition(".")[2] in self._names])

    def among(self, paths: Iterable[str]) -> bool:
        """Whether one of the files uses or imports a name of what loads settings."""
        return any(map(self._loads, paths))

    def _loads(self, path: str) -> bool:
        module = self._program.module(path)
        if module is None or not self._names.isdisjoint(module.code.names):
            return True
        return not self._names.isdisjoint([dotted.rpartition(".")[2] for dotted in module.imports])


def said(writings: Writings, rows: Rows) -> Said:
    """What came of walking one file."""

    def place(span: int) -> Place:
        return tuple(rows.spans[span])

    found = []
    for table, spans in TABLES.items():
        for row in rows.tables.get(table, ()):
            plain = [place(value) if at in spans and value is not None else value for at, value in enumerate(row)]
            found.append((table, tuple(plain)))
    return Said(tuple(writings_told.told(writings, place)), tuple(found))


def recall(one: Said, writings: Writings, rows: Rows) -> None:
    """Add what a file said to what is known in this run."""

    def number(place: Place) -> int:
        return rows.span(place[0], tuple(place[1:]))

    writings_told.recall(writings, one.written, number)
    for table, row in one.rows:
        spans = TABLES[table]
        rows.add(table, *[number(one) if at in spans and one is not None else one for at, one in enumerate(row)])
