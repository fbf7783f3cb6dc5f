"""Runs that only show figures: what examples of rules cannot tell apart, since findings of low confidence count there."""

from __future__ import annotations

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
