"""Where a number comes from: whether arithmetic that rounds made it, or whether it was only kept and handed on."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.tested import Claims
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value, parts_of
from groundrules.facts.python.program import Module
from groundrules.typed import Any, Callable, ClassVar

_ARITHMETIC = frozenset(("+", "-", "*", "/", "**", "%", "@", "?"))
_SURE = frozenset(("-", "/", "**", "@"))  # what no list or text knows
_PARTED = frozenset(("dict", "list", "tuple", "set", "either", "or", "and"))
_DEEPEST = 14


class Numbers:
    """Asked of one value at a time; `visited` are the scopes of which the answer speaks."""

    handlers: ClassVar[dict[str, Callable[[Any, Value, Frame, int], str | None]]]

    def __init__(self, link: Link, claims: Claims) -> None:
        self.link = link
        self.folder = link.folder
        self.claims = claims
        self.visited: set[tuple[str, int]] = set()
        self._of_many = False

    def asked(self, value: Value, frame: Frame, many: bool = False) -> str | None:
        """arithmetic | aggregate | measure: what made the number, or a number of those that a value holds.

        `many` says that it holds several, so that a sum may as well put lists together.
        """
        self.visited, self._of_many = set(), many
        return self.made(value, frame, 0)

    def made(self, value: Value, frame: Frame, depth: int) -> str | None:
        """The same, while asking of something else."""
        handler = self.handlers.get(value[0]) if depth < _DEEPEST else None
        return handler(self, value, frame, depth + 1) if handler is not None else None

    def _any(self, values: Any, frame: Frame, depth: int) -> str | None:
        found = (self.made(one, frame, depth) for one in values)
        return next((one for one in found if one is not None), None)

    def _binary(self, value: Value, frame: Frame, depth: int) -> str | None:
        _, sign, left, right = value
        if sign == "~":
            return self.made(left, frame, depth)
        if sign not in _ARITHMETIC or (left[0] == "const" and right[0] == "const"):
            return None
        if any(one[0] in ("fmt", "list", "tuple", "dict", "comp") or _is_text(one) for one in (left, right)):
            return None
        if self._of_many and sign not in _SURE:
            return None
        return None if self._is_whole(left, frame) else "arithmetic"

    def _is_whole(self, value: Value, frame: Frame) -> bool:
        """Whether a number was rounded on purpose, which is what cutting off at a place does before it divides."""
        if value[0] == "call":
            return self.claims.number(frame.module, frame.module.code.calls[value[1]]) == "rounded"
        return value[:2] == ("bin", "//")

    def _parts(self, value: Value, frame: Frame, depth: int) -> str | None:
        return self._any(parts_of(value), frame, depth)

    def _of_first(self, value: Value, frame: Frame, depth: int) -> str | None:
        return self.made(value[1], frame, depth)

    def _unpack(self, value: Value, frame: Frame, depth: int) -> str | None:
        return self.made(("item", value[1], ("const", value[2])), frame, depth)

    def _name(self, value: Value, frame: Frame, depth: int) -> str | None:
        bound = frame.module.env.get(value[1])
        if bound is None or bound == value:
            return None
        return self.made(bound, self.folder.module_frame(frame.module), depth)

    def _attribute(self, value: Value, frame: Frame, depth: int) -> str | None:
        _, base, name = value
        if (self.link.knowledge.functions.get(f"anything.{name}") or {}).get("number") == "same":
            return self.made(base, frame, depth)
        owner = self._class_of(base, frame)
        if owner is None:
            return None
        module, number = owner
        method = self.folder.method(module.path, number, name)
        if method is not None:
            return self._function(*method, None, depth)
        stored = module.code.scopes[number].attributes.get(name)
        return self.made(stored, self.folder.scope_frame(module, number), depth) if stored is not None else None

    def _class_of(self, base: Value, frame: Frame) -> tuple[Module, int] | None:
        """The class of the program whose instance a value is."""
        scopes = frame.module.code.scopes
        if base[0] == "param":
            parent = scopes[base[1]].parent
            params = scopes[base[1]].params
            own = parent > 0 and scopes[parent].kind == "class" and params and params[0].name == base[2]
            return (frame.module, parent) if own else None
        folded = self.folder.fold(base, frame)
        if folded[0] == "inst" and not isinstance(folded[1], str):
            module = self.link.walker.program.module(folded[1][0])
            return (module, folded[1][1]) if module is not None else None
        return None

    def _item(self, value: Value, frame: Frame, depth: int) -> str | None:
        _, base, key = value
        if base[0] == "dict":
            return self._any([item for name, item in base[1] if name == key or name is None], frame, depth)
        if base[0] in ("list", "tuple") and key[0] == "const" and isinstance(key[1], int):
            return self._any(base[1][key[1] : key[1] + 1] if key[1] >= 0 else base[1], frame, depth)
        if base[0] == "either":
            return self._any([("item", one, key) for one in base[1:]], frame, depth)
        if base[0] == "call":
            called = self._called(frame.module.code.calls[base[1]], frame)
            if called is not None:
                return self._function(*called, key, depth)
        if base[0] == "attr" and base[2] in ("iloc", "loc", "at", "iat") and key[0] == "tuple" and len(key[1]) == 2:
            return self.made(("item", base[1], key[1][1]), frame, depth)
        return self.made(base, frame, depth)

    def _called(self, call: Call, frame: Frame) -> tuple[str, int] | None:
        """The function of the program that a call runs."""
        callee = self.folder.callee(call, frame)
        if callee[0] == "func":
            return callee[1], callee[2]
        func = call.func
        if func[0] == "attr" and func[1][0] == "param":
            owner = self._class_of(func[1], frame)
            return self.folder.method(owner[0].path, owner[1], func[2]) if owner is not None else None
        return None

    def _call(self, value: Value, frame: Frame, depth: int) -> str | None:
        call = frame.module.code.calls[value[1]]
        called = self._called(call, frame)
        if called is not None:
            return self._function(*called, None, depth)
        number = self.claims.number(frame.module, call)
        if number == "made":
            return "aggregate"
        if number in ("same", "edge"):
            first = call.args if call.func[0] != "attr" or call.args[:1] else (call.func[1],)
            held = self._any(first, frame, depth)
            return held or (self.made(call.func[1], frame, depth) if call.func[0] == "attr" else None)
        if number is None and "measures" in self.folder.entry_of(call, frame)[1]:
            return "measure"
        return None

    def _function(self, path: str, scope: int, key: Value | None, depth: int) -> str | None:
        """What a function of the program gives back; with a key, what it gives back under that."""
        module = self.link.walker.program.module(path)
        if module is None or (key is None and (path, scope) in self.visited):
            return None
        self.visited.add((path, scope))
        frame = self.folder.scope_frame(module, scope)
        given = [op[1] for op in module.code.scopes[scope].ops if op[0] == "r"]
        if key is None:
            return self._any(given, frame, depth)
        for op in module.code.scopes[scope].ops:
            if op[0] == "s" and op[2] == key:
                found = self.made(op[3], frame, depth)
                if found is not None:
                    return found
        keyed = [("item", one, key) for one in given if one[0] in ("call", "dict", "list", "tuple", "either", "attr")]
        return self._any(keyed, frame, depth)


def _is_text(value: Value) -> bool:
    return value[0] == "const" and isinstance(value[1], str)


Numbers.handlers = {
    "bin": Numbers._binary, "call": Numbers._call, "item": Numbers._item, "attr": Numbers._attribute,
    "name": Numbers._name, "unpack": Numbers._unpack, "elem": Numbers._of_first, "comp": Numbers._of_first,
    "star": Numbers._of_first, **dict.fromkeys(_PARTED, Numbers._parts),
}  # fmt: skip
