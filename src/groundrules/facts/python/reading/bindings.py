"""Names are bound: by assignments, parameters, definitions."""

from __future__ import annotations

import _ast as ast

from groundrules.facts.python.ir import NONE, Param, Value
from groundrules.facts.python.reading.branches import either
from groundrules.facts.python.reading.core import Reading
from groundrules.facts.python.reading.frames import Frame
from groundrules.facts.python.reading.hints import GIVEN_ENVIRONMENT, GIVES_ENVIRONMENT
from groundrules.typed import Any


class Bindings(Reading):
    """What binds names: targets of assignments, parameters, new scopes."""

    def scope(self, kind: str, name: str, node: Any) -> Frame:
        """A new scope inside the present one."""
        frame = Frame(kind, name, len(self.frames), self.frame, self.where(node))
        self.frames.append(frame)
        return frame

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
            if value[0] == "dict" and target.attr in GIVEN_ENVIRONMENT:
                self.names.add(GIVES_ENVIRONMENT)
            owner = self.frame.class_frame
            if owner is not None and base[0] == "param" and base[2] == self.frame.self_name:
                known = owner.attributes.get(target.attr)
                owner.attributes[target.attr] = value if known in (None, NONE) else either(known, value)
                self.frame.env["." + target.attr] = value
        elif kind is ast.Subscript:
            base, key = self.value(target.value), self.value(target.slice)
            self.frame.ops.append(("s", base, key, value, self.where(target), self.context))
