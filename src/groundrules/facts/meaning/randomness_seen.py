"""Draws of which only a figure on the screen comes, or numbers that a notebook which learns nothing looks at."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import EntryPoint, Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value, parts_of
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.typed import Iterable

_LEARNS = frozenset(("learns", "splits", "step", "validates"))
_TRAINS = ("training", "gradient", "optimiser")
_KEEPS = ("writes", "tracks", "runs_sql", "validates")
_BY_NAME = "*."  # before the name of a method whose receiver is not known
_NETWORK = ("initialise", "loader", "augment")
_TEXTUAL = ("format", "join")
_EXTENT = ("shape", "size", "ndim", "dtype", "n_iter_", "n_steps_")  # how much there is or was done, not what came out
_DEEPEST = 8


class Seen:
    """What each entry point shows, and whether it leaves anything else behind."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.showing: set[int] = set()  # entry points that show a figure
        self.keeping: set[int] = set()  # entry points that write, report or train
        self.learning: set[int] = set()  # entry points that fit something
        self._known: dict[int, bool] = {}

    def collect(self, event: Event) -> None:
        """Note what the event leaves behind."""
        known, entry = event.known, event.entry.id
        outcome = known.get("outcome")
        if outcome == "view":
            self.showing.add(entry)
        elif outcome is not None and not (outcome == "training" and event.name.startswith(_BY_NAME)):
            self.keeping.add(entry)
        network = (known.get("draws") or {}).get("purpose") in _NETWORK
        if network or outcome in _TRAINS or not _LEARNS.isdisjoint(known):
            self.learning.add(entry)
        if network or any(role in known for role in _KEEPS):
            self.keeping.add(entry)

    def only(self, event: Event, keeps: bool) -> bool:
        """Whether a figure on the screen is all that the entry point of a draw leaves, or numbers that a notebook which
        learns nothing makes up once; `keeps` says what else is known of it."""
        entry = event.entry
        if keeps or entry.id in self.keeping:
            return False
        once = event.call.scope == 0 and not self.link.in_loop(event)
        if entry.kind == "notebook" and once and entry.id not in self.learning:
            return True
        if entry.id not in self.showing:
            return False
        return not self.reports(entry)

    def reports(self, entry: EntryPoint) -> bool:
        """Whether an entry point tells more than that it is at work: a value that was computed."""
        if entry.id not in self._known:
            self._known[entry.id] = any(self._reports(*one) for one in self._ran(entry))
        return self._known[entry.id]

    def _ran(self, entry: EntryPoint) -> Iterable[tuple[Module, int]]:
        """The modules whose code an entry point runs, each with one of the scopes."""
        for path, scope in self.link.walker.ran.get(entry.id, ()):
            module = self.link.folder.program.module(path)
            if module is not None:
                yield module, scope

    def _reports(self, module: Module, scope: int) -> bool:
        """Whether a scope tells more than that it is at work: a value that was computed."""
        frame = self.link.folder.scope_frame(module, scope)
        for op in module.code.scopes[scope].ops:
            if op[0] == "u" and module.code.cells and self._computed(op[1], frame, 0):
                return True
            if op[0] != "c":
                continue
            call = module.code.calls[op[1]]
            entry = self.link.folder.entry_of(call, frame)[1]
            told = (*call.args, *(value for _, value in call.kwargs)) if _says(entry) else ()
            if any(self._computed(one, frame, 0) for one in told):
                return True
        return False

    def _computed(self, value: Value, frame: Frame, depth: int) -> bool:
        """Whether a value depends on a call that is neither the clock nor there to make a text."""
        tag = value[0]
        if tag == "call":
            return self._computing(value[1], frame, depth)
        if tag == "elem" or depth > _DEEPEST or (tag == "attr" and value[2] in _EXTENT):
            return False
        return any(self._computed(one, frame, depth + 1) for one in parts_of(value))

    def _computing(self, number: int, frame: Frame, depth: int) -> bool:
        call = frame.module.code.calls[number]
        _, entry = self.link.folder.entry_of(call, frame)
        if entry.get("clock") or entry.get("plots") or entry.get("outcome") == "view":
            return False
        if call.func[0] == "attr" and call.func[2] in _TEXTUAL:
            values = (call.func[1], *call.args, *(one for _, one in call.kwargs))
            return any(self._computed(one, frame, depth + 1) for one in values)
        return True


def _says(entry: Entry) -> bool:
    """Whether a call prints or logs."""
    return bool(entry.get("displays") or entry.get("logs")) and "outcome" not in entry
