"""Which values are tables, as far as knowledge tells, and what their methods and attributes do with columns."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.columns_shown import Shown
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import is_text
from groundrules.typed import TYPE_CHECKING, Any, Callable, Sequence

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns_attributes import Kept, given, kept_by
    from groundrules.facts.meaning.columns_names import Names
else:
    late(globals(), "groundrules.facts.meaning.columns_names", classes="Names")
    late(globals(), "groundrules.facts.meaning.columns_attributes", "given kept_by")

_DEEPEST = 12
_TABLES = frozenset({"call", "item", "attr", "either", "param", "unpack", "name", "elem"})
_MASKS = frozenset({"cmp", "bin", "not", "and", "slice"})


class Tables:
    """Types of values."""

    def __init__(self, link: Link) -> None:
        self.folder = link.folder
        self.knowledge = link.knowledge
        functions = self.knowledge.functions
        self.types = {name.rpartition(".")[0] for name in functions.having("frame") if "." in name}
        self.types = {one for one in self.types if one != "*" and self._has_table_methods(one)}
        self.shown = Shown(self.knowledge)
        self.handing = {name.rpartition(".")[2] for name in functions.having("hands_to")}
        self._known: dict[tuple[int, Value], str | None] = {}
        self._attributes: dict[Kept, str | None] = {}
        self._kept: list[Frame] = []  # their ids are keys
        self._frames: dict[tuple[str, int], Frame] = {}
        self.calls_of: Callable[[Module, int], list[tuple[Frame, int]] | None] | None = None  # who calls a function
        self._names = Names(self)

    def _has_table_methods(self, name: str) -> bool:
        return any(f"{name}.{method}" in self.knowledge.functions for method in ("groupby", "select", "size", "filter"))

    def frame(self, module: Module, scope: int) -> Frame:
        """The frame of a scope of whose callers nothing is known."""
        key = (module.path, scope)
        if key not in self._frames:
            self._frames[key] = Frame(module, scope) if scope else self.folder.module_frame(module)
        return self._frames[key]

    def of(self, value: Value, frame: Frame, depth: int = 0) -> str | None:
        """The type of a table; None for anything else and where it is not known."""
        if depth > _DEEPEST or value[0] not in _TABLES:
            return None
        key = (id(frame), value)
        if key not in self._known:
            self._kept.append(frame)
            self._known[key] = None
            self._known[key] = self._type(value, frame, depth) or self.shown.of(frame.module, value)
        return self._known[key]

    def _type(self, value: Value, frame: Frame, depth: int) -> str | None:
        tag = value[0]
        if tag == "either":
            return self.of(value[1], frame, depth + 1) or self.of(value[2], frame, depth + 1)
        if tag == "item":
            if value[2][0] == "const" and isinstance(value[2][1], str):
                return None
            if value[2][0] in ("param", "name", "elem") and is_text(self.folder.fold(value[2], frame)):
                return None
            return self.of(value[1], frame, depth + 1)
        if tag == "attr":
            kept = kept_by(frame.module, value)
            if kept is not None:
                return self._kept_type(frame.module, kept, depth)
            above = self.of(value[1], frame, depth + 1)
            return above if above and self.entry(above, value[2]).get("frame") == "rows" else None
        if tag == "call":
            return self._result(value, frame, depth)
        if tag == "elem":
            parts = value[1][1] if value[1][0] in ("list", "tuple") else ()
            return next((kind for one in parts if (kind := self.of(one, frame, depth + 1)) is not None), None)
        if tag == "unpack":
            if value[1][0] == "call":
                return self._result(value[1], frame, depth, value[2])
            table = self.grouped(value[1][1], frame) if value[1][0] == "elem" and value[2] == 1 else None
            return self.of(table, frame, depth + 1) if table is not None else None
        if tag == "name":
            shared = frame.module.env.get(value[1]) if frame.scope else None
            return self.of(shared, self.frame(frame.module, 0), depth + 1) if shared is not None else None
        bound = frame.bound.get(value[2]) if frame.scope == value[1] else None
        found = self.of(bound[0], bound[1], depth + 1) if bound is not None else None
        return found or self._named(self.folder.fold(value, frame))

    def _kept_type(self, module: Module, kept: Kept, depth: int) -> str | None:
        """The type of what the methods of a class store into an attribute."""
        if kept not in self._attributes:
            self._attributes[kept] = None
            found = (self.of(one.value, self.frame(module, one.scope), depth + 1) for one in given(module, kept))
            self._attributes[kept] = next((one for one in found if one is not None), None)
        return self._attributes[kept]

    def grouped(self, value: Value, frame: Frame) -> Value | None:
        """The table whose rows a value groups."""
        func = frame.module.code.calls[value[1]].func if value[0] == "call" else value
        if value[0] != "call" or func[0] != "attr":
            return None
        above = self.of(func[1], frame)
        table: Value = func[1]
        return table if above is not None and self.entry(above, func[2]).get("groups") else None

    def _result(self, value: Value, frame: Frame, depth: int, part: int | None = None) -> str | None:
        """The type of what a call gives, or of a part of the tuple that it gives."""
        call = frame.module.code.calls[value[1]]
        if call.func[0] == "attr":
            above = self.of(call.func[1], frame, depth + 1)
            if above is not None and part is not None:
                return above if self.entry(above, call.func[2]).get("frame") == "parts" else None
            if above is not None:
                entry = self.entry(above, call.func[2])
                returned = entry.get("returns")
                return returned if returned in self.types else above if entry.get("frame") == "same" else None
        callee = self.folder.callee(call, frame)
        if callee[0] != "func":
            if part is None:
                return self._named(self.folder.fold(value, frame))
            table = self.halved(call, frame, part)
            return self.of(table, frame, depth + 1) if table is not None else None
        module = self.folder.program.module(callee[1])
        if module is None or frame.depth > _DEEPEST or frame.holds(callee[1], callee[2]):
            return None
        inner = self.folder.bind(module, callee[2], call, value[1], frame, callee[3])
        for op in module.code.scopes[callee[2]].ops:
            given = part_of(op[1], part) if op[0] == "r" else None
            found = self.of(given, inner, depth + 1) if given is not None else None
            if found is not None:
                return found
        return None

    def halved(self, call: Call, frame: Frame, part: int) -> Value | None:
        """The argument of which a part of what a call gives is a half: the halves stand in the order of the tables."""
        told = self.folder.entry_of(call, frame)[1].get("splits")
        plain = all(one[0] != "star" for one in call.args)
        halves = told and told.get("into") == "parts" and plain and part // 2 < len(call.args)
        return call.args[part // 2] if halves else None

    def _named(self, folded: Value) -> str | None:
        for one in folded[1:] if folded[0] == "either" else (folded,):
            if one[0] == "inst" and isinstance(one[1], str):
                name = self.knowledge.canonical(one[1])
                if name in self.types:
                    return name
        return None

    def call(self, call: Call) -> Call:
        """A call as one of the function that it calls in the end: `table.pipe(function, …)` gives it the table."""
        if call.func[0] != "attr" or call.func[2] not in self.handing or not call.args:
            return call
        return call._replace(func=call.args[0], args=(call.func[1], *call.args[1:]))

    def entry(self, kind: str, name: str) -> Entry:
        """What is known of a method or attribute of a table."""
        return self.knowledge.functions.get(f"{kind}.{name}") or EMPTY

    def names(self, value: Value, frame: Frame) -> tuple[str, ...] | None:
        """The names of columns that a value spells, with {holes} for what is unknown; None when it may spell any."""
        return self._names.of(value, frame)

    def rows(self, key: Value) -> bool:
        """Whether a subscript takes rows: a mask, a slice, the outcome of a method on a column."""
        tag = key[0]
        if tag in _MASKS:
            return bool(tag != "bin" or key[1] != "+")  # a sum is one of lists
        return tag in ("either", "or") and any(self.rows(part) for part in (key[1:] if tag == "either" else key[1]))


def part_of(value: Value, part: int | None) -> Value | None:
    """A part of a tuple that is spelled out; None where there is none."""
    if part is None:
        return value
    whole = value[0] == "tuple" and part < len(value[1]) and all(one[0] != "star" for one in value[1])
    return value[1][part] if whole else None


def texts(value: Any, calls: Sequence[Call], found: list[str], depth: int = 0) -> None:
    """Every text inside a value, and inside the calls that made it."""
    if depth > 8 or not isinstance(value, tuple) or not value:
        return
    if value[0] == "const":
        if isinstance(value[1], str):
            found.append(value[1])
        return
    if value[0] == "call":
        texts((calls[value[1]].args, tuple([one for _, one in calls[value[1]].kwargs])), calls, found, depth + 2)
        return
    for part in value[1:] if isinstance(value[0], str) else value:
        if isinstance(part, str) and value[0] == "fmt":
            found.append(part)
        elif isinstance(part, tuple):
            texts(part, calls, found, depth + 1)
