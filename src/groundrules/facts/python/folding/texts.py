"""Texts with holes, paths and containers."""

from __future__ import annotations

from groundrules.facts.python.folding.contents import spreads_only
from groundrules.facts.python.folding.core import LONGEST
from groundrules.facts.python.folding.frames import Frame
from groundrules.facts.python.folding.names import Names
from groundrules.facts.python.ir import Value, hole_name
from groundrules.facts.python.texts import (
    TEMPORARY,
    alternatives,
    combine,
    hole,
    is_text,
    options,
    path_join,
    percent,
    textual,
)


class Texts(Names):
    """Texts with holes, paths and containers."""

    def _fmt(self, value: Value, frame: Frame) -> Value:
        parts = []
        for part in value[1]:
            if isinstance(part, str):
                parts.append(("const", part))
            else:
                inner = part[1] if part[0] == "fmtspec" else part
                folded = self.fold(inner, frame)
                named = hole_name(inner)
                plain = folded[0] == "const" and part[0] != "fmtspec"
                known = plain or all(is_text(one) for one in options(folded))
                parts.append(folded if known else self._unknown(folded, named))
        if len(parts) > 1 and not isinstance(value[1][0], str) and str(parts[1][1]).startswith("/"):
            parts[0] = self._placed(parts[0], value[1][0])
        return combine(parts)

    def _bin(self, value: Value, frame: Frame) -> Value:
        operator, left, right = value[1], self.fold(value[2], frame), self.fold(value[3], frame)
        texts = self._textual(left, value[2]), self._textual(right, value[3])
        if operator == "+" and (texts[0][0] != "hole" or texts[1][0] != "hole"):
            rooted = texts[1][0] == "const" and str(texts[1][1]).startswith("/")
            return combine((self._placed(texts[0], value[2]), texts[1]) if rooted else texts)
        if operator == "+" and left[0] == right[0] and left[0] in ("list", "tuple"):
            return (left[0], (left[1] + right[1])[:LONGEST])
        if (
            operator == "/"
            and (is_text(left) or left[0] in ("hole", "settings", "either") or (left[0] == "ext" and is_text(right)))
            and (texts[0][0] != "hole" or texts[1][0] != "hole")
        ):
            return path_join([left if left[0] == "hole" else self._placed(texts[0], value[2]), texts[1]])
        if operator == "%" and all(is_text(one) for one in options(left)):
            return alternatives([percent(one, right) for one in options(left)])
        if operator == "|" and left[0] == right[0] == "dict":
            return ("dict", left[1] + right[1])
        if operator == "|" and "settings" in (left[0], right[0]):
            return self.merged([left, right])
        if (
            left[0] == right[0] == "const"
            and operator in ("*", "-", "+")
            and all(type(x[1]) in (int, float) for x in (left, right))
        ):
            numbers = {"*": left[1] * right[1], "-": left[1] - right[1], "+": left[1] + right[1]}
            return ("const", numbers[operator])
        return hole("x")

    def _textual(self, folded: Value, value: Value) -> Value:
        """The texts that a part of a path may be; a hole with its name when there is none."""
        unknown = self._unknown(folded, hole_name(value))
        return textual(folded, str(unknown[1]))

    def _placed(self, folded: Value, value: Value) -> Value:
        """The beginning of a path; a name that stands for no text at all is there to be given one."""
        return hole(hole_name(value)) if folded == ("const", "") and value[0] != "const" else folded

    def _unknown(self, folded: Value, name: str) -> Value:
        """A hole for what is no text, which tells temporary folders from others."""
        passing = folded[0] == "inst" and isinstance(folded[1], str) and self.knowledge.of(folded[1])
        return hole(TEMPORARY if passing and "gives_temporary" in passing else name)

    def _items(self, value: Value, frame: Frame) -> Value:
        items: list[Value] = []
        for one in value[1][:LONGEST]:
            if one[0] == "star":
                inner = self.fold(one[1], frame)
                items.extend(inner[1] if inner[0] in ("list", "tuple") else [hole("x")])
            else:
                items.append(self.fold(one, frame))
        return (value[0], tuple(items))

    def _dict(self, value: Value, frame: Frame) -> Value:
        pairs: list[tuple[Value | None, Value]] = []
        for key, item in value[1]:
            folded = self.fold(item, frame)
            if key is None:
                pairs.extend(folded[1] if folded[0] == "dict" else [(None, folded)])
            else:
                pairs.append((self.fold(key, frame), folded))
        return self.merged([item for _, item in pairs]) if spreads_only(pairs) else ("dict", tuple(pairs))

    def _comp(self, value: Value, frame: Frame) -> Value:
        element = self.fold(value[1], frame)
        if element[0] == "either":
            return ("list", element[1:])
        return ("list", (element,)) if element[0] not in ("hole",) else hole("x")
