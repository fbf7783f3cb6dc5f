"""Rows of leaks: which call learned from rows that an evaluation holds out, through the shapes that code has."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from groundrules import catalogue, facts, sources

CATALOGUE = catalogue.load(ddl=facts.ddl(), cache="")
HEAD = """
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score, train_test_split
from sklearn.preprocessing import StandardScaler
table = pd.read_csv("rows.csv")
labels = table.pop("label")
"""
Row = tuple[str, str, str]


def leaks(files: Mapping[str, str]) -> list[Row]:
    """How, what and shown by what, once each."""
    gathered = facts.gather(sources.memory(dict(files)), CATALOGUE, cache="")
    assert not gathered.unreadable
    return sorted(set(gathered.connection.execute("SELECT how, role, shown_by FROM leak").fetchall()))


def found(code: str) -> list[Row]:
    """The same for one script."""
    return leaks({"train.py": HEAD + code})


LEAKING = {
    "a window looks back over the boundary": (
        """
rows = StandardScaler().fit_transform(table)
size = int(len(rows) * 0.8)
model = LogisticRegression().fit(rows[:size], labels[:size])
print(model.score(rows[size - 60:], labels[size - 60:]))
""",
        ("before-split", "statistics", "score"),
    ),
    "numbers leave a gap": (
        """
rows = StandardScaler().fit_transform(table)
model = LogisticRegression().fit(rows[:80], labels[:80])
print(model.score(rows[90:], labels[90:]))
""",
        ("before-split", "statistics", "score"),
    ),
    "two values of a column": (
        """
table["age"] = table["age"].fillna(table["age"].mean())
train, test = table[table.source == "a"], table[table.source == "b"]
model = LogisticRegression().fit(train, labels)
print(model.score(test, labels))
""",
        ("before-split", "statistic", "score"),
    ),
    "a mask and its opposite": (
        """
mask = np.random.rand(len(table)) < 0.8
rows = StandardScaler().fit_transform(table)
model = LogisticRegression().fit(rows[mask], labels[mask])
print(model.score(rows[~mask], labels[~mask]))
""",
        ("before-split", "statistics", "score"),
    ),
    "a sample and the rest": (
        """
table["age"] = table["age"] / table["age"].max()
train = table.sample(frac=0.8, random_state=0)
test = table.drop(train.index)
model = LogisticRegression().fit(train, labels)
print(model.score(test, labels))
""",
        ("before-split", "statistic", "score"),
    ),
    "indices are split": (
        """
train, test = train_test_split(range(len(table)), random_state=0)
rows = StandardScaler().fit_transform(table)
model = LogisticRegression().fit(rows[train], labels[train])
print(model.score(rows[test], labels[test]))
""",
        ("before-split", "statistics", "split"),
    ),
    "folds by hand": (
        """
rows = StandardScaler().fit_transform(table)
for train, test in StratifiedKFold(labels, n_folds=4):
    model = LogisticRegression().fit(rows[train], labels[train])
    print(model.score(rows[test], labels[test]))
""",
        ("before-folds", "statistics", "folds"),
    ),
    "a function for every column": (
        """
rows = table.apply(lambda one: (one - one.mean()) / one.std())
train, test = train_test_split(rows, random_state=0)
""",
        ("before-split", "statistic", "split"),
    ),
    "groups": (
        """
table["usual"] = table.groupby("kind")["size"].transform("mean")
train, test = train_test_split(table, random_state=0)
""",
        ("before-split", "group-statistic", "split"),
    ),
    "groups of the target": (
        """
labels = table["label"]
table["usual"] = table.groupby("kind")["label"].transform("mean")
train, test = train_test_split(table, random_state=0)
""",
        ("before-split", "statistic", "split"),
    ),
    "training is stopped by rows that are called a validation": (
        """
X_train, X_val, y_train, y_val = train_test_split(table, labels, random_state=0)
model = XGBClassifier(early_stopping_rounds=9)
model.fit(X_train, y_train, eval_set=[(X_val, y_val)])
print(model.score(X_val, y_val))
""",
        ("tuned-on-validation", "model", "score"),
    ),
    "training is stopped by rows that are called a test": (
        """
X_train, X_test, y_train, y_test = train_test_split(table, labels, random_state=0)
model = XGBClassifier(early_stopping_rounds=9)
model.fit(X_train, y_train, eval_set=[(X_test, y_test)])
print(model.score(X_test, y_test))
""",
        ("tuned-on-test", "model", "score"),
    ),
    "a loop over names": (
        """
for name, maker in {"scale": StandardScaler()}.items():
    table = maker.fit_transform(table)
print(cross_val_score(LogisticRegression(), table, labels))
""",
        ("before-folds", "statistics", "folds"),
    ),
    "a flag that is set": (
        """
def prepared(rows, scale=False):
    if scale:
        rows = StandardScaler().fit_transform(rows)
    return train_test_split(rows, random_state=0)
train, test = prepared(table, scale=True)
""",
        ("before-split", "statistics", "split"),
    ),
    "a transformer of one's own": (
        """
class Centre:
    def fit(self, rows):
        self.middle = rows.mean()
        return self
    def transform(self, rows):
        return rows - self.middle
train, test = train_test_split(Centre().fit(table).transform(table), random_state=0)
""",
        ("before-split", "statistics", "split"),
    ),
}


@pytest.mark.parametrize("name", LEAKING)
def test_what_leaks(name: str) -> None:
    code, expected = LEAKING[name]
    assert expected in found(code)


SILENT = {
    "a flag that is not set": """
def prepared(rows, scale=False):
    if scale:
        rows = StandardScaler().fit_transform(rows)
    return train_test_split(rows, random_state=0)
train, test = prepared(table)
""",
    "statistics of single rows": """
table["usual"] = table[["a", "b"]].mean(axis=1)
train, test = train_test_split(table, random_state=0)
""",
    "a function of single rows": """
table["most"] = table.apply(lambda row: row.max(), axis=1)
train, test = train_test_split(table, random_state=0)
""",
    "edges that are given": """
table["band"] = pd.cut(table["age"], [0, 18, 65, 120])
train, test = train_test_split(table, random_state=0)
""",
    "the column is not taken along": """
table["usual"] = table["age"].fillna(table["age"].mean())
rows = table[["kind", "size"]]
train, test = train_test_split(rows, random_state=0)
""",
    "each part by the training part": """
train, test = train_test_split(table, random_state=0)
middle = train["age"].mean()
train["age"] = train["age"].fillna(middle)
test["age"] = test["age"].fillna(middle)
model = LogisticRegression().fit(train, labels)
print(model.score(test, labels))
""",
    "a validation part of the training part": """
train, test = train_test_split(table, random_state=0)
train = StandardScaler().fit_transform(train)
train, watched = train_test_split(train, random_state=0)
""",
    "one scaler for two tables": """
other = pd.read_csv("other.csv")
print(StandardScaler().fit_transform(other))
train, test = train_test_split(table, random_state=0)
""",
    "the same split again": """
train, test = train_test_split(table, random_state=0)
y_train, y_test = train_test_split(labels, random_state=0)
model = LogisticRegression().fit(train, y_train)
print(model.score(test, y_test))
""",
}


@pytest.mark.parametrize("name", SILENT)
def test_what_does_not(name: str) -> None:
    assert found(SILENT[name]) == []


def test_measured_where_it_was_trained() -> None:
    code = "model = LogisticRegression().fit(table, labels)\nprint(model.score(table, labels))\n"
    assert found(code) == [("on-training-rows", "model", "score")]


def test_other_files_do_not_matter() -> None:
    code = HEAD + "rows = StandardScaler().fit_transform(table)\ntrain, test = train_test_split(rows, random_state=0)\n"
    alone = leaks({"train.py": code})
    assert alone == leaks({"train.py": code, "other.py": "import pandas as pd\nprint(pd.read_csv('x.csv').mean())\n"})
    assert alone == [("before-split", "statistics", "split")]


@pytest.mark.parametrize(
    "code",
    [
        "def f(x):\n    return f(x)\nf(f)\n",
        "class A(A):\n    pass\nA().fit(A)\n",
        "for x in [[]]:\n    x.append(x)\n    x.fit(x)\n",
        "StandardScaler().fit()\nStandardScaler().fit_transform(*[], **{})\n",
        "train_test_split()\ncross_val_score()\nKFold().split()\n",
        "x = {}\nx[x] = x\nfor a, b in x.items():\n    x = a = b\n",
    ],
)
def test_odd_code_is_borne(code: str) -> None:
    found(code)
