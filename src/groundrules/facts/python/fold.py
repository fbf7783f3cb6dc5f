"""Folding: what a value is, as far as the program tells.

A folded value no longer speaks of names or parameters. Beside the tags of `ir` there are:
    ("fmt", parts)      a text with holes: parts are texts and ("hole", name)
    ("hole", name)      unknown; the name says what it was called
    ("func", path, scope, receiver), ("class", path, scope), ("module", path)
    ("inst", type, path, call, frame)   an instance; type is a qualified name or (path, scope)
    ("settings", source, keys)          a configuration from the loader at `source`, below keys
    ("options", path)                   parsed command-line options
An unknown stays unknown: silence, not a guess.
"""

from __future__ import annotations

from groundrules.facts.python.ir import Call, Scope, Value
from groundrules.facts.python.program import EMPTY, Entry, Module, Program
from groundrules.facts.python.texts import (
    MOST,
    ROOT,
    TEMPORARY,
    alternatives,
    combine,
    hole,
    is_text,
    options,
    path_join,
    path_method,
    percent,
    text_method,
    textual,
)
from groundrules.facts.python.views import VIEWS, starred, view
from groundrules.typed import Any

_DEEPEST = 40
_HOLE: Value = ("hole", "x")
_OWN_METHODS = frozenset({"func", "class", "module", "dict", "list", "tuple", "set"})
_FOLDED = frozenset({"const", "inst", "func", "class", "module", "settings", "options", "hole", "part"})
_LONGEST = 300


class Frame:
    """One activation of a scope: what its parameters are bound to, and who called."""

    __slots__ = ("bound", "call", "caller", "depth", "memo", "module", "receiver", "scope", "spread")

    def __init__(
        self, module: Module, scope: int, caller: Frame | None = None, call: int = -1, receiver: Value | None = None
    ) -> None:
        self.module, self.scope, self.caller, self.call, self.receiver = module, scope, caller, call, receiver
        self.bound: dict[str, tuple[Value, Frame]] = {}
        self.spread = False  # called with * or **, so any parameter may be given
        self.memo: dict[int, tuple[Value, Value]] = {}
        self.depth: int = caller.depth + 1 if caller is not None else 0

    def holds(self, path: str, scope: int) -> bool:
        """Whether this scope is already being run, here or further up."""
        frame: Frame | None = self
        while frame is not None:
            if frame.scope == scope and frame.module.path == path:
                return True
            frame = frame.caller
        return False


class Folder:
    """Folds values of a program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.knowledge = program.knowledge
        self._module_frames: dict[str, Frame] = {}
        self._options: dict[str, dict[str, int]] = {}
        self._deep = 0
        self.commands: dict[tuple[str, str], list[str]] = {}  # by script and option: paths that pipelines give to it
        self.settings: Any = None  # knows what configuration files hold: `value(settings)`, `configured(instance)`

    def module_frame(self, module: Module) -> Frame:
        """The frame of a module's own level."""
        frame = self._module_frames.get(module.path)
        if frame is None:
            frame = self._module_frames[module.path] = Frame(module, 0)
        return frame

    def fold(self, value: Value, frame: Frame) -> Value:
        """What the value is in the frame."""
        tag = value[0]
        if tag in _FOLDED:
            return value
        key = id(value)
        known = frame.memo.get(key)
        if known is not None:
            return known[1]
        if self._deep > _DEEPEST:
            return _HOLE
        self._deep += 1
        frame.memo[key] = (value, _HOLE)  # cuts cycles; holding the value keeps its id from being used again
        handler = _FOLDERS.get(tag)
        result = handler(self, value, frame) if handler is not None else _HOLE
        frame.memo[key] = (value, result)
        self._deep -= 1
        return result

    # ---- names -------------------------------------------------------------------------------------------------------
    def _name(self, value: Value, frame: Frame) -> Value:
        name = value[1]
        module = frame.module
        if name == "__file__":
            return ("const", ROOT + module.path)
        bound = module.env.get(name)
        if bound is not None and bound != value:
            return self.fold(bound, self.module_frame(module))
        for star in module.code.stars:
            found = self.program.find(f"{star}.{name}", module.path)
            if found is not None:
                there = self.program.lookup(found)
                if there is not None:
                    return self._inside(*there)
            elif self.knowledge.of(self.knowledge.canonical(f"{star}.{name}")):
                return ("ext", self.knowledge.canonical(f"{star}.{name}"))
        if self.knowledge.functions.get(name) is not None:
            return ("ext", name)
        if name in self.knowledge.aliases:  # a name that everybody gives a library, though the import is not to be seen
            return ("ext", self.knowledge.aliases[name])
        return ("hole", name)

    def _inside(self, module: Module, value: Value, rest: tuple[str, ...]) -> Value:
        """A value found in another module, with the attributes still to be taken."""
        result = value if value[0] == "module" else self.fold(value, self.module_frame(module))
        for name in rest:
            result = self.attribute(result, name)
        return result

    def _ext(self, value: Value, frame: Frame) -> Value:
        dotted = value[1]
        found = self.program.find(dotted, frame.module.path)
        if found is not None:
            there = self.program.lookup(found)
            if there is not None:
                return self._inside(*there)
            if found.rest and self.program.module(found.path) is not None:
                return ("hole", found.rest[-1])
        return ("ext", self.knowledge.canonical(dotted.lstrip(".")))

    def _local(self, value: Value, frame: Frame) -> Value:
        scope = frame.module.code.scopes[value[1]]
        if scope.kind == "class":
            return ("class", frame.module.path, value[1])
        return ("func", frame.module.path, value[1], None)

    def _param(self, value: Value, frame: Frame) -> Value:
        owner: Frame | None = frame
        while owner is not None and (owner.scope != value[1] or owner.module is not frame.module):
            owner = owner.caller
        scope = frame.module.code.scopes[value[1]]
        if owner is None:
            return self.default(scope, value[2], frame)
        bound = owner.bound.get(value[2])
        if bound is not None:
            return self.fold(*bound)
        if owner.receiver is not None and scope.params and scope.params[0].name == value[2]:
            return owner.receiver
        if owner.spread:
            given = self.default(scope, value[2], frame)
            return given if given[0] == "settings" else ("hole", value[2])
        return self.default(scope, value[2], frame)

    def default(self, scope: Scope, name: str, frame: Frame) -> Value:
        """What a parameter is when nothing is known of the call: its default, an instance of its annotation, a hole."""
        for index, param in enumerate(scope.params):
            if param.name != name:
                continue
            option = self._decorated_option(scope, name, frame)
            if option is not None:
                return option
            if param.default is not None:
                folded = self._field(self.fold(param.default, self.module_frame(frame.module)))
                return hole(name) if folded == ("const", None) else folded
            if index == 0 and scope.parent > 0 and frame.module.code.scopes[scope.parent].kind == "class":
                return ("inst", (frame.module.path, scope.parent), frame.module.path, -1, None)
            settings = self._decorated_settings(scope, frame)
            if settings is not None and index == 0:
                return settings
            if param.annotation is not None:
                if self._names_settings(param.annotation, frame):
                    return ("settings", ("parameter", frame.module.path, scope.qualname), ())
                kind = self.fold(param.annotation, self.module_frame(frame.module))
                if kind[0] == "class":
                    return ("inst", (kind[1], kind[2]), kind[1], -1, None)
                if kind[0] == "ext" and "." in kind[1]:
                    return ("inst", kind[1], frame.module.path, -1, None)
        return hole(name)

    def _names_settings(self, annotation: Value, frame: Frame) -> bool:
        """Whether an annotation names a library's class of configurations, alone or as one of several."""
        tag = annotation[0]
        if tag in ("bin", "item"):
            parts = (
                annotation[2:] if tag == "bin" else annotation[2][1] if annotation[2][0] == "tuple" else annotation[2:]
            )
            return any(self._names_settings(part, frame) for part in parts)
        if tag != "ext":
            return False
        kind = self.fold(annotation, self.module_frame(frame.module))
        return kind[0] == "ext" and bool((self.knowledge.of(kind[1]) or {}).get("is_config"))

    def _decorated_option(self, scope: Scope, name: str, frame: Frame) -> Value | None:
        """The default of a command-line option that a decorator declares for a parameter."""
        for decorator in scope.decorators:
            if decorator[0] != "call":
                continue
            call = frame.module.code.calls[decorator[1]]
            entry = self.entry_of(call, self.module_frame(frame.module))[1]
            if not entry.get("declares_option"):
                continue
            names = [str(arg[1]).lstrip("-").replace("-", "_") for arg in call.args if arg[0] == "const"]
            if name in names:
                for keyword, given in call.kwargs:
                    if keyword == "default":
                        folded = self.fold(given, self.module_frame(frame.module))
                        return hole(name) if folded == ("const", None) else folded
                return self._by_command(frame.module.path, call, name)
        return None

    def _decorated_settings(self, scope: Scope, frame: Frame) -> Value | None:
        """The configuration that a decorator hands to the function's first parameter."""
        for decorator in scope.decorators:
            if decorator[0] != "call":
                continue
            call = frame.module.code.calls[decorator[1]]
            told = self.entry_of(call, self.module_frame(frame.module))[1].get("config_decorator")
            if told:
                return ("settings", ("decorator", frame.module.path, decorator[1]), ())
        return None

    # ---- parts -------------------------------------------------------------------------------------------------------
    def _attr(self, value: Value, frame: Frame) -> Value:
        return self.attribute(self.fold(value[1], frame), value[2])

    def attribute(self, base: Value, name: str) -> Value:
        """An attribute of a folded value."""
        tag = base[0]
        if tag == "ext":
            return ("ext", self.knowledge.canonical(f"{base[1]}.{name}"))
        if tag == "module":
            there = self.program.lookup(_found(base[1], name))
            if there is not None:
                return self._inside(*there)
            submodule = self.program.find(f".{name}", base[1]) if base[1].endswith("__init__.py") else None
            return ("module", submodule.path) if submodule is not None and not submodule.rest else hole(name)
        if tag == "settings":
            return self.setting(("settings", base[1], (*base[2], name)))
        if tag == "inst" and not isinstance(base[1], str):
            return self._instance_attribute(base, name)
        if tag == "inst":
            entry = self.knowledge.of(f"{base[1]}.{name}") or EMPTY
            return ("inst", entry["returns"], *base[2:]) if entry.get("attribute") else hole(name)
        if tag == "class":
            return self._class_attribute(base[1], base[2], name, None) or hole(name)
        if tag == "options":
            return self.option(base[1], name)
        if tag == "either":
            return alternatives([self.attribute(one, name) for one in base[1:]])
        if is_text(base):
            return path_method(base, name, ()) or hole(name)
        kind = self.knowledge.attribute(name) if tag in ("hole", "inst") else None
        return ("inst", kind, "", -1, None) if kind else hole(name)

    def _instance_attribute(self, base: Value, name: str) -> Value:
        path, scope = base[1]
        call, frame = base[3], base[4]
        if call >= 0 and frame is not None:
            given = self.argument(self.program.call(base[2], call), None, name, frame)
            init = self.method(path, scope, "__init__")
            if given is not None and init is None:
                return self.fold(given, frame)
            if init is not None:
                found = self._from_init(init, base, name)
                if found is not None:
                    return found
        return self._class_attribute(path, scope, name, base) or hole(name)

    def _from_init(self, init: tuple[str, int], base: Value, name: str) -> Value | None:
        """An attribute that the constructor stores, with the arguments of the very call that made the instance."""
        module = self.program.module(init[0])
        if module is None:
            return None
        owner = module.code.scopes[module.code.scopes[init[1]].parent]
        stored = owner.attributes.get(name)
        if stored is None or base[4].depth > 8:
            return None
        frame = self.bind(module, init[1], self.program.call(base[2], base[3]), base[3], base[4], base)
        return self.fold(stored, frame)

    def _class_attribute(
        self, path: str, number: int, name: str, receiver: Value | None, depth: int = 0
    ) -> Value | None:
        module = self.program.module(path)
        if module is None or depth > 6:
            return None
        scope = module.code.scopes[number]
        value = scope.env.get(name)
        frame = Frame(module, number)
        if value is not None:
            folded = self.fold(value, frame)
            if folded[0] == "func" and receiver is not None:
                return ("func", folded[1], folded[2], receiver)
            return self._field(folded)
        stored = scope.attributes.get(name)
        if stored is not None:
            return self.fold(stored, frame)
        for base in scope.bases:
            above = self.fold(base, frame)
            if above[0] == "class":
                found = self._class_attribute(above[1], above[2], name, receiver, depth + 1)
                if found is not None:
                    return found
        return None

    def _field(self, folded: Value) -> Value:
        """A class field's default: the argument of `field(default=…)` and its like."""
        if folded[0] == "inst" and isinstance(folded[1], str) and folded[3] >= 0:
            call = self.program.call(folded[2], folded[3])
            entry = self.knowledge.of(folded[1])
            told = entry.get("declares_default") if entry is not None else None
            if told and folded[4] is not None:
                given = self.argument(call, entry, told.get("value"), folded[4])
                value = self.fold(given, folded[4]) if given is not None else hole("x")
                return hole("x") if value == ("const", None) else value
        return folded

    def method(self, path: str, number: int, name: str, depth: int = 0) -> tuple[str, int] | None:
        """Where a class of the program, or one that it derives from, defines a method."""
        module = self.program.module(path)
        if module is None or depth > 6:
            return None
        scope = module.code.scopes[number]
        value = scope.env.get(name)
        if value is not None and value[0] == "local":
            return path, value[1]
        for base in scope.bases:
            above = self.fold(base, Frame(module, number))
            if above[0] == "class":
                found = self.method(above[1], above[2], name, depth + 1)
                if found is not None:
                    return found
        return None

    def base_types(self, path: str, number: int, depth: int = 0) -> list[str]:
        """The qualified names of the library classes that a class of the program derives from."""
        module = self.program.module(path)
        if module is None or depth > 6:
            return []
        names: list[str] = []
        for base in module.code.scopes[number].bases:
            above = self.fold(base, Frame(module, number))
            if base[0] == "ext" and above[0] == "class":
                names.append(self.knowledge.canonical(base[1]))  # the repository may be the library's own
            if above[0] == "ext":
                names.append(above[1])
            elif above[0] == "class":
                names.extend(self.base_types(above[1], above[2], depth + 1))
        return names

    def option(self, path: str, name: str) -> Value:
        """The default of a command-line option that the file declares."""
        number = self.declared_option(path, name)
        module = self.program.module(path)
        if number is None or module is None:
            return hole(name)
        call = module.code.calls[number]
        default = dict(call.kwargs).get("default")
        if default is None:
            return self._by_command(path, call, name)
        folded = self.fold(default, Frame(module, call.scope) if call.scope else self.module_frame(module))
        return self._by_command(path, call, name) if folded == ("const", None) else folded

    def _by_command(self, path: str, call: Call, name: str) -> Value:
        """The paths that the commands of a pipeline give to an option without a default."""
        names = [str(arg[1]).lstrip("-").replace("-", "_") for arg in call.args if arg[0] == "const"]
        given = [("const", text) for one in names for text in self.commands.get((path, one), ())]
        return alternatives(given) if given else hole(name)

    def declared_option(self, path: str, name: str) -> int | None:
        """The call that declares a command-line option in a file."""
        known = self._options.get(path)
        if known is None:
            known = self._options[path] = self._declared_options(path)
        return known.get(name)

    def _declared_options(self, path: str) -> dict[str, int]:
        found: dict[str, int] = {}
        module = self.program.module(path)
        for number, call in enumerate(module.code.calls if module is not None else ()):
            if call.func[0] != "attr" or not (self.knowledge.method(call.func[2]) or {}).get("declares_option"):
                continue
            texts = [str(arg[1]) for arg in call.args if arg[0] == "const" and isinstance(arg[1], str)]
            given = dict(call.kwargs)
            longest = next((one for one in texts if one.startswith("--")), texts[0] if texts else "")
            dest = given.get("dest")
            name = str(dest[1]) if dest is not None and dest[0] == "const" else longest.lstrip("-").replace("-", "_")
            found.setdefault(name, number)
        return found

    def _is_filled(self, kind: str) -> bool:
        """Whether objects of a library's class become configurations by their method `read`."""
        return "configures" in (self.knowledge.of(f"{kind}.read") or {})

    def setting(self, settings: Value) -> Value:
        """The value of a configuration's key where the tracked files hold one; else the settings below it."""
        known = self.settings.value(settings) if self.settings is not None else None
        return known if known is not None else settings

    def _item(self, value: Value, frame: Frame) -> Value:
        base, key = self.fold(value[1], frame), self.fold(value[2], frame)
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
        if tag == "either":
            return alternatives([self.item(one, key) for one in base[1:]])
        if tag == "inst" and isinstance(base[1], str):
            inside = (self.knowledge.of(f"{base[1]}.__getitem__") or {}).get("returns")
            if inside:
                return ("inst", inside, base[2], -1, None)
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
        return hole("x")

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

    def _either(self, value: Value, frame: Frame) -> Value:
        return alternatives([self.fold(value[1], frame), self.fold(value[2], frame)])

    def _or(self, value: Value, frame: Frame) -> Value:
        parts = [self.fold(one, frame) for one in value[1]]
        kept = [one for one in parts if one[0] != "hole" and one != ("const", None)]
        return alternatives(kept or parts)

    # ---- texts and containers ----------------------------------------------------------------------------------------
    def _fmt(self, value: Value, frame: Frame) -> Value:
        parts = []
        for part in value[1]:
            if isinstance(part, str):
                parts.append(("const", part))
            else:
                inner = part[1] if part[0] == "fmtspec" else part
                folded = self.fold(inner, frame)
                named = hole_of(inner)
                plain = folded[0] == "const" and part[0] != "fmtspec"
                known = plain or all(is_text(one) for one in options(folded))
                parts.append(folded if known else self._unknown(folded, named))
        return combine(parts)

    def _bin(self, value: Value, frame: Frame) -> Value:
        operator, left, right = value[1], self.fold(value[2], frame), self.fold(value[3], frame)
        texts = self._textual(left, value[2]), self._textual(right, value[3])
        if operator == "+" and (texts[0][0] != "hole" or texts[1][0] != "hole"):
            return combine(texts)
        if operator == "+" and left[0] == right[0] and left[0] in ("list", "tuple"):
            return (left[0], (left[1] + right[1])[:_LONGEST])
        if (
            operator == "/"
            and (is_text(left) or left[0] in ("hole", "settings", "either"))
            and (texts[0][0] != "hole" or texts[1][0] != "hole")
        ):
            return path_join([left if left[0] == "hole" else texts[0], texts[1]])
        if operator == "%" and all(is_text(one) for one in options(left)):
            return alternatives([percent(one, right) for one in options(left)])
        if operator == "|" and left[0] == right[0] == "dict":
            return ("dict", left[1] + right[1])
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
        unknown = self._unknown(folded, hole_of(value))
        return textual(folded, str(unknown[1]))

    def _unknown(self, folded: Value, name: str) -> Value:
        """A hole for what is no text, which tells temporary folders from others."""
        passing = folded[0] == "inst" and isinstance(folded[1], str) and self.knowledge.of(folded[1])
        return hole(TEMPORARY if passing and "gives_temporary" in passing else name)

    def _items(self, value: Value, frame: Frame) -> Value:
        items: list[Value] = []
        for one in value[1][:_LONGEST]:
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
        return ("dict", tuple(pairs))

    def _comp(self, value: Value, frame: Frame) -> Value:
        element = self.fold(value[1], frame)
        if element[0] == "either":
            return ("list", element[1:])
        return ("list", (element,)) if element[0] not in ("hole",) else hole("x")

    # ---- calls -------------------------------------------------------------------------------------------------------
    def entry_of(self, call: Call, frame: Frame) -> tuple[str, Entry]:
        """The qualified name of what a call calls and what is known of it; ('', {}) when nothing is."""
        func = call.func
        if func[0] == "attr":
            base = self.fold(func[1], frame)
            return self.method_entry(base, func[2])
        callee = self.fold(func, frame)
        for one in options(callee):
            entry = self.knowledge.of(one[1]) if one[0] == "ext" else None
            if entry is not None or (one[0] == "ext" and one is callee):
                return one[1], entry or {}
        return "", {}

    def method_entry(self, base: Value, name: str) -> tuple[str, Entry]:
        """What is known of a method on a folded receiver."""
        tag = base[0]
        if tag == "ext":
            qualified = self.knowledge.canonical(f"{base[1]}.{name}")
            return qualified, self.knowledge.of(qualified) or {}
        if tag == "inst":
            known = self._instance_method(base[1], name)
            if known is not None:
                return known
        if is_text(base):
            found = self.knowledge.text_method(name)
            if found is not None:
                return found
        if tag == "either":
            for one in base[1:]:
                found_one = self.method_entry(one, name)
                if found_one[1]:
                    return found_one
        if tag in _OWN_METHODS:
            return "", {}
        entry = self.knowledge.method(name)
        return (f"*.{name}", entry) if entry is not None else ("", {})

    def _instance_method(self, kind: Any, name: str) -> tuple[str, Entry] | None:
        """What is known of a method of a class; ('', {}) when the program defines it, None when nobody does."""
        own = not isinstance(kind, str)
        parents = self.base_types(*kind) if own else [kind, *(self.knowledge.of(kind) or {}).get("bases", ())]
        for parent in parents:
            qualified = self.knowledge.canonical(f"{parent}.{name}")
            entry = self.knowledge.of(qualified)
            if entry is not None:
                return qualified, entry
        return ("", {}) if own and self.method(kind[0], kind[1], name) is not None else None

    def callee(self, call: Call, frame: Frame) -> Value:
        """What a call calls: func, class, ext or a hole."""
        func = call.func
        if func[0] == "attr":
            base = self.fold(func[1], frame)
            if base[0] == "inst" and not isinstance(base[1], str):
                found = self.method(base[1][0], base[1][1], func[2])
                if found is not None:
                    return ("func", *found, base)
                return hole(func[2])
            if func[1][0] == "call" and frame.module.code.calls[func[1][1]].func == ("name", "super"):
                return self._super(func[2], frame)
        return self.fold(func, frame)

    def _super(self, name: str, frame: Frame) -> Value:
        scope = frame.module.code.scopes[frame.scope]
        if scope.parent < 0 or frame.module.code.scopes[scope.parent].kind != "class":
            return hole(name)
        for base in frame.module.code.scopes[scope.parent].bases:
            above = self.fold(base, self.module_frame(frame.module))
            if above[0] == "class":
                found = self.method(above[1], above[2], name)
                if found is not None:
                    return ("func", *found, frame.receiver)
        return hole(name)

    def _call(self, value: Value, frame: Frame) -> Value:
        call = frame.module.code.calls[value[1]]
        if call.func[0] == "attr":
            pure = self._pure_method(call, self.fold(call.func[1], frame), call.func[2], frame)
            if pure is not None:
                return pure
        callee = self.callee(call, frame)
        for one in callee[1:] if callee[0] == "either" else (callee,):
            if one[0] == "func":
                return self.result(one, call, value[1], frame)
            if one[0] == "class":
                return ("inst", (one[1], one[2]), frame.module.path, value[1], frame)
        name, entry = self.entry_of(call, frame)
        return self._known(name, entry, call, value[1], frame, callee)

    def _pure_method(self, call: Call, base: Value, name: str, frame: Frame) -> Value | None:
        """The result of a method of a text, a configuration or a dict; None for all others."""
        if all(is_text(one) for one in options(base)):
            args = [self.fold(arg, frame) for arg in call.args]
            kwargs = {key: self.fold(arg, frame) for key, arg in call.kwargs if key}
            results = [path_method(one, name, args) or text_method(one, name, args, kwargs) for one in options(base)]
            if all(one is not None for one in results):
                return alternatives([one for one in results if one is not None])
        if base[0] == "dict" and not call.args and name in VIEWS:
            return view(base, name)
        if not call.args or name not in ("get", "pop", "setdefault"):
            return None
        key = self.fold(call.args[0], frame)
        if base[0] == "settings" and key[0] == "const":
            found = self.setting(("settings", base[1], (*base[2], str(key[1]))))
            if found[0] == "settings" and len(call.args) > 1:
                default = self.fold(call.args[1], frame)
                return default if is_text(default) else found
            return found
        return self.item(base, key) if base[0] == "dict" else None

    def _known(self, name: str, entry: Entry, call: Call, number: int, frame: Frame, callee: Value) -> Value:
        """The result of a call to a library."""
        fold = entry.get("folds")
        if fold is not None:
            folded = self._pure(fold, entry, call, frame)
            if folded is not None:
                return folded
        listed = self._listed(entry, call, frame)
        if listed is not None:
            return listed
        if "reads_env" in entry:
            default = self.argument(call, entry, entry["reads_env"].get("default"), frame)
            given = self.argument(call, entry, entry["reads_env"].get("name"), frame)
            if default is not None and self.fold(default, frame) != ("const", None):
                return self.fold(default, frame)
            folded_name = self.fold(given, frame) if given is not None else hole("x")
            return hole(str(folded_name[1]))
        if entry.get("parses_options"):
            return ("options", frame.module.path)
        if entry.get("fills_dataclasses"):
            return self._filled(call, frame)
        if "loads_config" in entry:
            return ("settings", ("call", frame.module.path, number, frame), ())
        returned = entry.get("returns")
        if returned == "self" and call.func[0] == "attr":
            return self.fold(call.func[1], frame)
        if returned or "makes" in entry:
            return ("inst", returned or name, frame.module.path, number, frame)
        if callee[0] == "ext":
            return ("inst", callee[1], frame.module.path, number, frame)
        return hole(call.func[2] if call.func[0] == "attr" else "x")

    def _listed(self, entry: Entry, call: Call, frame: Frame) -> Value | None:
        """What a loop over the result of a call goes through: numbered items, items side by side, files of a pattern,
        the value of a configuration's key; None for everything else."""
        if "pairs" in entry and call.args:
            parts = [self.fold(arg, frame) for arg in call.args[:4]]
            if any(one[0] not in ("list", "tuple") for one in parts):
                return None
            if entry["pairs"] == "numbered":
                return ("list", tuple([("tuple", (_HOLE, item)) for item in parts[0][1]]))
            return ("list", tuple([("tuple", items) for items in zip(*(one[1] for one in parts), strict=False)]))
        if "lists" in entry:
            return self._matched(entry, call, frame)
        told = entry.get("reads_key")
        if told and call.func[0] == "attr" and not told.get("config"):
            value = self.fold(call.func[1], frame)
            for name in told.get("keys") or ():
                key = self.argument(call, entry, name, frame)
                value = self.item(value, self.fold(key, frame)) if key is not None else _HOLE
            return value if value[0] in ("const", "fmt", "either") else None
        return None

    def _matched(self, entry: Entry, call: Call, frame: Frame) -> Value | None:
        """The files that match a pattern: a text in which each sign of the pattern is a hole."""
        texts = []
        for name in (entry["lists"].get("target"), "pattern"):
            value = self.argument(call, entry, name, frame) if name else None
            folded = self.fold(value, frame) if value is not None else None
            if folded is not None and is_text(folded):
                texts.append(folded)
        if not texts or texts[-1][0] != "const" or "*" not in str(texts[-1][1]):
            whole = texts[-1] if texts else None
            if whole is None or whole[0] != "fmt" or not any(isinstance(one, str) and "*" in one for one in whole[1]):
                return None
        path = path_join(texts) if len(texts) > 1 else texts[0]
        return ("list", (starred(path),))

    def _filled(self, call: Call, frame: Frame) -> Value:
        """One instance of each class that an options parser was made with."""
        parser = self.fold(call.func[1], frame) if call.func[0] == "attr" else hole("x")
        if parser[0] != "inst" or parser[3] < 0 or parser[4] is None:
            return hole("x")
        made = self.program.call(parser[2], parser[3])
        entry = self.knowledge.of(str(parser[1])) or {}
        given = self.argument(made, entry, (entry.get("dataclass_options") or {}).get("classes"), parser[4])
        classes = self.fold(given, parser[4]) if given is not None else hole("x")
        parts = classes[1] if classes[0] in ("tuple", "list") else (classes,)
        return (
            "tuple",
            tuple([("inst", (one[1], one[2]), one[1], -1, None) if one[0] == "class" else hole("x") for one in parts]),
        )

    def _pure(self, fold: str, entry: Entry, call: Call, frame: Frame) -> Value | None:
        """The result of a helper that only computes paths and texts."""
        args = [self.fold(arg[1] if arg[0] == "star" else arg, frame) for arg in call.args]
        if fold == "cwd":
            return ("const", ".")
        if call.func[0] == "attr" and not args and fold not in ("join", "cwd"):
            args = [self.fold(call.func[1], frame)]
        if not args:
            return ("const", ".") if fold == "join" else None
        if fold == "join":
            return path_join([self._textual(arg, value) for arg, value in zip(args, call.args, strict=False)])
        if fold == "same" or (fold in ("expandvars", "fspath")):
            return args[0]
        results = [path_method(one, fold, args[1:]) for one in options(args[0])]
        if any(one is None for one in results):
            return None
        return alternatives([one for one in results if one is not None])

    def result(self, callee: Value, call: Call, number: int, frame: Frame) -> Value:
        """What a function of the program returns to a call."""
        path, scope = callee[1], callee[2]
        module = self.program.module(path)
        if module is None or frame.depth > 10 or frame.holds(path, scope):
            return hole("x")
        inner = self.bind(module, scope, call, number, frame, callee[3])
        returned = [self.fold(op[1], inner) for op in module.code.scopes[scope].ops if op[0] == "r"][:6]
        if not returned:
            return ("const", None)
        return alternatives(returned)

    def bind(self, module: Module, scope: int, call: Call, number: int, frame: Frame, receiver: Value | None) -> Frame:
        """The frame of a function of the program for a call."""
        inner = Frame(module, scope, frame, number, receiver)
        params = [param for param in module.code.scopes[scope].params if param.kind in ("plain", "keyword")]
        plain = [param for param in params if param.kind == "plain"]
        owner = module.code.scopes[scope].parent
        if receiver is not None or (
            owner > 0 and module.code.scopes[owner].kind == "class" and call.func[0] == "local"
        ):
            plain = plain[1:]
        for param, arg in zip(plain, call.args, strict=False):
            if arg[0] == "star":
                inner.spread = True
                break
            inner.bound[param.name] = (arg, frame)
        names = {param.name for param in params}
        for name, value in call.kwargs:
            if name is None:
                self._spread(inner, value, frame, names)
            elif name in names:
                inner.bound[name] = (value, frame)
        return inner

    def _spread(self, inner: Frame, value: Value, frame: Frame, names: set[str]) -> None:
        folded = self.fold(value, frame)
        if folded[0] != "dict":
            inner.spread = True
            return
        for key, item in folded[1]:
            if key is not None and key[0] == "const" and key[1] in names:
                inner.bound[key[1]] = (item, frame)

    def argument(self, call: Call, entry: Entry | None, name: str | None, frame: Frame) -> Value | None:
        """The argument that a call gives for a parameter, by name, position or `**` dict; None when it gives none."""
        if name is None:
            return None
        if name == "self":
            return call.func[1] if call.func[0] == "attr" else None
        spreads = []
        for keyword, value in call.kwargs:
            if keyword == name:
                return value
            if keyword is None:
                spreads.append(value)
        order = (entry or {}).get("parameters") or ()
        if name in order:
            index = list(order).index(name)
            if index < len(call.args) and all(arg[0] != "star" for arg in call.args[: index + 1]):
                return call.args[index]
        found = (self._spread_item(spread, name, frame) for spread in spreads)
        return next((item for item in found if item is not None), None)

    def setting_of(self, value: Value, name: str, frame: Frame) -> Value | None:
        """What an object was made with, or was given afterwards, under a name; a hole where that cannot be known."""
        folded = self.fold(value, frame)
        if folded[0] != "inst" or folded[3] < 0:
            return hole(name)
        module = self.program.module(folded[2])
        if module is None:
            return hole(name)
        made = module.code.calls[folded[3]]
        for op in module.code.scopes[made.scope].ops:
            if op[0] == "a" and op[1] == ("call", folded[3]) and op[2] == name:
                return self.fold(op[3], self.module_frame(module))
        given = self.argument(made, None, name, self.module_frame(module))
        if given is not None:
            return self.fold(given, self.module_frame(module))
        return hole(name) if self.may_be_given(made, self.module_frame(module)) else None

    def _spread_item(self, spread: Value, name: str, frame: Frame) -> Value | None:
        """What a dict that is spread over a call's parameters gives for one of them."""
        for key, item in frame.module.put_into(spread):
            if key == ("const", name):
                return item
        folded = self.spread(spread, frame)
        for key, item in folded[1] if folded[0] == "dict" else ():
            if key == ("const", name):
                return item  # type: ignore[no-any-return]
        return None

    def spread(self, value: Value, frame: Frame) -> Value:
        """What `**value` hands over: a dictionary, where the value or the configuration behind it is known whole."""
        folded = self.fold(value, frame)
        if folded[0] == "settings" and self.settings is not None:
            return self.settings.mapping(folded) or folded
        return folded

    def may_be_given(self, call: Call, frame: Frame) -> bool:
        """Whether a call spreads something unknown over its parameters."""
        for keyword, value in call.kwargs:
            if keyword is None:
                folded = self.spread(value, frame)
                if folded[0] != "dict" or any(key is None or key[0] != "const" for key, _ in folded[1]):
                    return True
                if any(key is None or key[0] != "const" for key, _ in frame.module.put_into(value)):
                    return True
        return any(arg[0] == "star" for arg in call.args)


def _found(path: str, name: str) -> Any:
    from groundrules.facts.python.program import Found

    return Found(path, (name,))


def hole_of(value: Value) -> str:
    """What an unknown value is called where it stands."""
    tag = value[0]
    if tag in ("name", "ext"):
        return str(value[1]).rpartition(".")[2]
    if tag in ("param", "attr"):
        return str(value[2])
    if tag == "item" and value[2][0] == "const":
        return str(value[2][1])
    return "x"


_FOLDERS = {
    "name": Folder._name, "ext": Folder._ext, "local": Folder._local, "param": Folder._param, "attr": Folder._attr,
    "item": Folder._item, "elem": Folder._elem, "unpack": Folder._unpack, "enter": Folder._enter,
    "either": Folder._either, "or": Folder._or, "and": Folder._or, "fmt": Folder._fmt, "bin": Folder._bin,
    "list": Folder._items, "tuple": Folder._items, "set": Folder._items, "dict": Folder._dict, "comp": Folder._comp,
    "call": Folder._call, "star": Folder._enter,
}  # fmt: skip
