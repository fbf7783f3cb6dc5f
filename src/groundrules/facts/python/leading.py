"""Which definitions of a file speak of certain others, directly or through each other."""

from __future__ import annotations

from groundrules.facts.python.ir import UNKNOWN, Code, Op, Scope
from groundrules.facts.python.program import Module, Program
from groundrules.typed import Any, Collection

_FIXED = frozenset(("local", "ext", "const"))
_STORES = frozenset(("s", "a", "+"))


class Speaking:
    """The definitions and names of one file's level that lead to some that are known to."""

    def __init__(self, code: Code, names: set[str], units: set[int]) -> None:
        self.code = code
        self.names = names
        self.found = units  # outermost definitions, by the number of their scope
        self.units = _units(code.scopes)
        self._main = main_contexts(code)

    def spread(self) -> None:
        """Names that definitions are bound to lead on to those that read them, until nothing is added."""
        scopes, env = self.code.scopes, self.code.scopes[0].env
        left: dict[int, list[Scope]] = {}
        for unit, scope in zip(self.units, scopes, strict=True):
            if unit and unit not in self.found:
                left.setdefault(unit, []).append(scope)
        before = -1
        while before != len(self.names) + len(self.found):
            before = len(self.names) + len(self.found)
            for unit in [unit for unit, inside in left.items() if any(map(self._is_led, inside))]:
                del left[unit]
                self.found.add(unit)
            loose = any(map(self.fills, scopes[0].ops))
            for name, value in env.items():
                if name not in self.names and (self._speaks(value) or (loose and value[0] not in _FIXED)):
                    self.names.add(name)

    def fills(self, op: Op) -> bool:
        """Whether an operation at the file's own level, as importing runs it, hands on or keeps what leads there."""
        if op[0] == "c":
            return self.code.calls[op[1]].context not in self._main and self._speaks(("call", op[1]))
        return op[0] in _STORES and op[-1] not in self._main and self._speaks(op)

    def leads(self, dotted: str) -> bool:
        """Whether an imported name leads there."""
        return False

    def _is_led(self, scope: Scope) -> bool:
        """Whether a scope itself speaks of what leads there."""
        if not self.names.isdisjoint(scope.loads):
            return True
        given = [value for param in scope.params for value in (param.default, param.annotation)]
        if any(map(self._speaks, (*given, *scope.decorators, *scope.bases))):
            return True
        return any(op[0] == "i" and self.leads(op[1]) for op in scope.ops)

    def _speaks(self, value: Any) -> bool:
        """Whether a value names something that leads there."""
        if not isinstance(value, tuple) or not value:
            return False
        tag = value[0]
        if tag == "ext":
            return self.leads(value[1])
        if tag == "name":
            return value[1] in self.names
        if tag == "local":
            return self.units[value[1]] in self.found
        if tag == "call":
            call = self.code.calls[value[1]]
            return any(map(self._speaks, (call.func, *call.args, *(one for _, one in call.kwargs))))
        return any(map(self._speaks, value))


class Leading(Speaking):
    """The scopes of a file that can run something of the targets, or hand on what does."""

    def __init__(self, program: Program, module: Module, targets: Collection[str]) -> None:
        super().__init__(module.code, set(), set())
        self._program, self._path, self._targets = program, module.path, targets
        imports = {op[1] for op in module.code.scopes[0].ops if op[0] == "i" and self._is_target(op[1])}
        bound = {name: value[1] for name, value in module.env.items() if value[0] == "ext"}
        # A name stands for itself, and for the modules below it that are imported.
        self._leads = {name for name in bound.values() if any(_begins(one, name) for one in imports)}
        # What is imported and bound to something else later on may be used in between.
        everything = any(map(self._is_target, module.code.stars)) or not all(
            any(_begins(one, name) for name in self._leads) for one in imports
        )
        self._leads = {name for name in self._leads if not self._is_constant(name)}
        self.names.update(name for name, dotted in bound.items() if dotted in self._leads)
        self._imports = bool(imports)
        if everything:
            self.found.update(self.units)
        else:
            self.spread()

    def __contains__(self, scope: int) -> bool:
        """Whether running a scope can lead to the targets. Running the module imports them, or calls what does."""
        if scope == 0:
            return self._imports or bool(self.found)
        return self.units[scope] in self.found

    def leads(self, dotted: str) -> bool:
        """Whether an imported name leads to a target."""
        return dotted in self._leads or (self._is_target(dotted) and not self._is_constant(dotted))

    def _is_constant(self, dotted: str) -> bool:
        """Whether a name is a plain constant: using it runs nothing."""
        found = self._program.find(dotted, self._path)
        module = self._program.module(found.path) if found is not None and len(found.rest) == 1 else None
        return found is not None and module is not None and module.env.get(found.rest[0], UNKNOWN)[0] == "const"

    def _is_target(self, dotted: str) -> bool:
        found = self._program.find(dotted, self._path)
        return found is not None and found.path in self._targets


def main_contexts(code: Code) -> frozenset[int]:
    """Contexts inside `if __name__ == "__main__"`, which nobody runs who imports the file."""
    inside: set[int] = set()
    for number, context in enumerate(code.contexts):
        if context.kind == "main" or (number and context.parent in inside):
            inside.add(number)
    return frozenset(inside)


def _begins(dotted: str, name: str) -> bool:
    return dotted == name or dotted.startswith(f"{name}.")


def _units(scopes: tuple[Scope, ...]) -> list[int]:
    """The outermost definition of each scope: what is inside runs with it, and methods call each other."""
    units: list[int] = []
    for number, scope in enumerate(scopes):
        units.append(number if scope.parent <= 0 else units[scope.parent])
    return units
