"""Tests that hold random numbers to account: what they compare with a number was drawn from what nothing seeds."""

from __future__ import annotations

from groundrules.facts.changing.words import is_seed
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.randomness import Randomness
from groundrules.facts.meaning.tested import Claim, Claims, is_number
from groundrules.facts.meaning.tested_exactly import floats
from groundrules.facts.meaning.tested_numbers import Numbers
from groundrules.facts.python.events import EntryPoint, Event
from groundrules.facts.python.ir import Scope, Value, parts_of
from groundrules.facts.python.program import Module
from groundrules.typed import Iterator, NamedTuple

_LOOSE = 0.01  # a tolerance from which on chance is what it allows for
_DEEPEST = 24
_LEARNED = ("estimator", "initialise", "split", "search", "loader")


class Drawn(NamedTuple):
    """A call of a test file in which something is drawn that nothing seeds."""

    event: Event
    generator: str


class Chance:
    """Rows of random_assertion."""

    def __init__(self, link: Link, claims: Claims, randomness: Randomness) -> None:
        self.link = link
        self.numbers = Numbers(link, claims)
        self.randomness = randomness
        self._by_file: dict[str, dict[int, Drawn]] | None = None

    def relate(self, module: Module, claims: list[Claim]) -> None:
        """One row for each test."""
        drawn = self.drawn().get(module.path)
        if not drawn or self._seeds_somehow(module):
            return
        told: set[int] = set()
        for claim in claims:
            if claim.scope not in told and not claim.every and self._may_fail(module, claim.scope):
                for one in (claim, claim.turned):
                    found = self._by_chance(module, one, drawn)
                    if found is not None:
                        told.add(claim.scope)
                        self._row(module, one, found)
                        break

    def _row(self, module: Module, claim: Claim, found: Drawn) -> None:
        rows, link = self.link.rows, self.link
        rows.add(
            "random_assertion", rows.span(module.path, claim.where), found.event.title, link.span(found.event),
            found.generator.partition(":")[0], claim.how, link.scope_name(module, claim.scope),
        )  # fmt: skip

    # ---- draws -------------------------------------------------------------------------------------------------------
    def drawn(self) -> dict[str, dict[int, Drawn]]:
        """By file: the calls that draw, or that run something in the same file which does."""
        if self._by_file is None:
            self._by_file = {}
            for event, generator in self.randomness.tested:
                if not self._seeded_around(event, generator):
                    calls = self._by_file.setdefault(event.entry.module.path, {})
                    calls.setdefault(_outermost(event), Drawn(event, generator))
        return self._by_file

    def _seeded_around(self, event: Event, generator: str) -> bool:
        """Whether a fixture, the set-up, the level of the file or a file that belongs to its folder seeds anything."""
        path = event.entry.module.path
        for number in list(self.randomness.seeds):
            entry = self.link.walker.entries[number]
            there = entry.module.path
            folder, _, name = there.rpartition("/")
            shared = name == "conftest.py" and (not folder or path.startswith(folder + "/"))
            here = (shared and self._runs_for(entry, event.entry.module)) or (there == path and entry.kind != "test")
            if here and any(one.generator == generator for one in self.randomness.governing(number)):
                return True
        return False

    def _runs_for(self, shared: EntryPoint, module: Module) -> bool:
        """Whether what files share runs before the tests of a module: a fixture only where something asks for it."""
        there, folder = shared.module, self.link.folder
        scope, frame = there.code.scopes[shared.scope], folder.module_frame(there)
        for decorator in scope.decorators:
            call = there.code.calls[decorator[1]] if decorator[0] == "call" else None
            folded = folder.fold(call.func if call is not None else decorator, frame)
            entry = self.link.knowledge.of(folded[1]) or {} if folded[0] == "ext" else {}
            if "fixture" in entry:
                everywhere = call is not None and any(one in entry["fixture"] for one, _ in call.kwargs)
                return everywhere or scope.name in _asked(module, there)
        return True

    def _seeds_somehow(self, module: Module) -> bool:
        """Whether something with the name of a seed is called, such as a helper of the program."""
        return any(is_seed(name) for name in module.called)

    def _may_fail(self, module: Module, scope: int) -> bool:
        """Whether it is a plain test: classes above may seed before each of theirs."""
        row = module.code.scopes[scope]
        parent = module.code.scopes[row.parent] if row.parent > 0 else None
        if not row.name.startswith("test") or (parent is not None and parent.kind != "class"):
            return False
        frame = self.link.folder.module_frame(module)
        for base in parent.bases if parent is not None else ():
            folded = self.link.folder.fold(base, frame)
            if folded[0] != "ext" or not (self.link.knowledge.of(folded[1]) or {}).get("test_class"):
                return False
        return True

    # ---- claims ------------------------------------------------------------------------------------------------------
    def _by_chance(self, module: Module, claim: Claim, drawn: dict[int, Drawn]) -> Drawn | None:
        frame = self.link.folder.scope_frame(module, claim.scope)
        bound = self.link.folder.fold(claim.right, frame)
        if claim.how == "equal" or not is_number(bound) or self._in_loop(module, claim.context):
            return None
        found = self._comes_from(module, claim.left, drawn, 0)
        if found is None:
            return None
        if claim.how == "near":
            return found if (claim.tolerance or 0.0) >= _LOOSE else None
        if claim.how == "below" and self._apart(module, claim.left):
            return None
        if not isinstance(bound[1], float) or bound[1].is_integer() or abs(bound[1]) < _LOOSE:
            return None
        given: set[float] = set()
        for call in [module.code.calls[number] for number in module.calls_in(claim.scope)]:
            if not self.numbers.claims.only_says(module, call):
                floats(call.args, given)
                floats(call.kwargs, given)
        learned = (found.event.known.get("draws") or {}).get("purpose") in _LEARNED
        made = learned or self.numbers.asked(claim.left, frame) is not None
        return found if made and bound[1] not in given and not self._edge(module, claim.left) else None

    def _apart(self, module: Module, value: Value) -> bool:
        """Whether a value says how far apart two others are, neither of which the test spells."""
        call = module.code.calls[value[1]] if value[0] == "call" else None
        first = next(iter(call.args), None) if call is not None else None
        return first is not None and first[:2] == ("bin", "-") and "const" not in (first[2][0], first[3][0])

    def _edge(self, module: Module, value: Value) -> bool:
        """Whether a value is the least or greatest of several, for which a bound may always hold."""
        if value[0] != "call":
            return False
        call = module.code.calls[value[1]]
        if self.numbers.claims.number(module, call) == "same" and call.func[0] == "name":
            return any(self._edge(module, one) for one in call.args)
        return self.numbers.claims.number(module, call) == "edge"

    def _in_loop(self, module: Module, context: int) -> bool:
        while context > 0:
            one = module.code.contexts[context]
            if one.kind in ("for", "while"):
                return True
            context = one.parent
        return False

    def _comes_from(self, module: Module, value: Value, drawn: dict[int, Drawn], depth: int) -> Drawn | None:
        """The draw that a value depends on."""
        tag = value[0]
        if depth > _DEEPEST or tag in ("const", "ext", "local", "?"):
            return None
        parts: list[Value] = []
        if tag == "call":
            if value[1] in drawn:
                return drawn[value[1]]
            call = module.code.calls[value[1]]
            parts = [call.func, *call.args, *(item for _, item in call.kwargs)]
        elif tag == "name":
            bound = module.env.get(value[1])
            parts = [bound] if bound is not None and bound != value else []
        elif tag == "param":
            parts = self._fixture(module, value)
        elif tag == "attr":
            parts = [self._stored(module, value) or value[1]]
        else:
            parts = parts_of(value)
        found = (self._comes_from(module, one, drawn, depth + 1) for one in parts)
        return next((one for one in found if one is not None), None)

    def _fixture(self, module: Module, value: Value) -> list[Value]:
        """What a fixture of the same file gives to a parameter of that name."""
        bound = module.env.get(value[2])
        if bound is None or bound[0] != "local" or not module.code.scopes[bound[1]].decorators:
            return []
        return [op[1] for op in module.code.scopes[bound[1]].ops if op[0] == "r"]

    def _stored(self, module: Module, value: Value) -> Value | None:
        """What a test's class stores under a name of its own."""
        base = value[1]
        if base[0] != "param":
            return None
        parent = module.code.scopes[module.code.scopes[base[1]].parent]
        return parent.attributes.get(value[2]) if parent.kind == "class" else None


def _asked(module: Module, shared: Module) -> set[str]:
    """The names of fixtures that a module's tests ask for as parameters, and those that the fixtures themselves do."""
    found = {param.name for scope in module.code.scopes for param in scope.params}
    found.update(text for scope in module.code.scopes for text in _named(module, scope))
    while True:
        more = {param.name for scope in shared.code.scopes if scope.name in found for param in scope.params}
        if more <= found:
            return found
        found |= more


def _named(module: Module, scope: Scope) -> Iterator[str]:
    """Texts that the decorators of a scope are given."""
    for decorator in scope.decorators:
        for value in module.code.calls[decorator[1]].args if decorator[0] == "call" else ():
            if value[0] == "const" and isinstance(value[1], str):
                yield value[1]


def _outermost(event: Event) -> int:
    """The call by which the entry point itself comes to the event."""
    frame, number = event.frame, event.number
    while frame.caller is not None:
        number, frame = frame.call, frame.caller
    return number
