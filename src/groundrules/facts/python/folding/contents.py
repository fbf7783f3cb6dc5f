"""Objects that take all their attributes from a configuration: it is copied over them, or spread."""

from __future__ import annotations

from groundrules.facts.python.folding.frames import Frame
from groundrules.facts.python.folding.options import Options
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import alternatives, hole, options

_MAPPINGS = ("dict", "collections.UserDict", "collections.OrderedDict")
_DEEPEST = 8


class Contents(Options):
    """Objects that take all their attributes from a configuration."""

    def contents(self, base: Value) -> Value | None:
        """The configuration whose keys an instance of the program has as attributes; None when there is none."""
        key = base[1:5]
        if key not in self._contents:
            self._contents[key] = None  # what fills an object may speak of it
            self._contents[key] = self._filled_with(base)
        return self._contents[key]

    def _filled_with(self, base: Value) -> Value | None:
        if base[3] < 0 or base[4] is None or base[4].depth > _DEEPEST:
            return None
        if isinstance(base[1], str):
            module = self.program.module(base[2])
            if module is None or not (self.knowledge.of(base[1]) or {}).get("holds_attributes"):
                return None
            return self._copied(module, base[4].scope, ("call", base[3]), base[4])
        path, number = base[1]
        call = self.program.call(base[2], base[3])
        init = self.method(path, number, "__init__")
        module = self.program.module(init[0]) if init is not None else None
        found = None
        if init is not None and module is not None and module.code.scopes[init[1]].params:
            frame = self.bind(module, init[1], call, base[3], base[4], base)
            own = ("param", init[1], module.code.scopes[init[1]].params[0].name)
            found = self._copied(module, init[1], own, frame)
        if found is None and not set(_MAPPINGS).isdisjoint(self.base_types(path, number)):
            given = [*call.args[:1], *(value for name, value in call.kwargs if name is None)]
            found = self._settings_in([self.fold(one, base[4]) for one in given])
        return found

    def _copied(self, module: Module, scope: int, target: Value, frame: Frame) -> Value | None:
        """What a scope copies over an object, key by key or as a whole."""
        return self._settings_in([self.fold(one, frame) for one in copied(module, scope, target)])

    def _settings_in(self, values: list[Value]) -> Value | None:
        """The configurations among some values, or spread within them."""
        found = [one for value in values for part in options(value) for one in spread_in(part)]
        return alternatives(found) if found else None

    def merged(self, values: list[Value]) -> Value:
        """Configurations put over each other: a key is taken from any that has it."""
        parts = [part for one in values for part in options(one)]
        known = ("settings", "dict")
        return alternatives([one if one[0] in known else ("dict", ((None, hole("x")),)) for one in parts])

    def sources(self, folded: Value, key: Value) -> tuple[list[Value], bool]:
        """The configurations, or mappings of libraries, that give a key, and whether nothing else does."""
        found: list[Value] = []
        parts = options(folded)
        alone = True
        for one in parts:
            tag = one[0]
            if tag == "inst":
                held = self.contents(one) if key[0] == "const" and not self._has(one, key[1]) else None
                one, tag = (held, held[0]) if held is not None else (one, tag)
            if tag == "settings" or (tag == "ext" and self.knowledge.of(f"{one[1]}.__getitem__") is not None):
                found.append(one)
                continue
            inner = spread_in(one) if tag in ("dict", "either") and not _names(one, key) else []
            found += inner
            alone = alone and bool(inner) and (tag == "either" or _all_known(one))
        return found, alone

    def _has(self, instance: Value, name: object) -> bool:
        """Whether an object has an attribute of its own."""
        if isinstance(instance[1], str) or not isinstance(name, str):
            return False
        return self._class_attribute(instance[1][0], instance[1][1], name, None) is not None


def copied(module: Module, scope: int, target: Value | None = None) -> list[Value]:
    """The mappings that a scope copies over an object, or over any."""
    found = []
    for number in module.called.get("setattr", ()):
        call = module.code.calls[number]
        if call.scope == scope and len(call.args) == 3 and target in (None, call.args[0]):
            mapping = _looped(module, call.args[1])
            if mapping is not None:
                found.append(mapping)
    for number in module.called.get("update", ()):
        call = module.code.calls[number]
        owner = _of_all(module, call.func[1]) if call.scope == scope and call.func[0] == "attr" else None
        if owner is not None and target in (None, owner):
            found += [*call.args, *(value for name, value in call.kwargs if name is None)]
    for op in module.code.scopes[scope].ops:
        if op[0] == "a" and op[2] == "__dict__" and target in (None, op[1]):
            found.append(op[3])
    return found


def _looped(module: Module, key: Value) -> Value | None:
    """The mapping whose keys a loop goes through."""
    if key[0] == "unpack" and key[2] == 0:
        key = key[1]
    if key[0] != "elem":
        return None
    inside: Value = key[1]
    if inside[0] == "call":
        func = module.code.calls[inside[1]].func
        return func[1] if func[0] == "attr" and func[2] in ("items", "keys") else None
    return inside


def _of_all(module: Module, value: Value) -> Value | None:
    """The object of which a value is the dictionary of all attributes."""
    if value[0] == "call":
        call = module.code.calls[value[1]]
        return call.args[0] if call.func == ("name", "vars") and len(call.args) == 1 else None
    return value[1] if value[0] == "attr" and value[2] == "__dict__" else None


def spread_in(value: Value) -> list[Value]:
    """The configurations that a folded value is, or that are spread within it."""
    if value[0] == "dict":
        return [item for key, item in value[1] if key is None and item[0] == "settings"]
    return [one for one in options(value) if one[0] == "settings"]


def spreads_only(pairs: list[tuple[Value | None, Value]]) -> bool:
    """Whether a mapping is nothing but configurations that are spread in it."""
    return bool(pairs) and all(key is None and one[0] in ("settings", "either") for key, one in pairs)


def _names(value: Value, key: Value) -> bool:
    return value[0] == "dict" and any(name == key for name, _ in value[1])


def _all_known(value: Value) -> bool:
    """Whether all keys of a mapping are known, but for those of configurations."""
    return all(item[0] == "settings" if key is None else key[0] == "const" for key, item in value[1])
