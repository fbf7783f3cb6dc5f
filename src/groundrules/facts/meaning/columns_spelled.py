"""Which columns an expression names: by texts and attributes that it spells, or in ways that nobody can follow."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.columns_types import Tables
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value, parts_of
from groundrules.typed import TYPE_CHECKING, Sequence

if TYPE_CHECKING:
    pass
else:
    late(globals(), "groundrules.facts.python.uses", "nested")

_WHOLE = frozenset({"const", "ext", "local"})
_MADE_OF = frozenset({"list", "tuple", "set", "bin", "cmp", "not", "and", "or", "slice"})
_LISTS = frozenset({"list", "tuple"})
_DEEPEST = 12


class Spelling:
    """The expressions of one call. Texts, and names after a dot, are collected as names of columns."""

    def __init__(self, tables: Tables, frame: Frame, known: Sequence[Value | None] = ()) -> None:
        self.tables = tables
        self.frame = frame
        self.known = known  # values that are tables, whatever else tells
        self.found: list[str] = []

    def whole(self, value: Value, depth: int = 0) -> bool:
        """Whether the columns that an expression names are all spelled out in it."""
        tag = value[0]
        if depth > _DEEPEST:
            return False
        if tag == "const" and isinstance(value[1], str):
            self.found.append(value[1])
        if tag == "ext":
            self.found.append(value[1].rpartition(".")[2])  # as in `col.name`
        if tag in _WHOLE or value in self.known or self.tables.of(value, self.frame) is not None:
            return True
        if tag in ("name", "param"):
            folded = self.tables.folder.fold(value, self.frame)
            return folded[0] != tag and self.whole(folded, depth + 1)
        if tag in ("attr", "item"):
            self.found.extend(value[2:] if tag == "attr" else ())
            return all(self.whole(one, depth + 1) for one in (value[1:2] if tag == "attr" else value[1:3]))
        if tag == "call":
            return self._called(self.frame.module.code.calls[value[1]], depth)
        if tag == "dict":
            pairs = [(key, item) for key, item in value[1] if key is not None]
            spelled = all(self.whole(one, depth + 1) for pair in pairs for one in pair)
            return spelled and len(pairs) == len(value[1])
        return tag in _MADE_OF and all(self.whole(one, depth + 1) for one in parts_of(value))

    def _called(self, call: Call, depth: int) -> bool:
        """Whether a call names no other columns than its arguments spell."""
        given = (*call.args, *(one for _, one in call.kwargs))
        name, entry = self.tables.folder.entry_of(call, self.frame)
        chooses = entry.get("chooses")
        if chooses is None and name.rpartition(".")[0] in self._modules():
            return False
        if call.func[0] != "attr":
            callee = self.tables.folder.fold(call.func, self.frame)
            if callee[0] in ("func", "class", "hole") or (not given and not entry):
                return False  # it may stand for any column
        if chooses == "all" or (chooses == "named" and not all(_names(one) for one in given)):
            return False
        if chooses == "rows" and given == (("const", "*"),):
            return True
        above = self.whole(call.func[1], depth + 1) if call.func[0] == "attr" else True
        return above and all(self.whole(one, depth + 1) for one in given)

    def _modules(self) -> frozenset[str]:
        """Modules of which every function chooses columns by something else than their names."""
        functions = self.tables.knowledge.functions
        names = functions.having("chooses")
        return frozenset(name.rpartition(".")[0] for name in names if functions[name]["chooses"] == "module")


def _names(value: Value) -> bool:
    """Whether a value can only be names: no type, by which columns could be chosen."""
    return all(_names(one) for one in value[1]) if value[0] in _LISTS else value[0] not in ("ext", "attr", "call")
