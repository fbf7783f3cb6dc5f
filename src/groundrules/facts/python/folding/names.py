"""Names: what modules, imports, definitions and parameters bind."""

from __future__ import annotations

from groundrules.facts.python.folding.choices import Choices
from groundrules.facts.python.folding.frames import Frame
from groundrules.facts.python.ir import Scope, Value
from groundrules.facts.python.texts import ROOT, hole


class Names(Choices):
    """Names: what modules, imports, definitions and parameters bind."""

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

    def _ext(self, value: Value, frame: Frame) -> Value:
        dotted = value[1]
        found = self.program.find(dotted, frame.module.path)
        if found is not None:
            there = self.program.lookup(found)
            if there is not None:
                return self._inside(*there)
            if found.rest and self.program.module(found.path) is not None:
                return ("hole", found.rest[-1])
        known = self.knowledge.canonical(dotted.lstrip("."))
        return ("options", frame.module.path) if known in self.knowledge.option_roots else ("ext", known)

    def _local(self, value: Value, frame: Frame) -> Value:
        scope = frame.module.code.scopes[value[1]]
        if scope.kind == "class":
            return ("class", frame.module.path, value[1])
        return ("func", frame.module.path, value[1], None)

    def _param(self, value: Value, frame: Frame) -> Value:
        owner = self.owner(value, frame)
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
                if ("name", "classmethod") in scope.decorators:
                    return ("class", frame.module.path, scope.parent)
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
        return self._decorated_option(scope, name, frame) or hole(name)  # what `**options` takes up

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
