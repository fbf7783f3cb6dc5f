"""What calls give: functions of the program are run, those of libraries do what their knowledge rows say."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_ledger import Ledger
from groundrules.facts.meaning.leakage_own import own_step
from groundrules.facts.meaning.leakage_read import Reader
from groundrules.facts.meaning.leakage_run import Activation
from groundrules.facts.meaning.leakage_values import (
    NOWHERE,
    Data,
    Fit,
    Function,
    Instance,
    Many,
    Stat,
    Thing,
    chosen,
    data_in,
    derived,
    mix,
    part,
    stats_in,
    things_in,
    union,
)  # fmt: skip
from groundrules.facts.python.fold import Folder
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.walk import EMPTY, Entry
from groundrules.typed import Any


class Given:
    """The arguments of a call, as they were written and as what they hold."""

    __slots__ = ("act", "args", "call", "entry", "kwargs", "number", "written")

    def __init__(self, call: Call, number: int, args: list[Any], kwargs: dict[str, Any], act: Activation) -> None:
        self.call, self.number, self.args, self.kwargs, self.act = call, number, args, kwargs, act
        self.entry: Entry = EMPTY
        self.written: dict[str, Value] = {name: value for name, value in call.kwargs if name}

    def at(self, name: Any) -> Any:
        """What the argument for a parameter holds: by name, by its place in the known order, or by number."""
        found = self._place(name)
        return None if found is None else self.args[found] if isinstance(found, int) else self.kwargs.get(found)

    def spelled(self, name: Any) -> Value | None:
        """The same argument as it is written."""
        found = self._place(name)
        return None if found is None else self.call.args[found] if isinstance(found, int) else self.written.get(found)

    def _place(self, name: Any) -> int | str | None:
        for one in name if isinstance(name, list) else [name]:
            if isinstance(one, int):
                if one < len(self.args) and self.call.args[one][0] != "star":
                    return one
            elif one in self.written:
                return str(one)
            elif one in (self.entry.get("parameters") or ()):
                index = list(self.entry["parameters"]).index(one)
                if index < len(self.args) and all(arg[0] != "star" for arg in self.call.args[: index + 1]):
                    return index
        return None

    @property
    def everything(self) -> list[Any]:
        """All that the call is given."""
        return [*self.args, *self.kwargs.values()]

    @property
    def place(self) -> tuple[Any, Any, int]:
        """Module, place and scope of the call."""
        return self.act.module, self.call.where, self.call.scope


class Caller(Reader):
    """Calls of functions; methods of rows and of learners are told by the class built on it."""

    def __init__(self, folder: Folder, ledger: Ledger) -> None:
        super().__init__(folder)
        self.ledger = ledger
        self.functions: dict[tuple[str, str], Any] = {}

    def method(self, base: Any, name: str, given: Given) -> Any:
        """What a method gives."""
        raise NotImplementedError  # pragma: no cover

    def call(self, number: int, act: Activation) -> Any:
        """What a call gives."""
        call = act.module.code.calls[number]
        func = call.func
        tag = func[0]
        args: list[Any] = []
        for arg in call.args:
            value = self.value(arg, act)
            args.extend(value.items if arg[0] == "star" and isinstance(value, Many) else [value])
        if len(args) != len(call.args):
            call = call._replace(args=tuple([*call.args, *[("?",)] * 40])[: len(args)])
        kwargs = {name: self.value(value, act) for name, value in call.kwargs if name}
        given = Given(call, number, args, kwargs, act)
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
            return str(bound[1]) if bound is not None and bound[0] == "ext" and known is None else None
        if func[0] == "attr":
            base = self.dotted(func[1], act)
            return f"{base}.{func[2]}" if base is not None else None
        return None

    def external(self, dotted: str, given: Given) -> Any:
        """An imported function: of the program, or of a library."""
        key = (dotted, given.act.module.path)
        known = self.functions.get(key)
        if known is None:
            known = self.functions[key] = self._ext(("ext", dotted), given.act) or self.knowledge.canonical(dotted.lstrip("."))
        if isinstance(known, Function):
            return self.run_function(known, given)
        return self.library(known, given)

    def run_function(self, function: Function, given: Given) -> Any:
        """A function or class of the program is called."""
        module = self.program.module(function.path)
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
        return made

    def skipped(self, function: Function, given: Given) -> bool:
        """Whether a function could not be run, for depth or a cycle."""
        from groundrules.facts.meaning.leakage_run import DEEPEST

        return given.act.depth >= DEEPEST or given.act.running(function.path, function.scope)

    def method_of_instance(self, base: Instance, name: str, given: Given) -> Any:
        """A method of an object of the program; of a library's base class when the program does not define it."""
        held = base.attributes.get(name)
        if isinstance(held, Function):
            return self.run_function(held, given)
        if isinstance(held, (Thing, Data)):
            return self.called(held, given)
        does = str((self.knowledge.method(name) or EMPTY).get("step", EMPTY).get("does"))
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

    # ---- libraries ---------------------------------------------------------------------------------------------------
    def library(self, name: str, given: Given) -> Any:
        """A function or class of a library."""
        entry = self.knowledge.of(name) or EMPTY
        given.entry = entry
        if "learns" in entry or entry.get("splits", {}).get("into") == "folds":
            return self.learner(name, entry, given)
        for role in ("splits", "validates", "measures", "trains", "summarises", "stacks", "resamples", "masks", "pairs"):
            if role in entry:
                return getattr(self, "_" + role)(name, entry[role], given)
        if entry.get("view") == "nothing":
            return None
        if entry.get("view") == "same_learner":
            return self.copied(given)
        last = name.rpartition(".")[2]
        if entry.get("view") == "rows" and next(data_in(given.everything), None) is None:
            return Data(NOWHERE) if not given.everything else self.origin()
        if last[:1].isupper() and all(one.thing is not None for one in data_in(given.everything)):
            return self.thing_or_rows(Thing(name, entry, list(things_in(given.everything)), given.written))
        found = self.generic(given)
        if found is None and last[:1].islower():
            return self.origin(strong="reads" in entry or "fetches" in entry)
        return found

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
        """What an unknown function gives: the rows of its first table, with all that was learned in what it is given."""
        everything = given.everything
        first = chosen(data_in(everything))
        if first is not None:
            return derived(first, everything)
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
        if isinstance(value, Many):
            found = list(data_in(value.items))
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

    # ---- roles of functions ------------------------------------------------------------------------------------------
    def _splits(self, name: str, told: Any, given: Given) -> Any:
        if told["into"] == "sets":
            data = self.data(given.at(told.get("rows", 0)))
            return self.sides(name, data, given, told) if data is not None else None
        tables = [self.data(one) for one in given.args]
        seed = given.spelled(told.get("seed"))
        sizes = [given.spelled(one) for one in told.get("sizes", ())]
        key: Any = ("split", given.act.module.path, given.number)
        if seed is not None and seed[0] in ("const", "name"):
            shapes = [self.spelled(one, given.act) for one in (seed, *[one for one in sizes if one])]
            key = ("split", *shapes)
        if tables and tables[0] is not None:
            self.ledger.split(tables[0], name, given.place, self.position, "split")
        items: list[Any] = []
        for one in tables:
            items += [None, None] if one is None else [self.piece(one, key, 0), self.piece(one, key, 1)]
        return Many(items)

    def sides(self, name: str, data: Data, given: Given, told: Any, base: bool = False) -> Many:
        """The parts of one table."""
        self.ledger.split(data, name, given.place, self.position, "split")
        key = ("split", given.act.module.path, given.number)
        written = given.spelled(told.get("sizes", 1)) if not base else given.spelled(0)
        count = len(written[1]) if written is not None and written[0] in ("list", "tuple") else 3
        return Many([self.piece(data, key, side) for side in range(count)])

    def piece(self, data: Data, key: Any, side: int) -> Data:
        """One side of a split."""
        made = derived(data)
        made.rows = part(data.rows, (key, side))
        made.strong = True
        return made

    def _validates(self, name: str, told: Any, given: Given) -> Any:
        data = self.data(given.at(told["rows"]))
        model = next(things_in([given.at(told["model"])]), None)
        if data is not None:
            self.ledger.validate(model, data, name, given.place, self.position)
        if told.get("predicts") and data is not None:
            return derived(data)
        return Stat([]) if data is not None else None

    def _measures(self, name: str, told: Any, given: Given) -> Any:
        for one in data_in([given.at(told["prediction"]), given.at(told["truth"])]):
            if one.predicted is not None:
                self.ledger.measure(one.predicted, name, given.place)
                break
        return None

    def _trains(self, name: str, told: Any, given: Given) -> Any:
        data = self.data(given.at(told["rows"]))
        thing = Thing(name, EMPTY, [], given.written)
        if data is not None:
            self.ledger.train(thing, data, True, given.place, self.position)
            self.ledger.watch(thing, list(data_in([given.at(told.get("watches"))])), self.stops(thing, told, given))
        return thing

    def stops(self, thing: Thing, told: Any, given: Given) -> bool:
        """Whether what is watched while training decides when it stops or which state is kept."""
        for name in told.get("stops", ()):
            value = given.spelled(name) or thing.arguments.get(name)
            if value is None or value == ("const", None):
                continue
            found = given.at(name)
            if not isinstance(found, (Many, Thing)):
                return True
            if any(one.entry.get("stops_early") for one in things_in([found])):
                return True
        return False

    def _summarises(self, name: str, told: Any, given: Given) -> Any:
        data = self.data(given.at(told.get("of", 0)))
        if data is None:
            return self.generic(given)
        return self.summary(name, data, told, given)

    def summary(self, name: str, data: Data, told: Any, given: Given) -> Any:
        """A statistic of rows; of single rows when it runs along the other axis."""
        axis = given.spelled(told["axis"]) if told.get("axis") else None
        if axis is not None and axis[0] == "tuple" and ("const", 0) in axis[1]:
            axis = None
        if data.kind == "element" or (axis is not None and axis not in (("const", 0), ("const", "index"), ("const", None))):
            return derived(data)
        fit = self.fit("statistic", name, data, given)
        return self.binned(data, fit, told, given) if told.get("gives") == "rows" else Stat([fit, *data.learned])

    def binned(self, data: Data, fit: Fit, told: Any, given: Given) -> Data:
        """Rows, changed by a statistic of themselves."""
        made = derived(data)
        bins = given.spelled(told["unless_list"]) if told.get("unless_list") else None
        if bins is None or bins[0] == "const":
            made.learned[fit] = None
        return made

    def _stacks(self, name: str, told: Any, given: Given) -> Any:
        items = given.everything if told.get("items") == "all" else [given.at(told.get("items", 0))]
        found = list(data_in(items))
        axis = given.spelled(told.get("axis"))
        if not found:
            return self.generic(given)
        made = derived(found[0], items)
        beside = told.get("beside") or (axis is not None and axis not in (("const", 0), ("const", "index")))
        made.rows = found[0].rows if beside else union(one.rows for one in found)
        made.strong = any(one.strong for one in found)
        if beside:
            best = chosen(found)
            made.rows = best.rows if best is not None else made.rows
        return made

    def _resamples(self, name: str, told: Any, given: Given) -> Any:
        data = self.data(given.at(told.get("rows", 0)))
        if data is None:
            return None
        written = given.spelled(told.get("replace"))
        again = written == ("const", True) if written is not None else bool(told.get("default"))
        return self.learn("resampling", name, data, given) if again else derived(data)

    def _masks(self, name: str, told: Any, given: Given) -> Any:
        found = self.generic(given)
        if isinstance(found, Data):
            found.kind = "mask"
        return found

    def _pairs(self, name: str, told: Any, given: Given) -> Any:
        """The elements of several lists beside each other, or with their numbers."""
        if told == "numbered":
            first = given.args[0] if given.args else None
            if isinstance(first, Many) and first.keys is None:
                return Many([Many([None, item]) for item in first.items])
            return Many([Many([None, self.element(first)])]) if first is not None else None
        lists = [one.items if isinstance(one, Many) and one.keys is None else None for one in given.args]
        known = [one for one in lists if one is not None]
        if not known:
            made = [self.element(one) for one in given.args]
            return Many([Many(made)]) if any(one is not None for one in made) else None
        length = min(len(one) for one in known)
        rows = []
        for index in range(length):
            rows.append(Many([one[index] if one is not None else self.element(arg) for one, arg in zip(lists, given.args, strict=True)]))
        return Many(rows)

    def element(self, value: Any) -> Any:
        """One item of something that is gone through."""
        if isinstance(value, Data):
            made = derived(value)
            made.kind = "element"
            return made
        return value


__all__ = ["Caller", "Given", "mix"]
