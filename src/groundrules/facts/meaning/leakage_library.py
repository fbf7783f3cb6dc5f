"""What functions and classes of libraries give, by what their knowledge rows say."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_choices import score_of, scores_in
from groundrules.facts.meaning.leakage_files import named
from groundrules.facts.meaning.leakage_given import Given
from groundrules.facts.meaning.leakage_ledger import Ledger
from groundrules.facts.meaning.leakage_read import Reader
from groundrules.facts.meaning.leakage_rows import NOWHERE, held, union
from groundrules.facts.meaning.leakage_values import (
    Data,
    Fit,
    Instance,
    Many,
    Stat,
    Thing,
    chosen,
    data_in,
    derived,
    stats_in,
    things_in,
    together,
)
from groundrules.facts.python.folding import Folder
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.typed import Any

_ROLES = (
    "splits",
    "validates",
    "measures",
    "trains",
    "summarises",
    "stacks",
    "resamples",
    "masks",
    "takes_rows",
    "pairs",
    "records",
    "takes_next",
)
_LEARNERS = ("Classifier", "Regressor", "Ranker")  # of whatever library: made of figures, never of rows
_OF_OTHERS = ("steps", "search")  # what such a thing learns is what it is given
_ENDINGS = {"Imputer": "statistics", "Scaler": "statistics", "Standardizer": "statistics", "Winsorizer": "statistics",
            "Discretiser": "statistics", "Discretizer": "statistics", "Vectorizer": "vocabulary"}  # fmt: skip
_RANKS = ("selection", "correlation")  # of columns: a table of such is no table of rows


class Library(Reader):
    """Plans once what the calls of a name give; what single roles do is told by the classes built on it."""

    def __init__(self, folder: Folder, ledger: Ledger) -> None:
        super().__init__(folder)
        self.ledger = ledger
        self.plans: dict[str, tuple[str, Entry]] = {}
        self.splitters: list[Thing] = []
        self.alike: dict[str, str] = {}  # by the last name of a learner: what it learns

    def library(self, name: str, given: Given) -> Any:
        """A function or class of a library."""
        plan = self.plans.get(name)
        if plan is None:
            plan = self.plans[name] = self.planned(name)
        role, entry = plan
        given.entry = entry
        if "writes" in entry:
            self.shelve(given.everything, entry, given)
        if role == "nothing":
            return score_of(given.everything) if entry.get("counts") is None else None
        if (
            role == "reads"
            and isinstance(given.at(entry["reads"].get("target")), Data)
            and entry.get("frame") == "whole"
        ):
            return self.without_role(name, entry, given)  # it is given rows, where others give it a file
        if role in ("reads", "counts"):
            return self.noted(self.origin(), entry, given)
        if role == "learner":
            return self.learner(name, entry, given)
        if role == "same_learner":
            return self.copied(given)
        if role:
            return getattr(self, "_" + role)(name, entry[role], given)
        return self.without_role(name, entry, given)

    def without_role(self, name: str, entry: Entry, given: Given) -> Any:
        """The same for what nothing decides but what it is given."""
        if entry.get("view") == "same" and len(given.args) == 1 and isinstance(given.args[0], (Many, Thing)):
            return given.args[0]
        last = name.rpartition(".")[2]
        if entry.get("view") == "same" and len(given.args) == 1 and self.numbers_rows(given):
            return self.noted(self.origin(), {"counts": True}, given)
        if entry.get("view") == "rows" and not self.holds_rows(given):
            return self.table(given)
        if last[:1].isupper() and (last.endswith(_LEARNERS) or is_bare(given.everything)):
            return self.thing_or_rows(Thing(name, entry, list(things_in(given.everything)), given.written))
        found = self.generic(given)
        if found is None and last[:1].islower():
            return self.noted(self.origin(strong="reads" in entry or "fetches" in entry), entry, given)
        return found

    def numbers_rows(self, given: Given) -> bool:
        """Whether a call is given what counts, as a list of the numbers of rows is made."""
        value = given.call.args[0]
        func = given.act.module.code.calls[value[1]].func if value[0] == "call" else value
        return func[0] == "name" and "counts" in (self.knowledge.of(str(func[1])) or EMPTY)

    def holds_rows(self, given: Given) -> bool:
        """Whether a call is given rows to make a table of, and no ranks of columns."""
        ranks = any(fit.role in _RANKS for one in stats_in(given.everything) for fit in one.fits)
        return not ranks and next(data_in(given.everything), None) is not None

    def table(self, given: Given) -> Any:
        """A table of something else than rows: of ranks, of scores, of nothing yet, of what nobody knows."""
        if any(fit.role in _RANKS for one in stats_in(given.everything) for fit in one.fits):
            return self.generic(given)
        if scores_in(Many(given.everything)):
            return score_of(given.everything)
        return Data(NOWHERE) if not given.everything else self.origin()

    def noted(self, data: Data, entry: Entry, given: Given) -> Data:
        """Rows from somewhere new, of which something is known; of each of many files one thing."""
        origins = {origin for origin, _ in data.rows}
        if "one_item" in entry and any(one.kind == "element" for one in data_in(given.everything)):
            data.kind = "element"
        if "counts" in entry:
            self.ledger.made_up |= origins
        if "pictures" in entry:
            self.ledger.pictures |= origins
        if (entry.get("draws") or EMPTY).get("purpose") == "noise":
            self.ledger.made_up |= origins
        if (entry.get("reads") or EMPTY).get("what") in ("any", "model"):
            self.ledger.kept |= origins
        name = self.file_of(entry.get("reads"), given)
        if name:
            self.ledger.opened.update(dict.fromkeys(origins, name))
        return data

    def shelve(self, values: list[Any], entry: Entry, given: Given) -> None:
        """Rows are kept in a file."""
        learned = [one for one in data_in(values) if one.learned]
        name = self.file_of(entry["writes"], given) if learned else None
        if name:
            self.ledger.shelved += [(name, one.rows, dict(one.learned)) for one in learned]

    def file_of(self, told: Any, given: Given) -> frozenset[Any]:
        """What the file may be called that a call reads or writes; nothing when that is not known."""
        target = given.spelled(told["target"]) if told and told.get("target") is not None else None
        return named(self.folder, target, given.act.frame, str(told.get("what"))) if target is not None else frozenset()

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
        entry = self.knowledge.of(name) or self.named_alike(name)
        if "learns" in entry or "stops_early" in entry or entry.get("splits", EMPTY).get("into") == "folds":
            return "learner", entry
        role = next((one for one in _ROLES if one in entry), "")
        view = entry.get("view")
        if role or view in ("nothing", "same_learner"):
            return role or str(view), entry
        if "counts" in entry:
            return "counts", entry
        what = (entry.get("reads") or EMPTY).get("what")
        return "reads" if what in ("data", "table") else "nothing" if what == "config" else "", entry

    def named_alike(self, name: str) -> Entry:
        """What is known of a class that is named like a learner of another library, or for what it does."""
        last = name.rpartition(".")[2]
        if not last[:1].isupper():
            return EMPTY
        if not self.alike:
            functions = self.knowledge.functions
            for one in functions.having("learns"):
                role = str(functions[one]["learns"]["from"])
                known = self.alike.setdefault(one.rpartition(".")[2], role)
                if known != role or role in _OF_OTHERS:
                    self.alike[one.rpartition(".")[2]] = ""
        found = self.alike.get(last)
        if found is None:
            found = next((role for ending, role in _ENDINGS.items() if last.endswith(ending)), "")
        return {"learns": {"from": found}} if found else EMPTY

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
        thing = Thing(name, entry, list(things_in(given.everything)), given.written)
        if thing.role == "folds":
            self.splitters.append(thing)  # kept, for its number is the mark of its folds
            self.ledger.splits["folds", id(thing)] = (name, given.place, "folds")
        return thing

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
        return together(stats_in(everything))

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
    return all(one.thing is not None for one in data_in(values)) and not any(one.fits for one in stats_in(values))
