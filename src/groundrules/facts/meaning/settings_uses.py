"""How a module uses the variables that it reads: is there a fallback, a test, a failure when it is missing?"""

from __future__ import annotations

from groundrules.facts.python.ir import NONE, Value
from groundrules.facts.python.program import Module
from groundrules.typed import Iterator, Mapping

_DEEPEST = 12
_NOTHING = frozenset(("const", "ext", "local", "?"))  # values in which no other can be
LEAVES = _NOTHING | {"name", "param", "call"}  # no other is a part of them
NOTHING: frozenset[Value] = frozenset()
_FALLING_BACK = ("get", "pop", "setdefault")
_FAILURES = ("Error", "Exception", "Exit", "exit", "abort", "fail", "Warning", "error", "stop")


class Uses:
    """What becomes of some values of a module, read off every expression in it."""

    def __init__(self, module: Module, wanted: Mapping[Value, tuple[str, ...]]) -> None:
        self.module = module
        self.wanted = wanted  # with the names of the variables that each reads
        self.fallback: set[Value] = set()  # another value stands in when it is missing
        self.alternative: set[Value] = set()  # it is itself what stands in for another
        self.tested: set[Value] = set()
        self.itself: set[Value] = set()  # those whose own absence a test asks for, not that of a part of it
        self.required: set[Value] = set()  # a test of it ends in a failure
        self.asked: dict[str, bool] = {}  # names that a test looks for, and whether that test ends in a failure
        self.spelled = {key: names for value, names in wanted.items() if (key := self._key(value)) is not None}
        self._known: dict[tuple[int, bool], tuple[Value, frozenset[Value]]] = {}
        self._failing = self._failing_contexts()
        self._collect()

    def _key(self, value: Value) -> Value | None:
        """The expression that spells the name of what is read, where that is no text."""
        if value[0] == "item":
            key = value[2]
        elif value[0] == "call" and self.module.code.calls[value[1]].args:
            key = self.module.code.calls[value[1]].args[0]
        else:
            return None
        return key if key[0] in ("name", "ext", "attr", "param") else None

    # ---- what an expression holds ------------------------------------------------------------------------------------
    def inside(self, value: Value, depth: int = 0, derived: bool = True) -> frozenset[Value]:
        """The wanted values that an expression is made of, through calls and names of the module.

        Without `derived`, what comes out of a value's own methods does not count: they fail where it is missing.
        """
        tag = value[0]
        if tag in _NOTHING:
            return NOTHING
        if (
            tag == "call" or tag == "param" or (tag == "item" and value[1][0] in ("ext", "name", "attr"))
        ) and value in self.wanted:
            return frozenset((value,))
        known = self._known.get((id(value), derived))
        if known is not None:
            return known[1]
        if depth > _DEEPEST:
            return NOTHING
        self._known[id(value), derived] = (value, NOTHING)
        result = NOTHING
        for part in self._parts(value, derived):
            if part[0] not in _NOTHING:
                result |= self.inside(part, depth + 1, derived)
        self._known[id(value), derived] = (value, result)
        return result

    def _parts(self, value: Value, derived: bool) -> Iterator[Value]:
        tag = value[0]
        if tag == "call":
            call = self.module.code.calls[value[1]]
            if derived or call.func[0] != "attr":
                yield call.func
            yield from call.args
            for _, given in call.kwargs:
                yield given
        elif tag == "name":
            bound = self.module.env.get(value[1])
            if bound is not None and bound[0] not in ("name", "dict", "list", "local"):
                yield bound
        else:
            yield from nested(value)

    # ---- collecting --------------------------------------------------------------------------------------------------
    def _failing_contexts(self) -> set[int]:
        """Contexts in which something is raised, or the program stopped."""
        found = set()
        for call in self.module.code.calls:
            func = call.func
            name = str(func[-1]) if func[0] in ("name", "ext", "attr") else ""
            if name.endswith(_FAILURES):
                found.add(call.context)
        return found

    def _collect(self) -> None:
        seen: set[int] = set()
        for number, context in enumerate(self.module.code.contexts):
            if context.kind in ("if", "else", "while"):
                fails = number in self._failing
                self.itself |= self.inside(context.value, derived=False)
                for one in self.inside(context.value):
                    (self.required if fails else self.tested).add(one)
                self._asks(context.value, fails)
        for value in roots(self.module):
            if value[0] not in LEAVES:
                self._look(value, seen)
        for call in self.module.code.calls:
            if call.func[-1] in _FALLING_BACK and len(call.args) == 2:
                self.alternative |= self.inside(call.args[1])

    def _asks(self, value: Value, fails: bool) -> None:
        for part in (value, *all_nested(value)):
            if part[0] == "cmp" and part[1] in ("in", "not in"):
                for name in self._names(part[2]):
                    self.asked[name] = fails or self.asked.get(name, False)

    def _names(self, value: Value) -> tuple[str, ...]:
        """The variables that an expression spells."""
        if value[0] == "const":
            return (str(value[1]),)
        root = value
        while root[0] == "attr":
            root = root[1]
        # Only such can be among them; a long text that is put together of itself would be hashed for ever.
        return self.spelled.get(value, ()) if root[0] in ("name", "ext", "param", "call") else ()

    def _look(self, value: Value, seen: set[int], depth: int = 0) -> None:
        if value[0] in LEAVES or id(value) in seen or depth > _DEEPEST:
            return
        seen.add(id(value))
        tag = value[0]
        if tag in ("or", "and"):
            self._either_way(value)
        elif tag == "either":
            self._branches(value[1], value[2])
        elif tag in ("not", "cmp"):
            self.tested |= self.inside(value)
            self.itself |= self.inside(value, derived=False)
            if tag == "cmp" and value[1] in ("in", "not in"):
                for name in self._names(value[2]):
                    self.asked.setdefault(name, False)
        for part in nested(value):
            if part[0] not in LEAVES:
                self._look(part, seen, depth + 1)

    def _either_way(self, value: Value) -> None:
        *first, last = value[1]
        for part in first:
            if value[0] == "and":
                self.tested |= self.inside(part)
                self.itself |= self.inside(part, derived=False)
            elif last != NONE and part[0] not in ("cmp", "not"):  # `a is None or b is None` falls back on nothing
                self.fallback |= self.inside(part, derived=False) - self.inside(last)
        if value[0] == "or":
            self.alternative |= self.inside(last)

    def _branches(self, one: Value, other: Value) -> None:
        for ours, theirs in ((one, other), (other, one)):
            if theirs != NONE:
                found = self.inside(ours) - self.inside(theirs)
                found -= self.required - self.inside(ours, derived=False)  # only a part of it has a fallback
                tested = {name for value in self.itself for name in self.wanted[value]}
                self.fallback |= {value for value in found if not tested.isdisjoint(self.wanted[value])}
                self.alternative |= found


def nested(value: Value) -> list[Value]:
    """The values right inside a value."""
    found: list[Value] = []
    for part in value[1:]:
        if not isinstance(part, tuple) or not part:
            continue
        if isinstance(part[0], str):
            found.append(part)
            continue
        for one in part:
            if isinstance(one, tuple) and one:
                if isinstance(one[0], str):
                    found.append(one)
                else:
                    found.extend(
                        [each for each in one if isinstance(each, tuple) and each and isinstance(each[0], str)]
                    )
    return found


def all_nested(value: Value, seen: set[int] | None = None) -> Iterator[Value]:
    """The values inside a value, each once; `seen` holds those that were met before."""
    seen = seen if seen is not None else set()
    waiting = [value]
    while waiting:
        for part in nested(waiting.pop()):
            if id(part) not in seen:
                seen.add(id(part))
                if part[0] not in LEAVES:
                    waiting.append(part)
                yield part


def roots(module: Module) -> Iterator[Value]:
    """Every value that stands in a statement or an argument of a module."""
    for call in module.code.calls:
        yield call.func
        yield from call.args
        for _, value in call.kwargs:
            yield value
    for context in module.code.contexts:
        yield context.value
    for scope in module.code.scopes:
        for op in scope.ops:
            if op[0] in ("=", "r", "u", "+", "s", "a"):
                for part in op[1:]:
                    if isinstance(part, tuple) and part and isinstance(part[0], str):
                        yield part


def composed(module: Module) -> Iterator[Value]:
    """Every value of a module that is made of others, with what it is made of."""
    seen: set[int] = set()
    for root in roots(module):
        if root[0] not in LEAVES:
            yield root
            yield from all_nested(root, seen)
