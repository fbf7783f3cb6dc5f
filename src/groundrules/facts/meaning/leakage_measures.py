"""Which measures prove nothing: of rows that trained the model, or that had a say in when its training stopped."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_ledger import Ledger, Use
from groundrules.facts.meaning.leakage_rows import covers, held, overlap, parted, taken_out
from groundrules.facts.meaning.leakage_values import Training


def on_training_rows(ledger: Ledger) -> list[Use]:
    """Measured only on the rows that trained the model, and nowhere else."""
    asked = [use for use in ledger.uses if ledger.apart(use)]  # what is held out may be measured by hand
    good = [use for use in asked if use.measured or use.compared or held(use.rows)]
    found = []
    for use in ledger.uses:
        training = use.training
        if use.measured is None or training is None or not training.supervised or use.thing.held_out:
            continue
        if use.chooses:
            continue
        if use.thing.name in ledger.validated or any(judges(one, use) for one in good):
            continue
        if covers(training.rows, use.rows) and covers(use.rows, training.rows):
            found.append(use)
    return found


def judges(good: Use, use: Use) -> bool:
    """Whether the model is measured on other rows, too; after it was trained on all rows and once more that is
    another model."""
    if good.thing is not use.thing:
        return False
    training = use.training
    again = training is not None and good.training is not training and good.position > use.position
    return not again or parted(training.rows)  # type: ignore[union-attr]


def on_overlapping_rows(ledger: Ledger) -> list[Use]:
    """Measured on a part that was held out, by a model that was trained on all rows."""
    found = []
    for use in ledger.uses:
        training = use.training
        if use.measured is None or training is None or use.chooses or not parted(use.rows):
            continue
        if not taken_out(use.rows, training.rows):
            continue  # a part that was there to train on
        if covers(training.rows, use.rows) and not covers(use.rows, training.rows):
            found.append(use)
    return found


def tuned(ledger: Ledger) -> list[tuple[Training, Use | None, str]]:
    """Training was stopped by rows that measure the model afterwards, or that are called a test and nothing else does;
    and what these are: test | validation."""
    found: list[tuple[Training, Use | None, str]] = []
    for training, data in ledger.watched:
        held = [one.rows for one in data if ledger.apart_from(one.rows, training)]
        what = "validation" if all(ledger.checks(rows) for rows in held) else "test"
        judging = [use for use in ledger.uses if use.measured is not None and not use.chooses]
        own = [use for use in judging if use.training is training]
        loaded = [use for use in judging if use.training is None]  # what was kept of it, taken from a file
        same = [use for use in (*own, *loaded) if any(covers(rows, use.rows) for rows in held)]
        elsewhere = any(not overlap(use.rows, training.rows) for use in own)
        if same:
            found.append((training, same[0], what))
        elif not elsewhere and any(ledger.tests(rows) for rows in held):
            found.append((training, None, what))  # the history of the training is all there is
    return found
