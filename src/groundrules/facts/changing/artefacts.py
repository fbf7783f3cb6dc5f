"""What kind of thing a file is to a reviewer: code, a pointer to data, a lock, a measure, a card."""

from __future__ import annotations

from groundrules.facts import kinds
from groundrules.typed import Collection, Iterable

_MODELS = frozenset(("model", "models", "checkpoint", "checkpoints", "weights", "saved_model", "ckpt"))
_RESULTS = frozenset(
    ("metrics", "metric", "reports", "report", "plots", "figures", "results", "evaluation", "eval", "predictions",
     "logs", "mlruns", "outputs", "output", "dvclive")
)  # fmt: skip
_STORES = frozenset(("data", "dataset", "datasets", "raw", "processed", "interim", "features", "index", "cache", "db"))
_MEASURES = ("metric", "scores", "evaluation", "eval_results", "performance", "test_results", "all_results")
_CARDS = ("readme", "model_card", "modelcard", "data_card", "datacard", "dataset_card", "datasheet", "card")
_SPOKEN = {"python": "code", "sql": "code", "notebook": "notebook", "text": "docs"}
STATUS = {"A": "added", "D": "deleted", "M": "modified", "R": "renamed", "T": "modified", "U": "modified"}


def role(target: str) -> str:
    """data | model | result: what a pointer of a data version system answers for."""
    folders = target.lower().split("/")
    stems = {part.partition(".")[0] for part in folders}
    kind = kinds.kind(target)
    if kind == "model" or not _MODELS.isdisjoint(stems):
        return "model"
    return "result" if not _RESULTS.isdisjoint(stems) else "data"


def artefact(path: str, measured: Collection[str], lfs: Collection[str]) -> str:
    """data-pointer | model-pointer | lock | pipeline | metrics | model | data | test | code | notebook | parameters |
    config | card | docs | other. `measured` are files that a pipeline declares to be metrics."""
    name = path.rpartition("/")[2].lower()
    kind = kinds.kind(path)
    if path in measured or _is_measure(name, kind):
        return "metrics"
    if name == "dvc.lock":
        return "lock"
    if name == "dvc.yaml":
        return "pipeline"
    if name.endswith(".dvc") or path in lfs:
        return {"model": "model-pointer", "result": "result-pointer"}.get(
            role(path.removesuffix(".dvc")), "data-pointer"
        )
    if kinds.is_test(path) and kind in ("python", "notebook"):
        return "test"
    if name.startswith(_CARDS) and kind in ("text", "config"):
        return "card"
    if kind == "config":
        return "parameters" if name.startswith(("params.", "parameters.")) else "config"
    if kind in ("data", "archive", "model"):
        return "model" if kind == "model" and not _is_store(path, name) else "data"
    return _SPOKEN.get(kind, "other")


def _is_store(path: str, name: str) -> bool:
    """Whether a file with the ending of a model holds data: such as an index, or a table that Python wrote."""
    folders = path.lower().split("/")[:-1]
    ambiguous = name.endswith((".bin", ".pkl", ".pickle", ".h5", ".dill", ".params", ".joblib"))
    return ambiguous and "model" not in path.lower() and not _STORES.isdisjoint(folders)


class Projects:
    """The folders that hold a pipeline or a data version system of their own."""

    def __init__(self, paths: Iterable[str]) -> None:
        found = set()
        for path in paths:
            folder, _, name = path.rpartition("/")
            if name in ("dvc.yaml", "dvc.lock"):
                found.add(folder)
            elif name == "config" and (folder == ".dvc" or folder.endswith("/.dvc")):
                found.add(folder.removesuffix(".dvc").rstrip("/"))
        self._folders = sorted(found, key=len, reverse=True)

    def of(self, path: str) -> str:
        """The innermost such folder around a path, '' where there is none."""
        return next((folder for folder in self._folders if not folder or path.startswith(f"{folder}/")), "")


def _is_measure(name: str, kind: str) -> bool:
    """A small file of measures, by its name."""
    return kind in ("config", "data") and name.endswith((".json", ".yaml", ".yml")) and name.startswith(_MEASURES)
