"""What an entry point learned, split, trained and evaluated, and which of it lets held-out rows into training."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_rows import (
    Rows,
    apart_by,
    held_apart,
    held_out_of,
    of_folds,
    overlap,
    parted,
)
from groundrules.facts.meaning.leakage_values import Data, Fit, Learned, Thing, Training
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.sql.words import words
from groundrules.typed import Any, NamedTuple

Place = tuple[Any, Any, int]  # module, place, scope
KEEPS = frozenset(
    {"categories", "labels", "nothing", "thinning", "correlation"}
)  # what is learned there tells nothing of the rows held out
CHECKS = words(
    "val valid validate validation dev eval xval xvalid yval yvalid dval dvalid valset valloader validloader"
)
TESTS = words("test tst testing xtest dtest holdout testset testloader testdata testdataset testdf")
_PARTS = {"check": "val", "test": "test"}
ENCODINGS = frozenset({"categories", "labels"})  # but each fit may number them anew


class Spoiled(NamedTuple):
    """Something learned from rows that were to be held out."""

    fit: Fit
    how: str  # before-split | before-folds | on-test
    by: str  # split | folds | predict: what shows it
    function: str  # that splits, or asks the model
    place: Place
    use: Use | None = None  # of a model

    @property
    def shown_by(self) -> str:
        """The same; score where what the model says is measured."""
        return "score" if self.use is not None and self.use.measured is not None else self.by


class Use:
    """A model is asked about rows."""

    __slots__ = (
        "chooses", "compared", "learned", "measured", "name", "place", "position", "rows", "thing", "training", "tried",
    )  # fmt: skip

    def __init__(self, thing: Thing, data: Data, name: str, place: Place, position: int) -> None:
        self.thing, self.name, self.place, self.position = thing, name, place, position
        self.training: Training | None = thing.trainings[-1] if thing.trainings else None
        self.rows: Rows = data.rows
        self.learned: Learned = dict(data.learned)
        self.measured: tuple[str, Place] | None = None
        self.compared = False  # what it said is set against other rows, which may be a measure by hand
        self.tried = False  # it is one of the candidates of a search
        self.chooses = False  # what is measured chooses settings, and is no verdict on the model


class Choice:
    """Something is kept for what it scored."""

    __slots__ = ("applied", "outside", "place", "saves", "threshold", "uses")

    def __init__(self, uses: tuple[Use, ...], place: Place, outside: bool, threshold: bool) -> None:
        self.uses, self.place = uses, place  # by whose scores it went
        self.outside = outside  # a helper chooses, which is given what the model said
        self.threshold = threshold  # how to read its answers is chosen, and no model
        self.saves = False  # told by a file that is written alone
        self.applied = True  # what was chosen is of use afterwards


class Ledger:
    """The books of one entry point."""

    def __init__(self) -> None:
        self.spoiled: list[Spoiled] = []
        self.inner: list[Spoiled] = []  # by a split of training rows, which counts where no other rows give the verdict
        self.splits: dict[Any, tuple[str, Place, str]] = {}  # by marker: what splits, where, and by split or folds
        self.split_at: dict[Any, list[Place]] = {}  # by marker: every place that splits alike
        self.names: dict[Rows, set[str]] = {}  # by rows: the names that they were bound to
        self.picked: set[tuple[Any, Any, Rows]] = set()  # marker, side, and rows of other tables that were picked so
        self.opened: dict[int, frozenset[Any]] = {}  # by origin: what the file may be called that it was read from
        self.shelved: list[tuple[frozenset[Any], Rows, Learned]] = []  # what is kept in files
        self.cuts: list[tuple[Rows, str, Place, str]] = []  # whole rows that are split, and by what
        self.made_up: set[int] = set()  # origins of rows that are drawn, and mean nothing
        self.kept: set[int] = set()  # origins of what a file gives that is no table: several things kept together
        self.pictures: set[int] = set()  # origins of pictures, whose brightest point is the same for all of them
        self.fitted: list[Fit] = []  # transformers, in the order in which they were fitted
        self.uses: list[Use] = []
        self.choices: list[Choice] = []
        self.watched: list[tuple[Training, list[Data]]] = []
        self.validated: set[str] = set()
        self.told: set[Place] = set()  # where folds give a score that is told, and do not only choose settings
        self.searching = 0  # while a function runs by whose result a search goes
        self.handed_on = 0  # while a function runs that was handed to a library
        self.outside = 0  # where a model's own training began: what was learned before, its own splits do not judge

    def split(self, data: Data, name: str, place: Place, position: int, by: str, key: Any = None) -> None:
        """Rows are split: whatever they have learned from rows of both sides leaks.

        With `key` it is a split by which rows were picked before: what was learned of one side then knows no other.
        """
        if parted(data.rows):
            self.folds_again(data, name, place, by)
            return  # a part of a split is split again; its test rows are out of reach
        self.cuts.append((data.rows, name, place, by))
        how = "before-folds" if by == "folds" else "before-split"
        for fit in data.learned:
            if fit.role == "selection" and held_out_of(fit.rows):
                continue  # chosen by the training rows of an earlier split
            if by == "folds" and of_folds(fit.rows):
                continue  # learned out of fold, for the rows of another fold
            if key is not None and all(any(one == key for one, _ in marks) for _, marks in fit.rows):
                continue
            if fit.role not in KEEPS and fit.position >= self.outside and overlap(fit.rows, data.rows):
                self.spoiled.append(Spoiled(fit, how, by, name, place))

    def folds_again(self, data: Data, name: str, place: Place, by: str) -> None:
        """Folds of training rows: what was learned of all of these leaks, unless other rows give the verdict."""
        for fit in data.learned if by == "folds" and not of_folds(data.rows) else ():
            if fit.role not in (*KEEPS, "statistic") and fit.position >= self.outside and fit.rows == data.rows:
                self.spoiled.append(Spoiled(fit, "before-inner-folds", by, name, place))

    def pick(self, rows: Rows, data: Data, position: int) -> None:
        """Rows are picked by indices into another table: once both sides of its split are, they are split alike."""
        origins = {origin for origin, _ in data.rows}
        if any(origin in origins for origin, _ in rows):
            return
        for key, side in {mark for _, marks in rows for mark in marks}:
            told = self.splits.get(key)
            self.picked.add((key, side, data.rows))
            if told is not None and {(key, 0, data.rows), (key, 1, data.rows)} <= self.picked:
                self.split(data, told[0], told[1], position, told[2], key)

    def learned(self, fit: Fit) -> None:
        """A transformer, or a resampler, learns: once of the training rows and once more of those that are held out."""
        for other in self.fitted if fit.role not in KEEPS else ():
            if other.function == fit.function and other.role == fit.role:
                for key in apart_by(other.rows, fit.rows):
                    told = self.splits.get(key)
                    if told is not None:
                        self.spoiled.append(Spoiled(fit, "on-test", "sides", told[0], told[1]))
                        break
        self.fitted.append(fit)

    def validate(self, thing: Thing | None, data: Data, name: str, place: Place, position: int) -> None:
        """A model is cross-validated on rows."""
        if thing is not None:
            thing.held_out = True
            for one in (thing, *thing.parts):
                self.validated.add(one.name)
        self.split(data, name, place, position, "folds")

    def train(self, thing: Thing, data: Data, supervised: bool, place: Place, position: int) -> Training:
        """A model is trained on rows."""
        training = Training(thing, data, supervised, (*place, position))
        thing.trainings.append(training)
        return training

    def watch(self, thing: Thing, data: list[Data], stops: bool) -> None:
        """A model is watched on rows while it trains."""
        if data:
            thing.held_out = True
            if stops and thing.trainings:
                self.watched.append((thing.trainings[-1], data))

    def use(self, thing: Thing, data: Data, name: str, place: Place, position: int) -> Use:
        """A model is asked about rows."""
        use = Use(thing, data, name, place, position)
        use.chooses, use.tried = self.handed_on > 0, self.searching > 0
        self.uses.append(use)
        training = use.training
        if training is not None and not overlap(training.rows, use.rows):
            for fit in {**training.learned, **use.learned}:
                how = "before-split" if overlap(fit.rows, training.rows) else "on-test"
                if how == "before-split" and held_out_of(fit.rows):
                    if fit.role == "resampling":
                        self.inner.append(Spoiled(fit, how, "predict", name, place, use))
                    continue  # the model splits its training rows again; its test rows are out of reach
                if how == "before-split" and fit.position < self.outside:
                    continue
                told = fit.role not in KEEPS or (how == "on-test" and self.numbered_anew(fit, training, use))
                if told and overlap(fit.rows, use.rows):
                    self.spoiled.append(Spoiled(fit, how, "predict", name, place, use))
        return use

    def numbered_anew(self, fit: Fit, training: Training, use: Use) -> bool:
        """Whether categories were numbered once for the training rows and once more for those that are asked about."""
        columns = use.learned.get(fit)
        return fit.role in ENCODINGS and any(
            other.role == fit.role
            and other is not fit
            and overlap(other.rows, training.rows)
            and (columns is None or known is None or bool(columns & known))
            for other, known in training.learned.items()
        )

    def measure(self, use: Use, name: str, place: Place) -> None:
        """What a model said is compared with the truth."""
        use.measured = (name, place)

    # ---- what rows are ----------------------------------------------------------------------------------------------
    def checks(self, rows: Rows, judged: bool = False) -> bool:
        """Whether rows are there to check the training by: rows that are named so and never like a test, or a fold, if
        it is not to be judged itself."""
        told = self.called(rows)
        return (of_folds(rows) and not judged) or (not told.isdisjoint(CHECKS) and told.isdisjoint(TESTS))

    def apart_from(self, rows: Rows, training: Training) -> bool:
        """Whether rows are a part that was held out, or others that are called a test."""
        return held_apart(rows, training.rows) or (not overlap(rows, training.rows) and self.tests(rows))

    def called(self, rows: Rows) -> set[str]:
        """The words of the names that rows were bound to, and of the part that they were asked for as."""
        parts = [{_PARTS.get(side, "") for key, side in marks if key == ("named",)} for _, marks in rows]
        told = parts[0].intersection(*parts[1:]) if parts else set()
        for name in self.names.get(rows, ()):
            here = set(words_of(name))
            told |= here - TESTS if here & CHECKS else here  # what is held out to check by is no test
        return told

    def tests(self, rows: Rows) -> bool:
        """Whether rows are called a test."""
        told = self.called(rows)
        return not told.isdisjoint(TESTS) and told.isdisjoint(CHECKS)

    def held_for(self, use: Use, training: Training, fold: bool = False) -> bool:
        """Whether a candidate was measured on rows that it did not learn from, and that are no fold, or may be one."""
        return bool(use.rows) and not overlap(training.rows, use.rows) and (fold or not of_folds(use.rows))

    def of_inner_splits(self) -> list[Spoiled]:
        """Rows made up from training rows, of which a part gives the verdict."""
        return [one for one in self.inner if one.shown_by == "score" and not self.judged_elsewhere(one.fit)]

    def judged_elsewhere(self, fit: Fit) -> bool:
        """Whether a model that was trained behind something learned is measured on rows that this never saw."""
        return any(
            (use.measured is not None or use.compared)
            and use.training is not None
            and fit in use.training.learned
            and not overlap(fit.rows, use.rows)
            for use in self.uses
        )

    def drawn(self, rows: Rows) -> bool:
        """Whether rows are nothing but random numbers."""
        return bool(rows) and all(origin in self.made_up for origin, _ in rows)

    def apart(self, use: Use) -> bool:
        """Whether the model was asked about rows that it was not trained on."""
        return use.training is None or not overlap(use.training.rows, use.rows)
