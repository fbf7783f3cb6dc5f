"""What is put into a file, as far as it is put together on the spot."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import Event

_OF_MODELS = (
    "model", "state", "net", "weight", "optim", "param", "policy", "encoder", "decoder", "generator", "critic", "actor",
    "layer", "estimator", "classifier", "pipeline", "scaler", "head",
)  # fmt: skip


_PICKLES = (".pkl", ".pickle", ".p", ".dill")  # may hold anything
_LEARNERS = ("clf", "svm", "svc", "forest", "regress", "boost", "tree", "gbm", "vectorizer", "imputer", "kmeans")


def is_unsaid(path: str) -> bool:
    """Whether neither the ending nor the name of a file says that it holds a model."""
    name = path.rpartition("/")[2].lower()
    return name.endswith(_PICKLES) and not any(word in name for word in (*_OF_MODELS, *_LEARNERS))


def is_plain(link: Link, event: Event, name: str) -> bool:
    """Whether what a parameter is given is a container with nothing of a model in it."""
    value = link.given(event, name)
    folded = link.folder.fold(value, event.frame) if value is not None else None
    if folded is None or folded[0] != "dict":
        return folded is not None and folded[0] in ("list", "set")
    keys = [str(key[1]).lower() for key, _ in folded[1] if key is not None and key[0] == "const"]
    return len(keys) == len(folded[1]) > 0 and not any(word in key for key in keys for word in _OF_MODELS)
