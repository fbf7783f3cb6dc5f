"""Draws and seeds, in the order in which each entry point reaches them."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.fold import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import users_of
from groundrules.facts.python.walk import EntryPoint, Event, frames_of
from groundrules.typed import Any, Iterable, NamedTuple, defaultdict

_CONSEQUENCES = ("outcome", "writes", "tracks", "runs_sql")
_IDLE_KEYS = ("header", "agent", "proxy", "proxies", "name", "path", "color", "colour")
_WITHOUT_BEARING = (
    "jitter",
    "backoff",
    "user_agent",
    "warmup",
    "warm_up",
    "tmp",
    "temp_name",
    "retry",
    "_test",
    "test_",
)


class Seeding(NamedTuple):
    """A generator seeded at a position."""

    generator: str
    position: int
    value: str
    frame: Frame


class Randomness:
    """Rows of draws and seeds."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.draws: dict[int, list[tuple[Event, dict[str, Any]]]] = defaultdict(list)
        self.seeds: dict[int, list[Seeding]] = defaultdict(list)
        self.harmless: dict[tuple[str, int], bool] = {}
        self.consequential: set[int] = set()  # entry points that keep, train or report something
        self.trained: set[int] = set()
        self.replaced: dict[int, int] = {}  # where an entry point last loads weights over initial ones

    def collect(self, event: Event) -> None:
        """Keep the event for its entry point."""
        known, entry = event.known, event.entry.id
        if known.get("outcome") == "training":
            self.trained.add(entry)
        if known.get("replaces_weights"):
            self.replaced[entry] = event.position
        if any(role in known for role in _CONSEQUENCES) or self._opens_to_write(event):
            self.consequential.add(entry)
        if "seeds" in known:
            self._seed(event, known["seeds"])
        if "draws" in known:
            self.draws[event.entry.id].append((event, known["draws"]))

    def _opens_to_write(self, event: Event) -> bool:
        told = event.known.get("reads")
        mode = self.link.folded(event, told["mode"]) if told and told.get("mode") else None
        return mode is not None and mode[0] == "const" and any(letter in str(mode[1]) for letter in "wax")

    # ---- seeds -------------------------------------------------------------------------------------------------------
    def _seed(self, event: Event, told: dict[str, Any]) -> None:
        value = self.seed_value(event, told.get("value")) if not told.get("constant") else "constant"
        for generator in told.get("generators") or ():
            name = generator
            if generator == "own":
                name = self.own(event.receiver)
                if name is None:
                    continue
            if value != "null":
                self.seeds[event.entry.id].append(Seeding(name, event.position, value, event.frame))
            self.link.rows.add("seed", self.link.span(event), event.entry.id, event.position, event.name, name, value)

    def seed_value(self, event: Event, names: Any) -> str:
        """How a seed's value stands: constant | parameter | config | null | clock | random | unknown."""
        value = self.link.given(event, names)
        if value is None:
            return "unknown" if self.link.folder.may_be_given(event.call, event.frame) else "null"
        return self.kind_of_value(value, event.frame)

    def kind_of_value(self, value: Value, frame: Frame) -> str:
        """The same for a value."""
        folded = self.link.folder.fold(value, frame)
        one = folded[1] if folded[0] == "either" else folded
        if one == ("const", None):
            return "null"
        if one[0] == "const":
            return "constant"
        if one[0] in ("settings", "options"):
            return "config"
        if value[0] == "call":
            call = frame.module.code.calls[value[1]]
            _, entry = self.link.folder.entry_of(call, frame)
            if entry.get("clock") or entry.get("gives_unique"):
                return "clock"
            if entry.get("draws"):
                return "random"
            for arg in call.args[:1]:
                if arg[0] == "call":
                    return self.kind_of_value(arg, frame)
        return "parameter" if one[0] == "hole" else "unknown"

    def own(self, receiver: Value | None) -> str | None:
        """A name for a generator object, the same for the same object; None when it cannot be followed."""
        if receiver is not None and receiver[0] == "inst" and isinstance(receiver[1], str) and receiver[3] >= 0:
            return f"own:{receiver[2]}:{receiver[3]}"
        return None

    # ---- draws -------------------------------------------------------------------------------------------------------
    def relate(self, entries: Iterable[EntryPoint]) -> None:
        """One row a draw."""
        for entry in entries:
            row = entry.module.code.scopes[entry.scope]
            span = self.link.rows.span(entry.module.path, row.where)
            self.link.rows.add("entry", entry.id, span, entry.module.path, entry.name, entry.kind)
            for event, told in self.draws.get(entry.id, ()):
                self._draw(event, told)

    def _draw(self, event: Event, told: dict[str, Any]) -> None:
        link = self.link
        if told.get("only_when") and link.holds(event, told["only_when"]) is not True:
            return
        if told.get("not_when") and link.holds(event, told["not_when"]) is not False:
            return
        own_seed, parameter = self._own_seed(event, told)
        generators = told.get("generator")
        if own_seed != "given" and told.get("fallback"):
            generators = told["fallback"]
        for generator in [generators] if isinstance(generators, str) else generators or ():
            name = generator
            if generator == "own":
                told_own = self._own_generator(event)
                if told_own is None:
                    continue
                name, own_seed = told_own
            before, after = self._seeded(event, {name, *told.get("also", ())}, str(told.get("purpose")))
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
                own_seed,
                parameter,
                int(before),
                int(after),
                int(self._harmless(event, told)),
                int(link.in_test(event.module.path) or event.entry.kind == "test"),
                link.scope_name(event.module, event.call.scope),
            )

    def _own_seed(self, event: Event, told: dict[str, Any]) -> tuple[str, str | None]:
        """How a draw's own seed argument stands, and what it is called."""
        names = told.get("seed")
        if names is None:
            return "none-taken", None
        first = names if isinstance(names, str) else names[0]
        value = self.link.given(event, names)
        if value is None:
            return ("unknown" if self.link.folder.may_be_given(event.call, event.frame) else "absent"), first
        folded = self.link.folder.fold(value, event.frame)
        if folded == ("const", None):
            return "null", first
        if folded[0] == "inst":
            seeded = self._instance_seed(folded)
            own = self.own(folded)
            if any(seeding.generator == own for seeding in self.seeds[event.entry.id]):
                seeded = "given"
            return ("null" if seeded == "null" else "given"), first
        return "given", first

    def _instance_seed(self, instance: Value) -> str:
        """Whether a generator object was made with a seed: given | null | unknown."""
        if not isinstance(instance[1], str) or instance[3] < 0 or instance[4] is None:
            return "unknown"
        call = self.link.folder.program.call(instance[2], instance[3])
        _, entry = self.link.folder.entry_of(call, instance[4])
        told = entry.get("makes")
        if not told:
            return "unknown"
        names = told.get("seed")
        for one in [names] if isinstance(names, str) else names or ():
            value = self.link.folder.argument(call, entry, one, instance[4])
            if value is not None:
                folded = self.link.folder.fold(value, instance[4])
                if folded[0] == "inst" and folded is not instance:
                    return self._instance_seed(folded)
                return "null" if folded == ("const", None) else "given"
        return "unknown" if self.link.folder.may_be_given(call, instance[4]) else "null"

    def _own_generator(self, event: Event) -> tuple[str, str] | None:
        """A generator object and how it was seeded; None when it cannot be followed."""
        receiver = event.receiver
        if receiver is None or receiver[0] != "inst" or not isinstance(receiver[1], str):
            return None
        name = self.own(receiver)
        if name is None:
            return None
        seeded = self._instance_seed(receiver)
        if any(seeding.generator == name for seeding in self.seeds[event.entry.id]):
            seeded = "given"
        return (name, "given" if seeded == "given" else "null") if seeded != "unknown" else None

    def _seeded(self, event: Event, generators: set[str], purpose: str) -> tuple[bool, bool]:
        """Whether one of the generators was seeded before the draw, and whether it is only afterwards.

        Which one a call draws from can depend on the library's version (`also` in knowledge).
        """
        before = after = False
        for seeding in self.seeds.get(event.entry.id, ()):
            if seeding.generator in generators:
                before = before or seeding.position < event.position
                after = after or seeding.position > event.position
        if purpose == "loader" and after:
            before = True  # a loader draws when it is iterated, not when it is made
        return before, after and not before

    def _late_site(self, event: Event, generators: set[str]) -> tuple[str, tuple[Any, ...]]:
        """The call that would have to move behind the seed: the step towards the draw in the scope that also seeds."""
        for seeding in self.seeds[event.entry.id]:
            if seeding.generator not in generators or seeding.position < event.position:
                continue
            shared = {id(frame) for frame in frames_of(seeding.frame)}
            place = (event.module.path, event.call.where)
            for frame in frames_of(event.frame):
                if id(frame) in shared:
                    return place
                if frame.caller is not None and frame.call >= 0:
                    place = (frame.caller.module.path, frame.caller.module.code.calls[frame.call].where)
        return self.link.call_site(event)

    # ---- no bearing on results ---------------------------------------------------------------------------------------
    def _harmless(self, event: Event, told: dict[str, Any]) -> bool:
        """Whether what is drawn only makes a pause, a name, a header or a message."""
        entry = event.entry
        cared = entry.id in self.consequential | self.trained or bool(self.seeds.get(entry.id))
        kept = cared or told.get("purpose") in ("split", "estimator", "search")
        if entry.kind in ("script", "notebook") and not kept:
            return True  # it tries something out and keeps nothing
        if told.get("purpose") == "initialise" and entry.id not in self.trained and entry.id in self.replaced:
            return self.replaced[entry.id] > event.position
        key = (event.module.path, event.number)
        if key not in self.harmless:
            self.harmless[key] = self._only_harmless_uses(event, str(told.get("purpose")))
        return self.harmless[key]

    def _only_harmless_uses(self, event: Event, purpose: str) -> bool:
        scope = event.module.code.scopes[event.call.scope].qualname.lower()
        if any(word in scope for word in _WITHOUT_BEARING):
            return True
        if self._rehearsal(event):
            return True
        if (
            event.entry.kind == "notebook"
            and purpose in ("sample", "noise")
            and not users_of(event.module, event.number)
        ):
            return True  # a cell shows it
        shown = event.entry.kind == "notebook" or not self.seeds.get(event.entry.id)
        return self._idle(event.module, event.number, event.frame, shown, 0)

    def _idle(self, module: Module, number: int, frame: Frame, shown: bool, depth: int) -> bool:
        """Whether a call's result only goes to pauses, messages, headers and pictures, at any remove."""
        uses = users_of(module, number)
        if not uses or depth > 4:
            return False
        return all(self._idle_use(use, module, frame, shown, depth) for use in uses)

    def _idle_use(self, use: tuple[str, int, Any], module: Module, frame: Frame, shown: bool, depth: int) -> bool:
        kind, number, where = use
        if kind in ("keyword", "key"):
            return any(word in str(where).lower() for word in _IDLE_KEYS)
        if kind == "other":
            return shown  # the last expression of a cell, or a test whose branch is looked at by itself
        if kind not in ("call", "method"):
            return False
        _, entry = self.link.folder.entry_of(module.code.calls[number], frame)
        if entry.get("sleeps") or entry.get("waits"):
            return True
        if entry.get("logs") or entry.get("displays") or entry.get("outcome") == "picture":
            return shown
        if any(role in entry for role in _CONSEQUENCES) or "draws" in entry or "makes" in entry:
            return False
        return self._idle(module, number, frame, shown, depth + 1)

    def _rehearsal(self, event: Event) -> bool:
        """Whether the drawn value only stands in for data, to warm a model up or to try shapes."""
        numbers = {event.number}
        for _ in range(3):
            numbers |= {use[1] for number in numbers for use in users_of(event.module, number) if use[0] == "method"}
        for op in event.module.code.scopes[event.call.scope].ops:
            stands_in = op[0] == "=" and any(word in op[1].lower() for word in ("dummy", "warm", "placeholder"))
            if stands_in and any(holds(op[2], ("call", number)) for number in numbers):
                return True
        return False


def holds(value: Value, part: Value, depth: int = 0) -> bool:
    """Whether a value is made from another: its receiver, an argument's container, a branch."""
    if value == part:
        return True
    if depth > 6 or value[0] not in ("either", "attr", "item", "bin", "tuple", "list", "unpack"):
        return False
    return any(
        holds(one, part, depth + 1) for one in value[1:] if isinstance(one, tuple) and one and isinstance(one[0], str)
    )
