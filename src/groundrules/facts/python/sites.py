"""What a call of the program is every time that it runs: most name what they call, and need not be looked at again."""

from __future__ import annotations

from groundrules.facts.python.ir import Call, Op, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.typed import TYPE_CHECKING, Iterable

if TYPE_CHECKING:
    from groundrules.facts.python.passing import Passing

_SUBSCRIPTED = frozenset(("ext", "item", "attr", "call", "name", "param", "either", "or"))
_RUN = frozenset("citm")
_HANDED = frozenset(("local", "name", "ext", "call"))
_NAMED = frozenset(("local", "name"))
_BOUND = frozenset(("param", "call", "elem", "name"))  # what a method that is handed over may belong to


class Site:
    """One call. Nothing is found out before it is asked, in the order in which a run comes to it."""

    __slots__ = ("call", "callee", "fixed", "handed", "known", "pruned")

    def __init__(self, call: Call, module: Module, passing: Passing | None) -> None:
        self.call = call
        self.fixed = is_fixed(call.func)
        self.callee: Value | None = None
        self.known: tuple[str, Entry] | None = None
        self.pruned = False  # no argument is left that is fixed and no function
        # Arguments that may be functions, with what each is where no run changes that.
        self.handed: list[tuple[Value, bool]] = []
        for value in flat((*call.args, *[value for _, value in call.kwargs])):
            if value[0] in _HANDED or (value[0] == "attr" and value[1][0] in _BOUND):
                fixed = is_fixed(value)
                if passing is None or passing.may_run(value, fixed, module):
                    self.handed.append((value, fixed))


def flat(values: Iterable[Value]) -> list[Value]:
    """Arguments; of lists, tuples and mappings that are written out, the functions that they name."""
    found = []
    for value in values:
        if value[0] in ("list", "tuple"):
            found.extend([one for one in value[1] if one[0] in _NAMED])
        elif value[0] == "dict":
            found.extend([one for _, one in value[1] if one[0] in _NAMED])
        else:
            found.append(value)
    return found


def is_fixed(value: Value) -> bool:
    """Whether a value is the same in every run of its scope: a name of the module, or of an import."""
    while value[0] == "attr":
        value = value[1]
    return value[0] in ("ext", "name", "local")


def site_of(module: Module, number: int, passing: Passing | None) -> Site:
    """The site of a call."""
    site: Site | None = module.sites.get(number)
    if site is None:
        site = module.sites[number] = Site(module.code.calls[number], module, passing)
    return site


def _is_taken_from(base: Value) -> bool:
    """Whether settings, or a library's mapping, may be what a key is taken from."""
    if base[0] == "dict":
        return any(key is None for key, _ in base[1])
    return base[0] in _SUBSCRIPTED or (base[0] == "bin" and base[1] == "|")


def steps_of(module: Module, scope: int) -> tuple[Op, ...]:
    """Those operations of a scope that running it is about."""
    steps = module.steps.get(scope)
    if steps is None:
        steps = module.steps[scope] = tuple(
            [op for op in module.code.scopes[scope].ops if op[0] in _RUN or (op[0] == "l" and _is_taken_from(op[1]))]
        )
    return steps
