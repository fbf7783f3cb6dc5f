"""What a name says: which way of a measure is better, and whether it names a gate or a seed."""

from __future__ import annotations

_LOWER = frozenset((
    "loss", "error", "errors", "err", "mae", "mse", "rmse", "mape", "smape", "rmsle", "msle", "rmspe", "mdape",
    "wmape", "wape", "logloss", "deviance", "perplexity", "ppl", "wer", "cer", "fpr", "fnr", "brier", "ece",
    "fid", "eer", "divergence", "hamming", "misclassification",
))  # fmt: skip
_HIGHER = frozenset((
    "accuracy", "acc", "f1", "f2", "fscore", "fbeta", "auc", "auroc", "auprc", "aupr", "roc", "prauc",
    "precision", "recall", "r2", "map", "ap", "bleu", "rouge", "meteor", "ndcg", "mrr", "iou", "miou", "dice",
    "kappa", "mcc", "gini", "specificity", "sensitivity", "tpr", "tnr", "psnr", "ssim", "jaccard", "pearson",
    "spearman", "silhouette", "score", "correctness", "faithfulness",
))  # fmt: skip
# A name that holds one of these measures something else, or says nothing about how good a model is.
_OTHER = frozenset((
    "threshold", "thresholds", "count", "counts", "support", "n", "num", "number", "size", "samples", "rows",
    "epoch", "epochs", "step", "steps", "time", "seconds", "duration", "std", "stdev", "var", "variance", "min",
    "max", "lower", "upper", "ci", "interval", "index", "id", "seed", "rank", "weight", "weights", "train",
    "training", "trn", "confusion", "matrix", "date", "timestamp", "param", "params", "p", "pvalue", "quantile",
    "percentile", "baseline", "previous", "prev", "old", "delta", "diff", "target", "goal", "required", "cost",
    "price",
))  # fmt: skip
_DECIDING = frozenset(("score", "iou", "miou", "error", "errors"))  # a threshold of these mostly decides about a row
_LEAST = frozenset(("min", "minimum", "least", "floor", "required", "threshold", "gate", "under"))
_MOST = frozenset(("max", "maximum", "most", "ceiling", "threshold", "gate", "limit"))
_TOLERANCES = frozenset(
    ("atol", "rtol", "abs_tol", "rel_tol", "tolerance", "abs_tolerance", "rel_tolerance", "abs", "rel", "delta")
)
_PLACES = frozenset(("places", "decimal", "decimals", "significant"))


def words(name: str) -> list[str]:
    """The words of a name, in lower case: `valF1_score` holds val, f1 and score."""
    text = ""
    before = ""
    for char in name:
        if not char.isalnum():
            char = " "
        elif char.isupper() and before.islower():
            text += " "
        text += char
        before = char
    return text.lower().split()


def better(key: str) -> str | None:
    """Whether a measure is better when it is `higher` or `lower`; None where its name does not tell.

    The last part of a key with dots counts; where that says nothing, the parts above it.
    """
    parts = [words(part) for part in key.split(".")]
    if any(part and part[0].isdigit() and len(part) == 1 for part in parts):
        return None  # a point of a curve
    if not _OTHER.isdisjoint(word for part in parts for word in part):
        return None
    for part in reversed(parts):
        negated = bool(part) and part[0] in ("neg", "negative")
        if not _LOWER.isdisjoint(part):
            return "higher" if negated else "lower"
        if not _HIGHER.isdisjoint(part):
            return "higher"
    return None


def gate(name: str) -> str | None:
    """Whether a name is that of the `least` or the `most` that a measure may be; None for any other name."""
    parts = words(name.rpartition(".")[2])
    if "fail" in parts and "under" in parts:
        return "least"
    if not _DECIDING.isdisjoint(parts):
        return None
    measure = better(" ".join(part for part in parts if part not in _LEAST | _MOST))
    if measure == "higher" and not _LEAST.isdisjoint(parts):
        return "least"
    if measure == "lower" and not _MOST.isdisjoint(parts):
        return "most"
    return None


def is_seed(name: str) -> bool:
    """Whether a name is that of a seed."""
    parts = words(name.rpartition(".")[2])
    return bool(parts) and (parts[-1] == "seed" or parts[-2:] == ["random", "state"])


def tolerance(parameter: str) -> str | None:
    """Whether an argument is a tolerance, which is looser when it is `higher`, or a number of places (`lower`)."""
    if parameter in _TOLERANCES:
        return "higher"
    return "lower" if parameter in _PLACES else None
