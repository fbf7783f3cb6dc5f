"""Rows for testing that get into training."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from faults import syntax
from faults.checkout import Checkout, Unit
from faults.nouns import Edit, Fault, Place

PREPARERS = (
    "sklearn.preprocessing.",
    "sklearn.decomposition.",
    "sklearn.impute.",
    "sklearn.feature_selection.",
    "sklearn.feature_extraction.",
)
HARMLESS = (  # they learn nothing, or only which categories there are
    "PolynomialFeatures",
    "OneHotEncoder",
    "OrdinalEncoder",
    "LabelEncoder",
    "LabelBinarizer",
    "FunctionTransformer",
    "Normalizer",
    "HashingVectorizer",
    "MultiLabelBinarizer",
)
LEARNERS = ("fit", "fit_predict", "fit_generator", "cross_val_score", "cross_validate", "train", "partial_fit")
ASKS = ("predict", "predict_proba", "predict_classes", "decision_function", "score", "evaluate", "evaluate_generator")
RULES = frozenset(("fit-on-test", "fit-before-split", "select-before-split", "encode-before-fold"))


class Fit(NamedTuple):
    """A transformer that is fitted on the training rows of a split."""

    unit: Unit
    call: ast.Call
    training: ast.Name
    testing: str  # the name of the rows that were held out
    everything: str | None  # the name of the rows before the split


def fitted_on_test(checkout: Checkout) -> Iterator[Fault]:
    """A transformer is fitted on the rows that were held out."""
    for fit in fits(checkout):
        yield fault(checkout, fit, fit.testing)


def fitted_on_all(checkout: Checkout) -> Iterator[Fault]:
    """A transformer is fitted on the rows before they were split."""
    for fit in fits(checkout):
        if fit.everything is not None:
            yield fault(checkout, fit, fit.everything)


def fault(checkout: Checkout, fit: Fit, name: str) -> Fault:
    """The fit is given another table; what is transformed stays the same."""
    unit, call = fit.unit, fit.call
    text = syntax.replaced(unit.text, call, other_fit(call, fit.training, name))
    edit = Edit(frozenset(), checkout.changed(unit, text))
    what = f"`{ast.unparse(call.func)}` learns from `{name}` and not from `{fit.training.id}`"
    return Fault(unit.path, unit.cell, call.lineno, what, edit, RULES, (place(unit, call),))


def other_fit(call: ast.Call, training: ast.Name, name: str) -> str:
    """The call with another table to learn from."""
    assert isinstance(call.func, ast.Attribute)
    given = [
        name,
        *map(ast.unparse, call.args[1:]),
        *(f"{each.arg}={ast.unparse(each.value)}" for each in call.keywords),
    ]
    fitted = f"{ast.unparse(call.func.value)}.fit({', '.join(given)})"
    return fitted if call.func.attr == "fit" else f"{fitted}.transform({training.id})"


def place(unit: Unit, call: ast.Call) -> Place:
    """The lines of the call."""
    return Place(unit.path, unit.cell, call.lineno, call.end_lineno or 0)


def fits(checkout: Checkout) -> Iterator[Fit]:
    """Fits of transformers at the top of files that split once before, whose result some model learns from afterwards.

    One whose result nobody uses, or only a picture, changes nothing of what is measured. Where no model is asked about
    rows, but only cross-validated, the rows that were held out give no verdict.
    """
    for units in checkout.by_path.values():
        splits = [(unit, found) for unit in units for found in split_names(checkout, unit)]
        made = {name for unit in units for name in preparers(checkout, unit)}
        asked = any(syntax.last_name(call.func) in ASKS for unit in units for call in syntax.calls(unit.tree))
        if len(splits) != 1 or not asked:
            continue
        at, (training, testing, everything, line) = splits[0]
        for unit in units:
            top = set(syntax.own(unit.tree))
            for call in syntax.calls(unit.tree):
                below = ((unit.cell or 0), call.lineno) > ((at.cell or 0), line)
                if call in top and below and fits_on(call, made, training) and learned_from(units, unit, call):
                    argument = call.args[0]
                    assert isinstance(argument, ast.Name)
                    yield Fit(unit, call, argument, testing, everything)


def learned_from(units: tuple[Unit, ...], unit: Unit, call: ast.Call) -> bool:
    """Whether something learns, further down, from what the transformer makes."""
    assert isinstance(call.func, ast.Attribute)
    assert isinstance(call.func.value, ast.Name)
    transformer, start = call.func.value.id, (unit.cell or 0, call.lineno)
    made: set[str] = set()
    for one in units:
        for node in sorted(syntax.own(one.tree), key=lambda node: getattr(node, "lineno", 0)):
            if (one.cell or 0, getattr(node, "lineno", 0)) < start:
                continue
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                if transforms(node.value, transformer) or names_in(node.value) & made:
                    made.add(node.targets[0].id)
            elif isinstance(node, ast.Call) and node is not call and syntax.last_name(node.func) in LEARNERS:
                given = [*node.args, *(each.value for each in node.keywords)]
                if any(transforms(each, transformer) or names_in(each) & made for each in given):
                    return True
    return False


def transforms(node: ast.AST, transformer: str) -> bool:
    """Whether an expression holds `transformer.transform(…)` or `transformer.fit_transform(…)`."""
    for each in ast.walk(node):
        func = each.func if isinstance(each, ast.Call) else None
        if isinstance(func, ast.Attribute) and func.attr in ("transform", "fit_transform"):
            return isinstance(func.value, ast.Name) and func.value.id == transformer
    return False


def names_in(node: ast.AST) -> set[str]:
    """The names in an expression."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def fits_on(call: ast.Call, made: set[str], training: str) -> bool:
    """Whether the call fits one of the transformers on the training rows."""
    func = call.func
    if not (isinstance(func, ast.Attribute) and func.attr in ("fit", "fit_transform") and call.args):
        return False
    first = call.args[0]
    return (
        isinstance(func.value, ast.Name)
        and func.value.id in made
        and isinstance(first, ast.Name)
        and first.id == training
    )


def split_names(checkout: Checkout, unit: Unit) -> Iterator[tuple[str, str, str | None, int]]:
    """The names of training rows, of held-out rows, and of all rows, and the line, of each split of a file's top."""
    for node in unit.tree.body:
        if not (
            isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Tuple)
        ):
            continue
        names = [each.id for each in node.targets[0].elts if isinstance(each, ast.Name)]
        if checkout.known(unit, node.value)[0].endswith(".train_test_split") and len(names) >= 2 and node.value.args:
            first = node.value.args[0]
            everything = first.id if isinstance(first, ast.Name) and first.id not in names else None
            yield names[0], names[1], everything, node.lineno


def preparers(checkout: Checkout, unit: Unit) -> Iterator[str]:
    """Names that hold a transformer which learns from rows."""
    for node in unit.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name):
            name = checkout.known(unit, node.value)[0]
            if name.startswith(PREPARERS) and not name.endswith(HARMLESS):
                yield node.targets[0].id
