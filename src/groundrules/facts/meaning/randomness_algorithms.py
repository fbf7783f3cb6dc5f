"""Settings that let a library choose algorithms whose results differ from run to run."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import EntryPoint, Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Op
from groundrules.facts.python.knowledge import EMPTY
from groundrules.facts.python.program import Module
from groundrules.typed import Any, Iterable

Setting = tuple[tuple[Any, ...], str, Any]  # where, the attribute's qualified name, what it is set to


class Algorithms:
    """Rows of algorithm_setting."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._known: dict[str, dict[int, list[Setting]]] = {}  # by file and scope
        self._names = {name.rpartition(".")[2] for name in link.knowledge.functions.having("deterministic")}

    def collect(self, event: Event) -> None:
        """A call that switches determinism off."""
        told = event.known["deterministic"]
        folded = self.link.folded(event, told.get("value"))
        if folded is not None and folded[0] == "const" and folded[1] in told.get("off_when", ()):
            self._row(event.entry, event.module, event.call.where, event.name, folded[1])

    def relate(self, entries: Iterable[EntryPoint]) -> None:
        """Attributes of libraries that what an entry point runs sets."""
        for entry in entries:
            for path, scope in sorted(self.link.walker.ran.get(entry.id, ())):
                module = self.link.walker.program.module(path)
                for where, name, value in self._settings(module, scope) if module is not None else ():
                    assert module is not None
                    self._row(entry, module, where, name, value)

    def _settings(self, module: Module, scope: int) -> list[Setting]:
        """What a scope sets of libraries so that determinism is switched off."""
        known = self._known.get(module.path)
        if known is None:
            known = self._known[module.path] = {}
            for number, _, op in module.doing("a"):
                found = self._setting(op, module, number) if op[2] in self._names else None
                if found is not None:
                    known.setdefault(number, []).append(found)
        return known.get(scope, [])

    def _setting(self, op: Op, module: Module, scope: int) -> Setting | None:
        base = self.link.folder.fold(op[1], Frame(module, scope))
        if base[0] != "ext" or op[3][0] != "const":
            return None
        name = self.link.knowledge.canonical(f"{base[1]}.{op[2]}")
        told = (self.link.knowledge.of(name) or EMPTY).get("deterministic")
        return (op[4], name, op[3][1]) if told is not None and op[3][1] in told.get("off_when", ()) else None

    def _row(self, entry: EntryPoint, module: Module, where: tuple[Any, ...], name: str, value: object) -> None:
        link = self.link
        span = link.rows.span(module.path, where)
        in_test = int(link.in_test(module.path) or entry.kind == "test")
        link.rows.add("algorithm_setting", span, entry.id, name, str(value), in_test)
