"""Which estimators, splitters and functions prove_randomness.py tries, and which of their options."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from typing import Any

from random_subjects import Subject

SEEDS = ("random_state", "random_seed", "seed", "rstate", "generator")
NO_BEARING = frozenset(
    (
        *(
            "verbose",
            "copy",
            "copy_X",
            "copy_x",
            "warm_start",
            "n_jobs",
            "overwrite_X",
            "scoring",
            "metric",
            "affinity",
        ),
        *("kernel", "quantile_method", "loss", "criterion", "store_covariance", "compute_score", "return_train_score"),
        *("fit_intercept", "missing_values", "add_indicator", "sampling_strategy"),
    )
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
    "n_components": [3],
    "init_params": ["random", "random_from_data"],
    "bootstrap_type": ["Bernoulli", "MVS", "No"],
}


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


COMBINATIONS = {  # options that only count together: names joined by commas, and the values of each try
    "sklearn.linear_model.LogisticRegression": {
        "solver,penalty": [["liblinear", "l1"], ["liblinear", "l2"]],
        "solver,dual": [["liblinear", True]],
    },
}


def options_of(target: Any) -> dict[str, list[Any]]:
    """One-at-a-time options: texts and booleans that scikit-learn's own parameter constraints allow."""
    constraints = getattr(target, "_parameter_constraints", None) or {}
    found: dict[str, list[Any]] = {}
    for name, parameter in inspect.signature(target).parameters.items():
        allowed: list[Any] = []
        listed = constraints.get(name)
        for constraint in listed if isinstance(listed, list) else []:
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
        if inspect.isclass(cls) and hasattr(cls, "split") and not name.startswith("Base"):
            yield from subject(f"sklearn.model_selection.{name}", "splitter", cls)
    for name, function in all_functions():
        if not name.startswith(("fetch_", "check_", "load_")):
            yield from subject(public_name(function), "function", function)


def subject(name: str, kind: str, target: Any) -> Iterator[Subject]:
    """The subject if it has a seed parameter."""
    seed, default = seed_of(target)
    if seed:
        options = options_of(target) if name.startswith(("sklearn.", "imblearn.", "lightgbm.")) else {}
        options |= COMBINATIONS.get(name, {})
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
        seed, default = seed_of(getattr(found, name))
        yield Subject(
            f"{module}.{name}", "estimator", seed or "random_state", default, options_of(getattr(found, name))
        )


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
