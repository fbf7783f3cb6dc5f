"""What methods of rows give: some of the rows or columns, other rows made of them, a statistic."""

from __future__ import annotations

from abc import abstractmethod

from groundrules.facts.meaning.leakage_choices import score_of
from groundrules.facts.meaning.leakage_functions import Functions, repeated
from groundrules.facts.meaning.leakage_given import Given
from groundrules.facts.meaning.leakage_ledger import Use
from groundrules.facts.meaning.leakage_markers import condition
from groundrules.facts.meaning.leakage_rows import held, of_folds, part, union
from groundrules.facts.meaning.leakage_values import (
    Data,
    Function,
    Stat,
    Thing,
    add,
    chosen,
    data_in,
    derived,
    fill,
    mix,
    stats_in,
    without_columns,
    write_through,
)
from groundrules.facts.python.knowledge import EMPTY
from groundrules.typed import Any


class RowMethods(Functions):
    """Methods of rows."""

    @abstractmethod
    def of_thing(self, thing: Thing, name: str, given: Given) -> Any:
        """A method of a learner, a splitter or a transformer."""

    def of_data(self, base: Data, name: str, given: Given) -> Any:
        """A method of rows; or of a learner of unknown origin, when that is what it must be."""
        entry = given.entry
        step = entry.get("step")
        if (
            step is not None
            and (not base.strong or base.thing is not None or str(step["does"]).startswith("fit"))
            and step.get("telling")
            and given.everything
        ):
            return self.of_unknown(base, name, given)
        if "writes" in entry:
            self.shelve([base], entry, given)
        if "trains_by_steps" in entry and base.predicted is not None:
            self.stepped(base.predicted, given)
        if base.thing is not None and (base.thing.trainings or base.thing.fitted is not None):
            return self.of_thing(base.thing, name, given)
        told = self.statement_of(base, name, given)
        if told is not None:
            return self.asked(base, told, given)
        if "correlates" in entry:
            return Stat([self.fit(entry["correlates"], name, base, given)])
        if "summarises" in entry:
            return self.summary(name, base, entry["summarises"], given)
        told = next(
            (
                role
                for role in ("stacks", "samples", "masks", "filters", "groups", "applies", "drops", "splits", "view")
                if role in entry
            ),
            None,
        )
        if told == "view":
            return self.viewed(base, str(entry["view"]), given)
        return getattr(self, "_data_" + told)(base, entry[told], given) if told is not None else self.plain(base, given)

    def stepped(self, use: Use, given: Given) -> None:
        """What a model said is led back into it: it is trained on the rows that it was asked about."""
        known = use.thing.trainings
        if not known or known[-1].rows != use.rows:
            self.ledger.train(use.thing, Data(use.rows, dict(use.learned)), True, given.place, self.position)

    def viewed(self, base: Data, view: str, given: Given) -> Any:
        """What a method gives that only looks."""
        if view == "number":
            return score_of([base]) or self.plain(base, given)
        return None if view == "nothing" else base if view == "itself" else self.plain(base, given)

    def of_unknown(self, base: Data, name: str, given: Given) -> Any:
        """A value of unknown origin that is fitted or asked must be a learner."""
        if base.thing is None:
            base.thing = Thing("", EMPTY, [], {})
            base.thing.carried += [fit for fit in base.learned if fit.stays]
        return self.of_thing(base.thing, name, given)

    def statement_of(self, base: Data, name: str, given: Given) -> Any:
        """What is known of a method that runs a statement; None of others."""
        if base.strong or name not in self.asking or not given.call.args:
            return None
        entry = given.entry if "runs_sql" in given.entry else self.folder.entry_of(given.call, given.act.frame)[1]
        return entry.get("runs_sql")

    def asked(self, base: Data, told: Any, given: Given) -> Data:
        """What a connection or a cursor gives for a statement: the same rows for the same text alone."""
        statement = given.spelled(told["statement"])
        if statement is None and given.call.args:
            statement = given.call.args[0]
        text = self.spelled(statement, given.act) if statement is not None else given.number
        known = self.answers.get((id(base), text))
        if known is None:
            known = self.answers[id(base), text] = (base, self.origin(strong=False))
        base.rows = known[1].rows  # a cursor is asked for them afterwards
        return derived(known[1])

    def plain(self, base: Data, given: Given) -> Data:
        """A method that gives rows like those it has."""
        others = given.everything
        if "fills_back" in given.entry:
            others = others if not out_of_fold(base) else [one for one in others if not isinstance(one, Stat)]
            fill(base, others)
        if not (given.entry or base.strong or base.learned or held(base.rows)):
            rows = chosen(one for one in data_in(others) if one.strong)
            base = base if rows is None else rows  # something unknown that is given rows gives these
        made = derived(base, others)
        made.kind = "element" if "windows" in given.entry else base.kind  # a window that moves along is not all rows
        if given.written.get("inplace") == ("const", True):
            carrier = derived(base, others)
            write_through(base, {fit: columns for fit, columns in carrier.learned.items() if fit not in base.learned})
        return made

    def _data_stacks(self, base: Data, told: Any, given: Given) -> Any:
        made = derived(base, given.everything)
        axis = given.spelled(told.get("axis"))
        others = list(data_in(given.everything))
        if not told.get("beside") and axis in (None, ("const", 0)):
            made.rows = union([base.rows, *[one.rows for one in others]])
            if repeated([base, *others]):
                made.learned[self.fit("resampling", str(given.call.func[-1]), made, given)] = None
        return made

    def _data_samples(self, base: Data, told: Any, given: Given) -> Any:
        replace = given.spelled(told.get("replace"))
        if replace == ("const", True):
            return self.learn("resampling", str(given.call.func[-1]), base, given)
        for name in told.get("all_when", ()):
            if given.spelled(name) in (("const", 1), ("const", 1.0)):
                return derived(base)
        made = derived(base)
        made.rows = part(base.rows, (("sample", given.act.module.path, given.number), 0))
        return made

    def _data_filters(self, base: Data, told: Any, given: Given) -> Data:
        """The rows of which a text says something."""
        written = given.spelled(told)
        made = derived(base, given.everything)
        if written is not None and written[0] in ("const", "fmt"):
            made.rows = part(base.rows, condition(self.spelled(written, given.act)))
        return made

    def _data_masks(self, base: Data, told: Any, given: Given) -> Data:
        made = derived(base)
        made.kind = "mask"
        return made

    def _data_groups(self, base: Data, told: Any, given: Given) -> Data:
        made = derived(base)
        made.kind = "group"
        return made

    def _data_applies(self, base: Data, told: Any, given: Given) -> Any:
        """A function is applied to elements, columns, rows or groups."""
        function = next((one for one in given.everything if isinstance(one, Function)), None)
        made = derived(base, [one for one in given.everything if not isinstance(one, Function)])
        if function is None:
            named = given.call.args[0] if given.call.args else given.written.get("func")
            if base.kind == "group" and named is not None and named[0] in ("const", "list", "dict", "ext"):
                fit = self.fit("statistic", str(given.call.func[-1]), base, given)
                if told == "reduce":
                    return Stat([fit])
                made.learned[fit] = None
            return made if base.kind != "group" or told != "reduce" else Stat(made.learned)
        inner = derived(base)
        along = given.spelled("axis")
        whole = base.kind == "group" or (
            base.kind == "rows" and along not in (("const", 1), ("const", "columns")) and told != "element"
        )
        inner.kind = "rows" if whole else "element"
        result = self.descend(function, [inner], {}, given.act, -1)
        mix(made, result)
        return Stat(made.learned) if isinstance(result, Stat) and base.kind == "group" and told == "reduce" else made

    def _data_drops(self, base: Data, told: Any, given: Given) -> Any:
        """Columns or rows go."""
        made = Data(base.rows, dict(base.learned), base.strong)
        made.kind = base.kind
        first = given.at(told)
        for one in stats_in([first]):
            add(made.learned, dict.fromkeys(fit for fit in one.fits if fit.role == "selection"))
        if isinstance(first, Data) and held(first.rows):
            own = {m for _, marks in base.rows for m in marks}
            for marker in {m for _, marks in first.rows for m in marks}:
                if marker[1] == 0 and marker not in own:
                    made.rows = part(made.rows, (marker[0], 1))
        written = given.spelled(told)
        columns = self.columns(written, given.act) if written is not None else None
        if columns is not None:
            made.learned = without_columns(made.learned, columns)
            if given.written.get("inplace") == ("const", True):
                base.learned = without_columns(base.learned, columns)
        elif given.written.get("inplace") == ("const", True):
            add(base.learned, {fit: known for fit, known in made.learned.items() if fit not in base.learned})
        return made

    def _data_splits(self, base: Data, told: Any, given: Given) -> Any:
        return self.sides(str(given.call.func[-1]), base, given, told, base=True)


def out_of_fold(data: Data) -> bool:
    """Whether rows hold what was learned out of fold: a value for what no other fold knows says next to nothing."""
    return any(of_folds(fit.rows) for fit in data.learned)
