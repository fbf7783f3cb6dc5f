"""Leaks between training and evaluation, as rows: which call learned from rows that an evaluation holds out."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.leakage_choices import chosen_by, searched
from groundrules.facts.meaning.leakage_files import Files
from groundrules.facts.meaning.leakage_ledger import ENCODINGS, Ledger, Spoiled, Use
from groundrules.facts.meaning.leakage_measures import on_overlapping_rows, on_training_rows, tuned
from groundrules.facts.meaning.leakage_methods import Methods
from groundrules.facts.meaning.leakage_near import Near
from groundrules.facts.meaning.leakage_reach import Reach
from groundrules.facts.meaning.leakage_rows import overlap
from groundrules.facts.meaning.leakage_values import Fit, data_in
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import EntryPoint
from groundrules.facts.python.program import Module
from groundrules.facts.repository import Repository
from groundrules.typed import TYPE_CHECKING, Any, Iterable

if TYPE_CHECKING:
    from groundrules.facts.meaning.leakage_groups import Groups
    from groundrules.facts.meaning.leakage_said import says_training
else:
    late(globals(), "groundrules.facts.meaning.leakage_groups", classes="Groups")
    late(globals(), "groundrules.facts.meaning.leakage_said", "says_training")

_PREPARES = ("statistics", "vocabulary")
_SHOWN_BY = ("split", "folds", "score", "predict", "slice", "sides")  # the surest first


class Leakage:
    """Rows of leak."""

    def __init__(self, link: Link, repository: Repository) -> None:
        self.link = link
        self.near = Near(repository, link.folder.program, link.knowledge)
        self.groups = Groups(link.knowledge)
        self.verdicts: dict[Any, str] = {}  # by the place of a choice: what measures it, which is told once

    def relate(self, entries: Iterable[EntryPoint]) -> None:
        """The leaks of every entry point whose file speaks of fitting or splitting."""
        methods, files = Methods(self.link.folder, Ledger()), Files()
        reach = Reach(self.link.folder.program, self.near)
        objects: dict[tuple[str, int], list[EntryPoint]] = {}
        for entry in entries:
            module = entry.module
            if entry.kind == "test":
                continue
            speaks = self.near.speaks(module.path)
            if reach.speaks(entry) if speaks and entry.kind == "function" else speaks:
                methods.ledger = Ledger()
                methods.enter(entry)
                self.write(methods.ledger, entry.kind in ("script", "notebook"))
                self.asked_alone(entry, methods)
                if entry.kind != "function":
                    files.take(methods.ledger)
                elif owner_of(entry):
                    objects.setdefault((module.path, owner_of(entry)), []).append(entry)
            elif entry.kind != "function" and self.near.prepares(module.path):
                methods.ledger = Ledger()
                methods.enter(entry)
                files.take(methods.ledger)
        for first, *others in objects.values():
            if others:  # methods that nobody calls are called one after the other
                methods.ledger = Ledger()
                methods.enter(first, others)
                self.write(methods.ledger, False)
        self.early(files.spoiled())

    # ---- rows --------------------------------------------------------------------------------------------------------
    def write(self, ledger: Ledger, whole: bool) -> None:
        """One row for each thing learned too early, and for each measure that proves nothing.

        Only a whole run can tell that nothing else measures a model: a task hands it on.
        """
        best: dict[Fit, Spoiled] = {}
        for spoiled in (*ledger.spoiled, *ledger.of_inner_splits()):
            if spoiled.by == "folds" and spoiled.place not in ledger.told and ledger.judged_elsewhere(spoiled.fit):
                continue  # folds by which settings are searched alone; other rows give the verdict
            if spoiled.fit.role == "statistic" and ledger.drawn(spoiled.fit.rows):
                continue
            known = best.get(spoiled.fit)
            if known is None or _SHOWN_BY.index(spoiled.shown_by) < _SHOWN_BY.index(known.shown_by):
                best[spoiled.fit] = spoiled
        self.early(best.values())
        for use in on_training_rows(ledger) if whole else ():
            self.measured(use, "on-training-rows", ledger)
        for use in on_overlapping_rows(ledger):
            self.measured(use, "on-overlapping-rows", ledger)
        for training, judge, what in tuned(ledger):
            fit = Fit("model", training.thing.name or "fit", training.rows, training.place)
            at = judge.measured[1] if judge is not None and judge.measured is not None else training.place
            name = judge.name if judge is not None else called_at(training.place)
            self.add((fit, fit), f"tuned-on-{what}", "score", name, self.span(at))
        for tried, verdict, what in searched(ledger):
            if tried.measured is not None:
                other, there = verdict.measured or (verdict.name, verdict.place)
                fit = Fit("model", tried.thing.name or "fit", tried.rows, (*tried.measured[1], tried.position))
                self.add((fit, fit), f"searched-on-{what}", "score", other, self.span(there))
        self.choices(ledger)

    def choices(self, ledger: Ledger) -> None:
        """One row for each thing that is chosen by rows which give the verdict, and for each place of a choice."""
        for alike in chosen_by(ledger):
            asked, choice, what = alike[0]
            name, at = asked.measured or (asked.place[0].code.scopes[asked.place[2]].name or asked.name, asked.place)
            name = self.verdicts.setdefault(choice.place[:2], name)
            of = asked.thing.name or (asked.name if asked.training is None else "fit")
            shown = "score" if choice.applied else "curve"
            fit = Fit("threshold" if choice.threshold else "model", of, asked.rows, (*choice.place, asked.position))
            for where in (self.span(asked.training.place if asked.training else asked.place), self.span(at)):
                self.add((fit, fit), f"chosen-on-{what}", shown, name, where)
            for _, other_choice, _ in alike[1:]:
                self.add((fit, fit), f"chosen-on-{what}", "choice", name, self.span(other_choice.place))

    def early(self, found: Iterable[Spoiled]) -> None:
        """One row for each thing learned too early; several of one kind before one split are told together."""
        first: dict[tuple[Any, ...], Fit] = {}
        for spoiled in sorted(found, key=lambda one: one.fit.position):
            fit, shown = spoiled.fit, self.span(spoiled.place)
            merged = fit.role == "statistic" or fit.role in ENCODINGS
            start = (
                first.setdefault((shown, spoiled.how, self.groups.role(fit, spoiled.place[0])), fit) if merged else fit
            )
            self.add((start, fit), spoiled.how, spoiled.shown_by, spoiled.function, shown, spoiled.place[0])

    def asked_alone(self, entry: EntryPoint, methods: Methods) -> None:
        """Nobody calls the method that asks a model, yet it fits a transformer to the rows that it is given."""
        ledger, given = methods.ledger, methods.entered
        scopes = entry.module.code.scopes
        owner = owner_of(entry)
        if entry.kind != "function" or not owner or not asks(scopes[entry.scope].name):
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

    def measured(self, use: Use, how: str, ledger: Ledger) -> None:
        """A measure taken on rows that trained the model."""
        if use.measured is not None and use.training is not None:
            name, place = use.measured
            if how == "on-training-rows" and (says_training(place[0], place[1]) or ledger.drawn(use.rows)):
                return  # whoever reads the number is told, or nothing is learned of anything
            fit = Fit("model", name, use.rows, (*place, use.position))
            self.add((fit, fit), how, "score", use.training.thing.name, self.span(use.training.place))

    def span(self, place: Any) -> int:
        """The number of a place."""
        return self.link.rows.span(place[0].path, place[1])

    def add(
        self, fits: tuple[Fit, Fit], how: str, shown_by: str, other: str, other_span: int, splits: Module | None = None
    ) -> None:
        """One row; `splits` is the file that splits."""
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
            self.groups.role(fit, splits),
            shown_by,
            other,
            other_span,
            in_test,
            scope,
        )


def called_at(place: Any) -> str:
    """The last name of what is called at a place."""
    found = (str(call.func[-1]) for call in place[0].code.calls if call.where == place[1])
    return next(found, "fit").rpartition(".")[2]


def owner_of(entry: EntryPoint) -> int:
    """The class that a function is a method of; 0 for none."""
    scopes = entry.module.code.scopes
    owner = scopes[entry.scope].parent
    return owner if owner > 0 and scopes[owner].kind == "class" else 0


def asks(name: str) -> bool:
    """Whether a method is named like those that ask a model."""
    return name.startswith(("predict", "infer"))


def trains(name: str) -> bool:
    """Whether a method is named like those that train."""
    return name.startswith(("fit", "train"))
