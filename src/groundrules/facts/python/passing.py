"""Calls and arguments of which nothing can come, told by names alone: most need not be looked into."""

from __future__ import annotations

from groundrules.facts.python.folding import Folder
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.typed import Iterable

_TAKES = frozenset(("get", "pop", "setdefault"))  # out of a mapping, which may hold anything


class Passing:
    """Knows every name under which the files of a whole program may keep what can be called."""

    def __init__(self, folder: Folder, paths: Iterable[str], active: Iterable[str]) -> None:
        functions = folder.knowledge.functions
        self.folder = folder
        self.names = {*active, *map(last_of, functions.having("made_with")), *map(last_of, folder.knowledge.aliases)}
        for path in paths:
            module = folder.program.module(path)
            for scope in module.code.scopes if module is not None else ():
                if scope.kind != "function":
                    self.names.update(scope.env, scope.attributes)
        # What these give may be something that they were given.
        giving = functions.having("instantiates", "folds", "reads_env", "reads_key")
        given = [name for name in functions.having("returns") if functions[name]["returns"] == "self"]
        self.giving = self.names.union(map(last_of, giving), map(last_of, given), _TAKES)

    def is_idle(self, func: Value) -> bool:
        """Whether a call is one of a function or method that neither the program nor knowledge has."""
        tag = func[0]
        if tag == "attr":
            return func[2] not in self.names
        return tag in ("name", "ext") and last_of(func[1]) not in self.names

    def may_run(self, value: Value, fixed: bool, module: Module) -> bool:
        """Whether an argument may be a function of the program, or an object of one of its classes."""
        if fixed:
            folded = self.folder.fold(value, self.folder.module_frame(module))
            return folded[0] == "func" or (folded[0] == "inst" and not isinstance(folded[1], str))
        if value[0] != "call":
            return value[2] in self.names
        func = module.code.calls[value[1]].func
        tag = func[0]
        if tag == "attr":
            return func[2] in self.giving
        return tag not in ("name", "ext") or last_of(func[1]) in self.giving


def last_of(name: str) -> str:
    """The last part of a dotted name."""
    return name.rpartition(".")[2]
