"""Which columns of groups an aggregation reads: those that the keys of a dict or the parts of keywords name."""

from __future__ import annotations

from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.typed import TYPE_CHECKING, Sequence

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns_calls import Calls
    from groundrules.facts.meaning.columns_here import Here

_NAMED = ("tuple", "call")  # a column with how to aggregate it
_SAME = ("dict", "copy")  # what hands on a dict, as a function and as a method
_MOST_NESTED = 6


class Aggregated:
    """Asked for one column."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.fate = calls.fate
        self.tables = calls.tables
        self.folder = calls.folder

    def method(self, here: Here, call: Call, entry: Entry) -> None:
        """A method of groups that is told what to aggregate; where it is told nothing, it takes all columns."""
        given = self.folder.argument(call, entry, entry["aggregates"], here.frame)
        if given is not None:
            self._keys(here, given, 0)
        elif not call.kwargs or call.args:
            self.calls.used()
        for name, value in call.kwargs if given is None else ():
            if name is None:
                self._spread(here, value, 0)
            else:
                self._pair(here, value)

    def _pair(self, here: Here, value: Value) -> None:
        """A column with how to aggregate it, in a tuple or a call."""
        if value[0] not in _NAMED:
            self.calls.used()
        call = here.module.code.calls[value[1]] if value[0] == "call" else None
        parts: Sequence[Value] = (*call.args, *[one for _, one in call.kwargs]) if call is not None else value[1]
        if not parts:
            self.calls.used()
        self.fate.reads(self.tables.names(dict(call.kwargs).get("column", parts[0]) if call else parts[0], here.frame))

    def _spread(self, here: Here, value: Value, depth: int) -> None:
        """A dict of such tuples is spread over the keywords."""
        folded = self._literal(here, value)
        if folded[0] == "comp" and folded[1][0] == "dict":
            folded = folded[1]
        if folded[0] != "dict" or depth > _MOST_NESTED:
            self.calls.used()
        for key, item in (*folded[1], *here.module.put_into(value)):
            if key is None:
                self._spread(here, item, depth + 1)
            else:
                self._pair(here, item)

    def _keys(self, here: Here, value: Value, depth: int) -> None:
        """The keys of a dict are columns, also those that statements put into it later."""
        inner = self._same(here, value)
        if inner is not None:
            self._later(here, value, depth)
            self._keys(here, inner, depth + 1)
            return
        found = self._literal(here, value)
        if found[0] == "bin" and found[1] == "|":
            self._keys(here, found[2], depth + 1)
            self._keys(here, found[3], depth + 1)
            return
        if found[0] == "comp" and found[1][0] == "dict":
            pairs = found[1][1]
        elif found[0] == "dict":
            pairs = found[1]
        else:
            pairs = ((None, value),)
        if depth > _MOST_NESTED or (found[0] not in ("dict", "comp")) or pairs == ((None, value),):
            self.calls.used()
        for key, item in pairs:
            self._key(here, key, item, depth)
        self._later(here, value, depth)
        if found is not value:
            self._later(here, found, depth)

    def _later(self, here: Here, value: Value, depth: int) -> None:
        for key, item in here.module.put_into(value):
            self._key(here, key, item, depth)

    def _key(self, here: Here, key: Value | None, item: Value, depth: int) -> None:
        if key is None:
            self._keys(here, item, depth + 1)
        elif not self._others(here, key[1] if key[0] == "elem" else ("?",), 0):
            self.fate.reads(self.tables.names(key, here.frame))

    def _same(self, here: Here, value: Value) -> Value | None:
        """The dict that a call hands on."""
        call = here.module.code.calls[value[1]] if value[0] == "call" else None
        if call is None or call.kwargs:
            return None
        if call.func == ("name", _SAME[0]) and len(call.args) == 1:
            return call.args[0]
        copied = call.func[0] == "attr" and call.func[2] == _SAME[1] and not call.args
        return call.func[1] if copied else None

    def _literal(self, here: Here, value: Value) -> Value:
        """What a name stands for, as far as it is written down; dicts keep the statements that put more into them."""
        if value[0] == "name" and here.scope:
            return here.module.env.get(value[1], value)
        return value if value[0] in ("dict", "comp", "bin") else self.folder.fold(value, here.frame)

    def _others(self, here: Here, value: Value, depth: int) -> bool:
        """Whether a list of columns that a function of the program gives back does not hold the column."""
        call = here.module.code.calls[value[1][1]] if value[0] == "unpack" and value[1][0] == "call" else None
        part = value[2] if call is not None else None
        if value[0] == "call":
            call = here.module.code.calls[value[1]]
        callee = self.folder.callee(call, here.frame) if call is not None else ("?",)
        module = self.folder.program.module(callee[1]) if callee[0] == "func" else None
        if call is None or module is None or depth > _MOST_NESTED:
            if value[0] in ("list", "tuple", "set"):
                names = self.tables.names(value, here.frame) if value[1] else ()
                return names is not None and self.fate.column not in names
            return self.fate.listed.without(here, value)
        number = value[1][1] if part is not None else value[1]
        inner: Frame = self.folder.bind(module, callee[2], call, number, here.frame, callee[3])
        flow = self.fate.columns.flow(module, callee[2])
        there = here._replace(module=module, flow=flow, frame=inner, scope=callee[2], caller=(here, number))
        given = [op[1] for op in module.code.scopes[callee[2]].ops if op[0] == "r"]
        if part is not None:
            given = [one[1][part] if one[0] == "tuple" and part < len(one[1]) else ("?",) for one in given]
        return bool(given) and all(self._others(there, one, depth + 1) for one in given)
