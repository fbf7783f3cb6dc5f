"""Who else in the repository could read a name: the files that import a module, and whatever reads by text."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.python.ir import Code
from groundrules.facts.python.program import Module
from groundrules.facts.raw import ConfigKey
from groundrules.facts.repository import Repository
from groundrules.facts.sql.words import words
from groundrules.typed import Any, Iterator

_SPEAKING = frozenset("=slartu+")  # operations that hold values
_DEEPEST = 20
_WORD = pattern(r"[^\W\d]\w*")
_BY_TEXT = words(
    "import_module __import__ run_path run_module spec_from_file_location SourceFileLoader execfile fromfile"
)
_LOADING = _BY_TEXT | {"exec", "iter_modules", "walk_packages"}


class Readers:
    """Names of the repository. What costs a look at every file is asked last: only about what would be a finding."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._settings: frozenset[str] | None = None
        self._unread: frozenset[str] | None = None
        self._spoken: dict[str, frozenset[str]] = {}
        self._importers: dict[str, list[str]] = {}
        self._broken: dict[str, frozenset[str] | None] = {}

    # ---- files near by -----------------------------------------------------------------------------------------------
    def importers(self, path: str) -> list[str]:
        """The files that may import a module, or name its file."""
        known = self._importers.get(path)
        if known is None:
            known = self._importers[path] = sorted(self.repository.survey.touched_by(frozenset((path,))))
        return known

    def importing(self, name: str) -> set[str]:
        """The files that import a name from somewhere."""
        return self.repository.survey.importing((name,))

    def beside(self, name: str, path: str) -> bool:
        """Whether a file of the same folder imports the name from somewhere: what is made of a template, it may be."""
        folder = path.rpartition("/")[0]
        return any(one.rpartition("/")[0] == folder for one in self.importing(name))

    def for_others(self, name: str, path: str) -> bool:
        """Whether a module that nobody imports may be made for others: it lies in a package or alone, or its name is
        said, or modules are loaded by their names."""
        folder = path.rpartition("/")[0]
        lights = self.repository.lights()
        near = [one for one in lights if one.rpartition("/")[0] == folder and one.endswith(".py")]
        packaged = any(one.rpartition("/")[2] == "__init__.py" for one in near)
        if packaged or not any(self.importers(one) for one in near):
            return True
        by_text = any(not _LOADING.isdisjoint(light.names) for light in lights.values())
        return by_text or self.read_anywhere(name, path) or self.read_by_text(name, path)

    def read_outside(self, name: str, path: str, seen: frozenset[str] = frozenset()) -> bool:
        """Whether a file that imports a module may read a name of it, by a star also at one remove and more."""
        for other in self.importers(path):
            code = self.repository.code(other) if other not in seen else None
            if code is None:
                continue
            if path.endswith(".ipynb"):
                if name in code.names and runs(code, path):
                    return True
                continue
            if any(op[0] == "i" and op[1].endswith("." + name) for scope in code.scopes for op in scope.ops):
                return True
            if name in code.names and (code.stars or mentions(code, name)):
                return True
            if asks_by_text(code):
                return True
            if code.stars and self.read_outside(name, other, seen | {path}):
                return True
        return False

    # ---- all files ---------------------------------------------------------------------------------------------------
    def read_anywhere(self, name: str, path: str) -> bool:
        """Whether any other file reads a name."""
        return any(name in light.names for other, light in self.repository.lights().items() if other != path)

    def naming(self, name: str) -> list[str]:
        """The files that read a name."""
        return sorted(path for path, light in self.repository.lights().items() if name in light.names)

    def read_by_text(self, name: str, path: str) -> bool:
        """Whether a configuration holds a name, or code that loads modules by their names, or cannot be parsed."""
        stem = path.rpartition("/")[2].rpartition(".")[0]
        for light in self.repository.lights().values():
            if name in light.names and stem in light.names and not _BY_TEXT.isdisjoint(light.names):
                return True
        return name in self.settings() or name in self.unread()

    def settings(self) -> frozenset[str]:
        """The words of all configuration files."""
        if self._settings is None:
            found: set[str] = set()
            for path, names in self.repository.names.items():
                facts = self.repository.facts(path) if names[0] not in ("python", "notebook", "sql") else None
                for row in facts.rows if facts is not None else ():
                    if isinstance(row, ConfigKey):
                        found.update(_WORD.findall(row.key))
                        found.update(_WORD.findall(row.value or ""))
            self._settings = frozenset(found)
        return self._settings

    def unread(self) -> frozenset[str]:
        """The words of the code files that do not parse."""
        if self._unread is None:
            lights = self.repository.lights()
            mute = [path for path, light in lights.items() if not light.names and not light.imports]
            silent = [path for path in mute if self.repository.code(path) is None]
            found: set[str] = set()
            for _, data in self.repository.snapshot.read(silent):
                if isinstance(data, bytes):
                    found.update(_WORD.findall(data.decode("utf-8", "replace")))
            self._unread = frozenset(found)
        return self._unread

    def in_broken_cell(self, name: str, path: str) -> bool:
        """Whether a cell of a notebook that could not be read may be one that reads the name."""
        if path not in self._broken:
            self._broken[path] = self._words_of_broken(path)
        found = self._broken[path]
        return found is None or name in found

    def _words_of_broken(self, path: str) -> frozenset[str] | None:
        """The words of the cells that could not be read; None when it is unknown which those are."""
        facts = self.repository.facts(path)
        cells = {trouble.cell for trouble in facts.troubles} if facts is not None else {None}
        if not cells:
            return frozenset()
        if None in cells:
            return None
        from groundrules.facts.python.notebook import sources_of

        for _, data in self.repository.snapshot.read([path]):
            texts = sources_of(data) if isinstance(data, bytes) else None
            if texts is not None:
                wanted = [texts[cell] for cell in cells if cell is not None and cell < len(texts)]
                return frozenset(_WORD.findall("\n".join(wanted)))
        return None

    def said_once(self, name: str, module: Module) -> bool:
        """Whether a name stands in one place of the whole repository."""
        if self.read_anywhere(name, module.path) or name in self.settings() or name in self.unread():
            return False
        return sum(spells(module, name)) == 1

    # ---- one file ----------------------------------------------------------------------------------------------------
    def spoken(self, module: Module) -> frozenset[str]:
        """The words of the texts that a module's calls are given, and of its magics: queries name columns there."""
        known = self._spoken.get(module.path)
        if known is None:
            found: set[str] = set()
            for call in module.code.calls:
                for value in (*call.args, *(value for _, value in call.kwargs)):
                    if value[0] == "const" and isinstance(value[1], str):
                        found.update(_WORD.findall(value[1]))
            for scope in module.code.scopes:
                for op in scope.ops:
                    if op[0] == "m":
                        found.update(_WORD.findall(op[2]))
            known = self._spoken[module.path] = frozenset(found)
        return known


def asks_by_text(code: Code) -> bool:
    """Whether a file takes some attribute of what it imports by a name that is only known when it runs."""
    if "getattr" not in code.names:
        return False
    asking = (call.args for call in code.calls if call.func == ("name", "getattr") and len(call.args) > 1)
    return any(given[0][0] in ("ext", "local") and given[1][0] != "const" for given in asking)


def runs(code: Code, path: str) -> bool:
    """Whether a file runs a notebook: no import finds one, whatever its name is."""
    base = path.rpartition("/")[2]
    if base in code.mentions or "import_ipynb" in code.names:
        return True
    stem = base.rpartition(".")[0]
    return any(op[0] == "m" and stem in op[2] for scope in code.scopes for op in scope.ops)


def spells(module: Module, name: str) -> Iterator[bool]:
    """For each value of a file whether it holds a name."""
    tail = "." + name
    for call in module.code.calls:
        for value in (call.func, *call.args, *(one for _, one in call.kwargs)):
            yield holds(value, name, tail)
    for scope in module.code.scopes:
        for op in scope.ops:
            for part in op[1:5] if op[0] in _SPEAKING or op[0] == "d" else ():
                yield holds(part, name, tail)


def mentions(code: Code, name: str) -> bool:
    """Whether a file reads a name as an attribute or in a text, beyond a variable of its own."""
    if not any(name in scope.loads for scope in code.scopes):
        return True
    tail = "." + name
    for call in code.calls:
        if any(holds(value, name, tail) for value in (call.func, *call.args, *(one for _, one in call.kwargs))):
            return True
    ops = (op for scope in code.scopes for op in scope.ops)
    return any(holds(part, name, tail) for op in ops if op[0] in _SPEAKING for part in op[1:5])


def holds(value: Any, name: str, tail: str, depth: int = 0) -> bool:
    """Whether a value holds an attribute, an imported name or a text of this name."""
    if not isinstance(value, tuple) or not value or depth > _DEEPEST:
        return False
    tag = value[0]
    if tag == "const":
        return bool(value[1] == name)
    if tag == "ext":
        return str(value[1]).endswith(tail)
    if tag == "attr" and value[2] == name:
        return True
    return any(holds(part, name, tail, depth + 1) for part in value[1 if isinstance(tag, str) else 0 :])
