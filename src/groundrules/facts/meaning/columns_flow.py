"""Where the tables of one file go: every use of a value that may be a table, in the order in which it runs."""

from __future__ import annotations

from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.uses import nested
from groundrules.typed import Any, NamedTuple

_PLAIN = frozenset({"const", "ext", "local", "?"})
_TRACKED = frozenset({"call", "item", "attr", "param", "name", "either", "or", "and", "unpack", "elem", "enter"})
_DEEPEST = 25


class Use(NamedTuple):
    """One use of a value."""

    kind: str  # item | attribute | named | method | argument | delete | return | held | whole
    what: Any  # the key; the name; the call's number; (the call's number, argument)
    scope: int
    position: int
    where: Any


class Store(NamedTuple):
    """A column that is stored, or that a call adds to the table that it returns."""

    scope: int
    position: int
    base: Value  # the table that holds the column afterwards
    column: str
    value: Value
    where: Any
    context: int


class Flow:
    """Every use in one module, by what is used, and every store of a named item."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.of: dict[Value, list[Use]] = {}
        self.stores: list[Store] = []
        self.names: dict[Value, str] = {}  # the first name that a value is bound to
        self.bound: list[set[str]] = []  # by scope: the names that it binds
        for number, scope in enumerate(module.code.scopes):
            self.bound.append({param.name for param in scope.params})
            for param in scope.params:
                if param.default is not None:
                    self.visit(param.default, Use("held", None, number, -1, scope.where))
            for position, op in enumerate(scope.ops):
                self._op(number, position, op)

    def _op(self, scope: int, position: int, op: tuple[Any, ...]) -> None:
        tag = op[0]
        if tag == "c":
            self._call(scope, position, op[1])
        elif tag == "=":
            self.bound[scope].add(op[1])
            if op[2][0] in _TRACKED:
                self.names.setdefault(op[2], op[1])
                self.visit(op[2], None, Use("held", None, scope, position, op[3]))
            else:
                self.visit(op[2], Use("held", None, scope, position, op[3]))
        elif tag == "l":
            self.visit(op[1], Use("item", op[2], scope, position, op[3]))
            self.visit(op[2], Use("whole", None, scope, position, op[3]))
        elif tag == "s":
            self._stored(scope, position, op)
        elif tag == "d":
            self.visit(op[1], Use("delete", op[2], scope, position, op[3]))
        elif tag == "a":
            self.visit(op[1], None, Use("whole", None, scope, position, op[4]))
            self.visit(("attr", op[1], op[2]), None, Use("whole", None, scope, position, op[4]))
            self.visit(op[3], Use("held", None, scope, position, op[4]))
        elif tag == "r":
            self.visit(op[1], Use("return", None, scope, position, op[2]))
        elif tag in ("u", "+"):
            self.visit(op[1] if tag == "u" else op[2], Use("whole", None, scope, position, None))

    def _stored(self, scope: int, position: int, op: tuple[Any, ...]) -> None:
        _, base, key, value, where, context = op
        self.visit(base, None, Use("whole", None, scope, position, where))
        self.visit(key, Use("whole", None, scope, position, where))
        self.visit(value, Use("held", None, scope, position, where))
        if key[0] == "const" and isinstance(key[1], str):
            self.stores.append(Store(scope, position, base, key[1], value, where, context))

    def _call(self, scope: int, position: int, number: int) -> None:
        call = self.module.code.calls[number]
        whole = Use("whole", None, scope, position, call.where)
        if call.func[0] == "attr":
            self.visit(call.func[1], Use("method", number, scope, position, call.where))
        else:
            self.visit(call.func, whole)
        for index, value in enumerate(call.args):
            self._argument(value, Use("argument", (number, index), scope, position, call.where), whole)
        for name, value in call.kwargs:
            self._argument(value, Use("argument", (number, name), scope, position, call.where), whole)

    def _argument(self, value: Value, use: Use, whole: Use) -> None:
        self.visit(value, use if value[0] in _TRACKED else whole, whole)

    def visit(self, value: Value, use: Use | None, inner: Use | None = None, depth: int = 0) -> None:
        """Note a use of a value and of what it is made of; `inner` is how its parts are used, where that differs."""
        tag = value[0]
        if tag in _PLAIN or depth > _DEEPEST:
            return
        if use is not None and tag in _TRACKED:
            self.of.setdefault(value, []).append(use)
        around = inner or use
        assert around is not None
        if tag in ("either", "or", "and"):
            for part in value[1:] if tag == "either" else value[1]:
                self.visit(part, use, inner, depth + 1)
        elif tag == "enter":
            self.visit(value[1], use, inner, depth + 1)
        elif tag == "item":
            self.visit(value[1], None, around, depth + 1)
            self.visit(value[2], around._replace(kind="whole", what=None), None, depth + 1)
        elif tag == "attr":
            self.visit(value[1], around._replace(kind="attribute", what=value[2]), None, depth + 1)
        elif tag not in ("call", "name", "param"):
            self._parts(value, around._replace(kind="whole", what=None), depth)

    def _parts(self, value: Value, whole: Use, depth: int) -> None:
        """The parts of a value that is no table by itself: whatever stands in it is used as a whole."""
        if value[0] == "cmp":
            operator, left, right = value[1], value[2], value[3]
            if operator in ("is", "is not") and ("const", None) in (left, right):
                self.visit(left, None, whole, depth + 1)
                self.visit(right, None, whole, depth + 1)
                return
            if operator in ("in", "not in") and left[0] == "const" and right[0] == "attr":
                self.visit(right[1], whole._replace(kind="named", what=left[1]), whole, depth + 1)
                return
        parts = value[1:]
        if value[0] == "dict":
            parts = tuple([one for pair in value[1] for one in pair if one is not None])
        for part in nested(parts):
            if isinstance(part, tuple) and part and isinstance(part[0], str):
                self.visit(part, whole, None, depth + 1)
