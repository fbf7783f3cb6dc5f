"""Whether a draw bears on results, or only makes a pause, a name, a header or a message."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.randomness_idle import (
    CONSEQUENCES,
    FURTHEST,
    LOOKS,
    NUMBERS,
    Idle,
    read_inside,
    stands_in,
)
from groundrules.facts.meaning.randomness_never import dropped, played, ruled_out
from groundrules.facts.meaning.randomness_origins import Origins
from groundrules.facts.meaning.randomness_seen import Seen
from groundrules.facts.meaning.randomness_trials import compiles, learns_noise, pictures, tried, warms
from groundrules.facts.meaning.randomness_values import (
    callers,
    draws_array,
    formed,
    holds,
    inside,
    of_letters,
    steers,
    tests_code,
)
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Op, Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import users_of
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning.randomness_weights import Weights
else:
    late(globals(), "groundrules.facts.meaning.randomness_weights", classes="Weights")

_NAMES = (
    "filename", "file_name", "temp_path", "job_name", "random_id", "run_id", "request_id", "session_id", "_port",
    "exp_prefix", "exp_name", "experiment_name", "run_name", "group_name", "buster", "nonce",
)  # fmt: skip
_PORT = "port"  # a number that only has to be free, as those above only have to be unique
_LEARNING = ("split", "estimator", "search")
_FOR_TRAINING = ("loader", "augment")
_WITHOUT_BEARING = (
    "jitter",
    "backoff",
    "user_agent",
    "warmup",
    "warm_up",
    "dummy",
    "tmp",
    "temp_name",
    "retry",
    "latency",
    "throughput",
)
_TIMED = ("latency", "throughput")  # what a file measures that is named so: how long something takes
_KEEPS = frozenset(("writes", "tracks", "runs_sql"))
_ROWS = ("data", "table", "any", "text")
_ASKS = "input"
_DESCRIBED = ("get_params", "get_metadata_routing", "get_config")  # what a learner says of itself before it learns
_CHECK = "check"  # a word in the name of what only tries whether something works
_BENCH = "benchmark"  # of speed, unless what it draws is a split or a learner: then it compares models


class Bearing(Idle):
    """What each entry point keeps, trains or reports, and which of its draws that depends on."""

    def __init__(self, link: Link, seen: Seen, origins: Origins) -> None:
        super().__init__(link)
        self.seen, self.origins = seen, origins
        self.reading: set[int] = set()  # entry points that read rows
        self.repeating: set[int] = set()  # entry points that draw in a loop
        self.known: dict[tuple[str, int, tuple[int, ...]], bool] = {}
        self.weights = Weights(link)
        self.naming: dict[tuple[str, int], list[Op]] = {}  # by scope: what binds names of files, ports and the like
        self.stand_ins: dict[tuple[str, int], list[Value]] = {}
        self.consequential: set[int] = set()  # entry points that keep, train or report something
        self.keeping: set[int] = set()  # entry points that write something, or report it to somebody
        self.written: set[int] = set()  # entry points that open a file to write it
        self.trained: dict[int, int] = {}  # where an entry point last trains
        self.trials: set[int] = set()  # entry points that take a gradient once, to try it
        self.exporting: set[int] = set()  # entry points that show a model rows to export it
        self.optimised: dict[int, int] = {}  # where an entry point makes what a gradient is for
        self.seeding: set[int] = set()  # entry points that seed some generator
        self.replaced: dict[int, int] = {}  # where an entry point last loads weights over initial ones

    def collect(self, event: Event) -> None:
        """Note what the event says of its entry point."""
        known, entry = event.known, event.entry.id
        if known.get("outcome") == "gradient" and not self._repeated(event):
            self.trials.add(entry)
            return  # one gradient by itself is a trial, and so is one for each of some settings
        if known.get("outcome") == "optimiser":
            self.optimised[entry] = event.position
            return
        if known.get("outcome") in ("training", "gradient") or "validates" in known:
            self.trained[entry] = event.position
        if "draws" in known and entry not in self.repeating and self.link.in_loop(event):
            self.repeating.add(entry)
        if known.get("takes_example"):
            self.exporting.add(entry)
        told = known.get("replaces_weights")
        if told is True or (told and self.link.folded(event, told) not in (None, ("const", None))):
            self.replaced[entry] = event.position
        if self._opens_to_write(event):
            self.written.add(entry)
        elif (known.get("reads") or {}).get("what") in _ROWS:
            self.reading.add(entry)
        if any(role in known for role in CONSEQUENCES) or entry in self.written:
            self.consequential.add(entry)
        if not _KEEPS.isdisjoint(known) or entry in self.written:
            self.keeping.add(entry)

    def _repeated(self, event: Event) -> bool:
        """Whether the event runs in a loop over something else than a few values that are written out."""
        around = self.link.around(event)
        return any(
            kind == "while" or (kind == "for" and value[0] not in ("tuple", "list")) for kind, value, _ in around
        )

    def _opens_to_write(self, event: Event) -> bool:
        told = event.known.get("reads")
        mode = self.link.folded(event, told["mode"]) if told and told.get("mode") else None
        return mode is not None and mode[0] == "const" and any(letter in str(mode[1]) for letter in "wax")

    def harmless(self, event: Event, told: dict[str, Any]) -> bool:
        """Whether what is drawn only makes a pause, a name, a header or a message."""
        entry = event.entry
        if entry.id in self.optimised and entry.id not in self.trials:
            self.trained.setdefault(entry.id, self.optimised[entry.id])
        cared = entry.id in self.consequential or entry.id in self.trained
        cared = cared or (entry.id in self.seeding and entry.kind != "notebook")
        kept = cared or told.get("purpose") in _LEARNING or "learns" in event.known or self._told(event, told)
        if entry.kind == "handler" and entry.id not in self.trained and told.get("purpose") not in _LEARNING:
            return True  # what an answer to a request holds may differ, as long as nothing is learned for it
        if not kept and (entry.kind in ("script", "notebook") or (entry.kind == "task" and steers(event))):
            return True  # it tries something out and keeps nothing
        if entry.id not in self.trained and (
            told.get("served") or self._matters_in_training(event, str(told.get("purpose")))
        ):
            return True
        begins = told.get("purpose") == "initialise" or self.weights.begins(event)
        if begins and self.weights.reloaded(event):
            return True
        learner = told.get("purpose") in ("estimator", "search")
        if learner and self._only_shown(event.module, event.number, event.frame, 0):
            return True  # nothing is learned, so nothing is drawn
        if begins and entry.id in self.replaced:
            trained = self.trained.get(entry.id, 0)  # in another branch, if it lies before
            if trained < event.position:
                return self.replaced[entry.id] > event.position
        if ruled_out(self.link, self.origins, event) or dropped(event) or played(self.link, event, told):
            return True
        if (
            self._checks(event)
            or warms(self.link, event.frame)
            or (entry.kind == "notebook" and pictures(self.link, event.frame))
        ):
            return True
        key = (event.module.path, event.number, callers(event.frame) if entry.kind == "notebook" else ())
        if key not in self.known:
            self.known[key] = self._only_idle_uses(event, str(told.get("purpose")))
        return self.known[key]

    def _told(self, event: Event, told: dict[str, Any]) -> bool:
        """Whether a script that reads rows draws again and again, or whole arrays, and says what came of it."""
        entry = event.entry
        if entry.kind != "script" or entry.id not in self.reading or entry.id in self.replaced:
            return False
        if _ASKS in entry.module.called:
            return False  # somebody plays with it
        array = told.get("purpose") == "noise" and draws_array(event)
        return (array or entry.id in self.repeating) and self.seen.reports(entry)

    def _matters_in_training(self, event: Event, purpose: str) -> bool:
        """Whether a draw is for training alone: the order and the changes of rows, what a model drops while it learns,
        and rows that only show an export what it will be given."""
        inside = event.module.code.scopes[event.call.scope].qualname.endswith(".forward")
        shows = event.entry.id in self.exporting and purpose in NUMBERS
        return purpose in _FOR_TRAINING or inside or shows

    def _only_shown(self, module: Module, number: int, frame: Frame, depth: int) -> bool:
        """Whether a learner is only displayed, alone or as a part of others, and never fitted or handed on."""
        uses = [use for use in users_of(module, number) if use[0] != "bound" or read_inside(module, use[2])]
        if not uses or depth > FURTHEST:
            return False
        for kind, other, _ in uses:
            entry = self.link.folder.entry_of(module.code.calls[other], frame)[1] if kind == "call" else {}
            holds_it = "learns" in entry and self._only_shown(module, other, frame, depth + 1)
            asked = kind == "method" and module.code.calls[other].func[2] in _DESCRIBED
            if kind != "other" and not holds_it and not asked and not entry.get("tries_learner"):
                return False
        return True

    def _checks(self, event: Event) -> bool:
        """Whether a function that checks something has led here, in a script that keeps nothing."""
        frame: Frame | None = event.frame if event.entry.kind == "script" else None
        while frame is not None and event.entry.id not in self.keeping:
            if frame.scope and _CHECK in frame.module.code.scopes[frame.scope].name.lower().split("_"):
                return True
            frame = frame.caller
        return False

    def _only_idle_uses(self, event: Event, purpose: str) -> bool:
        scope = event.module.code.scopes[event.call.scope].qualname.lower()
        if any(word in event.module.path.rpartition("/")[2].lower() for word in _TIMED):
            return True
        if compiles(self.link, event) or of_letters(event) or learns_noise(self.link, event):
            return True
        if tests_code(scope) and not self._taken(event.frame):
            return True  # a test of the code gives nothing back; what does scores a model by test rows
        if _BENCH in scope and purpose not in _LEARNING:
            return True
        if any(word in scope for word in _WITHOUT_BEARING) or scope.rpartition(".")[2].startswith(LOOKS):
            return True
        if (
            tried(self.link, event)
            or (purpose != "split" and self._rehearsal(event))
            or any(self._makes_seed(use, event) for use in users_of(event.module, event.number))
        ):
            return True
        changes = purpose == "shuffle" and event.known["draws"].get("in_place")
        shown_by_cell = event.entry.kind == "notebook" and purpose in NUMBERS and not changes
        if shown_by_cell and not users_of(event.module, event.number):
            return True
        self.notebook = event.entry.kind == "notebook"  # a script's pictures are what it is for
        shown = self.notebook or event.entry.id not in self.seeding or event.entry.id in self.trained
        if self._names_something(event):
            return True
        if draws_array(event) and event.entry.id not in self.consequential and event.entry.id not in self.trained:
            shown = self.notebook  # a script that only tells figures tells what it has made of the numbers
        return purpose in NUMBERS and self.idle(event.module, event.number, event.frame, shown, 0)

    def _taken(self, frame: Frame) -> bool:
        """Whether something takes what the function of a frame gives back."""
        caller = frame.caller
        return caller is not None and frame.call >= 0 and bool(users_of(caller.module, frame.call))

    def _names_something(self, event: Event) -> bool:
        """Whether a drawn number only makes the name of a file or a job unique."""
        key = (event.module.path, event.call.scope)
        if key not in self.naming:
            ops = event.module.code.scopes[event.call.scope].ops
            self.naming[key] = [op for op in ops if op[0] == "=" and op[1].lower().endswith((_PORT, *_NAMES))]
        if not self.naming[key]:
            return False
        made = {("call", number) for number in self._forms(event)}
        picks = event.known["draws"].get("purpose") != "noise"  # of several names one is picked, and not made
        bound = (op[1].lower() for op in self.naming[key] if not made.isdisjoint(inside(op[2])))
        return any(name == _PORT or (name.endswith(_NAMES) and not picks) for name in bound)

    def _forms(self, event: Event) -> set[int]:
        """The draw's call, and those that make other forms of what it gives."""
        numbers = {event.number}
        for _ in range(3):
            numbers |= {
                use[1] for number in numbers for use in users_of(event.module, number) if formed(event.module, use)
            }
        return numbers

    def _makes_seed(self, use: tuple[str, int, Any], event: Event) -> bool:
        """Whether a drawn number is a seed itself: that is told where it seeds."""
        kind, number, where = use
        if kind in ("bound", "attribute", "key", "keyword"):
            return "seed" in str(where).lower()
        if kind != "call":
            return False
        call = event.module.code.calls[number]
        named = call.args[0][1] if call.args and call.args[0][0] == "const" and where != 0 else where
        entry = self.link.folder.entry_of(call, event.frame)[1]
        order = list(entry.get("parameters") or ())
        param = order[where] if isinstance(where, int) and where < len(order) else where
        return "seed" in str(named).lower() or (param is not None and param == entry.get("seeds", {}).get("value"))

    def _standing_in(self, module: Module, scope: int) -> list[Value]:
        """The values of a scope's names that say that they only stand in for something."""
        known = self.stand_ins.get((module.path, scope))
        if known is None:
            ops = module.code.scopes[scope].ops
            known = [op[2] for op in ops if op[0] == "=" and stands_in(op[1].lower())]
            self.stand_ins[module.path, scope] = known
        return known

    def _rehearsal(self, event: Event) -> bool:
        """Whether the drawn value only stands in for data, to warm a model up or to try shapes."""
        numbers = self._forms(event)
        numbers |= {use[1] for use in users_of(event.module, event.number) if use[0] == "call"}
        for value in self._standing_in(event.module, event.call.scope):
            if any(holds(value, ("call", number)) for number in numbers):
                return True
        return False
