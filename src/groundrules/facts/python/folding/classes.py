"""Classes of the program: their methods, their fields and the library classes that they derive from."""

from __future__ import annotations

from groundrules.facts.python.folding.arguments import Arguments
from groundrules.facts.python.ir import Value
from groundrules.facts.python.texts import alternatives, hole

_MAKERS = 6  # instances that are looked at


class Classes(Arguments):
    """Classes of the program: their methods, their fields and the library classes that they derive from."""

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
            above = self.fold(base, self.class_frame(module, number))
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
            above = self.fold(base, self.class_frame(module, number))
            if base[0] == "ext" and above[0] == "class":
                names.append(self.knowledge.canonical(base[1]))  # the repository may be the library's own
            if above[0] == "ext":
                names.append(above[1])
            elif above[0] == "class":
                names.extend(self.base_types(above[1], above[2], depth + 1))
        return names

    def enumerates(self, path: str, number: int) -> bool:
        """Whether the texts of a class are its members, of which none is a text itself."""
        module = self.program.module(path)
        kinds = self.base_types(path, number) if module is not None and module.code.scopes[number].bases else ()
        return any("enumerates" in (self.knowledge.of(one) or {}) for one in kinds) and "str" not in kinds

    def decorated(self, path: str, number: int, name: str) -> bool:
        """Whether a function has one of the language's own decorators."""
        module = self.program.module(path)
        return module is not None and ("name", name) in module.code.scopes[number].decorators

    def _class_attribute(
        self, path: str, number: int, name: str, receiver: Value | None, depth: int = 0
    ) -> Value | None:
        module = self.program.module(path)
        if module is None or depth > 6:
            return None
        scope = module.code.scopes[number]
        value = scope.env.get(name)
        frame = self.class_frame(module, number)
        if value is not None:
            folded = self.fold(value, frame)
            if folded[0] == "func":
                of_class = receiver is None and self.decorated(folded[1], folded[2], "classmethod")
                return ("func", folded[1], folded[2], ("class", path, number) if of_class else receiver)
            return self._field(folded)
        stored = scope.attributes.get(name)
        if stored is not None:
            folded = self.fold(stored, frame)
            open_ = folded[0] == "hole" or (folded[0] == "inst" and folded[3] < 0)  # such as an annotation says
            made = self._made_elsewhere(path, number, stored) if open_ else None
            return made if made is not None else folded
        for base in scope.bases:
            above = self.fold(base, frame)
            if above[0] == "class":
                found = self._class_attribute(above[1], above[2], name, receiver, depth + 1)
                if found is not None:
                    return found
        return None

    def _made_elsewhere(self, path: str, number: int, stored: Value) -> Value | None:
        """What an attribute is in the instances that the program makes, where the class alone does not tell."""
        init = self.method(path, number, "__init__") if self.makers and not self._making else None
        made = self.makers.get(init, ()) if init is not None and init[0] == path else ()
        module = self.program.module(path) if made else None
        if init is None or module is None:
            return None
        key = (init, id(stored), len(made))
        if key not in self._known_makers:
            self._making = True  # what instances are made of may speak of instances
            instance = ("inst", (path, number), path, -1, None)
            frames = [self.bind(module, init[1], call, -1, frame, instance) for call, frame in made[:_MAKERS]]
            found = [self.fold(stored, frame) for frame in frames]
            kept = all(one[0] not in ("hole", "inst") and one != ("const", None) for one in found)
            self._known_makers[key] = (stored, alternatives(found) if kept else None)
            self._making = False
        return self._known_makers[key][1]

    def _field(self, folded: Value) -> Value:
        """A class field's default: the argument of `field(default=…)` and its like."""
        if folded[0] == "inst" and isinstance(folded[1], str) and folded[3] >= 0:
            call = self.program.call(folded[2], folded[3])
            entry = self.knowledge.of(folded[1])
            told = entry.get("declares_default") if entry is not None else None
            if told and folded[4] is not None:
                given = self.argument(call, entry, told.get("value"), folded[4])
                made = self.argument(call, entry, told.get("factory"), folded[4]) if given is None else None
                kind = self.fold(made, folded[4]) if made is not None else hole("x")
                if kind[0] == "class":
                    return ("inst", (kind[1], kind[2]), kind[1], -1, None)
                value = self.fold(given, folded[4]) if given is not None else hole("x")
                return hole("x") if value == ("const", None) else value
        return folded
