"""What calls give: functions of the program are run, for those of libraries somebody else is asked."""

from __future__ import annotations

from abc import abstractmethod

from groundrules.basics.late import late
from groundrules.facts.meaning.leakage_activation import Activation
from groundrules.facts.meaning.leakage_given import Given
from groundrules.facts.meaning.leakage_handed import Handed
from groundrules.facts.meaning.leakage_ledger import Ledger, Use
from groundrules.facts.meaning.leakage_rows import held, part
from groundrules.facts.meaning.leakage_values import (
    FIELDS,
    Data,
    Function,
    Instance,
    Many,
    Shape,
    Thing,
    chosen,
    data_in,
    derived,
)
from groundrules.facts.python.events import EntryPoint
from groundrules.facts.python.folding import Folder
from groundrules.facts.python.ir import Op, Value
from groundrules.facts.python.knowledge import EMPTY
from groundrules.typed import TYPE_CHECKING, Any, Iterable

if TYPE_CHECKING:
    from groundrules.facts.meaning.leakage_halves import Halves
    from groundrules.facts.meaning.leakage_own import own_step
else:
    late(globals(), "groundrules.facts.meaning.leakage_halves", classes="Halves")
    late(globals(), "groundrules.facts.meaning.leakage_own", "own_step")


_ASKED = "\0asked"  # what an object is as a model; no attribute of the program is called so


class Caller(Handed):
    """Finds out what is called; what single roles do is told by the classes built on it."""

    def __init__(self, folder: Folder, ledger: Ledger) -> None:
        super().__init__(folder, ledger)
        self.functions: dict[tuple[str, str], Any] = {}
        self.halves = Halves()
        self.answers: dict[tuple[int, Any], tuple[Data, Data]] = {}  # by connection and statement
        self.asking = {name.rpartition(".")[2] for name in self.knowledge.functions.having("runs_sql")}

    @abstractmethod
    def method(self, base: Any, name: str, given: Given) -> Any:
        """What a method gives."""

    def enter(self, entry: EntryPoint, others: Iterable[EntryPoint] = ()) -> None:
        """Run one entry point, and other methods of its class after it."""
        self.halves, self.called_back, self.answers = Halves(), {}, {}
        super().enter(entry, others)

    def named(self, op: Op, act: Activation) -> None:
        """A name was bound: rows may be one half of a split by hand."""
        held = act.names[op[1]]
        if isinstance(held, Thing):
            held.called.add(op[1])
        if not isinstance(held, Data):
            return
        self.ledger.names.setdefault(held.rows, set()).add(op[1])
        if held.learned:
            place = (act.module, op[3], act.scope)
            self.ledger.spoiled.extend(self.halves.note(op[1], held, place, id(act)))

    def call(self, number: int, act: Activation) -> Any:
        """What a call gives; functions that are handed to a library are run as well."""
        call = act.module.code.calls[number]
        func = call.func
        args: list[Any] = []
        for arg in call.args:
            value = self.value(arg, act)
            if arg[0] == "star" and isinstance(value, Many):
                args.extend(value.items)
            else:
                args.append(value)
        if len(args) != len(call.args):
            call = call._replace(args=(*call.args, *[("?",)] * 40)[: len(args)])
        kwargs = {name: self.value(value, act) for name, value in call.kwargs if name} if call.kwargs else {}
        given = Given(call, number, args, kwargs, act)
        found = self.outcome(func, given, act)
        told = self.handed_on(given, found)
        if call.context and (given.entry.get("writes") or EMPTY).get("what") == "model":
            self.saved(given)
        if "picks" in given.entry:
            found = self.picks(given, told, found)
        return found

    def outcome(self, func: Value, given: Given, act: Activation) -> Any:
        """What the call of some function gives."""
        tag = func[0]
        dotted = self.dotted(func, act)
        if dotted is not None:
            return self.external(dotted, given)
        if tag == "attr":
            if func[1][0] == "call" and act.module.code.calls[func[1][1]].func == ("name", "super"):
                return self.above(given, act)
            base = self.value(func[1], act)
            if isinstance(base, Instance):
                return self.method_of_instance(base, func[2], given)
            return self.method(base, func[2], given)
        if tag == "name" and func[1] not in act.module.env and func[1] not in self.globals.get(act.module.path, ()):
            return self.library(func[1], given)
        callee = self.value(func, act)
        if isinstance(callee, Function):
            return self.run_function(callee, given)
        if isinstance(callee, Shape):
            return self.shaped(callee, given)
        if isinstance(callee, (Thing, Data)):
            return self.called(callee, given)
        if isinstance(callee, Instance) and self.answering(callee):
            return self.asked_of(callee, given)
        return self.library(func[1], given) if tag == "name" else self.generic(given)

    def above(self, given: Given, act: Activation) -> Any:
        """A method of the class above is called, on the same object."""
        found = self.folder.callee(given.call, act.frame)
        given.entered = found[0] == "func"
        if not given.entered:
            return None
        return self.descend(Function(found[1], found[2], act.receiver), given.args, given.kwargs, act, given.number)

    def dotted(self, func: Value, act: Activation) -> str | None:
        """The name by which a function was imported, through names of the module."""
        if func[0] == "ext":
            return str(func[1])
        if func[0] == "name":
            known = self.globals.get(act.module.path, {}).get(func[1])
            bound = act.module.env.get(func[1])
            if bound is None:
                spelled = [f"{star}.{func[1]}" for star in act.module.code.stars]
                return next((one for one in spelled if self.knowledge.of(self.knowledge.canonical(one))), None)
            return str(bound[1]) if bound[0] == "ext" and known is None else None
        if func[0] == "attr":
            base = self.dotted(func[1], act)
            return f"{base}.{func[2]}" if base is not None else None
        return None

    def external(self, dotted: str, given: Given) -> Any:
        """An imported function: of the program, or of a library."""
        key = (dotted, given.act.module.path)
        known = self.functions.get(key)
        if known is None:
            known = self.functions[key] = self._ext(("ext", dotted), given.act) or self.knowledge.canonical(
                dotted.lstrip(".")
            )
        if isinstance(known, Function):
            return self.run_function(known, given)
        if isinstance(known, Shape):
            return self.shaped(known, given)
        return self.library(known, given)

    def shaped(self, shape: Shape, given: Given) -> Many:
        """An object of a class that only has fields."""
        named = [given.kwargs.get(name) for name in shape.fields[len(given.args) :]]
        return Many([*given.args, *named], list(shape.fields))

    def run_function(self, function: Function, given: Given) -> Any:
        """A function or class of the program is called."""
        module = self.program.module(function.path)
        given.entered = True
        if module is None:
            return self.generic(given)
        number = given.number if len(given.args) == len(given.act.module.code.calls[given.number].args) else -1
        if module.code.scopes[function.scope].kind != "class":
            found = self.of_part(self.descend(function, given.args, given.kwargs, given.act, number), given)
            return found if found is not None else self.generic(given) if self.skipped(function, given) else None
        kind = (function.path, function.scope)
        made = Instance(*kind, ("inst", kind, given.act.module.path, given.number, given.act.frame))
        init = self.folder.method(function.path, function.scope, "__init__")
        if init is not None:
            self.descend(Function(init[0], init[1], made), given.args, given.kwargs, given.act, number)
        elif given.everything:
            fields = tuple([op[1] for op in module.code.scopes[function.scope].ops if op[0] in ("f", "=")])
            made.attributes[FIELDS] = fields
            made.attributes.update(zip(fields, given.args, strict=False))
            made.attributes.update({name: value for name, value in given.kwargs.items() if name in fields})
        return made

    def of_part(self, found: Any, given: Given) -> Any:
        """What a function gives that is told by a word which part of the rows it is to give."""
        if not isinstance(found, (Data, Many)):
            return found
        words = [value for value in (*given.call.args, *given.written.values()) if value[0] == "const"]
        marker = next((named for named in map(self.named_part, words) if named is not None), None)
        if marker is None:
            return found
        if isinstance(found, Many):
            return Many([self.of_part(one, given) for one in found.items], found.keys)
        if held(found.rows):
            return found
        made = derived(found)
        made.rows, made.kind, made.thing = part(found.rows, marker), found.kind, found.thing
        return made

    def skipped(self, function: Function, given: Given) -> bool:
        """Whether a function could not be run, for depth or a cycle."""
        from groundrules.facts.meaning.leakage_run import DEEPEST

        return given.act.depth >= DEEPEST or given.act.running(function.path, function.scope)

    def method_of_instance(self, base: Instance, name: str, given: Given) -> Any:
        """A method of an object of the program; of a library's base class when the program does not define it."""
        held = base.attributes.get(name)
        given.entered = True
        if isinstance(held, Function):
            return self.run_function(held, given)
        if isinstance(held, Instance) and self.answering(held):
            return self.asked_of(held, given)
        if isinstance(held, (Thing, Data)):
            return self.called(held, given)
        does = str((self.knowledge.method(name) or EMPTY).get("step", EMPTY).get("does"))
        outside = self.ledger.outside
        if does == "fit" and given.everything and self.folder.method(base.path, base.scope, "predict") is not None:
            self.ledger.outside = self.position
        found = self.run_method(base, name, does, given)
        self.ledger.outside = outside
        return found

    def run_method(self, base: Instance, name: str, does: str, given: Given) -> Any:
        """The same, for a method that the program or a library's base class defines."""
        if does in ("fit", "transform", "fit-transform"):
            found = own_step(self, base, name, does, given)
            if found is not given:
                return found
        method = self.folder.method(base.path, base.scope, name)
        if method is not None:
            own = Function(method[0], method[1], base)
            return self.of_part(self.descend(own, given.args, given.kwargs, given.act, given.number), given)
        thing = base.attributes.get("\0thing")
        if thing is None:
            thing = base.attributes["\0thing"] = Thing("", EMPTY, [], {})
        return self.method(thing, name, given)

    def class_of(self, base: Instance) -> str:
        """The name of an object's class."""
        module = self.program.module(base.path)
        return module.code.scopes[base.scope].name if module is not None else ""

    def answering(self, base: Instance) -> str:
        """The method by which an object of the program answers when it is called; '' for none."""
        names = ("__call__", "forward")
        return next((one for one in names if self.folder.method(base.path, base.scope, one) is not None), "")

    def asked_of(self, base: Instance, given: Given) -> Any:
        """An object of the program is called: a network is asked so, and its layers are no models of their own."""
        found = self.method_of_instance(base, self.answering(base), given)
        if isinstance(found, Data) and (found.predicted is None or found.predicted.training is None):
            found.predicted = None
            thing = base.attributes.setdefault(_ASKED, Thing(self.class_of(base), EMPTY, [], {}))
            return self.called(thing, given, found)
        return found

    def called(self, callee: Thing | Data, given: Given, found: Any = None) -> Any:
        """A learner or an unknown value is called like a function: a model is asked so."""
        if isinstance(callee, Thing) and callee.fitted is not None and given.everything:
            return self.method(callee, "transform", given)
        found = found if found is not None else self.generic(given)
        if isinstance(found, Data) and found.predicted is None:
            thing = callee if isinstance(callee, Thing) else callee.thing or Thing("", EMPTY, [], {})
            names = [name for name, held in given.act.names.items() if held is callee] or [given.call.func[-1]]
            name = next((one for one in names if isinstance(one, str)), "model")
            rows = chosen(data_in(given.everything)) or found
            found.predicted = (self.ledger.use if thing.trainings else Use)(
                thing, rows, name, given.place, self.position
            )
        return found or (callee if isinstance(callee, Thing) else None)
