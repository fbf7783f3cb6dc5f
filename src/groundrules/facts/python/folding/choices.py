"""Values that may be one of several: branches, defaults behind `or`, and what tests come to."""

from __future__ import annotations

from groundrules.facts.python.folding.frames import Frame
from groundrules.facts.python.folding.parts import Parts
from groundrules.facts.python.ir import Value
from groundrules.facts.python.texts import alternatives, hole, options

_EQUAL = {"==": True, "is": True, "!=": False, "is not": False}


class Choices(Parts):
    """Values that may be one of several."""

    def _either(self, value: Value, frame: Frame) -> Value:
        for one in value[1:]:
            if one[0] == "param" and self._stands_in(one, frame):
                return self.fold(one, frame)
        return alternatives([self.fold(value[1], frame), self.fold(value[2], frame)])

    def _stands_in(self, value: Value, frame: Frame) -> bool:
        """Whether a parameter that is None unless it is given is given: what else it may be was for the other case."""
        owner = self.owner(value, frame)
        if owner is None or value[2] not in owner.bound:
            return False
        params = frame.module.code.scopes[value[1]].params
        optional = any(one.name == value[2] and one.default == ("const", None) for one in params)
        folded = self.fold(value, frame) if optional else hole(value[2])
        return folded[0] != "hole" and folded != ("const", None)

    def _or(self, value: Value, frame: Frame) -> Value:
        parts = [self.fold(one, frame) for one in value[1]]
        kept = [one for one in parts if one[0] != "hole" and one != ("const", None)]
        return alternatives(kept or parts)

    def _cmp(self, value: Value, frame: Frame) -> Value:
        """A comparison is true or false; it may be either where a side is unknown."""
        found: list[Value] = []
        for left in options(self.fold(value[2], frame)):
            for right in options(self.fold(value[3], frame)):
                if left[0] == "const" and right[0] == "const" and value[1] in _EQUAL:
                    found.append(("const", bool(left[1] == right[1]) is _EQUAL[value[1]]))
                else:
                    found += (("const", True), ("const", False))
        return alternatives(found)

    def _not(self, value: Value, frame: Frame) -> Value:
        known = [("const", not one[1]) for one in options(self.fold(value[1], frame)) if one[0] == "const"]
        return alternatives(known or [("const", True), ("const", False)])
