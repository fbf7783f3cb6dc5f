"""Folders that steps create, and files that they move, delete or overwrite."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_clearing import Clearing
from groundrules.facts.meaning.pipelines_paths import bare, by_name, gives, is_receiver, shown, takes_more, within
from groundrules.facts.meaning.pipelines_scripts import Scripts
from groundrules.facts.meaning.pipelines_touches import Touch, brought, own_input
from groundrules.facts.meaning.pipelines_words import is_scratch, words_of
from groundrules.facts.ownership import is_temporary
from groundrules.facts.python.contexts import contexts_of, tried
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.interest import PASSIVE
from groundrules.facts.python.ir import Value
from groundrules.typed import TYPE_CHECKING, Any, Iterable, Iterator, defaultdict

if TYPE_CHECKING:
    from groundrules.facts.meaning.pipelines_states import States
    from groundrules.facts.meaning.pipelines_steps import Step, Steps
else:
    late(globals(), "groundrules.facts.meaning.pipelines_states", classes="States")
    late(globals(), "groundrules.facts.meaning.pipelines_steps", classes="Steps")

_HARMLESS = frozenset({*PASSIVE, "logs", "sleeps", "clock", "tests_existence"})


class Files:
    """Rows of folders and removals."""

    def __init__(self, link: Link, clearing: Clearing) -> None:
        self.link = link
        self.clearing = clearing
        self.steps = Steps(link)
        self.states = States(link, clearing)
        self.scripts = Scripts(link)
        self.read: dict[int, list[Touch]] = defaultdict(list)
        self.made: dict[int, list[Touch]] = defaultdict(list)
        self.removed: dict[int, list[Touch]] = defaultdict(list)
        self.ends: dict[tuple[int, Step], int] = {}  # by step: where its last call stands that can fail

    # ---- first pass --------------------------------------------------------------------------------------------------
    def collect(self, event: Event) -> None:
        """Note what an entry point reads, makes and removes."""
        known = event.known
        if takes_more(event):
            return
        if not _HARMLESS.issuperset(known) and self.link.in_task(event):
            self.ends[event.entry.id, self.steps.of(event)] = event.position
        reads = known.get("reads")
        if reads is not None:
            writes = bool(reads.get("handle")) and self._mode(event, reads)[:1] in ("w", "a", "x")
            self._touch(self.made if writes else self.read, event, reads.get("target"))
        if "writes" in known:
            self._touch(self.made, event, known["writes"].get("target"))
        if "makes_folder" in known:
            self._touch(self.made, event, known["makes_folder"].get("target"))
        if "removes" in known:
            self._touch(self.removed, event, known["removes"].get("target"))

    def _mode(self, event: Event, told: Any) -> str:
        folded = self.link.folded(event, told.get("mode")) if told.get("mode") else None
        return str(folded[1]) if folded is not None and folded[0] == "const" else "r"

    def _touch(self, notes: dict[int, list[Touch]], event: Event, name: Any) -> None:
        value = self.link.given(event, name)
        if value is not None:
            texts = frozenset(text for text in self.link.texts(value, event.frame) if text.strip("{}x"))
            notes[event.entry.id].append(Touch(event, value, texts, self.link.span(event)))

    def before(self, notes: dict[int, list[Touch]], event: Event, value: Value) -> Touch | None:
        """What happened to the same path earlier in the same run."""
        return next(self.earlier(notes, event, value), None)

    def earlier(self, notes: dict[int, list[Touch]], event: Event, value: Value) -> Iterator[Touch]:
        """Everything that happened to the same path earlier in the same run."""
        texts = frozenset(text for text in self.link.texts(value, event.frame) if text.strip("{}x"))
        for one in notes.get(event.entry.id, ()):
            if one.event.position >= event.position or one.event.call is event.call:
                continue
            if one.texts & texts or (one.event.frame is event.frame and bare(one.value) == bare(value)):
                yield one

    # ---- second pass -------------------------------------------------------------------------------------------------
    def relate(self, event: Event) -> None:
        """Rows for what the event creates or removes."""
        if "makes_folder" in event.known:
            self._folder(event, event.known["makes_folder"])
        if "writes" in event.known:
            self._overwrite(event, event.known["writes"])
        if "removes" in event.known and not takes_more(event):
            self._removal(event, event.known["removes"])

    def _folder(self, event: Event, told: dict[str, Any]) -> None:
        link = self.link
        value = link.given(event, told.get("target"))
        if value is None:
            return
        texts = link.texts(value, event.frame)
        guarded = self._guarded(event, value, told) or self.before(self.removed, event, value) is not None
        fixed = bool(texts) and not any("{" in text for text in texts) and link.in_task(event)
        passing = self._passing(event, value, texts) and not fixed  # a fixed place is there until somebody clears it
        guarded = guarded or passing or self.link.instead(event) or self._fresh(event, value)
        link.rows.add(
            "folder_creation", link.span(event), event.title, shown(texts), int(guarded), int(link.in_task(event)),
            link.scope_name(event.module, event.call.scope), event.entry.kind,
        )  # fmt: skip

    def _removal(self, event: Event, told: dict[str, Any]) -> None:
        link = self.link
        value = link.given(event, told.get("target"))
        if value is None:
            return
        texts = link.texts(value, event.frame)
        step = self.steps.of(event)
        readers = (one for one in self.earlier(self.read, event, value) if self.steps.of(one.event) == step)
        read, makers = next(readers, None), list(self.earlier(self.made, event, value))
        makers += self._unpacked(event, value)
        beside = brought(self.made.get(event.entry.id, ()), read.event if read is not None else event, texts)
        made = any(self.steps.of(one.event) == step for one in (*makers, *beside))  # another step is not repeated
        fallback = any(one.event.frame is event.frame for one in self.earlier(self.removed, event, value))
        temporary = made or fallback or self._passing(event, value, texts)
        known = bool(texts) and all(text.strip("{}") and not text.startswith("{") for text in texts)
        handed = self.handed(value, event.frame)
        is_input = not temporary and (read is not None or known or handed)
        guarded = self._guarded(event, value, told, read) or self._listed(value, event.frame)
        link.rows.add(
            "removal", link.span(event), event.title, str(told.get("action", "delete")), shown(texts), int(is_input),
            read.span if read is not None else None, makers[0].span if makers and not made else None,
            int(handed), int(self.ends.get((event.entry.id, step)) == event.position and not link.in_loop(event)),
            int(guarded), int(temporary), int(link.in_task(event)), link.scope_name(event.module, event.call.scope), 0,
        )  # fmt: skip

    def _unpacked(self, event: Event, value: Value) -> list[Touch]:
        """What has put a file into the folder that a path is put together from: what unpacks names the folder alone."""
        call = event.module.code.calls[bare(value)[1]] if bare(value)[0] == "call" else None
        if call is None or not call.args or not self.link.folder.entry_of(call, event.frame)[1].get("folds"):
            return []
        return [one for one in self.earlier(self.made, event, call.args[0]) if "writes" in one.event.known]

    def _overwrite(self, event: Event, told: dict[str, Any]) -> None:
        """A table or data file that is written in the place of what the same function has read."""
        link = self.link
        value = link.given(event, told.get("target"))
        if value is None:
            return
        self._states(event, value, told)
        if told.get("what") not in ("table", "data") or not self.clearing.replaces(event, told):
            return
        readers = [(text, self.clearing.read_before(event, text)) for text in link.texts(value, event.frame)]
        if not any(reader for _, reader in readers):
            readers = [("", own_input(self.read.get(event.entry.id, ()), event, value))]
        for text, reader in readers:
            if reader is not None and not self._deduplicates(event):
                guarded = link.guarded(event, value) or self._asked(event, value)
                scope = link.scope_name(event.module, event.call.scope)
                link.rows.add(
                    "removal", link.span(event), event.title, "overwrite", shown([text]) or None, 1, link.span(reader),
                    None, 0, 0, int(guarded), int(is_temporary(text)), int(link.in_task(event)), scope,
                    int(self.scripts.runs(event)),
                )  # fmt: skip

    def _states(self, event: Event, value: Value, told: dict[str, Any]) -> None:
        """A state that a step puts its own result in the place of: by a helper, by renaming or copying a file."""
        link = self.link
        source = (event.known.get("removes") or event.known.get("reads") or {}).get("target")
        given = link.given(event, source) if source is not None else None
        sources = link.texts(given, event.frame) if given is not None else []
        replaces = told.get("what") in ("table", "data") and self.clearing.replaces(event, told)
        for text in link.texts(value, event.frame):
            states = [self.states.replaced(event, one, text) for one in sources]
            for state in (*states, self.states.grown(event, text) if replaces else None):
                if state is not None:
                    link.rows.add(
                        "removal", link.rows.span(state.path, state.where), event.title, "overwrite", shown([text]), 1,
                        link.span(state.reader), None, 0, 0, 0, int(is_temporary(text)), int(link.in_task(event)),
                        state.scope, 0,
                    )  # fmt: skip

    def _deduplicates(self, event: Event) -> bool:
        """Whether the function makes its result the same however often it runs."""
        calls = event.module.code.calls
        names = [str(one.func[-1]) for one in calls if one.scope == event.call.scope]
        return any(
            {"duplicates", "duplicated", "dedupe", "deduplicate", "distinct"}.intersection(words_of(name))
            for name in names
        )

    def _guarded(self, event: Event, value: Value, told: dict[str, Any], read: Touch | None = None) -> bool:
        """Whether a missing or present path is expected: told so by an argument, asked before, or handled."""
        link = self.link
        if told.get("missing_ok"):
            return True
        if told.get("unless") and link.holds(event, told["unless"]) is not False:
            return True
        if link.guarded(event, value) or self._asked(event, value) or self._suppressed(event):
            return True
        around = tried(event.module, event.call.context)
        both = read is not None and read.event.module is event.module and around is not None
        if both and read is not None and tried(event.module, read.event.call.context) == around:
            return False  # the handler is for the whole step, and the step has already used what it removes
        return link.handled(event)

    def _asked(self, event: Event, value: Value) -> bool:
        """Whether a test around the event hands the path to some function, or looks it up in a listing."""
        for kind, test in contexts_of(event.module, event.call.context):
            if kind in ("if", "else", "while") and self._mentions(event, test, value):
                return True
        return False

    def _mentions(self, event: Event, test: Value, value: Value) -> bool:
        if test[0] == "call":
            call = event.module.code.calls[test[1]]
            name = str(call.func[-1]).lower()
            if bare(value) in [bare(one) for one in call.args]:
                return True
            receiver = (call.func[1],) if call.func[0] == "attr" else ()
            return ("exist" in name or "isdir" in name) and self._concerns(event, value, (*receiver, *call.args))
        if test[0] == "cmp" and test[1] in ("in", "not in"):
            return self._concerns(event, value, test[2:4])
        parts = [part for part in test[1:] if isinstance(part, tuple) and part]
        inner = [one for part in parts for one in ((part,) if isinstance(part[0], str) else part)]
        return any(self._mentions(event, one, value) for one in inner)

    def _concerns(self, event: Event, value: Value, asked: tuple[Value, ...]) -> bool:
        """Whether a test can be about a path: of one that is spelled out, parts of it must be in the test."""
        texts = [text for text in self.link.texts(value, event.frame) if "{" not in text]
        if not texts:
            return True
        for one in asked:
            found = self.link.texts(one, event.frame)
            if any(a.startswith(b) or b.startswith(a) for a in texts for b in found if b and b[0] != "{"):
                return True
            if within(bare(one), value) or within(bare(value), one):
                return True
            if one[0] == "call" and self._concerns(event, value, event.module.code.calls[one[1]].args):
                return True
        return False

    def _suppressed(self, event: Event) -> bool:
        """Whether the event stands in `with suppress(…)`."""
        for kind, value in contexts_of(event.module, event.call.context):
            for one in value[1] if kind == "with" else ():
                if one[0] == "call" and str(event.module.code.calls[one[1]].func[-1]).endswith("suppress"):
                    return True
        return False

    # ---- where a path comes from -------------------------------------------------------------------------------------
    def _passing(self, event: Event, value: Value, texts: list[str]) -> bool:
        """Whether a path is a temporary one."""
        name = bare(value)
        if name[0] in ("attr", "param") and is_scratch(str(name[2])):
            return True
        if "removes" in event.known and is_scratch(event.module.code.scopes[event.call.scope].name):
            return True  # a step that is named for clearing what is temporary
        texts = texts or self.link.texts(name, event.frame)
        return any(is_temporary(text) or is_scratch(text) for text in texts) or gives(
            self.link, event.frame, value, "gives_temporary"
        )

    def _fresh(self, event: Event, value: Value) -> bool:
        """Whether a path is made anew in every run: one that is named after a day is not, when that day is repeated."""
        if gives(self.link, event.frame, value, "gives_day"):
            return gives(self.link, event.frame, value, "gives_unique")
        return any(gives(self.link, event.frame, value, role) for role in ("clock", "gives_unique"))

    def _listed(self, value: Value, frame: Frame) -> bool:
        """Whether a path comes out of a listing, so that it was there a moment ago."""
        return gives(self.link, frame, value, "lists")

    def handed(self, value: Value, frame: Frame, depth: int = 0) -> bool:
        """Whether a path, or a part of it, is handed to the step: a parameter that no caller in sight binds."""
        for _ in range(12):
            keyed, value = by_name(value), bare(value)
            if value[0] == "call":
                call = frame.module.code.calls[value[1]]
                if keyed and self.link.folder.callee(call, frame)[0] != "func":
                    return True  # a key of what a library hands over: the context of a run
                _, entry = self.link.folder.entry_of(call, frame)
                if call.func[0] == "attr" and (by_name(call.func[1]) or "pull" in words_of(call.func[2])) and not entry:
                    return True  # what another task has left for this one
                if not entry.get("folds") and not str(entry.get("returns", "")).endswith("Path"):
                    return False
                parts = (*([call.func[1]] if call.func[0] == "attr" else ()), *call.args)
                return self._any_handed(parts, frame, depth)
            if value[0] in ("bin", "fmt"):
                return self._any_handed(value[2:] if value[0] == "bin" else value[1], frame, depth)
            own = value[0] == "param" and frame.scope == value[1] and not self.steps.is_task(frame)
            if own and value[2] in frame.bound:
                value, frame = frame.bound[value[2]]
            else:
                return value[0] == "param" and not is_receiver(value, frame)
        return False

    def _any_handed(self, parts: Iterable[Any], frame: Frame, depth: int) -> bool:
        return depth < 4 and any(self.handed(one, frame, depth + 1) for one in parts if isinstance(one, tuple) and one)
