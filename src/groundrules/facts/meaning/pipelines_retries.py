"""What tries again when something fails, and whether it waits in between."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.contexts import tried
from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.facts.python.program import Module
from groundrules.typed import Any

_SIDES = ("waits", "runs_sql")
_WAITS = frozenset({"sleep", "wait", "pause", "delay"})
_GIVES_UP = ("raise", "return", "exit", "break")


class Retries:
    """Rows of repeated_try."""

    def __init__(self, link: Link) -> None:
        self.link = link
        functions = link.knowledge.functions
        self.known = set(functions.having("retries"))
        self.last = {name.rpartition(".")[2] for name in self.known}
        self.seen: set[tuple[str, int]] = set()

    # ---- decorators and settings -------------------------------------------------------------------------------------
    def finish(self) -> None:
        """One row for each use of something that is known to try again, in what pipelines run."""
        for path in sorted(self.link.tasks - self.link.tests):
            module = self.link.folder.program.module(path)
            if module is None or self.last.isdisjoint(module.code.names | self._imported(module)):
                continue
            for call in module.code.calls:
                self._call(module, call)
            for scope in module.code.scopes:
                for decorator in scope.decorators:
                    if decorator[0] != "call":
                        self._bare(module, decorator, scope)

    def _imported(self, module: Module) -> set[str]:
        return {op[1].rpartition(".")[2] for scope in module.code.scopes for op in scope.ops if op[0] == "i"}

    def _call(self, module: Module, call: Call) -> None:
        frame = self.link.folder.module_frame(module)
        name, entry = self.link.folder.entry_of(call, frame)
        told = entry.get("retries")
        if not told:
            return
        times = self._times(call, entry, told, module)
        numbered = times is not None and times.isdigit()
        if times in ("0", "1") or (times is None and told.get("needed")) or (told.get("number") and not numbered):
            return
        waits = self._waits(call, entry, told, module)
        self._add(module, call.where, name, times, waits, module.code.scopes[call.scope].qualname)

    def _times(self, call: Call, entry: Entry, told: dict[str, Any], module: Module) -> Any:
        frame = self.link.folder.module_frame(module)
        names = told.get("attempts") or ()
        listed = [names] if isinstance(names, str) else names
        given = [self.link.folder.argument(call, entry, name, frame) for name in listed]
        value = next((one for one in given if one is not None), None)
        if value is None:
            return None
        folded = self.link.folder.fold(value, frame)
        return str(folded[1]) if folded[0] == "const" else "?"

    def _waits(self, call: Call, entry: Entry, told: dict[str, Any], module: Module) -> str:
        frame = self.link.folder.module_frame(module)
        names = told.get("wait")
        for name in [names] if isinstance(names, str) else names or ():
            value: Value | None = self.link.folder.argument(call, entry, name, frame)
            if value is not None:
                none = self.link.folder.fold(value, frame) in (("const", 0), ("const", None), ("const", 0.0))
                return "none" if none else "given"
        return "unknown" if self.link.folder.may_be_given(call, frame) else "none"

    def _bare(self, module: Module, decorator: Value, scope: Any) -> None:
        """A decorator without parentheses."""
        folded = self.link.folder.fold(decorator, self.link.folder.module_frame(module))
        entry = (self.link.knowledge.of(folded[1]) if folded[0] == "ext" else None) or EMPTY
        told = entry.get("retries")
        if told and not told.get("needed"):
            cell, line, column, _, _ = scope.where
            self._add(
                module,
                (cell, line, column, line, column + 4 + len(scope.name)),
                folded[1],
                None,
                "none",
                scope.qualname,
            )

    def _add(self, module: Module, where: Any, name: str, times: str | None, waits: str, scope: str) -> None:
        self.link.rows.add(
            "repeated_try", self.link.rows.span(module.path, where), name, times, waits, module.path, 1, scope
        )

    # ---- loops by hand -----------------------------------------------------------------------------------------------
    def relate(self, event: Event) -> None:
        """One row for a loop that does the same call again as long as it fails."""
        if not any(role in event.known for role in _SIDES) or not self.link.in_task(event):
            return
        module = event.module
        around = tried(module, event.call.context)
        if around is None or (module.path, around) in self.seen or self.link.in_test(module.path):
            return
        self.seen.add((module.path, around))
        handlers = module.code.contexts[around].value[1]
        if not handlers or any(one[1] in _GIVES_UP for one in handlers):
            return
        loop = self._loop(module, around)
        if loop is not None:
            waits = "given" if self._sleeps(module, loop) else "none"
            place = self.link.scope_name(module, event.call.scope)
            self._add(module, event.call.where, event.name.lstrip("*."), None, waits, place)

    def _loop(self, module: Module, context: int) -> int | None:
        """The loop right around a try, when it counts attempts or goes on until something ends it."""
        number = module.code.contexts[context].parent
        while number:
            one = module.code.contexts[number]
            if one.kind == "while":
                return number
            if one.kind == "for":
                value = one.value
                call = module.code.calls[value[1]] if value[0] == "call" else None
                return number if call is not None and call.func == ("name", "range") else None
            if one.kind not in ("with", "if", "else"):
                return None
            number = one.parent
        return None

    def _sleeps(self, module: Module, loop: int) -> bool:
        inside = {loop}
        for number, one in enumerate(module.code.contexts):
            if number and one.parent in inside:
                inside.add(number)
        return any(
            call.context in inside and _WAITS.intersection(words_of(str(call.func[-1]))) for call in module.code.calls
        )
