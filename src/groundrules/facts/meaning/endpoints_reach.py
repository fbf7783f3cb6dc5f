"""What a function that answers requests calls, itself or through helpers of the program, and where a model is asked."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words
from groundrules.typed import NamedTuple

_DEEPEST = 5
_MOST = 400  # calls that are looked at for one endpoint
_NAMED = "predict"
_RECORDS = words(
    """add audit capture commit create critical db debug delay emit enqueue execute history info insert inc log logger
    logging metric metrics monitor notify observe persist print produce publish put record save send store track upload
    upsert warning write writerow"""
)


class Reached(NamedTuple):
    """A call that an endpoint comes to."""

    frame: Frame
    number: int
    function: str
    known: Entry

    @property
    def call(self) -> Call:
        """The call itself."""
        return self.frame.module.code.calls[self.number]


class Reach:
    """What endpoints reach."""

    def __init__(self, link: Link) -> None:
        self.link = link
        functions = link.knowledge.functions
        told = {name: functions[name].get("step") for name in functions.having("step")}
        self.asking = {name.rpartition(".")[2] for name, step in told.items() if step and step["does"] == "predict"}

    def calls(self, module: Module, number: int) -> list[Reached]:
        """The calls of an endpoint and of the functions of the program that it calls."""
        found: list[Reached] = []
        self._into(Frame(module, number), found)
        return found

    def _into(self, frame: Frame, found: list[Reached]) -> None:
        for number in frame.module.calls_in(frame.scope):
            if len(found) >= _MOST:
                return
            call = frame.module.code.calls[number]
            callee = self.link.folder.callee(call, frame)
            function, entry = self.link.folder.entry_of(call, frame)
            found.append(Reached(frame, number, function, entry))
            targets = [callee, *self._handed(call, frame)]
            for one in targets:
                self._follow(one, call, number, frame, found)

    def _handed(self, call: Call, frame: Frame) -> list[Value]:
        """The functions that a call is given, which it may call in its turn."""
        given = [*call.args, *(value for _, value in call.kwargs)]
        return [self.link.folder.fold(one, frame) for one in given if one[0] in ("local", "name", "ext")]

    def _follow(self, callee: Value, call: Call, number: int, frame: Frame, found: list[Reached]) -> None:
        for one in callee[1:] if callee[0] == "either" else (callee,):
            if one[0] != "func" or frame.depth >= _DEEPEST or frame.holds(one[1], one[2]):
                continue
            there = self.link.folder.program.module(one[1])
            if there is not None:
                receiver = one[3] if len(one) > 3 else None
                self._into(self.link.folder.bind(there, one[2], call, number, frame, receiver), found)

    # ---- asking a model ----------------------------------------------------------------------------------------------
    def predicts(self, one: Reached) -> bool:
        """Whether a call asks a model."""
        if one.known.get("predicts") or (one.known.get("step") or EMPTY).get("does") == "predict":
            return True
        call, frame = one.call, one.frame
        callee = self.link.folder.callee(call, frame)
        if callee[0] in ("func", "class"):
            return False
        last = str(call.func[-1]).rpartition(".")[2] if call.func[0] in ("attr", "ext", "name") else ""
        if last in self.asking or (last.split("_")[0] == _NAMED and callee[0] in ("ext", "hole", "attr")):
            return True
        return self.is_model(call.func, frame) or any(self._asked_later(value, frame) for value in call.args)

    def _asked_later(self, value: Value, frame: Frame) -> bool:
        """Whether a value is the method of a model that is handed on to be called."""
        if value[0] != "attr" or value[2] not in self.asking:
            return False
        return bool(self.link.folder.fold(value, frame)[0] != "func")

    def is_model(self, value: Value, frame: Frame, depth: int = 0) -> bool:
        """Whether a value was loaded as a model, or is an instance of a class of models."""
        if depth > _DEEPEST or value[0] in ("const", "ext", "local"):
            return False
        if value[0] == "either":
            return any(self.is_model(part, frame, depth + 1) for part in value[1:])
        if value[0] == "name":
            bound = frame.module.env.get(value[1])
            return bound is not None and self.is_model(bound, self.link.folder.module_frame(frame.module), depth + 1)
        if value[0] == "call":
            known = self.link.folder.entry_of(frame.module.code.calls[value[1]], frame)[1]
            told = (known.get("reads") or EMPTY).get("what"), (known.get("fetches") or EMPTY).get("kind")
            if "model" in told:
                return True
        folded = self.link.folder.fold(value, frame)
        if folded[0] != "inst":
            return False
        return bool(self.link.folder.method_entry(folded, "__call__")[1].get("predicts"))

    # ---- keeping a record --------------------------------------------------------------------------------------------
    def records(self, one: Reached) -> bool:
        """Whether a call leaves something behind that tells later what was answered: not only what went wrong."""
        if any(kind == "except" for kind, _ in contexts_of(one.frame.module, one.call.context)):
            return False
        if any(role in one.known for role in ("writes", "logs", "runs_sql", "records", "tracks")):
            return True
        func = one.call.func
        last = str(func[-1]) if func[0] in ("attr", "ext", "name") else ""
        return not _RECORDS.isdisjoint(words_of(last.rpartition(".")[2]))
