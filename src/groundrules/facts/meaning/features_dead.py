"""Lists that have a name which is read, though nothing reads what they hold: they are only changed, or replaced."""

from __future__ import annotations

from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.ir import Op, Value
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words
from groundrules.typed import Any, Iterator

_CHANGES = words("append extend insert remove discard add update sort reverse clear")  # methods that give nothing back
_LITERALS = frozenset({"list", "tuple"})
_SHARE = 0.5
_DEEPEST = 30


class Dead:
    """Asked of one module at a time."""

    def __init__(self) -> None:
        self._columns: dict[str, frozenset[str]] = {}

    def holds_columns(self, module: Module, names: tuple[str, ...]) -> bool:
        """Whether most of some texts are columns that the module names."""
        known = self._columns.get(module.path)
        if known is None:
            known = self._columns[module.path] = frozenset(keys_of(module))
        said = len(known.intersection(names))
        return said > 1 and said >= _SHARE * len(names)

    def unread(self, module: Module, number: int, op: Op) -> bool:
        """Whether the value that a name is given is read by nothing, though something reads the name."""
        _, name, value, _, context = op
        scopes = module.code.scopes
        if any(name in scope.loads for at, scope in enumerate(scopes) if at != number):
            return False
        if any(kind in ("for", "while") for kind, _ in contexts_of(module, context)):
            return False  # the next round may read it
        if any(one[0] == "+" and one[1] == name for one in scopes[number].ops):
            return False
        later = scopes[number].ops[scopes[number].ops.index(op) + 1 :]
        again = next((one for one in later if one[0] == "=" and one[1] == name), None)
        if again is not None and (again[4] != context or again[2] is value):
            return False
        return not any(stands_in(part, value) for part in said(module, op, value))


def said(module: Module, own: Op, value: Value) -> Iterator[Value]:
    """Every value of a module in which a list would be read: calls that only change it are left out."""
    for call in module.code.calls:
        changes = call.func[0] == "attr" and call.func[1] is value and call.func[2] in _CHANGES
        yield from (*call.args, *(one for _, one in call.kwargs)) if changes else (
            call.func, *call.args, *(one for _, one in call.kwargs)
        )  # fmt: skip
    for context in module.code.contexts:
        yield context.value
    for scope in module.code.scopes:
        yield from (param.default for param in scope.params if param.default is not None)
        yield from (*scope.decorators, *scope.bases)
        for op in scope.ops:
            if op is not own and op[0] != "c":
                yield from (part for part in op[1:] if isinstance(part, tuple))


def stands_in(whole: Any, value: Value, depth: int = 0) -> bool:
    """Whether a value, and not one that looks the same, is a part of another one; so is a list of which items are."""
    if whole is value or (value[0] in _LITERALS and any(whole is one for one in value[1])):
        return True
    if not isinstance(whole, tuple) or depth > _DEEPEST:
        return False
    return any(stands_in(part, value, depth + 1) for part in whole if isinstance(part, tuple))


def keys_of(module: Module) -> Iterator[str]:
    """The texts by which a module takes items out of something: one, or several in a list."""
    for scope in module.code.scopes:
        for op in scope.ops:
            if op[0] in ("s", "l"):
                for one in op[2][1] if op[2][0] in _LITERALS else (op[2],):
                    if one[0] == "const" and isinstance(one[1], str):
                        yield one[1]
