"""What configuration files hold: one by one, with what they include, and as Hydra composes them."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.ownership import Ownership, normal
from groundrules.facts.python.ir import Value
from groundrules.facts.python.texts import combine, hole
from groundrules.facts.raw import ConfigKey, Include
from groundrules.facts.repository import Repository
from groundrules.typed import Any, Iterable, NamedTuple

_INTERPOLATION = pattern(r"\$\{([^${}]*)\}")
_PACKAGE = pattern(r"(?m)^\s*#\s*@package\s+(\S+)")
_DEEPEST = 8
_MOST_ITEMS = 60


_MISSING = "???"  # stands for a value that has to be given when the program is started


class Absent(NamedTuple):
    """An option of a group that a defaults list chooses and that no tracked file holds."""

    path: str  # of the file with the list
    entry: Include
    target: str  # the file that is missing, without its ending


class Tree:
    """Keys with dots, each with what the files say of it; several files may say different things."""

    def __init__(self, upper: bool = False) -> None:
        self.keys: dict[str, list[tuple[str, ConfigKey]]] = {}
        self.open: set[str] = set()  # keys below which more may come from elsewhere; '' is the whole
        self.upper = upper
        self.choosing = False  # holds a defaults list, which whoever merely loads the file leaves as it is
        self.done: set[tuple[str, str]] = set()  # files that were put below a key
        self.absent: list[Absent] = []  # what defaults lists choose and git does not hold
        self.overridden: set[str] = set()  # groups whose option is another one in the end

    def add(self, path: str, rows: Iterable[ConfigKey], package: str) -> None:
        """Put a file's keys below a key ('' is the top)."""
        step = ""
        for part in package.split(".") if package else ():
            step = f"{step}.{part}" if step else part
            self.keys.setdefault(self._spelled(step), [])
        for row in rows:
            key = self._spelled(f"{package}.{row.key}" if package else row.key)
            self.keys.setdefault(key, []).append((path, row))
            above = key.rpartition(".")[0]
            while above and above not in self.keys:  # sections of ini files have no row of their own
                self.keys[above] = []
                above = above.rpartition(".")[0]

    def _spelled(self, key: str) -> str:
        return key.lower() if self.upper else key

    def rows(self, key: str) -> list[tuple[str, ConfigKey]] | None:
        """What the files say of a key; None when none has it."""
        return self.keys.get(self._spelled(key))

    def undefined(self, keys: tuple[str, ...]) -> str | None:
        """The first key of a chain that no file defines; None when all are, or when that cannot be known."""
        prefix = ""
        for key in keys:
            if prefix in self.open or (not prefix and "" in self.open):
                return None
            whole = f"{prefix}.{key}" if prefix else key
            rows = self.rows(whole)
            if rows is None and prefix and self.rows(f"DEFAULT.{key}") is not None:
                return None
            if rows is None:
                if whole in self.open:
                    return None
                return whole if not prefix or self._has_children(prefix) else None
            if any(row.kind != "map" for _, row in rows):
                return None
            prefix = whole
        return None

    def _has_children(self, key: str) -> bool:
        start = self._spelled(key) + "."
        return any(one.startswith(start) for one in self.keys)

    def siblings(self, key: str) -> list[str]:
        """The names that stand where a key would."""
        start = key.rpartition(".")[0]
        start = self._spelled(start) + "." if start else ""
        return [one[len(start) :] for one in self.keys if one.startswith(start) and "." not in one[len(start) :]]

    # ---- values ------------------------------------------------------------------------------------------------------
    def is_open(self, key: str) -> bool:
        """Whether more than the files say may come to stand below a key."""
        return any(one in ("", key) or key.startswith(f"{one}.") or one.startswith(f"{key}.") for one in self.open)

    def members(self, key: str) -> list[str]:
        """The keys right below a key, whole."""
        start = f"{self._spelled(key)}." if key else ""
        return [one for one in self.keys if one.startswith(start) and one and "." not in one[len(start) :]]

    def value(self, key: str, depth: int = 0) -> Value | None:
        """The folded value of a scalar or of a list of scalars."""
        rows = self.rows(key)
        if not rows or depth > _DEEPEST:
            return None
        kind = rows[-1][1].kind
        if kind == "list":
            return self._list(key, depth)
        if kind in ("map", "null"):
            return None
        values = []
        for _, row in rows[-4:]:
            given = row.kind not in ("map", "null", "list") and row.value != _MISSING
            one = self._scalar(row, depth) if given else None
            if one is not None and one not in values:
                values.append(one)
        return None if not values else values[0] if len(values) == 1 else ("either", *values)

    def _list(self, key: str, depth: int) -> Value | None:
        items = []
        for number in range(_MOST_ITEMS):
            rows = self.rows(f"{key}.{number}")
            if rows is None:
                break
            item = self._scalar(rows[-1][1], depth) if rows[-1][1].kind not in ("map", "list") else None
            if item is None:
                return None
            items.append(item)
        return ("list", tuple(items)) if items else None

    def _scalar(self, row: ConfigKey, depth: int) -> Value | None:
        if row.kind != "text" or row.value is None or "${" not in row.value:
            return scalar(row)
        parts: list[Value] = []
        end = 0
        for match in _INTERPOLATION.finditer(row.value):
            parts.append(("const", row.value[end : match.start()]))
            parts.append(self._interpolated(match.group(1).strip(), row.key, depth))
            end = match.end()
        if len(parts) == 2 and end == len(row.value) and parts[0] == ("const", "") and parts[1][0] == "const":
            return parts[1]
        return combine([*parts, ("const", row.value[end:])])

    def _interpolated(self, text: str, key: str, depth: int) -> Value:
        resolver, colon, rest = text.partition(":")
        if colon:
            name, comma, default = rest.partition(",")
            if resolver in ("oc.env", "env") and comma:
                return ("const", default.strip().strip("'\""))
            return hole(name.strip() or resolver)
        if text.startswith("."):
            above = key.split(".")[: -len(text) + len(text.lstrip("."))]
            text = ".".join([*above, text.lstrip(".")])
        found = self.value(text, depth + 1)
        if found is not None and found[0] == "either":
            found = found[1]
        return found if found is not None and found[0] in ("const", "fmt") else hole(text.rpartition(".")[2] or "x")


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
    def composed(self, root: str, path: str) -> tuple[Tree, Tree]:
        """What a file and its groups can define, whatever is chosen, and what it holds as it stands."""
        known = self._joined.get(("hydra", root, path))
        if known is None:
            everything, first = Tree(), Tree()
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
        tree.add(path, [row for row in keys if row.key.partition(".")[0] != "defaults"], package)
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
        where = ".".join(part for part in (inside, below) if part)
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


def scalar(row: ConfigKey) -> Value | None:
    """A scalar as a constant; None when its text is not known or it is null."""
    if row.value is None or row.kind == "null":
        return None
    if row.kind == "bool":
        return ("const", row.value.lower() in ("true", "yes", "on"))
    if row.kind == "number":
        for number in (int, float):
            try:
                return ("const", number(row.value.replace("_", "")))
            except ValueError:
                continue
    return ("const", row.value)
