"""What methods of learners, splitters and transformers give; methods of rows are a layer below."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_given import Given
from groundrules.facts.meaning.leakage_ledger import ENCODINGS, KEEPS, Use
from groundrules.facts.meaning.leakage_row_methods import RowMethods
from groundrules.facts.meaning.leakage_values import (
    Data,
    Fit,
    Function,
    Instance,
    Key,
    Many,
    Stat,
    Thing,
    add,
    data_in,
    derived,
    things_in,
)
from groundrules.facts.python.knowledge import EMPTY
from groundrules.typed import Any


def carrying(thing: Thing, data: Data) -> Data:
    """Rows, with what functions know that a chain of learners applies to them."""
    carried = [fit for one in (thing, *thing.parts) for fit in one.carried]
    carried += [part.fitted for part in thing.parts if part.fitted is not None and part.fitted.stays]
    if not carried:
        return data
    made = derived(data)
    add(made.learned, dict.fromkeys(carried))
    return made


_TRANSFORMERS = frozenset({"statistics", "vocabulary", "selection", "target", "resampling", "clusters", *KEEPS})


class Methods(RowMethods):
    """Methods, by what the receiver is."""

    def method(self, base: Any, name: str, given: Given) -> Any:
        """What a method gives."""
        given.entry = self.method_known(base, name)
        if isinstance(base, Thing):
            return self.of_thing(base, name, given)
        if isinstance(base, Data):
            return self.of_data(base, name, given)
        if isinstance(base, Stat):
            return self.combined([base, *given.everything]) if base.table is None and given.everything else base
        if isinstance(base, Many):
            return self.of_many(base, name, given)
        if isinstance(base, Function):
            return self.of_class(base, name, given)
        if "step" in given.entry and given.everything:
            return self.of_thing(Thing("", EMPTY, [], {}), name, given)
        return self.generic(given)

    def of_class(self, base: Function, name: str, given: Given) -> Any:
        """A static or class method of a class of the program."""
        found = self.folder.method(base.path, base.scope, name)
        if found is None:
            return self.generic(given)
        if name == "__init__" and given.args and isinstance(given.args[0], Instance):
            return self.descend(
                Function(found[0], found[1], given.args[0]), given.args[1:], given.kwargs, given.act, -1
            )
        return self.descend(
            Function(found[0], found[1], Instance(base.path, base.scope)),
            given.args,
            given.kwargs,
            given.act,
            given.number,
        )

    def of_many(self, base: Many, name: str, given: Given) -> Any:
        """A method of a list or dict."""
        told = given.entry.get("container")
        if told == "pairs":
            return Many(
                [
                    Many([Key(key), item])
                    for key, item in zip(base.keys or [None] * len(base.items), base.items, strict=True)
                ]
            )
        if told == "keys" and base.keys is not None:
            return Many([Key(key) for key in base.keys])
        if told == "values":
            return Many(list(base.items))
        if told == "itself":
            return base
        if told == "add" and given.args and len(base.items) < 40:
            base.items.append(given.args[-1])
            if base.keys is not None:
                base.keys.append(None)
            return None
        if told == "get" and given.call.args and given.call.args[0][0] == "const":
            return self.many_item(base, given.call.args[0], given.act)
        if "step" in given.entry:
            for one in things_in(base.items):
                self.of_thing(one, name, given)
            return None
        return self.generic(given)

    # ---- learners ----------------------------------------------------------------------------------------------------
    def of_thing(self, thing: Thing, name: str, given: Given) -> Any:
        """A method of a learner."""
        step = given.entry.get("step")
        if thing.role == "folds":
            return self.folds(thing, name, given)
        if given.entry.get("view") == "learned":
            return self.told_by(thing)
        if "reads" in given.entry:
            return self.noted(self.origin(), given.entry, given)
        if step is None:
            for one in things_in(given.everything):
                thing.parts.append(one)
            return self.generic(given) or (self.origin(strong=False) if "makes" in thing.entry else thing)
        data = self.data(given.at(step.get("rows", 0)))
        does = str(step["does"])
        if data is None:
            return thing if does == "fit" else None
        data = carrying(thing, data)
        if does == "resample":
            made = self.resampled(thing, data, given)
            return Many([made, self.data(given.at(step.get("target", 1)))])
        if thing.role in _TRANSFORMERS:
            return self.transformer(thing, data, does, given)
        return self.model(thing, data, does, step, given)

    def resampled(self, thing: Thing, data: Data, given: Given) -> Data:
        """Rows, with others made up from them."""
        role = thing.role if thing.role in _TRANSFORMERS else "resampling"
        if role in KEEPS:
            return derived(data)
        made = self.learn(role, thing.name or str(given.call.func[-1]), data, given)
        for fit in made.learned.keys() - data.learned.keys():
            self.ledger.learned(fit)
        return made

    def transformer(self, thing: Thing, data: Data, does: str, given: Given) -> Any:
        """A transformer learns from rows, or changes them by what it learned."""
        if "fit" in does:
            learns = thing.role not in KEEPS or thing.role in ENCODINGS
            thing.fitted = self.fit(thing.role, thing.name, data, given) if learns else None
            if thing.fitted is not None:
                thing.fitted.stays = "stays" in thing.entry.get("learns", EMPTY)
                self.ledger.learned(thing.fitted)
        if does == "fit":
            return thing
        if thing.fitted is None:
            self.fitted_before(thing, given)
        made = derived(data)
        made.kind = "rows"
        if thing.fitted is not None:
            made.learned[thing.fitted] = data.column if data.kind == "column" else None
        return made

    def model(self, thing: Thing, data: Data, does: str, step: Any, given: Given) -> Any:
        """A model is trained, or asked."""
        if "fit" in does:
            target = given.at(step.get("target", 1))
            supervised = isinstance(target, (Data, Many)) or len(given.args) > 1
            self.ledger.train(thing, data, supervised, given.place, self.position)
            if thing.role == "search" and not all(part.role == "clusters" for part in thing.parts or [thing]):
                self.ledger.validate(thing, data, thing.name, given.place, self.position)
            self.watched(thing, step, given)
        if does == "fit":
            return thing
        if "transform" in does:
            return self.narrowed(thing, data, step, given)
        use = self.ledger.use(thing, data, given.call.func[-1], given.place, self.position)
        if does == "score":
            self.ledger.measure(use, str(given.call.func[-1]), given.place)
            return Stat([], [use])
        return self.prediction(data, use)

    def fitted_before(self, thing: Thing, given: Given) -> None:
        """A chooser of columns may be given a model that was trained before."""
        flag = (thing.entry.get("learns") or EMPTY).get("prefit")
        trainings = thing.parts[0].trainings if thing.parts else []
        if flag and trainings and thing.arguments.get(flag) == ("const", True):
            thing.fitted = Fit(thing.role, thing.name, trainings[-1].rows, (*given.place, self.position))

    def narrowed(self, thing: Thing, data: Data, step: Any, given: Given) -> Data:
        """A model transforms rows: it may keep the columns that it found to be of use."""
        made = derived(data)
        if thing.trainings and step.get("selects") and given.spelled(step["selects"]) is not None:
            rows = thing.trainings[-1].rows
            made.learned[Fit("selection", thing.name, rows, (*given.place, self.position))] = None
        return made

    def prediction(self, data: Data, use: Use) -> Data:
        """What a model says of rows."""
        made = derived(data)
        made.predicted = use
        return made

    def watched(self, thing: Thing, step: Any, given: Given) -> None:
        """Rows that are measured while the model trains."""
        for name in step.get("watches", ()):
            found = list(data_in([given.at(name)]))
            if found:
                self.ledger.watch(thing, found, self.stops(thing, step, given))
        for name in step.get("holds_out", ()):
            written = given.spelled(name)
            if written is not None and written not in (("const", None), ("const", 0), ("const", 0.0)):
                thing.held_out = True

    def folds(self, thing: Thing, name: str, given: Given) -> Any:
        """The pairs of indices that a splitter gives."""
        data = self.data(given.args[0]) if given.args else self.data(given.kwargs.get("X"))
        if "step" not in given.entry or data is None:
            return None
        self.ledger.split(data, thing.name, given.place, self.position, "folds")
        key = ("folds", given.act.module.path, given.number)
        self.ledger.splits[key] = (thing.name, given.place, "folds")
        index = Data(data.rows, {}, True)
        return Many([Many([self.piece(index, key, 0), self.piece(index, key, 1)])])
