"""Expressions become values: one visit a node, dispatched by the node's class, nothing visited twice."""

from __future__ import annotations

import _ast as ast

from groundrules.facts.python.ir import NONE, UNKNOWN, Call, Op, Param, Value, WherePlain
from groundrules.facts.sql import looks_like_sql
from groundrules.typed import Any, Callable, ClassVar

_OPERATORS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%", ast.FloorDiv: "//", ast.Pow: "**",
    ast.MatMult: "@", ast.BitOr: "|", ast.BitAnd: "&", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip
_COMPARISONS: dict[type, str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_SETTINGS_WORDS = ("cfg", "conf", "param", "setting", "opt", "args", "hp")
GIVEN_ENVIRONMENT = frozenset(
    ("env", "environment", "env_vars", "environment_variables", "extra_env", "envs", "container_env")
)
GIVES_ENVIRONMENT = "env="  # stands among the names of a file that hands variables to what it starts
_CHAIN = frozenset(("attr", "item", "unpack", "either"))
_LONGEST_TEXT = 20_000
_MOST_ITEMS = 300


class Frame:
    """A scope while it is being read."""

    __slots__ = (
        "attributes", "bases", "class_frame", "decorators", "env", "globals", "kind", "loads", "name", "number", "ops",
        "params", "parent", "qualname", "self_name", "text", "where",
    )  # fmt: skip

    def __init__(self, kind: str, name: str, number: int, parent: Frame | None, where: WherePlain) -> None:
        self.kind, self.name, self.number, self.parent, self.where = kind, name, number, parent, where
        above: str = parent.qualname if parent is not None else ""
        self.qualname: str = f"{above}.{name}" if above else name if parent is not None else ""
        self.env: dict[str, Value] = {}
        self.ops: list[Op] = []
        self.params: tuple[Param, ...] = ()
        self.decorators: tuple[Value, ...] = ()
        self.bases: tuple[Value, ...] = ()
        self.attributes: dict[str, Value] = {}
        self.loads: set[str] = set()
        self.globals: set[str] = set()
        self.class_frame: Frame | None = None
        self.self_name: str | None = None
        self.text: str | None = None


def template_text(value: Value) -> str:
    """A text with its unknown parts as {names}, as scanners of SQL and paths want it."""
    tag = value[0]
    if tag == "const":
        return str(value[1])
    if tag == "fmt":
        return "".join(part if isinstance(part, str) else template_text(part) for part in value[1])
    return "{" + hole_name(value) + "}"


def hole_name(value: Value) -> str:
    """A short name for an unknown part of a text."""
    tag = value[0]
    if tag in ("name", "ext"):
        return str(value[1]).rpartition(".")[2]
    if tag in ("param", "attr"):
        return str(value[2])
    if tag == "item" and value[2][0] == "const":
        return str(value[2][1])
    return "x"


def may_be_settings(value: Value) -> bool:
    """Whether the root of an attribute chain is named like settings. A filter that saves rows; what it lets through is
    proven by its loader later."""
    tag = value[0]
    while tag in _CHAIN:
        if tag == "attr" and named_like_settings(value[2]):
            return True
        value = value[1]
        tag = value[0]
    if tag == "param" or tag == "name":
        return named_like_settings(value[-1])
    return bool(tag == "call")


_LIKE_SETTINGS: dict[str, bool] = {}


def named_like_settings(name: str) -> bool:
    """Whether a name holds a word that settings are called by. The same few names come again and again."""
    known = _LIKE_SETTINGS.get(name)
    if known is None:
        lowered = name.lower()
        known = _LIKE_SETTINGS[name] = any(word in lowered for word in _SETTINGS_WORDS)
    return known


class Expressions:
    """The half of the reader that turns expressions into values; statements are in `extract`."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.frames: list[Frame] = []
        self.names: set[str] = set()
        self.mentions: set[str] = set()
        self.texts: list[tuple[str, WherePlain, int, int]] = []
        self.cell: int | None = None
        self.context = 0
        self.in_text = False
        self.in_chain = False
        self.pending: list[tuple[Any, Frame, int]] = []
        self.columns: Callable[[int, int], int] | None = None  # byte offsets to characters, where they differ
        self.frame = Frame("module", "", 0, None, (None, 1, 1, 1, 1))

    # ---- helpers -----------------------------------------------------------------------------------------------------
    def where(self, node: Any) -> WherePlain:
        """The place of a node, columns counted in characters from 1."""
        line, end, columns = node.lineno, node.end_lineno, self.columns
        if columns is None:
            return (self.cell, line, node.col_offset + 1, end, node.end_col_offset + 1)
        return (self.cell, line, columns(line, node.col_offset) + 1, end, columns(end, node.end_col_offset) + 1)

    def value(self, node: Any) -> Value:
        """The value of an expression; records the calls, loads and texts inside it."""
        handler: Callable[[Any, Any], Value] = self._handlers.get(node.__class__, Expressions.opaque)
        return handler(self, node)

    def opaque(self, node: Any) -> Value:
        """An expression that no value describes: its parts are read, the result is unknown."""
        for field in node._fields:
            part = getattr(node, field, None)
            if isinstance(part, ast.expr):
                self.use(self.value(part))
            elif isinstance(part, list):
                for one in part:
                    if isinstance(one, ast.expr):
                        self.use(self.value(one))
        return UNKNOWN

    def use(self, value: Value) -> None:
        """Record that a value is used in a way that nothing else tells."""
        if value[0] not in ("const", "ext", "local", "?"):
            self.frame.ops.append(("u", value))

    def load(self, name: str) -> Value:
        """The value of a name where it is read."""
        frame = self.frame
        self.names.add(name)
        frame.loads.add(name)
        found = frame.env.get(name)
        if found is not None and name not in frame.globals:
            return found
        above = frame.parent
        while above is not None and above.parent is not None:
            if above.kind != "class":
                above.loads.add(name)
                found = above.env.get(name)
                if found is not None:
                    return found
            above = above.parent
        if above is not None:
            above.loads.add(name)
        return ("name", name)

    # ---- one method a node class -------------------------------------------------------------------------------------
    def _constant(self, node: ast.Constant) -> Value:
        text = node.value
        if isinstance(text, str):
            if len(text) > _LONGEST_TEXT:
                text = text[:_LONGEST_TEXT]
            if not self.in_text:
                self.text(text, node)
            return ("const", text)
        if text is None or isinstance(text, (bool, int, float)):
            return ("const", text) if not isinstance(text, int) or -(2**62) < text < 2**62 else UNKNOWN
        return UNKNOWN

    def text(self, text: str, node: Any) -> None:
        """Note a text for the questions that look for texts: SQL, paths, identifiers."""
        size = len(text)
        if 1 < size < 200 and "\n" not in text:
            if text.isidentifier():
                self.names.add(text)
            elif "." in text or "/" in text or "\\" in text:
                self.mentions.add(text.replace("\\", "/").rstrip("/").rpartition("/")[2])
            elif " " in text and size < 120:
                for word in text.split():
                    if word.isidentifier():
                        self.names.add(word)
        if size > 10 and looks_like_sql(text):
            self.texts.append((text, self.where(node), self.frame.number, self.context))

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

    def _name(self, node: ast.Name) -> Value:
        return self.load(node.id)

    def _attribute(self, node: ast.Attribute) -> Value:
        inner = node.value.__class__ is ast.Attribute
        outer, self.in_chain = self.in_chain, inner
        base = self.value(node.value)
        self.in_chain = outer
        self.names.add(node.attr)
        if not outer and base[0] != "ext" and isinstance(node.ctx, ast.Load) and may_be_settings(base):
            self.frame.ops.append(("t", ("attr", base, node.attr), self.where(node), self.context))
        if base[0] == "ext":
            return ("ext", base[1] + "." + node.attr)
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
            if value[0] == "dict" and keyword in GIVEN_ENVIRONMENT:
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
        test = self.value(node.test)
        self.use(test)
        outer = self.context
        self.context = self.enter("if", test)
        body = self.value(node.body)
        self.context = outer
        self.context = self.enter("else", test)
        orelse = self.value(node.orelse)
        self.context = outer
        return ("either", body, orelse)

    def enter(self, kind: str, value: Value, refused: bool = False) -> int:
        """A new context inside the present one; its number."""
        raise NotImplementedError  # pragma: no cover - `extract.Reader` says how

    def _items(self, tag: str, nodes: list[Any]) -> Value:
        return (tag, tuple([self.value(node) for node in nodes[:_MOST_ITEMS]]))

    def _list(self, node: ast.List) -> Value:
        return self._items("list", node.elts)

    def _tuple(self, node: ast.Tuple) -> Value:
        return self._items("tuple", node.elts)

    def _set(self, node: ast.Set) -> Value:
        return self._items("set", node.elts)

    def _dict(self, node: ast.Dict) -> Value:
        pairs = zip(node.keys[:_MOST_ITEMS], node.values[:_MOST_ITEMS], strict=True)
        return (
            "dict",
            tuple([(self.value(key) if key is not None else None, self.value(item)) for key, item in pairs]),
        )

    def _starred(self, node: ast.Starred) -> Value:
        return ("star", self.value(node.value))

    def _comprehension(self, node: Any) -> Value:
        kept = dict(self.frame.env)
        iterables = []
        for part in node.generators:
            iterable = self.value(part.iter)
            iterables.append(iterable)
            self.bind(part.target, ("elem", iterable))
            for test in part.ifs:
                self.use(self.value(test))
        if isinstance(node, ast.DictComp):
            element: Value = ("dict", ((self.value(node.key), self.value(node.value)),))
        else:
            element = self.value(node.elt)
        self.frame.env = kept
        return ("comp", element, tuple(iterables))

    def bind(self, target: Any, value: Value) -> None:
        """Bind an assignment's target."""
        raise NotImplementedError  # pragma: no cover - `extract.Reader` says how

    def _lambda(self, node: ast.Lambda) -> Value:
        raise NotImplementedError  # pragma: no cover - `extract.Reader` says how

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
        self.frame.ops.append(("r", value, self.where(node)))
        return UNKNOWN

    _handlers: ClassVar[dict[type, Callable[[Any, Any], Value]]] = {  # noqa: RUF012 - it is a ClassVar
        ast.Constant: _constant, ast.JoinedStr: _joined, ast.Name: _name, ast.Attribute: _attribute,
        ast.Subscript: _subscript, ast.Call: _call, ast.BinOp: _binary, ast.BoolOp: _boolean, ast.UnaryOp: _unary,
        ast.Compare: _compare, ast.IfExp: _conditional, ast.List: _list, ast.Tuple: _tuple, ast.Set: _set,
        ast.Dict: _dict, ast.Starred: _starred, ast.ListComp: _comprehension, ast.SetComp: _comprehension,
        ast.GeneratorExp: _comprehension, ast.DictComp: _comprehension,
        ast.Lambda: lambda self, node: self._lambda(node), ast.NamedExpr: _walrus, ast.Slice: _slice,
        ast.Await: _await, ast.Yield: _yield, ast.YieldFrom: _yield,
    }  # fmt: skip


def concatenate(left: Value, right: Value) -> Value:
    """`left + right`: a text where one side is known to be one, a list where both are."""
    texts = [side[0] == "fmt" or (side[0] == "const" and isinstance(side[1], str)) for side in (left, right)]
    if any(texts):
        parts: list[Any] = []
        for side in (left, right):
            if side[0] == "fmt":
                parts.extend(side[1])
            elif side[0] == "const":
                parts.append(str(side[1]))
            else:
                parts.append(side)
        if all(isinstance(part, str) for part in parts):
            return ("const", "".join(parts)[:_LONGEST_TEXT])
        return ("fmt", tuple(parts[:60]))
    if left[0] == right[0] == "list":
        return ("list", (left[1] + right[1])[:_MOST_ITEMS])
    return ("bin", "+", left, right)
