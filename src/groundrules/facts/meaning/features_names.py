"""Who else in the repository could read a name: the files that import a module, the words of configuration."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.extraction import Light
from groundrules.facts.python.program import Module
from groundrules.facts.raw import ConfigKey
from groundrules.facts.repository import Repository
from groundrules.facts.sql.words import words

_WORD = pattern(r"[^\W\d]\w*")
_BY_TEXT = words(
    "import_module __import__ run_path run_module spec_from_file_location SourceFileLoader execfile fromfile"
)


class Readers:
    """Names of the repository, by file; everything is read when it is first asked for."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._lights: dict[str, Light] | None = None
        self._importers: dict[str, list[str]] = {}
        self._settings: frozenset[str] | None = None
        self._spoken: dict[str, frozenset[str]] = {}

    def lights(self) -> dict[str, Light]:
        """The names and imports of every code file."""
        if self._lights is None:
            self._lights = self.repository.lights()
            for path, light in self._lights.items():
                told = {part for dotted in light.imports for part in dotted.split(".") if part} | light.mentions
                if not _BY_TEXT.isdisjoint(light.names):
                    told |= light.names
                for part in told:
                    self._importers.setdefault(part, []).append(path)
        return self._lights

    def importers(self, path: str) -> list[str]:
        """The files that may import a module: they name it in an import, or load modules and files by their names."""
        self.lights()
        steps = path.split("/")
        base = steps[-1]
        stem = steps[-2] if base == "__init__.py" and len(steps) > 1 else base.rpartition(".")[0]
        return sorted({*self._importers.get(stem, ()), *self._importers.get(base, ())} - {path})

    def named(self, name: str, paths: list[str]) -> bool:
        """Whether one of the files reads or imports a name."""
        lights = self.lights()
        for path in paths:
            light = lights[path]
            if name in light.names or any(dotted.endswith("." + name) for dotted in light.imports):
                return True
        return False

    def naming(self, name: str) -> list[str]:
        """The files that read a name."""
        return [path for path, light in self.lights().items() if name in light.names]

    def importing(self, name: str) -> list[str]:
        """The files that import a name from somewhere."""
        self.lights()
        return self._importers.get(name, [])

    def anywhere(self, name: str, path: str) -> bool:
        """Whether any other file reads a name, or a configuration holds it."""
        return self.named(name, [other for other in self.lights() if other != path]) or name in self.settings()

    def settings(self) -> frozenset[str]:
        """The words of all configuration files."""
        if self._settings is None:
            found: set[str] = set()
            for path, names in self.repository.names.items():
                if names[0] in ("python", "notebook", "sql"):
                    continue
                facts = self.repository.facts(path)
                for row in facts.rows if facts is not None else ():
                    if isinstance(row, ConfigKey):
                        found.update(_WORD.findall(row.key))
                        found.update(_WORD.findall(row.value or ""))
            self._settings = frozenset(found)
        return self._settings

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
