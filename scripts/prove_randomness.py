"""Find out by experiment which estimators, splitters and generators give other results in every process.

    python scripts/prove_randomness.py [--write | --write-only] [NAME …]

Each subject runs in separate processes with its default arguments and with each option changed alone: three times
free, and twice with numpy's global generator seeded; the defaults also twice with Python's generator seeded and twice
with the subject's own seed argument. The data are small: what turns random on large data only counts as
deterministic. The record goes to
rules/knowledge/evidence/randomness.json; `--write` also makes the `draws` of the knowledge rows follow from it.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rows import FOLDER, files

RECORD = FOLDER / "evidence" / "randomness.json"
LIBRARIES = (
    *("scikit-learn", "imbalanced-learn", "numpy", "scipy"),
    *("lightgbm", "xgboost", "catboost", "umap-learn", "mlxtend"),
)
FREE, NUMPY, PYTHON, OWN = "free", "numpy", "python", "own"
RUNS = ((FREE, 3), (NUMPY, 2), (PYTHON, 2), (OWN, 2))
REWRITTEN = "learning.yaml"  # prove_learning.py writes it anew, so nothing of ours may live there
FILES, OTHERS = {"sklearn": "sklearn.yaml"}, "learners.yaml"  # where new rows go


def child(mode: str, prefixes: tuple[str, ...]) -> None:
    """Run every subject and variant once; one JSON line each, so that a crash loses little."""
    import random

    import numpy as np
    from random_discovery import subjects
    from random_subjects import run

    for subject in subjects():
        if prefixes and not subject.name.startswith(prefixes):
            continue
        variants: list[tuple[str, Any]] = [("", None)]
        if mode in (FREE, NUMPY):
            variants += [(name, value) for name, values in subject.options.items() for value in values]
        for name, value in variants:
            names, values = name.split(","), value if "," in name else [value]
            arguments = dict(zip(names, values, strict=True)) if name else {}
            if mode == NUMPY:
                np.random.seed(0)
            if mode == PYTHON:
                random.seed(0)
            if mode == OWN and subject.seed:
                arguments[subject.seed] = 0
            row = {"name": subject.name, "kind": subject.kind, "seed": subject.seed,
                   "seed_default": subject.seed_default, "option": name, "value": value,
                   "digest": run(subject, arguments)}  # fmt: skip
            print(json.dumps(row), flush=True)


def observe(mode: str, number: int, prefixes: list[str]) -> dict[str, dict[str, Any]]:
    """The rows of one child process by subject and variant."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = {**os.environ, **threads, "PYTHONHASHSEED": str(number + 1)}
    command = [sys.executable, str(Path(__file__).resolve()), "--child", mode, *prefixes]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, check=False, cwd=tempfile.gettempdir())  # fmt: skip
    rows: dict[str, dict[str, Any]] = {}
    for text in done.stdout.splitlines():
        if text.startswith("{"):
            row = json.loads(text)
            rows[json.dumps([row["name"], row["option"], row["value"]])] = row
    return rows


def verdict(key: str, seen: dict[str, list[dict[str, dict[str, Any]]]]) -> str:
    """deterministic | random:<the global generator that governs it> | random:fresh | failed: …"""
    digests = {mode: [rows.get(key, {}).get("digest", "failed: no result") for rows in seen[mode]] for mode in seen}
    failures = [str(text) for text in digests[FREE] if text.startswith("failed")]
    if failures:
        return failures[0]
    if len(set(digests[FREE])) == 1:
        return "deterministic"
    for mode in (NUMPY, PYTHON):
        if len(set(digests[mode])) == 1 and not digests[mode][0].startswith("failed"):
            return f"random:{mode}"
    owns = set(digests[OWN])
    return "random:fresh" if len(owns) == 1 and not owns.pop().startswith("failed") else "random:unseedable"


def prove(prefixes: list[str]) -> dict[str, Any]:
    """Observe everything and sum it up."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        waiting = {
            mode: [pool.submit(observe, mode, number, prefixes) for number in range(count)] for mode, count in RUNS
        }
        seen = {mode: [future.result() for future in futures] for mode, futures in waiting.items()}
    found: dict[str, dict[str, Any]] = {}
    for key, row in seen[FREE][0].items():
        record = found.setdefault(row["name"], {"kind": row["kind"], "seed": row["seed"]})
        if row["seed_default"] is not None:
            record["seed_default"] = row["seed_default"]
        says = verdict(key, seen)
        if not row["option"]:
            record["default"] = says
        elif not says.startswith("failed"):
            record.setdefault("options", {}).setdefault(row["option"], {})[json.dumps(row["value"])] = says
    versions = {"python": sys.version.split()[0]}
    for name in LIBRARIES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {"versions": versions, "subjects": dict(sorted(found.items()))}


def changed_options(record: dict[str, Any], prefix: str) -> dict[str, list[Any]]:
    """The option values, texts and booleans, whose verdict begins with a prefix."""
    found: dict[str, list[Any]] = {}
    for name, values in record.get("options", {}).items():
        tried = [(json.loads(value), says) for value, says in values.items()]
        kept = [value for value, says in tried if isinstance(value, (str, bool)) and says.startswith(prefix)]
        if kept:
            found[name] = kept
    return found


def purpose(name: str, kind: str) -> str:
    """What the randomness is for."""
    if kind == "splitter" or name.endswith("train_test_split"):
        return "split"
    if "SearchCV" in name:
        return "search"
    if name.endswith("utils.shuffle"):
        return "shuffle"
    sampling = ("sklearn.datasets.", "sklearn.utils.resample", "sklearn.inspection.", "imblearn.")
    return "sample" if name.startswith(sampling) and "imblearn.ensemble" not in name else "estimator"


def together(record: dict[str, Any], loud: dict[str, list[Any]]) -> dict[str, Any] | list[dict[str, Any]]:
    """The conditions: a mapping, or a list of mappings where some options only count together."""
    found = []
    for names, values in record["options"].items():
        for value, says in values.items():
            if "," in names and says.startswith("random"):
                found.append({name: [one] for name, one in zip(names.split(","), json.loads(value), strict=True)})
    return [*({name: values} for name, values in loud.items()), *found] if found else loud


def draws(name: str, record: dict[str, Any]) -> dict[str, Any] | None:
    """The `draws` attribute that a record proves; None where nothing is drawn."""
    says = record["default"]
    loud, quiet = changed_options(record, "random"), changed_options(record, "deterministic")
    made = {"generator": "numpy", "purpose": purpose(name, record["kind"]), "seed": record["seed"]}
    if says.startswith("random"):
        made["generator"] = says.split(":")[1]
        return {**made, "not_when": quiet} if quiet else made
    if says != "deterministic":
        return None
    several = record.get("options", {}).get("n_components", {})
    if "mixture" in name and any(verdict.startswith("random") for verdict in several.values()):
        return {**made, "not_when": {"n_components": [1]}}
    return {**made, "only_when": together(record, loud)} if loud else None


def write(record: dict[str, Any]) -> None:
    """Make the rows follow from the record, each in the file that holds it."""
    opened = {file.path.name: file for file in files()}
    holders = {key: file for file in opened.values() for key in file.entries}
    for name, subject in record["subjects"].items():
        if subject.get("default", "failed").startswith("failed"):
            continue
        own = opened[FILES.get(name.split(".")[0], OTHERS)]
        file = holders.get(name, own)
        entry = {key: value for key, value in file.entries.get(name, {}).items() if key != "draws"}
        proven = draws(name, subject)
        if proven:
            entry["draws"] = proven
            if file.path.name == REWRITTEN:
                file.drop(name)
                file = own
        if entry:
            file.put(name, entry)
        else:
            file.drop(name)
    for file in opened.values():
        file.save()


def main(arguments: list[str]) -> int:
    """Prove, record and, if asked, write."""
    if arguments[:1] == ["--child"]:
        child(arguments[1], tuple(arguments[2:]))
        return 0
    prefixes = [argument for argument in arguments if not argument.startswith("-")]
    if "--write-only" not in arguments:
        record = prove(prefixes)
        if prefixes and RECORD.exists():
            before = json.loads(RECORD.read_text(encoding="utf-8"))["subjects"]
            record["subjects"] = dict(sorted({**before, **record["subjects"]}.items()))
        RECORD.parent.mkdir(exist_ok=True)
        RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    if "--write" in arguments or "--write-only" in arguments:
        write(json.loads(RECORD.read_text(encoding="utf-8")))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
