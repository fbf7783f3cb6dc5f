"""What calls give: functions of the program are run, those of libraries do what their knowledge rows say."""

from __future__ import annotations

from abc import abstractmethod

from groundrules.basics.late import late
from groundrules.facts.meaning.leakage_activation import Activation
from groundrules.facts.meaning.leakage_files import named
from groundrules.facts.meaning.leakage_given import Given
from groundrules.facts.meaning.leakage_ledger import Ledger
from groundrules.facts.meaning.leakage_read import Reader
from groundrules.facts.meaning.leakage_rows import NOWHERE, held, union
from groundrules.facts.meaning.leakage_values import (
    FIELDS,
    Data,
    Fit,
    Function,
    Instance,
    Many,
    Shape,
    Stat,
    Thing,
    chosen,
    data_in,
    derived,
    stats_in,
    things_in,
)
from groundrules.facts.python.events import EntryPoint
from groundrules.facts.python.folding import Folder
from groundrules.facts.python.ir import Op, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning.leakage_halves import Halves
    from groundrules.facts.meaning.leakage_own import own_step
else:
    late(globals(), "groundrules.facts.meaning.leakage_halves", classes="Halves")
    late(globals(), "groundrules.facts.meaning.leakage_own", "own_step")

_ROLES = (
    "splits",
    "validates",
    "measures",
    "trains",
    "summarises",
    "stacks",
    "resamples",
    "masks",
    "pairs",
    "records",
    "takes_next",
)
_RANKS = ("selection", "correlation")  # of columns: a table of such is no table of rows


class Caller(Reader):
    """Finds out what is called; what single roles do is told by the classes built on it."""

    def __init__(self, folder: Folder, ledger: Ledger) -> None:
        super().__init__(folder)
        self.ledger = ledger
        self.functions: dict[tuple[str, str], Any] = {}
        self.plans: dict[str, tuple[str, Entry]] = {}
        self.halves = Halves()
        self.called_back: dict[tuple[str, int], list[Fit]] = {}  # with what each gave that was learned outside of it
        self.answers: dict[tuple[int, Any], tuple[Data, Data]] = {}  # by connection and statement
        self.asking = {name.rpartition(".")[2] for name in self.knowledge.functions.having("runs_sql")}

    @abstractmethod
    def method(self, base: Any, name: str, given: Given) -> Any:
        """What a method gives."""

    def enter(self, entry: EntryPoint) -> None:
        """Run one entry point."""
        self.halves, self.called_back, self.answers = Halves(), {}, {}
        super().enter(entry)

    def named(self, op: Op, act: Activation) -> None:
        """A name was bound: rows may be one half of a split by hand."""
        held = act.names[op[1]]
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
        if not given.entered and "applies" not in given.entry:
            draws = given.entry.get("draws") or EMPTY
            searches = "searches" in given.entry or (isinstance(draws, dict) and draws.get("purpose") == "search")
            for one in given.everything:
                if isinstance(one, Function):
                    self.ledger.searching += searches
                    self.call_back(one, act)
                    self.ledger.searching -= searches
                    if isinstance(found, Thing):
                        found.carried.extend(self.called_back.get((one.path, one.scope), ()))
        return found

    def call_back(self, function: Function, act: Activation) -> None:
        """Run a function that whoever is given it will call, with what it sees around it; once is enough."""
        key = (function.path, function.scope)
        module = self.program.module(function.path)
        if key in self.called_back or module is None or module.code.scopes[function.scope].kind != "function":
            return
        self.called_back[key] = []
        self.ledger.handed_on += 1
        position = self.position
        told = [self.descend(function, [], {}, act, -1)]
        learned = {fit for one in stats_in(told) for fit in one.fits} | {
            fit for one in data_in(told) for fit in one.learned
        }
        self.called_back[key] = [fit for fit in learned if fit.position <= position]
        self.ledger.handed_on -= 1

    def outcome(self, func: Value, given: Given, act: Activation) -> Any:
        """What the call of some function gives."""
        tag = func[0]
        dotted = self.dotted(func, act)
        if dotted is not None:
            return self.external(dotted, given)
        if tag == "attr":
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
        if isinstance(callee, Instance):
            for name in ("__call__", "forward"):
                if self.folder.method(callee.path, callee.scope, name) is not None:
                    return self.method_of_instance(callee, name, given)
        return self.library(func[1], given) if tag == "name" else self.generic(given)

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
            found = self.descend(function, given.args, given.kwargs, given.act, number)
            return found if found is not None else self.generic(given) if self.skipped(function, given) else None
        made = Instance(function.path, function.scope)
        init = self.folder.method(function.path, function.scope, "__init__")
        if init is not None:
            self.descend(Function(init[0], init[1], made), given.args, given.kwargs, given.act, number)
        elif given.everything:
            fields = tuple([op[1] for op in module.code.scopes[function.scope].ops if op[0] in ("f", "=")])
            made.attributes[FIELDS] = fields
            made.attributes.update(zip(fields, given.args, strict=False))
            made.attributes.update({name: value for name, value in given.kwargs.items() if name in fields})
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
            return self.descend(Function(method[0], method[1], base), given.args, given.kwargs, given.act, given.number)
        thing = base.attributes.get("\0thing")
        if thing is None:
            thing = base.attributes["\0thing"] = Thing("", EMPTY, [], {})
        return self.method(thing, name, given)

    def called(self, callee: Thing | Data, given: Given) -> Any:
        """A learner or an unknown value is called like a function."""
        return self.generic(given) or (callee if isinstance(callee, Thing) else None)

    def library(self, name: str, given: Given) -> Any:
        """A function or class of a library."""
        plan = self.plans.get(name)
        if plan is None:
            plan = self.plans[name] = self.planned(name)
        role, entry = plan
        given.entry = entry
        if role == "nothing":
            return None
        if role == "reads":
            return self.noted(self.origin(), entry, given)
        if role == "learner":
            return self.learner(name, entry, given)
        if role == "same_learner":
            return self.copied(given)
        if role:
            return getattr(self, "_" + role)(name, entry[role], given)
        if entry.get("view") == "same" and len(given.args) == 1 and isinstance(given.args[0], Many):
            return given.args[0]
        last = name.rpartition(".")[2]
        if entry.get("view") == "rows" and any(
            fit.role in _RANKS for one in stats_in(given.everything) for fit in one.fits
        ):
            return self.generic(given)
        if entry.get("view") == "rows" and next(data_in(given.everything), None) is None:
            return Data(NOWHERE) if not given.everything else self.origin()
        if last[:1].isupper() and is_bare(given.everything):
            return self.thing_or_rows(Thing(name, entry, list(things_in(given.everything)), given.written))
        found = self.generic(given)
        if found is None and last[:1].islower():
            return self.noted(self.origin(strong="reads" in entry or "fetches" in entry), entry, given)
        return found

    def noted(self, data: Data, entry: Entry, given: Given) -> Data:
        """Rows from somewhere new, of which something is known; of each of many files one thing."""
        origins = {origin for origin, _ in data.rows}
        if "one_item" in entry and any(one.kind == "element" for one in data_in(given.everything)):
            data.kind = "element"
        if "pictures" in entry:
            self.ledger.pictures |= origins
        if (entry.get("draws") or EMPTY).get("purpose") == "noise":
            self.ledger.made_up |= origins
        name = self.file_of(entry.get("reads"), given)
        if name is not None:
            self.ledger.opened.update(dict.fromkeys(origins, name))
        return data

    def file_of(self, told: Any, given: Given) -> Any:
        """What the file is called that a call reads or writes; None when that is not known."""
        target = given.spelled(told["target"]) if told and told.get("target") is not None else None
        return named(self.folder, target, given.act.frame) if target is not None else None

    def _takes_next(self, name: str, told: Any, given: Given) -> Any:
        """The next rows of something that is read once: other ones each time it is asked."""
        base = next((one for one in given.everything if isinstance(one, Data)), None)
        if base is None or held(base.rows):
            return self.generic(given)
        made = derived(base)
        made.rows = self.origin().rows
        return made

    def planned(self, name: str) -> tuple[str, Entry]:
        """The role of a library's function that decides what it gives; '' for none."""
        entry = self.knowledge.of(name) or EMPTY
        if "learns" in entry or "stops_early" in entry or entry.get("splits", EMPTY).get("into") == "folds":
            return "learner", entry
        role = next((one for one in _ROLES if one in entry), "")
        view = entry.get("view")
        if role or view in ("nothing", "same_learner"):
            return role or str(view), entry
        what = (entry.get("reads") or EMPTY).get("what")
        return "reads" if what in ("data", "table") else "nothing" if what == "config" else "", entry

    def thing_or_rows(self, thing: Thing) -> Any:
        """An object of a class; of an unknown one it may as well be a table."""
        if thing.entry or thing.parts:
            return thing
        found = self.origin(strong=False)
        found.thing = thing
        return found

    def learner(self, name: str, entry: Entry, given: Given) -> Any:
        """A learner is made; a function that learns and transforms at once does both."""
        told = entry.get("learns") or EMPTY
        if "rows" in told:
            data = self.data(given.at(told["rows"]))
            return self.learn(str(told["from"]), name, data, given) if data is not None else None
        return Thing(name, entry, list(things_in(given.everything)), given.written)

    def copied(self, given: Given) -> Any:
        """A learner like the given one, with nothing learned."""
        for one in things_in(given.everything):
            return Thing(one.name, one.entry, one.parts, one.arguments)
        return self.generic(given)

    def generic(self, given: Given) -> Any:
        """What an unknown function gives: the rows of its first table, with all that its arguments have learned."""
        everything = given.everything
        first = chosen(data_in(everything))
        if first is not None:
            made = derived(first, everything)
            spells = "folds" in given.entry and any(one.kind == "element" for one in data_in(everything))
            made.kind = "element" if first.kind == "element" or spells else made.kind
            return made
        stats = list(stats_in(everything))
        if stats:
            return Stat(fit for one in stats for fit in one.fits)
        return None

    def data(self, value: Any) -> Data | None:
        """A value as rows: itself, or what a container holds."""
        if isinstance(value, Data):
            return value
        if isinstance(value, Stat):
            if value.table is None:
                value.table = self.origin()
            return value.table
        if isinstance(value, (Many, Instance)):
            found = list(data_in(value.items if isinstance(value, Many) else value.attributes.values()))
            if found:
                made = derived(found[0], found)
                made.rows = union(one.rows for one in found)
                return made
        return None

    def learn(self, role: str, name: str, data: Data, given: Given) -> Data:
        """Rows, transformed by what was learned from them."""
        made = derived(data)
        made.learned[self.fit(role, name, data, given)] = data.column if data.kind == "column" else None
        return made

    def fit(self, role: str, name: str, data: Data, given: Given) -> Fit:
        """Something is learned from rows."""
        return Fit(role, name, data.rows, (*given.place, self.position))


def is_bare(values: list[Any]) -> bool:
    """Whether values hold no rows but such as may be learners, and no statistics."""
    return all(one.thing is not None for one in data_in(values)) and next(stats_in(values), None) is None
