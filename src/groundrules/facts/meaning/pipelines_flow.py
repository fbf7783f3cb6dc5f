"""Where a value goes that changes from run to run: forward to the path, key, window or log that it ends in.

The flow is read from the symbolic code: through variables, texts, methods, attributes, arguments and results of the
program's own functions, and names that other files import.
"""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.folding import Folder, Frame
from groundrules.facts.python.imports import Found
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.task_files import RunDates
from groundrules.typed import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from groundrules.facts.meaning.pipelines_sinks import Here, Sink
    from groundrules.facts.meaning.pipelines_trail import Trail
    from groundrules.facts.python.uses import Atom, Uses
else:
    late(globals(), "groundrules.facts.meaning.pipelines_trail", "Trail")
    late(globals(), "groundrules.facts.meaning.pipelines_queries", "end_of")
    late(globals(), "groundrules.facts.meaning.pipelines_sinks", "Here Sink")
    late(globals(), "groundrules.facts.python.uses", classes="Uses")


class Flow:
    """Follows values through the program."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.folder: Folder = link.folder
        self.program = link.folder.program
        self._uses: dict[str, Uses] = {}
        known = link.knowledge.functions
        self.clock_roots = {
            name.partition(".")[0] for name in known.having("clock") if known[name]["clock"] and name[0] != "*"
        }

    def uses(self, module: Module) -> Uses:
        """The uses in a module."""
        found = self._uses.get(module.path)
        if found is None:
            found = self._uses[module.path] = Uses(module)
        return found

    def sinks(self, module: Module, number: int) -> list[Sink]:
        """Every end of the flow from call `number`."""
        call = module.code.calls[number]
        _, entry = self.folder.entry_of(call, self.frame(module, call.scope))
        trail = Trail(self, bool(entry.get("clock")) and not entry.get("gives_day"), bool(entry.get("gives_unique")))
        trail.follow(Here(module), ("call", number))
        return trail.found

    def default(self, module: Module, number: int) -> list[Sink]:
        """The parameter of which a call is the default, so that it is computed when the function is defined."""
        uses = self.uses(module).of.get(("call", number), ())
        return [Sink("default", module.path, None, True) for use in uses if use.kind == "default"][:1]

    def is_told(self, module: Module) -> bool:
        """Whether options tell the code of a file for which day it runs, so that it defines no schedule."""
        return RunDates(self.program).is_given(module)

    def frame(self, module: Module, scope: int) -> Frame:
        """A frame for folding what stands in a scope, nothing known of its callers."""
        return self.folder.module_frame(module) if scope == 0 else Frame(module, scope)

    def importers(self, path: str, name: str) -> Iterator[tuple[Module, Atom]]:
        """The atoms by which other files speak of a name of this file."""
        for other in sorted(self.link.tasks):
            module = self.program.module(other)
            if module is None or other == path or not self._speaks(module, name):
                continue
            for atom in list(self.uses(module).of):
                named = atom[0] == "ext" and atom[1].rpartition(".")[2] == name
                if named and self.program.find(atom[1], other) == Found(path, (name,)):
                    yield module, atom

    def _speaks(self, module: Module, name: str) -> bool:
        bound = module.env.get(name)
        return name in module.code.names or (bound is not None and bound[0] == "ext")

    def is_moving(self, module: Module, value: Value, depth: int = 0) -> bool:
        """Whether a value is made from the current time."""
        if depth > 8:
            return False
        if value[0] == "call":
            call = module.code.calls[value[1]]
            _, entry = self.folder.entry_of(call, self.frame(module, call.scope))
            inner = (call.func[1],) if call.func[0] == "attr" else call.args[:1]
            return bool(entry.get("clock")) or any(self.is_moving(module, one, depth + 1) for one in inner)
        if value[0] == "name":
            bound = module.env.get(value[1])
            return bound is not None and bound[0] != "name" and self.is_moving(module, bound, depth + 1)
        if value[0] in ("attr", "bin", "either", "item", "fmtspec"):
            pieces = [part for part in value[1:] if isinstance(part, tuple) and part]
            return any(self.is_moving(module, part, depth + 1) for part in pieces)
        return False
