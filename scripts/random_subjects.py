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
SEEDS = ("random_state", "random_seed", "seed", "rstate", "generator")
NOT_RESULTS = ("time", "random_state", "seed")
NO_BEARING = frozenset(
    "verbose copy copy_X copy_x warm_start n_jobs overwrite_X scoring metric affinity kernel quantile_method loss criterion "
    "store_covariance compute_score return_train_score fit_intercept missing_values add_indicator".split()
)
CHOICES = {  # values worth a try that the library's own constraints do not list
    "subsample": [0.5],
    "max_features": [2, "sqrt"],
    "max_samples": [0.5],
    "colsample_bytree": [0.5],
    "bagging_fraction": [0.5],
    "feature_fraction": [0.5],
    "rsm": [0.5],
    "early_stopping": [True],
    "boosting_type": ["dart", "rf", "goss"],
    "booster": ["dart", "gblinear"],
    "extra_trees": [True],
    "stratify": [None],
    "bootstrap_type": ["Bernoulli", "MVS", "No"],
}


class Subject(NamedTuple):
    """One thing to prove: its qualified name, its kind, its seed parameter and the options worth a try."""

    name: str
    kind: str  # estimator | splitter | function | sampler
    seed: str | None
    seed_default: Any
    options: dict[str, list[Any]]


class Table(NamedTuple):
    """A small data set."""

    features: Any
    target: Any


def tables(positive: bool = False) -> list[Table]:
    """Overlapping classes in continuous columns, and coarse columns full of ties."""
    source = np.random.RandomState(0)
    features = source.normal(size=(ROWS, 6))
    target = (features[:, 0] + features[:, 1] ** 2 + source.normal(size=ROWS) > 0.7).astype(int)
    coarse = source.randint(0, 3, size=(ROWS, 6)).astype(float)
    coarse_target = ((coarse[:, 0] + coarse[:, 1] + source.randint(0, 2, size=ROWS)) > 2).astype(int)
    found = [Table(features, target), Table(coarse, coarse_target)]
    return [Table(np.abs(table.features), table.target) for table in found] if positive else found


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
    attempts: list[Callable[[Table], tuple[Any, Any]]] = [
        lambda table: (table.features, table.target),
        lambda table: (np.abs(table.features), table.target),
        lambda table: (table.features, np.column_stack([table.target, 1 - table.target])),
        lambda table: (np.abs(table.features), np.abs(table.features[:, :2])),
        lambda table: (table.features[:, 0], table.target),
    ]
    failure: Exception | None = None
    for attempt in attempts:
        try:
            found = []
            for table in tables():
                features, target = attempt(table)
                estimator = cls(**made, **quiet(cls))
                if hasattr(estimator, "fit_resample"):
                    found.append(estimator.fit_resample(features, imbalanced(target)))
                    continue
                estimator.fit(features, target)
                found.append(results(estimator, features))
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
    ready = {
        "X": table.features, "y": table.target, "A": table.features, "M": table.features, "n_clusters": 3,
        "n_components": 2, "affinity": table.features @ table.features.T, "n_population": 50, "n_samples": 10, "size": 10, "batch_size": 5, "data": table.features,
        "similarities": table.features @ table.features.T, "n_dim": 5, "target": table.target, "adjacency":
        table.features @ table.features.T, "labels": table.target, "S": np.cov(table.features.T),
        "dissimilarities": np.abs(table.features[:, :1] - table.features[:, 0]), "alpha": 1.0, "image": table.features,
        "n_neighbors": 5, "shape": (10, 10), "n_features": 8, "n_nonzero_coefs": 2, "n_iter": 2,
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


def seed_of(target: Any) -> tuple[str | None, Any]:
    """The seed parameter of a class or function and its default."""
    try:
        parameters = inspect.signature(target).parameters
    except (TypeError, ValueError):
        return None, None
    for name in SEEDS:
        if name in parameters:
            default = parameters[name].default
            return name, None if default is inspect.Parameter.empty else default
    return None, None


def options_of(target: Any) -> dict[str, list[Any]]:
    """One-at-a-time options: texts and booleans that scikit-learn's own parameter constraints allow."""
    constraints = getattr(target, "_parameter_constraints", None) or {}
    found: dict[str, list[Any]] = {}
    for name, parameter in inspect.signature(target).parameters.items():
        allowed: list[Any] = []
        for constraint in constraints.get(name, []) if isinstance(constraints.get(name), list) else []:
            allowed.extend(sorted(getattr(constraint, "options", ()) or (), key=str))
            if constraint == "boolean":
                allowed.extend([False, True])
        allowed.extend(CHOICES.get(name, []))
        if name == "shuffle" and not allowed:
            allowed = [False, True]
        if name in NO_BEARING:
            continue
        plain = [value for value in allowed if isinstance(value, (str, bool, int, float))]
        tried = [value for value in plain if not same(value, parameter.default)]
        if tried:
            found[name] = list(dict.fromkeys(tried))
    return found


def same(one: Any, other: Any) -> bool:
    """Equal and of one type: True is not 1."""
    return type(one) is type(other) and bool(one == other)


def scikit_learn() -> Iterator[Subject]:
    """Every estimator, splitter and function of scikit-learn that has `random_state`."""
    import sklearn.model_selection
    from sklearn.utils.discovery import all_estimators, all_functions

    for _, cls in all_estimators():
        yield from subject(public_name(cls), "estimator", cls)
    for name in sorted(dir(sklearn.model_selection)):
        cls = getattr(sklearn.model_selection, name)
        if inspect.isclass(cls) and hasattr(cls, "split"):
            yield from subject(f"sklearn.model_selection.{name}", "splitter", cls)
    for name, function in all_functions():
        if not name.startswith("fetch_"):
            yield from subject(public_name(function), "function", function)


def subject(name: str, kind: str, target: Any) -> Iterator[Subject]:
    """The subject if it has a seed parameter."""
    seed, default = seed_of(target)
    if seed:
        options = options_of(target) if name.startswith(("sklearn.", "imblearn.", "lightgbm.")) else {}
        yield Subject(name, kind, seed, default if isinstance(default, (int, type(None))) else str(default), options)


def public_name(target: Any) -> str:
    """The name under which a scikit-learn-like object is documented."""
    parts = [part for part in target.__module__.split(".") if not part.startswith("_")]
    for cut in range(1, len(parts) + 1):
        module = ".".join(parts[:cut])
        try:
            holder = importlib.import_module(module)
        except ImportError:
            break
        if getattr(holder, target.__name__, None) is target:
            return f"{module}.{target.__name__}"
    return f"{target.__module__}.{target.__name__}"


def classes(module: str, names: str) -> Iterator[Subject]:
    """Estimators of another library with scikit-learn's manners."""
    try:
        found = importlib.import_module(module)
    except ImportError:
        return
    for name in names.split():
        yield from subject(f"{module}.{name}", "estimator", getattr(found, name))


def imbalanced_learn() -> Iterator[Subject]:
    """Every sampler and ensemble of imbalanced-learn."""
    try:
        from imblearn.utils.testing import all_estimators
    except ImportError:
        return
    for _, cls in all_estimators():
        yield from subject(public_name(cls), "estimator", cls)


def subjects() -> list[Subject]:
    """Everything to prove."""
    found = [*scikit_learn(), *imbalanced_learn()]
    found += classes("lightgbm", "LGBMClassifier LGBMRegressor")
    found += classes("xgboost", "XGBClassifier XGBRegressor XGBRFClassifier XGBRFRegressor")
    found += classes("catboost", "CatBoostClassifier CatBoostRegressor")
    found += classes("umap", "UMAP")
    found += classes("mlxtend.classifier", "LogisticRegression MultiLayerPerceptron Perceptron Adaline")
    return found
