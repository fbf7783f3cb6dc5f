"""What one run of a scope holds while it is followed."""

from __future__ import annotations

from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.typed import Any


class Activation:
    """One run of a scope: its parameters, what its calls gave, what it returns."""

    __slots__ = (
        "caller", "closed", "depth", "elements", "frame", "memo", "module", "names", "number", "params", "receiver",
        "results", "returned", "scope", "unrolled", "yielded",
    )  # fmt: skip

    def __init__(self, module: Module, scope: int, frame: Frame, caller: Activation | None = None) -> None:
        self.module, self.scope, self.frame, self.caller = module, scope, frame, caller
        self.depth: int = caller.depth + 1 if caller is not None else 0
        self.params: dict[str, Any] = {}
        self.names: dict[str, Any] = {}
        self.results: dict[int, Any] = {}
        self.memo: dict[int, tuple[Value, Any]] = {}
        self.elements: dict[int, Any] = {}  # what a loop that is run item by item holds just now
        self.unrolled: set[int] = set()
        self.closed: dict[int, bool] = {}
        self.returned: list[Any] = []
        self.yielded: list[Any] = []
        self.receiver: Any = None
        self.number = -1  # the caller's call that runs it; none for what a library calls back

    def running(self, path: str, scope: int) -> bool:
        """Whether a scope is being run, here or further up."""
        one: Activation | None = self
        while one is not None:
            if one.scope == scope and one.module.path == path:
                return True
            one = one.caller
        return False
