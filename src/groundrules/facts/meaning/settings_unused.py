"""Keys of configurations that nothing reads, where the code takes the others one by one.

A key is told of only when its file is loaded by a proven loader, no section around it is handed on as a whole, its
neighbours are read, and its name stands nowhere else in the repository.
"""

from __future__ import annotations

from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.settings_keys import Keys, loader
from groundrules.facts.meaning.settings_uses import nested
from groundrules.facts.python.contexts import frames_of
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.raw import ConfigKey
from groundrules.facts.repository import Repository
from groundrules.typed import Any, Iterable, Iterator

_ENOUGH = 3  # keys that code takes one by one, so that a file is known to be read so
_DEEPEST = 8
_MOST_FILES = 600
_LARGEST = 300_000  # bytes of a file that is looked through
_SAYING = frozenset(
    ("name", "version", "description", "desc", "comment", "comments", "notes", "project", "author", "title")
)
_LOOKED_AT = ("config", "other", "sql", "pointer", "text")
_TAKING = ("get", "pop", "setdefault", "getint", "getfloat", "getboolean", "has_section", "has_option")


class Unused:
    """Rows of table unused_key."""

    def __init__(self, link: Link, repository: Repository, keys: Keys) -> None:
        self.link = link
        self.repository = repository
        self.keys = keys
        self.calls: dict[str, dict[int, list[Call]]] = {}  # by file and scope
        self.whole: dict[tuple[Any, ...], set[tuple[str, ...]]] = {}  # by loader: sections that are used as a whole

    def relate(self, scope: frozenset[str] | None) -> None:
        """One row a key."""
        sources = {loader(read.source): read.source for reads in self.keys.places.values() for read in reads}
        by_path: dict[str, list[tuple[Any, ...]]] = {}
        for key, source in sources.items():
            found = self.keys.configurations.find(source)
            if found.certain and len(found.paths) == 1 and source[0] == "call" and found.tree is not None:
                by_path.setdefault(found.paths[0], []).append(key)
        if not by_path:
            return
        self._escapes()
        for path, loaders in sorted(by_path.items()):
            if (scope is None or path in scope) and path not in self.link.tests:
                self._file(path, loaders)

    def _file(self, path: str, loaders: list[tuple[Any, ...]]) -> None:
        rows, included, whole = self.keys.trees.rows(path)
        if included or not whole or any(one in self.keys.open for one in loaders):
            return
        read = {keys for one in loaders for keys in self.keys.by_loader.get(one, ())}
        sections = {row.key for row in rows if row.kind == "map"}
        escaped = {".".join(keys) for one in loaders for keys in self.whole.get(one, ())}
        used = {key for keys in read if (key := ".".join(keys)) not in sections} | escaped
        leaves = list(_leaves(rows))
        taken = {row.where for row in rows if covered(row.key, used)}
        if "" in used or len({row.where for row in leaves if row.where in taken}) < max(_ENOUGH, len(leaves) / 2):
            return
        near = {key.rpartition(".")[0] for key in used}
        left = [row for row in leaves if row.where not in taken and row.key.rpartition(".")[0] in near]
        left = [row for row in left if _word(row).isidentifier() and _word(row).lower() not in _SAYING]
        named = self._named({_word(row) for row in left}, path) if left else frozenset()
        for row in left:
            if _word(row) not in named and f"${{{row.key}" not in named:
                span = self.link.rows.span(path, tuple(row.where))
                self.link.rows.add("unused_key", span, path, row.key, len(taken))

    # ---- what is used as a whole -------------------------------------------------------------------------------------
    def _escapes(self) -> None:
        """Sections that are handed on, kept, iterated or shown as a whole."""
        frames: dict[int, Frame] = {}
        for load in self.link.walker.loads:
            if load.base[0] == "settings":
                if load.key[0] != "const":
                    self._note(load.base)
                source = load.base[1]
                made = source[3] if len(source) > 3 else None
                for frame in (*frames_of(load.frame), *(frames_of(made) if made is not None else ())):
                    frames[id(frame)] = frame
        modules = {frame.module.path: frame.module for frame in frames.values()}
        for module in modules.values():  # what a section is bound to may be handed on where nothing is taken from it
            for number in range(len(module.code.scopes)):
                self._frame(self.keys.environment.frame(module, number))
        for frame in list(frames.values()):
            self._frame(frame)

    def _note(self, settings: Value) -> None:
        self.whole.setdefault(loader(settings[1]), set()).add(settings[2])

    def _frame(self, frame: Frame) -> None:
        code = frame.module.code
        for call in self._calls(frame):
            callee = self.link.folder.callee(call, frame)
            if callee[0] not in ("func", "class"):
                for value in (*call.args, *(value for _, value in call.kwargs)):
                    self._look(value, frame)
            else:
                for name, value in call.kwargs:
                    if name is None:
                        self._look(value, frame)
            if call.func[0] == "attr" and call.func[2] not in _TAKING:
                self._look(call.func[1], frame)
        called = (frame.module.path, frame.scope) in self.link.walker.callers  # then its callers are looked at
        for op in code.scopes[frame.scope].ops:
            if op[0] in ("s", "a"):
                self._look(op[3], frame)
            elif op[0] == "u" or (op[0] == "r" and not called):
                self._look(op[1], frame)

    def _calls(self, frame: Frame) -> list[Call]:
        """The calls of a frame's own scope."""
        path = frame.module.path
        if path not in self.calls:
            found = self.calls[path] = {}
            for call in frame.module.code.calls:
                found.setdefault(call.scope, []).append(call)
        return self.calls[path].get(frame.scope, [])

    def _look(self, value: Value, frame: Frame, depth: int = 0) -> None:
        """Note the sections that a value is made of."""
        tag = value[0]
        if tag in ("const", "ext", "local", "?") or depth > _DEEPEST:
            return
        if tag in ("attr", "item", "param", "name", "call", "enter"):
            folded = self.link.folder.fold(value, frame)
            for one in folded[1:] if folded[0] == "either" else (folded,):
                if one[0] == "settings":
                    self._note(one)
            if tag == "item":
                self._look(value[2], frame, depth + 1)
            return
        for part in nested(value):
            self._look(part, frame, depth + 1)

    # ---- what is named elsewhere -------------------------------------------------------------------------------------
    def _named(self, words: set[str], path: str) -> frozenset[str]:
        """Those of the words that stand in code or in another file of the repository, or in a reference of this one."""
        import re

        found: set[str] = set()
        for light in self.repository.lights().values():
            found.update(words & light.names)
        pattern = re.compile(r"(?<![\w])(" + "|".join(re.escape(word) for word in sorted(words)) + r")(?![\w])")
        for _, data in self.repository.snapshot.read(self._others(path)):
            if isinstance(data, bytes):
                found.update(pattern.findall(data.decode("utf-8", "replace")))
        for _, data in self.repository.snapshot.read([path]):
            text = data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
            for reference in re.findall(r"[$%][({]([^)}]*)[)}]", text):
                found.update(pattern.findall(reference))
        return frozenset(found)

    def _others(self, path: str) -> list[str]:
        files = self.repository.snapshot.files
        found = [
            one for one, file in files.items()
            if one != path and file.tracked and file.kind == "file" and kind_of(one) in _LOOKED_AT
            and file.size is not None and file.size <= _LARGEST and not one.lower().endswith((".md", ".rst", ".lock"))
        ]  # fmt: skip
        return found if len(found) <= _MOST_FILES else []


def covered(key: str, used: Iterable[str]) -> bool:
    """Whether a key, a section around it or something in it is used."""
    return any(key == one or key.startswith(f"{one}.") or one.startswith(f"{key}.") for one in used)


def _leaves(rows: Iterable[ConfigKey]) -> Iterator[ConfigKey]:
    """Keys of values; the items of a list belong to the list."""
    lists = [row.key + "." for row in rows if row.kind == "list"]
    for row in rows:
        if row.kind != "map" and not row.key.startswith(tuple(lists)):
            yield row


def _word(row: ConfigKey) -> str:
    return row.key.rpartition(".")[2]
