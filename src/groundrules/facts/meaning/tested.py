"""What tests say of values: which they take to be equal, near each other, or beyond a bound."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value, WherePlain
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.facts.python.program import Module
from groundrules.typed import Any, Iterator, NamedTuple

_HOW = {"==": "equal", "<": "below", "<=": "below", ">": "above", ">=": "above"}
_TURNED = {"below": "above", "above": "below"}


class Claim(NamedTuple):
    """Two values that a test compares."""

    how: str  # equal | near | above | below: what the left one is, seen from the right one
    left: Value
    right: Value
    where: WherePlain
    scope: int
    function: str  # what compares them; == and the like for operators
    tolerance: float | None = None  # of what is near; None where nothing says it
    every: bool = False  # said of every element
    context: int = 0  # what the comparison stands in

    @property
    def turned(self) -> Claim:
        """The same, seen from the other side."""
        return self._replace(left=self.right, right=self.left, how=_TURNED.get(self.how, self.how))


class Claims:
    """Finds what a file of tests says."""

    def __init__(self, link: Link) -> None:
        self.link = link
        functions = link.knowledge.functions
        self._asserting = {name.rpartition(".")[2] for name in functions.having("asserts")}

    def of(self, module: Module) -> Iterator[Claim]:
        """Everything that the file asserts."""
        for scope, _, op in module.doing("v"):
            for claim in self._said(module, op[1], op[2], scope, False):
                yield claim._replace(context=op[3])
        for name in sorted(self._asserting.intersection(module.called)):
            for number in module.called[name]:
                call = module.code.calls[number]
                told = self.told(module, call, "asserts")
                if told:
                    for claim in self._called(module, call, told, call.where, False):
                        yield claim._replace(context=call.context)

    def told(self, module: Module, call: Call, role: str) -> Entry:
        """What knowledge says of a call in one role; nothing where that is unknown."""
        return self._known(module, call, role).get(role) or EMPTY

    def number(self, module: Module, call: Call) -> str | None:
        """What a call does to numbers."""
        return self._known(module, call, "number").get("number")

    def only_says(self, module: Module, call: Call) -> bool:
        """Whether a call belongs to what a test says, and hands nothing to what it tries."""
        roles = ("asserts", "holds", "near", "test_cases")
        return self.number(module, call) == "same" or any(self.told(module, call, role) for role in roles)

    def _known(self, module: Module, call: Call, role: str) -> Entry:
        link, func = self.link, call.func
        functions = link.knowledge.functions
        name, entry = link.folder.entry_of(call, link.folder.scope_frame(module, call.scope))
        if role in entry:
            return entry
        if func[0] == "name" and module.env.get(func[1]) in (None, func):
            return functions.get(f"builtins.{func[1]}") or EMPTY
        if (func[0] == "attr" and (name or not entry)) or (func[0] == "ext" and name):
            found: Entry = functions.get("anything." + str(func[-1]).rpartition(".")[2]) or EMPTY
            return found
        return EMPTY

    # ---- assertions --------------------------------------------------------------------------------------------------
    def _said(self, module: Module, value: Value, where: WherePlain, scope: int, every: bool) -> Iterator[Claim]:
        tag = value[0]
        if tag == "and":
            for part in value[1]:
                yield from self._said(module, part, where, scope, every)
        elif tag == "comp":
            yield from self._said(module, value[1], where, scope, True)
        elif tag == "cmp" and value[1] == "is" and value[3] == ("const", True):
            yield from self._said(module, value[2], where, scope, every)
        elif tag == "cmp" and value[1] in _HOW:
            yield self._compared(module, value, where, scope, every)
        elif tag == "call":
            call = module.code.calls[value[1]]
            told = self.told(module, call, "holds")
            if told:
                yield from self._called(module, call, told, where, every)

    def _called(self, module: Module, call: Call, told: Entry, where: WherePlain, every: bool) -> Iterator[Claim]:
        left = self._argument(module, call, told["left"])
        if left is None:
            return
        if told["how"] == "truth":
            yield from self._said(module, left, where, call.scope, True)
            return
        right = self._argument(module, call, told.get("right"))
        if right is not None:
            name = str(call.func[-1])
            claim = Claim(told["how"], left, right, where, call.scope, name, self._near(module, call, told), every)
            yield claim if claim.how != "equal" else self._relieved(module, claim)

    def _compared(self, module: Module, value: Value, where: WherePlain, scope: int, every: bool) -> Claim:
        _, sign, left, right = value
        return self._relieved(module, Claim(_HOW[sign], left, right, where, scope, sign, None, every))

    def _relieved(self, module: Module, claim: Claim) -> Claim:
        """Equal to something that stands for whatever lies near."""
        for one in (claim, claim.turned):
            if one.how == "equal" and one.right[0] == "call":
                call = module.code.calls[one.right[1]]
                told = self.told(module, call, "near")
                value = self._argument(module, call, told.get("to"))
                if value is not None:
                    return one._replace(how="near", right=value, tolerance=self._near(module, call, told))
        return claim

    def _argument(self, module: Module, call: Call, name: Any) -> Value | None:
        folder = self.link.folder
        frame = folder.scope_frame(module, call.scope)
        for role in ("asserts", "holds", "near"):
            known = self._known(module, call, role)
            if role in known:
                return folder.argument(call, known, name, frame)
        return None

    def _near(self, module: Module, call: Call, told: Entry) -> float | None:
        """How far apart two values may be; None where nothing says it."""
        frame = self.link.folder.scope_frame(module, call.scope)
        places = self._number(self._argument(module, call, told.get("places")), frame)
        if places is not None:
            return float(10.0 ** -max(-300.0, min(places, 300.0)))
        given = [self._number(self._argument(module, call, one), frame) for one in told.get("tolerance") or ()]
        return max([one for one in given if one is not None], default=None)

    def _number(self, value: Value | None, frame: Frame) -> float | None:
        folded = self.link.folder.fold(value, frame) if value is not None else None
        return float(folded[1]) if folded is not None and is_number(folded) else None


def is_number(value: Value) -> bool:
    """Whether a value is a number that the code spells."""
    return value[0] == "const" and isinstance(value[1], (int, float)) and not isinstance(value[1], bool)
