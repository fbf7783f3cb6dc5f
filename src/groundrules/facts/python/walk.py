"""Timelines: from each entry point, the calls that it reaches in the order in which they run.

Module level comes first, functions of the program are expanded where they are called, across files, bounded in depth,
cycles cut. Functions that no entry point reaches are walked by themselves, so that what they read and write is known.
"""

from __future__ import annotations

from groundrules.facts.python import together
from groundrules.facts.python.events import EntryPoint, Event, Load, Magic
from groundrules.facts.python.folding import Folder, Frame
from groundrules.facts.python.interest import LOOKED_UP, PASSIVE, Interest
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.facts.python.leading import main_contexts
from groundrules.facts.python.program import Module
from groundrules.facts.python.replay import Import, Replay, at_level
from groundrules.facts.python.sites import Site, is_fixed, site_of, steps_of
from groundrules.facts.python.together import PUT_TOGETHER
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.python.passing import Passing

_DEEPEST = 9
_DEPTHS = {"script": _DEEPEST, "notebook": _DEEPEST, "task": _DEEPEST, "handler": _DEEPEST, "test": 3, "function": 3}
_MOST_CALLS = 12_000
# At the level of imported modules; a large library must not use up what the entry point itself may do.
_MOST_IMPORTED = 2_000
_TAKEN_FROM = frozenset(("settings", "ext", "either", "inst", "dict"))  # what keys may be taken from
_SILENT = PASSIVE | LOOKED_UP
_STARTS = {"draws"}
_LOOPED = ("elem", "unpack")
_AWAY = frozenset(("runs_elsewhere", "keeps_functions"))  # functions that it is handed do not run here


class Walker(Interest):
    """Walks entry points; collects what they reach."""

    def __init__(self, folder: Folder) -> None:
        super().__init__(folder)
        self.events: list[Event] = []
        self.magics: list[Magic] = []
        self.loads: list[Load] = []
        self.reached: set[tuple[str, int]] = set()
        self.ran: dict[int, set[tuple[str, int]]] = {}  # by entry point: the scopes that it runs
        self.callers: dict[tuple[str, int], dict[tuple[str, int], Frame]] = {}  # by scope: the calls that run it
        self.entries: list[EntryPoint] = []
        self._main: dict[str, frozenset[int]] = {}
        self._active: dict[int, bool] = {}  # by the entry's identity: whether it says more than what values are
        self._entries: list[Entry] = []  # those, kept so that no other gets their identity
        self._dull: set[tuple[str, int]] = set()  # walked whole once, and nothing came of it
        self._started: set[tuple[str, int]] = set()  # in this object's making; all that came of it are weights
        self._cut = False  # something was left out since this was last set to False
        self._replay = Replay(self.events, self.magics, self.loads)
        self.passing: Passing | None = None  # where the whole program is read: what need not be looked into

    def walk(self, module: Module, scope: int, kind: str) -> None:
        """Walk one entry point."""
        name = module.code.scopes[scope].qualname or module.path.rpartition("/")[2]
        entry = EntryPoint(len(self.entries), module, scope, kind, name)
        self.entries.append(entry)
        self.entry, self.position, self.left, self.imported = entry, 0, _MOST_CALLS, {module.path}
        self.left_imported, self._importing = _MOST_IMPORTED, False
        self._replay.begin()
        self._started.clear()
        frame = self.folder.module_frame(module) if scope == 0 else Frame(module, scope)
        self.run(frame)

    def main_contexts(self, module: Module) -> frozenset[int]:
        """Contexts inside `if __name__ == "__main__"`."""
        known = self._main.get(module.path)
        if known is None:
            known = self._main[module.path] = main_contexts(module.code)
        return known

    def run(self, frame: Frame) -> None:
        """Run a frame's scope."""
        module = frame.module
        self.reached.add((module.path, frame.scope))
        self.ran.setdefault(self.entry.id, set()).add((module.path, frame.scope))
        self._replay.ran.append((module.path, frame.scope))
        imported = frame.scope == 0 and module is not self.entry.module
        skipped = self.main_contexts(module) if imported else frozenset()
        for op in steps_of(module, frame.scope):
            if self.left <= 0:
                return
            tag = op[0]
            if tag == "c":
                if not skipped or module.code.calls[op[1]].context not in skipped:
                    self.call(op[1], frame)
            elif tag == "i":
                self.import_(op[1], frame)
            elif tag == "l":
                self.load(op[1], op[2], op[3], op[4], frame)
            elif tag == "t":
                self.load(op[1][1], ("const", op[1][2]), op[2], op[3], frame)
            elif tag == "m":
                self.position += 1
                self.magics.append(Magic(self.entry, self.position, op[1], op[2], op[3], frame))

    def load(self, base: Value, key: Value, where: Any, context: int, frame: Frame) -> None:
        """A subscript or attribute, kept when it takes something from settings or from a library's mapping."""
        fixed = is_fixed(base)
        if fixed and frame.module.loads.get(id(base)) is False:
            return
        folded = self.folder.fold(base, self.folder.module_frame(frame.module) if fixed else frame)
        name = self.folder.fold(key, frame) if folded[0] in _TAKEN_FROM else key
        kept, alone = self.folder.sources(folded, name)
        if fixed and folded[0] != "inst":
            frame.module.loads[id(base)] = bool(kept)
        for one in kept:
            self.position += 1
            self.loads.append(Load(self.entry, self.position, one, name, where, context, frame, alone))

    def import_(self, dotted: str, frame: Frame) -> None:
        """Run the module level of a file of the program, the first time that it is imported."""
        found = self.program.find(dotted, frame.module.path)
        if found is None or self.entry.kind in ("function", "handler", "test") or (found.path, 0) in self._dull:
            return
        if found.path in self.imported:
            self._cut = True  # what it does was seen elsewhere, so nobody may conclude that it does nothing
            self._replay.old.append(found.path)
            return
        self.imported.add(found.path)
        self._replay.fresh.append(found.path)
        module = self.program.module(found.path)
        if module is None or not self.interesting(module, 0):
            self._dull.add((found.path, 0))
        elif frame.depth < _DEEPEST:
            self._imported(module, frame)
        else:
            self._cut = True

    def _imported(self, module: Module, frame: Frame) -> None:
        """Run the level of an imported module, on the account of all imports."""
        own, outermost = self.left, not self._importing
        if outermost:
            self.left, self._importing = self.left_imported, True
        if at_level(frame):
            self._once(module, frame)
        else:
            self._level(module, frame)
        if outermost:
            self.left, self.left_imported, self._importing = own, self.left, False

    def _once(self, module: Module, frame: Frame) -> None:
        """Run it, or take what it came to the last time."""
        known = self._replay.fitting(module.path, frame.depth, self.imported, self._dull, self.left)
        if known is not None:
            self._again(known)
            return
        mark, cut, self._cut = self._replay.mark(self.position, self.left), self._cut, False
        self._level(module, frame)
        self._replay.keep(module.path, frame.depth, mark, self.position, self.left, self._cut)
        self._cut = cut or self._cut

    def _again(self, known: Import) -> None:
        """What a run came to, for the present entry point."""
        self._replay.again(known, self.entry, self.position)
        self.imported |= known.fresh
        self.ran[self.entry.id] |= known.ran
        self.position += known.moved
        self.left -= known.used
        self._cut = self._cut or known.cut

    def _level(self, module: Module, frame: Frame) -> None:
        inner = Frame(module, 0, frame)
        inner.memo = self.folder.module_frame(module).memo
        self._try(inner, keep=bool(module.code.sql))

    def call(self, number: int, frame: Frame) -> None:
        """One call: expanded when the program defines it, an event when knowledge knows it."""
        self.left -= 1
        module = frame.module
        if number in module.idle:
            return
        site = site_of(module, number, self.passing)
        call, callee = site.call, site.callee
        if self.passing is not None and not site.handed and self.passing.is_idle(call.func):
            module.idle.add(number)
            return
        if callee is None:
            callee = self._callee(site, frame)
        if callee[0] == "each":
            together.run_each(self, callee, call, number, frame)
        elif callee[0] == "func":
            self.descend(callee[1], callee[2], call, number, frame, callee[3])
        elif callee[0] == "class":
            self.construct(callee, call, number, frame)
        else:
            if callee[0] == "inst":
                together.call_instance(self, callee, call, number, frame)
            entry = self.event(site, number, frame)
            if entry and not PUT_TOGETHER.isdisjoint(entry):
                together.prepare(self, entry, call, number, frame)
            elif site.handed and _AWAY.isdisjoint(entry):
                together.hand_over(self, site, number, frame, bool(entry.get("runs_hooks")))
            elif not entry and site.fixed and not site.handed and callee[0] != "inst":
                module.idle.add(number)
            if call.func[0] == "item" and call.func[1][0] == "call":
                together.dispatch(self, call, number, frame)

    def _callee(self, site: Site, frame: Frame) -> Value:
        """What a call calls; of several things, one that the program defines, or each that a loop goes through."""
        callee = self.folder.callee(site.call, self.folder.module_frame(frame.module) if site.fixed else frame)
        if callee[0] == "either":
            own = [one for one in callee[1:] if one[0] in ("func", "class")]
            callee = ("each", *own) if len(own) > 1 and site.call.func[0] in _LOOPED else (*own, callee[1])[0]
        if site.fixed:
            site.callee = callee
        return callee

    def event(self, site: Site, number: int, frame: Frame) -> Entry:
        """Record a call that knowledge knows; what it knows of it."""
        call, known = site.call, site.known
        if known is None:
            known = self.folder.entry_of(call, self.folder.module_frame(frame.module) if site.fixed else frame)
            if site.fixed:
                site.known = known = known if self._means_something(known[1]) else ("", EMPTY)
        name, entry = known
        if entry and (site.fixed or self._means_something(entry)):
            self.position += 1
            receiver = self.folder.fold(call.func[1], frame) if call.func[0] == "attr" else None
            self.events.append(Event(self.entry, self.position, name, entry, call, number, frame, receiver))
        return entry

    def _means_something(self, entry: Entry) -> bool:
        known = self._active.get(id(entry))
        if known is None:
            known = self._active[id(entry)] = not _SILENT.issuperset(entry)
            self._entries.append(entry)
        return known

    def note(self, name: str, entry: Entry, call: Call, number: int, frame: Frame) -> None:
        """Record a call of something that knowledge knows, and that the code does not name where it calls it."""
        if self._means_something(entry):
            self.position += 1
            self.events.append(Event(self.entry, self.position, name, entry, call, number, frame, None))

    def construct(self, callee: Value, call: Call, number: int, frame: Frame) -> None:
        """An instance of a class of the program is made."""
        instance = ("inst", (callee[1], callee[2]), frame.module.path, number, frame)
        if frame.module.code.scopes[frame.scope].name != "__init__":
            self._started.clear()  # another model, whose weights may have another fate
        init = self.folder.method(callee[1], callee[2], "__init__")
        if init is not None:
            if self.entry.kind != "test":
                self.folder.makers.setdefault(init, []).append((call, frame))
            self.descend(*init, call, number, frame, instance)
        together.note_above(self, callee, init is not None, call, number, frame)

    def descend(
        self, path: str, scope: int, call: Call | None, number: int, frame: Frame, receiver: Value | None
    ) -> None:
        """Run a function of the program where it is called; without a call its arguments are unknown."""
        module = self.program.module(path)
        if module is None:
            return
        self.reached.add((path, scope))
        if call is not None:
            self.callers.setdefault((path, scope), {}).setdefault((frame.module.path, number), frame)
            above = call.func[0] == "attr" and call.func[2] == "__init__" and frame.receiver is not None
            if above and self.entry.kind != "test":  # the constructor of the class above makes the same instance
                self.folder.makers.setdefault((path, scope), []).append((call, frame))
        place = (path, scope)
        if place in self._dull or place in self._started or frame.holds(*place):
            return
        if not self.interesting(module, scope) and not self.given_settings(module, scope, call, frame, receiver):
            return
        if frame.depth >= _DEPTHS[self.entry.kind] or (self.entry.kind == "test" and path != self.entry.module.path):
            self._cut = True
            return
        if call is None:
            inner = Frame(module, scope, frame, number, receiver)
        else:
            inner = self.folder.bind(module, scope, call, number, frame, receiver)
        self._try(inner)

    def _try(self, frame: Frame, keep: bool = False) -> None:
        """Run a frame, and remember it as dull when nothing came of all of it; `keep` never calls it dull."""
        before, cut, self._cut = self._found(), self._cut, False
        place, first = (frame.module.path, frame.scope), len(self.events)
        self._replay.tried.append(place)
        self.run(frame)
        if not self._cut and self.left > 0 and not keep:
            found = self.events[first:]
            if self._found() == before:
                self._dull.add(place)
            elif self._found() == before + len(found) and all(map(self._only_starts, found)):
                self._started.add(place)
        self._cut = cut or self._cut

    def _only_starts(self, event: Event) -> bool:
        """Whether an event does nothing but draw the weights that a model starts from, as any other run of it does."""
        return event.known.keys() == _STARTS and event.known["draws"].get("purpose") == "initialise"

    def _found(self) -> int:
        return len(self.events) + len(self.loads) + len(self.magics)
