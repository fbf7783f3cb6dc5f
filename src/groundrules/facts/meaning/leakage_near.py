"""Which files name what fits or splits, themselves or near: told by their words, so that the others need no run."""

from __future__ import annotations

from groundrules.facts.python.knowledge import Knowledge
from groundrules.facts.python.program import Program
from groundrules.facts.repository import Repository
from groundrules.typed import Iterable

_NEAR = 3  # imports in a row
_FITS = ("fit", "fit-transform", "fit-predict", "fit-resample", "resample")


class Near:
    """Many things are called `train`, and few of them are a library's: the library must be imported as near."""

    def __init__(self, repository: Repository, program: Program, knowledge: Knowledge) -> None:
        self._repository, self._program = repository, program
        self._canonical = knowledge.canonical
        functions = knowledge.functions
        names = functions.having("splits", "validates", "trains", "trains_by_steps")
        names += [name for name in functions.having("step") if str(functions[name]["step"]["does"]) in _FITS]
        self._named: dict[str, set[str]] = {}  # by package: the last names of what fits or splits
        for name in names:
            self._named.setdefault(name.partition(".")[0], set()).add(name.rpartition(".")[2])
        kept = [one for one in functions.having("writes") if functions[one]["writes"].get("what") in ("data", "table")]
        told = functions.having("summarises", "samples", "resamples")
        self._keeping, self._telling = ({one.rpartition(".")[2] for one in names} for names in (kept, told))
        self.fitting = frozenset().union(*self._named.values())
        self._imports: dict[str, list[str]] = {}
        self._speaking: dict[str, bool] = {}
        self._saying: dict[tuple[str, int], int] = {}  # by path and steps from there

    def speaks(self, path: str) -> bool:
        """Whether a file, or one that it imports in three steps, names anything that fits or splits."""
        known = self._speaking.get(path)
        if known is None:
            self._gather(path)
            said = self._said(path, _NEAR)
            known = self._speaking[path] = any(said >> (2 * bit) & 3 == 3 for bit in range(len(self._named)))
        return known

    def prepares(self, path: str) -> bool:
        """Whether a file itself names what tells of many rows, and what keeps rows in a file."""
        light = self._repository.lights_of((path,)).get(path)
        return light is not None and not (
            light.names.isdisjoint(self._keeping) or light.names.isdisjoint(self._telling)
        )

    def _gather(self, path: str) -> None:
        """Look at the files of each step together: one question to the store costs what one file costs."""
        ring = {path}
        for _ in range(_NEAR):
            new = ring - self._imports.keys()
            lights = self._repository.lights_of(new)
            for one in new:
                self._imports[one] = self._imported(one, lights[one].imports if one in lights else ())
            ring = {there for one in ring for there in self._imports[one]}
        self._repository.lights_of(ring)

    def _imported(self, path: str, dotted: Iterable[str]) -> list[str]:
        """The files of the program that a file imports."""
        return sorted({one.path for name in dotted if (one := self._program.find(name, path)) is not None})

    def _said(self, path: str, steps: int) -> int:
        """Two bits a package: a name of what fits or splits there is read, and the package is imported."""
        known = self._saying.get((path, steps))
        if known is None:
            known = self._own(path) if not steps else self._said(path, steps - 1)
            for there in self._imports[path] if steps else ():
                known |= self._said(there, steps - 1)
            self._saying[path, steps] = known
        return known

    def _own(self, path: str) -> int:
        light = self._repository.lights_of((path,)).get(path)
        if light is None:
            return 0
        packages = {"*", *(self._canonical(name).partition(".")[0] for name in light.imports)}
        said = 0
        for bit, (package, names) in enumerate(self._named.items()):
            said |= (int(not names.isdisjoint(light.names)) | (int(package in packages) << 1)) << (2 * bit)
        return said
