"""Activations of scopes."""

from __future__ import annotations

from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module


class Frame:
    """One activation of a scope: what its parameters are bound to, and who called."""

    __slots__ = ("bound", "call", "caller", "depth", "entries", "memo", "module", "receiver", "scope", "spread")

    def __init__(
        self, module: Module, scope: int, caller: Frame | None = None, call: int = -1, receiver: Value | None = None
    ) -> None:
        self.module, self.scope, self.caller, self.call, self.receiver = module, scope, caller, call, receiver
        self.bound: dict[str, tuple[Value, Frame]] = {}
        self.spread = False  # called with * or **, so any parameter may be given
        self.memo: dict[int, tuple[Value, Value]] = {}
        self.entries: dict[int, tuple[Call, tuple[str, Entry]]] = {}  # what is known of calls, by their identity
        self.depth: int = caller.depth + 1 if caller is not None else 0

    def holds(self, path: str, scope: int) -> bool:
        """Whether this scope is already being run, here or further up."""
        frame: Frame | None = self
        while frame is not None:
            if frame.scope == scope and frame.module.path == path:
                return True
            frame = frame.caller
        return False
