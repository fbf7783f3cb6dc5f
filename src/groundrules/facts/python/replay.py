"""What running an imported module comes to, kept for the next entry point that imports it in the same state.

A library's modules are imported by most of the repository's scripts. What their level does is the same each time, as
long as the same of their own imports were run before, and as much is left of what an entry point may do.
"""

from __future__ import annotations

from groundrules.facts.python.events import EntryPoint, Event, Load, Magic
from groundrules.facts.python.folding import Frame
from groundrules.typed import Any, NamedTuple

_MOST = 6  # states of one module that are kept
# What such an event means can depend on who imports its module: on the folder of the script, on what came before.
_TIED = frozenset({"writes", "runs_sql", "loads_config", "config_decorator"})

Place = tuple[str, int]  # the path of a module and a scope in it


class Import(NamedTuple):
    """One run of an imported module's level."""

    fresh: frozenset[str]  # other modules that it was the first to import
    old: frozenset[str]  # modules that it imports, and that had been imported before
    ran: frozenset[Place]
    tried: frozenset[Place]  # scopes that would be left out next time if they have proved dull since
    events: tuple[Event, ...]
    position: int  # at the start
    moved: int  # by how much it went on
    budget: int  # at the start
    used: int
    cut: bool  # whether something was left out


class Mark(NamedTuple):
    """How long the logs were when a run began."""

    fresh: int
    old: int
    ran: int
    tried: int
    events: int
    others: int
    position: int
    budget: int


class Replay:
    """The logs of one entry point, and what was kept of those before."""

    def __init__(self, events: list[Event], magics: list[Magic], loads: list[Load]) -> None:
        self.events, self.magics, self.loads = events, magics, loads
        self.fresh: list[str] = []
        self.old: list[str] = []
        self.ran: list[Place] = []
        self.tried: list[Place] = []
        self._kept: dict[tuple[str, int], list[Import]] = {}

    def begin(self) -> None:
        """A new entry point."""
        self.fresh, self.old, self.ran, self.tried = [], [], [], []

    def mark(self, position: int, budget: int) -> Mark:
        """Where the logs stand."""
        others = len(self.magics) + len(self.loads)
        return Mark(
            len(self.fresh), len(self.old), len(self.ran), len(self.tried), len(self.events), others, position, budget
        )

    def keep(self, path: str, depth: int, mark: Mark, position: int, budget: int, cut: bool) -> None:
        """Keep the run that began at a mark, unless what it met is tied to its entry point."""
        events = tuple(self.events[mark.events :])
        if len(self.magics) + len(self.loads) != mark.others or any(not _TIED.isdisjoint(one.known) for one in events):
            return
        fresh = frozenset(self.fresh[mark.fresh :])
        found = Import(
            fresh, frozenset(self.old[mark.old :]) - fresh - {path}, frozenset(self.ran[mark.ran :]),
            frozenset(self.tried[mark.tried :]), events, mark.position, position - mark.position, mark.budget,
            mark.budget - budget, cut,
        )  # fmt: skip
        kept = self._kept.setdefault((path, depth), [])
        kept.insert(0, found)
        del kept[_MOST:]

    def fitting(self, path: str, depth: int, imported: set[str], dull: set[Place], budget: int) -> Import | None:
        """What a run of a module would come to now, where one like it was kept."""
        for one in self._kept.get((path, depth), ()):
            enough = budget == one.budget if one.used >= one.budget else budget > one.used
            if enough and one.old <= imported and one.fresh.isdisjoint(imported) and one.tried.isdisjoint(dull):
                return one
        return None

    def again(self, known: Import, entry: EntryPoint, position: int) -> None:
        """Log what a run came to, for an entry point that stands at a position."""
        self.fresh.extend(known.fresh)
        self.old.extend(known.old)
        self.ran.extend(known.ran)
        self.tried.extend(known.tried)
        ahead = position - known.position
        made: Any = tuple.__new__
        self.events.extend([made(Event, (entry, one[1] + ahead, *one[2:])) for one in known.events])


def at_level(frame: Frame) -> bool:
    """Whether a frame is the level of a module that nothing but imports has led to."""
    current: Frame | None = frame
    while current is not None:
        if current.scope:
            return False
        current = current.caller
    return True


def sign(frame: Frame) -> str | int:
    """What tells a frame from others of its entry point: an imported module's level is run once, by whoever it was."""
    return frame.module.path if at_level(frame) else id(frame)
