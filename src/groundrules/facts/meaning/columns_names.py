"""The names of columns that a value spells."""

from __future__ import annotations

from groundrules.basics.late import re
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import UNKNOWN, Param, Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import is_text
from groundrules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns_types import Tables

_DEEPEST = 12
_MOST_ALTERNATIVES = 6  # folding keeps six; where it shows as many, there may be more
_SAME = frozenset({"list", "tuple", "set", "sorted"})  # functions of the language that hand on what a list holds
_OF_DICTS = frozenset({"items", "values", "keys", "get"})
_PAIRS = ("name", "zip")
_PARTS = frozenset({"item", "elem", "unpack", "call"})
_COUNTS = frozenset({"enumerate", "reversed"})
_LITERALS = frozenset({"dict", "list", "tuple"})
_SPELLED = frozenset({"fmt", "bin"})
_GROW = frozenset({"append", "extend", "insert", "update", "add"})


class Names:
    """Asked of one value at a time, by the tables that it may be a key of."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.folder = tables.folder
        self._altered: dict[str, set[Value]] = {}
        self._grown: dict[str, dict[Value, list[Value]]] = {}  # by file: lists, and what is put into them later

    def of(self, value: Value, frame: Frame) -> tuple[str, ...] | None:
        """The names of columns that a value spells, with {holes} for what is unknown; None when it may spell any."""
        found: list[str] = []
        value = value[1] if value[0] == "elem" else value
        if value[0] == "item" and value[1][0] in ("param", "name", "list") and self._numbers(value[2], frame):
            value = value[1]  # one of a list, by its number
        if value[0] == "param" and value[1] == frame.scope and value[2] not in frame.bound:
            param = next(one for one in frame.module.code.scopes[value[1]].params if one.name == value[2])
            told = self._from_callers(param, value, frame)
            if told is not None or (frame.caller is None and param.default is not None):
                return told
        put_together = self._put_together(value, frame)
        if put_together is not None:
            return put_together
        for more in self._put_in(frame.module, value):
            names = self.of(more, frame)
            if names is None:
                return None
            found.extend(names)
        for one in _flat(self.folder.fold(self._within(value, frame), frame)):
            if not is_text(one):
                return None
            text = _spelled(one)
            if not text.replace("{}", ""):
                return None
            found.append(text)
        return tuple(found) if found else None

    def _put_together(self, value: Value, frame: Frame) -> tuple[str, ...] | None:
        """The names that a comprehension spells one after the other, or two lists that stand side by side."""
        if value[0] == "comp" and value[1][0] in _SPELLED:
            return self.of(value[1], frame)
        if value[0] == "comp" and len(value) > 3 and all(self._of_columns(one, frame) for one in value[3]):
            return self.of(value[2][0], frame)
        if value[0] == "bin" and value[1] == "+" and _holds_comprehension(value):
            sides = [self.of(one, frame) for one in value[2:4]]
            return None if sides[0] is None or sides[1] is None else (*sides[0], *sides[1])
        return None

    def _of_columns(self, test: Value, frame: Frame) -> bool:
        """Whether a test only asks whether a table has a column of some name."""
        if test[:2] != ("cmp", "in"):
            return False
        listing = test[3][0] == "attr" and self.tables.of(test[3][1], frame) is not None
        return listing or self.tables.of(test[3], frame) is not None

    def _within(self, value: Value, frame: Frame, depth: int = 0) -> Value:
        """A literal that holds all the names which a part of it may spell: of a list as another list, of a dict of
        lists what a loop or a key takes out."""
        if value[0] == "call":
            call = frame.module.code.calls[value[1]]
            same = call.func[0] == "name" and call.func[1] in _SAME and len(call.args) == 1 and not call.kwargs
            return self._within(call.args[0], frame, depth + 1) if same and depth < _DEEPEST else value
        parts: Value | None = value
        while parts is not None and parts[0] in _PARTS and depth < _DEEPEST:
            parts = self._holder(parts, frame.module)
            depth += 1
        if parts is None or parts is value:
            return value
        whole = frame.module.env.get(parts[1], parts) if parts[0] == "name" and frame.scope else parts
        if whole[0] in _LITERALS and not {whole, parts}.isdisjoint(self._altered_in(frame.module)):
            return UNKNOWN
        inner = _texts_in(whole) if whole[0] in _LITERALS else None
        return ("list", tuple(inner)) if inner else value

    def _holder(self, part: Value, module: Module) -> Value | None:
        """What a value is taken out of; None where that is not known."""
        if part[0] == "unpack" and part[1][0] == "elem" and part[1][1][0] == "call":
            call = module.code.calls[part[1][1][1]]
            if call.func == _PAIRS:
                return call.args[part[2]] if part[2] < len(call.args) else None
        if part[0] != "call":
            inner: Value = part[1]
            return inner
        call = module.code.calls[part[1]]
        if call.func[0] == "name" and call.func[1] in _COUNTS and call.args:
            return call.args[0]
        return call.func[1] if call.func[0] == "attr" and call.func[2] in _OF_DICTS else None

    def _altered_in(self, module: Module) -> set[Value]:
        """Whatever a module stores parts into, or into parts of which it puts more."""
        if module.path not in self._altered:
            bases = [op[1] for scope in module.code.scopes for op in scope.ops if op[0] == "s"]
            bases += [call.func[1] for call in module.code.calls if call.func[0] == "attr" and call.func[2] in _GROW]
            found = self._altered[module.path] = set()
            for base in bases:
                while base[0] in ("item", "elem", "unpack"):
                    base = base[1]
                found.add(base)
        return self._altered[module.path]

    def _numbers(self, key: Value, frame: Frame) -> bool:
        """Whether a subscript runs through the numbers of a list."""
        call = frame.module.code.calls[key[1][1]] if key[0] == "elem" and key[1][0] == "call" else None
        return call is not None and call.func == ("name", "range")

    def _from_callers(self, param: Param, value: Value, frame: Frame) -> tuple[str, ...] | None:
        """The names that all calls of a function give to a parameter of which its frame knows nothing."""
        if param.kind not in ("plain", "keyword"):
            return None
        if frame.caller is not None:
            fails = frame.call >= 0 and not frame.spread and param.default is None  # without it the call fails
            return () if fails else None
        calls = self.tables.calls_of(frame.module, value[1]) if self.tables.calls_of is not None else None
        if not calls:
            return None
        found: list[str] = []
        for above, number in calls:
            call = self.tables.call(above.module.code.calls[number])
            inner = self.folder.bind(frame.module, value[1], call, number, above, self.folder.callee(call, above)[3])
            given = inner.bound.get(value[2]) or (
                (param.default, above) if param.default and not inner.spread else None
            )
            told = self.of(*given) if given is not None else None
            if told is None:
                return None
            found.extend(told)
        return tuple(found)

    def _put_in(self, module: Module, value: Value) -> list[Value]:
        """What calls put into a list after it is written down."""
        if module.path not in self._grown:
            grown: dict[Value, list[Value]] = {}
            self._grown[module.path] = grown
            for call in module.code.calls:
                if call.func[0] == "attr" and call.func[2] in _GROW and call.func[1][0] in ("list", "set", "bin"):
                    grown.setdefault(call.func[1], []).extend(call.args[-1:] or [("?",)])
        known = self._grown[module.path]
        if not known:
            return []
        parts = value[1:] if value[0] == "either" else (value,)
        return [more for part in parts for more in known.get(part, ())]


def _holds_comprehension(value: Value) -> bool:
    """Whether a sum is one of lists, of which one is a comprehension."""
    sides = value[2:4] if value[0] == "bin" and value[1] == "+" else ()
    return value[0] == "comp" or any(_holds_comprehension(one) for one in sides)


def _flat(folded: Value) -> list[Value]:
    if folded[0] in ("list", "tuple", "set"):
        return [one for item in folded[1] for one in _flat(item)]
    if folded[0] == "either" and len(folded) <= _MOST_ALTERNATIVES:
        return [one for item in folded[1:] for one in _flat(item)]
    if folded[0] == "dict":
        return [one for key, _ in folded[1] if key is not None for one in _flat(key)]
    return [folded]


def _texts_in(value: Value) -> list[Value] | None:
    """All texts of a literal dict, list or tuple; None where something else stands in it."""
    if value[0] == "const":
        return [value] if isinstance(value[1], str) else []
    if value[0] in ("list", "tuple", "set"):
        found = [_texts_in(one) for one in value[1]]
    elif value[0] == "dict":
        found = [_texts_in(item) for _, item in value[1]]
        found += [_texts_in(key) if key is not None else None for key, _ in value[1]]
    elif value[0] == "bin" and value[1] == "+":
        found = [_texts_in(value[2]), _texts_in(value[3])]
    else:
        return None
    return None if any(one is None for one in found) else [text for one in found for text in one or ()]


def _spelled(value: Value) -> str:
    if value[0] == "const":
        return str(value[1])
    return "".join(part if isinstance(part, str) else "{}" for part in value[1])


def overlap(one: str, other: str) -> bool:
    """Whether two texts with holes may spell the same name."""
    if "{}" not in other:
        return matches(one, other)
    if "{}" not in one:
        return matches(other, one)
    (start, *_, end), (first, *_, last) = one.split("{}"), other.split("{}")
    starts = start.startswith(first) or first.startswith(start)
    return starts and (end.endswith(last) or last.endswith(end))


def matches(pattern: str, name: str) -> bool:
    """Whether a name may be what a text with holes spells."""
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("{}")), name) is not None
