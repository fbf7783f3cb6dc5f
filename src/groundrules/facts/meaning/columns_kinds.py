"""Of what kind the values of a computed column are, where its expression says so plainly."""

from __future__ import annotations

from groundrules.facts.meaning.columns_flow import Store
from groundrules.facts.meaning.columns_types import Tables
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.facts.python.program import Module

_DEEPEST = 12
_COUNTED = ("/", "//", "**", "-", "*")  # operators that give no text, if they are not given one


class Kinds:
    """text | number of columns."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.functions = tables.knowledge.functions
        names = set(self.functions.having("column"))
        self.prefixes = sorted({".".join(name.split(".")[:2]) for name in names})  # the types of columns

    def of(self, module: Module, store: Store) -> str | None:
        """The kind of what the column holds in the end: by the last of its stores in the scope."""
        last: Value = store.value
        column = ("const", store.column)
        for scope, position, op in module.doing("s"):
            if scope == store.scope and position >= store.position and op[2] == column and op[1] == store.base:
                last = op[3]
        return self._kind(module, last, 0)

    def _kind(self, module: Module, value: Value, depth: int) -> str | None:
        tag = value[0]
        if depth > _DEEPEST:
            return None
        if tag == "fmt" or (tag == "const" and isinstance(value[1], str)):
            return "text"
        if tag == "const" and isinstance(value[1], (int, float)):
            return "number"
        if tag == "bin":
            kinds = {self._kind(module, one, depth + 1) for one in value[2:4]}
            if value[1] in _COUNTED and "text" not in kinds:
                return "number"
            return "text" if "text" in kinds and value[1] == "+" else None
        if tag == "item":
            return self._kind(module, value[1], depth + 1) if value[1][0] == "attr" else None
        if tag == "attr":
            told = self._entry(value[2]).get("column")
            return told if isinstance(told, str) else None
        return self._called(module, module.code.calls[value[1]], depth) if tag == "call" else None

    def _called(self, module: Module, call: Call, depth: int) -> str | None:
        """What a method of a column gives, as knowledge tells, or a function of the file."""
        func = module.env.get(call.func[1], call.func) if call.func[0] == "name" else call.func
        if func[0] == "local":
            ops = module.code.scopes[func[1]].ops
            kinds = {self._kind(module, op[1], depth + 1) for op in ops if op[0] == "r"}
            return kinds.pop() if len(kinds) == 1 else None
        if call.func[0] != "attr":
            return None
        told = self._told(module, call)
        if told == "same":
            return self._kind(module, call.func[1], depth + 1)
        if isinstance(told, dict):
            given = call.args[0] if call.args else dict(call.kwargs).get(told.get("of"))
            return self._listed(module, given, told) if given is not None else None
        return told if isinstance(told, str) else None

    def _told(self, module: Module, call: Call) -> object:
        inner = call.func[1]
        if inner[0] == "attr":
            nested = self._entry(f"{inner[2]}.{call.func[2]}").get("column")
            if nested is not None or self._entry(inner[2]).get("column") is not None:
                return nested
        return self._entry(call.func[2]).get("column")

    def _listed(self, module: Module, given: Value, told: dict[str, object]) -> str | None:
        """By what an argument says: a type by its name, or the kind of the values that are filled in."""
        if told.get("filled"):
            return self._kind(module, given, 0)
        folded = self.tables.folder.fold(given, self.tables.folder.module_frame(module))
        if folded[0] == "dict":
            kinds = {self._kind(module, item, 0) for _, item in folded[1]}
            return next(iter(kinds)) if len(kinds) == 1 else None
        name = str(folded[1]).rpartition(".")[2] if folded[0] in ("const", "ext", "name") else ""
        for kind in ("text", "number"):
            names = told.get(kind)
            if isinstance(names, list) and name in names:
                return kind
        return None

    def told(self, name: str) -> dict[str, list[str]] | None:
        """The names of types by which an attribute of a column tells the kinds of its values."""
        found = self._entry(name).get("tells_type")
        return found if isinstance(found, dict) else None

    def _entry(self, name: str) -> Entry:
        for prefix in self.prefixes:
            found = self.functions.get(f"{prefix}.{name}")
            if found is not None:
                entry: Entry = found
                return entry
        return EMPTY
