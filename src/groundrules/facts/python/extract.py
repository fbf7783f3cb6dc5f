"""Python source becomes symbolic code: statements in order, branches merged, functions read after what is around."""

from __future__ import annotations

import _ast as ast

from groundrules.facts.python.expressions import Expressions, Frame, concatenate
from groundrules.facts.python.ir import NONE, UNKNOWN, Code, Context, Param, Scope, Sql, Value
from groundrules.facts.raw import Trouble
from groundrules.facts.sql import scan
from groundrules.typed import Any, Callable

Env = dict[str, Value]


def parse(source: str | bytes, name: str = "<file>") -> Any:
    """The syntax tree; raises SyntaxError or ValueError like `compile`."""
    return compile(source, name, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)


def parse_any(source: Any) -> tuple[Any, Any]:
    """The syntax tree of Python 3, or else of Python 2, and the source that it is of; raises what Python 3 says."""
    try:
        return parse(source), source
    except SyntaxError as error:
        trouble = error
    from groundrules.facts.python.older import versions

    for written in versions(source if isinstance(source, str) else source.decode("latin-1")):
        again = written if isinstance(source, str) else written.encode("latin-1")  # what is written anew is ASCII
        try:
            return parse(again), again
        except (SyntaxError, ValueError):
            continue
    raise trouble


class Reader(Expressions):
    """Reads statements; see `read_module` and `read_cells`."""

    def __init__(self) -> None:
        super().__init__()
        self.contexts: list[Context] = [Context(0, "top", UNKNOWN)]
        self.stars: list[str] = []
        self.main_guard = False
        self.pending: list[tuple[Any, Frame, int]] = []
        self.frames.append(self.frame)

    # ---- scopes ------------------------------------------------------------------------------------------------------
    def enter(self, kind: str, value: Value, refused: bool = False) -> int:
        self.contexts.append(Context(self.context, kind, value, refused))
        return len(self.contexts) - 1

    def scope(self, kind: str, name: str, node: Any) -> Frame:
        """A new scope inside the present one."""
        frame = Frame(kind, name, len(self.frames), self.frame, self.where(node))
        self.frames.append(frame)
        return frame

    def finish(self) -> None:
        """Read the bodies of functions that were put off, innermost last, until none is left."""
        while self.pending:
            batch, self.pending = self.pending, []
            for node, frame, cell in batch:
                self.frame, self.context, self.cell = frame, 0, (cell if cell >= 0 else None)
                if isinstance(node, ast.Lambda):
                    frame.ops.append(("r", self.value(node.body), self.where(node.body)))
                else:
                    self.block(node.body)

    def parameters(self, arguments: ast.arguments, frame: Frame) -> tuple[Param, ...]:
        """Parameters with their defaults, evaluated where the function is defined."""
        found: list[Param] = []
        plain = [*arguments.posonlyargs, *arguments.args]
        defaults: list[Any] = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
        for arg, default in zip(plain, defaults, strict=True):
            found.append(self.parameter(arg, default, "plain"))
        if arguments.vararg:
            found.append(self.parameter(arguments.vararg, None, "args"))
        for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            found.append(self.parameter(arg, default, "keyword"))
        if arguments.kwarg:
            found.append(self.parameter(arguments.kwarg, None, "kwargs"))
        for param in found:
            frame.env[param.name] = ("param", frame.number, param.name)
        return tuple(found)

    def parameter(self, arg: ast.arg, default: Any, kind: str) -> Param:
        annotation = self.value(arg.annotation) if arg.annotation is not None else None
        return Param(arg.arg, self.value(default) if default is not None else None, annotation, kind)

    def _lambda(self, node: ast.Lambda) -> Value:
        frame = self.scope("function", "<lambda>", node)
        frame.params = self.parameters(node.args, frame)
        self.pending.append((node, frame, -1 if self.cell is None else self.cell))
        return ("local", frame.number)

    def function(self, node: Any) -> None:
        frame = self.scope("function", node.name, node)
        frame.decorators = tuple([self.value(one) for one in node.decorator_list])
        frame.params = self.parameters(node.args, frame)
        frame.text = docstring(node.body)
        if self.frame.kind == "class":
            frame.class_frame = self.frame
            static = any(one == ("name", "staticmethod") for one in frame.decorators)
            frame.self_name = frame.params[0].name if frame.params and not static else None
        else:
            frame.class_frame, frame.self_name = self.frame.class_frame, self.frame.self_name
        self.pending.append((node, frame, -1 if self.cell is None else self.cell))
        self.set_name(node.name, ("local", frame.number), node)

    def class_(self, node: ast.ClassDef) -> None:
        frame = self.scope("class", node.name, node)
        frame.decorators = tuple([self.value(one) for one in node.decorator_list])
        frame.bases = tuple([self.value(one) for one in node.bases])
        for keyword in node.keywords:
            self.value(keyword.value)
        frame.text = docstring(node.body)
        outer, self.frame = self.frame, frame
        self.block(node.body)
        self.frame = outer
        self.set_name(node.name, ("local", frame.number), node)

    # ---- binding -----------------------------------------------------------------------------------------------------
    def set_name(self, name: str, value: Value, node: Any) -> None:
        frame = self.frame
        if name in frame.globals:
            self.frames[0].env[name] = value
        frame.env[name] = value
        frame.ops.append(("=", name, value, self.where(node), self.context))

    def bind(self, target: Any, value: Value) -> None:
        kind = target.__class__
        if kind is ast.Name:
            self.set_name(target.id, value, target)
        elif kind is ast.Tuple or kind is ast.List:
            for index, part in enumerate(target.elts):
                if value[0] in ("tuple", "list") and len(value[1]) == len(target.elts):
                    self.bind(part, value[1][index])
                else:
                    self.bind(part, ("unpack", value, index))
        elif kind is ast.Starred:
            self.bind(target.value, ("elem", value))
        elif kind is ast.Attribute:
            base = self.value(target.value)
            self.frame.ops.append(("a", base, target.attr, value, self.where(target), self.context))
            owner = self.frame.class_frame
            if owner is not None and base[0] == "param" and base[2] == self.frame.self_name:
                known = owner.attributes.get(target.attr)
                owner.attributes[target.attr] = value if known in (None, NONE) else either(known, value)
                self.frame.env["." + target.attr] = value
        elif kind is ast.Subscript:
            base, key = self.value(target.value), self.value(target.slice)
            self.frame.ops.append(("s", base, key, value, self.where(target), self.context))

    # ---- statements --------------------------------------------------------------------------------------------------
    def block(self, body: list[Any]) -> bool:
        """Read statements in order; whether control always leaves the block (return, raise, continue, break)."""
        outer = self.context
        left = False
        for node in body:
            handler = _STATEMENTS.get(node.__class__)
            if handler is not None:
                left = bool(handler(self, node))
            else:
                self.opaque(node)
            if left:
                break
        self.context = outer
        return left

    def _expression(self, node: ast.Expr) -> None:
        inner = node.value
        if inner.__class__ is ast.Constant:
            return
        value = self.value(inner)
        if inner.__class__ is not ast.Call:
            self.use(value)

    def _assign(self, node: ast.Assign) -> None:
        value = self.value(node.value)
        for target in node.targets:
            self.bind(target, value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        annotation = self.value(node.annotation)
        if node.value is not None:
            self.bind(node.target, self.value(node.value))
        elif self.frame.kind == "class" and isinstance(node.target, ast.Name):
            self.frame.ops.append(("f", node.target.id, annotation, self.where(node)))
        if self.frame.kind == "class" and isinstance(node.target, ast.Name):
            self.frame.attributes.setdefault(":" + node.target.id, annotation)

    def _augmented(self, node: ast.AugAssign) -> None:
        value = self.value(node.value)
        target = node.target
        if isinstance(target, ast.Name):
            old = self.load(target.id)
            added = isinstance(node.op, ast.Add)
            self.set_name(target.id, concatenate(old, value) if added else ("bin", "?", old, value), node)
            self.frame.ops.append(("+", target.id, value, self.where(node), self.context))
        elif isinstance(target, ast.Subscript):
            base, key = self.value(target.value), self.value(target.slice)
            self.frame.ops.append(("l", base, key, self.where(target), self.context))
            self.frame.ops.append(
                ("s", base, key, ("bin", "?", ("item", base, key), value), self.where(node), self.context)
            )
        else:
            self.use(self.value(target.value))

    def _if(self, node: ast.If) -> bool:
        test = self.value(node.test)
        if test == ("const", False) or test == ("const", 0):
            return self.block(node.orelse)
        main = test[0] == "cmp" and {test[2], test[3]} == {("name", "__name__"), ("const", "__main__")}
        if main:
            self.main_guard = True
        self.use(test)
        before = dict(self.frame.env)
        past = bool(node.orelse) and gives_up(node.orelse)
        left = self.inside("main" if main else "if", test, node.body, past)
        after, self.frame.env = self.frame.env, before
        past = gives_up(node.body)
        left_else = self.inside("else", test, node.orelse, past) if node.orelse else False
        if left_else and not left:
            self.frame.env = after
        elif not left:
            self.frame.env = merge(after, self.frame.env)
        if left and left_else:
            return True
        if left:
            self.context = self.enter("checked" if raises(node.body) else "else", test, past)
        elif left_else:
            self.context = self.enter("checked" if raises(node.orelse) else "if", test, gives_up(node.orelse))
        return False

    def inside(self, kind: str, value: Value, body: list[Any], refused: bool = False) -> bool:
        """Read a block inside a new context."""
        outer = self.context
        self.context = self.enter(kind, value, refused)
        left = self.block(body)
        self.context = outer
        return left

    def _for(self, node: Any) -> None:
        iterable = self.value(node.iter)
        before = dict(self.frame.env)
        outer = self.context
        self.context = self.enter("for", iterable)
        self.bind(node.target, ("elem", iterable))
        self.block(node.body)
        self.context = outer
        self.frame.env = merge(self.frame.env, before)
        self.block(node.orelse)

    def _while(self, node: ast.While) -> None:
        test = self.value(node.test)
        self.use(test)
        before = dict(self.frame.env)
        self.inside("while", test, node.body)
        self.frame.env = merge(self.frame.env, before)
        self.block(node.orelse)

    def _try(self, node: Any) -> bool:
        handlers = tuple([(self.handled(one), action(one.body)) for one in node.handlers])
        before = dict(self.frame.env)
        left = self.inside("try", ("handlers", handlers), [*node.body, *node.orelse])
        after = self.frame.env
        ends = []
        for handler in node.handlers:
            self.frame.env = dict(before) if left else merge(before, after)
            if handler.name:
                self.frame.env[handler.name] = UNKNOWN
            told = ("handler", self.handled(handler), self.where(handler), self.classes(handler))
            gone = self.inside("except", told, handler.body)
            if not gone:
                ends.append(self.frame.env)
        self.frame.env = after
        for end in ends:
            self.frame.env = merge(self.frame.env, end) if not left else end
        final = self.block(node.finalbody)
        return final or (left and not ends)

    def handled(self, handler: ast.ExceptHandler) -> str:
        """The exceptions that a handler names, as text; '' for a bare one."""
        if handler.type is None:
            return ""
        nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        return " ".join(
            n.id if isinstance(n, ast.Name) else n.attr if isinstance(n, ast.Attribute) else "?" for n in nodes
        )

    def classes(self, handler: ast.ExceptHandler) -> tuple[Value, ...]:
        """The exceptions that a handler names, as values."""
        nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type] if handler.type else []
        return tuple([self.value(node) for node in nodes])

    def _with(self, node: Any) -> bool:
        managers = []
        for item in node.items:
            value = self.value(item.context_expr)
            managers.append(value)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, ("enter", value))
        return self.inside("with", ("tuple", tuple(managers)), node.body)

    def _return(self, node: ast.Return) -> bool:
        value = self.value(node.value) if node.value is not None else NONE
        self.frame.ops.append(("r", value, self.where(node)))
        return True

    def _raise(self, node: ast.Raise) -> bool:
        self.opaque(node)
        return True

    def _leave(self, node: Any) -> bool:
        return True

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.frame.ops.append(("i", alias.name, self.where(node)))
            name, value = (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
            self.frame.env[name] = ("ext", value)

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        joint = "" if module.endswith(".") else "."
        for alias in node.names:
            self.frame.ops.append(("i", module + joint + alias.name if alias.name != "*" else module, self.where(node)))
            if alias.name == "*":
                self.stars.append(module)
            else:
                self.frame.env[alias.asname or alias.name] = ("ext", module + joint + alias.name)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                base, key = self.value(target.value), self.value(target.slice)
                self.frame.ops.append(("d", base, key, self.where(target)))
            elif isinstance(target, ast.Name):
                self.frame.env.pop(target.id, None)

    def _global(self, node: Any) -> None:
        self.frame.globals.update(node.names)

    def _match(self, node: Any) -> None:
        subject = self.value(node.subject)
        before, merged = dict(self.frame.env), None
        for case in node.cases:
            self.frame.env = dict(before)
            self.inside("if", ("cmp", "==", subject, UNKNOWN), case.body)
            merged = self.frame.env if merged is None else merge(merged, self.frame.env)
        self.frame.env = merge(merged or before, before)


_STATEMENTS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Expr: lambda self, node: self._expression(node), ast.Assign: Reader._assign, ast.AnnAssign: Reader._annotated,
    ast.AugAssign: Reader._augmented, ast.If: Reader._if, ast.For: Reader._for, ast.AsyncFor: Reader._for,
    ast.While: Reader._while, ast.Try: Reader._try, ast.With: Reader._with, ast.AsyncWith: Reader._with,
    ast.Return: Reader._return, ast.Raise: Reader._raise, ast.Continue: Reader._leave, ast.Break: Reader._leave,
    ast.Import: Reader._import, ast.ImportFrom: Reader._import_from, ast.Delete: Reader._delete,
    ast.Global: Reader._global, ast.Nonlocal: lambda self, node: None, ast.Pass: lambda self, node: None,
    ast.FunctionDef: Reader.function, ast.AsyncFunctionDef: Reader.function, ast.ClassDef: Reader.class_,
    ast.Match: Reader._match,
}  # fmt: skip
if hasattr(ast, "TryStar"):  # Python 3.11
    _STATEMENTS[ast.TryStar] = Reader._try


def either(one: Value, other: Value) -> Value:
    """One value or the other; the same value twice is that value."""
    if one == other:
        return one
    if one[0] == "either" and (one[1] == other or one[2] == other):
        return one
    return ("either", one, other)


def merge(one: Env, other: Env) -> Env:
    """What names hold after two branches."""
    merged = dict(other)
    for name, value in one.items():
        known = other.get(name)
        merged[name] = value if known is None or known is value else either(value, known)
    return merged


def docstring(body: list[Any]) -> str | None:
    """The text that documents a function or class."""
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first.value.value[:2000]
    return None


_SPEAKING = frozenset(("print", "echo", "error", "critical", "exception", "fatal", "warning", "info"))


def raises(body: list[Any]) -> bool:
    """Whether a block ends by giving up."""
    return isinstance(body[-1], ast.Raise) or (isinstance(body[-1], ast.Expr) and action(body) == "exit")


def gives_up(body: list[Any]) -> bool:
    """Whether a block ends by giving up: it raises, exits, or says something and returns nothing or a status."""
    last = body[-1]
    if raises(body):
        return True
    if not isinstance(last, ast.Return) or len(body) < 2:
        return False
    status = last.value
    empty = status is None or (isinstance(status, ast.Constant) and type(status.value) is int)
    return empty and all(isinstance(one, ast.Expr) and called(one) in _SPEAKING for one in body[:-1])


def called(statement: ast.Expr) -> str:
    """The last name of what a statement calls; '' when it calls nothing."""
    func = statement.value.func if isinstance(statement.value, ast.Call) else None
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def action(body: list[Any]) -> str:
    """What a handler does at its end: raise | return | pass | log | go-on."""
    if any(isinstance(node, ast.Raise) for node in body):
        return "raise"
    last = body[-1]
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return "exit" if called(last) in ("exit", "_exit", "abort", "fail") else "log"
    if isinstance(last, (ast.Pass, ast.Continue, ast.Expr)):
        return "pass"
    return "return" if isinstance(last, ast.Return) else "go-on"


def character_columns(data: bytes) -> Callable[[int, int], int] | None:
    """Byte offsets in a line to character offsets; None where all bytes are ASCII, so that they are the same."""
    if data.isascii():
        return None
    lines = data.split(b"\n")

    def convert(line: int, offset: int) -> int:
        if line > len(lines):
            return offset
        return len(lines[line - 1][:offset].decode("utf-8", "replace"))

    return convert


def sealed(frame: Frame) -> Scope:
    """A frame as it is kept."""
    parent = frame.parent.number if frame.parent is not None else -1
    env = {k: v for k, v in frame.env.items() if k[0] != "."} if frame.kind != "function" else {}
    return Scope(
        frame.kind, frame.name, frame.qualname, parent, frame.params, frame.decorators, frame.bases,
        tuple(frame.ops), env, frame.attributes, frozenset(frame.loads), frame.where, frame.text,
    )  # fmt: skip


def code(reader: Reader, cells: int) -> Code:
    """What the reader found, with the SQL in its texts scanned."""
    sql = []
    for text, where, scope, context in reader.texts:
        statements = scan(text)
        if statements:
            sql.append(Sql(text, tuple([plain(one) for one in statements]), where, scope, context))
    return Code(
        tuple(sealed(frame) for frame in reader.frames), tuple(reader.calls), tuple(reader.contexts), tuple(sql),
        tuple(reader.stars), frozenset(reader.names), frozenset(reader.mentions), reader.main_guard, cells,
    )  # fmt: skip


def plain(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """A tuple without named tuples in it, which marshal does not write."""
    return tuple([plain(one) if isinstance(one, tuple) else one for one in items])


def read_module(data: bytes) -> tuple[Code | None, list[Trouble]]:
    """A .py file as symbolic code; None with a reason when it does not parse."""
    import gc

    reader = Reader()
    collecting = gc.isenabled()
    gc.disable()  # trees hold no cycles worth looking for, and looking costs a tenth
    try:
        tree, data = parse_any(data)
        reader.columns = character_columns(data)
        reader.block(tree.body)
        reader.finish()
    except SyntaxError as error:
        return None, [Trouble(None, error.lineno, f"This file does not parse as Python 3: {error.msg}.")]
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return None, [Trouble(None, None, f"This file cannot be read as Python: {str(error) or type(error).__name__}.")]
    finally:
        if collecting:
            gc.enable()
    return code(reader, 0), []
