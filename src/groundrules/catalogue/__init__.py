"""Opens the rules: the packaged folder and a team's own. Checks them once, and keeps what it compiled.

A folder holds `<family>/family.yaml`, `<family>/<rule>.yaml` and `knowledge/<library>.yaml`. Later folders override
earlier ones: a rule with the same id, a function with the same name.
"""

from __future__ import annotations

import os
import zlib
from types import MappingProxyType

from groundrules.basics import cachefile, packaged
from groundrules.basics.entries import Entries, Folded
from groundrules.errors import UserError
from groundrules.model import Rule
from groundrules.typed import Any, Collection, Iterable, Mapping, NamedTuple, Sequence

__all__ = ["Catalogue", "Family", "load", "packaged"]

FORMAT = 6  # of the compiled file, and of the checks that were passed to get there
APART = frozenset(("knowledge", "schema"))  # folders that are no family

NONE: Mapping[str, Any] = MappingProxyType({})

Key = tuple[object, ...]


class Family(NamedTuple):
    """A folder of rules and the question of the checklist that they answer."""

    id: str
    title: str
    question: str
    why: str
    unseen: str  # what no commit can show
    source: str


class Catalogue(NamedTuple):
    """Everything that is known before a repository is looked at."""

    rules: tuple[Rule, ...]  # by family and id
    families: tuple[Family, ...]
    knowledge: Entries  # by qualified name
    digest: str  # of knowledge and aliases: facts depend on them, and not on rules
    aliases: Mapping[str, str]  # prefixes of qualified names → the prefix that means the same
    tables: Mapping[str, tuple[str, ...]]  # by rule: the tables and views that its query reads
    # By rule: of each group one table must hold a row, or the rule has no answer.
    needs: Mapping[str, tuple[tuple[str, ...], ...]] = NONE
    ddl: Mapping[str, str] = NONE  # by table or view: the statement that makes it

    def idle(self, rules: Iterable[Rule], filled: Collection[str]) -> frozenset[str]:
        """The rules that have no answer where only these tables hold anything."""
        return frozenset(
            rule.id
            for rule in rules
            if any(all(table not in filled for table in group) for group in self.needs.get(rule.id, ()))
        )

    def statements(self, rules: Iterable[Rule]) -> dict[str, str] | None:
        """What makes the tables and views that the rules read; None when that is not known."""
        if not self.ddl:
            return None
        names = {name for rule in rules for name in self.tables.get(rule.id, ())}
        return {name: text for name, text in self.ddl.items() if name in names}


def load(folders: Sequence[str] = (), ddl: str = "", cache: str | None = None, keep: bool = True) -> Catalogue:
    """The packaged rules and those of the folders. Raises UserError that names every mistake in them.

    `ddl` creates the fact tables and views; without it queries go unchecked and `tables` stays empty.
    `cache` is the folder for the compiled file: None is the user's own, '' means none. Without `keep` nothing is
    written there.
    """
    paths = (packaged("rules"), *(os.path.abspath(folder) for folder in folders))
    store = cachefile.user_folder() if cache is None else cache
    files = {path: _files(path) for path in paths}
    key = (FORMAT, paths, tuple(files.values()), zlib.crc32(ddl.encode()))
    name = f"rules-{zlib.crc32(repr(paths).encode()):08x}.marshal"
    compiled = cachefile.read(store, name, key) if store else None
    if compiled is None:
        from groundrules.catalogue import compiling

        compiled = compiling.compiled(paths, ddl)
        if store and keep:
            cachefile.write(store, name, key, compiled)
    return _catalogue(compiled)


def _files(folder: str) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of every file that the compiled one depends on."""
    try:
        with os.scandir(folder) as entries:
            folders = sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
        found = []
        for name in folders:
            with os.scandir(os.path.join(folder, name)) as entries:
                for entry in entries:
                    status = entry.stat(follow_symlinks=entry.is_file())
                    found.append((f"{name}/{entry.name}", status.st_size, status.st_mtime_ns))
    except OSError as error:
        raise UserError(f"The folder of rules {folder} cannot be read: {error.strerror}.") from error
    return tuple(sorted(found))


def _catalogue(compiled: Mapping[str, Any]) -> Catalogue:
    return Catalogue(
        tuple(Rule(*fields)._replace(examples=Folded(examples)) for fields, examples in compiled["rules"]),
        tuple(Family(*fields) for fields in compiled["families"]),
        Entries(*compiled["knowledge"]),
        compiled["digest"],
        compiled["aliases"],
        compiled["tables"],
        compiled["needs"],
        compiled["ddl"],
    )
