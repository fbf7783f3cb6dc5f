"""Numbers that a test compares to the last bit, though arithmetic that rounds made them."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.tested import Claim, Claims, is_number
from groundrules.facts.meaning.tested_numbers import Numbers
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value, parts_of
from groundrules.facts.python.program import Module
from groundrules.typed import Any, Iterator

_HALVED = 1024  # fractions of fewer halves than this are kept as they are
_CONTAINERS = frozenset(("list", "tuple", "set", "dict"))


class Exactly:
    """Rows of exact_assertion."""

    def __init__(self, link: Link, claims: Claims) -> None:
        self.link = link
        self.claims = claims
        self.numbers = Numbers(link, claims)

    def relate(self, module: Module, claims: list[Claim]) -> None:
        """One row for each claim of a file that two numbers are the same."""
        for claim in claims:
            if claim.how == "equal":
                for one in (claim, claim.turned):
                    self._claim(module, one)

    def _claim(self, module: Module, claim: Claim) -> None:
        frame = self.link.folder.scope_frame(module, claim.scope)
        expected = self._expected(module, claim.right, frame)
        values = [one for one in self._spelled(expected, frame) if rounds(one)] if expected is not None else []
        if not values:
            return
        if expected is not None and expected[0] == "dict" and claim.left[0] != "dict":
            keys = [key for key, item in expected[1] if key is not None and any(self._spelled(item, frame))]
            found = next((made for key in keys if (made := self.numbers.asked(("item", claim.left, key), frame))), None)
        else:
            many = not is_number(claim.right) and expected is not None and expected[0] != "const"
            found = self.numbers.asked(claim.left, frame, many and claim.right[0] != "param")
        if found is None:
            return
        known = {_digits(one) for one in self._known(module, claim)}
        new = [one for one in values if _digits(one) not in known]
        if new:
            span = self.link.rows.span(module.path, claim.where)
            name = self.link.scope_name(module, claim.scope)
            self.link.rows.add("exact_assertion", span, claim.function, repr(new[0]), found, name)

    def _expected(self, module: Module, value: Value, frame: Frame) -> Value | None:
        """What a claim expects: as it stands, or the values that the cases of a test give to a parameter."""
        if value[0] == "param":
            return self._cases(module, value, frame)
        if value[0] in ("name", "ext"):
            folded = self.link.folder.fold(value, frame)
            return folded if is_number(folded) or folded[0] in _CONTAINERS else None
        return value

    def _cases(self, module: Module, value: Value, frame: Frame) -> Value | None:
        for decorator in module.code.scopes[value[1]].decorators:
            call = module.code.calls[decorator[1]] if decorator[0] == "call" else None
            told = self.claims.told(module, call, "test_cases") if call is not None else None
            if call is None or not told:
                continue
            entry = self.link.folder.entry_of(call, frame)[1]
            names = self.link.folder.argument(call, entry, told["names"], frame)
            cases = self.link.folder.argument(call, entry, told["values"], frame)
            place = _place(names, value[2])
            if place is not None and cases is not None and cases[0] in ("list", "tuple"):
                return ("list", tuple(self._column(module, cases[1], *place)))
        return None

    def _column(self, module: Module, cases: Any, index: int, count: int) -> Iterator[Value]:
        for case in cases:
            if case[0] == "call" and self.claims.number(module, module.code.calls[case[1]]) == "same":
                case = ("tuple", module.code.calls[case[1]].args)
            elif count == 1:
                case = ("tuple", (case,))
            if case[0] in ("list", "tuple") and len(case[1]) == count:
                one = case[1][index]
                if not any(one == other for place, other in enumerate(case[1]) if place != index):
                    yield one

    def _spelled(self, value: Value, frame: Frame) -> list[float]:
        """The numbers that a value is made of, where nothing is computed for it."""
        if is_number(value):
            return [float(value[1])]
        if value[0] == "dict":
            return [one for key, item in value[1] if key is not None for one in self._spelled(item, frame)]
        if value[0] in _CONTAINERS:
            return [one for item in value[1] for one in self._spelled(item, frame)]
        if value[0] == "call":
            call = frame.module.code.calls[value[1]]
            plain = call.func[0] == "name" or self.link.folder.entry_of(call, frame)[0][:1] not in ("", "*")
            if plain and call.args and self.claims.number(frame.module, call) == "same":
                return self._spelled(call.args[0], frame)
        return []

    def _known(self, module: Module, claim: Claim) -> set[float]:
        """The numbers that the test hands over, or that what it calls spells: they may only come back."""
        found: set[float] = set()
        self._handed(module, claim.left, found, set())
        for path, scope in {(module.path, claim.scope), *self.numbers.visited}:
            there = self.link.walker.program.module(path)
            if there is None:
                continue
            for number in there.calls_in(scope):
                call = there.code.calls[number]
                if path == module.path and scope == claim.scope and self.claims.only_says(module, call):
                    continue
                floats(call.args, found)
                floats(call.kwargs, found)
            tags = ("s", "a", "r") if scope == claim.scope and path == module.path else ("s", "a", "r", "=", "+")
            for op in there.code.scopes[scope].ops:
                if op[0] in tags:
                    floats(op, found)
            floats([param.default for param in there.code.scopes[scope].params if param.default], found)
        return found

    def _handed(self, module: Module, value: Value, found: set[float], seen: set[int]) -> None:
        """The numbers that a value is made from."""
        floats((value,), found)
        for number in _calls_of(value):
            if number not in seen:
                seen.add(number)
                call = module.code.calls[number]
                for one in (call.func, *call.args, *(item for _, item in call.kwargs)):
                    self._handed(module, one, found, seen)
        for one in self._elsewhere(module, value):
            if id(one) not in seen:
                seen.add(id(one))
                self._handed(module, one, found, seen)

    def _elsewhere(self, module: Module, value: Value) -> Iterator[Value]:
        """What names of a file, fixtures and attributes of a test's class stand for."""
        for one in _names_of(value):
            if one[0] == "attr":
                scopes = module.code.scopes
                parent = scopes[scopes[one[1][1]].parent]
                bound = parent.attributes.get(one[2]) if parent.kind == "class" else None
            else:
                bound = module.env.get(one[-1])
            if bound is not None and bound[0] == "local":
                yield from (op[1] for op in module.code.scopes[bound[1]].ops if op[0] == "r")
            elif bound is not None:
                yield bound


def rounds(value: float) -> bool:
    """Whether a number is none that binary fractions hold without rounding."""
    return value == value and abs(value) != float("inf") and value.as_integer_ratio()[1] > _HALVED


def _digits(value: float) -> float:
    """What is left of a number without its sign and its power of two, by which nothing is rounded."""
    from math import frexp

    return abs(frexp(value)[0])


def floats(value: Any, found: set[float]) -> None:
    """Every number with a fraction in a value."""
    for part in value:
        if isinstance(part, float):
            found.add(part)
        elif isinstance(part, (tuple, list)):
            floats(part, found)


def _calls_of(value: Value) -> Iterator[int]:
    if value[0] == "call":
        yield value[1]
    for part in parts_of(value):
        yield from _calls_of(part)


def _names_of(value: Value) -> Iterator[Value]:
    """The names, parameters and own attributes in a value."""
    if value[0] in ("name", "param") or (value[0] == "attr" and value[1][0] == "param"):
        yield value
    for part in parts_of(value):
        yield from _names_of(part)


def _place(names: Value | None, wanted: str) -> tuple[int, int] | None:
    """Which of the names of a test's cases is meant, and how many there are."""
    if names is None:
        return None
    if names[0] == "const" and isinstance(names[1], str):
        listed = [one.strip() for one in names[1].split(",")]
    elif names[0] in ("list", "tuple"):
        listed = [str(one[1]) for one in names[1] if one[0] == "const"]
    else:
        return None
    return (listed.index(wanted), len(listed)) if wanted in listed else None
