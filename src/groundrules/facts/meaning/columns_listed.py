"""Lists of a table's columns that leave some out by their names: comprehensions with a test, differences, removals."""

from __future__ import annotations

from groundrules.facts.meaning.columns_flow import Use
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.sql.words import words
from groundrules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns_fate import Fate
    from groundrules.facts.meaning.columns_here import Here

_SAME = words("list set tuple sorted frozenset")  # functions of the language that hand on what a list holds
_HANDS_ON = words("tolist to_list copy values keys sort_values unique")
_WITHOUT = words("difference drop")
_TAKES_OFF = words("remove discard difference_update")
_PUTS_IN = words("append extend insert add update")
_LOOKS_ON = words("len print enumerate")
_AMONG = "isin"
_ANY = frozenset({"whole", "argument", "filtered", "method"})
_TABLES = frozenset({"call", "item", "either", "param", "unpack", "attr", "elem", "name"})
_DEEPEST = 8


class Listed:
    """Asked for one column."""

    def __init__(self, fate: Fate) -> None:
        self.fate = fate
        self.tables = fate.tables
        self.explicit = False  # a list names the column as one that is not in it
        self.chosen = False  # some columns are taken, and the column is none of them
        self.taken_off: set[Value] = set()  # lists that the column is taken off in place

    # ---- forwards: what is made of the list --------------------------------------------------------------------------
    def left_out(self, here: Here, value: Value, position: int | None, depth: int = 0) -> bool:
        """Whether everything that is made of a list of all columns leaves the column out."""
        uses = [use for use in here.flow.uses(value) if position is None or use.position == position]
        if depth > _DEEPEST or self._shared(here, value) or not uses:
            return False
        removed = any(self._removed(here, use) for use in uses) and not any(self._puts_in(here, use) for use in uses)
        if removed:
            self.taken_off.add(value)
        return any(use.kind != "held" for use in uses) and all(
            (removed and use.kind in _ANY) or self._leaves(here, use, depth) for use in uses
        )

    def _shared(self, here: Here, value: Value) -> bool:
        """Whether a function may read a list of the module's own level."""
        names = here.flow.names.get(value, ()) if here.scope == 0 else ()
        return any(self.fate.columns.sharing(here.module, name) for name in names)

    def _leaves(self, here: Here, use: Use, depth: int) -> bool:
        if use.kind in ("held", "compared"):  # compared: what is made with it is seen where that is used
            return True
        if use.kind == "filtered":
            return self._tested(here, use.what)
        if use.kind == "minus":
            return self._named(here, use.what)
        if use.kind == "subtracted":
            names = self._names(here, use.what)  # which of these are no columns
            return names is not None and self.fate.column not in names and not self.fate.open
        if use.kind == "attribute":
            return use.what in _HANDS_ON
        if use.kind not in ("method", "argument"):
            return False
        number = use.what if use.kind == "method" else use.what[0]
        call = here.module.code.calls[number]
        if use.kind == "argument":
            if call.func[0] == "name" and call.func[1] in _LOOKS_ON:
                return True
            same = call.func[0] == "name" and call.func[1] in _SAME and len(call.args) == 1
            return same and self.left_out(here, ("call", number), None, depth + 1)
        if call.func[2] == _AMONG:
            return True  # which columns it marks is asked where they are taken
        if call.func[2] in _WITHOUT:
            return bool(call.args) and self._named(here, call.args[0])
        return call.func[2] in _HANDS_ON and not call.args and self.left_out(here, ("call", number), None, depth + 1)

    def _removed(self, here: Here, use: Use) -> bool:
        call = here.module.code.calls[use.what] if use.kind == "method" else None
        return (
            call is not None and call.func[2] in _TAKES_OFF and len(call.args) == 1 and self._named(here, call.args[0])
        )

    def _puts_in(self, here: Here, use: Use) -> bool:
        """Whether a method puts the column, or nobody knows what, into a list."""
        call = here.module.code.calls[use.what] if use.kind == "method" else None
        if call is None or call.func[2] not in _PUTS_IN or not call.args:
            return False
        names = self._names(here, call.args[-1])
        return names is None or self.fate.column in names

    def _tested(self, here: Here, comp: Value) -> bool:
        """Whether a test of a comprehension lets the column fall."""
        fallen = [one for one in comp[3] if self._passes(here, one) is False]
        said = [one for one in fallen if not (one[0] == "cmp" and (one[2][0] == "attr" or self._held(here, one[3])))]
        self.explicit = self.explicit or any(_refuses(one) for one in said)
        self.chosen = self.chosen or bool(said)
        return bool(fallen)

    def _passes(self, here: Here, test: Value) -> bool | None:
        """Whether the column passes a test of its name; None where that is not known."""
        tag = test[0]
        if self.fate.open or tag == "?":
            return None
        if tag == "not":
            inner = self._passes(here, test[1])
            return None if inner is None else not inner
        if tag in ("and", "or"):
            found = [self._passes(here, one) for one in test[1]]
            certain = tag == "or"
            return certain if certain in found else None if None in found else not certain
        if tag == "call":
            call = here.module.code.calls[test[1]]
            names = self._names(here, call.args[0])
            ends = call.func[2] == "endswith"
            column = self.fate.column
            return column.endswith(names) if names and ends else column.startswith(names) if names else None
        if test[2][0] == "attr":
            return self._typed(here, test)
        if test[3][0] != "elem" and self._held(here, test[3]):
            return bool(test[1] in ("in", "=="))
        named = self._names(here, test[2] if test[3][0] == "elem" else test[3])
        if named is None:
            return None
        held = any(one in self.fate.column for one in named) if test[3][0] == "elem" else self.fate.column in named
        return held if test[1] in ("in", "==") else not held

    def _held(self, here: Here, value: Value) -> bool:
        """Whether a list is one of all columns of a table that had the column."""
        call = here.module.code.calls[value[1]] if value[0] == "call" else None
        if call is not None and call.func[0] == "name" and call.func[1] in _SAME and len(call.args) == 1:
            return self._held(here, call.args[0])
        if call is not None and call.func[0] == "attr" and call.func[2] in _HANDS_ON:
            return self._held(here, call.func[1])
        if value[0] != "attr" or not self._of_columns(here, value, 0):
            return False
        return any(path == here.module.path and table == value[1] for path, _, table in self.fate.seen)

    def _typed(self, here: Here, test: Value) -> bool | None:
        """Whether the column passes a test of the type of its values."""
        told = self.fate.columns.kinds.told(test[2][2])
        types = test[3][1] if test[3][0] in ("list", "tuple", "set") else (test[3],)
        names = {str(one[1]).rpartition(".")[2] for one in types}
        if told is None or self.fate.type is None or test[2][1][1][0] not in _TABLES:
            return None
        mine = set(told.get(self.fate.type) or ())
        if names & mine:
            return None  # one of several that it may have
        known = {one for all_ in told.values() for one in all_}
        return test[1] in ("not in", "!=") if names <= known else None

    def _names(self, here: Here, value: Value) -> tuple[str, ...] | None:
        """Texts without holes."""
        names = self.tables.names(value, here.frame)
        return None if names is None or any("{}" in one for one in names) else names

    def _named(self, here: Here, value: Value) -> bool:
        names = self.tables.names(value, here.frame)
        named = names is not None and self.fate.column in names
        self.explicit = self.explicit or named
        self.chosen = self.chosen or named
        return named

    def never(self, here: Here, key: Value) -> bool:
        """Whether a subscript is an element of comprehensions alone, of which each lets the column fall."""
        uses = here.flow.uses(key[1]) if key[0] == "elem" else ()
        return bool(uses) and all(use.kind == "filtered" and self._tested(here, use.what) for use in uses)

    def among(self, here: Here, key: Value) -> bool | None:
        """Whether a list of all columns that are among some names holds the column; None for any other key."""
        refused = key[0] == "bin" and key[1] == "~"
        mask = key[2] if refused else key
        call = here.module.code.calls[mask[1]] if mask[0] == "call" else None
        if call is None or call.func[0] != "attr" or call.func[2] != _AMONG or not call.args:
            return None
        names = self._names(here, call.args[0]) if self._of_columns(here, call.func[1], 0) else None
        if names is None:
            return None
        if self.fate.open:
            return True
        self.chosen = True
        self.explicit = self.explicit or refused
        return bool((self.fate.column in names) != refused)

    # ---- backwards: what a list is made of ---------------------------------------------------------------------------
    def without(self, here: Here, key: Value, depth: int = 0) -> bool:
        """Whether a list of columns is one of all but some, of which the column is one."""
        if key[0] == "name" and here.scope:
            shared = here.module.env.get(key[1])
            module_level = self.fate.columns.here(self.tables.frame(here.module, 0))
            return shared is not None and self.without(module_level, shared, depth + 1)
        if key[0] == "param" and key[1] == here.scope and here.caller is not None and key[2] in here.frame.bound:
            return self.without(here.caller[0], here.frame.bound[key[2]][0], depth + 1)
        if depth > _DEEPEST:
            return False
        if key in self.taken_off:
            return True
        if key[0] == "comp":
            return len(key) > 3 and self._of_columns(here, key[2][0], depth) and self._tested(here, key)
        if key[0] == "bin" and key[1] == "-":
            return self._of_columns(here, key[2], depth) and self._named(here, key[3])
        return key[0] == "call" and self._made(here, here.module.code.calls[key[1]], depth)

    def _made(self, here: Here, call: Call, depth: int) -> bool:
        if call.func[0] == "name" and call.func[1] in _SAME and len(call.args) == 1:
            return self.without(here, call.args[0], depth + 1)
        if call.func[0] != "attr":
            return False
        if call.func[2] in _WITHOUT and call.args:
            return self._of_columns(here, call.func[1], depth) and self._named(here, call.args[0])
        return call.func[2] in _HANDS_ON and self.without(here, call.func[1], depth + 1)

    def _of_columns(self, here: Here, value: Value, depth: int) -> bool:
        """Whether a value is the list of a table's columns, in whatever form."""
        if value[0] == "attr":
            kind = self.tables.of(value[1], here.frame)
            return kind is not None and bool(self.tables.entry(kind, value[2]).get("lists_columns"))
        if value[0] != "call" or depth > _DEEPEST:
            return self.tables.of(value, here.frame) is not None
        call = here.module.code.calls[value[1]]
        if call.func[0] == "name" and call.func[1] in _SAME and len(call.args) == 1:
            return self._of_columns(here, call.args[0], depth + 1)
        if call.func[0] == "attr" and call.func[2] in _HANDS_ON:
            return self._of_columns(here, call.func[1], depth + 1)
        return self.tables.of(value, here.frame) is not None


def _refuses(test: Value) -> bool:
    """Whether a test says what shall not be there."""
    return test[0] == "not" or (test[0] == "cmp" and test[1] in ("not in", "!="))
