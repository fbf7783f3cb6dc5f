"""Who calls a function of the program: every call, or nothing where some caller may be out of sight."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.columns_types import Tables
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Scope, Value
from groundrules.facts.python.program import Module
from groundrules.typed import TYPE_CHECKING, Collection

if TYPE_CHECKING:
    from groundrules.facts.meaning.features_names import Readers
    from groundrules.facts.python.uses import nested
else:
    late(globals(), "groundrules.facts.python.uses", "nested")

_MOST = 6
_DEEPEST = 6
_STATIC = ("name", "staticmethod")
_PLAIN = (("name", "object"),)  # bases of a class that say nothing
_HOLDERS = frozenset({"list", "tuple", "set", "dict", "star", "either", "or", "and", "comp", "item"})

Calls = list[tuple[Frame, int]]


class Callers:
    """The calls of functions, looked up by name in the files that name them."""

    def __init__(self, tables: Tables, readers: Readers, tests: Collection[str]) -> None:
        self.tables = tables
        self.tests = tests
        self.readers = readers
        self._known: dict[tuple[str, int], Calls | None] = {}
        self._calls: dict[str, dict[str, list[int]]] = {}
        self._references: dict[str, set[str]] = {}
        self._methods: frozenset[str] | None = None

    def of(self, module: Module, scope: int) -> Calls | None:
        """The calls of a function, each with the frame that it stands in; None when there may be others or is none."""
        key = (module.path, scope)
        if key not in self._known:
            self._known[key] = None
            self._known[key] = self._search(module, scope) or None
        return self._known[key]

    def _search(self, module: Module, number: int) -> Calls | None:
        scope = module.code.scopes[number]
        above = module.code.scopes[scope.parent].kind if scope.parent >= 0 else ""
        decorated = [one for one in scope.decorators if above != "class" or one != _STATIC]
        if scope.kind != "function" or decorated or scope.name.startswith(("<", "__")) or above == "function":
            return None
        if above == "class" and not scope.name.startswith("_") and not self._own(module, scope):
            return None  # an object goes anywhere
        found: Calls = []
        for path in self._files(module, scope.name, method=above == "class"):
            other = self.tables.folder.program.module(path)
            if other is None or (scope.name in other.code.names and scope.name in self.references(other)):
                return None
            for index in self.calls(other).get(scope.name, ()):
                frame = self.tables.frame(other, other.code.calls[index].scope)
                callee = self.tables.folder.callee(self.tables.call(other.code.calls[index]), frame)
                if callee[:3] == ("func", module.path, number):
                    found.append((frame, index))
                elif callee[0] not in ("func", "class", "ext", "module"):
                    return None
        if all(frame.module.path in self.tests for frame, _ in found):
            return None  # a test looks at what it wants to
        return found if len(found) <= _MOST else None

    def _own(self, module: Module, scope: Scope) -> bool:
        """Whether only the program calls a method, by a name that is said nowhere else: no framework knows it."""
        owner = module.code.scopes[scope.parent]
        return all(base in _PLAIN for base in owner.bases) and scope.name not in self._framework()

    def _framework(self) -> frozenset[str]:
        """The names of methods that libraries have: their tools call those of any object."""
        if self._methods is None:
            self._methods = frozenset(
                name.rpartition(".")[2] for name in self.tables.knowledge.functions.having("step")
            )
        return self._methods

    def _files(self, module: Module, name: str, method: bool) -> list[str]:
        """The files that may call a function: its own, and those that import it or its module."""
        if method:
            return [module.path] if name.startswith("_") else self.readers.naming(name)
        return sorted({module.path, *self.readers.importers(module.path), *self.readers.importing(name)})

    def calls(self, module: Module) -> dict[str, list[int]]:
        """The calls of a module, by the last name of what they call."""
        known = self._calls.get(module.path)
        if known is None:
            known = self._calls[module.path] = {}
            for index, call in enumerate(module.code.calls):
                known.setdefault(last_name(module, self.tables.call(call)), []).append(index)
        return known

    def references(self, module: Module) -> set[str]:
        """The names of functions that a module hands on without calling them."""
        known = self._references.get(module.path)
        if known is None:
            known = self._references[module.path] = set()
            for call in map(self.tables.call, module.code.calls):
                for value in (*call.args, *(one for _, one in call.kwargs)):
                    _note(module, value, known)
                if call.func[0] == "attr":
                    _note(module, call.func[1], known)
            for scope in module.code.scopes:
                for decorator in scope.decorators:
                    _note(module, decorator, known)
                for op in scope.ops:
                    if op[0] in ("s", "a"):
                        _note(module, op[3], known)
                    elif op[0] in ("r", "u") or (op[0] in ("=", "+") and op[1] != "__all__" and op[2][0] != "local"):
                        _note(module, op[1] if op[0] in ("r", "u") else op[2], known)
        return known


def last_name(module: Module, call: Call) -> str:
    """The last name of what a call calls."""
    func = call.func
    if func[0] == "local":
        return module.code.scopes[func[1]].name
    if func[0] in ("name", "ext"):
        return str(func[1]).rpartition(".")[2]
    return str(func[2]) if func[0] == "attr" else ""


def _note(module: Module, value: Value, found: set[str], depth: int = 0) -> None:
    """The names of functions that a value holds; computed values hold none."""
    tag = value[0]
    if tag == "local":
        found.add(module.code.scopes[value[1]].name)
    elif tag in ("name", "ext"):
        found.add(str(value[1]).rpartition(".")[2])
    elif tag == "attr":
        found.add(value[2])
    elif tag == "const":
        if isinstance(value[1], str) and value[1].isidentifier():
            found.add(value[1])
    elif tag in _HOLDERS and depth < _DEEPEST:
        for part in _parts(value):
            _note(module, part, found, depth + 1)


def _parts(value: Value) -> list[Value]:
    if value[0] == "dict":
        return [one for pair in value[1] for one in pair if one is not None]
    return [one for one in nested(value[1:]) if isinstance(one, tuple)]
