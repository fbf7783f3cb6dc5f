"""Draws and seeds, in the order in which each entry point reaches them."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.randomness_algorithms import Algorithms
from groundrules.facts.meaning.randomness_bearing import Bearing
from groundrules.facts.meaning.randomness_drawn import Drawn
from groundrules.facts.meaning.randomness_keys import Keys
from groundrules.facts.meaning.randomness_later import Later
from groundrules.facts.meaning.randomness_options import SeedOptions
from groundrules.facts.meaning.randomness_origins import Origin, Origins
from groundrules.facts.meaning.randomness_seen import Seen
from groundrules.facts.meaning.randomness_workers import Workers
from groundrules.facts.python.contexts import exclusive, frames_of
from groundrules.facts.python.events import EntryPoint, Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.typed import Any, Iterable, NamedTuple, Sequence, defaultdict

_FITS = frozenset({"step", "validates", "trains"})
_TELLING = ("clock", "random", "null", "unset")
_MADE_FIRST = ("estimator", "search")  # what is made first and draws when it is fitted


class Seeding(NamedTuple):
    """A generator seeded at a position."""

    generator: str
    position: int
    origin: Origin
    frame: Frame
    event: Event
    restored: bool = False  # to some state of before, which says nothing about what was drawn until then


class Own(NamedTuple):
    """A draw's own seed argument."""

    seed: str  # as in the table draw
    parameter: str | None = None
    source: int | None = None  # the place of the call that it comes from


class Randomness:
    """Rows of draws and seeds."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.seen = Seen(link)
        self.origins = Origins(link)
        self.bearing = Bearing(link, self.seen, self.origins)
        self.drawn = Drawn(link)
        self.later = Later(link)
        self.keys = Keys(link, self.origins)
        self.workers = Workers(link, self.origins)
        self.options = SeedOptions(link)
        self.algorithms = Algorithms(link)
        self.draws: dict[int, list[tuple[Event, dict[str, Any]]]] = defaultdict(list)
        self.seeds: dict[int, list[Seeding]] = defaultdict(list)
        self.fits: dict[int, list[int]] = defaultdict(list)  # where an entry point trains or validates
        self.tested: list[tuple[Event, str]] = []  # draws in files of tests that nothing seeds, with their generators
        self.loose: set[tuple[int, str, int]] = set()  # (entry point, path, call) of draws that nothing governs

    def collect(self, event: Event) -> None:
        """Keep the event for its entry point."""
        self.bearing.collect(event)
        self.seen.collect(event)
        if not _FITS.isdisjoint(event.known) or event.known.get("outcome") in ("training", "gradient"):
            self.fits[event.entry.id].append(event.position)
        if "seeds_workers" in event.known:
            self.workers.collect(event)
        if "seeds" in event.known:
            self._seed(event, event.known["seeds"])
        if "draws" in event.known:
            self.draws[event.entry.id].append((event, event.known["draws"]))
            self.keys.collect(event)
        if "declares_option" in event.known:
            self.options.collect(event)
        if "deterministic" in event.known:
            self.algorithms.collect(event)

    # ---- seeds -------------------------------------------------------------------------------------------------------
    def _seed(self, event: Event, told: dict[str, Any]) -> None:
        constant = told.get("constant")
        origin = Origin("constant") if constant else self.origins.of_argument(event, told.get("value"))
        if origin.kind == "restored":
            return  # what was drawn since is undone, and what comes next is as random as it was
        for generator in told.get("generators") or ():
            name = self.own(event.receiver) if generator == "own" else self.compiled(event, generator)
            if name is not None:
                restored = bool(told.get("restores"))
                seeding = Seeding(name, event.position, origin, event.frame, event, restored)
                self.seeds[event.entry.id].append(seeding)
                if origin.kind != "null":
                    self.bearing.seeding.add(event.entry.id)

    def compiled(self, event: Event, generator: str) -> str:
        """The generator that a call really has: code that a library compiles has generators of its own."""
        told = self.link.compiler(event.module, event.call.scope) if event.call.scope else {}
        return str(told.get(generator, generator))

    def own(self, receiver: Value | None) -> str | None:
        """A name for a generator object, the same for the same object; None when it cannot be followed."""
        if receiver is not None and receiver[0] == "inst" and isinstance(receiver[1], str) and receiver[3] >= 0:
            return f"own:{receiver[2]}:{receiver[3]}"
        return None

    def governing(self, entry: int) -> Iterable[Seeding]:
        """The seeds of an entry point that set a generator to something."""
        return [seeding for seeding in self.seeds.get(entry, ()) if seeding.origin.kind != "null"]

    def _seed_row(self, seeding: Seeding) -> None:
        event, origin = seeding.event, seeding.origin
        self.link.rows.add(
            "seed", self.link.span(event), event.entry.id, event.position, event.name.lstrip("*."),
            seeding.generator, self._settled(origin, event.entry.id), self._source(origin),
        )  # fmt: skip

    def _source(self, origin: Origin) -> int | None:
        """The place of the call that a seed comes from."""
        if origin.where is not None:
            span = self.link.rows.span(*origin.where)
            self.link.rows.add("seed_option", span, origin.where[0], "seed", 1, 0)
            return span
        if origin.source is None:
            return None
        path, number = origin.source
        return self.link.rows.span(path, self.link.folder.program.call(path, number).where)

    def _settled(self, origin: Origin, entry: int) -> str:
        """The kind of a seed; one that is drawn from a generator that was seeded itself is as good as given."""
        if origin.kind == "random" and origin.source is not None and (entry, *origin.source) not in self.loose:
            return "unknown"
        return origin.kind

    # ---- draws -------------------------------------------------------------------------------------------------------
    def relate(self, entries: Sequence[EntryPoint]) -> None:
        """One row a draw, and one a seed."""
        self.keys.relate({entry.id for entry in entries})
        self.options.relate()
        self.algorithms.relate(entries)
        for entry in entries:
            row = entry.module.code.scopes[entry.scope]
            span = self.link.rows.span(entry.module.path, row.where)
            learns = int(entry.id in self.seen.learning)
            self.link.rows.add("entry", entry.id, span, entry.module.path, entry.name, entry.kind, learns)
            for event, told in self.draws.get(entry.id, ()):
                self._draw(event, told)
            for seeding in self.seeds.get(entry.id, ()):
                if not seeding.restored:  # what a run put back it has not seeded
                    self._seed_row(seeding)

    def _draw(self, event: Event, told: dict[str, Any]) -> None:
        link = self.link
        if told.get("only_when") and link.holds(event, told["only_when"]) is not True:
            return
        if told.get("not_when") and link.holds(event, told["not_when"]) is not False:
            return
        own_seed, parameter, source = self._own_seed(event, told)
        generators = told.get("generator")
        if own_seed != "given" and told.get("fallback"):
            generators = told["fallback"]
        for generator in [generators] if isinstance(generators, str) else generators or ():
            name = self.compiled(event, generator)
            if generator == "own":
                told_own = self._own_generator(event)
                if told_own is None:
                    continue
                name, own_seed, source = told_own
            self._draw_row(event, told, name, Own(own_seed, parameter, source))

    def _draw_row(self, event: Event, told: dict[str, Any], name: str, own: Own) -> None:
        link = self.link
        before, after = self._seeded(event, {name, *told.get("also", ()), *self.workers.instead(event, name)}, told)
        if not before and own.seed not in ("given", "unknown", "unset"):
            self.loose.add((event.entry.id, event.module.path, event.number))
        if not before and own.seed in ("absent", "null", "none-taken") and link.in_test(event.entry.module.path):
            self.tested.append((event, name))
        path, where = self._late_site(event, {name, *told.get("also", ())}) if after else link.call_site(event)
        link.rows.add(
            "draw",
            link.span(event),
            link.rows.span(path, where),
            event.entry.id,
            event.position,
            event.name.lstrip("*."),
            name.partition(":")[0],
            str(told.get("purpose", "sample")),
            *own,
            int(before),
            int(after),
            int(self.bearing.harmless(event, told) or self.origins.only_handed(event)),
            int(
                self.seen.only(event, event.entry.id in self.bearing.written)
                or self.drawn.only(event, str(told.get("purpose")))
            ),
            int(link.in_test(event.module.path) or event.entry.kind == "test"),
            link.scope_name(event.module, event.call.scope),
        )

    def _own_seed(self, event: Event, told: dict[str, Any]) -> Own:
        """How a draw's own seed argument stands, what it is called, and where it comes from."""
        names = told.get("seed")
        if names is None:
            return Own("none-taken")
        first = names if isinstance(names, str) else names[0]
        value = self.link.given(event, names)
        if value is None:
            unknown = self.link.folder.may_be_given(event.call, event.frame) or self.later.gives(event, names)
            return Own("unknown" if unknown else "absent", first)
        folded = self.link.folder.fold(value, event.frame)
        if folded == ("const", None):
            return Own("null", first)
        folded = folded[1] if folded[0] == "part" else folded
        if folded[0] == "inst" and self.origins.maker(folded) is not None:
            seeded, source = self._of_generator(event, folded)
            return Own("given" if seeded == "unknown" else seeded, first, source)
        origin = self.origins.of(value, event.frame)
        kind = self._settled(origin, event.entry.id)
        return Own(kind, first, self._source(origin)) if kind in _TELLING else Own("given", first)

    def _of_generator(self, event: Event, instance: Value) -> tuple[str, int | None]:
        """How a generator object was seeded, given | null | clock | random | unknown, and where that comes from."""
        own = self.own(instance)
        if any(seeding.generator == own for seeding in self.governing(event.entry.id)):
            return "given", None
        origin = self.origins.of_instance(instance)
        kind = self._settled(origin, event.entry.id)
        if kind in ("clock", "random", "unset"):
            return kind, self._source(origin)
        return kind if kind == "null" or origin.kind == "unknown" else "given", None

    def _own_generator(self, event: Event) -> tuple[str, str, int | None] | None:
        """A generator object, how it was seeded and where that comes from; None when it cannot be followed."""
        receiver = event.receiver
        if receiver is None or receiver[0] != "inst" or not isinstance(receiver[1], str):
            return None
        name = self.own(receiver)
        if name is None:
            return None
        seeded, source = self._of_generator(event, receiver)
        return (name, seeded, source) if seeded != "unknown" else None

    def _seeded(self, event: Event, generators: set[str], told: dict[str, Any]) -> tuple[bool, bool]:
        """Whether one of the generators was seeded before the draw, and whether it is only afterwards.

        Which one a call draws from can depend on the library's version (`also` in knowledge).
        """
        before = after = False
        drawn = self._drawn_at(event, told)
        for seeding in self.governing(event.entry.id):
            if seeding.generator in generators and not exclusive(seeding.event, event):
                before = before or seeding.position < drawn
                after = after or (seeding.position > drawn and not seeding.restored)
        before = before or (event.entry.scope != 0 and self._seeded_at_level(event.entry.module.path, generators))
        return before, after and not before

    def _seeded_at_level(self, path: str, generators: set[str]) -> bool:
        """Whether a file seeds a generator when it is loaded, before a request comes or a person runs a function."""
        entries = (one.id for one in self.link.walker.entries if one.scope == 0 and one.module.path == path)
        return any(seeding.generator in generators for one in entries for seeding in self.governing(one))

    def _drawn_at(self, event: Event, told: dict[str, Any]) -> float:
        """Where the draw happens: loaders, changes of rows and folds draw when rows are taken, learners when fitted."""
        if (
            told.get("purpose") == "loader"
            or told.get("later")
            or (event.known.get("splits") or {}).get("into") == "folds"
        ):
            return float("inf")
        if told.get("purpose") in _MADE_FIRST:
            return min((one for one in self.fits[event.entry.id] if one > event.position), default=event.position)
        return event.position

    def _late_site(self, event: Event, generators: set[str]) -> tuple[str, tuple[Any, ...]]:
        """The call that would have to move behind the seed: the step towards the draw in the scope that also seeds."""
        for seeding in self.governing(event.entry.id):
            if seeding.generator not in generators or seeding.position < event.position:
                continue
            shared = {id(frame) for frame in frames_of(seeding.frame)}
            place = (event.module.path, event.call.where)
            for frame in frames_of(event.frame):
                if frame.caller is None or id(frame) in shared:  # all frames of an entry point end in its own
                    return place
                if frame.caller is not None and frame.call >= 0:
                    place = (frame.caller.module.path, frame.caller.module.code.calls[frame.call].where)
        return self.link.call_site(event)
