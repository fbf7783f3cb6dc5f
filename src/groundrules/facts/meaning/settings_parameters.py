"""Parameters that the nodes of a pipeline name as `params:section.key`: which are defined, and which nobody names.

All that a node takes is a constant text, so that both can be told from the files alone.
"""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.program import Module
from groundrules.facts.raw import ConfigKey
from groundrules.facts.repository import Repository
from groundrules.typed import TYPE_CHECKING, Any, Iterator, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_uses import all_nested, roots
    from groundrules.facts.meaning.settings_words import references
else:
    late(globals(), "groundrules.facts.meaning.settings_uses", "all_nested roots")
    late(globals(), "groundrules.facts.meaning.settings_words", "references")


class Named(NamedTuple):
    """A parameter that a node names."""

    module: Module
    call: Call
    key: str


class Project:
    """What the pipelines of one project name, and what its files define."""

    def __init__(self) -> None:
        self.files: dict[str, list[ConfigKey]] = {}
        self.named: list[Named] = []
        self.made: set[str] = set()  # put there by code
        self.open = False  # names are put together, prefixed, or everything is taken at once

    def is_defined(self, key: str) -> bool:
        """Whether a file or code defines a key, something in it, or a section around it of which no keys are known."""
        keys = {row.key for rows in self.files.values() for row in rows} | self.made
        if key in keys or any(one.startswith(f"{key}.") for one in keys):
            return True
        closed = {one.rpartition(".")[0] for one in keys}
        return any(above in keys and above not in closed for above in _above(key))

    def is_named(self, key: str) -> bool:
        """Whether a node names a key, a section around it, or something in it."""
        return any(
            key == one.key or key.startswith(f"{one.key}.") or one.key.startswith(f"{key}.") for one in self.named
        )


class Parameters:
    """Rows of config_read and unused_key for the parameters of pipelines."""

    def __init__(self, link: Link, repository: Repository) -> None:
        self.link = link
        self.repository = repository
        self.projects: dict[str, Project] = {}
        self._seen: set[int] = set()
        functions = link.knowledge.functions
        self.roots = {name.partition(".")[0] for name in functions.having("names_data")}
        told = [functions[name]["names_data"] for name in functions.having("names_data")]
        self.told: dict[str, Any] = next((one for one in told if "parameters" in one), {})

    def relate(self, scope: frozenset[str] | None) -> None:
        """Rows for the parameters of all projects."""
        if not self.told:
            return
        names = [name for name in self.link.owners.names if name.startswith(self.told["parameters"])]
        for path in sorted(path for name in names for path in self.link.owners.names[name]):
            folders = path.split("/")[:-1]
            if self.told["folder"] in folders and kind_of(path) == "config" and path not in self.link.tests:
                base = "/".join(folders[: folders.index(self.told["folder"])])
                rows = self.link.folder.settings.trees.rows(path)[0]
                self.projects.setdefault(base, Project()).files[path] = rows
        if self.projects:
            self._collect()
            for project in self.projects.values():
                self._undefined(project, scope)
                self._unused(project, scope)

    def paths(self) -> frozenset[str]:
        """The files of all projects whose nodes name parameters."""
        return frozenset(path for project in self.projects.values() if project.named for path in project.files)

    # ---- what code names ---------------------------------------------------------------------------------------------
    def _collect(self) -> None:
        for path in sorted(self.repository.survey.importing(self.roots)):
            module = self.link.walker.program.module(path)
            project = self._project(path)
            if module is not None and project is not None and path not in self.link.tests:
                for call in module.code.calls:
                    self._call(project, module, call)
                self._rest(project, module)

    def _project(self, path: str) -> Project | None:
        fitting = [base for base in self.projects if not base or path.startswith(f"{base}/")]
        return self.projects[max(fitting, key=len)] if fitting else None

    def _call(self, project: Project, module: Module, call: Call) -> None:
        """What a node takes by name; whatever else speaks of a parameter makes it."""
        function, entry = self.link.folder.entry_of(call, self.link.folder.scope_frame(module, call.scope))
        prefixed = any(name == "namespace" and value != ("const", None) for name, value in call.kwargs)
        if prefixed and function.partition(".")[0] in self.roots:
            project.open = True
        told = entry.get("names_data") or {}
        given = self.link.folder.argument(
            call, entry, told.get("reads"), self.link.folder.scope_frame(module, call.scope)
        )
        for value in (given, *all_nested(given)) if given is not None else ():
            key = self._key(value)
            if key is not None:
                self._seen.add(id(value))
                project.named.append(Named(module, call, key))
            elif value == ("const", self.told["parameters"]):
                project.open = True

    def _rest(self, project: Project, module: Module) -> None:
        seen: set[int] = set()
        for root in roots(module):
            for value in (root, *all_nested(root, seen)):
                key = self._key(value) if id(value) not in self._seen else None
                if key is not None:
                    project.made.add(key)
                    project.named.append(Named(module, module.code.calls[0], key))
                elif value[0] == "fmt" and value[1] and str(value[1][0]).startswith(self.told["prefix"]):
                    project.open = True

    def _key(self, value: Value) -> str | None:
        text = value[1] if value[0] == "const" and isinstance(value[1], str) else ""
        return text[len(self.told["prefix"]) :] if text.startswith(self.told["prefix"]) else None

    # ---- rows --------------------------------------------------------------------------------------------------------
    def _undefined(self, project: Project, scope: frozenset[str] | None) -> None:
        if project.open or not all(self._is_read(path) for path in project.files):
            return
        target = next(iter(project.files))
        for one in project.named:
            path = one.module.path
            if one.key not in project.made and not project.is_defined(one.key) and (scope is None or path in scope):
                span = self.link.rows.span(path, one.call.where)
                name = self.link.scope_name(one.module, one.call.scope)
                self.link.rows.add("config_read", span, path, target, one.key, 0, 0, 0, None, 0, name)

    def _unused(self, project: Project, scope: frozenset[str] | None) -> None:
        if project.open or not project.named:
            return
        for path, rows in project.files.items():
            if scope is None or path in scope:
                text = self._text(path)
                held = {row.key for row in rows}
                for row in rows:
                    above = row.key.rpartition(".")[0]
                    outermost = above not in held or project.is_named(above)
                    word = row.key.rpartition(".")[2]
                    anchor = f"*{word}" in text or f"&{word}" in text or word in references(text, [word])
                    if (
                        outermost
                        and not row.key.rpartition(".")[2].isdigit()
                        and not project.is_named(row.key)
                        and not anchor
                    ):
                        span = self.link.rows.span(path, tuple(row.where))
                        self.link.rows.add("unused_key", span, path, row.key, len(project.named), "unnamed", None)

    def _is_read(self, path: str) -> bool:
        facts = self.repository.facts(path)
        return facts is not None and not facts.troubles

    def _text(self, path: str) -> str:
        for _, data in self.repository.snapshot.read([path]):
            return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
        return ""


def _above(key: str) -> Iterator[str]:
    while "." in key:
        key = key.rpartition(".")[0]
        yield key
