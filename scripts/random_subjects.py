"""What prove_randomness.py tries: how to call each estimator, splitter and function on small fixed data."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

ROWS = 90
WIDE = ("TruncatedSVD",)  # exact on few columns
NOT_RESULTS = ("time", "random_state", "seed")


class Subject(NamedTuple):
    """One thing to prove: its qualified name, its kind, its seed parameter and the options worth a try."""

    name: str
    kind: str  # estimator | splitter | function | sampler
    seed: str | None
    seed_default: Any
    options: dict[str, list[Any]]


class Table(NamedTuple):
    """A small data set, and rows that no learner saw: full-grown trees agree on those that they saw."""

    features: Any
    target: Any
    unseen: Any


def wide() -> list[Table]:
    """Many columns of noise, in which what is computed by chance comes to no agreement."""
    source = np.random.RandomState(0)
    features = source.normal(size=(5 * ROWS, 300))
    return [Table(features, (features[:, 0] > 0).astype(int), source.normal(size=(200, 300)))]


def tables(positive: bool = False) -> list[Table]:
    """Overlapping classes in continuous columns, and coarse columns full of ties."""
    source = np.random.RandomState(0)
    features = source.normal(size=(ROWS, 6))
    target = (features[:, 0] + features[:, 1] ** 2 + source.normal(size=ROWS) > 0.7).astype(int)
    coarse = source.randint(0, 3, size=(ROWS, 6)).astype(float)
    coarse_target = ((coarse[:, 0] + coarse[:, 1] + source.randint(0, 2, size=ROWS)) > 2).astype(int)
    unseen, coarse_unseen = source.normal(size=(200, 6)), source.randint(0, 3, size=(200, 6)).astype(float)
    found = [Table(features, target, unseen), Table(coarse, coarse_target, coarse_unseen)]
    return [Table(np.abs(one.features), one.target, np.abs(one.unseen)) for one in found] if positive else found


def digest(value: Any) -> str:
    """A short text that differs when the result differs; floats count to six digits."""
    return hashlib.sha256(_text(value).encode()).hexdigest()[:16]


def _text(value: Any) -> str:
    if hasattr(value, "toarray"):
        value = value.toarray()
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if hasattr(value, "to_numpy") and not isinstance(value, np.ndarray):
        value = value.to_numpy()
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f":
            rounded = np.array([float(f"{item:.6g}") for item in value.ravel()]) + 0.0
            return f"{value.shape}{rounded.tolist()}"
        if value.dtype.kind in "OV":
            return str([_text(item) for item in value.ravel().tolist()])
        return f"{value.shape}{value.ravel().tolist()}"
    if isinstance(value, Iterator):
        value = list(value)
    if isinstance(value, dict):
        return str({str(key): _text(item) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return str([_text(item) for item in value])
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (int, str, bytes, bool, type(None))):
        return str(value)
    return type(value).__name__


def results(estimator: Any, features: Any) -> dict[str, Any]:
    """What a fitted estimator learnt and says."""
    found: dict[str, Any] = {}
    if hasattr(estimator, "feature_importances_"):
        found["feature_importances_"] = estimator.feature_importances_
    for method in ("predict", "transform", "predict_proba", "decision_function", "score_samples"):
        try:
            found[method] = getattr(estimator, method)(features)
        except Exception:  # not every estimator offers every method on these data
            continue
    for name, value in sorted(vars(estimator).items()):
        is_result = name.endswith("_") and not name.startswith("_") and not any(word in name for word in NOT_RESULTS)
        if is_result and isinstance(value, (np.ndarray, float, int)):
            found[name] = value
        if name in ("best_params_", "best_score_"):
            found[name] = value
    return found


def required(cls: Any) -> dict[str, Any]:
    """Arguments for the parameters that have no default."""
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.tree import DecisionTreeClassifier

    regression = "Regressor" in cls.__name__ or "RANSAC" in cls.__name__
    made: dict[str, Any] = {}
    for name, parameter in inspect.signature(cls).parameters.items():
        if name in ("estimator", "base_estimator") and parameter.default is inspect.Parameter.empty:
            made[name] = Ridge() if regression else LogisticRegression()
        elif name == "param_distributions":
            made["estimator"] = DecisionTreeClassifier(random_state=0)
            made[name] = {"max_depth": list(range(1, 9)), "min_samples_leaf": list(range(1, 30))}
        elif name == "categorical_features" and parameter.default is inspect.Parameter.empty:
            made[name] = [0]
        elif name == "n_components" and parameter.default == "auto":
            made[name] = 3
        elif name == "cluster_balance_threshold":
            made[name] = 0.0
        elif parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
    return made


def fit_estimator(cls: Any, arguments: dict[str, Any]) -> list[Any]:
    """Fit on each table; falls back to positive data, then to several targets, then to texts."""
    made = {**required(cls), **arguments}
    attempts: list[Callable[[Table], tuple[Any, Any, Any]]] = [
        lambda table: (table.features, table.target, table.unseen),
        lambda table: (np.abs(table.features), table.target, np.abs(table.unseen)),
        lambda table: (table.features, np.column_stack([table.target, 1 - table.target]), table.unseen),
        lambda table: (np.abs(table.features), np.abs(table.features[:, :2]), np.abs(table.unseen)),
        lambda table: (table.features[:, 0], table.target, table.unseen[:, 0]),
    ]
    failure: Exception | None = None
    for attempt in attempts:
        try:
            found = []
            for table in wide() if cls.__name__ in WIDE else tables():
                features, target, unseen = attempt(table)
                estimator = cls(**made, **quiet(cls))
                if hasattr(estimator, "fit_resample"):
                    found.append(estimator.fit_resample(features, imbalanced(target)))
                    continue
                estimator.fit(features, target)
                found.append(results(estimator, unseen))
        except Exception as error:
            failure = failure or error
            continue
        return found
    raise failure or RuntimeError("nothing was tried")


def quiet(cls: Any) -> dict[str, Any]:
    """Arguments that keep a learner from printing and from writing files."""
    library = cls.__module__.split(".")[0]
    if library == "catboost":
        return {"silent": True, "allow_writing_files": False, "iterations": 20, "thread_count": 1}
    return {"verbose": -1, "n_jobs": 1} if library == "lightgbm" else {}


def imbalanced(target: Any) -> Any:
    """A target with few ones."""
    rare = np.zeros_like(target)
    rare[:25] = 1
    return rare


def run_splitter(cls: Any, arguments: dict[str, Any]) -> list[Any]:
    """The folds of a splitter."""
    table = tables()[0]
    groups = np.arange(ROWS) % 15
    splitter = cls(**arguments)
    return [[train, test] for train, test in splitter.split(table.features, table.target, groups)]


def function_arguments(function: Any) -> tuple[list[Any], dict[str, Any]]:
    """Arguments for a function of scikit-learn by the names of its parameters."""
    from sklearn.tree import DecisionTreeClassifier

    table = tables(positive=True)[0]
    square = table.features @ table.features.T
    ready = {
        "X": table.features, "y": table.target, "target": table.target, "labels": table.target, "A": table.features,
        "M": table.features, "data": table.features, "image": table.features, "affinity": square,
        "similarities": square,
        "adjacency": square, "S": np.cov(table.features.T), "n_clusters": 3, "n_components": 2, "n_population": 50,
        "n_samples": 10, "size": 10, "batch_size": 5, "n_dim": 5, "n_neighbors": 5, "n_features": 8, "n_iter": 2,
        "n_nonzero_coefs": 2, "alpha": 1.0, "shape": (10, 10), "patch_size": (2, 2),
        "dissimilarities": np.abs(table.features[:, :1] - table.features[:, 0]),
    }  # fmt: skip
    positional: list[Any] = []
    keywords: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            positional = [table.features, table.target]
        elif name == "estimator":
            keywords[name] = DecisionTreeClassifier(random_state=0).fit(table.features, table.target)
        elif parameter.default is parameter.empty and name in ready:
            keywords[name] = ready[name]
    return positional, keywords


def run_function(function: Any, arguments: dict[str, Any]) -> Any:
    """The result of a function on small data."""
    positional, keywords = function_arguments(function)
    return function(*positional, **{**keywords, **arguments})


def run(subject: Subject, arguments: dict[str, Any]) -> str:
    """Run a subject once; the digest of its result, or the failure as text."""
    module, _, name = subject.name.rpartition(".")
    runners = {"estimator": fit_estimator, "splitter": run_splitter, "function": run_function}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            target = getattr(importlib.import_module(module), name)
            return digest(runners[subject.kind](target, arguments))
        except Exception as error:
            return f"failed: {type(error).__name__}: {error}"[:160]
