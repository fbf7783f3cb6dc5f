"""What becomes of a column after it was computed: read, dropped, left behind, or out of sight."""

from __future__ import annotations

from groundrules.basics.late import pattern as expression
from groundrules.basics.late import re
from groundrules.facts.meaning.columns_flow import Flow, Use
from groundrules.facts.meaning.columns_types import texts
from groundrules.facts.python.fold import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.program import Entry, Module
from groundrules.facts.python.texts import is_text
from groundrules.facts.python.walk import contexts_of
from groundrules.facts.sql.words import words
from groundrules.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns import Columns

_LOOKS_ON = words("len isinstance type id bool callable hasattr")  # functions of the language that read no column
_WORD = expression(r"[^\W\d]\w*")
_WHOLE_RESULTS = frozenset({"call", "item", "attr", "param", "either", "or", "and"})  # returned as they are, not in a tuple
_MOST_STEPS = 400
_DEEPEST = 5


class Here(NamedTuple):
    """A scope as the column reaches it: what its parameters hold, and the call that led into it."""

    module: Module
    flow: Flow
    frame: Frame
    scope: int
    caller: tuple[Here, int] | None  # noqa: F821 - a named tuple may speak of itself


class Used(Exception):
    """The column is read, or it may be."""


class Fate:
    """One column of one table, followed through everything that is done with the table."""

    def __init__(self, columns: Columns, column: str) -> None:
        self.columns = columns
        self.tables = columns.tables
        self.column = column
        self.drops: list[tuple[str, Any]] = []  # (path, where)
        self.steps = 0
        self.seen: set[tuple[Any, ...]] = set()

    # ---- following ---------------------------------------------------------------------------------------------------
    def follow(self, here: Here, value: Value, after: int, depth: int = 0) -> None:
        """Everything that happens to a table after a position in its scope; raises Used."""
        key = (here.module.path, id(here.frame), value)
        if key in self.seen:
            return
        self.seen.add(key)
        kind = self.tables.of(value, here.frame)
        if kind is None:
            raise Used
        if here.scope == 0 and any(self.columns.hidden(here.module, name) for name in here.flow.names.get(value, ())):
            raise Used
        uses = here.flow.of.get(value, ())
        end = min((use.position for use in uses if self._kills(here, use, after)), default=None)
        for use in uses:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise Used
            if use.kind in ("held", "return") or use.scope != here.scope:
                self._use(here, value, kind, use, depth)
            elif use.position > after and (end is None or use.position <= end):
                self._use(here, value, kind, use, depth)

    def _kills(self, here: Here, use: Use, after: int) -> bool:
        """Whether a use takes the column off the very table, so that later uses no longer see it."""
        if use.scope != here.scope or use.position <= after:
            return False
        if use.kind == "delete":
            return self.tables.names(use.what, here.frame) == (self.column,)
        if use.kind != "method":
            return False
        call = here.module.code.calls[use.what]
        if ("inplace", ("const", True)) not in call.kwargs:
            return False
        kind = self.tables.of(call.func[1], here.frame)
        told = self.tables.entry(kind or "", call.func[2]).get("frame")
        return isinstance(told, dict) and self._removes(here, call, self.tables.entry(kind or "", call.func[2]))

    def _use(self, here: Here, value: Value, kind: str, use: Use, depth: int) -> None:
        if use.kind == "item":
            self._item(here, value, kind, use, depth)
        elif use.kind == "attribute":
            self._attribute(here, value, kind, use, depth)
        elif use.kind == "named":
            self.reads((str(use.what),))
        elif use.kind == "method":
            self._method(here, value, kind, use, depth)
        elif use.kind == "argument":
            self._argument(here, value, use, depth)
        elif use.kind == "delete":
            self._deleted(here, use)
        elif use.kind == "return" and depth < _DEEPEST:
            self._returned(here, use, depth)
        else:
            raise Used

    def _returned(self, here: Here, use: Use, depth: int) -> None:
        """On in whoever called the function."""
        if here.module.code.scopes[use.scope].ops[use.position][1][0] not in _WHOLE_RESULTS:
            raise Used
        if here.caller is not None:
            self.follow(here.caller[0], ("call", here.caller[1]), -1, depth + 1)
            return
        calls = self.columns.callers.of(here.module, here.scope) if use.scope == here.scope else None
        if calls is None:
            raise Used
        for frame, number in calls:
            self._continued(self.columns.here(frame), number, depth)

    def _continued(self, here: Here, number: int, depth: int) -> None:
        if here.flow.of.get(("call", number)) or ("call", number) in here.flow.names:
            self.follow(here, ("call", number), -1, depth + 1)
        elif here.module.code.cells and here.scope == 0:
            raise Used

    def outside(self, here: Here, value: Value, depth: int = 0) -> None:
        """A column that is stored into a parameter's table is seen by the caller, after the call."""
        bound = here.frame.bound.get(value[2])
        if here.caller is None or bound is None:
            raise Used
        above, number = here.caller
        position = next((at for at, op in enumerate(above.frame.module.code.scopes[above.scope].ops) if op == ("c", number)), -1)
        if any(kind in ("for", "while") for kind, _ in contexts_of(above.module, above.module.code.calls[number].context)):
            raise Used
        self.follow(above, bound[0], position, depth + 1)
        if bound[0][0] == "param":
            raise Used

    def reads(self, names: tuple[str, ...] | None) -> None:
        """Columns are read by their names; None: by names that nobody knows."""
        if names is None:
            raise Used
        for name in names:
            if name == self.column or ("{}" in name and _matches(name, self.column)):
                raise Used

    # ---- kinds of use ------------------------------------------------------------------------------------------------
    def _item(self, here: Here, value: Value, kind: str, use: Use, depth: int) -> None:
        key = use.what
        derived = ("item", value, key)
        if value[0] == "attr" and key[0] == "tuple" and len(key[1]) == 2:
            columns = key[1][1]
            if columns != ("slice", ()):
                self.reads(self.tables.names(columns, here.frame))
                return
        elif value[0] != "attr" and not self.tables.rows(key):
            names = self.tables.names(key, here.frame)
            if names is not None or not self._takes_rows(here, key):
                self.reads(names)
                return
        if here.flow.of.get(derived):
            self.follow(here, derived, -1, depth)

    def _takes_rows(self, here: Here, key: Value) -> bool:
        """Whether a subscript is the outcome of a method on one column, such as a test of each row."""
        if key[0] != "call":
            return False
        func = here.module.code.calls[key[1]].func
        while func[0] in ("attr", "call"):
            if func[0] == "attr":
                inner = func[1]
                if inner[0] in ("item", "attr") and self.tables.of(inner[1], here.frame) is not None:
                    return self.tables.of(inner, here.frame) is None
                func = inner
            else:
                func = here.module.code.calls[func[1]].func
        return False

    def _attribute(self, here: Here, value: Value, kind: str, use: Use, depth: int) -> None:
        entry = self.tables.entry(kind, use.what)
        told = entry.get("frame")
        if told == "none":
            return
        if told == "rows":
            self.follow(here, ("attr", value, use.what), -1, depth)
        elif told is not None:
            raise Used
        self.reads((use.what,))

    def _method(self, here: Here, value: Value, kind: str, use: Use, depth: int) -> None:
        call = here.module.code.calls[use.what]
        entry = self.tables.entry(kind, call.func[2])
        told = entry.get("frame")
        if told == "none":
            return
        if isinstance(told, dict):
            self._selection(here, call, use, entry, told, depth)
            return
        spoken: list[str] = []
        texts((call.args, tuple([one for _, one in call.kwargs])), spoken)
        self.reads(tuple([word for text in spoken for word in (text, *_WORD.findall(text))]))
        self._columns_read(here, call, entry)
        if told == "same":
            self._onward(here, use.what, depth)
        elif told is not None or "reads_columns" not in entry or not self._all_given(here, call, entry):
            raise Used

    def _columns_read(self, here: Here, call: Call, entry: Entry) -> None:
        for name in _listed(entry.get("reads_columns")):
            given = self.tables.folder.argument(call, entry, name, here.frame)
            if given is not None and given != ("const", None):
                self.reads(self.tables.names(given, here.frame))
        if self.tables.folder.may_be_given(call, here.frame):
            raise Used

    def _all_given(self, here: Here, call: Call, entry: Entry) -> bool:
        given = [self.tables.folder.argument(call, entry, name, here.frame) for name in _listed(entry["reads_columns"])]
        return all(one is not None for one in given)

    def _onward(self, here: Here, number: int, depth: int) -> None:
        """On to the table that a call returns; a notebook shows what nothing takes up."""
        derived = ("call", number)
        if here.flow.of.get(derived) or derived in here.flow.names:
            self.follow(here, derived, -1, depth)
        elif here.module.code.cells and here.scope == 0:
            raise Used

    def _selection(self, here: Here, call: Call, use: Use, entry: Entry, told: dict[str, Any], depth: int) -> None:
        if self._removes(here, call, entry):
            self.drops.append((here.module.path, call.where))
            return
        for name in _listed(told.get("selects")):
            given = self._argument_of(here, call, entry, name)
            names = self.tables.names(given, here.frame) if given is not None else None
            if names is not None:
                self.reads(names)
                return
        if ("inplace", ("const", True)) not in call.kwargs:
            self._onward(here, use.what, depth)

    def _removes(self, here: Here, call: Call, entry: Entry) -> bool:
        """Whether a call drops the column by its name."""
        told = entry["frame"]
        labels = told.get("labels_when") or {}
        for name in _listed(told.get("drops")):
            given = self._argument_of(here, call, entry, name)
            if given is None:
                continue
            if name == "labels" and not self._along(here, call, entry, labels):
                continue
            names = self.tables.names(given, here.frame)
            if names is not None and self.column in names:
                return True
        return False

    def _along(self, here: Here, call: Call, entry: Entry, labels: dict[str, Any]) -> bool:
        for name, values in labels.items():
            given = self._argument_of(here, call, entry, name)
            folded = self.tables.folder.fold(given, here.frame) if given is not None else None
            if folded is not None and folded[0] == "const" and folded[1] in values:
                return True
        return False

    def _argument_of(self, here: Here, call: Call, entry: Entry, name: Any) -> Value | None:
        if isinstance(name, int):
            rest = call.args[name:]
            return ("list", rest) if rest else None
        return self.tables.folder.argument(call, entry, name, here.frame)

    def _deleted(self, here: Here, use: Use) -> None:
        names = self.tables.names(use.what, here.frame)
        if names is not None and self.column in names:
            self.drops.append((here.module.path, use.where))

    # ---- calls -------------------------------------------------------------------------------------------------------
    def _argument(self, here: Here, value: Value, use: Use, depth: int) -> None:
        number, place = use.what
        call = here.module.code.calls[number]
        folder = self.tables.folder
        if call.func[0] == "name" and call.func[1] in _LOOKS_ON:
            return
        callee = folder.callee(call, here.frame)
        if callee[0] == "func":
            self._into(here, value, call, number, callee, depth)
            return
        _, entry = folder.entry_of(call, here.frame)
        if entry.get("frame") != "named":
            raise Used
        for name, given in call.kwargs:
            if name is None:
                raise Used
            folded = folder.fold(given, here.frame)
            if name in _listed(entry.get("reads_columns")) or is_text(folded):
                self.reads(self.tables.names(given, here.frame))
        if any(not is_text(folder.fold(one, here.frame)) for one in call.args if one != value):
            raise Used

    def _into(self, here: Here, value: Value, call: Call, number: int, callee: Value, depth: int) -> None:
        """On into a function of the program."""
        module = self.tables.folder.program.module(callee[1])
        if module is None or depth >= _DEEPEST or here.frame.holds(callee[1], callee[2]):
            raise Used
        inner = self.tables.folder.bind(module, callee[2], call, number, here.frame, callee[3])
        names = [name for name, bound in inner.bound.items() if bound[0] == value]
        scope = module.code.scopes[callee[2]]
        if not names or inner.spread or scope.decorators:
            raise Used
        there = Here(module, self.columns.flow(module, callee[2]), inner, callee[2], (here, number))
        for name in names:
            self.follow(there, ("param", callee[2], name), -1, depth + 1)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]


def _matches(pattern: str, name: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("{}")), name) is not None
