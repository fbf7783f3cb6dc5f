"""What every part of this room needs to turn events into rows."""

from __future__ import annotations

from groundrules.facts.ownership import Ownership
from groundrules.facts.python.contexts import contexts_of, handlers_of, tried
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Folder, Frame
from groundrules.facts.python.ir import Context, Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import is_text, spelled
from groundrules.facts.python.walk import Walker
from groundrules.facts.rows import Rows
from groundrules.typed import Any, Iterable, Mapping, Sequence

_OTHER_FAILURES = frozenset(  # of what is found, but is not what it should be
    (
        "KeyError",
        "ValueError",
        "TypeError",
        "AttributeError",
        "IndexError",
        "UnicodeDecodeError",
        "ImportError",
        "NameError",
    )
)
Names = str | Sequence[str] | None


class Link:
    """The program, its timelines, and the rows that are being made."""

    def __init__(
        self, walker: Walker, owners: Ownership, rows: Rows, tests: frozenset[str], tasks: frozenset[str]
    ) -> None:
        self.walker = walker
        self.folder: Folder = walker.folder
        self.knowledge = walker.knowledge
        self.owners = owners
        self.rows = rows
        self.tests = tests  # paths of tests and fixtures
        self.tasks = tasks  # paths whose code a pipeline runs
        self.started: frozenset[str] = frozenset()  # those of them that a clock starts as programs

    # ---- arguments ---------------------------------------------------------------------------------------------------
    def given(self, event: Event, names: Names) -> Value | None:
        """The argument that the event's call gives for a parameter, or for the first of several that it gives."""
        for name in [names] if isinstance(names, str) else names or ():
            value = self._argument(event, str(name))
            if value is not None:
                return value
        return None

    def _argument(self, event: Event, name: str) -> Value | None:
        """One argument; a name with a dot is a setting of an object that is given."""
        head, _, setting = name.partition(".")
        value = self.folder.argument(event.call, event.known, head, event.frame)
        if value is None or not setting:
            return value
        return self.folder.setting_of(value, setting, event.frame)

    def folded(self, event: Event, names: Names) -> Value | None:
        """The same, folded; the parameter's known default when none is given; None when there is neither."""
        value = self.given(event, names)
        if value is not None:
            return self.folder.fold(value, event.frame)
        defaults = event.known.get("defaults") or {}
        for name in [names] if isinstance(names, str) else names or ():
            if name in defaults:
                default = defaults[name]
                return ("const", default) if not isinstance(default, (list, dict)) else None
        return None

    def may_be(self, event: Event, name: str) -> bool:
        """Whether the event's call gives a parameter, or spreads something unknown that may."""
        return self.given(event, name) is not None or self.folder.may_be_given(event.call, event.frame)

    def mode_is(self, event: Event, told: Any, *when: str) -> bool | None:
        """Whether a write's mode, which one of several parameters may decide, is one of those; None when unknown."""
        parameter = told["mode_parameter"]
        values = [value for one in when for value in told.get(one) or ()]
        return self.holds(event, dict.fromkeys(parameter if isinstance(parameter, list) else [parameter], values))

    def holds(self, event: Event, conditions: Any) -> bool | None:
        """Whether any of the named arguments has one of its values; None when that cannot be known.

        A list of mappings holds when all arguments of one of its mappings do.
        """
        unknown = False
        if isinstance(conditions, list):
            for one in conditions:
                answers = [self.holds(event, {name: values}) for name, values in one.items()]
                if all(answers):
                    return True
                unknown = unknown or (False not in answers)
            return None if unknown else False
        for name, values in (conditions or {}).items():
            folded = self.folded(event, name)
            if folded is None:
                if self.folder.may_be_given(event.call, event.frame):
                    unknown = True
                continue
            for one in folded[1:] if folded[0] == "either" else (folded,):
                if one[0] == "const":
                    if any(one[1] == value and type(one[1]) is type(value) for value in values):
                        return True
                elif one[0] == "ext":
                    if one[1].rpartition(".")[2] in [str(value) for value in values]:
                        return True
                else:
                    unknown = True
        return None if unknown else False

    def compiler(self, module: Module, scope: int) -> Mapping[str, Any]:
        """What becomes of generators in a function that a library compiles; nothing in any other."""
        for one in module.code.scopes[scope].decorators:
            maker = module.code.calls[one[1]].func if one[0] == "call" else one
            folded = self.folder.fold(maker, self.folder.module_frame(module))
            told = (self.knowledge.of(folded[1]) or {}).get("compiles") if folded[0] == "ext" else None
            if told:
                return dict(told)
        return {}

    def texts(self, value: Value, frame: Frame) -> list[str]:
        """What a value spells, each alternative with its {holes}; [] when it is no text."""
        folded = self.folder.fold(value, frame)
        found = []
        for one in folded[1:] if folded[0] == "either" else (folded,):
            if is_text(one):
                found.append(spelled(one))
            elif one[0] in ("list", "tuple"):
                found.extend(spelled(item) for item in one[1] if is_text(item))
            elif one[0] == "dict":
                for _, item in one[1]:
                    parts = item[1] if item[0] in ("list", "tuple") else (item,)
                    found.extend(spelled(part) for part in parts if is_text(part))
        return found[:24]

    # ---- surroundings ------------------------------------------------------------------------------------------------
    def scope_name(self, module: Module, number: int) -> str:
        """The function or class around something, '' at module level."""
        return module.code.scopes[number].qualname

    def span(self, event: Event) -> int:
        """The place of the event's call."""
        return self.rows.span(event.module.path, event.call.where)

    def call_site(self, event: Event, depth: int | None = None) -> tuple[str, tuple[Any, ...]]:
        """The place in the entry point's own file where the event is reached; the call itself when it stands there."""
        path = event.entry.module.path
        if event.module.path == path:
            return path, event.call.where
        frame: Frame | None = event.frame
        while frame is not None and frame.caller is not None:
            if frame.caller.module.path == path and frame.call >= 0:
                return path, frame.caller.module.code.calls[frame.call].where
            frame = frame.caller
        where = event.entry.module.code.scopes[event.entry.scope].where
        return path, (*where[:3], *where[1:3])

    def spelled_at(self, event: Event, value: Value) -> tuple[int, int | None]:
        """The place to report: the call that spells the path, when a helper only passes its parameter on."""
        frame = event.frame
        current: Value | None = value
        place = (event.module.path, event.call.where)
        for _ in range(6):
            while current is not None and current[0] in ("enter", "attr", "item"):
                current = current[1]
            if current is None or current[0] != "param" or frame.caller is None or frame.call < 0:
                break
            bound = frame.bound.get(current[2])
            if bound is None or bound[1] is not frame.caller:
                break
            current, frame = bound
            caller = event.frame
            while caller.caller is not frame and caller.caller is not None:
                caller = caller.caller
            place = (frame.module.path, frame.module.code.calls[caller.call].where)
        here = self.span(event)
        there = self.rows.span(*place)
        return (there, here) if there != here else (here, None)

    def may_lack(self, value: Value, frame: Frame) -> bool:
        """Whether what a call is given may be nothing: the code that hands it on does without it then."""
        for _ in range(6):
            if value[0] == "either":
                return ("const", None) in value[1:]
            bound = frame.bound.get(value[2]) if value[0] == "param" else None
            if bound is None:
                return False
            value, frame = bound
        return False

    def configured_at(self, event: Event, value: Value) -> int | None:
        """The place in a configuration that spells the path."""
        found = self.folder.settings.origin(value, event.frame) if self.folder.settings is not None else None
        return self.rows.span(*found) if found is not None else None

    def in_test(self, path: str, name: str = "") -> bool:
        """Whether code at a path is a test."""
        return path in self.tests or name.startswith(("test_", "Test"))

    def in_task(self, event: Event) -> bool:
        """Whether a pipeline runs the event."""
        return event.entry.kind == "task" or event.module.path in self.tasks

    def around(self, event: Event) -> Iterable[tuple[str, Value, Frame]]:
        """The contexts around the event, innermost first, out through the calls that led to it."""
        for one, frame in self.contexts(event):
            yield one.kind, one.value, frame

    def contexts(self, event: Event) -> Iterable[tuple[Context, Frame]]:
        """The same, each with all that is known of it."""
        frame: Frame | None = event.frame
        context, module = event.call.context, event.module
        while True:
            while context and frame is not None:
                one = module.code.contexts[context]
                yield one, frame
                context = one.parent
            if frame is None or frame.caller is None or frame.call < 0:
                return
            module, context = frame.caller.module, frame.caller.module.code.calls[frame.call].context
            frame = frame.caller

    def in_loop(self, event: Event) -> bool:
        """Whether the event runs in a loop."""
        return any(kind in ("for", "while") for kind, _, _ in self.around(event))

    def handled(self, event: Event) -> bool:
        """Whether a failure of the event's call is caught where it stands and not raised again."""
        for kind, value in contexts_of(event.module, event.call.context):
            if kind == "try":
                return any(action not in ("raise", "exit") for _, action in value[1])
        return False

    def replaced(self, event: Event) -> bool:
        """Whether something else is done where the event's call does not find its file, more than to say so."""
        module = event.module
        number = tried(module, event.call.context)
        while number is not None:
            for handler in handlers_of(module, number):
                one = module.code.contexts[handler]
                if not one.value[1] or any(name not in _OTHER_FAILURES for name in one.value[1].split()):
                    return not one.refused
            number = tried(module, module.code.contexts[number].parent)
        return False

    def instead(self, event: Event) -> bool:
        """Whether the event only happens where another way has failed."""
        return any(kind == "except" for kind, _ in contexts_of(event.module, event.call.context))

    def existence_tests(self, value: Value, frame: Frame) -> Iterable[tuple[Value, Frame]]:
        """The paths whose existence a test asks about."""
        tag = value[0]
        if tag in ("not", "enter"):
            yield from self.existence_tests(value[1], frame)
        elif tag in ("and", "or"):
            for part in value[1]:
                yield from self.existence_tests(part, frame)
        elif tag == "cmp":
            yield from self.existence_tests(value[2], frame)
            yield from self.existence_tests(value[3], frame)
        elif tag == "call":
            call = frame.module.code.calls[value[1]]
            _, entry = self.folder.entry_of(call, frame)
            told = entry.get("tests_existence")
            if told:
                target = self.folder.argument(call, entry, told.get("target"), frame)
                if target is not None:
                    yield target, frame
        elif tag == "name":
            bound = frame.module.env.get(value[1])
            if bound is not None and bound[0] != "name":
                yield from self.existence_tests(bound, frame)

    def guarded(self, event: Event, target: Value | None, refused: bool = True) -> bool:
        """Whether the event runs under a test of existence, of its target where that is known.

        With `refused` as False, a test does not count whose other outcome is that the program gives up.
        """
        wanted = set(self.texts(target, event.frame)) if target is not None else set()
        for one, frame in self.contexts(event):
            kind, value = one.kind, one.value
            if kind not in ("if", "else", "while", "with") or (one.refused and not refused):
                continue
            for asked, asked_frame in self.existence_tests(value, frame):
                if not wanted or asked == target:
                    return True
                found = set(self.texts(asked, asked_frame))
                if not found or any(a.startswith(b) or b.startswith(a) for a in found for b in wanted):
                    return True
        return False
