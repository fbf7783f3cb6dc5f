"""Whether what is appended to was emptied before, or the append cannot happen twice."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_doubles import expects_doubles, keeps_place, keyed, puts_by_key
from groundrules.facts.meaning.pipelines_paths import bare, opens_for_writing, takes_more
from groundrules.facts.meaning.pipelines_sql import Statements
from groundrules.facts.meaning.pipelines_targets import is_path, plain, same
from groundrules.facts.meaning.pipelines_texts import asks
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.contexts import branches_of, contexts_of, frames_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import UNKNOWN, Call, Value, parts_of
from groundrules.facts.python.knowledge import EMPTY
from groundrules.facts.python.replay import sign
from groundrules.facts.sql.words import words
from groundrules.typed import TYPE_CHECKING, Any, defaultdict

_CLEARERS = words(
    "truncate delete drop clear purge wipe reset overwrite recreate remove empty upsert merge deduplicate dedupe"
)

if TYPE_CHECKING:
    from groundrules.facts.meaning import chains
else:
    late(globals(), "groundrules.facts.meaning.chains", name="chains")
_OTHER = words("columns column duplicates na index view views")  # what is dropped and is no rows of a table
_CLEANS, _STALE = words("clean cleanup clear wipe"), words("existing previous old stale earlier table")
_LOOKS = words("exists exist already find count fetchone fetchall has loaded processed scalar")
_FIRST = words("pre preoperator presql prehook before")
_ACTS = frozenset({"runs_sql", "removes", "writes", "runs"})
Cleared = tuple[bool, "int | None"]


class Clearing:
    """Answers for every append; asked by the module that makes the rows of writes."""

    def __init__(self, link: Link, statements: Statements) -> None:
        self.link = link
        self.statements = statements
        self.replaced: dict[int, list[tuple[str, int]]] = defaultdict(list)  # by entry point: targets written anew
        self.dropped: dict[str, int] = {}  # tables that a task of the program deletes
        self.unnamed: dict[int, list[tuple[tuple[str, int], Value, int]]] = defaultdict(list)  # whose name is not known
        self.read: dict[int, list[tuple[str, Event]]] = defaultdict(list)

    # ---- first pass --------------------------------------------------------------------------------------------------
    def collect(self, event: Event) -> None:
        """Note what is replaced, removed or read."""
        known = event.known
        if takes_more(event):
            return
        for role in ("writes", "removes"):
            told = known.get(role)
            if told is not None and (role == "removes" or self.replaces(event, told)):
                texts = self._texts(event, told.get("target"))
                for text in texts:
                    self.replaced[event.entry.id].append((text, self.link.span(event)))
                    if told.get("what") == "table":
                        self.statements.anew.add(text)
                        if role == "removes" and plain(text):
                            self.dropped[text] = self.link.span(event)
                value = self.link.given(event, told.get("target")) if not texts else None
                if value is not None:
                    self.unnamed[event.entry.id].append((place(event), bare(value), self.link.span(event)))
        if ("reads" in known and not opens_for_writing(self.link, event)) or "runs_sql" in known:
            self._note_reads(event)

    def _note_reads(self, event: Event) -> None:
        told = event.known.get("reads") or {}
        texts = self._texts(event, told.get("target"))
        for value in self.statements.values(event, (event.known.get("runs_sql") or {}).get("statement")):
            texts.extend(self.link.texts(value, event.frame))
        for text in texts:
            found = self.statements.scanned(text)
            for one in found:
                for source in one.sources if one.verb == "select" else ():
                    self.read[event.entry.id].append((source, event))
            if not found:
                self.read[event.entry.id].append((text, event))

    def _texts(self, event: Event, name: Any) -> list[str]:
        value = self.link.given(event, name)
        return self.link.texts(value, event.frame) if value is not None else []

    def replaces(self, event: Event, told: Any) -> bool:
        """Whether a write puts something new in the place of what was there."""
        parameter = told.get("mode_parameter")
        if parameter and self.link.given(event, parameter) is not None:
            return self.link.mode_is(event, told, "replace_when", "truncate_when") is True
        chained = chains.mode(self.link, event) if parameter else None
        if chained is not None:
            return chained == "replace"
        return str(told.get("mode", "replace")) == "replace"

    # ---- asking ------------------------------------------------------------------------------------------------------
    def of(self, event: Event, target: str, told: Any) -> Cleared:
        """Whether an append's target is emptied in what runs it, and where."""
        emptied, path, around = self.statements.emptied, event.module.path, branches(event)
        found = emptied.clearing(target, [event.entry.id], path, around) if target else None
        if found is None and not plain(target):
            found = emptied.clearing_in(path, event.call.scope, around)
        if found is not None:
            return True, self.link.rows.span(found.path, found.where)
        for text, span in self.replaced.get(event.entry.id, ()):
            if target and same(text, target):
                return True, span
        for text, span in self.dropped.items() if plain(target) else ():
            if same(text, target):
                return True, span
        value = self.link.given(event, told.get("target")) if told and not target else None
        for where, other, span in self.unnamed.get(event.entry.id, ()) if value is not None else ():
            if where == place(event) and value is not None and other == bare(value):
                return True, span
        parameter = told.get("mode_parameter") if told else None
        if parameter and self.replaces(event, told):
            return True, None  # a mode that is sometimes `replace`: the first round of a loop
        return self._by_name(event, target) or self._by_unknown(event), None

    def guarded(self, event: Event, target: str) -> bool:
        """Whether a test, or a look at what the target holds already, keeps the append from happening twice."""
        for frame, call in steps(event):
            handed = handed_to(frame, call, call is event.call and in_receiver(event))
            for kind, value in contexts_of(frame.module, call.context):
                if kind in ("if", "else") and (asks_for(frame, value, handed) or self._never(frame, kind, value)):
                    return True
                if kind == "try" and value[0] == "handlers" and expects_doubles(value[1]):
                    return True
        if keyed(event) or keeps_place(event) or puts_by_key(self.link, event):
            return True
        return any(
            target and reader.call is not event.call and same(text, target) and near(reader, event)
            for text, reader in self.read.get(event.entry.id, ())
        )

    def _never(self, frame: Frame, kind: str, value: Value) -> bool:
        """Whether a branch is not taken by those who call: they hand over another word than the one asked for."""
        if value[0] != "cmp" or value[1] not in ("==", "!=") or value[2][0] != "param" or value[3][0] != "const":
            return False
        folded = self.link.folder.fold(value[2], frame)
        others = folded[1:] if folded[0] == "either" else (folded,)
        if any(one[0] != "const" for one in others):
            return False
        taken = {(one == value[3]) == (value[1] == "==") for one in others}
        return taken == {kind != "if"}

    def read_before(self, event: Event, target: str) -> Event | None:
        """The event of the same function that has read what is now written, if each part of the path has a name."""
        if "{x}" in target:
            return None
        for text, reader in self.read.get(event.entry.id, ()):
            if reader.frame is not event.frame or reader.position >= event.position or not same(text, target):
                continue
            if is_path(target) and "{" in text + target and text != target:
                continue  # two files of which only parts are known are hardly ever one
            if branches(reader) <= branches(event) and not self._elsewhere(reader, event):
                return reader
        return None

    def _elsewhere(self, reader: Event, event: Event) -> bool:
        """Whether what is read and what is written lie behind different connections."""
        source = self.link.given(reader, (reader.known.get("reads") or {}).get("through"))
        goal = self.link.given(event, (event.known.get("writes") or {}).get("through"))
        return source is not None and goal is not None and bare(source) != bare(goal)

    def _by_name(self, event: Event, target: str) -> bool:
        """Whether a function that is named like one that empties is called before, in the same function or above it."""
        for frame, number in self._earlier(event):
            call = frame.module.code.calls[number]
            name = str(call.func[-1]) if call.func[0] in ("attr", "name", "ext") else self._local(frame, call.func)
            told = words_of(name.rpartition(".")[2])
            if _CLEANS.intersection(told) and _STALE.intersection(told):
                return True
            dropped = told == ["drop"] and in_receiver(event) and call.func[:2] == event.call.func[:2]
            if dropped:
                return True
            if _CLEARERS.intersection(told) and _OTHER.isdisjoint(told) and told != ["drop"]:
                entry = self.link.folder.entry_of(call, frame)[1]
                if "task" in entry and (entry["task"].get("idle") or not _ACTS.intersection(entry)):
                    continue  # a task that does nothing is called empty, and one that only defines a table upserts it
                named = [one[1] for one in call.args if one[0] == "const" and isinstance(one[1], str)]
                if not named or not plain(target) or any(same(one, target) or " " in one for one in named):
                    return True
        return False

    def _local(self, frame: Frame, func: Value) -> str:
        return frame.module.code.scopes[func[1]].name if func[0] == "local" else ""

    def _earlier(self, event: Event) -> list[tuple[Frame, int]]:
        """The calls before the event, in its function and in those that led to it."""
        found: list[tuple[Frame, int]] = []
        number = event.number
        frame: Frame | None = event.frame
        while frame is not None:
            for op in frame.module.code.scopes[frame.scope].ops:
                if op[0] == "c":
                    if op[1] == number:
                        break
                    found.append((frame, op[1]))
            number, frame = frame.call, frame.caller
        return found

    def _by_unknown(self, event: Event) -> bool:
        """Whether a statement that is handed in from outside runs before: it may well empty the target."""
        for frame, number in self._earlier(event):
            call = frame.module.code.calls[number]
            _, entry = self.link.folder.entry_of(call, frame)
            told = (entry.get("runs_sql") or {}).get("statement")
            value = self.link.folder.argument(call, entry, told, frame) if isinstance(told, str) else None
            if value is None and call.args and comes_first(call.args[0]):
                value = call.args[0]
            if value is None or any(" " in text for text in self.link.texts(value, frame)):
                continue
            if bare(value)[0] in ("attr", "param") or self._filled_in(frame, bare(value)):
                return True
        return False

    def _filled_in(self, frame: Frame, value: Value) -> bool:
        """Whether a statement is made by a function that is given one which is named like what empties."""
        call = frame.module.code.calls[value[1]] if value[0] == "call" else None
        return call is not None and any(comes_first(one) for one in call.args)


def near(one: Event, other: Event) -> bool:
    """Whether one of two events stands in a scope that leads to the other, or both in one file."""
    if one.module is other.module or other.frame.caller is None:  # all that runs comes from the entry point's own level
        return True
    ours, theirs = [sign(frame) for frame in frames_of(one.frame)], [sign(frame) for frame in frames_of(other.frame)]
    return ours[0] in theirs or theirs[0] in ours


def place(event: Event) -> tuple[str, int]:
    """The function in which an event stands."""
    return event.module.path, event.call.scope


def branches(event: Event) -> set[int]:
    """The branches that an event stands in: something that happens in another branch may not have happened."""
    return branches_of(event.module, event.call.context)


def steps(event: Event) -> list[tuple[Frame, Call]]:
    """The event's frame and call, then those of the calls that led to it."""
    found = [(event.frame, event.call)]
    frame = event.frame
    while frame.caller is not None and frame.call >= 0:
        found.append((frame.caller, frame.caller.module.code.calls[frame.call]))
        frame = frame.caller
    return found


def in_receiver(event: Event) -> bool:
    """Whether what an event writes to is what its method is called on."""
    return (event.known.get("writes") or EMPTY).get("named_in") == "receiver"


def handed_to(frame: Frame, call: Call, receives: bool) -> list[Value]:
    """What a call is given, and what the chain of its receivers begins with: not what it writes to."""
    found = [*call.args, *(value for _, value in call.kwargs)]
    base = call.func if not receives else UNKNOWN
    while base[0] in ("attr", "call"):
        base = base[1] if base[0] == "attr" else frame.module.code.calls[base[1]].func
        found.append(base)
    return found


def comes_first(value: Value) -> bool:
    """Whether a value is named like what runs before something, or like what empties."""
    value = bare(value)
    told = words_of(str(value[2])) if value[0] in ("attr", "param") else []
    return bool(_FIRST.intersection(told[:1])) or "preoperator" in told or bool(_CLEARERS.intersection(told))


def asks_for(frame: Frame, value: Value, handed: list[Value]) -> bool:
    """Whether a test asks whether something is there already, and not only whether there is something to append."""
    if value[0] == "call":
        func = frame.module.code.calls[value[1]].func
        return bool(_LOOKS.intersection(words_of(str(func[-1])))) and not (func[0] == "attr" and func[1] in handed)
    if value[0] == "cmp" and value[1] == "not in":
        return True
    if not asks(frame.module, value):
        return False
    return any(asks_for(frame, one, handed) for one in parts_of(value))
