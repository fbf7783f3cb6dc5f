"""Keys that code reads from configurations, and whether a tracked file defines them."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.settings_added import Added
from groundrules.facts.meaning.settings_env import Environment
from groundrules.facts.meaning.settings_files import Configurations, Found, is_config
from groundrules.facts.meaning.settings_mixed import Mixed
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.events import Load
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.program import Module
from groundrules.typed import TYPE_CHECKING, Any, Iterator, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_tree import Tree
    from groundrules.facts.meaning.settings_uses import composed
else:
    late(globals(), "groundrules.facts.meaning.settings_uses", "composed")

_CAUGHT = ("KeyError", "AttributeError", "Exception", "LookupError", "TypeError")
_MERGES = frozenset(
    ("merge_with", "merge_from_file", "merge_from_other_cfg", "merge", "load", "read", "from_dict", "set_struct")
)
_PRIVATE = ("_", "__")
_MOST_FILES = 400
_ENOUGH = 3  # top-level keys by which a file is taken for the one that a loader means


class Place(NamedTuple):
    """Where a key is read."""

    path: str
    where: tuple[Any, ...]


class KeyRead(NamedTuple):
    """One way in which a place reads a key."""

    load: Load
    source: Value
    keys: tuple[str, ...]


class Keys:
    """Rows of config_read."""

    def __init__(self, link: Link, environment: Environment) -> None:
        self.link = link
        self.environment = environment
        self.configurations: Configurations = link.folder.settings
        self.trees = self.configurations.trees
        self.places: dict[Place, list[KeyRead]] = {}
        self.by_loader: dict[tuple[Any, ...], set[tuple[str, ...]]] = {}
        self.updates: list[tuple[Load, Call]] = []  # calls that put other values over a configuration
        self.open: set[tuple[Any, ...]] = set()  # loaders whose result takes keys from elsewhere
        self.mixed = Mixed(link)
        self.added = Added(environment.repository)
        self._guesses: dict[Any, Tree | None] = {}
        self._pools: dict[str, dict[str, set[str]]] = {}
        self._called: dict[str, dict[tuple[Any, ...], Call]] = {}
        self._asked: dict[str, set[str]] = {}
        self._stored: dict[str, frozenset[str]] = {}  # by file

    # ---- collecting --------------------------------------------------------------------------------------------------
    def collect(self) -> None:
        """Note every key that the walked program reads."""
        for load in self.link.walker.loads:
            if load.base[0] == "settings" and load.key[0] == "const" and isinstance(load.key[1], (str, int)):
                self._note(load)

    def _note(self, load: Load) -> None:
        module = load.frame.module
        keys = (*load.base[2], str(load.key[1]))
        call = self.called(module).get((*load.where[:3], load.key[1]))
        if call is not None:
            self._method(load, call)
            keys = load.base[2]
        if keys and not keys[-1].startswith(_PRIVATE):
            self.places.setdefault(Place(module.path, load.where), []).append(KeyRead(load, load.base[1], keys))
            self.by_loader.setdefault(loader(load.base[1]), set()).add(keys)

    def _method(self, load: Load, call: Call) -> None:
        """A method of a configuration: does it bring keys that no file shows?"""
        name = str(load.key[1])
        if name in _MERGES:
            self.open.add(loader(load.base[1]))
        elif name == "update":
            self.updates.append((load, call))
            given = [self.link.folder.fold(arg, load.frame) for arg in call.args]
            plain = all(one[0] in ("dict", "hole", "options") for one in given)
            if not plain or any(name is None for name, _ in call.kwargs):
                self.open.add(loader(load.base[1]))

    def called(self, module: Module) -> dict[tuple[Any, ...], Call]:
        """Calls of methods, by where the receiver starts and the method's name."""
        known = self._called.get(module.path)
        if known is None:
            known = {(*call.where[:3], call.func[2]): call for call in module.code.calls if call.func[0] == "attr"}
            self._called[module.path] = known
        return known

    # ---- relating ----------------------------------------------------------------------------------------------------
    def relate(self, scope: frozenset[str] | None) -> None:
        """One row a place and key."""
        for place, reads in self.places.items():
            if scope is None or place.path in scope:
                self._row(place, reads)

    def _row(self, place: Place, reads: list[KeyRead]) -> None:
        different = {(loader(one.source), one.source, one.keys): one for one in reads}.values()
        answers = [self.answer(read) for read in different]
        if any(found.certain for _, _, found, _ in answers):  # callers say which file it is: nothing has to be guessed
            answers = [one for one in answers if one[2].certain or one[0] is None]
        first = reads[0]
        missing = [key for known, key, _, _ in answers if known == 0 and key is not None]
        known = None if any(known is None for known, *_ in answers) else int(len(missing) < len(answers))
        key = missing[0] if known == 0 else ".".join(first.keys)
        has_default = int(self.guarded(first.load, key.rpartition(".")[2]))
        if known == 0 and self.elsewhere(key.rpartition(".")[2], reads):
            known = None
        _, _, found, tree = answers[0]
        nearest = self.nearest(tree, key) if known == 0 and tree is not None else None
        span = self.link.rows.span(place.path, place.where)
        target = found.paths[0] if found.paths else None
        flags = (has_default, int(found.certain), nearest, int(place.path in self.link.tests))
        scope = self.link.scope_name(first.load.frame.module, first.load.frame.scope)
        self.link.rows.add("config_read", span, place.path, target, key, known, *flags, scope)

    def answer(self, read: KeyRead) -> tuple[int | None, str | None, Found, Tree | None]:
        """Whether a key is defined (None: nobody knows), the first part that is not, and where that was looked up."""
        found = self.configurations.find(read.source)
        tree = found.tree
        if loader(read.source) in self.open or self.mixed.holds(read.source, read.keys):
            return None, None, found, tree
        if tree is None and not found.paths:
            if found.texts and all("{" not in text for text in found.texts):
                return None, None, found, None
            tree, found = self.guess(read.source)
        if tree is None:
            return None, None, found, None
        if tree.choosing and (not found.certain or self.chooses()):
            return None, None, found, tree
        key = tree.undefined(read.keys)
        known = key is None or (read.source[0] == "decorator" and self.added.holds(read.keys))
        return (1, None, found, tree) if known else (0, key, found, tree)

    def chooses(self) -> bool:
        """Whether code of its own reads defaults lists, and so may put configurations together by them."""
        return any(keys[0] == "defaults" for known in self.by_loader.values() for keys in known)

    def guess(self, source: Value) -> tuple[Tree | None, Found]:
        """What a path from the command line may name: the project's configurations that hold most of the keys."""
        key = loader(source)
        if key not in self._guesses:
            self._guesses[key] = self._guessed(source)
        return self._guesses[key] or (None, self.configurations.find(("none",)))  # type: ignore[return-value]

    def _guessed(self, source: Value) -> Any:
        frame = source[3] if len(source) > 3 else None
        wanted = {keys[0] for keys in self.by_loader.get(loader(source), ())}
        script = frame.module.path if frame is not None else source[1]
        while frame is not None:
            script, frame = frame.module.path, frame.caller
        project = self.environment.project(script.rpartition("/")[0])
        if source[0] == "parameter":
            wanted = self._of_parameters(project)
        pool = self._pool(project)
        if not wanted or not 0 < len(pool) <= _MOST_FILES:
            return None
        fitting = []
        for path, tops in pool.items():
            hits = len(wanted & tops)
            if hits >= _ENOUGH and hits * 2 >= len(wanted):
                fitting.append(path)
        if not fitting:
            return None
        return self.trees.joined(tuple(pool)), Found((), tuple(fitting), False, None, None)

    def _pool(self, project: str) -> dict[str, set[str]]:
        """The configurations of a project, each with its top-level keys."""
        known = self._pools.get(project)
        if known is None:
            start = project + "/" if project else ""
            endings = (".yaml", ".yml", ".toml", ".json")
            tracked = sorted(self.link.owners.tracked - self.link.tests)
            paths = [path for path in tracked if path.startswith(start) and path.endswith(endings) and is_config(path)]
            if len(paths) > _MOST_FILES:
                known = {path: set() for path in paths}
            else:
                known = {path: {row.key.partition(".")[0] for row in self.trees.rows(path)[0]} for path in paths}
            self._pools[project] = known
        return known

    def _of_parameters(self, project: str) -> set[str]:
        """The sections that functions of a project take from configurations that their callers give."""
        return {
            keys[0] for one, reads in self.by_loader.items() if one[0] == "parameter" for keys in reads
            if self.environment.project(one[1].rpartition("/")[0]) == project
        }  # fmt: skip

    # ---- reasons to be silent ----------------------------------------------------------------------------------------
    def guarded(self, load: Load, key: str) -> bool:
        """Whether the code bears that the key is missing."""
        module = load.frame.module
        for kind, value in contexts_of(module, load.context):
            for names, action, *_ in value[1] if kind == "try" else ():
                if action not in ("raise", "exit") and (not names or any(one in names for one in _CAUGHT)):
                    return True
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

    def elsewhere(self, key: str, reads: list[KeyRead]) -> bool:
        """Whether code of the same runs puts such a key into something, or their command lines bring one."""
        ran = self.link.walker.ran
        paths = {path for read in reads for path, _ in ran.get(read.load.entry.id, ())}
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

    def nearest(self, tree: Tree, key: str) -> str | None:
        """The defined key that looks most like an undefined one."""
        from difflib import get_close_matches

        start, _, last = key.rpartition(".")
        beside = get_close_matches(last, tree.siblings(key), 1, 0.7)
        if beside:
            return f"{start}.{beside[0]}" if start else beside[0]
        same = sorted((one for one in tree.keys if one.rpartition(".")[2] == last), key=len)
        if same:
            return same[0]
        names = {one.rpartition(".")[2]: one for one in tree.keys}
        return next((names[one] for one in get_close_matches(last, list(names), 1, 0.85)), None)


def loader(source: Value) -> tuple[Any, ...]:
    """A loader without the frame that it runs in."""
    return tuple(source[:3])


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
    for value in composed(module):
        if value[0] == "cmp" and value[1] in ("in", "not in") and value[2][0] == "const":
            yield str(value[2][1])
