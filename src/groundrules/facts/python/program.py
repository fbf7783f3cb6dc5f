"""All Python code of a snapshot as one program: which file an import means, and what a name stands for in it."""

from __future__ import annotations

from groundrules.facts.python.imports import Found, Search
from groundrules.facts.python.ir import Call, Code, Op, Scope, Value
from groundrules.facts.python.knowledge import Knowledge
from groundrules.typed import Any, Callable, Collection, Iterable, Mapping


class Module:
    """One file of the program."""

    __slots__ = (
        "_called",
        "_doing",
        "_inside",
        "_puts",
        "code",
        "filled",
        "idle",
        "interest",
        "is_package",
        "loads",
        "memo",
        "path",
        "sites",
        "steps",
        "users",
    )

    def __init__(self, path: str, code: Code) -> None:
        self.path = path
        self.code = code
        self.is_package = path.endswith("__init__.py")
        self.interest: dict[int, bool] = {}
        self.users: dict[int, dict[int, list[tuple[str, int, Any]]]] = {}  # by scope and call
        self._called: dict[str, list[int]] | None = None
        self._inside: dict[int, list[int]] | None = None
        self._doing: dict[str, list[tuple[int, int, Op]]] | None = None
        self._puts: dict[Any, list[tuple[Value | None, Value]]] | None = None
        self.filled: dict[int, tuple[Value, int, Value]] | None = None  # by list: it, the filling scope, what with
        # What walking the module found out once: its calls, what is to be run of its scopes, which loads matter.
        self.sites: dict[int, Any] = {}
        self.idle: set[int] = set()  # calls of which nothing comes
        self.steps: dict[int, tuple[Op, ...]] = {}
        self.loads: dict[int, bool] = {}
        self.memo: dict[int, tuple[Value, Value]] = {}  # what its names fold to, by their identity

    @property
    def env(self) -> Mapping[str, Value]:
        """Final bindings of the module."""
        return self.code.scopes[0].env

    @property
    def imports(self) -> list[str]:
        """What the file imports anywhere, by dotted names."""
        return [op[1] for _, _, op in self.doing("i")]

    @property
    def called(self) -> Mapping[str, list[int]]:
        """The calls of what has a name, by the last part of it."""
        if self._called is None:
            self._called = {}
            for number, call in enumerate(self.code.calls):
                func = call.func
                if func[0] in _NAMED:
                    name = str(func[-1])
                    last = name.rpartition(".")[2] if "." in name else name
                    self._called.setdefault(last, []).append(number)
        return self._called

    def calls_in(self, scope: int) -> list[int]:
        """The calls that stand right in a scope."""
        if self._inside is None:
            self._inside = {}
            for number, call in enumerate(self.code.calls):
                self._inside.setdefault(call.scope, []).append(number)
        return self._inside.get(scope, [])

    def doing(self, tag: str) -> list[tuple[int, int, Op]]:
        """The operations of a kind that is not frequent, in all scopes, each with its scope and its position there."""
        if self._doing is None:
            self._doing = {}
            for number, scope in enumerate(self.code.scopes):
                for position, op in enumerate(scope.ops):
                    if op[0] not in _FREQUENT:
                        self._doing.setdefault(op[0], []).append((number, position, op))
        assert tag not in _FREQUENT
        return self._doing.get(tag, [])

    def put_into(self, value: Value) -> list[tuple[Value | None, Value]]:
        """The keys and values that statements of the file put into a dict after it was made; a key of None spreads."""
        if value[0] not in _DICTS:
            return []
        if self._puts is None:
            self._puts = {}
            for _, _, op in self.doing("s"):
                if op[1][0] in _DICTS:
                    self._puts.setdefault(_which(op[1]), []).append((op[2], op[3]))
            for call in self.code.calls:
                if call.func[0] == "attr" and call.func[1][0] in _DICTS and call.func[2] in ("update", "setdefault"):
                    self._puts.setdefault(_which(call.func[1]), []).extend(_given(call))
        return self._puts.get(_which(value), [])


_DICTS = frozenset({"dict", "param", "name", "call"})
_NAMED = frozenset({"name", "ext", "attr"})
_FREQUENT = frozenset({"c", "=", "l", "t", "u"})


def _which(value: Value) -> Any:
    """What tells a dict from others: a literal is the same object wherever it is spoken of."""
    return id(value) if value[0] == "dict" else value


def _given(call: Call) -> list[tuple[Value | None, Value]]:
    """What `update` or `setdefault` puts into a dict."""
    if call.func[2] == "setdefault":
        return [(call.args[0], call.args[1])] if len(call.args) > 1 else []
    named = [(("const", name) if name is not None else None, value) for name, value in call.kwargs]
    return [*((None, arg) for arg in call.args), *named]


class Program:
    """The modules, loaded when asked for."""

    def __init__(
        self,
        python_paths: Iterable[str],
        load: Callable[[str], Code | None],
        knowledge: Knowledge,
        tops: Mapping[str, Collection[str]],
    ) -> None:
        self.paths = frozenset(python_paths)
        self.tops = tops  # by the name of a package or module, at least the folders that hold one
        self.knowledge = knowledge
        self._load = load
        self._modules: dict[str, Module | None] = {}
        self._search = Search(self.paths, tops, knowledge.roots)
        self.method_names: set[str] = set()  # of the classes that were loaded so far

    def module(self, path: str) -> Module | None:
        """The module of a path; None when it could not be read."""
        if path not in self._modules:
            code = self._load(path)
            code = self._asking_values(path, code) if code is not None else None
            self._modules[path] = Module(path, code) if code is not None else None
            for scope in code.scopes if code is not None else ():
                if scope.kind == "class":
                    self.method_names.update(scope.env)
        return self._modules[path]

    def _asking_values(self, path: str, code: Code) -> Code:
        """The file, with calls of methods of what other files made as such: `engine.execute` of an imported engine.

        A file by itself cannot tell that from a function of a module, which has a dotted name as well.
        """
        owners: dict[str, Value] = {}
        told: dict[int, Call] = {}
        for number, call in enumerate(code.calls):
            dotted = str(call.func[1]) if call.func[0] == "ext" else ""
            top, _, rest = dotted.partition(".")
            found = self.find(dotted, path) if rest and (not top or top in self.tops) else None
            if found is not None and len(found.rest) > 1:
                names = found.rest[1:]
                owner = dotted[: -sum(len(name) + 1 for name in names)]
                func = owners.setdefault(owner, ("ext", owner))
                for name in names:
                    func = ("attr", func, name)
                told[number] = call._replace(func=func)
        if not told:
            return code
        return code._replace(calls=tuple([told.get(number, call) for number, call in enumerate(code.calls)]))

    def loaded(self) -> list[str]:
        """The paths of the modules that were read so far."""
        return [path for path, module in self._modules.items() if module is not None]

    # ---- imports -----------------------------------------------------------------------------------------------------
    def find(self, dotted: str, path: str) -> Found | None:
        """The file of the program that a dotted name means when `path` says it, or None for anything else."""
        return self._search.find(dotted, path)

    def lookup(self, found: Found, depth: int = 0) -> tuple[Module, Value, tuple[str, ...]] | None:
        """The value that a found name has in its module, following re-exports, and the names still left over."""
        module = self.module(found.path)
        if module is None or depth > 8:
            return None
        if not found.rest:
            return self._in_its_place(found.path, depth) or (module, ("module", found.path), ())
        value = module.env.get(found.rest[0])
        if value is None:
            return self._starred(module, found, depth)
        if value[0] == "ext":
            onward = self.find(value[1] + "".join("." + part for part in found.rest[1:]), module.path)
            if onward is not None and onward != found:
                return self.lookup(onward, depth + 1)
        return module, value, found.rest[1:]

    def _in_its_place(self, path: str, depth: int) -> tuple[Module, Value, tuple[str, ...]] | None:
        """What a package binds to the name of its own module, as in `from .train import train`."""
        folder, _, name = path.removesuffix(".py").rpartition("/")
        package = f"{folder}/__init__.py"
        holder = self.module(package) if folder and name != "__init__" and package in self.paths else None
        bound = holder.env.get(name) if holder is not None else None
        if bound is None or bound[0] != "ext" or not bound[1].endswith(f"{name}.{name}"):
            return None
        return self.lookup(Found(package, (name,)), depth + 1)

    def _starred(self, module: Module, found: Found, depth: int) -> tuple[Module, Value, tuple[str, ...]] | None:
        for star in module.code.stars:
            onward = self.find(star, module.path)
            if onward is not None and not onward.rest:
                there = self.lookup(Found(onward.path, found.rest), depth + 1)
                if there is not None:
                    return there
        return None

    # ---- classes -----------------------------------------------------------------------------------------------------
    def scope(self, path: str, number: int) -> Scope:
        """A scope of a module that is known to exist."""
        module = self.module(path)
        assert module is not None
        return module.code.scopes[number]

    def call(self, path: str, number: int) -> Call:
        """A call of a module that is known to exist."""
        module = self.module(path)
        assert module is not None
        return module.code.calls[number]


def imports_any(module: Module, roots: set[str]) -> bool:
    """Whether a file imports one of some packages."""
    return any(name.partition(".")[0] in roots for name in module.imports)
