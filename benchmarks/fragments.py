"""Pieces of code that modules are put together from; `$NAME` and the like are filled in by the corpus."""

IMPORTS = """
from __future__ import annotations

import argparse
import json
import logging
import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import yaml
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

log = logging.getLogger(__name__)
"""

MAIN = '''def main() -> None:
    """Parse the command line and go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", default=SOURCE, help="what to read")
    parser.add_argument("--limit", type=int, default=LIMIT)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--output", default="reports/summary.json")
    options = parser.parse_args()
    np.random.seed(options.seed)
    table = pd.read_csv(options.source).head(options.limit)
    log.info("read %d rows from %s", len(table), options.source)
    os.makedirs(os.path.dirname(options.output), exist_ok=True)
    with open(options.output, "w", encoding="utf-8") as stream:
        json.dump({"rows": len(table), "columns": sorted(table.columns)}, stream)


if __name__ == "__main__":
    main()
'''

FRAGMENTS = (
    '''def $NAME(table: pd.DataFrame, share: float = 0.2) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep some rows of $NOUN back."""
    if not 0 < share < 1:
        raise ValueError(f"The share {share} is not between 0 and 1.")
    known = table.dropna(subset=["$FIRST", "$SECOND"])
    if len(known) < $NUMBER:
        log.warning("only %d rows of %d are complete", len(known), len(table))
    fitting, holdout = train_test_split(known, test_size=share$SEED)
    return fitting.reset_index(drop=True), holdout.reset_index(drop=True)
''',
    '''def $NAME(folder: str, day: str) -> pd.DataFrame:
    """Read what $NOUN left behind on one day."""
    frames = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if not name.endswith(".csv") or os.path.getsize(path) == 0:
            continue
        frame = pd.read_csv(path, parse_dates=["day"], dtype={"$FIRST": "float64"})
        frame["source"] = name
        frames.append(frame[frame["day"] == day])
    if not frames:
        return pd.DataFrame(columns=["day", "$FIRST", "$SECOND", "source"])
    return pd.concat(frames, ignore_index=True)
''',
    '''def $NAME(orders: pd.DataFrame) -> pd.DataFrame:
    """Features of each $NOUN."""
    orders = orders.sort_values("day")
    orders["$FIRST_log"] = np.log1p(orders["$FIRST"].clip(lower=0))
    orders["$SECOND_lag"] = orders.groupby("$NOUN_id")["$SECOND"].shift(1)
    orders["$THIRD_mean"] = orders.groupby("$NOUN_id")["$THIRD"].transform("mean")
    ratio = orders["$FIRST"] / orders["$THIRD"].replace(0, np.nan)
    orders["ratio"] = ratio.fillna(ratio.median())
    wide = orders.pivot_table(index="$NOUN_id", columns="$SECOND", values="ratio", aggfunc="sum", fill_value=0)
    wide.columns = [f"$SECOND_{column}" for column in wide.columns]
    return wide.join(orders.groupby("$NOUN_id")[["$FIRST_log", "$SECOND_lag", "$THIRD_mean"]].mean())
''',
    '''@dataclass
class $CLASS:
    """Settings of one experiment with $NOUN."""

    path: str = "data/raw/$NOUN.csv"
    columns: list[str] = field(default_factory=lambda: ["$FIRST", "$SECOND", "$THIRD"])
    epochs: int = $NUMBER
    lr: float = 1e-3
    device: str = "cpu"

    @classmethod
    def load(cls, path: str | Path) -> $CLASS:
        """Read the settings from a file."""
        with open(path, encoding="utf-8") as stream:
            values = yaml.safe_load(stream) or {}
        unknown = set(values) - {name for name in cls.__dataclass_fields__}
        if unknown:
            raise KeyError(f"{path} has settings that nobody knows: {sorted(unknown)}.")
        return cls(**values)

    def describe(self) -> dict[str, object]:
        """What goes into the log."""
        return {"path": self.path, "columns": len(self.columns), "epochs": self.epochs, "lr": self.lr}
''',
    '''class $CLASS(nn.Module):
    """A small network for $NOUN."""

    def __init__(self, inputs: int, hidden: int = $NUMBER, outputs: int = 2, dropout: float = 0.1) -> None:
        super().__init__()
        self.inputs = inputs
        self.body = nn.Sequential(
            nn.Linear(inputs, hidden),
            nn.LayerNorm(hidden),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, hidden // 2),
            nn.GELU(),
        )
        self.head = nn.Linear(hidden // 2, outputs)

    def forward(self, batch: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """Logits for a batch."""
        if batch.shape[-1] != self.inputs:
            raise ValueError(f"Expected {self.inputs} inputs, got {batch.shape[-1]}.")
        hidden = self.body(batch)
        if mask is not None:
            hidden = hidden * mask.unsqueeze(-1)
        return self.head(hidden)

    def loss(self, batch: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Cross entropy, with a little weight on small logits."""
        logits = self(batch)
        return nn.functional.cross_entropy(logits, labels) + 1e-4 * logits.pow(2).mean()
''',
    '''def $NAME(model: nn.Module, loader: torch.utils.data.DataLoader, epochs: int = $NUMBER) -> list[float]:
    """Train and return the loss of each epoch."""
    torch.manual_seed(LIMIT)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=max(epochs, 1))
    history: list[float] = []
    for epoch in range(epochs):
        model.train()
        total, seen = 0.0, 0
        for batch, labels in loader:
            optimizer.zero_grad(set_to_none=True)
            loss = nn.functional.cross_entropy(model(batch), labels)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            total += loss.item() * len(labels)
            seen += len(labels)
        schedule.step()
        history.append(total / max(seen, 1))
        if epoch % 10 == 0:
            log.info("epoch %d: %.4f", epoch, history[-1])
    return history
''',
    '''def $NAME(table: pd.DataFrame, target: str = "$FIRST") -> dict[str, float]:
    """Fit a forest on $NOUN and say how good it is."""
    columns = [column for column in table.columns if column not in (target, "$NOUN_id")]
    fitting, holdout = train_test_split(table, test_size=0.25, random_state=LIMIT)
    model = make_pipeline(StandardScaler(), RandomForestClassifier(n_estimators=$NUMBER$SEED))
    model.fit(fitting[columns], fitting[target])
    guess = model.predict(holdout[columns])
    risk = model.predict_proba(holdout[columns])[:, 1]
    scores = {
        "f1": float(f1_score(holdout[target], guess, average="macro")),
        "auc": float(roc_auc_score(holdout[target], risk)),
        "rows": float(len(holdout)),
    }
    for name, value in scores.items():
        log.info("%s of $NOUN: %.3f", name, value)
    return scores
''',
    '''def $NAME(rows: list[dict[str, object]], limit: int = $NUMBER) -> dict[str, list[object]]:
    """Group what belongs to one $NOUN, newest first."""
    groups: dict[str, list[object]] = {}
    skipped = 0
    for row in rows:
        key = row.get("$NOUN_id")
        if key is None or row.get("$FIRST") in ("", None):
            skipped += 1
            continue
        group = groups.setdefault(str(key), [])
        if len(group) < limit:
            group.append({name: value for name, value in row.items() if not name.startswith("_")})
    if skipped:
        log.debug("%d of %d rows were incomplete", skipped, len(rows))
    return {key: list(reversed(group)) for key, group in sorted(groups.items())}
''',
    '''class $CLASS:
    """Keeps counts of $NOUN by $FIRST and answers questions about them."""

    def __init__(self, edges: list[float] | None = None) -> None:
        self.edges = edges or [0.0, 1.0, 10.0, 100.0]
        self.counts = [0] * (len(self.edges) + 1)
        self._total = 0

    def add(self, value: float) -> int:
        """Count one value and return its bin."""
        for position, edge in enumerate(self.edges):
            if value < edge:
                break
        else:
            position = len(self.edges)
        self.counts[position] += 1
        self._total += 1
        return position

    @property
    def shares(self) -> list[float]:
        """How much of everything each bin holds."""
        return [count / self._total if self._total else 0.0 for count in self.counts]

    def merge(self, other: $CLASS) -> $CLASS:
        """Both together."""
        if self.edges != other.edges:
            raise ValueError("Only histograms with the same edges can be merged.")
        merged = type(self)(self.edges)
        merged.counts = [mine + theirs for mine, theirs in zip(self.counts, other.counts)]
        merged._total = self._total + other._total
        return merged
''',
    '''def $NAME(path: str | Path, *, compress: bool = False) -> Path:
    """Write the report about $NOUN next to the data."""
    path = Path(path)
    target = path.with_name(f"{path.stem}-report.json")
    lines = path.read_text(encoding="utf-8").splitlines()
    header, *body = [line.split(",") for line in lines if line and not line.startswith("#")]
    numbers = {name: [row[position] for row in body if len(row) > position] for position, name in enumerate(header)}
    report = {
        name: {"rows": len(values), "empty": sum(value == "" for value in values), "kinds": len(set(values))}
        for name, values in numbers.items()
    }
    target.write_text(json.dumps(report, indent=None if compress else 2, sort_keys=True), encoding="utf-8")
    return target
''',
    '''def $NAME(left: np.ndarray, right: np.ndarray, window: int = $NUMBER) -> np.ndarray:
    """A running distance between two series of $NOUN."""
    if left.shape != right.shape:
        raise ValueError(f"The series differ: {left.shape} and {right.shape}.")
    if window < 1 or window > len(left):
        window = max(1, len(left))
    squares = np.square(left - right)
    sums = np.cumsum(np.insert(squares, 0, 0.0))
    distance = np.sqrt((sums[window:] - sums[:-window]) / window)
    steepest = int(np.argmax(np.abs(np.diff(distance)))) if len(distance) > 1 else 0
    log.debug("steepest at %d, %.3f on average", steepest, distance.mean())
    return np.concatenate([np.full(window - 1, np.nan), distance])
''',
)
