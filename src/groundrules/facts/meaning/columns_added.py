"""Columns that a method adds to the table that it returns, or to its own."""

from __future__ import annotations

from groundrules.facts.meaning.columns_flow import Store
from groundrules.facts.meaning.columns_types import Tables
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value, WherePlain
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.facts.python.uses import nested
from groundrules.typed import Iterator

_WHOLE = frozenset({"const", "ext", "local"})
_MADE_OF = frozenset({"list", "tuple", "set", "bin", "cmp", "not", "and", "or", "slice"})
_LISTS = frozenset({"list", "tuple"})
_DEEPEST = 12
_LONGEST = 40  # calls of one expression


class Added:
    """Stores that are calls."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        functions = tables.knowledge.functions
        self.names = {name.rpartition(".")[2] for name in functions.having("writes_column", "writes_columns")}
        self.naming = {name.rpartition(".")[2] for name in functions.having("names_column")}

    def stores(self, module: Module) -> Iterator[tuple[Store, int]]:
        """Each with the number of its call."""
        for number, scope in enumerate(module.code.scopes):
            for position, op in enumerate(scope.ops):
                call = module.code.calls[op[1]] if op[0] == "c" else None
                if call is None or call.func[0] != "attr" or call.func[2] not in self.names:
                    continue
                frame = self.tables.frame(module, number)
                kind = self.tables.of(call.func[1], frame)
                entry = self.tables.entry(kind, call.func[2]) if kind is not None else {}
                for name, value, (cell, _, _, line, column) in self._columns(call, entry, frame):
                    base = ("call", op[1]) if entry.get("returns") else call.func[1]
                    where = (cell, line, 1, line, column)
                    store = Store(number, position, base, name, value, where, call.context)
                    yield store, op[1]

    def _columns(self, call: Call, entry: Entry, frame: Frame) -> Iterator[tuple[str, Value, WherePlain]]:
        """The names that a call gives to columns, with what they hold, and where."""
        told = entry.get("writes_columns")
        if told in ("keywords", "expressions"):
            yield from ((name, value, call.where) for name, value in call.kwargs if name)
        if told == "expressions":
            for value in (*call.args, *(one for given in call.args if given[0] in _LISTS for one in given[1])):
                yield from self._named(value, frame)
        if told == "keys" and call.args and call.args[0][0] == "dict":
            for key, value in call.args[0][1]:
                if key is not None and key[0] == "const" and isinstance(key[1], str):
                    yield key[1], value, call.where
        if "writes_column" in entry:
            given = self.tables.folder.argument(call, entry, entry["writes_column"], frame)
            folded = self.tables.folder.fold(given, frame) if given is not None else ("const", None)
            if folded[0] == "const" and isinstance(folded[1], str):
                yield folded[1], call.args[-1] if call.args else given or folded, call.where

    def _named(self, value: Value, frame: Frame) -> Iterator[tuple[str, Value, WherePlain]]:
        """The name that an expression is given by the last of its methods that gives one."""
        calls = frame.module.code.calls
        inner = value
        for _ in range(_LONGEST):
            if inner[0] != "call" or calls[inner[1]].func[0] != "attr":
                return
            call = calls[inner[1]]
            if call.func[2] in self.naming:
                given = call.args[0] if len(call.args) == 1 else ("?",)
                if given[0] == "const" and isinstance(given[1], str):
                    yield given[1], value, call.where
                return
            inner = call.func[1]


def spelled(tables: Tables, value: Value, frame: Frame, found: list[str], depth: int = 0) -> bool:
    """Whether the columns that an expression names are all spelled out in it, with its texts."""
    tag = value[0]
    if depth > _DEEPEST:
        return False
    if tag == "const" and isinstance(value[1], str):
        found.append(value[1])
    if tag == "ext":
        found.append(value[1].rpartition(".")[2])  # as in `col.name`
    if tag in _WHOLE or tables.of(value, frame) is not None:
        return True
    if tag in ("name", "param"):
        folded = tables.folder.fold(value, frame)
        return folded[0] != tag and spelled(tables, folded, frame, found, depth + 1)
    if tag in ("attr", "item"):
        found.extend(value[2:] if tag == "attr" else ())
        parts = value[1:2] if tag == "attr" else value[1:3]
        return all(spelled(tables, one, frame, found, depth + 1) for one in parts)
    if tag == "call":
        return _called(tables, frame.module.code.calls[value[1]], frame, found, depth)
    if tag == "dict":
        return all(
            key is not None and all(spelled(tables, one, frame, found, depth + 1) for one in (key, item))
            for key, item in value[1]
        )
    if tag in _MADE_OF:
        inner = [one for one in nested(value[1:]) if isinstance(one, tuple) and one and isinstance(one[0], str)]
        return all(spelled(tables, one, frame, found, depth + 1) for one in inner)
    return False


def _called(tables: Tables, call: Call, frame: Frame, found: list[str], depth: int) -> bool:
    """Whether a call names no other columns than its arguments spell."""
    given = (*call.args, *(one for _, one in call.kwargs))
    name, entry = tables.folder.entry_of(call, frame)
    chooses = entry.get("chooses")
    if chooses is None and name.rpartition(".")[0] in _choosing(tables):
        return False
    if call.func[0] != "attr":
        callee = tables.folder.fold(call.func, frame)
        if callee[0] in ("func", "class", "hole") or (not given and not entry):
            return False  # it may stand for any column
    if chooses == "all" or (chooses == "named" and not all(_names(one) for one in given)):
        return False
    if chooses == "rows" and given == (("const", "*"),):
        return True
    above = spelled(tables, call.func[1], frame, found, depth + 1) if call.func[0] == "attr" else True
    return above and all(spelled(tables, one, frame, found, depth + 1) for one in given)


def _choosing(tables: Tables) -> frozenset[str]:
    """Modules of which every function chooses columns by something else than their names."""
    functions = tables.knowledge.functions
    return frozenset(
        name.rpartition(".")[0] for name in functions.having("chooses") if functions[name]["chooses"] == "module"
    )


def _names(value: Value) -> bool:
    """Whether a value can only be names: no type, by which columns could be chosen."""
    return all(_names(one) for one in value[1]) if value[0] in _LISTS else value[0] not in ("ext", "attr", "call")
