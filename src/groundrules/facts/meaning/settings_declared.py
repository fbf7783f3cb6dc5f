"""Who declares a variable: files and code of the project that a script belongs to, or a platform."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.program import Module
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_helpers import handed_on
else:
    late(globals(), "groundrules.facts.meaning.settings_helpers", "handed_on")

_ANYWHERE = frozenset(("compose", "workflow", "terraform", "kubernetes", "container"))
_PROJECT = frozenset(
    (
        "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "pipfile", "environment.yml", "environment.yaml",
        "dockerfile", "docker-compose.yml", "docker-compose.yaml", "compose.yaml", "compose.yml", "package.json",
        "uv.lock", "poetry.lock", "dvc.yaml", "mlproject",
    )
)  # fmt: skip


class Declarations:
    """Declarations of variables, and for which files they speak. Rows of env_declared."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.declared: dict[str, list[tuple[str, str]]] = {}  # by name: the folders that declare it, and how
        self._projects: dict[str, str] = {}
        self.starting: list[Module] = []  # the modules that speak of variables
        self._giving: dict[str, frozenset[str]] = {}
        self._handed: dict[str, list[str]] = {}  # by name: the folders of files whose code puts a value under it
        self._found: set[str] | None = None  # folders that hold files of a project
        functions = link.knowledge.functions
        platform = {name for one in functions.having("sets_env") for name in functions[one]["sets_env"]}
        self.families = tuple(name[:-1] for name in platform if name.endswith("*"))
        self.platform = platform

    def declare(self, path: str, where: tuple[Any, ...], name: str, how: str) -> None:
        """Note that a file declares a variable."""
        self.link.rows.add("env_declared", self.link.rows.span(path, where), path, name, how)
        by_test = how in ("code", "container") and path in self.link.tests
        self.declared.setdefault(name, []).append((path.rpartition("/")[0], "test" if by_test else how))

    def is_platform(self, name: str) -> bool:
        """Whether a platform, a launcher or the system sets the variable."""
        return name in self.platform or name.startswith(self.families)

    def is_declared(self, name: str, path: str) -> bool:
        """Whether a file that speaks for the script's project declares the variable."""
        ours = self.project(path.rpartition("/")[0])
        in_test = path in self.link.tests
        places = [place for place in self.declared.get(name, ()) if in_test or place[1] != "test"]
        if any(
            (how not in _ANYWHERE or how == "container") and self._speaks_for(folder, how, ours)
            for folder, how in places
        ):
            return True
        if any(self._speaks_for(*place, ours) for place in places) and not (ours and self._renamed(name, ours)):
            return True
        return not in_test and self._handed_on(name, ours)

    def _handed_on(self, name: str, ours: str) -> bool:
        """Whether code of the project puts a value under the name, for what it starts."""
        if name not in self._handed:
            given = [one.path for one in self.starting if name in one.code.names and name in self._given(one)]
            self._handed[name] = [path.rpartition("/")[0] for path in given if path not in self.link.tests]
        return any(self._speaks_for(folder, "code", ours) for folder in self._handed[name])

    def _given(self, module: Module) -> frozenset[str]:
        """The names under which a module puts values."""
        found = self._giving.get(module.path)
        if found is None:
            found = self._giving[module.path] = handed_on(module)
        return found

    def _renamed(self, name: str, ours: str) -> bool:
        """Whether the project itself declares a longer or shorter form of the name, which only others declare."""
        return any(
            (one.endswith("_" + name) or name.endswith("_" + one))
            and any(_within(folder, ours) for folder, _ in places)
            for one, places in self.declared.items()
        )

    def _speaks_for(self, folder: str, how: str, ours: str) -> bool:
        theirs = self.project(folder)
        return how in _ANYWHERE or not theirs or _within(ours, theirs) or _within(folder, ours)

    def project(self, folder: str) -> str:
        """The nearest folder above that holds a project's files."""
        known = self._projects.get(folder)
        if known is None:
            holders = self._holders()
            known = folder
            while known and known not in holders:
                known = known.rpartition("/")[0]
            self._projects[folder] = known
        return known

    def _holders(self) -> set[str]:
        if self._found is None:
            found = {""}
            for name, paths in self.link.owners.names.items():
                if name.lower() in _PROJECT:
                    found.update(path.rpartition("/")[0] for path in paths)
            self._found = found
        return self._found

    def nearest(self, name: str, path: str) -> str | None:
        """A declared name that looks like a misspelling of this one."""
        from difflib import get_close_matches

        ours = self.project(path.rpartition("/")[0])
        near = [
            one
            for one, places in self.declared.items()
            if one != name and any(self._speaks_for(*place, ours) for place in places)
        ]
        whole = [one for one in near if one.endswith("_" + name) or name.endswith("_" + one)]
        return next(iter(whole or get_close_matches(name, near, 1, 0.84)), None)


def _within(folder: str, other: str) -> bool:
    return not other or folder == other or folder.startswith(other + "/")
