"""Find out by experiment what the transformers of the installed libraries learn, and write it into the knowledge rows.

    python scripts/prove_learning.py [--check]

A transformer is fitted on two sets of rows and then given the same rows to transform. Equal results: it learned
nothing. Equal results where both sets hold the same categories: it learned categories alone. Otherwise: statistics; of
the target where only the target differed; which columns to keep where it is a selector. What was tried with which
version goes to evidence/learning.json. Metrics, splitters and validators follow from their signatures.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import inspect
import json
import os
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from rows import FOLDER, KnowledgeFile, files

NEW = FOLDER / "learning.yaml"
BY_HAND = {  # what the rows of the experiments cannot show
    "TfidfTransformer": "statistics", "BernoulliRBM": "statistics", "GaussianRandomProjection": "nothing",
    "SparseRandomProjection": "nothing", "PatchExtractor": "nothing", "SparseCoder": "nothing",
}  # fmt: skip
HEAD = """library: learning
# What learners learn, as proven by scripts/prove_learning.py (evidence/learning.json). Rows written by hand are in
# evaluation.yaml. A class that already has a row elsewhere is described there.
functions:
"""


def estimators() -> Iterator[tuple[str, type]]:
    """Every estimator class of the installed libraries, by the name that people import."""
    from sklearn.utils import all_estimators

    for _, cls in all_estimators():
        yield public(cls), cls
    import imblearn.utils.testing

    for _, cls in imblearn.utils.testing.all_estimators():
        yield public(cls), cls
    import category_encoders

    for name in category_encoders.__all__:
        yield f"category_encoders.{name}", getattr(category_encoders, name)
    import mlxtend.feature_selection

    for name in ("SequentialFeatureSelector", "ExhaustiveFeatureSelector", "ColumnSelector"):
        yield f"mlxtend.feature_selection.{name}", getattr(mlxtend.feature_selection, name)


def public(cls: type) -> str:
    """The qualified name without private modules."""
    parts = [part for part in cls.__module__.split(".") if not part.startswith("_")]
    if parts[0] == "imblearn" and len(parts) > 2:
        parts = parts[:2]
    return ".".join([*parts, cls.__name__])


# ---- experiments -----------------------------------------------------------------------------------------------------
def numbers(seed: int) -> Any:
    """Rows of positive numbers."""
    return np.abs(np.random.default_rng(seed).normal(3 + 2 * seed, 1 + seed, (60, 4)))


def holes(seed: int) -> Any:
    """Rows of numbers, some of them missing."""
    made = numbers(seed)
    made[5:9, 1] = np.nan
    return made


def categories(seed: int) -> Any:
    """Rows of categories: the same ones in the same order, with other frequencies."""
    import pandas as pd

    draw = np.random.default_rng(seed)
    shares = [0.7, 0.2, 0.1] if seed else [0.2, 0.2, 0.6]
    kinds = ["a", "b", "c"]
    return pd.DataFrame({name: np.concatenate([kinds, draw.choice(kinds, 57, p=shares)]) for name in ("one", "two")})


def records(seed: int) -> Any:
    """Records with the same keys and categories."""
    draw = np.random.default_rng(seed)
    drawn = [{"one": str(draw.choice(["a", "b"])), "two": float(draw.normal(seed))} for _ in range(58)]
    return [{"one": "a"}, {"one": "b"}, *drawn]


def documents(seed: int) -> Any:
    """Texts."""
    return (["red green", "green blue blue", "blue red"] if seed else ["red green", "green blue", "yellow red"]) * 20


def dense(result: Any) -> Any:
    """A result as an array of numbers."""
    result = result.toarray() if hasattr(result, "toarray") else np.asarray(result)
    return np.asarray(result, dtype=float)


def alike(cls: Any, rows: tuple[Any, Any], ys: tuple[Any, Any]) -> bool | None:
    """Whether fitting on either rows transforms the first ones alike; None when it cannot be tried."""
    try:
        results = []
        for x, y in zip(rows, ys, strict=True):
            made = cls(random_state=0) if "random_state" in inspect.signature(cls).parameters else cls()
            results.append(dense(made.fit(x, y).transform(rows[0])))
        return results[0].shape == results[1].shape and bool(np.allclose(results[0], results[1], equal_nan=True))
    except Exception:  # whatever a library raises means that this kind of rows is not for it
        return None


def proven(cls: Any) -> str | None:
    """What a transformer learns, or None when no experiment speaks."""
    y, other_y = (np.random.default_rng(100 + seed).integers(0, 2, 60) for seed in (0, 1))
    plain = [alike(cls, (make(0), make(1)), (y, y)) for make in (numbers, holes)]
    texts = alike(cls, (documents(0), documents(1)), (y, y))
    if texts is not None and plain == [None, None]:
        return "nothing" if texts else "vocabulary"
    kinds = alike(cls, (categories(0), categories(1)), (y, y))
    if kinds is not None:
        if alike(cls, (categories(0), categories(0)), (y, other_y)) is False:
            return "target"
        return "categories" if kinds else "statistics"
    named = alike(cls, (records(0), records(1)), (y, y))
    if plain == [None, None]:
        return "categories" if named else None
    return "statistics" if False in plain else "nothing"


def resampled(cls: Any) -> str:
    """Whether a resampler makes up or repeats rows, or only leaves some out."""
    x = np.random.default_rng(0).normal(0, 1, (80, 2))
    y = np.array([0] * 60 + [1] * 20)
    try:
        rows = cls().fit_resample(x, y)[0]
    except Exception:  # it wants other rows than these: most of those make up rows
        return "resampling"
    before = {tuple(row) for row in x}
    after = [tuple(row) for row in rows]
    return "thinning" if len(set(after)) == len(after) and before.issuperset(after) else "resampling"


def learned(name: str, cls: Any) -> str | None:
    """What goes into the row of a class."""
    module, _, last = name.rpartition(".")
    if module in ("sklearn.pipeline", "sklearn.compose", "imblearn.pipeline"):
        return "steps" if last != "TransformedTargetRegressor" else None
    if hasattr(cls, "fit_resample"):
        return resampled(cls) if last != "FunctionSampler" else "nothing"
    if hasattr(cls, "get_support") or "feature_selection" in module:
        return "selection" if last != "ColumnSelector" else "nothing"
    if "SearchCV" in last:
        return "search"
    if module in ("sklearn.cluster", "sklearn.mixture"):
        return "clusters"
    if last in ("LabelEncoder", "LabelBinarizer", "MultiLabelBinarizer"):
        return "labels"
    if hasattr(cls, "predict"):
        return None
    if last in BY_HAND:
        return BY_HAND[last]
    return (proven(cls) or "statistics") if hasattr(cls, "fit_transform") else None


# ---- signatures ------------------------------------------------------------------------------------------------------
def by_signature() -> Iterator[tuple[str, dict[str, Any]]]:
    """Metrics and splitters."""
    import sklearn.metrics
    import sklearn.model_selection

    for name in sorted(sklearn.metrics.__all__):
        found = getattr(sklearn.metrics, name)
        if inspect.isfunction(found):
            names = list(inspect.signature(found).parameters)
            second = next(
                (one for one in names[1:2] if one in ("y_pred", "y_score", "y_prob", "y_proba", "pred_decision")), None
            )
            if names[:1] == ["y_true"] and second is not None:
                yield (
                    f"sklearn.metrics.{name}",
                    {"parameters": names[:2], "measures": {"truth": "y_true", "prediction": second}},
                )
    for name in sorted(sklearn.model_selection.__all__):
        found = getattr(sklearn.model_selection, name)
        if inspect.isclass(found) and hasattr(found, "get_n_splits") and not name.startswith("Base"):
            yield f"sklearn.model_selection.{name}", {"splits": {"into": "folds"}}
        elif inspect.isfunction(found):
            names = list(inspect.signature(found).parameters)
            if names[:3] == ["estimator", "X", "y"] and name != "permutation_test_score":
                told: dict[str, Any] = {"model": "estimator", "rows": "X"}
                if name == "cross_val_predict":
                    told["predicts"] = True
                yield f"sklearn.model_selection.{name}", {"parameters": names[:3], "validates": told}


# ---- writing ---------------------------------------------------------------------------------------------------------
def main(arguments: list[str]) -> int:
    """Try everything, write the rows."""
    warnings.simplefilter("ignore")
    rows: dict[str, dict[str, Any]] = {}
    with open(os.devnull, "w", encoding="utf-8") as silence, contextlib.redirect_stdout(silence):  # libraries remark
        for name, cls in estimators():
            found = learned(name, cls)
            if found is not None:
                rows[name] = {"learns": {"from": found}}
    rows.update(by_signature())
    if "--check" not in arguments:
        write(rows)
    evidence = {
        "versions": {
            one: importlib.metadata.version(one)
            for one in ("scikit-learn", "imbalanced-learn", "category_encoders", "mlxtend")
        },
        "learned": {name: row["learns"]["from"] for name, row in sorted(rows.items()) if "learns" in row},
    }
    text = json.dumps(evidence, indent=1) + "\n"
    if "--check" not in arguments:
        (FOLDER / "evidence" / "learning.json").write_text(text, encoding="utf-8")
    print(f"{len(rows)} rows", file=sys.stderr)
    return 0


def write(rows: dict[str, dict[str, Any]]) -> None:
    """Into the rows that exist already, else into a file of their own."""
    others = [file for file in files() if file.path != NEW]
    NEW.write_text(HEAD, encoding="utf-8")
    own = KnowledgeFile(NEW)
    for name, row in sorted(rows.items()):
        home = next((file for file in others if name in file.entries), None)
        if home is None:
            own.put(name, row)
        else:
            home.put(
                name,
                {
                    **row,
                    **home.entries[name],
                    **{key: value for key, value in row.items() if key not in ("parameters",)},
                },
            )
    for file in (*others, own):
        file.save()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
