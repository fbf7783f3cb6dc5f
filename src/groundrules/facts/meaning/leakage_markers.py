"""Slices and masks as splits: what tells the rows apart, and which side is taken."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_activation import Activation
from groundrules.facts.meaning.leakage_rows import Marker
from groundrules.facts.meaning.leakage_run import Runner
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.ir import Value
from groundrules.facts.sql.words import words
from groundrules.typed import Any, Iterable

_SPELLED_DEEPEST = 6
_PARTS = {
    "train": "train", "training": "train", "valid": "check", "val": "check", "validation": "check", "dev": "check",
    "test": "test", "testing": "test", "trn": "train", "tst": "test", "eval": "check", "holdout": "test",
}  # fmt: skip
_BESIDE = words("x y data set dataset features feats labels label targets target images inputs texts df array arr")
_NO_BOUNDS = (("const", None), ("const", 0))
_OPPOSITES = {"<": ("<", 0), ">=": ("<", 1), ">": (">", 0), "<=": (">", 1), "==": ("==", 0), "!=": ("==", 1),
              "in": ("in", 0), "not in": ("in", 1), "is": ("==", 0), "is not": ("==", 1)}  # fmt: skip  # fmt: skip


def numbers(bounds: tuple[Value, ...]) -> tuple[float, float] | None:
    """The boundaries of a slice when both are plain numbers."""
    found = []
    for bound, default in zip(bounds, (0.0, float("inf")), strict=False):
        number = bound[1] if bound[0] == "const" else -1
        if number is not None and (not isinstance(number, int) or number < 0):
            return None
        found.append(default if number is None else float(number))
    return (found[0], found[1]) if len(found) == 2 and found != [0.0, float("inf")] else None


def in_blocks(bound: Value, depth: int = 0) -> bool:
    """Whether a boundary that moves goes by blocks, and not row by row: folds that are cut by hand are such."""
    if bound[0] != "bin" or depth > _SPELLED_DEEPEST:
        return False
    return bound[1] == "*" or any(in_blocks(side, depth + 1) for side in bound[2:4])


class Markers(Runner):
    """Reads the keys of subscripts."""

    def columns(self, key: Value, act: Activation) -> frozenset[str] | None:
        """The names of columns that a key spells out; None when it takes something else."""
        if key[0] == "const":
            return frozenset([key[1]]) if isinstance(key[1], str) else None
        if key[0] == "list" and key[1]:
            names = [one[1] for one in key[1] if one[0] == "const" and isinstance(one[1], str)]
            return frozenset(names) if len(names) == len(key[1]) else None
        if key[0] == "name":
            bound = act.module.env.get(key[1])
            return self.columns(bound, act) if bound is not None and bound[0] == "list" else None
        return None

    def one_of(self, key: Value, act: Activation) -> frozenset[str] | None:
        """The names of columns of which a key is one: of a loop over their names, or what a caller says."""
        if key[0] == "elem":
            listed = ("list", key[1][1]) if key[1][0] == "tuple" else key[1]
            return self.columns(listed, act) if listed[0] != "const" else None
        bound = act.frame.bound.get(key[2]) if act.frame.scope == key[1] else None
        return self.columns(bound[0], act) if bound is not None and bound[0][0] == "const" else None

    def named_part(self, key: Value) -> Marker | None:
        """The part of a data set that a key names: its rows for training, for checking or for the test."""
        told = words_of(key[1]) if key[0] == "const" and isinstance(key[1], str) else []
        said = {_PARTS.get(one) or _PARTS.get(one[1:] if one[0] in "xy" else "") for one in told if one not in _BESIDE}
        name = next(iter(said)) if len(said) == 1 else None
        return (("named",), name) if name is not None else None

    def slice_markers(self, key: Value, act: Activation) -> Iterable[Marker]:
        """The boundaries of a slice, each a split with two sides."""
        bounds = key[1]
        if len(bounds) > 2 and bounds[2] != ("const", None):
            return
        open_end = any(one in _NO_BOUNDS for one in (*bounds, ("const", None))[:2])  # a half, and no window
        for index, side in ((0, 1), (1, 0)):
            bound = bounds[index] if index < len(bounds) else ("const", None)
            if bound in _NO_BOUNDS or (not open_end and self.moves(bound, act) and not in_blocks(bound)):
                continue
            yield ("slice", self.spelled(self.near(bound, act), act)), side

    def near(self, bound: Value, act: Activation) -> Value:
        """A boundary without a fixed distance from it: windows look back over it."""
        while bound[0] == "bin" and bound[1] in ("-", "+") and bound[3][0] == "const":
            bound = bound[2]
        call = act.module.code.calls[bound[1]] if bound[0] == "call" else None
        if call is not None and call.func == ("name", "len") and call.args and call.args[0][0] == "item":
            key = call.args[0][2]
            if key[0] == "slice" and key[1][0] == ("const", None):
                return key[1][1]  # type: ignore[no-any-return]
        return bound

    def moves(self, value: Value, act: Activation, depth: int = 0) -> bool:
        """Whether a value changes from round to round of a loop."""
        if value[0] == "elem":
            return True
        if depth > 4 or value[0] in ("const", "param", "name"):
            return False
        return any(
            self.moves(one, act, depth + 1)
            for one in value[1:]
            if isinstance(one, tuple) and one and isinstance(one[0], str)
        )

    def mask_markers(self, key: Value, act: Activation) -> Iterable[Marker]:
        """The mask; and where it asks for one of several values, that value."""
        yield self.mask_marker(key, act)
        if key[0] == "cmp" and key[1] == "==" and key[3][0] == "const":
            yield ("value", self.spelled(key[2], act)), key[3][1]

    def mask_marker(self, key: Value, act: Activation) -> Marker:
        """A mask as a split: what tells the rows apart, and which side is taken."""
        side = 0
        while True:
            if key[0] == "not" or (key[0] == "bin" and key[1] == "~"):
                key, side = (key[1] if key[0] == "not" else key[2]), 1 - side
            elif key[0] == "cmp" and key[1] in _OPPOSITES:
                operator, turned = _OPPOSITES[key[1]]
                return ("mask", operator, self.spelled(key[2], act), self.spelled(key[3], act)), side ^ turned
            elif key[0] == "cmp" and key[3] == ("const", False):
                key, side = key[2], 1 - side
            else:
                break
        if key[0] == "call" and act.module.code.calls[key[1]].func[0] == "attr":
            func = act.module.code.calls[key[1]].func
            told = (self.knowledge.method(func[2]) or {}).get("masks")
            if told:
                return ("mask", told["what"], self.spelled(func[1], act)), side ^ int(told["side"])
        return ("mask", self.spelled(key, act)), side

    def spelled(self, value: Value, act: Activation, depth: int = 0) -> Any:
        """An expression in a form that is equal where it is written alike."""
        tag = value[0]
        if tag in ("const", "name", "ext", "local"):
            return (tag, value[1])
        if tag == "param":
            bound = act.frame.bound.get(value[2]) if act.frame.scope == value[1] else None
            if bound is not None and act.caller is not None and depth < _SPELLED_DEEPEST:
                return self.spelled(bound[0], act.caller, depth + 1)
            return ("param", act.module.path, value[1], value[2])
        if depth >= _SPELLED_DEEPEST:
            return (tag, id(value))
        if tag == "call":
            call = act.module.code.calls[value[1]]
            return (
                "call",
                self.spelled(call.func, act, depth + 1),
                *[self.spelled(arg, act, depth + 1) for arg in call.args],
            )
        return (tag, *[self._spelled_part(one, act, depth + 1) for one in value[1:]])

    def _spelled_part(self, one: Any, act: Activation, depth: int) -> Any:
        """What an expression is made of: another one, several of them, or a plain thing."""
        if not isinstance(one, tuple):
            return one if isinstance(one, (str, int)) else id(one)
        if one and isinstance(one[0], str):
            return self.spelled(one, act, depth)
        return tuple(self._spelled_part(inner, act, depth) for inner in one)


def condition(spelled: Any) -> Marker:
    """A condition in a text as a split: what tells the rows apart, and which side is taken."""
    words = spelled[1].split() if isinstance(spelled[1], str) else []
    if len(words) == 3 and words[1] in _OPPOSITES:
        operator, turned = _OPPOSITES[words[1]]
        return ("mask", operator, words[0], words[2]), turned
    return ("mask", spelled), 0
