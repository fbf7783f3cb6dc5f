"""Parts of values: attributes, items, elements."""

from __future__ import annotations

from groundrules.facts.python.folding.contents import Contents, spread_in
from groundrules.facts.python.folding.frames import Frame
from groundrules.facts.python.imports import Found
from groundrules.facts.python.ir import Value
from groundrules.facts.python.knowledge import EMPTY
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import MOST, alternatives, hole, is_text, options, path_method

_CHOOSING = ("cmp", "bin", "not", "list")  # keys that choose several rows or columns
_ITERATES = ("__iter__", "__getitem__", "__next__")
_MOST_CLASSES = 6  # that stand above one


class Parts(Contents):
    """Parts of values: attributes, items, elements."""

    def _attr(self, value: Value, frame: Frame) -> Value:
        if value[2] == "value" and value[1][0] == "attr":
            kind = self.fold(value[1][1], frame)
            if kind[0] == "class" and self.enumerates(kind[1], kind[2]):
                return self._class_attribute(kind[1], kind[2], value[1][2], None) or hole(value[1][2])
        return self.attribute(self.fold(value[1], frame), value[2])

    def attribute(self, base: Value, name: str) -> Value:
        """An attribute of a folded value."""
        tag = base[0]
        if tag == "ext":
            return ("ext", self.knowledge.canonical(f"{base[1]}.{name}"))
        if tag == "module":
            there = self.program.lookup(Found(base[1], (name,)))
            if there is not None:
                return self._inside(*there)
            submodule = self.program.find(f".{name}", base[1]) if base[1].endswith("__init__.py") else None
            return ("module", submodule.path) if submodule is not None and not submodule.rest else hole(name)
        if tag == "settings":
            return self.setting(("settings", base[1], (*base[2], name)))
        if tag == "inst" and not isinstance(base[1], str):
            return self._instance_attribute(base, name)
        if tag == "inst":
            return self._library_attribute(base, name)
        if tag == "class":
            found = self._class_attribute(base[1], base[2], name, None)
            member = found is not None and is_text(found) and self.enumerates(base[1], base[2])
            return hole(name) if found is None or member else found
        if tag == "options":
            return self.option(base[1], name)
        if tag == "either":
            return alternatives([self.attribute(one, name) for one in base[1:]])
        if is_text(base):
            return path_method(base, name, ()) or hole(name)
        kind = self.knowledge.attribute(name) if tag in ("hole", "inst") else None
        return ("inst", kind, "", -1, None) if kind else hole(name)

    def _library_attribute(self, base: Value, name: str) -> Value:
        """An attribute of an instance of a library's class."""
        entry = self.knowledge.of(f"{base[1]}.{name}") or EMPTY
        if "made_with" in entry:
            return self._made_with(base, entry["made_with"])
        held = self.contents(base)
        if held is not None:
            return self.attribute(held, name)
        if base[3] >= 0 and "records" in (self.knowledge.of(base[1]) or EMPTY):
            return self._made_with(base, name)
        known = bool(entry.get("attribute")) and "returns" in entry
        return ("inst", entry["returns"], *base[2:]) if known else hole(name)

    def _inside(self, module: Module, value: Value, rest: tuple[str, ...]) -> Value:
        """A value found in another module, with the attributes still to be taken."""
        result = value if value[0] == "module" else self.fold(value, self.module_frame(module))
        for name in rest:
            result = self.attribute(result, name)
        return result

    def _made_with(self, base: Value, parameter: str) -> Value:
        """What an instance of a library was made with."""
        if base[3] < 0 or base[4] is None:
            return hole(parameter)
        call = self.program.call(base[2], base[3])
        given = self.argument(call, self.entry_of(call, base[4])[1], parameter, base[4])
        return self.fold(given, base[4]) if given is not None else hole(parameter)

    def _instance_attribute(self, base: Value, name: str) -> Value:
        path, scope = base[1]
        call, frame = base[3], base[4]
        if call >= 0 and frame is not None:
            given = self.argument(self.program.call(base[2], call), None, name, frame)
            init = self.method(path, scope, "__init__")
            if given is not None and init is None:
                held = self.fold(given, frame)
                return hole(name) if held[0] == "settings" and not self._keeps_mapping(path, scope, name) else held
            if init is not None:
                found = self._from_init(init, base, name)
                if found is not None:
                    return found
        return self._class_attribute(path, scope, name, base) or self._of_contents(base, name)

    def _keeps_mapping(self, path: str, scope: int, name: str) -> bool:
        """Whether a field is declared as a mapping: of one that is a class of its own, a library makes an object."""
        module = self.program.module(path)
        kind: Value = module.code.scopes[scope].attributes.get(":" + name, ("hole", "")) if module else ("hole", "")
        while kind[0] == "item":
            kind = kind[1]
        return str(kind[-1]).rpartition(".")[2].lower() in ("dict", "mapping", "any")

    def _of_contents(self, base: Value, name: str) -> Value:
        """An attribute that an object has from a configuration which is copied over it."""
        held = self.contents(base)
        return self.attribute(held, name) if held is not None else hole(name)

    def _from_init(self, init: tuple[str, int], base: Value, name: str) -> Value | None:
        """An attribute that the constructor stores, with the arguments of the very call that made the instance."""
        module = self.program.module(init[0])
        if module is None or base[4].depth > 8 or not self._stores(module, init[1], name):
            return None
        key = (base[2], base[3], base[4])
        frame = self._made.get(key)
        if frame is None:
            frame = self.bind(module, init[1], self.program.call(base[2], base[3]), base[3], base[4], base)
            self._made[key] = frame
        return self._stored(frame, name)

    def _stores(self, module: Module, init: int, name: str) -> bool:
        """Whether the class of a constructor keeps something under a name, or hands on to the one above it."""
        owner = module.code.scopes[module.code.scopes[init].parent]
        return name in owner.attributes or init in self._calls_above(module)

    def _calls_above(self, module: Module) -> dict[int, int]:
        """The call of each constructor by which the one of the class above runs."""
        known = self._above.get(module.path)
        if known is None:
            known = self._above[module.path] = {
                call.scope: number
                for number, call in enumerate(module.code.calls)
                if call.func[0] == "attr" and call.func[2] == "__init__"
            }
        return known

    def _stored(self, frame: Frame, name: str, depth: int = 0) -> Value | None:
        """What the run of a constructor stores under a name, itself or by that of the class above."""
        code = frame.module.code
        stored = code.scopes[code.scopes[frame.scope].parent].attributes.get(name)
        if stored is not None:
            return self.fold(stored, frame)
        number = self._calls_above(frame.module).get(frame.scope)
        above = self.callee(code.calls[number], frame) if number is not None and depth < _MOST_CLASSES else ("hole",)
        there = self.program.module(above[1]) if above[0] == "func" else None
        if number is None or there is None:
            return None
        return self._stored(self.bind(there, above[2], code.calls[number], number, frame, above[3]), name, depth + 1)

    def _is_filled(self, kind: str) -> bool:
        """Whether objects of a library's class become configurations by their method `read`."""
        return "configures" in (self.knowledge.of(f"{kind}.read") or {})

    def setting(self, settings: Value) -> Value:
        """The value of a configuration's key where the tracked files hold one; else the settings below it."""
        known = self.settings.value(settings) if self.settings is not None else None
        return known if known is not None else settings

    def _item(self, value: Value, frame: Frame) -> Value:
        base, key = self.fold(value[1], frame), self.fold(value[2], frame)
        if value[2][0] in _CHOOSING and base[0] == "inst" and isinstance(base[1], str):
            chosen = (self.knowledge.of(f"{base[1]}.__getitem__") or {}).get("chosen")
            if chosen:
                return ("inst", chosen, base[2], -1, None)
        put = [one for name, one in frame.module.put_into(value[1]) if name == key] if base[0] == "dict" else ()
        if put:
            held = self._contained(base, key)
            later = [self.fold(one, frame) for one in put[:MOST]]
            return alternatives(later if held is None else [held, *later])
        return self.item(base, key)

    def item(self, base: Value, key: Value) -> Value:
        """A subscript of a folded value."""
        tag = base[0]
        if tag == "settings" and key[0] == "const" and isinstance(key[1], (str, int)):
            return self.setting(("settings", base[1], (*base[2], str(key[1]))))
        if tag == "inst" and self.settings is not None and isinstance(base[1], str) and self._is_filled(base[1]):
            filled = self.settings.configured(base)
            return self.item(filled, key) if filled is not None else hole("x")
        if tag in ("dict", "list", "tuple"):
            found = self._contained(base, key)
            if found is not None:
                return found
            held = spread_in(base)
            return self.item(alternatives(held), key) if held else hole(str(key[1]) if key[0] == "const" else "x")
        if tag == "either":
            return alternatives([self.item(one, key) for one in base[1:]])
        if tag == "ext" or (tag == "inst" and isinstance(base[1], str)):
            inside = (self.knowledge.of(f"{base[1]}.__getitem__") or {}).get("returns")
            if inside:
                return ("inst", inside, base[2] if tag == "inst" else "", -1, None)
        return hole(str(key[1]) if key[0] == "const" else "x")

    def _contained(self, base: Value, key: Value) -> Value | None:
        """What a container holds under a key; None when that is not to be seen."""
        if base[0] == "dict":
            for name, item in base[1]:
                if name == key:
                    return item  # type: ignore[no-any-return]
            if key[0] != "const" and base[1]:
                return alternatives([item for _, item in base[1][:MOST]])
        elif key[0] == "const" and isinstance(key[1], int) and -len(base[1]) <= key[1] < len(base[1]):
            return base[1][key[1]]  # type: ignore[no-any-return]
        return None

    def _elem(self, value: Value, frame: Frame) -> Value:
        base = self.fold(value[1], frame)
        if base[0] in ("list", "tuple", "set") and base[1]:
            return alternatives(list(base[1][:MOST]))
        if base[0] == "dict" and base[1]:
            return alternatives([key for key, _ in base[1][:MOST] if key is not None])
        if value[1][0] == "call":
            part = self._viewed(frame.module.code.calls[value[1][1]].func, frame)
            if part is not None:
                return part
            if base[0] in ("inst", "either"):
                return self._yielded(base)
        added = self._appended(value[1], frame) if base == ("list", ()) else None
        return added if added is not None and added[0] == "inst" else hole("x")

    def _viewed(self, func: Value, frame: Frame) -> Value | None:
        """What a loop over the values, or the items, of a library's mapping takes, where it is known what it holds."""
        if func[0] == "ext":
            head, _, last = func[1].rpartition(".")
            func = ("attr", ("ext", head), last)
        if func[0] != "attr" or func[2] not in ("items", "values"):
            return None
        found = self.fold(func[1], frame)
        if found[0] == "dict":
            kept = [item for key, item in found[1] if key is not None]
            made = alternatives(kept) if kept and all(item[0] in ("class", "ext") for item in kept) else None
            return made if made is None or func[2] == "values" else ("tuple", (hole("x"), made))
        mapping = next((one for one in options(found) if one[0] == "inst" and isinstance(one[1], str)), None)
        if mapping is None:
            return None
        held = self.item(mapping, hole("x"))
        if held[0] != "inst":
            return None
        return held if func[2] == "values" else ("tuple", (hole("x"), held))

    def _yielded(self, base: Value) -> Value:
        """An object of the program that a generator gives: what a function gives back that is no container."""
        own = [one for one in options(base) if one[0] == "inst" and not isinstance(one[1], str)]
        given = [one for one in own if all(self.method(one[1][0], one[1][1], name) is None for name in _ITERATES)]
        return alternatives(given) if given else hole("x")

    def _appended(self, value: Value, frame: Frame) -> Value | None:
        """The first thing that is put into a list that starts empty; each start is an object of its own."""
        module = frame.module
        if module.filled is None:
            module.filled = {}
            for call in module.code.calls:
                if call.func[0] == "attr" and call.func[2] == "append" and len(call.args) == 1:
                    start = self._written(call.func[1], module)
                    if start[0] == "list" and not start[1]:
                        module.filled.setdefault(id(start), (start, call.scope, call.args[0]))
        _, scope, added = module.filled.get(id(self._written(value, module)), (None, -1, None))
        if added is None or scope not in (0, frame.scope):
            return None
        return self.fold(added, frame if scope == frame.scope else self.module_frame(module))

    def _written(self, value: Value, module: Module) -> Value:
        """What a name of the module is bound to."""
        return module.env.get(value[1], value) if value[0] == "name" else value

    def _unpack(self, value: Value, frame: Frame) -> Value:
        base = self.fold(value[1], frame)
        if base[0] in ("tuple", "list") and value[2] < len(base[1]):
            return base[1][value[2]]  # type: ignore[no-any-return]
        if base[0] == "either":
            parts = [one[1][value[2]] for one in base[1:] if one[0] in ("tuple", "list") and value[2] < len(one[1])]
            return alternatives(parts) if parts else hole("x")
        if base[0] == "inst":
            return ("part", base, value[2])
        return hole("x")

    def _enter(self, value: Value, frame: Frame) -> Value:
        return self.fold(value[1], frame)
