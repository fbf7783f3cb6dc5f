"""Runs the symbolic code of an entry point on abstract values.

Statements in order, loops over short lists item by item, functions of the program where they are called; branches that
a constant flag closes are left out.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from groundrules.facts.meaning.leakage_activation import Activation
from groundrules.facts.meaning.leakage_join import given_by
from groundrules.facts.meaning.leakage_rows import Rows
from groundrules.facts.meaning.leakage_values import Data, Function, Instance, Key, Many, Thing
from groundrules.facts.python.events import EntryPoint
from groundrules.facts.python.folding import Folder, Frame
from groundrules.facts.python.ir import NONE, Op, Value
from groundrules.facts.python.program import Module
from groundrules.typed import Any, Iterable

DEEPEST = 9
_MOST_OPS = 40_000
_MOST_ROUNDS = 8
_CONTEXT_AT = {"=": 4, "s": 5, "l": 4, "a": 5, "+": 4, "t": 3}


class Runner(ABC):
    """Runs statements; expressions and calls are told by the classes built on it."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.program = folder.program
        self.knowledge = folder.knowledge
        self.position = 0
        self.left = 0
        self.origins = 0
        self.entered: Activation | None = None  # the entry point's own run
        self.globals: dict[str, dict[str, Any]] = {}
        self.loops: dict[str, list[tuple[int, ...]]] = {}
        self.contexts: dict[tuple[str, int], list[int]] = {}

    # ---- what subclasses tell ----------------------------------------------------------------------------------------
    @abstractmethod
    def value(self, value: Value, act: Activation) -> Any:
        """What an expression holds."""

    @abstractmethod
    def call(self, number: int, act: Activation) -> Any:
        """What a call gives."""

    @abstractmethod
    def store(self, base: Value, key: Value, value: Any, act: Activation) -> None:
        """A subscript store."""

    @abstractmethod
    def store_attribute(self, base: Value, name: str, value: Any, act: Activation) -> None:
        """An attribute store."""

    @abstractmethod
    def named(self, op: Op, act: Activation) -> None:
        """A name was bound."""

    @abstractmethod
    def kept(self, op: Op, act: Activation) -> None:
        """A value was put somewhere inside a branch or a loop."""

    # ---- entry points ------------------------------------------------------------------------------------------------
    def origin(self, strong: bool = True) -> Data:
        """Rows that come from somewhere new."""
        self.origins += 1
        rows: Rows = frozenset([(self.origins, frozenset())])
        return Data(rows, {}, strong)

    def enter(self, entry: EntryPoint, others: Iterable[EntryPoint] = ()) -> None:
        """Run one entry point, and other methods of its class after it, on the same object."""
        self.left, self.globals = _MOST_OPS, {}
        module = entry.module
        frame = self.folder.module_frame(module) if entry.scope == 0 else Frame(module, entry.scope)
        act = self.entered = Activation(module, entry.scope, frame)
        owner = module.code.scopes[entry.scope].parent
        if entry.scope and owner > 0 and module.code.scopes[owner].kind == "class":
            act.receiver = Instance(module.path, owner)
            init = self.folder.method(module.path, owner, "__init__")
            if init is not None and (init[0], init[1]) != (module.path, entry.scope):
                self.descend(Function(init[0], init[1], act.receiver), [], {}, act, -1)
        if entry.scope == 0:
            self.globals[module.path] = act.names
        self.run(act, 0, len(module.code.scopes[entry.scope].ops))
        for other in others:
            beside = Activation(module, other.scope, Frame(module, other.scope))
            beside.receiver = act.receiver
            self.run(beside, 0, len(module.code.scopes[other.scope].ops))

    # ---- statements --------------------------------------------------------------------------------------------------
    def run(self, act: Activation, start: int, end: int) -> None:
        """Run a stretch of a scope's operations."""
        ops = act.module.code.scopes[act.scope].ops
        contexts = self.contexts_of(act.module, act.scope)
        around = self.loops_of(act.module)
        index = start
        while index < end and self.left > 0:
            self.left -= 1
            context = contexts[index]
            if context:
                closed = act.closed.get(context)
                if self.is_closed(context, act) if closed is None else closed:
                    index += 1
                    continue
                loop = self.loop_at(context, act) if around[context] else 0
                if loop:
                    index = self.unroll(loop, act, index, end)
                    continue
            self.step(ops[index], act)
            index += 1

    def step(self, op: Op, act: Activation) -> None:
        """Run one operation."""
        tag = op[0]
        if tag == "c":
            self.position += 1
            act.results[op[1]] = self.call(op[1], act)
        elif tag == "=":
            self.bind(op[1], op[2], act)
            self.named(op, act)
            if op[4]:
                self.kept(op, act)
        elif tag in ("s", "a"):
            put = self.store if tag == "s" else self.store_attribute
            put(op[1], op[2], self.value(op[3], act), act)
            if op[5]:
                self.kept(op, act)
        elif tag == "l":
            key = op[2]
            if key[0] == "slice" or op[1][0] == "call":
                self.value(op[1], act)
        elif tag == "r":
            (act.yielded if len(op) > 3 else act.returned).append(self.value(op[1], act))

    def bind(self, name: str, value: Value, act: Activation) -> None:
        """Bind a name, and remember what the value holds at this moment."""
        act.names[name] = self.value(value, act)

    def contexts_of(self, module: Module, scope: int) -> list[int]:
        """The contexts that the operations of a scope stand in."""
        known = self.contexts.get((module.path, scope))
        if known is None:
            calls = module.code.calls
            known = self.contexts[module.path, scope] = [
                calls[op[1]].context if op[0] == "c" else op[_CONTEXT_AT[op[0]]] if op[0] in _CONTEXT_AT else 0
                for op in module.code.scopes[scope].ops
            ]
        return known

    # ---- branches ----------------------------------------------------------------------------------------------------
    def is_closed(self, context: int, act: Activation) -> bool:
        """Whether a constant flag keeps a context from running."""
        known = act.closed.get(context)
        if known is None:
            one = act.module.code.contexts[context]
            known = bool(one.parent) and self.is_closed(one.parent, act)
            if not known and one.kind in ("if", "else"):
                truth = self.truth(one.value, act)
                known = truth is not None and truth is (one.kind == "else")
            act.closed[context] = known
        return known

    def truth(self, test: Value, act: Activation) -> bool | None:
        """What a test gives, where constants decide it."""
        tag = test[0]
        if tag == "not":
            inner = self.truth(test[1], act)
            return None if inner is None else not inner
        if tag == "const":
            return bool(test[1])
        if tag == "cmp" and test[1] in ("==", "!=", "is", "is not"):
            left, right = self.constant(test[2], act), self.constant(test[3], act)
            if left is None and right == NONE and test[2][0] == "param" and self.is_there(test[2], act):
                return bool(test[1] in ("!=", "is not"))
            if left is None or right is None:
                return None
            return bool(left == right) is (test[1] in ("==", "is"))
        if tag in ("and", "or"):
            known = [self.truth(one, act) for one in test[1]]
            decides = bool(tag == "or")
            if decides in known:
                return decides
            return None if None in known else not decides
        folded = self.constant(test, act)
        return bool(folded[1]) if folded is not None else None

    def is_there(self, value: Value, act: Activation) -> bool:
        """Whether a parameter is given something for certain: a learner, an object, or rows."""
        held = self.value(value, act)
        return isinstance(held, (Thing, Instance)) or (isinstance(held, Data) and held.strong)

    def constant(self, value: Value, act: Activation) -> Value | None:
        """A value as a constant, where it is one for certain."""
        tag = value[0]
        if tag == "const":
            return value
        if tag == "param":
            frame: Frame | None = act.frame
            while frame is not None and (frame.scope != value[1] or frame.module is not act.module):
                frame = frame.caller
            if frame is None or frame.caller is None or frame.spread:
                return None
            given = frame.bound.get(value[2])
            if given is None:
                default = next((p.default for p in act.module.code.scopes[value[1]].params if p.name == value[2]), None)
                return default if default is not None and default[0] == "const" else None
            folded = self.folder.fold(*given)
            return folded if folded[0] == "const" else None
        if tag in ("elem", "unpack"):
            held = self.value(value, act)
            return ("const", held.value) if isinstance(held, Key) else None
        if tag == "name":
            bound = act.module.env.get(value[1])
            return bound if bound is not None and bound[0] == "const" else None
        return None

    # ---- loops -------------------------------------------------------------------------------------------------------
    def loop_at(self, context: int, act: Activation) -> int:
        """The outermost loop around a context that is worth running item by item; 0 when none is."""
        for loop in self.loops_of(act.module)[context]:
            if loop in act.unrolled:
                continue
            items = self.value(act.module.code.contexts[loop].value, act)
            act.unrolled.add(loop)
            if isinstance(items, Many) and len(items.items) > 1 and any(one is not None for one in items.items):
                return loop
        return 0

    def loops_of(self, module: Module) -> list[tuple[int, ...]]:
        """By context: the loops around it, outermost first."""
        known = self.loops.get(module.path)
        if known is None:
            known = [()]
            for number, one in enumerate(module.code.contexts[1:], 1):
                above = known[one.parent]
                known.append((*above, number) if one.kind == "for" else above)
            self.loops[module.path] = known
        return known

    def unroll(self, loop: int, act: Activation, start: int, end: int) -> int:
        """Run a loop's body once an item; the index after it."""
        ops = act.module.code.scopes[act.scope].ops
        around, contexts = self.loops_of(act.module), self.contexts_of(act.module, act.scope)
        stop = start
        while stop < end:
            context = contexts[stop]
            if context and loop not in around[context]:
                break
            if not context and (ops[stop][0] == "c" or ops[stop][0] in _CONTEXT_AT):
                break
            stop += 1
        iterable = act.module.code.contexts[loop].value
        items = self.value(iterable, act)
        rounds = items.items if items.keys is None else [Key(key) for key in items.keys]
        for item in rounds[:_MOST_ROUNDS]:
            kept, inner, closed = dict(act.memo), set(act.unrolled), dict(act.closed)
            act.elements[id(iterable)] = item
            self.run(act, start, stop)
            act.memo = kept
            act.unrolled, act.closed = inner, closed
        act.elements.pop(id(iterable), None)
        return stop

    # ---- functions ---------------------------------------------------------------------------------------------------
    def descend(self, function: Function, args: list[Any], kwargs: dict[str, Any], act: Activation, number: int) -> Any:
        """Run a function of the program; None when it is not run."""
        module = self.program.module(function.path)
        if module is None or act.depth >= DEEPEST or act.running(function.path, function.scope):
            return None
        scope = module.code.scopes[function.scope]
        if number >= 0:
            receiver = function.receiver.folded if isinstance(function.receiver, Instance) else None
            frame = self.folder.bind(module, function.scope, act.module.code.calls[number], number, act.frame, receiver)
        else:
            frame = Frame(module, function.scope, act.frame)
            frame.spread = True
        inner = Activation(module, function.scope, frame, act)
        inner.receiver, inner.number = function.receiver, number
        params = [param for param in scope.params if param.kind == "plain"]
        if function.receiver is not None:
            params = params[1:]
        for index, param in enumerate(params):
            if index < len(args):
                inner.params[param.name] = args[index]
        for param in scope.params:
            if param.kind == "args":
                inner.params[param.name] = Many(args[len(params) :])
            elif param.name in kwargs and param.kind != "kwargs":
                inner.params[param.name] = kwargs[param.name]
        self.run(inner, 0, len(scope.ops))
        return given_by(inner.returned, inner.yielded)
