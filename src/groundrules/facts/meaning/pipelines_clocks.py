"""Uses of the current time and of values that no two runs share, by where they go."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_own import OwnTasks, is_decorated
from groundrules.facts.meaning.pipelines_schedules import Schedules
from groundrules.facts.meaning.pipelines_scripts import Scripts
from groundrules.facts.meaning.pipelines_words import is_clearing, is_copy, is_message, words_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Value
from groundrules.facts.python.knowledge import EMPTY
from groundrules.facts.python.program import Module
from groundrules.facts.python.task_files import scheduled_files
from groundrules.facts.sql.words import words
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning.pipelines_differing import only_if_other
    from groundrules.facts.meaning.pipelines_flow import Flow
    from groundrules.facts.meaning.pipelines_keys import RowKeys
    from groundrules.facts.meaning.pipelines_sinks import Sink
    from groundrules.facts.meaning.pipelines_standins import stands_for_day, stands_in
else:
    late(globals(), "groundrules.facts.meaning.pipelines_differing", "only_if_other")
    late(globals(), "groundrules.facts.meaning.pipelines_keys", classes="RowKeys")
    late(globals(), "groundrules.facts.meaning.pipelines_sinks", "Sink")
    late(globals(), "groundrules.facts.meaning.pipelines_standins", "stands_for_day stands_in")

_TRIALS = frozenset({"test", "tests", "mock", "fake", "dummy"})
_SCHEDULERS = words("schedule schedules sensor sensors")  # files that choose the days for which something is run
_GRAVE = frozenset({"path", "partition", "key"})
_MOST = 12  # files that are told of one clock
_STEPS = 3  # methods between a clock and the parameter that it is the default of
_ORDER = (
    "start_date", "path", "partition", "window", "predicate", "key", "choice", "default", "name",
    "audit", "log", "duration",
)  # fmt: skip


class Clocks:
    """Rows of clock and key uses. Each call counts once, by the gravest place that it reaches."""

    def __init__(self, link: Link, flow: Flow) -> None:
        self.link = link
        self.flow = flow
        self.scheduled: frozenset[str] | None = None
        self.seen: set[tuple[str, int]] = set()
        self.schedules: set[str] = set()  # files that define a workflow
        self.loaders: set[tuple[str, int]] = set()  # functions of notebooks that load tables
        self.builders: set[tuple[str, int]] = set()  # functions that make workflows
        self.timing = Schedules(link)
        self.scripts = Scripts(link)
        self.tasks = OwnTasks(link)
        self.keys = RowKeys(flow)

    def collect(self, event: Event) -> None:
        """Note the files that define workflows."""
        self.timing.collect(event)
        self.tasks.collect(event)
        if "workflow" in event.known:
            self.schedules.add(event.module.path)
            self.builders.add((event.module.path, event.call.scope))
        if (
            (event.known.get("writes") or {}).get("what") == "table"
            and event.entry.kind == "notebook"
            and event.call.scope
        ):
            self.loaders.add((event.module.path, event.call.scope))

    def relate(self, event: Event) -> None:
        """One row for a call that reads the clock, or makes something unique, in what a pipeline runs."""
        known = event.known
        clock = known.get("clock") and not (known.get("clock_unless") and self.link.given(event, known["clock_unless"]))
        if not clock and not known.get("gives_unique"):
            return
        key = (event.module.path, event.number)
        if _TRIALS.intersection(words_of(event.module.code.scopes[event.call.scope].name)):
            return
        runs = self.link.in_task(event) or (event.module.path, event.call.scope) in self.loaders
        beside = not runs and bool(clock) and self.scripts.lies_beside(event)
        if key in self.seen or not (runs or beside) or self.link.in_test(event.module.path):
            return
        self.seen.add(key)
        sinks = self._ends(event.module, event.number)
        if not clock and not any(one.kind in _GRAVE for one in sinks) and self._repeated(event):
            key_of_rows = self.keys.sink(event.module, event.number)
            if key_of_rows is not None:
                self._row("unique_use", event.module, event.number, event.name, key_of_rows, "run", not beside)
                return
        sink: Sink | None = sinks[0] if sinks else None
        if sink is not None and not clock and self._handed_out(event):
            return  # whoever comes next is told the name, and takes what the last try has made
        if sink is not None and sink.kind in ("path", "partition") and not self._scheduled(event):
            return  # a run of an experiment may well name its folder by the time
        if sink is not None and sink.kind in ("path", "partition") and self._kept_aside(event):
            return
        if sink is not None and sink.kind == "window" and is_clearing(self._step(event)):
            return  # what is too old to be kept is so by now
        if is_decorated(self.link, event.module, event.call.scope, "starts_runs"):
            return  # what starts runs asks what is due by now
        table = "clock_use" if clock else "unique_use"
        for one in (*sinks, *([None] if not sinks else [])):
            at = self.evaluated(event, one)
            own = 0 if event.entry.kind == "notebook" else self.tasks.kind(event.module, event.call.scope)
            more = (own, int(bool(clock) and self._handed_out(event)))
            self._row(table, event.module, event.number, event.name, one, at, not beside, more)

    def _kept_aside(self, event: Event) -> bool:
        """Whether a file only keeps what went wrong, how things are now, or what is other than what was kept before,
        under the time at which it is made."""
        return self.link.instead(event) or is_copy(self._step(event)) or only_if_other(event)

    def _step(self, event: Event) -> str:
        """What a step is called."""
        return event.module.path.rpartition("/")[2] + " " + event.module.code.scopes[event.call.scope].qualname

    def _scheduled(self, event: Event) -> bool:
        if self.scheduled is None:
            link = self.link
            self.scheduled = scheduled_files(link.folder.program, sorted(link.tasks), link.tests) | link.started
        path = event.module.path
        return event.entry.kind in ("task", "notebook") or path in self.scheduled

    def _repeated(self, event: Event) -> bool:
        """Whether a retry or a schedule runs a call again."""
        own = event.entry.kind == "task" or self.tasks.kind(event.module, event.call.scope) > 0
        return own or (event.entry.kind != "notebook" and self._scheduled(event))

    def _row(
        self, table: str, module: Module, number: int, name: str, sink: Sink | None, evaluated: str, runs: bool = True,
        steps: tuple[int, int] = (0, 0),
    ) -> None:  # fmt: skip
        rows, call = self.link.rows, module.code.calls[number]
        there = rows.span(sink.path, sink.where) if sink is not None and sink.where is not None else None
        kind = sink.kind if sink is not None else "unknown"
        place, scope = rows.span(module.path, call.where), self.link.scope_name(module, call.scope)
        looks = sink is not None and (sink.looks or is_told(sink.path, module, call.scope))
        timed = self.timing.runs(module.path)
        shifted = sink is not None and sink.shifted
        told = kind == "window" and self.flow.is_told(module)  # options tell the job its day
        for_day = stands_for_day(module, number)
        flags = (told or stands_in(module, number), looks, timed, shifted, *steps, for_day)
        more = map(int, flags) if table == "clock_use" else ()
        rows.add(table, place, name, kind, there, evaluated, int(runs), scope, *more)

    def fields(self) -> None:
        """Rows for the fields of classes: they are computed once, when the module is imported."""
        for path in sorted(self.link.tasks - self.link.tests):
            module = self.link.folder.program.module(path)
            for number, call in enumerate(module.code.calls if module is not None else ()):
                if module is None or module.code.scopes[call.scope].kind != "class" or (path, number) in self.seen:
                    continue
                name, entry = self.link.folder.entry_of(call, self.link.folder.scope_frame(module, call.scope))
                if entry.get("clock") and not entry.get("clock_unless"):
                    sinks = self._ends(module, number)
                    for sink in (*sinks, *([None] if not sinks else [])):
                        self._row("clock_use", module, number, name, sink, "import")

    def _ends(self, module: Module, number: int) -> list[Sink]:
        """Where a time ends, as far as that can be told."""
        return (
            gravest(self.flow.sinks(module, number))
            or self._parameter(module, number)
            or self.flow.default(module, number)
        )

    def _parameter(self, module: Module, number: int, depth: int = 0) -> list[Sink]:
        """The field that declares a parameter of a task, when its default is made of the value: it tells the runs
        apart."""
        for use in self.flow.uses(module).of.get(("call", number), ()):
            if use.kind == "call":
                call = module.code.calls[use.number]
                if (self.link.knowledge.of(dotted(module, call.func)) or EMPTY).get("task_parameter"):
                    return [Sink("partition", module.path, call.where, True)]
            if use.kind == "method" and depth < _STEPS:
                found = self._parameter(module, use.number, depth + 1)
                if found:
                    return found
        return []

    def _handed_out(self, event: Event) -> bool:
        """Whether the function returns what it makes, as it is or as a text or path."""
        ops = event.module.code.scopes[event.call.scope].ops
        given = [op[1] for op in ops if op[0] == "r"]
        if any(self._holds(event, one, 0) for one in given):
            return True
        return any(
            call.func[0] == "attr" and call.func[2] == "append" and call.func[1] in given
            and any(self._holds(event, one, 0) for one in call.args)
            for call in event.module.code.calls if call.scope == event.call.scope
        )  # fmt: skip

    def _holds(self, event: Event, value: Any, depth: int) -> bool:
        if value == ("call", event.number):
            return True
        if depth > 8 or not isinstance(value, tuple) or not value:
            return False
        if value[0] == "call":
            call = event.module.code.calls[value[1]]
            entry = self.link.folder.entry_of(call, event.frame)[1]
            if not entry.get("folds") and call.func != ("name", "str"):
                return False
            value = (call.func[1], *call.args) if call.func[0] == "attr" else call.args
        return any(self._holds(event, one, depth + 1) for one in value)

    def evaluated(self, event: Event, sink: Sink | None) -> str:
        """When the clock is read: while a DAG file is parsed, when a module is imported, or when the task runs."""
        if event.entry.kind == "notebook":
            return "run"
        scope = event.module.code.scopes[event.call.scope]
        defines = event.module.path in self.schedules
        if scope.kind == "function":
            builds = (event.module.path, event.call.scope) in self.builders or self._builds(event)
            return "parse" if builds else "run"
        if defines:
            return "parse"
        own = event.entry.kind == "script" and event.entry.module is event.module
        return "run" if own and not (sink is not None and sink.imported) else "import"

    def _builds(self, event: Event) -> bool:
        """Whether the function around a call puts a workflow together, which happens whenever its file is parsed."""
        return is_decorated(self.link, event.module, event.call.scope, "workflow")


def is_told(path: str, module: Module, scope: int) -> bool:
    """Whether the step that asks the clock, or the file in which the time ends, sends messages to people, or chooses
    the day for which something is run."""
    if _SCHEDULERS.intersection(words_of(module.path)):
        return True
    names = (path.rpartition("/")[2], module.path.rpartition("/")[2], module.code.scopes[scope].qualname)
    return any(is_message(name) for name in names)


def dotted(module: Module, value: Value) -> str:
    """The name of something imported as code spells it, also where the repository holds the library itself."""
    if value[0] == "attr":
        return f"{dotted(module, value[1])}.{value[2]}"
    if value[0] == "name":
        value = module.env.get(value[1], value)
    return str(value[1]) if value[0] == "ext" else ""


def gravest(sinks: list[Sink]) -> list[Sink]:
    """The sinks that matter most: the first, and those of its kind in other files."""

    def rank(sink: Sink) -> int:
        return _ORDER.index(sink.kind) if sink.kind in _ORDER else 99

    first = min(sinks, key=lambda sink: (rank(sink), sink.looks, not sink.shifted), default=None)
    if first is None:
        return []
    files = {first.path: first}
    for sink in sinks:
        if sink.kind == first.kind and len(files) < _MOST:
            files.setdefault(sink.path, sink)
    return list(files.values())
