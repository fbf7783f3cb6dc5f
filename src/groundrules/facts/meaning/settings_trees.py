"""What configuration files hold: one by one, with what they include, and as Hydra composes them."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.meaning.settings_tree import Absent, Tree
from groundrules.facts.ownership import Ownership, normal
from groundrules.facts.raw import ConfigKey, Include
from groundrules.facts.repository import Repository
from groundrules.typed import Any

_PACKAGE = pattern(r"(?m)^\s*#\s*@package\s+(\S+)")
_DEEPEST = 8
_MOST_ITEMS = 60


class Trees:
    """Reads the files, each once."""

    def __init__(self, repository: Repository, owners: Ownership) -> None:
        self.repository = repository
        self.owners = owners
        self._rows: dict[str, tuple[list[ConfigKey], list[Include], bool]] = {}
        self._joined: dict[Any, Tree] = {}

    def rows(self, path: str) -> tuple[list[ConfigKey], list[Include], bool]:
        """A file's keys, what it includes, and whether it was read whole."""
        known = self._rows.get(path)
        if known is None:
            facts = self.repository.facts(path)
            rows = facts.rows if facts is not None else ()
            keys = [row for row in rows if isinstance(row, ConfigKey)]
            pulled = [row for row in rows if isinstance(row, Include)]
            whole = (
                facts is not None
                and not facts.troubles
                and bool(keys or self.repository.snapshot.files[path].size == 0)
            )
            known = self._rows[path] = (keys, pulled, whole)
        return known

    def joined(self, paths: tuple[str, ...], upper: bool = False) -> Tree:
        """What several files hold, with what they include."""
        tree = self._joined.get((paths, upper))
        if tree is None:
            tree = self._joined[paths, upper] = Tree(upper or paths[0].endswith((".ini", ".cfg")))
            for path in paths:
                self._include(tree, path, set())
            if upper:
                self._sections(tree)
        return tree

    def _sections(self, tree: Tree) -> None:
        """Where a file is split by environment (`[default]`, `[production]`), their keys stand at the top as well."""
        for key in [
            one
            for one in tree.keys
            if one.partition(".")[0] in ("default", "development", "production", "global", "testing", "staging")
        ]:
            rest = key.partition(".")[2]
            if rest:
                tree.keys.setdefault(rest, []).extend(tree.keys[key])

    def _include(self, tree: Tree, path: str, seen: set[str]) -> None:
        if path in seen or len(seen) > 30:
            return
        seen.add(path)
        keys, pulled, whole = self.rows(path)
        tree.add(path, keys, "")
        if not whole:
            tree.open.add("")
        for one in pulled:
            target = normal(f"{path.rpartition('/')[0]}/{one.target}") if one.how == "include" else None
            if target is not None and target in self.owners.tracked:
                self._include(tree, target, seen)
            elif one.how == "hydra-group":
                tree.choosing = True
            elif one.how != "env-file":
                tree.open.add("")

    # ---- Hydra -------------------------------------------------------------------------------------------------------
    def composed(self, root: str, path: str, flat: bool = False) -> tuple[Tree, Tree]:
        """What a file and its groups can define, whatever is chosen, and what it holds as it stands."""
        known = self._joined.get(("hydra", root, path))
        if known is None:
            everything, first = Tree(), Tree()
            everything.flat = first.flat = flat
            self._choose(everything, root, path, "", 0, True)
            self._choose(first, root, path, "", 0, False)
            everything.keys.setdefault("hydra", [])
            everything.open.add("hydra")
            known = self._joined["hydra", root, path] = everything
            self._joined["first", root, path] = first
        return known, self._joined["first", root, path]

    def _choose(self, tree: Tree, root: str, path: str, package: str, depth: int, everything: bool) -> None:
        if (path, package) in tree.done:
            return
        tree.done.add((path, package))
        keys, pulled, whole = self.rows(path)
        for one in pulled:
            if one.how == "hydra-group" and depth < _DEEPEST:
                self._group(tree, root, path, package, one, depth, everything)
        held = [row for row in keys if row.key.partition(".")[0] != "defaults"]
        tree.add(path, held, package)
        above, _, last = package.rpartition(".")
        if last and any(row.key == last for row in held):
            tree.add(path, held, above)  # written for a release that puts what a group holds at the top
        if not whole:
            tree.open.add(package)

    def _group(
        self, tree: Tree, root: str, path: str, package: str, one: Include, depth: int, everything: bool
    ) -> None:
        """One entry of a defaults list: the file that it chooses, and all others of its group that could be."""
        absolute = one.target.startswith("/")
        folder = root if absolute else path.rpartition("/")[0]
        target = normal(f"{folder}/{one.target.lstrip('/')}")
        group = one.target.lstrip("/").rpartition("/")[0]
        inside = package if not absolute or one.package is None else ""
        below = one.package if one.package is not None else group.replace("/", ".")
        if one.package is None and absolute:
            inside = ""
        where = ".".join(part for part in (inside, below) if part and not (tree.flat and one.package is None))
        if one.target.lstrip("/").startswith("hydra/") or target is None:
            return
        names = [f"{target}.yaml", f"{target}.yml", target]
        chosen = next((name for name in names if name in self.owners.tracked), None)
        if chosen is None and "$" not in one.target and one.target.rpartition("/")[2] not in ("null", "None", "???"):
            tree.open.add(where)
            if one.word != "optional":
                tree.absent.append(Absent(path, one, target))
        if one.word == "override":
            tree.overridden.add(target.rpartition("/")[0])
        options = self._options(target.rpartition("/")[0]) if everything and group else []
        for option in [*[other for other in options if other != chosen], *([chosen] if chosen else [])]:
            self._choose(tree, root, option, self._package(option, where), depth + 1, everything)

    def _options(self, folder: str) -> list[str]:
        start = folder + "/"
        found = [path for path in self.owners.tracked if path.startswith(start) and path.endswith((".yaml", ".yml"))]
        return sorted(path for path in found if "/" not in path[len(start) :])[:_MOST_ITEMS]

    def _package(self, path: str, otherwise: str) -> str:
        """The key below which a group's file puts its contents: its `@package` line decides."""
        for _, data in self.repository.snapshot.read([path]):
            match = _PACKAGE.search(data[:2000].decode("utf-8", "replace")) if isinstance(data, bytes) else None
            if match is not None:
                said = match.group(1)
                return "" if said == "_global_" else otherwise if said.startswith("_") else said
        return otherwise
