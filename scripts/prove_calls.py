"""Prove the hand-written `draws` rows of other libraries: is the call random, and which global seed governs it?

    python scripts/prove_calls.py [NAME …]

Each call runs in two processes free, two a global generator seeded, and two with its own seed argument. The record
goes to rules/knowledge/evidence/calls.json; rows that say something else are listed, and the exit code is then 1.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import random
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from random_calls import Options, get
from random_globals import CALLS
from random_subjects import digest
from rows import FOLDER, files

RECORD = FOLDER / "evidence" / "calls.json"
MODES = ("free", "python", "numpy", "torch", "tensorflow", "polars", "own")
WHEN_SHUFFLED = "torch.utils.data.DataLoader"  # proven with shuffle=True, deterministic by default


def seed_global(mode: str) -> None:
    """Seed one global generator."""
    if mode == "python":
        random.seed(0)
    elif mode == "numpy":
        np.random.seed(0)
    elif mode == "torch":
        get("torch.manual_seed")(0)
    elif mode == "tensorflow":
        get("tensorflow.random.set_seed")(0)
    elif mode == "polars":
        get("polars.set_random_seed")(0)


def child(mode: str, names: list[str]) -> None:
    """Run the named calls once."""
    for name in names:
        call, seed = CALLS[name]
        options: Options = {seed: 0} if mode == "own" and seed else {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                seed_global(mode)
                result = digest(call(options))
            except Exception as error:
                result = f"failed: {type(error).__name__}: {error}"[:200]
        print(json.dumps([name, result]), flush=True)


def observe(mode: str, number: int, names: list[str]) -> dict[str, str]:
    """The digests of one child process."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": str(number + 1), "TF_CPP_MIN_LOG_LEVEL": "3",
                   "CUDA_VISIBLE_DEVICES": ""}  # fmt: skip
    command = [sys.executable, str(Path(__file__).resolve()), "--child", mode, *names]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          check=False, cwd=tempfile.gettempdir())  # fmt: skip
    return dict(json.loads(text) for text in done.stdout.splitlines() if text.startswith('["'))


def verdict(name: str, seen: dict[str, list[dict[str, str]]]) -> str:
    """deterministic | random:<the generators that govern it> | random:fresh | failed: …"""
    digests = {mode: [rows.get(name, "failed: no result") for rows in seen[mode]] for mode in MODES}
    if digests["free"][0].startswith("failed"):
        return digests["free"][0]
    if len(set(digests["free"])) == 1:
        return "deterministic"
    governing = [mode for mode in MODES[1:-1] if len(set(digests[mode])) == 1]
    if governing:
        return "random:" + "+".join(governing)
    return "random:fresh" if len(set(digests["own"])) == 1 else "random:unseedable"


def words(says: str) -> set[str]:
    """The generators that a verdict names."""
    return set(says.partition(":")[2].split("+"))


def disagreements(record: dict[str, str]) -> list[str]:
    """Rows that say something else than the record."""
    rows = {key: entry for file in files() for key, entry in file.entries.items()}
    found = []
    for name, says in record.items():
        draws = rows.get(name, {}).get("draws")
        random_by_default = bool(draws) and ("only_when" not in draws or name == WHEN_SHUFFLED)
        if says.startswith("random") != random_by_default and not says.startswith("failed"):
            found.append(f"{name}: the row says {'random' if random_by_default else 'deterministic'}, the proof {says}")
        elif says.startswith("random") and draws and not {draws["generator"], *draws.get("also", ())} & words(says):
            found.append(f"{name}: the row says {draws['generator']}, the proof {says}")
    return found


def versions() -> dict[str, str]:
    """What was proven with."""
    libraries = ("numpy", "pandas", "polars", "scipy", "optuna", "hyperopt", "torch", "tensorflow", "keras", "datasets",
                 "peft", "gensim", "xgboost", "lightgbm", "networkx", "stable_baselines3", "jax")  # fmt: skip
    return {name: importlib.metadata.version(name) for name in libraries}


def main(arguments: list[str]) -> int:
    """Prove the named calls (all by default), record and compare."""
    if arguments[:1] == ["--child"]:
        child(arguments[1], arguments[2:])
        return 0
    names = arguments or list(CALLS)
    seen = {mode: [observe(mode, number, names) for number in range(2)] for mode in MODES}
    before = json.loads(RECORD.read_text(encoding="utf-8"))["calls"] if RECORD.exists() else {}
    record = {**before, **{name: verdict(name, seen) for name in names}}
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(json.dumps({"versions": versions(), "calls": record}, indent=1) + "\n", encoding="utf-8")
    found = disagreements(record)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
