"""Reasons for which code bears that a key is missing: it asks for the key, handles its absence, or puts it there."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.settings_env import Environment
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.events import Load
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.program import Module
from groundrules.typed import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_uses import composed
else:
    late(globals(), "groundrules.facts.meaning.settings_uses", "composed")

_ASKING = frozenset(("has", "have", "exists", "contains", "defines"))
_CAUGHT = ("KeyError", "AttributeError", "Exception", "LookupError", "TypeError")


class Bearing:
    """Answers whether a read of a key that no file defines is one that works."""

    def __init__(self, link: Link, environment: Environment) -> None:
        self.link = link
        self.environment = environment
        self._asked: dict[str, set[str]] = {}  # by file
        self._stored: dict[str, frozenset[str]] = {}  # by file

    def guarded(self, load: Load, key: str) -> bool:
        """Whether the code bears that the key is missing."""
        module = load.frame.module
        for kind, value in contexts_of(module, load.context):
            for names, action, *_ in value[1] if kind == "try" else ():
                said = "KeyError" in names  # who raises an error of its own for it has thought of it
                if said or (action not in ("raise", "exit") and (not names or any(one in names for one in _CAUGHT))):
                    return True
            if kind == "if" and value[0] == "cmp" and self.link.folder.fold(value, load.frame) == ("const", False):
                return True  # by what the configurations say, this is not run
        frame: Frame | None = load.frame
        while frame is not None:
            if key in self.asked(frame.module):
                return True
            frame = frame.caller  # who asks for a section may hand it on
        return False

    def asked(self, module: Module) -> set[str]:
        """Keys whose presence a module asks about anywhere: `"x" in cfg`, `hasattr(cfg, "x")`, `cfg.get("x")`."""
        known = self._asked.get(module.path)
        if known is None:
            known = self._asked[module.path] = set(_asked(module))
        return known

    def elsewhere(self, key: str, loads: list[Load]) -> bool:
        """Whether code of the same runs puts such a key into something, or their command lines bring one."""
        ran = self.link.walker.ran
        paths = {path for load in loads for path, _ in ran.get(load.entry.id, ())}
        return any(key in self._stored_in(path) for path in sorted(paths))

    def _stored_in(self, path: str) -> frozenset[str]:
        known = self._stored.get(path)
        if known is None:
            module = self.link.walker.program.module(path)
            known = self._stored[path] = frozenset(self._stores(module) if module is not None else ())
        return known

    def _stores(self, module: Module) -> Iterator[str]:
        for number, scope in enumerate(module.code.scopes):
            own = scope.params[0].name if scope.params else None
            for op in scope.ops:
                if op[0] == "s" and op[2][0] == "const":
                    if not self._is_table(op[1], module, number):
                        yield str(op[2][1])
                elif op[0] == "a" and not (op[1][0] == "param" and op[1][2] == own and own == "self"):
                    yield op[2]
        for call in module.code.calls:
            name = call.func[2] if call.func[0] == "attr" else ""
            if name in ("update", "merge", "setdefault", "set", "pop"):
                yield from _literal_keys(call)
            elif name and (self.link.knowledge.method(name) or {}).get("declares_option"):
                for arg in call.args:
                    if arg[0] == "const":
                        yield str(arg[1]).lstrip("-").replace("-", "_")

    def _is_table(self, base: Value, module: Module, number: int) -> bool:
        """Whether something into which a key is put is a library's object other than a configuration."""
        if base[0] in ("param", "name") and str(base[-1]).endswith("df"):
            return True
        folded = self.link.folder.fold(base, self.environment.frame(module, number))
        kind = folded[1] if folded[0] == "inst" else None
        return isinstance(kind, str) and "." in kind and not (self.link.knowledge.of(kind) or {}).get("is_config")


def _literal_keys(call: Call) -> Iterator[str]:
    for arg in call.args:
        if arg[0] == "dict":
            yield from (str(key[1]) for key, _ in arg[1] if key is not None and key[0] == "const")
        elif arg[0] == "const":
            yield str(arg[1]).rpartition(".")[2]
    for name, _ in call.kwargs:
        if name:
            yield name


def _asked(module: Module) -> Iterator[str]:
    for call in module.code.calls:
        func, args = call.func, call.args
        if func in (("name", "hasattr"), ("name", "getattr")) and len(args) > 1 and args[1][0] == "const":
            yield str(args[1][1])
        elif func[0] == "attr" and func[2] in ("get", "pop", "setdefault") and args and args[0][0] == "const":
            yield str(args[0][1])
        elif func[0] in ("attr", "name", "ext", "local") and _asks(func, module):
            yield from (str(arg[1]) for arg in args if arg[0] == "const")
    for value in composed(module):
        if value[0] == "cmp" and value[2][0] == "const" and value[1] in ("in", "not in", "==", "!="):
            yield str(value[2][1])
        if value[0] == "cmp" and value[3][0] == "const" and value[1] in ("==", "!="):
            yield str(value[3][1])


def _asks(func: Value, module: Module) -> bool:
    """Whether the name of a function says that it tells whether there is something."""
    name = module.code.scopes[func[1]].name if func[0] == "local" else str(func[-1])
    words = name.rpartition(".")[2].lower().split("_")
    return not _ASKING.isdisjoint(words)
