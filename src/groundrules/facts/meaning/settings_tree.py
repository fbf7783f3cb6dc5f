"""The keys of configuration files together, and what each of them holds."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.python.ir import Value
from groundrules.facts.python.texts import combine, hole
from groundrules.facts.raw import ConfigKey, Include
from groundrules.typed import Iterable, NamedTuple

_INTERPOLATION = pattern(r"\$\{([^${}]*)\}")
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
        self.flat = False  # what groups hold stands at the top, as in the first releases of Hydra
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
