"""Values that show by what is done with them that they are tables: methods that nothing else has."""

from __future__ import annotations

from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import Entry, Knowledge
from groundrules.facts.python.program import Module

_ITEMS = "__getitem__"
_HOLDERS = frozenset({"call", "param", "unpack"})  # items of something may be seen through it


class Shown:
    """Kinds of tables by use, asked for only where nothing else tells the kind."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.telling: dict[str, list[tuple[str, Entry]]] = {}
        for name in knowledge.functions.having("tells"):
            kind, _, method = name.rpartition(".")
            self.telling.setdefault(method, []).append((kind, knowledge.functions[name]))
        self._known: dict[str, dict[Value, set[str]]] = {}

    def of(self, module: Module, value: Value) -> str | None:
        """The one kind of table that all the calls of a value's methods fit."""
        if value[0] not in _HOLDERS or (value[0] == "unpack" and value[1][0] != "call"):
            return None
        known = self._known.get(module.path)
        if known is None:
            known = self._known[module.path] = {}
            for call in module.code.calls:
                if call.func[0] == "attr" and call.func[2] in self.telling and call.func[1][0] in _HOLDERS:
                    kinds = {kind for kind, entry in self.telling[call.func[2]] if tells(call, entry)}
                    if kinds:
                        known.setdefault(call.func[1], set()).update(kinds)
            self._by_lists(module, known)
        kinds = known.get(value, set())
        return next(iter(kinds)) if len(kinds) == 1 else None

    def _by_lists(self, module: Module, known: dict[Value, set[str]]) -> None:
        """Several items are taken at once, by a list of texts."""
        kinds = {kind for kind, _ in self.telling.get(_ITEMS, ())}
        for scope in module.code.scopes if kinds else ():
            for op in scope.ops:
                items = op[2][1] if op[0] == "l" and op[1][0] in _HOLDERS and op[2][0] == "list" else ()
                if items and all(one[0] == "const" and isinstance(one[1], str) for one in items):
                    known.setdefault(op[1], set()).update(kinds)


def tells(call: Call, entry: Entry) -> bool:
    """Whether a call is one that only tables have: by its name, or by what it is given."""
    told = entry["tells"]
    if told is True:
        return True
    order = list(entry.get("parameters") or ())
    by_name = {name for name, _ in call.kwargs}
    return any(name in by_name or (name in order and names_columns(call, order.index(name))) for name in told)


def names_columns(call: Call, index: int) -> bool:
    """Whether an argument in a place is a text, or a list of texts."""
    if index >= len(call.args):
        return False
    given = call.args[index]
    items = given[1] if given[0] in ("list", "tuple") else (given,)
    return bool(items) and all(one[0] == "const" and isinstance(one[1], str) for one in items)
