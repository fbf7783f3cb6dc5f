"""Expressions become values: one visit a node, dispatched by the node's class, nothing visited twice."""

from __future__ import annotations

import _ast as ast

from groundrules.facts.python.ir import NONE, UNKNOWN, Call, Value
from groundrules.facts.python.reading.bindings import Bindings
from groundrules.facts.python.reading.hints import (
    GIVEN_ENVIRONMENT,
    GIVES_ENVIRONMENT,
    LONGEST_TEXT,
    MOST_ITEMS,
    concatenate,
    may_be_settings,
    template_text,
)
from groundrules.typed import Any, Callable, ClassVar

_OPERATORS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%", ast.FloorDiv: "//", ast.Pow: "**",
    ast.MatMult: "@", ast.BitOr: "|", ast.BitAnd: "&", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip
_COMPARISONS: dict[type, str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_BY_NAME = ("in", "not in", "!=", "==")
_NAMES = frozenset({"const", "list", "tuple", "set", "name", "param", "attr", "bin"})


class Expressions(Bindings):
    """Turns expressions into values."""

    def _constant(self, node: ast.Constant) -> Value:
        text = node.value
        if isinstance(text, str):
            if len(text) > LONGEST_TEXT:
                text = text[:LONGEST_TEXT]
            if not self.in_text:
                self.text(text, node)
            return ("const", text)
        if text is None or isinstance(text, (bool, int, float)):
            return ("const", text) if not isinstance(text, int) or -(2**62) < text < 2**62 else UNKNOWN
        return UNKNOWN

    def _joined(self, node: ast.JoinedStr) -> Value:
        outer, self.in_text = self.in_text, True
        parts: list[Any] = []
        for piece in node.values:
            if isinstance(piece, ast.Constant):
                parts.append(str(piece.value))
            elif isinstance(piece, ast.FormattedValue):
                self.in_text = False
                part = self.value(piece.value)
                self.in_text = True
                if piece.format_spec is not None:
                    self.value(piece.format_spec)
                    part = ("fmtspec", part) if part[0] != "const" else part
                parts.append(part)
        self.in_text = outer
        value: Value = ("fmt", tuple(parts))
        if all(isinstance(part, str) for part in parts):
            value = ("const", "".join(parts))
        if not outer:
            self.text(template_text(value), node)
        return value

    def _attribute(self, node: ast.Attribute) -> Value:
        inner = node.value.__class__ is ast.Attribute
        outer, self.in_chain = self.in_chain, inner
        base = self.value(node.value)
        self.in_chain = outer
        self.names.add(node.attr)
        if not outer and base[0] != "ext" and isinstance(node.ctx, ast.Load) and may_be_settings(base):
            self.frame.ops.append(("t", ("attr", base, node.attr), self.where(node), self.context))
        if base[0] == "ext":
            return self.same(("ext", base[1] + "." + node.attr))
        if base[0] == "param" and self.frame.class_frame is not None and base[2] == self.frame.self_name:
            known = self.frame.env.get("." + node.attr)
            if known is not None:
                return known
        return ("attr", base, node.attr)

    def _subscript(self, node: ast.Subscript) -> Value:
        base = self.value(node.value)
        key = self.value(node.slice)
        self.frame.ops.append(("l", base, key, self.where(node), self.context))
        if (
            base[0] in ("tuple", "list")
            and key[0] == "const"
            and isinstance(key[1], int)
            and -1 <= key[1] < len(base[1])
        ):
            return base[1][key[1]] if base[1] and base[1][key[1]][0] != "star" else UNKNOWN
        return ("item", base, key)

    def _call(self, node: ast.Call) -> Value:
        chain, self.in_chain = self.in_chain, False
        func = self.value(node.func)
        args = tuple([self.value(arg) for arg in node.args])
        kwargs = tuple([(kw.arg, self.value(kw.value)) for kw in node.keywords])
        for keyword, value in kwargs:
            if keyword in GIVEN_ENVIRONMENT:
                made = value[0] == "call" and self.calls[value[1]].func == ("name", "dict")
                if value[0] == "dict" or made:
                    self.names.add(GIVES_ENVIRONMENT)
        self.calls.append(Call(func, args, kwargs, self.where(node), self.context, self.frame.number))
        number = len(self.calls) - 1
        self.in_chain = chain
        self.frame.ops.append(("c", number))
        return ("call", number)

    def _binary(self, node: ast.BinOp) -> Value:
        operator = _OPERATORS.get(node.op.__class__, "?")
        if operator != "+":
            return ("bin", operator, self.value(node.left), self.value(node.right))
        outer, self.in_text = self.in_text, True
        left, right = self.value(node.left), self.value(node.right)
        self.in_text = outer
        value = concatenate(left, right)
        if not outer and value[0] in ("fmt", "const"):
            self.text(template_text(value), node)
        return value

    def _boolean(self, node: ast.BoolOp) -> Value:
        return ("or" if isinstance(node.op, ast.Or) else "and", tuple([self.value(part) for part in node.values]))

    def _unary(self, node: ast.UnaryOp) -> Value:
        inner = self.value(node.operand)
        if isinstance(node.op, ast.Not):
            return ("not", inner)
        if inner[0] == "const" and isinstance(inner[1], (int, float)) and isinstance(node.op, ast.USub):
            return ("const", -inner[1])
        return ("bin", "~", inner, NONE)

    def _compare(self, node: ast.Compare) -> Value:
        left = self.value(node.left)
        result: Value | None = None
        for operator, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node)
            one: Value = ("cmp", _COMPARISONS[operator.__class__], left, right)
            result = one if result is None else ("and", (result, one))
            left = right
        return result or UNKNOWN

    def _conditional(self, node: ast.IfExp) -> Value:
        test = self.apart(node.test)
        self.use(test)
        outer = self.context
        self.context = self.enter("if", test)
        body = self.value(node.body)
        self.context = outer
        self.context = self.enter("else", test)
        orelse = self.value(node.orelse)
        self.context = outer
        return ("either", body, orelse)

    def _items(self, tag: str, nodes: list[Any]) -> Value:
        return (tag, tuple([self.value(node) for node in nodes[:MOST_ITEMS]]))

    def _list(self, node: ast.List) -> Value:
        return self._items("list", node.elts)

    def _tuple(self, node: ast.Tuple) -> Value:
        return self._items("tuple", node.elts)

    def _set(self, node: ast.Set) -> Value:
        return self._items("set", node.elts)

    def _dict(self, node: ast.Dict) -> Value:
        pairs = zip(node.keys[:MOST_ITEMS], node.values[:MOST_ITEMS], strict=True)
        return (
            "dict",
            tuple([(self.value(key) if key is not None else None, self.value(item)) for key, item in pairs]),
        )

    def _starred(self, node: ast.Starred) -> Value:
        return ("star", self.value(node.value))

    def _comprehension(self, node: Any) -> Value:
        kept = dict(self.frame.env)
        iterables = []
        names: list[Value] = []
        for part in node.generators:
            iterable = self.apart(part.iter)
            iterables.append(iterable)
            self.bind(part.target, ("elem", iterable))
            for test in part.ifs:
                tested = self.value(test)
                self.use(tested)
                names.extend(tests_of_names(tested, ("elem", iterable), self.calls))
        if isinstance(node, ast.DictComp):
            element: Value = ("dict", ((self.value(node.key), self.value(node.value)),))
        else:
            element = self.value(node.elt)
        self.frame.env = kept
        plain = any(one != UNKNOWN for one in names) and len(iterables) == 1 and element == ("elem", iterables[0])
        return ("comp", element, tuple(iterables), tuple(names)) if plain else ("comp", element, tuple(iterables))

    def _walrus(self, node: ast.NamedExpr) -> Value:
        value = self.value(node.value)
        self.bind(node.target, value)
        return value

    def _slice(self, node: ast.Slice) -> Value:
        return (
            "slice",
            tuple([self.value(part) if part is not None else NONE for part in (node.lower, node.upper, node.step)]),
        )

    def _await(self, node: ast.Await) -> Value:
        return self.value(node.value)

    def _yield(self, node: Any) -> Value:
        value = self.value(node.value) if node.value is not None else NONE
        one = type(node) is ast.Yield
        self.frame.ops.append(("r", value, self.where(node), "one") if one else ("r", value, self.where(node)))
        return UNKNOWN

    handlers: ClassVar[dict[type, Callable[[Any, Any], Value]]] = {  # noqa: RUF012 - it is a ClassVar
        ast.Constant: _constant, ast.JoinedStr: _joined, ast.Attribute: _attribute,
        ast.Subscript: _subscript, ast.Call: _call, ast.BinOp: _binary, ast.BoolOp: _boolean, ast.UnaryOp: _unary,
        ast.Compare: _compare, ast.IfExp: _conditional, ast.List: _list, ast.Tuple: _tuple, ast.Set: _set,
        ast.Dict: _dict, ast.Starred: _starred, ast.ListComp: _comprehension, ast.SetComp: _comprehension,
        ast.GeneratorExp: _comprehension, ast.DictComp: _comprehension,
        ast.Lambda: Bindings._lambda, ast.NamedExpr: _walrus, ast.Slice: _slice,
        ast.Await: _await, ast.Yield: _yield, ast.YieldFrom: _yield,
    }  # fmt: skip


def tests_of_names(test: Value, element: Value, calls: list[Call]) -> list[Value]:
    """The tests that each element has to pass: those about what it is called, and unknown for all others."""
    if test[0] == "and":
        found = [one for part in test[1] for one in tests_of_names(part, element, calls)]
        return found if any(one != UNKNOWN for one in found) else [UNKNOWN]
    return [test] if about_name(test, element, calls) or about_type(test, element) else [UNKNOWN]


def about_type(test: Value, element: Value) -> bool:
    """Whether a test compares what an attribute says of the item with the element's name."""
    if test[0] != "cmp" or test[1] not in _BY_NAME or test[2][0] != "attr" or test[2][1][0] != "item":
        return False
    types = test[3][1] if test[3][0] in ("list", "tuple", "set") else (test[3],)
    return test[2][1][2] == element and all(one[0] in ("const", "name", "ext") for one in types)


def about_name(test: Value, element: Value, calls: list[Call]) -> bool:
    """Whether a test compares an element with names, looks for a text in it, or asks for its start or end."""
    tag = test[0]
    if tag == "cmp":
        listed = test[3][0] in _NAMES or (test[3][0] == "call" and test[1] in ("in", "not in"))
        compares = test[1] in _BY_NAME and test[2] == element and listed
        return compares or (test[1] in ("in", "not in") and test[3] == element and test[2][0] == "const")
    if tag == "call":
        call = calls[test[1]]
        return call.func in (("attr", element, "startswith"), ("attr", element, "endswith")) and len(call.args) == 1
    if tag == "not":
        return about_name(test[1], element, calls)
    return tag in ("and", "or") and all(about_name(one, element, calls) for one in test[1])
