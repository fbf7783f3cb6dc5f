"""Where the tables of one file go: every use of a value that may be a table, in the order in which it runs."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import scopes_below
from groundrules.typed import TYPE_CHECKING, Any, NamedTuple, Sequence

if TYPE_CHECKING:
    from groundrules.facts.python.uses import nested
else:
    late(globals(), "groundrules.facts.python.uses", "nested")

_PLAIN = frozenset({"const", "ext", "local", "?"})
_TRACKED = frozenset({"call", "item", "attr", "param", "name", "either", "or", "and", "unpack", "elem", "enter"})
_ENDS = frozenset({"call", "name", "param"})
_new = tuple.__new__  # takes half the time of the class
_MADE = frozenset({"attr", "call"})
_LITERALS = frozenset({"list", "tuple"})
_NAMES = frozenset({"const", "param", "elem", "name"})  # what is asked for in `… in frame.columns`
_CELLS = frozenset({"const", "elem", "unpack"})  # rows that are taken one at a time
_PUT_TOGETHER = frozenset({"fmt", "bin"})  # names that a loop makes
_DEEPEST = 25


class Use(NamedTuple):
    """One use of a value."""

    # item | attribute | named | asked | method | argument | delete | return | held | stored | loop | unpack | whole
    kind: str
    # The key; the name; the call's number; (the call's number, argument); what a loop takes out; which part it is; what
    # it is stored on, with the attribute.
    what: Any
    scope: int
    position: int
    where: Any
    via: Value | None = None  # what the value is one of, after branches


class Store(NamedTuple):
    """A column that is stored, or that a call adds to the table that it returns."""

    scope: int
    position: int
    base: Value  # the table that holds the column afterwards
    column: str
    value: Value
    where: Any
    context: int
    plain: bool = True  # one column by its name, in all rows
    keyword: Any = None  # the place of the call of which the name is a keyword
    through: tuple[Value, ...] = ()  # what the loops run through that make the name


class Flow:
    """Every use in one scope and in those that it holds, by what is used."""

    def __init__(self, module: Module, root: int) -> None:
        self.module = module
        self.root = root
        self.of: dict[Value, list[Use]] = {}
        self.names: dict[Value, list[str]] = {}  # the names that a value is bound to
        self.others: dict[Value, list[Use]] = {}  # the values whose uses are not those of `of`
        self._stored: dict[int, dict[tuple[Value, str], list[tuple[int, Any]]]] = {}
        self._lines: dict[int, set[tuple[Any, ...]]] = {}
        self._via: Value | None = None
        self.at: tuple[int, int, Any] = (root, 0, None)  # the scope, position and place that is being read
        for number in scopes_below(module, root):
            scope = module.code.scopes[number]
            for param in scope.params:
                if param.default is not None:
                    self.at = (number, -1, scope.where)
                    self.visit(param.default, "held")
            for position, op in enumerate(scope.ops):
                self._op(number, position, op)

    def _op(self, scope: int, position: int, op: tuple[Any, ...]) -> None:
        tag = op[0]
        if tag == "c":
            self.at = (scope, position, self.module.code.calls[op[1]].where)
            self._call(op[1])
        elif tag == "=":
            self.at = (scope, position, op[3])
            self._bound(op)
        elif tag == "l":
            self.at = (scope, position, op[3])
            self.visit(op[1], "item", op[2])
            if op[2][0] not in _PLAIN:
                self.visit(op[2], "whole")
        elif tag == "s":
            self.at = (scope, position, op[4])
            self.visit(op[1], None, None, "whole")
            self.visit(op[2], "whole")
            self.visit(op[3], "held")
        elif tag == "d":
            self.at = (scope, position, op[3])
            self.visit(op[1], "delete", op[2])
        elif tag == "a":
            self.at = (scope, position, op[4])
            self._attribute(op)
        elif tag == "r":
            self.at = (scope, position, op[2])
            for one in op[1][1] if op[1][0] == "tuple" else (op[1],):
                self.visit(one, "return")
        elif tag in ("u", "+"):
            self.at = (scope, position, None)
            self.visit(op[1] if tag == "u" else op[2], "whole")

    def _bound(self, op: tuple[Any, ...]) -> None:
        if op[2][0] == "elem" and op[2][1][0] in _MADE:
            if not self._of_comprehension(op):
                self.visit(op[2][1], "whole")
        elif op[2][0] in _TRACKED:
            self._named(op[2], op[1])
            self.visit(op[2], None, None, "held")
        elif op[2][0] in _LITERALS and all(one[0] in _TRACKED for one in op[2][1]):
            for one in op[2][1]:  # what is done with them is seen where the list stands
                self.visit(one, "bundled", op[1], "held")
        else:
            self.visit(op[2], "held")

    def _of_comprehension(self, op: tuple[Any, ...]) -> bool:
        """Whether a name is the element of a comprehension over an attribute: what that gives is seen in its value."""
        context = self.module.code.contexts[op[4]]
        return not (context.kind == "for" and context.value == op[2][1])

    def _attribute(self, op: tuple[Any, ...]) -> None:
        """Something is stored on an object."""
        self.visit(("attr", op[1], op[2]), None, None, "whole")
        if op[3][0] in _TRACKED:
            self.visit(op[3], "stored", (op[1], op[2]), "held")
        else:
            self.visit(op[3], "held")

    def _named(self, value: Value, name: str) -> None:
        self.names.setdefault(value, []).append(name)
        if value[0] == "either":
            self._named(value[1], name)
            self._named(value[2], name)

    def replaced(self, others: dict[Value, list[Use]]) -> Flow:
        """The same flow with other uses of some values."""
        other = Flow.__new__(Flow)
        other.module, other.root, other.names, other.at = self.module, self.root, self.names, self.at
        other.of, other.others, other._stored, other._via = self.of, {**self.others, **others}, self._stored, None
        other._lines = self._lines
        return other

    def uses(self, value: Value) -> Sequence[Use]:
        """The uses of a value, in their order."""
        if value in self.others:
            return self.others[value]
        return self.of.get(value, ())

    def stored(self, scope: int) -> dict[tuple[Value, str], list[tuple[int, Any]]]:
        """The stores of named items in a scope, by what is stored into and the name: positions and places."""
        found = self._stored.get(scope)
        if found is None:
            found = self._stored[scope] = {}
            for position, op in enumerate(self.module.code.scopes[scope].ops):
                for one in stored_by(op) if op[0] == "s" else ():
                    found.setdefault(one, []).append((position, op[4]))
        return found

    def stores_at(self, use: Use, value: Value) -> bool:
        """Whether the line of a use stores a column into the same table."""
        if use.where is None or use.kind not in ("item", "attribute", "method"):
            return False
        lines = self._lines.get(use.scope)
        if lines is None:
            ops = self.module.code.scopes[use.scope].ops
            lines = self._lines[use.scope] = {
                (base, *op[4][:2])
                for op in ops
                if op[0] == "s"
                for base in ([one for one, _ in stored_by(op)] or ([op[1]] if op[2][0] in _PUT_TOGETHER else []))
            }
        return (use.via or value, *use.where[:2]) in lines

    def _call(self, number: int) -> None:
        call = self.module.code.calls[number]
        if call.func[0] == "attr":
            self.visit(call.func[1], "method", number)
        else:
            self.visit(call.func, "whole")
        for index, value in enumerate(call.args):
            if value[0] not in _PLAIN:
                self._argument(value, number, index)
        for name, value in call.kwargs:
            if value[0] not in _PLAIN:
                self._argument(value, number, name)

    def _argument(self, value: Value, number: int, place: Any) -> None:
        if value[0] in ("list", "tuple"):
            for one in value[1]:
                if one[0] not in _PLAIN:
                    self._argument(one, number, place)
        elif value[0] in _TRACKED:
            self.visit(value, "argument", (number, place), "whole")
        else:
            self.visit(value, "whole")

    def visit(self, value: Value, kind: str | None, what: Any = None, inner: str | None = None, depth: int = 0) -> None:
        """Note a use of a value and of what it is made of; `inner` is how its parts are used, where that differs."""
        tag = value[0]
        if tag in _PLAIN or depth > _DEEPEST:
            return
        if kind is not None and tag in _TRACKED:
            use = _new(Use, (kind, what, *self.at, self._via))
            self.of.setdefault(value, []).append(use)
        if tag in _ENDS or (tag == "elem" and value[1][0] in _MADE):
            return  # what an element is taken out of is used where the loop or the comprehension stands
        if tag == "attr":
            self.visit(value[1], "attribute", value[2], None, depth + 1)
        elif tag == "item":
            self.visit(value[1], None, None, inner or kind, depth + 1)
            self.visit(value[2], "whole", None, None, depth + 1)
        elif tag in ("either", "or", "and"):
            self._alternatives(value, value[1:] if tag == "either" else value[1], kind, what, inner, depth)
        elif tag == "elem" and value[1][0] in _LITERALS:
            self._alternatives(value, value[1][1], kind, what, inner, depth)
        elif tag == "unpack" and value[1][0] == "elem":
            self.visit(value[1][1], "loop", value, "whole", depth + 1)
        elif tag == "unpack" and value[1][0] == "call":
            self.visit(value[1], "unpack", value[2], None, depth + 1)
        elif tag == "enter":
            self.visit(value[1], kind, what, inner, depth + 1)
        else:
            self._parts(value, depth)

    def _alternatives(
        self, value: Value, parts: Sequence[Value], kind: str | None, what: Any, inner: str | None, depth: int
    ) -> None:
        """What a value is one of: after branches, or as the tables that a loop runs through are."""
        before, self._via = self._via, (value if value[0] in ("either", "elem") and self._via is None else self._via)
        for part in parts:
            self.visit(part, kind, what, inner, depth + 1)
        self._via = before

    def _parts(self, value: Value, depth: int) -> None:
        """The parts of a value that is no table by itself: whatever stands in it is used as a whole."""
        tag = value[0]
        if tag == "cmp":
            operator, left, right = value[1], value[2], value[3]
            if operator in ("is", "is not") and ("const", None) in (left, right):
                self.visit(left, None, None, "whole", depth + 1)
                self.visit(right, None, None, "whole", depth + 1)
                return
            if operator in ("in", "not in") and left[0] in _NAMES and right[0] == "attr":
                kind = "asked" if operator == "in" and left[0] == "elem" else "named"
                self.visit(right[1], kind, left[1] if left[0] == "const" else left, "whole", depth + 1)
                return
            if operator in ("in", "not in") and left[0] == "elem" and right[0] == "call":
                self.visit(right, "compared", left, "whole", depth + 1)
                return
        if tag == "dict":
            for key, item in value[1]:
                if key is not None:
                    self.visit(key, "whole", None, None, depth + 1)
                self.visit(item, "whole", None, None, depth + 1)
            return
        if tag == "comp" and len(value) > 3:
            self.visit(value[2][0], "filtered", value, "whole", depth + 1)
            return
        if tag == "bin" and value[1] == "-":
            self.visit(value[2], "minus", value[3], "whole", depth + 1)
            self.visit(value[3], "subtracted", value[2], "whole", depth + 1)
            return
        for part in nested(value[1:]):
            if isinstance(part, tuple) and part and isinstance(part[0], str) and part[0] not in _PLAIN:
                self.visit(part, "whole", None, None, depth + 1)


def stores(module: Module, ends: frozenset[str]) -> list[Store]:
    """Every store of named items, which may be columns: nothing else of the module is looked at."""
    return [
        Store(number, position, base, name, op[3], op[4], op[5], op[2][0] == "const")
        for number, position, op in module.doing("s")
        for base, name in stored_by(op)
        if base[0] in ends
    ]


def stored_by(op: tuple[Any, ...]) -> list[tuple[Value, str]]:
    """The tables and names of columns that a store names: one column, those of a list, or one for chosen rows."""
    base, key = op[1], op[2]
    if key[0] == "const":
        return [(base, key[1])] if isinstance(key[1], str) else []
    if key[0] == "tuple" and base[0] == "attr" and len(key[1]) == 2 and key[1][0][0] not in _CELLS:
        base, key = base[1], key[1][1]
        if key[0] == "const":
            return [(base, key[1])] if isinstance(key[1], str) else []
    if key[0] != "list" or not all(one[0] == "const" and isinstance(one[1], str) for one in key[1]):
        return []
    return [(base, one[1]) for one in key[1]]
