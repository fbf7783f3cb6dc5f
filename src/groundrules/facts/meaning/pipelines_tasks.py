"""Tasks of workflow systems, with what they retry."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.facts.python.program import Module
from groundrules.typed import Any


class Tasks:
    """Rows of tasks and workflows."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.defaults: dict[str, list[Value]] = {}  # by file: what its workflows give every task, folded
        self.seen: set[tuple[str, int]] = set()
        self.schedules: set[str] = set()  # files that define workflows
        self.handed: set[tuple[str, Any]] = set()  # calls in them by which other files make tasks
        self.marked: dict[tuple[str, int], tuple[Entry, Call | None]] = {}  # by function: what makes it a task

    def collect(self, event: Event) -> None:
        """Note what a workflow gives its tasks."""
        told = event.known.get("workflow")
        if told is not None:
            self.schedules.add(event.module.path)
            folded = self.link.folded(event, told.get("default_args"))
            if folded is not None:
                self.defaults.setdefault(event.module.path, []).append(folded)

    def relate(self, event: Event) -> None:
        """One row for a call that makes a task or a workflow."""
        self._elsewhere(event)
        key = (event.module.path, event.number)
        if key in self.seen or self.link.in_test(event.module.path):
            return
        self.seen.add(key)
        told = event.known.get("task")
        if told is not None and not told.get("idle"):
            self._row(event, told)
        flow = event.known.get("workflow")
        if flow is not None:
            self._workflow(event, flow)

    def _elsewhere(self, event: Event) -> None:
        """One row, in the file of a workflow, for a call that makes a task by way of another file."""
        told, path = event.known.get("task"), event.entry.module.path
        if told is None or told.get("idle") or path == event.module.path or path not in self.schedules:
            return
        where = self.link.call_site(event)
        if where[0] != path or where in self.handed or path in self.link.tests:
            return
        self.handed.add(where)
        retries, timeout = (
            self._setting(event, told.get(one), key, path)
            for one, key in (("retries", "retries"), ("timeout", "execution_timeout"))
        )
        self.link.rows.add(
            "task", self.link.rows.span(*where), str(told.get("framework")), None, None, retries, timeout, path,
            int(speaks(event, told)), None, 0, 0,
        )  # fmt: skip

    def _row(self, event: Event, told: dict[str, Any]) -> None:
        retries = self._setting(event, told.get("retries"), "retries")
        self.link.rows.add(
            "task", self.link.span(event), str(told.get("framework")), self._text(event, told.get("name")),
            self._function(event, told), retries, self._setting(event, told.get("timeout"), "execution_timeout"),
            event.module.path, int(speaks(event, told)),
            *container(event.module, event.call), 0,
        )  # fmt: skip

    def _workflow(self, event: Event, told: dict[str, Any]) -> None:
        given = self.link.given(event, told.get("default_args"))
        self.link.rows.add(
            "workflow", self.link.span(event), str(told.get("framework")), self._text(event, told.get("name")),
            event.module.path, self._setting(event, None, "retries"), self._place(event.module, given),
            int(not self._unscheduled(event, told)), home(event.module.path), self._own(event, told.get("schedule")),
            self._own(event, told.get("catchup")) or default(told.get("catchup_default")),
            int(self._misplaced(event, told)), self._own(event, told.get("runs")),
            container(event.module, event.call)[1], int(self._holds(event, told, "retry_delay")),
        )  # fmt: skip

    def _own(self, event: Event, names: Any) -> str | None:
        """What a workflow itself is given."""
        value = self.link.given(event, names)
        if value is not None:
            return told(self.link.folder.fold(value, event.frame))
        return "?" if self.link.folder.may_be_given(event.call, event.frame) else None

    def _misplaced(self, event: Event, known: dict[str, Any]) -> bool:
        """Whether the arguments of all tasks hold what only the workflow reads."""
        return self._holds(event, known, known.get("catchup"))

    def _holds(self, event: Event, known: dict[str, Any], key: Any) -> bool:
        """Whether the arguments of all tasks hold a key."""
        folded = self.link.folded(event, known.get("default_args"))
        pairs = folded[1] if folded is not None and folded[0] == "dict" else ()
        return any(name == ("const", key) for name, _ in pairs)

    def _unscheduled(self, event: Event, known: dict[str, Any]) -> bool:
        """Whether a workflow only runs when it is told to, once, or when others have filled what it waits for."""
        folded = self.link.folded(event, known.get("schedule"))
        return folded in (("const", None), ("const", "@once")) or (
            folded is not None and folded[0] in ("list", "tuple")
        )

    def _place(self, module: Module, value: Value | None) -> int | None:
        """Where the arguments for all tasks are written."""
        for op in module.code.scopes[0].ops:
            if op[0] == "=" and value is not None and (op[2] == value or value == ("name", op[1])):
                return self.link.rows.span(module.path, op[3])
        return None

    def _setting(self, event: Event, names: Any, key: str, workflow: str = "") -> str | None:
        """What a task says, or else the workflow for it; `?` when it says something that cannot be known."""
        folded = self.link.folded(event, names)
        if folded is not None:
            return told(folded)
        for one in self.defaults.get(workflow or event.module.path, ()):
            found = self._in(one, key)
            if found is not None:
                return found
        return "?" if self.link.folder.may_be_given(event.call, event.frame) else None

    def _in(self, folded: Value, key: str) -> str | None:
        if folded[0] != "dict":
            return "?"
        for name, item in folded[1]:
            if name is None:
                return "?"
            if name == ("const", key):
                return told(item)
        return None

    def _text(self, event: Event, name: Any) -> str | None:
        value = self.link.given(event, name)
        texts = self.link.texts(value, event.frame) if value is not None else []
        return texts[0] if texts else None

    def _function(self, event: Event, known: dict[str, Any]) -> str | None:
        value = self.link.given(event, known.get("function"))
        folded = self.link.folder.fold(value, event.frame) if value is not None else EMPTY
        return self._named(folded) if value is not None else None

    def _named(self, folded: Any) -> str | None:
        if folded and folded[0] == "func":
            return f"{folded[1]}:{self.link.folder.program.scope(folded[1], folded[2]).qualname}"
        return None

    # ---- operators that nothing is known of -------------------------------------------------------------------------
    def unknown(self) -> None:
        """One row for each call, in a file with a workflow, that gives what every task has: a name of a task."""
        functions = self.link.knowledge.functions
        known = [told for name in functions.having("task") if (told := functions[name]["task"])]
        plain = [told for told in known if isinstance(told.get("name"), str) and not told.get("decorator")]
        names = {told["name"] for told in plain} - {"name"}
        retries = {told["retries"] for told in known if isinstance(told.get("retries"), str)}
        for path in sorted(self.schedules):
            module = self.link.folder.program.module(path)
            for number, call in enumerate(module.code.calls if module is not None else ()):
                given = {keyword for keyword, _ in call.kwargs}
                if module is None or (path, number) in self.seen or not names & given or call.func[0] == "attr":
                    continue
                self._unknown(module, number, names, retries)

    def _unknown(self, module: Module, number: int, names: set[str], retries: set[str]) -> None:
        call = module.code.calls[number]
        folder = self.link.folder
        frame = folder.scope_frame(module, call.scope)
        callee = folder.fold(call.func, frame)
        if callee[0] not in ("ext", "class"):
            return
        value = next((value for keyword, value in call.kwargs if keyword in names), None)
        texts = self.link.texts(value, frame) if value is not None else []
        own = next((value for keyword, value in call.kwargs if keyword in retries), None)
        defaults = [self._in(one, "retries") for one in self.defaults.get(module.path, ())]
        shared = next((one for one in defaults if one), None)
        setting = told(folder.fold(own, frame)) if own is not None else shared
        self.link.rows.add(
            "task", self.link.rows.span(module.path, call.where), "own", texts[0] if texts else None, None, setting,
            None, module.path, int("sensor" not in words_of(str(call.func[-1]))), *container(module, call), 0,
        )  # fmt: skip

    # ---- decorated functions -----------------------------------------------------------------------------------------
    def decorated(self) -> None:
        """One row for each function that a decorator makes a task."""
        for path in sorted(self.link.tasks):
            module = self.link.folder.program.module(path)
            for number, scope in enumerate(
                module.code.scopes if module is not None and path not in self.link.tests else ()
            ):
                for decorator in scope.decorators:
                    self._decorator(module, number, decorator)  # type: ignore[arg-type]

    def _decorator(self, module: Module, number: int, decorator: Value) -> None:
        scope = module.code.scopes[number]
        folder = self.link.folder
        frame: Frame = folder.module_frame(module)
        call = module.code.calls[decorator[1]] if decorator[0] == "call" else None
        folded = folder.fold(call.func if call is not None else decorator, frame)
        entry = self.link.knowledge.of(folded[1]) if folded[0] == "ext" else None
        known = (entry or EMPTY).get("task")
        if entry is None or not known or not known.get("decorator"):
            return
        self.marked[module.path, number] = entry, call
        settings = self._settings(module, module, entry, call)
        cell, line, column, _, _ = scope.where
        place = self.link.rows.span(module.path, (cell, line, column, line, column + 4 + len(scope.name)))
        name = f"{module.path}:{scope.qualname}"
        self.link.rows.add(
            "task", place, str(known.get("framework")), scope.name, name, *settings, module.path, 0, None, 0,
            int(bool(entry.get("flow"))),
        )  # fmt: skip

    def _settings(self, workflow: Module, module: Module, entry: Entry, call: Call | None) -> list[str | None]:
        """The retries and the timeout of a decorated task: its own, or those of the workflow that calls it."""
        folder, known = self.link.folder, entry["task"]
        frame = folder.module_frame(module)
        found: list[str | None] = []
        for names, key in ((known.get("retries"), "retries"), (known.get("timeout"), "execution_timeout")):
            wanted = [names] if isinstance(names, str) else names or ()
            values = [folder.argument(call, entry, name, frame) for name in wanted if call is not None]
            own = next((value for value in values if value is not None), None)
            shared = (self._in(one, key) for one in self.defaults.get(workflow.path, ()))
            found.append(
                told(folder.fold(own, frame)) if own is not None else next((one for one in shared if one), None)
            )
        return found

    def called(self) -> None:
        """One row for each call, in a file with a workflow, of a decorated function that stands elsewhere."""
        folder = self.link.folder
        for path in sorted(self.schedules) if self.marked else ():
            module = folder.program.module(path)
            for call in module.code.calls if module is not None else ():
                if module is None or call.func[0] == "local":
                    continue
                frame = folder.scope_frame(module, call.scope)
                callee = folder.fold(call.func, frame)
                marked = self.marked.get((callee[1], callee[2])) if callee[0] == "func" and callee[1] != path else None
                if marked is None:
                    continue
                owner = folder.program.module(callee[1])
                settings = self._settings(module, owner, *marked) if owner is not None else [None, None]
                self.link.rows.add(
                    "task", self.link.rows.span(path, call.where), str(marked[0]["task"].get("framework")), None,
                    self._named(callee), *settings, path, 0, None, 0, int(bool(marked[0].get("flow"))),
                )  # fmt: skip


def container(module: Module, call: Call) -> tuple[str | None, int]:
    """What holds a task: the innermost `with` around it, or the workflow that it is given; and whether it always is."""
    context, always = call.context, call.scope == 0
    while context:
        one = module.code.contexts[context]
        if one.kind == "with":
            return f"with {context}", int(always)
        always = always and one.kind not in ("if", "else", "for", "while", "try", "except", "checked")
        context = one.parent
    given = next((value for name, value in call.kwargs if name == "dag"), None)
    return (f"dag {given}" if given is not None else None), int(always)


def default(value: Any) -> str | None:
    """What a library does where nothing is said, if that is known."""
    return str(value) if value is not None else None


def speaks(event: Event, known: dict[str, Any]) -> bool:
    """Whether a task speaks to a database, a store or a service by itself: it runs no function and no command."""
    roles = any(role in event.known for role in ("runs_sql", "reads", "writes"))
    return roles or ("function" not in known and "runs" not in event.known)


def home(path: str) -> str:
    """The folder that a scheduler reads a workflow from."""
    steps = path.split("/")[:-1]
    at = next((number for number, step in enumerate(steps) if step.lower() == "dags"), len(steps) - 1)
    return "/".join(steps[: at + 1])


def told(folded: Value) -> str:
    """A setting as a text."""
    return str(folded[1]) if folded[0] == "const" else "?"
