"""What calls do with the columns of a table: its own methods, and functions that it is given to."""

from __future__ import annotations

from groundrules.basics.late import late, pattern
from groundrules.facts.meaning.columns_here import IN_PLACE
from groundrules.facts.meaning.columns_types import texts
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words
from groundrules.typed import TYPE_CHECKING, Any, Sequence

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns_aggregated import Aggregated
    from groundrules.facts.meaning.columns_cells import Cells
    from groundrules.facts.meaning.columns_fate import Fate
    from groundrules.facts.meaning.columns_here import Here
    from groundrules.facts.meaning.columns_makers import Makers
    from groundrules.facts.meaning.columns_picked import Picked
    from groundrules.facts.meaning.columns_selected import Selections, listed, tables_of
    from groundrules.facts.meaning.columns_spelled import Spelling
else:
    late(globals(), "groundrules.facts.meaning.columns_aggregated", classes="Aggregated")
    late(globals(), "groundrules.facts.meaning.columns_cells", classes="Cells")
    late(globals(), "groundrules.facts.meaning.columns_makers", classes="Makers")
    late(globals(), "groundrules.facts.meaning.columns_picked", classes="Picked")
    late(globals(), "groundrules.facts.meaning.columns_selected", "listed tables_of", classes="Selections")
    late(globals(), "groundrules.facts.meaning.columns_spelled", classes="Spelling")

_LOOKS_ON = words("len isinstance type id bool callable hasattr")  # functions of the language that read no column
_WORD = pattern(r"[^\W\d]\w*")
_MOST_NESTED = 5
_STATIC = ("name", "staticmethod")


class Calls:
    """The calls on the way of one column."""

    def __init__(self, fate: Fate) -> None:
        self.fate = fate
        self.tables = fate.tables
        self.folder = fate.tables.folder
        self.selections = Selections(fate)
        self.makers = Makers(fate.tables)
        self.picked = Picked(fate.tables)
        self.cells = Cells(self)
        self.aggregated = Aggregated(self)

    # ---- methods of the table ----------------------------------------------------------------------------------------
    def method(self, here: Here, kind: str, number: int, depth: int) -> None:
        """A method of a table of this kind."""
        call = here.module.code.calls[number]
        entry = self.tables.entry(kind, call.func[2])
        told = entry.get("frame")
        if told == "none":
            return
        if isinstance(told, dict):
            self.selections.selection(here, call, number, entry, depth)
            return
        if "renames" in entry and self.selections.renamed(here, call, number, entry, depth):
            return
        if "hands_to" in entry:
            self._applied(here, call, number, depth)
            return
        self.fate.own = self.fate.own or ("writes_column" in entry or ("writes_columns" in entry and told == "same"))
        self.spoken(here, call, entry)
        if "aggregates" in entry:
            self.aggregated.method(here, call, entry)
            return
        self._columns_read(here, call, entry)
        if told in ("same", "parts"):
            self._handed_on(here, call, number, entry, depth)
        elif told == "named":
            return
        elif "self" in tables_of(entry):
            self._combined(here, call, number, entry, depth)
        elif "each_row" in entry or "gives_rows" in entry:
            self.cells.method(here, call, number, entry)
        elif "each_group" in entry:
            self._each_group(here, call, number, entry, depth)
        elif told is not None or "reads_columns" not in entry or not self._all_given(here, call, entry):
            self.used()

    def _handed_on(self, here: Here, call: Call, number: int, entry: Entry, depth: int) -> None:
        """A method that gives a table with the same columns."""
        self._compared(here, call, entry)
        self.handed(here, call, number, depth)
        if entry["frame"] == "parts":
            self._in_parts(here, number, depth)
        elif IN_PLACE not in call.kwargs:  # that gives nothing, and the table goes on under its name
            self.fate.onward(here, number, depth)

    def _in_parts(self, here: Here, number: int, depth: int) -> None:
        """A method that gives several tables with the same columns."""
        uses = here.flow.uses(("call", number))
        for part in {use.what for use in uses if use.kind == "unpack"} or {0}:
            self.fate.onward(here, number, depth, part)

    def _compared(self, here: Here, call: Call, entry: Entry) -> None:
        """Rows that are kept by what they hold: by the columns that an argument names, else by all."""
        named = entry.get("compares")
        if named and self.folder.argument(call, entry, named, here.frame) in (None, ("const", None)):
            self.used()

    def handed(self, here: Here, call: Call, number: int, depth: int) -> None:
        """Functions that are given to a method of the table are called with it."""
        for value in (*call.args, *(one for _, one in call.kwargs)):
            func = self.folder.fold(value, here.frame) if value[0] in ("local", "ext", "attr") else value
            module = self.folder.program.module(func[1]) if func[0] == "func" else None
            scope = module.code.scopes[func[2]] if module is not None else None
            if module is None or scope is None or not scope.params:
                continue
            if depth >= _MOST_NESTED or here.frame.holds(func[1], func[2]):
                self.used()
            name = scope.params[0].name
            inner = Frame(module, func[2], here.frame)
            inner.bound[name] = (call.func[1], here.frame)
            flow = self.fate.columns.flow(module, func[2])
            there = here._replace(module=module, flow=flow, frame=inner, scope=func[2], caller=(here, number))
            self.fate.follow(there, ("param", func[2], name), -1, depth + 1)

    def used(self) -> None:
        self.fate.reads(None)

    def spoken(self, here: Here, call: Call, entry: Entry = EMPTY) -> None:
        """Every text that a call is given may name columns, also inside a longer one."""
        given = (*call.args, *(one for _, one in call.kwargs))
        found: list[str] = []
        if self.fate.plainly:
            joined = [self.folder.argument(call, entry, one, here.frame) for one in tables_of(entry)]
            spelling = Spelling(self.tables, here.frame, joined)
            if not all(spelling.whole(one) for one in given if one not in joined):
                self.used()
            found = spelling.found
        else:
            texts(given, here.module.code.calls, found)
        self.by_pattern(found)
        self.fate.reads(tuple([word for text in found for word in (text, *_WORD.findall(text))]))

    def by_pattern(self, names: Sequence[str]) -> None:
        """All columns, or those of a pattern."""
        if self.fate.plainly and any(one.startswith(("*", "^")) for one in names):
            self.used()

    def _columns_read(self, here: Here, call: Call, entry: Entry) -> None:
        for name in listed(entry.get("reads_columns")):
            given = self.folder.argument(call, entry, name, here.frame)
            if given is not None and given != ("const", None) and not self._without(here, given):
                self.fate.reads(self.tables.names(given, here.frame))
        if self.folder.may_be_given(call, here.frame):
            self.used()

    def _without(self, here: Here, given: Value) -> bool:
        """Whether an argument lists columns, but not this one: by their names, or by the types of what they hold."""
        given = given[1] if given[0] == "elem" else given
        call = here.module.code.calls[given[1]] if given[0] == "call" else None
        if call is not None and call.func[0] == "name" and len(call.args) == 1 and call.args[0][0] in ("or", "either"):
            given = call.args[0]
        if given[0] in ("or", "either"):
            parts = given[1] if given[0] == "or" else given[1:]
            known = [one for one in parts if not self._left_open(here, one)]
            return bool(known) and all(self._without(here, one) for one in known)
        return self.fate.listed.without(here, given) or self.selections.left_out(here, given)

    def _left_open(self, here: Here, value: Value) -> bool:
        """Whether a parameter is not given, and stands for nothing then."""
        if value[0] != "param" or value[1] != here.scope or value[2] in here.frame.bound:
            return self.folder.fold(value, here.frame) == ("const", None)
        params = here.module.code.scopes[here.scope].params
        return any(one.name == value[2] and one.default == ("const", None) for one in params)

    def _all_given(self, here: Here, call: Call, entry: Entry) -> bool:
        given = [self.folder.argument(call, entry, name, here.frame) for name in listed(entry["reads_columns"])]
        return all(one is not None for one in given)

    def _combined(self, here: Here, call: Call, number: int, entry: Entry, depth: int) -> None:
        """Tables are put together: by keys, which are all common columns where none is named."""
        keys = listed(entry["combines"].get("keys"))
        if keys and all(self.folder.argument(call, entry, key, here.frame) is None for key in keys):
            self.used()
        self.fate.merged = True
        self.fate.onward(here, number, depth)

    def function(self, here: Here, value: Value) -> tuple[Module, int, int] | None:
        """A function of the program: its module, its scope, and how many of its parameters are given already."""
        if value[0] == "call":
            call = here.module.code.calls[value[1]]
            _, entry = self.folder.entry_of(call, here.frame)
            inner = self.folder.argument(call, entry, entry.get("binds"), here.frame)
            found = self.function(here, inner) if inner is not None and inner[0] != "call" else None
            return (found[0], found[1], found[2] + len(call.args) - 1) if found is not None else None
        func = self.folder.fold(value, here.frame)
        module = self.folder.program.module(func[1]) if func[0] == "func" else None
        if module is None:
            return None
        scope = module.code.scopes[func[2]]
        static = [one[-1] for one in scope.decorators] == ["staticmethod"]
        if not scope.params or (scope.decorators and not static):
            return None
        bound = module.code.scopes[scope.parent].kind == "class" and not static
        return None if bound else (module, func[2], 0)

    def _each_group(self, here: Here, call: Call, number: int, entry: Entry, depth: int) -> None:
        """A function is given one group of rows after the other: what becomes of the column there."""
        given = self.folder.argument(call, entry, entry["each_group"]["function"], here.frame)
        found = self.function(here, given) if given is not None else None
        table = self.tables.grouped(call.func[1], here.frame)
        if table is None or found is None or depth >= _MOST_NESTED or here.frame.holds(found[0].path, found[1]):
            self.used()
            return
        module, number_of, index = found
        params = module.code.scopes[number_of].params
        if index >= len(params):
            self.used()
        inner = Frame(module, number_of, here.frame)
        inner.bound[params[index].name] = (table, here.frame)
        flow = self.fate.columns.flow(module, number_of)
        there = here._replace(module=module, flow=flow, frame=inner, scope=number_of, caller=(here, number))
        self.fate.follow(there, ("param", number_of, params[index].name), -1, depth + 1)

    # ---- functions ---------------------------------------------------------------------------------------------------
    def argument(self, here: Here, value: Value, number: int, place: Any, depth: int) -> None:
        """The table is given to a function, at a place among its arguments."""
        call = here.module.code.calls[number]
        if call.func[0] == "name" and call.func[1] in _LOOKS_ON:
            return
        callee = self.folder.callee(call, here.frame)
        if callee[0] == "func":
            self._into(here, value, call, number, callee, depth)
            return
        entry = self._entry(here, call)
        order = list(entry.get("parameters") or ())
        param = place if isinstance(place, str) or place is None else order[place] if place < len(order) else None
        if param is not None and param in tables_of(entry):
            self.spoken(here, call, entry)
            self._columns_read(here, call, entry)
            self._combined(here, call, number, entry, depth)
        elif entry.get("frame") == "named":
            self._by_name(here, call, entry)
        elif (told := entry.get("told_columns")) is not None and call.func[0] == "attr":
            self.fate.projected = True
            self.fate.reads(self.makers.names(here, call.func[1], told))
            if self.tables.of(("call", number), here.frame) is not None:
                self.fate.onward(here, number, depth)
        elif (names := self.picked.names(here, call, entry, place)) is not None:
            self.fate.projected = True
            self.fate.reads(names)
        elif isinstance(place, int) and self.tables.halved(call, here.frame, 2 * place) == value:
            self.fate.onward(here, number, depth, 2 * place)
            self.fate.onward(here, number, depth, 2 * place + 1)
        else:
            self.used()

    def _entry(self, here: Here, call: Call) -> Entry:
        if call.func[0] == "attr":
            kind = self.tables.of(call.func[1], here.frame)
            if kind is not None:
                return self.tables.entry(kind, call.func[2])
        return self.folder.entry_of(call, here.frame)[1]

    def _by_name(self, here: Here, call: Call, entry: Entry) -> None:
        """Only named columns are read, of which at least one is named."""
        self.spoken(here, call)
        self._columns_read(here, call, entry)
        named = [self.folder.argument(call, entry, name, here.frame) for name in listed(entry.get("reads_columns"))]
        if all(one is None for one in named):
            self.used()

    def _applied(self, here: Here, call: Call, number: int, depth: int) -> None:
        """A function is given the table, with the other arguments after it."""
        plain = self.tables.call(call)
        callee = self.folder.callee(plain, here.frame)
        if plain is call or callee[0] != "func":
            self.used()
        else:
            self._into(here, plain.args[0], plain, number, callee, depth)

    def _into(self, here: Here, value: Value, call: Call, number: int, callee: Value, depth: int) -> None:
        """On into a function of the program."""
        module = self.folder.program.module(callee[1])
        if module is None or depth >= _MOST_NESTED or here.frame.holds(callee[1], callee[2]):
            self.used()
            return
        inner = self.folder.bind(module, callee[2], call, number, here.frame, callee[3])
        names = [name for name, bound in inner.bound.items() if bound[0] == value]
        if not names or inner.spread or any(one != _STATIC for one in module.code.scopes[callee[2]].decorators):
            self.used()
        flow = self.fate.columns.flow(module, callee[2])
        there = here._replace(module=module, flow=flow, frame=inner, scope=callee[2], caller=(here, number))
        for name in names:
            self.fate.follow(there, ("param", callee[2], name), -1, depth + 1)
