"""Statements in order, branches merged, functions read after what is around."""

from __future__ import annotations

import _ast as ast

from groundrules.facts.python.ir import NONE, UNKNOWN, Value
from groundrules.facts.python.reading.branches import action, docstring, ending, gives_up, merge, raises, refuses
from groundrules.facts.python.reading.expressions import Expressions
from groundrules.facts.python.reading.hints import concatenate
from groundrules.typed import Any, Callable


class Reader(Expressions):
    """Reads statements; see `read_module` and `read_cells`."""

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
        target, sign = node.target, "-" if isinstance(node.op, ast.Sub) else "?"
        if isinstance(target, ast.Name):
            old = self.load(target.id)
            added = isinstance(node.op, ast.Add)
            self.set_name(target.id, concatenate(old, value) if added else ("bin", sign, old, value), node)
            self.frame.ops.append(("+", target.id, value, self.where(node), self.context))
        elif isinstance(target, ast.Subscript):
            base, key = self.value(target.value), self.value(target.slice)
            self.frame.ops.append(("l", base, key, self.where(target), self.context))
            self.frame.ops.append(
                ("s", base, key, ("bin", sign, ("item", base, key), value), self.where(node), self.context)
            )
        else:
            base = self.value(target.value)
            self.use(base)
            changed = ("bin", sign, ("attr", base, target.attr), value)
            self.frame.ops.append(("a", base, target.attr, changed, self.where(node), self.context))

    def _if(self, node: ast.If) -> bool:
        test = self.apart(node.test)
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
        iterable = self.apart(node.iter)
        before = dict(self.frame.env)
        outer = self.context
        self.context = self.enter("for", iterable)
        self.bind(node.target, ("elem", iterable))
        self.block(node.body)
        self.context = outer
        self.frame.env = merge(self.frame.env, before)
        self.block(node.orelse)

    def _while(self, node: ast.While) -> None:
        test = self.apart(node.test)
        self.use(test)
        before = dict(self.frame.env)
        self.inside("while", test, node.body)
        self.frame.env = merge(self.frame.env, before)
        self.block(node.orelse)

    def _try(self, node: Any) -> bool:
        handlers = tuple([(self.handled(one), action(one.body)) for one in node.handlers])
        before = dict(self.frame.env)
        left = self.inside(
            "try", ("handlers", handlers, ending([*node.body, *node.orelse])), [*node.body, *node.orelse]
        )
        after = self.frame.env
        ends = []
        for handler in node.handlers:
            self.frame.env = dict(before) if left else merge(before, after)
            if handler.name:
                self.frame.env[handler.name] = UNKNOWN
            told = ("handler", self.handled(handler), self.where(handler), self.classes(handler))
            gone = self.inside("except", told, handler.body, refuses(handler.body))
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

    def _assert(self, node: ast.Assert) -> None:
        said = self.value(node.test)
        self.use(said)
        self.frame.ops.append(("v", said, self.where(node.test), self.context))
        if node.msg is not None:
            self.use(self.value(node.msg))

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
    ast.Match: Reader._match, ast.Assert: Reader._assert,
}  # fmt: skip
if hasattr(ast, "TryStar"):  # Python 3.11
    _STATEMENTS[ast.TryStar] = Reader._try
