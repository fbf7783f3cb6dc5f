"""Lists that have a name which is read, though nothing reads what they hold: they are only changed, or replaced."""

from __future__ import annotations

from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.ir import Op, Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import scopes_below
from groundrules.facts.sql.words import words
from groundrules.typed import Collection, Iterator

_CHANGES = words("append extend insert remove discard add update sort reverse clear")  # methods that give nothing back
_LITERALS = frozenset({"list", "tuple"})
_SHARE = 0.5


class Dead:
    """Asked of one module at a time."""

    def __init__(self, naming: Collection[str]) -> None:
        self.naming = naming  # methods that are given names of columns
        self._columns: dict[str, frozenset[str | tuple[str, ...]]] = {}
        self._counted: dict[tuple[str, int], dict[int, int]] = {}

    def holds_columns(self, module: Module, names: tuple[str, ...]) -> bool:
        """Whether most of some texts are columns that the module names."""
        known = self._columns.get(module.path)
        if known is None:
            known = self._columns[module.path] = frozenset(keys_of(module, self.naming))
        if len(names) == 1:
            return names in known  # the same list stands where columns are chosen
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
        if again is not None and (again[4] != context or again[2] == value):
            return False
        return not self._stands_elsewhere(module, number, value)

    def _stands_elsewhere(self, module: Module, number: int, value: Value) -> bool:
        """Whether a value, and not one that looks the same, is a part of more than what binds it to a name and calls
        that only change it; so is a list of which items are."""
        counted = self._counted.get((module.path, number))
        if counted is None:
            counted = self._counted[module.path, number] = places(module, number)
        calls = [module.code.calls[one] for name in _CHANGES for one in module.called.get(name, ())]
        own = 1 + sum(call.func[0] == "attr" and call.func[1] is value for call in calls)
        if counted[id(value)] > own:
            return True
        items = value[1] if value[0] in _LITERALS else ()
        return any(counted[id(one)] > sum(one is other for other in items) for one in items)


def places(module: Module, number: int) -> dict[int, int]:
    """In how many places each value of a scope stands, by its identity: there, and in the scopes that it holds."""
    found: dict[int, int] = {}
    waiting = [*said(module, frozenset(scopes_below(module, number)))]
    while waiting:
        value = waiting.pop()
        times = found[id(value)] = found.get(id(value), 0) + 1
        if times == 1:
            waiting += [part for part in value if isinstance(part, tuple)]
    return found


def said(module: Module, inside: frozenset[int]) -> Iterator[Value]:
    """Every value that stands in a statement or an argument of some scopes, and all that stand above a scope."""
    for call in (module.code.calls[number] for scope in inside for number in module.calls_in(scope)):
        yield from (call.func, *call.args, *[one for _, one in call.kwargs])
    for context in module.code.contexts:
        yield context.value
    for number, scope in enumerate(module.code.scopes):
        yield from (param.default for param in scope.params if param.default is not None)
        yield from (*scope.decorators, *scope.bases)
        for op in scope.ops if number in inside else ():
            if op[0] != "c":
                yield from (part for part in op[1:] if isinstance(part, tuple))


def keys_of(module: Module, naming: Collection[str]) -> Iterator[str | tuple[str, ...]]:
    """The texts by which a module takes items out of something, one or several in a list, or that it gives to methods
    that take columns; and each of those lists as a whole."""
    keys = [op[2] for scope in module.code.scopes for op in scope.ops if op[0] in ("s", "l")]
    for name in naming:
        for call in (module.code.calls[number] for number in module.called.get(name, ())):
            if call.func[0] == "attr":
                keys += [one for one in (*call.args, *(one for _, one in call.kwargs)) if one[0] in _LITERALS]
    for context in module.code.contexts:
        if context.value is not None and context.value[0] == "comp" and len(context.value) > 3:
            keys += [one[3] for one in context.value[3] if one[0] == "cmp" and one[2][0] == "elem"]
    for key in keys:
        listed = key[0] in _LITERALS
        texts = [one[1] for one in (key[1] if listed else (key,)) if one[0] == "const" and isinstance(one[1], str)]
        yield from texts
        if listed:
            yield tuple(texts)
