"""Where values are used in a file, with what surrounds them there: the forward half of flow."""

from __future__ import annotations

from groundrules.facts.python.ir import UNKNOWN, Scope, Value
from groundrules.facts.python.program import Module
from groundrules.typed import Any, NamedTuple

Atom = tuple[Any, ...]  # ("call", n) | ("name", n) | ("param", scope, n) | ("self", class scope, n) | ("ext", dotted)
_DEEPEST = 14


class Inside(NamedTuple):
    """What stands between a value and the place that uses it."""

    key: str | None = None  # the dict key that it is given to
    text: Value | None = None  # the text that it becomes a part of
    minus: Value | None = None  # the other side of a subtraction
    subtracted: bool = False  # it is what is taken away
    filtered: bool = False  # it decides which items a subscript takes
    compared: Value | None = None  # what it is compared with
    most: bool = False  # nothing that is more passes the comparison
    position: int | None = None  # which item of a list or tuple it is


class Use(NamedTuple):
    """One use of a value."""

    kind: str  # call | method | key | attribute | return | bound | default | test | loop | other
    number: int  # the call's, for calls and methods; else the scope's
    what: Any  # the argument's position or name; the key, with what holds it; the name
    inside: Inside
    where: Any  # None: the place of the call or scope


class Uses:
    """Every use in one module, by what is used."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.of: dict[Atom, list[Use]] = {}
        for number, call in enumerate(module.code.calls):
            if call.func[0] == "attr":
                self.note(call.func[1], Use("method", number, call.func[2], Inside(), None))
            for index, arg in enumerate(call.args):
                self.note(arg, Use("call", number, index, Inside(), None))
            for name, value in call.kwargs:
                self.note(value, Use("call", number, name, Inside(), None))
        for number, scope in enumerate(module.code.scopes):
            self._scope(number, scope)
        for number, context in enumerate(module.code.contexts):
            if context.kind in ("if", "while"):
                self.note(
                    context.value, Use("loop" if context.kind == "while" else "test", number, None, Inside(), None)
                )

    def _scope(self, number: int, scope: Scope) -> None:
        for param in scope.params:
            if param.default is not None:
                self.note(param.default, Use("default", number, param.name, Inside(), scope.where))
        for op in scope.ops:
            tag = op[0]
            if tag == "r":
                self.note(op[1], Use("return", number, None, Inside(), op[2]))
            elif tag == "s":
                named = op[2][1] if op[2][0] == "const" else None
                self.note(op[3], Use("key", number, (op[1], named), Inside(), op[4]))
                self.note(op[2], Use("subscript", number, None, Inside(), op[4]))
            elif tag == "a":
                self.note(op[3], Use("attribute", number, (op[1], op[2]), Inside(), op[4]))
            elif tag == "u":
                self.note(op[1], Use("other", number, None, Inside(), None))
            elif tag == "=" and scope.kind in ("class", "module"):
                self.note(op[2], Use("bound", number, op[1], Inside(), op[3]))

    def note(self, value: Value, use: Use) -> None:
        """Note every part of a value as used."""
        self._note(value, use, 0, set())

    def _note(self, value: Any, use: Use, depth: int, seen: set[int]) -> None:
        if depth > _DEEPEST or id(value) in seen or not isinstance(value, tuple) or not value:
            return
        tag = value[0]
        if tag in ("const", "local") or value == UNKNOWN:
            return
        if tag in ("call", "name", "param", "ext"):
            self.of.setdefault(value, []).append(use)
            return
        seen.add(id(value))
        for part, inside in parts(value, use.inside):
            self._note(part, use if inside is use.inside else use._replace(inside=inside), depth + 1, seen)
        if tag == "attr":
            owner = self.class_of(value[1])
            if owner is not None:
                self.of.setdefault(("self", owner, value[2]), []).append(use)

    def class_of(self, value: Value) -> int | None:
        """The class whose instance a value is: the first parameter of a method."""
        if value[0] != "param":
            return None
        scope = self.module.code.scopes[value[1]]
        if scope.parent > 0 and self.module.code.scopes[scope.parent].kind == "class":
            return scope.parent if scope.params and scope.params[0].name == value[2] else None
        return None


def parts(value: Value, inside: Inside) -> list[tuple[Any, Inside]]:
    """The parts of a value, each with what now stands around it."""
    tag = value[0]
    if tag == "dict":
        found: list[tuple[Any, Inside]] = []
        for key, item in value[1]:
            named = str(key[1]) if key is not None and key[0] == "const" else inside.key
            found.append((item, inside._replace(key=named)))
        return found
    if tag == "fmt":
        around = inside if inside.text is not None else inside._replace(text=value)
        return [(part, around) for part in value[1] if not isinstance(part, str)]
    if tag == "bin":
        return operands(value, inside)
    if tag == "item":
        return [(value[1], inside), (value[2], inside._replace(filtered=True, compared=None))]
    if tag == "cmp":
        most, least = value[1] in (">", ">="), value[1] in ("<", "<=")
        left, right = inside._replace(compared=value[3], most=most), inside._replace(compared=value[2], most=least)
        return [(value[2], left), (value[3], right)]
    if tag in ("list", "tuple"):
        return [(one, inside._replace(position=index)) for index, one in enumerate(value[1])]
    return [(part, inside) for part in nested(value[1:])]


def nested(items: tuple[Any, ...]) -> list[Any]:
    """The values among the items, and inside tuples of values."""
    found: list[Any] = []
    for part in items:
        if isinstance(part, tuple) and part:
            found.extend((part,) if isinstance(part[0], str) else part)
    return found


def operands(value: Value, inside: Inside) -> list[tuple[Any, Inside]]:
    """The two sides of an operation."""
    operator, left, right = value[1], value[2], value[3]
    if operator == "-":
        return [(left, inside._replace(minus=right)), (right, inside._replace(minus=left, subtracted=True))]
    if operator in ("+", "/", "%") and inside.text is None:
        inside = inside._replace(text=value)
    return [(left, inside), (right, inside)]
