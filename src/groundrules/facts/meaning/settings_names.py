"""Names under which objects keep sections of configurations, and what becomes of them in all of the program.

Nobody knows which object it is that code takes such a name of, so every one counts.
"""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Op, Value
from groundrules.facts.python.program import Module
from groundrules.facts.repository import Repository
from groundrules.typed import TYPE_CHECKING, Any, Iterable, Iterator, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_uses import nested
else:
    late(globals(), "groundrules.facts.meaning.settings_uses", "nested")

TAKING = ("get", "pop", "setdefault", "getint", "getfloat", "getboolean", "has_section", "has_option")
_LOOKING = tuple(("name", one) for one in ("isinstance", "len", "type", "hasattr"))
_SHOWING = ("displays", "logs", "tracks", "reads_key")
_DEEPEST = 8
_MOST_MODULES = 300
_MOST_ROUNDS = 4

Section = tuple[tuple[Any, ...], tuple[str, ...]]  # loader and keys


ANY = frozenset(("",))  # nobody knows of which class


class Stored(NamedTuple):
    """Something that is kept: under which name, and by objects of which classes."""

    name: str | None
    value: Value
    holders: frozenset[str] = ANY


class Kept:
    """The names, and the sections below them that are used as a whole."""

    def __init__(self, link: Link, repository: Repository, found: dict[tuple[Any, ...], set[tuple[str, ...]]]) -> None:
        self.link = link
        self.repository = repository
        self.found = found
        self.names: dict[str, set[Section]] = {}  # `.name` of an attribute, `[name` of an item, `name(` of a result
        self.holders: dict[str, set[str]] = {}  # by attribute: the classes whose methods keep something under it
        self._methods: dict[str, list[tuple[str, int]]] | None = None
        self._done: set[tuple[str, Section]] = set()

    def add(self, name: str, loader: tuple[Any, ...], keys: tuple[str, ...], holders: frozenset[str] = ANY) -> None:
        """Something keeps a section under a name: objects of these classes, where that is known."""
        self.holders.setdefault(name, set()).update(holders)
        self.names.setdefault(name, set()).add((loader, keys))

    def stored(self, op: Op, module: Module, number: int) -> Stored | None:
        """What an operation keeps; None for any other operation."""
        scope = module.code.scopes[number]
        if op[0] == "a":
            own = scope.params[0].name if scope.params else None
            known = op[1][0] == "param" and op[1][2] == own and scope.parent > 0
            return Stored(f".{op[2]}", op[3], family(module, scope.parent) if known else ANY)
        if op[0] == "s":
            return Stored(f"[{op[2][1]}" if op[2][0] == "const" else None, op[3])
        return Stored(f"{scope.name}(" if scope.name else None, op[1]) if op[0] == "r" else None

    def methods(self, name: str) -> list[tuple[str, int]]:
        """The methods of that name in the part of the program that was read: file and scope."""
        if self._methods is None:
            self._methods = {}
            program = self.link.walker.program
            for path in program.loaded():
                scopes = program.module(path).code.scopes  # type: ignore[union-attr]
                for number, scope in enumerate(scopes):
                    if scope.kind == "function" and scope.parent > 0 and scopes[scope.parent].kind == "class":
                        self._methods.setdefault(scope.name, []).append((path, number))
        return self._methods.get(name, [])

    def modules(self, names: set[str]) -> Iterator[Module]:
        """The files of the program that speak of one of the names."""
        paths = {name.partition(":")[0] for name in names if ":" in name}
        bare = {name.strip(".[(") for name in names}
        paths |= {path for path, light in self.repository.lights().items() if bare & light.names}
        for path in sorted(paths)[:_MOST_MODULES]:
            module = self.link.walker.program.module(path)
            if module is not None:
                yield module

    def follow(self) -> None:
        """Note what is used as a whole below the names, and the names under which that is kept in turn."""
        for _ in range(_MOST_ROUNDS):
            fresh = {
                name for name, sections in self.names.items() if any((name, one) not in self._done for one in sections)
            }
            if not fresh:
                return
            self._done.update((name, one) for name in fresh for one in self.names[name])
            for module in list(self.modules(fresh)):
                self._module(module)

    def _module(self, module: Module) -> None:
        tested = {id(one.value) for one in module.code.contexts if one.kind in ("if", "else", "while", "checked")}
        for call in module.code.calls:
            self._call(call, module)
        for one in module.code.contexts:
            if one.kind == "for":
                self._use(one.value, module)
        for number, scope in enumerate(module.code.scopes):
            for op in scope.ops:
                kept = self.stored(op, module, number)
                if kept is not None:
                    self._keep(kept.name, kept.value, module, kept.holders)
                elif op[0] == "u" and id(op[1]) not in tested:
                    self._use(op[1], module)

    def _call(self, call: Call, module: Module) -> None:
        given = (*call.args, *(value for _, value in call.kwargs))
        if not self._speaks(call.func, module) and not any(self._speaks(value, module) for value in given):
            return
        frame = self.link.folder.scope_frame(module, call.scope)
        callee = self.link.folder.callee(call, frame)
        if callee[0] in ("func", "class"):
            self._own(callee, call, module)
            return
        if callee[0] == "hole" and call.func[0] == "attr" and self._by_name(call, module):
            return
        if not harmless(self.link, call, frame):
            for value in given:
                self._use(value, module)
        if call.func[0] == "attr" and call.func[2] not in TAKING and not self.methods(call.func[2]):
            self._use(call.func[1], module)  # a section's method takes what it likes

    def _by_name(self, call: Call, module: Module) -> bool:
        """A method of nobody knows which object: those of that name in the program keep what they are given."""
        found = self.methods(call.func[2])
        for path, number in found:
            there = self.link.walker.program.module(path)
            params = [one.name for one in there.code.scopes[number].params] if there is not None else []
            for name, value in [*zip(params[1:], call.args, strict=False), *call.kwargs]:
                self._keep(f"{path}:{number}:{name}" if name is not None else None, value, module)
        return bool(found)

    def _own(self, callee: Value, call: Call, module: Module) -> None:
        """A function or class of the program is given a section: its parameters keep it."""
        folder = self.link.folder
        found = (callee[1], callee[2]) if callee[0] == "func" else folder.method(callee[1], callee[2], "__init__")
        there = self.link.walker.program.module(found[0]) if found is not None else None
        given = [*call.args, *(value for name, value in call.kwargs if name is None)]
        bound: dict[str, Value] = {f".{name}": value for name, value in call.kwargs if name is not None}
        if found is not None and there is not None:
            receiver = callee[3] if callee[0] == "func" else callee
            inner = folder.bind(there, found[1], call, 0, folder.scope_frame(module, call.scope), receiver)
            bound = {name: value for name, (value, _) in inner.bound.items()}
            bound = {f"{found[0]}:{found[1]}:{name}": value for name, value in bound.items()}
        for name, value in bound.items():
            self._keep(name, value, module)
        for value in given:
            if not any(value is one for one in bound.values()):
                self._use(value, module)

    def _keep(self, name: Any, value: Value, module: Module, holders: frozenset[str] = ANY) -> None:
        sections = list(self._sections(value, module))
        for one in sections:
            if isinstance(name, str):
                self.add(name, *one, holders)
            else:
                self._note(one)
        if not sections:
            self._use(value, module)

    def _use(self, value: Value, module: Module, depth: int = 0) -> None:
        """Note the sections that a value is made of."""
        if value[0] in ("const", "local", "?", "name") or depth > _DEEPEST:
            return
        sections = list(self._sections(value, module))
        for one in sections:
            self._note(one)
        if value[0] == "cmp" and value[1] in ("in", "not in", "is", "is not"):
            return
        if not sections and value[0] not in ("attr", "item", "call"):
            for part in nested(value):
                self._use(part, module, depth + 1)

    def _speaks(self, value: Value, module: Module, depth: int = 0) -> bool:
        """Whether one of the names stands in a value."""
        tag = value[0]
        if tag in ("const", "local", "?", "name") or depth > _DEEPEST:
            return False
        if tag in ("attr", "item", "call", "ext", "param", "enter"):
            return next(iter(self._sections(value, module)), None) is not None
        return any(self._speaks(part, module, depth + 1) for part in nested(value))

    def _note(self, section: Section) -> None:
        self.found.setdefault(section[0], set()).add(section[1])

    def _sections(self, value: Value, module: Module) -> Iterable[Section]:
        """The sections that a value may be: a name that keeps one, with the keys that are taken of it."""
        keys: list[str] = []
        while True:
            name, inner = _step(value, module)
            if name is None:
                return
            if name in self.names and self._is_held(name, inner, module):
                for loader, start in self.names[name]:
                    yield loader, (*start, *reversed(keys))
            if inner is None:
                return
            keys.append(name[1:])
            value = inner

    def _is_held(self, name: str, inner: Value | None, module: Module) -> bool:
        """Whether what a name is taken of may be what keeps something under it."""
        holders = self.holders.get(name, ANY) if name.startswith(".") else ANY
        if "" in holders or inner is None or inner[0] != "param":
            return True
        scope = module.code.scopes[inner[1]]
        own = scope.params and scope.params[0].name == inner[2] and scope.parent > 0
        return not own or not holders.isdisjoint(family(module, scope.parent))


def family(module: Module, number: int) -> frozenset[str]:
    """The names of a class and of those above it."""
    scope = module.code.scopes[number]
    bases = (str(base[-1]).rpartition(".")[2] for base in scope.bases if base[0] in ("ext", "name", "attr"))
    return frozenset((scope.name, *bases))


def harmless(link: Link, call: Call, frame: Frame) -> bool:
    """Whether a call only shows what it is given, looks at its kind, or gives it back."""
    if call.func in _LOOKING:
        return True
    if call.func == ("name", "getattr"):
        return len(call.args) > 1 and call.args[1][0] == "const"
    entry = link.folder.entry_of(call, frame)[1]
    copies = (entry.get("writes") or {}).get("of_handle")  # a record of it
    return (
        bool(copies)
        or entry.get("view") == "nothing"
        or any(word in entry for word in _SHOWING)
        or entry.get("folds") == "same"
        or "merges_config" in entry
    )


def _step(value: Value, module: Module) -> tuple[str | None, Value | None]:
    """The last name of a value, and what it is taken of."""
    while value[0] == "enter":
        value = value[1]
    tag = value[0]
    if tag == "attr":
        return f".{value[2]}", value[1]
    if tag == "item" and value[2][0] == "const" and isinstance(value[2][1], str):
        return f"[{value[2][1]}", value[1]
    if tag == "param":
        return f"{module.path}:{value[1]}:{value[2]}", None
    if tag == "call" and isinstance(value[1], int):
        call = module.code.calls[value[1]]
        if call.func[0] == "attr" and call.func[2] in TAKING and call.args and call.args[0][0] == "const":
            return f"[{call.args[0][1]}", call.func[1]
        named = call.func[0] in ("attr", "ext")
        return (f"{str(call.func[-1]).rpartition('.')[2]}(" if named else None), None
    return None, None
