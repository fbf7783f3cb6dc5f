"""Leaks between training and evaluation, as rows: which call learned from rows that an evaluation holds out."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.leakage_ledger import ENCODINGS, Ledger, Spoiled, Use
from groundrules.facts.meaning.leakage_methods import Methods
from groundrules.facts.meaning.leakage_reach import Reach
from groundrules.facts.meaning.leakage_rows import overlap
from groundrules.facts.meaning.leakage_values import Fit, data_in
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import EntryPoint
from groundrules.facts.python.program import Module
from groundrules.typed import TYPE_CHECKING, Any, Iterable

if TYPE_CHECKING:
    from groundrules.facts.meaning.leakage_groups import Groups
    from groundrules.facts.meaning.leakage_said import says_training
else:
    late(globals(), "groundrules.facts.meaning.leakage_groups", classes="Groups")
    late(globals(), "groundrules.facts.meaning.leakage_said", "says_training")

_PREPARES = ("statistics", "vocabulary")
_SHOWN_BY = ("split", "folds", "score", "slice", "predict")  # the surest first


class Leakage:
    """Rows of leak."""

    def __init__(self, link: Link) -> None:
        self.link = link
        functions = link.knowledge.functions
        names = functions.having("splits", "validates", "trains")
        names += [name for name in functions.having("step") if "fit" in str(functions[name]["step"]["does"])]
        self._imports: dict[str, list[Module]] = {}
        self._saying: dict[tuple[str, int], int] = {}  # by path and steps from there
        self.groups = Groups(link.knowledge)
        self._named: dict[str, set[str]] = {}  # by package: the last names of what fits or splits
        for name in names:
            self._named.setdefault(name.partition(".")[0], set()).add(name.rpartition(".")[2])
        self.fitting = set().union(*self._named.values())

    def relate(self, entries: Iterable[EntryPoint]) -> None:
        """The leaks of every entry point whose file speaks of fitting or splitting."""
        methods = Methods(self.link.folder, Ledger())
        reach = Reach(self.link.folder.program, self.fitting, self.speaks)
        for entry in entries:
            module = entry.module
            if self.speaks(module) and entry.kind != "test" and (entry.kind != "function" or reach.speaks(entry)):
                methods.ledger = Ledger()
                methods.enter(entry)
                self.write(methods.ledger, entry.kind in ("script", "notebook"))
                self.asked_alone(entry, methods)

    def speaks(self, module: Module) -> bool:
        """Whether a file, or one that it imports in three steps, names anything that fits or splits.

        Many things are called `train`, and few of them are a library's: the library must be imported as near.
        """
        said = self._said(module, 3)
        return any(said >> (2 * bit) & 3 == 3 for bit in range(len(self._named)))

    def _said(self, module: Module, steps: int) -> int:
        """Two bits a package: a name of what fits or splits there is read, and the package is imported."""
        known = self._saying.get((module.path, steps))
        if known is None:
            known = self._own(module) if not steps else self._said(module, steps - 1)
            for there in self._imported(module) if steps else ():
                known |= self._said(there, steps - 1)
            self._saying[module.path, steps] = known
        return known

    def _own(self, module: Module) -> int:
        canonical = self.link.knowledge.canonical
        packages = {"*", *(canonical(name).partition(".")[0] for name in imports_of(module))}
        said = 0
        for bit, (package, names) in enumerate(self._named.items()):
            said |= (int(not names.isdisjoint(module.code.names)) | (int(package in packages) << 1)) << (2 * bit)
        return said

    def _imported(self, module: Module) -> list[Module]:
        """The files of the program that a file imports."""
        found = self._imports.get(module.path)
        if found is None:
            program = self.link.folder.program
            dotted = imports_of(module)
            paths = {one.path for name in dotted if (one := program.find(name, module.path)) is not None}
            found = [there for path in sorted(paths) if (there := program.module(path)) is not None]
            self._imports[module.path] = found
        return found

    # ---- rows --------------------------------------------------------------------------------------------------------
    def write(self, ledger: Ledger, whole: bool) -> None:
        """One row for each thing learned too early, and for each measure that proves nothing.

        Only a whole run can tell that nothing else measures a model: a task hands it on.
        """
        best: dict[Fit, Spoiled] = {}
        for spoiled in (*ledger.spoiled, *ledger.of_inner_splits()):
            if spoiled.by == "folds" and ledger.judged_elsewhere(spoiled.fit):
                continue  # folds of the training rows alone; the verdict is that of other rows
            known = best.get(spoiled.fit)
            if known is None or _SHOWN_BY.index(spoiled.shown_by) < _SHOWN_BY.index(known.shown_by):
                best[spoiled.fit] = spoiled
        first: dict[tuple[Any, ...], Fit] = {}
        for fit, spoiled in sorted(best.items(), key=lambda item: item[0].position):
            shown = self.span(spoiled.place)
            merged = fit.role == "statistic" or fit.role in ENCODINGS
            start = first.setdefault((shown, spoiled.how, self.groups.role(fit)), fit) if merged else fit
            self.add((start, fit), spoiled.how, spoiled.shown_by, spoiled.function, shown)
        for use in ledger.on_training_rows() if whole else ():
            self.measured(use, "on-training-rows")
        for use in ledger.on_overlapping_rows():
            self.measured(use, "on-overlapping-rows")
        for training, use, what in ledger.tuned():
            fit = Fit("model", training.thing.name or "fit", training.rows, training.place)
            shown = self.span(use.measured[1] if use.measured is not None else use.place)
            self.add((fit, fit), f"tuned-on-{what}", "score", use.name, shown)

    def asked_alone(self, entry: EntryPoint, methods: Methods) -> None:
        """Nobody calls the method that asks a model, yet it fits a transformer to the rows that it is given."""
        ledger, given = methods.ledger, methods.entered
        scopes = entry.module.code.scopes
        owner = scopes[entry.scope].parent
        if (
            entry.kind != "function"
            or owner <= 0
            or scopes[owner].kind != "class"
            or not asks(scopes[entry.scope].name)
        ):
            return
        if not any(scope.parent == owner and trains(scope.name) for scope in scopes):
            return
        place = (entry.module, scopes[entry.scope].where, entry.scope)
        told = {one.fit for one in ledger.spoiled}
        params = given.params if given is not None else {}
        asked = [one.rows for one in data_in(value for name, value in params.items() if "train" not in name.lower())]
        for fit in ledger.fitted:
            here = fit.module is entry.module and fit.scope == entry.scope and fit not in told
            if here and fit.role in _PREPARES and any(overlap(fit.rows, rows) for rows in asked):
                self.add((fit, fit), "on-test", "predict", scopes[entry.scope].name, self.span(place))

    def measured(self, use: Use, how: str) -> None:
        """A measure taken on rows that trained the model."""
        if use.measured is not None and use.training is not None:
            name, place = use.measured
            if how == "on-training-rows" and says_training(place[0], place[1]):
                return  # whoever reads the number is told
            fit = Fit("model", name, use.rows, (*place, use.position))
            self.add((fit, fit), how, "score", use.training.thing.name, self.span(use.training.place))

    def span(self, place: Any) -> int:
        """The number of a place."""
        return self.link.rows.span(place[0].path, place[1])

    def add(self, fits: tuple[Fit, Fit], how: str, shown_by: str, other: str, other_span: int) -> None:
        """One row."""
        first, fit = fits
        places = [self.link.rows.span(one.module.path, one.where) for one in fits]
        scope = self.link.scope_name(first.module, first.scope)
        in_test = int(self.link.in_test(first.module.path))
        self.link.rows.add(
            "leak",
            places[0],
            first.function,
            places[1],
            fit.function,
            how,
            self.groups.role(fit),
            shown_by,
            other,
            other_span,
            in_test,
            scope,
        )


def asks(name: str) -> bool:
    """Whether a method is named like those that ask a model."""
    return name.startswith(("predict", "infer"))


def trains(name: str) -> bool:
    """Whether a method is named like those that train."""
    return name.startswith(("fit", "train"))


def imports_of(module: Module) -> list[str]:
    """What a file imports, by dotted names."""
    return module.imports
