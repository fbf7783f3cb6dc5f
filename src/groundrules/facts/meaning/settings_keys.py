"""Keys that code reads from configurations, and whether a tracked file defines them."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.settings_added import Added
from groundrules.facts.meaning.settings_bearing import Bearing
from groundrules.facts.meaning.settings_env import Environment
from groundrules.facts.meaning.settings_files import Configurations, Found, is_config
from groundrules.facts.meaning.settings_mixed import Mixed
from groundrules.facts.python.events import Load
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.program import Module
from groundrules.typed import TYPE_CHECKING, Any, Iterator, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_tree import Tree

_MERGES = frozenset(
    ("merge_with", "merge_from_file", "merge_from_other_cfg", "merge", "load", "read", "from_dict", "set_struct")
)
_PRIVATE = ("_", "__")
_MOST_FILES = 400
_BY_LINES = (".ini", ".cfg")
_ENDINGS = (".yaml", ".yml", ".toml", ".json", *_BY_LINES)
_ENOUGH = 3  # keys by which a file is taken for the one that a loader means


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
        self.put_over: dict[tuple[Any, ...], list[Value]] = {}  # by loader and keys: other configurations
        self.open: set[tuple[Any, ...]] = set()  # loaders whose result takes keys from elsewhere
        self.mixed = Mixed(link)
        self.added = Added(environment.repository)
        self.bearing = Bearing(link, environment)
        self._guesses: dict[Any, Tree | None] = {}
        self._pools: dict[str, dict[str, set[str]]] = {}
        self._called: dict[str, dict[tuple[Any, ...], Call]] = {}

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
            over = [one for one in given if one[0] == "settings"]
            self.put_over.setdefault((loader(load.base[1]), load.base[2]), []).extend(over)
            plain = all(one[0] in ("dict", "hole", "options", "settings") for one in given)
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
        has_default = int(self.bearing.guarded(first.load, key.rpartition(".")[2]))
        if known == 0 and self.bearing.elsewhere(key.rpartition(".")[2], [one.load for one in reads]):
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
        if not read.load.alone or loader(read.source) in self.open or self.mixed.holds(read.source, read.keys):
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
        if key is not None and self._is_put_there(read):
            return 1, None, found, tree
        known = key is None or (read.source[0] == "decorator" and self.added.holds(read.keys))
        return (1, None, found, tree) if known else (0, key, found, tree)

    def _is_put_there(self, read: KeyRead) -> bool:
        """Whether a configuration that the code puts over another defines a key, or nobody knows what it defines."""
        for source, keys in self.covering(read):
            tree = self.configurations.find(source).tree
            if tree is None or tree.undefined(keys) is None:
                return True
        return False

    def covering(self, read: KeyRead) -> Iterator[tuple[Value, tuple[str, ...]]]:
        """The configurations that are put over what is read, with the keys that are taken from them."""
        for number in range(len(read.keys)) if self.put_over else ():
            for over in self.put_over.get((loader(read.source), read.keys[:number]), ()):
                yield over[1], (*over[2], *read.keys[number:])

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
        script = frame.module.path if frame is not None else source[1]
        while frame is not None:
            script, frame = frame.module.path, frame.caller
        project = self.environment.project(script.rpartition("/")[0])
        known = source[0] == "parameter"
        wanted = self._of_parameters(project) if known else self.by_loader.get(loader(source), set())
        pool = self._pool(project)
        if not wanted or not 0 < len(pool) <= _MOST_FILES:
            return None
        tops, whole = {keys[0] for keys in wanted}, {".".join(keys) for keys in wanted if len(keys) > 1}
        fitting = [path for path, held in pool.items() if _fits(tops, held) or _fits(whole, held)]
        if not fitting:
            return None
        by_lines = any(path.endswith(_BY_LINES) for path in fitting)  # their keys are read whatever their case
        paths = sorted(pool, key=lambda path: not path.endswith(_BY_LINES))
        paths = [path for path in paths if by_lines or not path.endswith(_BY_LINES)]
        return self.trees.joined(tuple(paths)), Found((), tuple(fitting), False, None, None)

    def _pool(self, project: str) -> dict[str, set[str]]:
        """The configurations of a project, each with its keys, whole and the first part alone."""
        known = self._pools.get(project)
        if known is None:
            start = project + "/" if project else ""
            tracked = sorted(self.link.owners.tracked - self.link.tests)
            paths = [path for path in tracked if path.startswith(start) and path.endswith(_ENDINGS) and is_config(path)]
            known = {path: set() for path in paths}
            for path in paths if len(paths) <= _MOST_FILES else ():
                for row in self.trees.rows(path)[0]:
                    known[path].update((row.key, row.key.partition(".")[0]))
            self._pools[project] = known
        return known

    def _of_parameters(self, project: str) -> set[tuple[str, ...]]:
        """The keys that functions of a project take from configurations that their callers give."""
        return {
            keys for one, reads in self.by_loader.items() if one[0] == "parameter" for keys in reads
            if self.environment.project(one[1].rpartition("/")[0]) == project
        }  # fmt: skip

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


def _fits(wanted: set[str], held: set[str]) -> bool:
    """Whether a file holds enough of some keys, and most of them."""
    hits = len(wanted & held)
    return hits >= _ENOUGH and hits * 2 >= len(wanted)


def loader(source: Value) -> tuple[Any, ...]:
    """A loader without the frame that it runs in."""
    return tuple(source[:3])
