"""What a call calls, and what is known of it."""

from __future__ import annotations

from groundrules.facts.python.folding.classes import Classes
from groundrules.facts.python.folding.frames import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.texts import hole, is_text, options
from groundrules.typed import Any

_OWN_METHODS = frozenset({"func", "class", "module", "dict", "list", "tuple", "set"})
_TAKING = frozenset(("reads", "fetches"))


class Callees(Classes):
    """What a call calls, and what is known of it."""

    def entry_of(self, call: Call, frame: Frame) -> tuple[str, Entry]:
        """The qualified name of what a call calls and what is known of it; ('', {}) when nothing is."""
        known = frame.entries.get(id(call))
        if known is not None:
            return known[1]
        found = self._entry_of(call, frame)
        if self._deep == 0:  # what was found while something is still being folded may not be the last word
            frame.entries[id(call)] = (call, found)
        return found

    def _entry_of(self, call: Call, frame: Frame) -> tuple[str, Entry]:
        func = call.func
        if func[0] == "attr":
            if func[2] == "__init__":
                return self._made_above(call, frame)
            base = self.fold(func[1], frame)
            name, known = self.method_entry(base, func[2])
            if is_text(base) and len(call.args) > len(known.get("parameters") or call.args):
                return "", {}  # a text has a method of that name as well
            return name, known
        callee = self.fold(func, frame)
        for one in options(callee):
            entry = self.knowledge.of_library(one[1]) if one[0] == "ext" else None
            if entry is not None or (one[0] == "ext" and one is callee):
                return one[1], entry or {}
            if one[0] == "inst" and isinstance(one[1], str):
                return self._instance_method(one[1], "__call__") or ("", {})
        return "", {}

    def _made_above(self, call: Call, frame: Frame) -> tuple[str, Entry]:
        """The class of a library whose constructor a class of the program calls, where making one reads or fetches."""
        module = frame.module
        owner = module.code.scopes[call.scope].parent
        inside = call.func[1][0] == "call" and module.code.calls[call.func[1][1]].func == ("name", "super")
        if not inside or owner < 0 or module.code.scopes[owner].kind != "class":
            return "", {}
        for base in module.code.scopes[owner].bases:
            above = self.fold(base, self.module_frame(module))
            entry = self.knowledge.of_library(above[1]) if above[0] == "ext" else None
            if entry and not _TAKING.isdisjoint(entry):
                return above[1], entry
        return "", {}

    def method_entry(self, base: Value, name: str) -> tuple[str, Entry]:
        """What is known of a method on a folded receiver."""
        tag = base[0]
        if tag == "ext":
            qualified = self.knowledge.canonical(f"{base[1]}.{name}")
            return qualified, self.knowledge.of_library(qualified) or {}
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
        if tag == "class" and self.base_types(base[1], base[2]):
            known = self._instance_method(base[1:3], name)
            if known is not None:
                return known
        elif tag in _OWN_METHODS:
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
            if base[0] in ("func", "class") and (self.knowledge.method(func[2]) or {}).get("runs_receiver"):
                return base
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
