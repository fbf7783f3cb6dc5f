"""Draws of which only figures come: findings of low confidence count in the examples of rules."""

from __future__ import annotations

import json

import pytest

from groundrules import catalogue, facts, sources

DRAWN = """import numpy as np
import matplotlib.pyplot as plt
from time import time
began = time()
rows = np.random.rand(9)
plt.plot(rows)
plt.show()
"""


@pytest.mark.parametrize(
    ("more", "only"),
    [
        ("", 1),
        ('print("done in %.1f s" % (time() - began))', 1),
        ('for name in ("a", "b"):\n    print("plotted", name)', 1),
        ("print(rows.shape)", 1),
        ("print(rows.mean())", 0),
        ('print(f"the mean is {rows.mean():.2f}")', 0),
        ('np.save("rows.npy", rows)', 0),
        ('plt.savefig("rows.png")', 0),
        ('open("rows.txt", "w").write("x")', 0),
    ],
)
def test_a_figure_on_the_screen_is_told_from_what_is_kept(more: str, only: int) -> None:
    known = catalogue.load(ddl=facts.ddl(), cache="")
    gathered = facts.gather(sources.memory({"draw.py": DRAWN + more + "\n"}), known)
    assert gathered.connection.execute(
        "SELECT only_seen FROM draw WHERE function = 'numpy.random.rand'"
    ).fetchall() == [(only,)]


@pytest.mark.parametrize(
    ("more", "only"),
    [
        ("print(rows.mean())", 1),
        ("from sklearn.svm import SVC\nSVC().fit(rows, labels)", 0),
        ('np.save("rows.npy", rows)', 0),
    ],
)
def test_numbers_of_a_notebook_that_learns_nothing_are_only_seen(more: str, only: int) -> None:
    known = catalogue.load(ddl=facts.ddl(), cache="")
    cells = ["import numpy as np\nrows = np.random.rand(9)", more]
    told: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook = {"cells": [{**told, "source": one} for one in cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(notebook)
    gathered = facts.gather(sources.memory({"tour.ipynb": text}), known)
    assert gathered.connection.execute(
        "SELECT only_seen FROM draw WHERE function = 'numpy.random.rand'"
    ).fetchall() == [(only,)]


CLUSTERED = """import numpy as np
import matplotlib.pyplot as plt
from sklearn.cluster import KMeans
rows = np.load("rows.npy")
print(rows.mean())
groups = KMeans(n_clusters=3)
groups.fit(rows)
said = groups.predict(rows).reshape(-1)
plt.scatter(rows[:, 0], rows[:, 1], c=said)
"""


@pytest.mark.parametrize(("more", "only"), [("", 1), ("print(groups.inertia_)", 0), ('np.save("said.npy", said)', 0)])
def test_a_learner_that_is_only_drawn_is_told_from_one_that_is_kept(more: str, only: int) -> None:
    known = catalogue.load(ddl=facts.ddl(), cache="")
    gathered = facts.gather(sources.memory({"draw.py": CLUSTERED + more + "\n"}), known)
    assert gathered.connection.execute(
        "SELECT only_seen FROM draw WHERE function = 'sklearn.cluster.KMeans'"
    ).fetchall() == [(only,)]
