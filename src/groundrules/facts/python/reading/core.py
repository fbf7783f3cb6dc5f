"""What all reading stands on: places, scopes, names, and the value of a node by its class."""

from __future__ import annotations

import _ast as ast

from groundrules.facts.python.ir import UNKNOWN, Call, Context, Value, WherePlain
from groundrules.facts.python.reading.frames import Frame
from groundrules.facts.sql import looks_like_sql
from groundrules.typed import Any, Callable, ClassVar


class Reading:
    """What was read so far, and where reading stands."""

    handlers: ClassVar[dict[type, Callable[[Any, Any], Value]]]  # by class of node; `expressions` fills it

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.frames: list[Frame] = []
        self.names: set[str] = set()
        self.mentions: set[str] = set()
        self.texts: list[tuple[str, WherePlain, int, int]] = []
        self.cell: int | None = None
        self.context = 0
        self.contexts: list[Context] = [Context(0, "top", UNKNOWN)]
        self.stars: list[str] = []
        self.main_guard = False
        self.in_text = False
        self.in_chain = False
        self.pending: list[tuple[Any, Frame, int]] = []
        self.columns: Callable[[int, int], int] | None = None  # byte offsets to characters, where they differ
        self._same: dict[Value, Value] = {}  # names that were read before: what is found out of one holds for all
        self.frame = Frame("module", "", 0, None, (None, 1, 1, 1, 1))
        self.frames.append(self.frame)

    def where(self, node: Any) -> WherePlain:
        """The place of a node, columns counted in characters from 1."""
        line, end, columns = node.lineno, node.end_lineno, self.columns
        if columns is None:
            return (self.cell, line, node.col_offset + 1, end, node.end_col_offset + 1)
        return (self.cell, line, columns(line, node.col_offset) + 1, end, columns(end, node.end_col_offset) + 1)

    def value(self, node: Any) -> Value:
        """The value of an expression; records the calls, loads and texts inside it."""
        kind = node.__class__
        if kind is ast.Name:  # nearly half of all
            return self.load(node.id)
        handler = self.handlers.get(kind)
        return handler(self, node) if handler is not None else self.opaque(node)

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

    def enter(self, kind: str, value: Value, refused: bool = False) -> int:
        """A new context inside the present one; its number."""
        self.contexts.append(Context(self.context, kind, value, refused))
        return len(self.contexts) - 1

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
        return self.same(("name", name))

    def same(self, value: Value) -> Value:
        """The one object that stands for a name wherever the file reads it."""
        return self._same.setdefault(value, value)

    def apart(self, node: Any) -> Value:
        """The value of an expression, told by its identity from others that read the same name."""
        value = self.value(node)
        return ("name", value[1]) if value[0] == "name" else value

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
