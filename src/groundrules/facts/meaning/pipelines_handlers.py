"""Failures of a step that a handler swallows."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_paths import bare, opens_for_writing, takes_more
from groundrules.facts.meaning.pipelines_words import is_history, is_passing, is_question, words_of
from groundrules.facts.python.contexts import contexts_of, handlers_of, tried
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.knowledge import EMPTY
from groundrules.facts.python.program import Module
from groundrules.facts.sql import scan
from groundrules.facts.sql.words import words
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning.pipelines_handled import (
        ended_by,
        goes_another_way,
        leaves,
        nobody_looks,
        outcome_of,
        refused_later,
    )
    from groundrules.facts.meaning.pipelines_named import (
        Named,
        ends_empty_handed,
        gives_up,
        in_loop,
        is_own,
        named_steps,
        prepares,
        whole_steps,
    )
    from groundrules.facts.meaning.pipelines_steps import Steps
else:
    late(
        globals(),
        "groundrules.facts.meaning.pipelines_handled",
        "ended_by goes_another_way leaves nobody_looks outcome_of refused_later",
    )
    late(
        globals(),
        "groundrules.facts.meaning.pipelines_named",
        "ends_empty_handed gives_up in_loop is_own named_steps prepares whole_steps",
    )
    late(globals(), "groundrules.facts.meaning.pipelines_steps", classes="Steps")

_BROAD = frozenset({"", "Exception", "BaseException"})
_SIDES = ("writes", "waits", "runs_sql")
_ASIDE = words(
    """notify notification notifications notifier alert alerts alerting slack webhook webhooks mail email telegram
    discord ping heartbeat telemetry close cleanup clean clear release rollback teardown disconnect shutdown log logs
    logger cache cached debug error errors failure failures audit"""
)
_SENDS = words("post put patch delete request send upload")
_KEPT = words("token tokens credential credentials cookie cookies cache cached session history progress")
_ON = frozenset({"pass", "log", "say", "break"})  # what goes on behind the handler as if nothing had happened
_LOOKS = frozenset({"select", "other"})
_DEEPEST = 4  # functions between a handler and the call whose failure it takes


class Handlers:
    """Rows of handlers around steps that load or write."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.steps = Steps(link)
        self.told: set[tuple[str, int]] = set()  # handlers that have a row

    def relate(self, event: Event) -> None:
        """One row for an event whose failure a broad handler takes without a trace for the caller."""
        sides = any(role in event.known for role in _SIDES) or opens_for_writing(self.link, event)
        sides = sides or self._reads(event) or self._starts(event)
        if not sides or not self.link.in_task(event) or event.known.get("notifies"):
            return
        if event.name.startswith("*.") and "runs_sql" in event.known and not event.call.args:
            return  # some other method of that name
        if takes_more(event) or self._moves_nothing(event) or self.link.instead(event):
            return
        frame: Frame | None = event.frame
        context, where = event.call.context, event.call.where
        for _ in range(_DEEPEST + 1):
            if frame is None or self.link.in_test(frame.module.path) or self._aside(frame):
                return
            if any(kind == "except" for kind, _ in contexts_of(frame.module, context)):
                return  # it only runs because something else has failed
            if self._taken(event, frame, context, where) or self.steps.is_task(frame):
                return
            if frame.caller is None or frame.call < 0:
                return
            call = frame.caller.module.code.calls[frame.call]
            context, where = call.context, call.where
            frame = frame.caller

    def _reads(self, event: Event) -> bool:
        """Whether an event reads data: without them, the rest of the step has nothing to do."""
        return (event.known.get("reads") or EMPTY).get("what") in ("data", "table")

    def _starts(self, event: Event) -> bool:
        """Whether an event runs a command, and fails when the command does."""
        told = event.known.get("runs")
        if not told or "task" in event.known:
            return False
        if not (told.get("checked") or (told.get("checked_when") and self.link.holds(event, told["checked_when"]))):
            return False
        value = self.link.given(event, told.get("command"))
        first = value[1][0] if value is not None and value[0] in ("list", "tuple") and value[1] else value
        names = [text.split()[:1] for text in self.link.texts(first, event.frame)] if first is not None else []
        return not any((self.link.knowledge.of(f"$.{one}") or EMPTY).get("looks") for name in names for one in name)

    def _taken(self, event: Event, frame: Frame, context: int, where: Any) -> bool:
        """Whether a handler of this function takes the failure, with a row when it is a broad one."""
        module = frame.module
        number = tried(module, context)
        while number is not None:
            handlers = module.code.contexts[number].value[1]
            for inside, (names, action) in zip(
                handlers_of(module, number), (one[:2] for one in handlers), strict=False
            ):
                if self._broad(event, module, inside, names):
                    if action != "raise":
                        self._row(event, frame, inside, (names, action), where)
                        return True
                    break
            number = tried(module, module.code.contexts[number].parent)
        return False

    def _row(self, event: Event, frame: Frame, context: int, told: tuple[str, str], where: Any) -> None:
        module, (names, action) = frame.module, told
        is_task = self.steps.is_task(frame)
        gone = action == "return" and gives_up(module, frame.scope, context, is_task)
        out = outcome_of(self.link, module, frame.scope, context, action == "return")
        action = "log" if action == "say" or (action in ("pass", "break") and out.says) else action
        stands_in = bool(out.stand_in) and out.says and not gone and not self._kept(event, frame, module, context)
        asks = not gone and not any(role in event.known for role in _SIDES) and self._reads(event)
        if asks and not stands_in and not (out.says and action in _ON):
            return
        left = action == "exit" and leaves(module, context)
        quiet = (
            (gone or stands_in or left or (action in _ON and not out.stand_in))
            and not out.tells
            and not self._again(frame, context, where)
            and not refused_later(module, frame.scope, context)
        )
        looked = nobody_looks(self.link, frame, self.steps.is_task) if quiet and out.stand_in else False
        looped = in_loop(module, module.code.contexts[context].parent)
        unchecked = not looped and out.stand_in == "empty" and bool(looked)
        moves = gone or left or (self._moves(event) and not asks and not stands_in)
        self.told.add((module.path, context))
        found = (
            names or "everything",
            action,
            int(quiet and looked is not None),
            event.name.lstrip("*."),
            self.link.span(event),
            int(moves),
            int(looped),
        )
        self._add(frame, context, found, (0, int(unchecked), int(out.mild)))

    def _kept(self, event: Event, frame: Frame, module: Module, context: int) -> bool:
        """Whether a step asks for what an earlier run may have left, or looks whether there is something at all."""
        told = event.known.get("writes") or event.known.get("reads") or EMPTY
        spelt = " ".join(self._texts(event, told.get("target")))
        names = [str(op[1]) for op in module.code.scopes[frame.scope].ops if op[0] == "=" and op[-1] == context]
        return is_question(" ".join((spelt, module.code.scopes[frame.scope].name, *names)))

    def _add(self, frame: Frame, context: int, told: tuple[Any, ...], more: tuple[int, int, int]) -> None:
        module = frame.module
        cell, line, column, _, _ = module.code.contexts[context].value[2]
        place = self.link.rows.span(module.path, (cell, line, column, line, column + 6))
        empty = int(ends_empty_handed(module, frame.scope, context))
        scope = module.code.scopes[frame.scope].qualname
        self.link.rows.add("handler", place, *told, empty, *more, 1, scope)

    def finish(self, scope: frozenset[str] | None) -> None:
        """Rows of handlers around steps of which only the names are known."""
        for path in sorted(self.link.tasks - self.link.tests):
            module = self.link.folder.program.module(path) if scope is None or path in scope else None
            for number, one in enumerate(module.code.contexts if module is not None else ()):
                if one.kind == "try" and module is not None:
                    self._named(module, number)

    def _named(self, module: Module, number: int) -> None:
        """A row for the broad handler of a `try`, if it is quiet and nothing else is known of what may fail."""
        handlers = module.code.contexts[number].value[1]
        for context, (names, action) in zip(handlers_of(module, number), (one[:2] for one in handlers), strict=False):
            if not _BROAD.intersection(names.split() or [""]) or action not in _ON:
                continue
            if (module.path, context) in self.told:
                continue
            found = sorted(named_steps(self.link, module, number), key=lambda one: not one.moves)
            if not found or not found[0].moves:
                found = whole_steps(self.link, module, number, self.steps.is_task) or found
            if found:
                self._named_row(module, number, context, (names or "everything", action), found[0])

    def _named_row(self, module: Module, number: int, context: int, told: tuple[str, str], step: Named) -> None:
        call = module.code.calls[step.number]
        frame = Frame(module, call.scope) if call.scope else self.link.folder.module_frame(module)
        handled = any(kind == "except" for kind, _ in contexts_of(module, number))
        out = outcome_of(self.link, module, frame.scope, context, False)
        if handled or out.tells or out.stand_in or self._aside(frame) or self._again(frame, context, call.where):
            return
        if refused_later(module, frame.scope, context):
            return
        place, looped = self.link.rows.span(module.path, call.where), int(in_loop(module, number))
        action = "log" if told[1] == "say" else told[1]
        self._add(
            frame, context, (told[0], action, 1, step.name, place, int(step.moves), looped), (1, 0, int(out.mild))
        )

    def _moves(self, event: Event) -> bool:
        """Whether an event changes data, which are then missing; what is only asked for may well have a stand-in."""
        known = event.known
        if "runs_sql" in known:
            verbs = {one.verb for text in self._texts(event, known["runs_sql"].get("statement")) for one in scan(text)}
            return not verbs or not verbs <= _LOOKS
        if "runs" in known:
            return True
        if "waits" in known:
            if any(one[0] == "const" and one[1] in ("GET", "HEAD", "get") for one in event.call.args[:1]):
                return False
            return bool(_SENDS.intersection(words_of(event.name.rpartition(".")[2])))
        told = known.get("writes") or known.get("reads") or EMPTY
        value = self.link.given(event, told.get("target"))
        spelt = " ".join(self._texts(event, told.get("target")))
        if value is not None and bare(value)[0] in ("attr", "param"):
            spelt = str(bare(value)[2])
        if _KEPT.intersection(words_of(spelt)) or told.get("what") in ("text", "config"):
            return False
        return bool(told.get("bucket")) or kind_of(spelt) not in ("text", "config")  # what goes to a store is a result

    def _again(self, frame: Frame, context: int, where: Any) -> bool:
        """Whether the handler stands in a loop that the first success leaves: it only tries again."""
        module = frame.module
        outer = module.code.contexts[context].parent
        if self._polls(frame, outer) or goes_another_way(self.link, frame, context):
            return True
        if not any(kind in ("for", "while") for kind, _ in contexts_of(module, outer)):
            return False
        (cell, first), last = where[:2], module.code.contexts[context].value[2][1]
        if ended_by(module, context) == "break":
            return True
        returns = [op[2] for op in module.code.scopes[frame.scope].ops if op[0] == "r"]
        return any(one[0] == cell and first <= one[1] < last for one in returns)

    def _polls(self, frame: Frame, context: int) -> bool:
        """Whether something stands in a loop that waits between its rounds: the next one tries again."""
        module = frame.module
        while context and module.code.contexts[context].kind != "while":
            context = module.code.contexts[context].parent
        inside = {context}
        for number, one in enumerate(module.code.contexts):
            if number and one.parent in inside:
                inside.add(number)
        return bool(context) and any(
            call.context in inside and self.link.folder.entry_of(call, frame)[1].get("sleeps")
            for call in module.code.calls if call.scope == frame.scope
        )  # fmt: skip

    def _broad(self, event: Event, module: Module, context: int, names: str) -> bool:
        """Whether a handler takes whatever goes wrong in the event: any exception, or all that the library raises."""
        if _BROAD.intersection(names.split() or [""]):
            return True
        frame = self.link.folder.module_frame(module)
        for value in module.code.contexts[context].value[3]:
            folded = self.link.folder.fold(value, frame)
            entry = self.link.knowledge.of(folded[1]) if folded[0] == "ext" else None
            if any(event.name.startswith(one) for one in (entry or EMPTY).get("catches") or ()):
                return True
        return False

    def _aside(self, frame: Frame) -> bool:
        """Whether a function tells people of something or clears up: what the data do not need."""
        scope = frame.module.code.scopes[frame.scope]
        return scope.kind == "function" and bool(_ASIDE.intersection(words_of(scope.name)))

    def _moves_nothing(self, event: Event) -> bool:
        """Whether the event only sets up a session or a table, writes what nobody reads, or asks its own machine."""
        told = event.known.get("runs_sql")
        if told:
            texts = self._texts(event, told.get("statement"))
            return bool(texts) and all(prepares(text) for text in texts)
        if "waits" in event.known:
            return any(is_own(text) or _ASIDE.intersection(words_of(text)) for text in self._texts(event, "url"))
        told = event.known.get("writes") or event.known.get("reads") or EMPTY
        if told.get("of_handle"):
            value = self.link.given(event, told.get("target"))
            return value is not None and bare(value)[0] == "call"  # the call that opens the file counts
        return any(is_passing(text) or is_history(text) for text in self._texts(event, told.get("target")))

    def _texts(self, event: Event, name: Any) -> list[str]:
        names = [name] if isinstance(name, str) else name or []
        values = [self.link.given(event, one) for one in names]
        return [text for value in values if value is not None for text in self.link.texts(value, event.frame)]
