"""What functions of libraries do, by the role that their knowledge rows give them."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_calls import Caller
from groundrules.facts.meaning.leakage_given import Given
from groundrules.facts.meaning.leakage_rows import Rows, covers, held, part, union
from groundrules.facts.meaning.leakage_values import (
    Data,
    Fit,
    Many,
    Shape,
    Stat,
    Thing,
    chosen,
    data_in,
    derived,
    things_in,
)
from groundrules.facts.python.ir import Call
from groundrules.facts.python.knowledge import EMPTY
from groundrules.facts.python.program import Module
from groundrules.typed import Any


class Functions(Caller):
    """One method a role."""

    def _splits(self, name: str, told: Any, given: Given) -> Any:
        if told["into"] == "sets":
            data = self.data(given.at(told.get("rows", 0)))
            return self.sides(name, data, given, told) if data is not None else None
        tables = [self.data(one) or self.origin() for one in given.args]  # an unknown one may be an index
        seed = given.spelled(told.get("seed"))
        sizes = [given.spelled(one) for one in told.get("sizes", ())]
        key: Any = ("split", given.act.module.path, given.number)
        if seed is not None and seed[0] in ("const", "name"):
            shapes = [self.spelled(one, given.act) for one in (seed, *[one for one in sizes if one])]
            again = any(marker[0] == ("split", *shapes) for one in tables for _, marks in one.rows for marker in marks)
            key = (*key, "again") if again else ("split", *shapes)
        self.ledger.splits[key] = (name, given.place, "split")
        self.ledger.split_at.setdefault(key, []).append(given.place)
        if tables:
            self.ledger.split(tables[0], name, given.place, self.position, "split")
        items: list[Any] = []
        for one in tables:
            items += [self.piece(one, key, 0), self.piece(one, key, 1)]
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
        if not (told.get("predicts") or self.ledger.handed_on):
            self.ledger.told.add(given.place)
        if told.get("predicts") and data is not None:
            return derived(data)
        return Stat([]) if data is not None else None

    def _measures(self, name: str, told: Any, given: Given) -> Any:
        for one in data_in([given.at(told["prediction"]), given.at(told["truth"])]):
            if one.predicted is not None:
                self.ledger.measure(one.predicted, name, given.place)
                return Stat([], [one.predicted], "curve" in told)
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
        settings = given.at(told["settings"]) if "settings" in told else None
        within = settings.keys if isinstance(settings, Many) else None
        if isinstance(settings, Thing):
            within = [key for key, value in settings.arguments.items() if value != ("const", False)]
        for name in told.get("stops", ()):
            value = given.spelled(name) or thing.arguments.get(name)
            if within is not None and name in within:
                return True
            if value is None or value == ("const", None):
                continue
            found = given.at(name)
            if not isinstance(found, (Many, Thing)):
                return True
            if any(map(stops_early, things_in([found]))):
                return True
        flag = (given.entry if "keeps_best" in given.entry else thing.entry).get("keeps_best")
        return flag is True or (
            flag is not None and (given.written.get(flag) or thing.arguments.get(flag)) != ("const", False)
        )

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
        if data.kind == "element" or (
            axis is not None and axis not in (("const", 0), ("const", "index"), ("const", None))
        ):
            return derived(data)
        pictures = bool(data.rows) and all(origin in self.ledger.pictures for origin, _ in data.rows)
        if told.get("edge") and (pictures or lengths(given)):
            return None
        fit = self.fit("statistic", name, data, given)
        fit.edge, fit.grouped = bool(told.get("edge")), data.kind == "group"
        return (
            self.binned(data, fit, told, given)
            if told.get("gives") == "rows"
            else Stat([fit, *data.learned], [data.predicted] if data.predicted is not None else ())
        )

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
        if not beside and repeated(found):
            made.learned[self.fit("resampling", name, made, given)] = None
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

    def _takes_rows(self, name: str, told: Any, given: Given) -> Any:
        data, index = self.data(given.at(told["of"])), given.at(told["by"])
        if data is None or not isinstance(index, Data) or not held(index.rows):
            return self.without_role(name, given.entry, given)
        made = derived(data)
        made.rows = self.picked_by(index, data)
        return made

    def _records(self, name: str, told: Any, given: Given) -> Any:
        """Things under names; or a class of such."""
        if "fields" in told:
            return Shape(fields_of(given.call, told["fields"]))
        named = [key for key, _ in given.call.kwargs if key]
        return Many([given.kwargs[key] for key in named], list(named)) if named else self.generic(given)

    def class_made(self, module: Module, number: int) -> Shape | None:
        """A class that a call of another module makes."""
        call = module.code.calls[number]
        entry = self.knowledge.of(self.knowledge.canonical(call.func[1])) if call.func[0] == "ext" else None
        told = (entry or EMPTY).get("records") or EMPTY
        return Shape(fields_of(call, told["fields"])) if "fields" in told else None

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
        beside = [
            one if one is not None else [self.element(arg)] * length for one, arg in zip(lists, given.args, strict=True)
        ]
        return Many([Many([one[index] for one in beside]) for index in range(length)])

    def element(self, value: Any) -> Any:
        """One item of something that is gone through."""
        if isinstance(value, Thing) and value.role == "folds":
            return self.fold_pair(value)
        if isinstance(value, Thing):
            return self.served(value)
        if isinstance(value, Data):
            made = derived(value)
            made.kind = "element"
            return made
        return value


def stops_early(callback: Thing) -> bool:
    """Whether a callback ends training, or keeps a state, by what is measured."""
    told = callback.entry.get("stops_early", False)
    monitor = callback.arguments.get("monitor", ("?",))
    if monitor[0] == "const" and isinstance(monitor[1], str) and not monitor[1].startswith("val"):
        return False  # it goes by the training rows
    return callback.arguments.get(told) == ("const", True) if isinstance(told, str) else bool(told)


def repeated(stacked: list[Data]) -> bool:
    """Whether some rows of one table are stacked several times: the table itself, or what a mask keeps of it."""
    whole = [one for one in stacked if one.kind == "rows" and one.strong and one.rows]
    pairs = [(one, other) for number, one in enumerate(whole) for other in whole[number + 1 :]]
    return any(one is other or kept_of(one.rows, other.rows) or kept_of(other.rows, one.rows) for one, other in pairs)


def kept_of(rows: Rows, whole: Rows) -> bool:
    """Whether rows are what a mask keeps of others."""
    marks = {key[0] for _, found in rows for key, _ in found} - {key[0] for _, found in whole for key, _ in found}
    return bool(marks) and marks <= {"mask", "value"} and covers(whole, rows)


def fields_of(call: Call, parameter: str) -> tuple[str, ...]:
    """The fields of a class that a call makes: listed in its second argument, or given by name."""
    written = dict(call.kwargs).get(parameter) or (call.args[1] if len(call.args) > 1 else None)
    if written is None:
        return tuple([name for name, _ in call.kwargs if name])
    if written[0] == "const" and isinstance(written[1], str):
        return tuple(written[1].replace(",", " ").split())
    items = written[1] if written[0] in ("list", "tuple") else ()
    names = [one[1][0] if one[0] == "tuple" and one[1] else one for one in items]
    return tuple([str(one[1]) for one in names if one[0] == "const"])


def lengths(given: Given) -> bool:
    """Whether a call is given how long each of several things is, which only says how wide a table of them is."""
    value = given.call.args[0] if given.call.args else ("?",)
    call = given.act.module.code.calls[value[1][1]] if value[0] == "comp" and value[1][0] == "call" else None
    return call is not None and call.func == ("name", "len")
