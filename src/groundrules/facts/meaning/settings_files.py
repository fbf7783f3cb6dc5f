"""Configuration files: which of them a loader reads, what they hold together, and the value of a key."""

from __future__ import annotations

from groundrules.basics.late import late, re
from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.meaning.settings_spelled import Spellings, listed
from groundrules.facts.ownership import ROOT, Ownership, holes_to_expression, normal, place_of
from groundrules.facts.python.contexts import frames_of
from groundrules.facts.python.folding import Folder, Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.repository import Repository
from groundrules.typed import TYPE_CHECKING, Any, Iterable, Iterator, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_tree import Tree
    from groundrules.facts.meaning.settings_trees import Trees
else:
    late(globals(), "groundrules.facts.meaning.settings_trees", classes="Trees")

_NAMES = ("config", "conf", "cfg", "param", "setting", "option", "hparam", "hyper")
_FOLDERS = frozenset(
    ("config", "configs", "conf", "confs", "settings", "params", "cfg", "cfgs", "hparams", "experiments")
)
_MOST_FILES = 40


class Found(NamedTuple):
    """The files that a loader may read."""

    texts: tuple[str, ...]  # the paths as the code spells them
    paths: tuple[str, ...]  # tracked files that they mean
    certain: bool  # every path is spelled out and was found
    tree: Tree | None  # what the files hold together; None when that cannot be known
    first: Tree | None  # the same without what only other choices would bring


NOTHING = Found((), (), False, None, None)


class Configurations(Spellings):
    """Finds and reads configurations for the folder, lazily."""

    def __init__(self, folder: Folder, repository: Repository, owners: Ownership) -> None:
        super().__init__(folder)
        self.owners = owners
        self.trees = Trees(repository, owners)
        self._found: dict[Any, Found] = {}
        self._of_paths: dict[Any, Found] = {}
        self._configured: dict[Any, Value | None] = {}

    # ---- values ------------------------------------------------------------------------------------------------------
    def value(self, settings: Value) -> Value | None:
        """The value of a key, when the tracked configuration holds a scalar or a list of them; None otherwise."""
        tree = self.find(settings[1]).first
        if tree is None or not settings[2]:
            return None
        return tree.value(".".join(settings[2]))

    def empty(self, settings: Value) -> tuple[str, tuple[Any, ...]] | None:
        """The place of a key to which the tracked configuration gives nothing; None when there is more to it."""
        tree = self.find(settings[1]).first
        rows = tree.rows(".".join(settings[2])) if tree is not None and settings[2] else None
        if not rows or any(row.kind != "null" for _, row in rows):
            return None
        return rows[-1][0], tuple(rows[-1][1].where)

    def mapping(self, settings: Value) -> Value | None:
        """A section as a dictionary, when it is certain which file holds it and that the file holds all of it."""
        found = self.find(settings[1])
        inside = ".".join(settings[2])
        if not found.certain or found.tree is None or found.tree.is_open(inside):
            return None
        keys = found.tree.members(inside)
        items = [(("const", key.rpartition(".")[2]), self._held(found.tree, key, settings)) for key in keys]
        return ("dict", tuple(items)) if items else None

    def _held(self, tree: Tree, key: str, settings: Value) -> Value:
        """What a section holds under a key: a value, or the section below it."""
        name = key.rpartition(".")[2]
        below = tree.members(key) and "." not in name
        return tree.value(key) or (("settings", settings[1], (*settings[2], name)) if below else ("hole", "x"))

    def members(self, settings: Value) -> list[str]:
        """The names of the keys right below a section."""
        tree = self.find(settings[1]).first
        found = tree.members(".".join(settings[2])) if tree is not None else []
        return [key.rpartition(".")[2] for key in found]

    def origin(self, value: Value, frame: Frame, depth: int = 0) -> tuple[str, tuple[Any, ...]] | None:
        """Where a configuration spells out the text, or the last part of it, that a value is put together from."""
        tag = value[0]
        if depth > 6:
            return None
        if tag in ("attr", "item") and (tag == "attr" or value[2][0] == "const"):
            base = self.folder.fold(value[1], frame)
            if base[0] == "settings":
                return self._place((*base[2], str(value[2] if tag == "attr" else value[2][1])), base[1])
            return self.origin(value[1], frame, depth + 1) if tag == "attr" else None
        if tag == "param":
            bound = frame.bound.get(value[2])
            return self.origin(*bound, depth + 1) if bound is not None else None
        if tag == "name":
            bound_name = frame.module.env.get(value[1])
            there = self.folder.module_frame(frame.module)
            return self.origin(bound_name, there, depth + 1) if bound_name not in (None, value) else None
        parts: Iterable[Any] = ()
        if tag == "fmt":
            parts = [part for part in value[1] if not isinstance(part, str)]
        elif tag == "bin":
            parts = value[2:]
        elif tag == "call":
            parts = frame.module.code.calls[value[1]].args
        return next((found for part in reversed(list(parts)) if (found := self.origin(part, frame, depth + 1))), None)

    def _place(self, keys: tuple[str, ...], source: Value) -> tuple[str, tuple[Any, ...]] | None:
        tree = self.find(source).first
        rows = tree.rows(".".join(keys)) if tree is not None else None
        text = [
            (path, tuple(row.where))
            for path, row in rows or ()
            if row.kind == "text" and row.value and not {"/", ".", "\\"}.isdisjoint(row.value)
        ]
        return text[-1] if text else None

    def configured(self, instance: Value) -> Value | None:
        """The settings that an object was filled with by a method such as `read`."""
        key = instance[:4]
        if key not in self._configured:
            self._configured[key] = None
            self._configured[key] = self._filled(instance)
        return self._configured[key]

    def _filled(self, instance: Value) -> Value | None:
        module, frame = self.folder.program.module(instance[2]), instance[4]
        if module is None or frame is None or instance[3] < 0:
            return None
        for number, call in enumerate(module.code.calls):
            if call.func[0] != "attr" or call.scope != module.code.calls[instance[3]].scope:
                continue
            entry = self.folder.knowledge.of(f"{instance[1]}.{call.func[2]}")
            if entry is not None and "configures" in entry and self.folder.fold(call.func[1], frame) == instance:
                return ("settings", ("call", module.path, number, frame), ())
        return None

    # ---- from a loader to files --------------------------------------------------------------------------------------
    def find(self, source: Value) -> Found:
        """The files of a loader."""
        known = self._found.get(source)
        if known is None:
            if source[0] not in ("decorator", "call"):
                return NOTHING
            self._found[source] = NOTHING  # cuts cycles: the path of a configuration may come out of itself
            known = self._found[source] = self._decorated(source) if source[0] == "decorator" else self._loaded(source)
        return known

    def _decorated(self, source: Value) -> Found:
        module = self.folder.program.module(source[1])
        if module is None:
            return NOTHING
        frame = self.folder.module_frame(module)
        call = module.code.calls[source[2]]
        entry = self.folder.entry_of(call, frame)[1]
        told = entry["config_decorator"]
        folder = self.one_text(call, entry, told.get("path"), frame)
        name = self.one_text(call, entry, told.get("name"), frame)
        given = self.folder.argument(call, entry, told.get("path"), frame)
        if folder is None and given is not None and given != ("const", None):
            return NOTHING
        flat = name is None and folder is not None and folder.endswith((".yaml", ".yml"))
        if flat:
            folder, _, name = f"./{folder}".rpartition("/")  # as the first releases of Hydra were told
        return self._composed(folder or "", name, module.path, flat)

    def _loaded(self, source: Value) -> Found:
        module, frame = self.folder.program.module(source[1]), source[3]
        if module is None:
            return NOTHING
        call = module.code.calls[source[2]]
        entry = self.folder.entry_of(call, frame)[1]
        told = entry.get("loads_config") or entry.get("configures") or {}
        if told.get("name"):
            return self._by_name(call, entry, told, frame)
        texts = list(told.get("files") or ())
        for name in listed(told.get("target")):
            value = self.folder.argument(call, entry, name, frame)
            if value is not None:
                texts = self.texts(value, frame)
                break
        scripts = tuple(dict.fromkeys(one.module.path for one in frames_of(frame)))
        key = (tuple(texts), scripts, bool(told.get("upper")))
        if key not in self._of_paths:
            self._of_paths[key] = self._of_texts(texts, scripts, bool(told.get("upper")))
        return self._of_paths[key]

    def _by_name(self, call: Call, entry: Entry, told: Entry, frame: Frame) -> Found:
        """A configuration by its name, in the folder that another call of the file sets."""
        name = self.one_text(call, entry, told["name"], frame)
        for other in frame.module.code.calls:
            there = frame if other.scope == frame.scope else self.folder.module_frame(frame.module)
            known = self.folder.entry_of(other, there)[1]
            if "config_folder" in known:
                folder = self.one_text(other, known, known["config_folder"].get("target"), there)
                return self._composed(folder, name, frame.module.path) if folder is not None else NOTHING
        return NOTHING

    def _composed(self, folder: str, name: str | None, script: str, flat: bool = False) -> Found:
        """What Hydra composes: the file of that name in a folder beside the script, with the groups that it chooses."""
        if name is not None and folder.startswith("{"):
            folder = self._rooted(folder, name)
        if name is None or "{" in folder + name or "://" in folder or place_of(folder or ".") != "relative":
            return NOTHING
        base = folder[2:] if folder.startswith(ROOT) else f"{script.rpartition('/')[0]}/{folder}"
        root = normal(base)
        stem = name.removesuffix(".yaml").removesuffix(".yml")
        for ending in (".yaml", ".yml"):
            path = normal(f"{root}/{stem}{ending}") if root is not None else None
            if path is not None and path in self.owners.tracked:
                tree, first = self.trees.composed(root or "", path, flat)
                return Found((f"{folder}/{name}".lstrip("/"),), (path,), True, tree, first)
        return Found((f"{folder}/{name}".lstrip("/"),), (), False, None, None)

    def _rooted(self, folder: str, name: str) -> str:
        """A folder below another that nobody knows, where only one folder of the repository can be meant."""
        tail = folder.rpartition("}")[2].strip("/")
        ends = tuple(f"/{tail}/{name.removesuffix('.yaml')}{ending}" for ending in (".yaml", ".yml"))
        named = self.owners.names
        paths = [path for end in ends for path in named.get(end.rpartition("/")[2], ()) if ("/" + path).endswith(end)]
        return ROOT + paths[0].rpartition("/")[0] if tail and len(paths) == 1 else folder

    def _of_texts(self, texts: Iterable[str], scripts: tuple[str, ...], upper: bool) -> Found:
        paths: list[str] = []
        certain = True
        for text in texts:
            resolved = list(self._resolved(text, scripts))
            certain = certain and "{" not in text and len(resolved) == 1
            paths.extend(one for one in resolved if one not in paths)
        configs = tuple(path for path in paths if is_config(path))
        if not configs or len(configs) != len(paths) or len(configs) > _MOST_FILES:
            return Found(tuple(texts), tuple(paths), False, None, None)
        tree = self.trees.joined(configs, upper)
        first = tree if certain or len(configs) <= 4 else None
        return Found(tuple(texts), configs, certain, tree, first)

    def _resolved(self, text: str, scripts: tuple[str, ...]) -> Iterator[str]:
        """The tracked files that a path means, seen from the loader and from those that call it."""
        clean = text.replace("\\", "/")
        if not clean.strip("{}x./") or (clean.startswith("{") and "/" not in clean):
            return
        bases = [base for script in scripts for base in self.owners.bases(script)]
        for base in [""] if clean.startswith(ROOT) else dict.fromkeys(bases):
            path = normal(f"{base}/{clean.removeprefix(ROOT)}")
            if path is None or place_of(clean) != "relative":
                continue
            if "{" not in path:
                if path in self.owners.tracked:
                    yield path
                    if "/" not in clean.removeprefix("./") or clean.startswith(("../", ROOT)):
                        return  # else it may be meant from a folder further up, where programs are started
                continue
            found = self._fitting(path)
            if found:
                yield from found
                return

    def _fitting(self, pattern: str) -> list[str]:
        """Tracked files of a path with holes."""
        literal = pattern.partition("{")[0]
        if not literal.strip("./") and "." not in pattern.rpartition("}")[2]:
            return []
        match = re.compile(holes_to_expression(pattern)).fullmatch
        return sorted(
            path for path in self.owners.tracked if path.startswith(literal) and is_config(path) and match(path)
        )


def is_config(path: str) -> bool:
    """Whether a file is a configuration, and not data that happens to be JSON."""
    if kind_of(path) != "config":
        return False
    *folders, name = path.lower().split("/")
    if name.endswith((".json", ".jsonc")):
        return any(word in name for word in _NAMES) or not _FOLDERS.isdisjoint(folders)
    return True


__all__ = ["Configurations", "Found", "is_config"]
