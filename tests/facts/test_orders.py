"""Orders that nobody decided: what examples cannot hold."""

from __future__ import annotations

from pathlib import Path

from groundrules import catalogue, facts, sources

CODE = """import os
from sklearn.model_selection import train_test_split
rows, other = [], []
for name in os.listdir("pictures"):
    rows.append(read(name))
for name in sorted(os.listdir("more")):
    other.append(read(name))
train, test = train_test_split(rows, random_state=7)
train, test = train_test_split(other, random_state=7)
"""


def test_a_list_is_told_from_others_when_it_comes_from_the_cache(tmp_path: Path) -> None:
    known = catalogue.load(ddl=facts.ddl(), cache="")
    for _ in range(2):  # the second time from the cache, where values have been written and read
        snapshot = sources.memory({"train.py": CODE})
        gathered = facts.gather(snapshot, known, cache=str(tmp_path))
        lines = [gathered.spans[span].line for (span,) in gathered.connection.execute("SELECT span FROM order_use")]
        assert lines == [4]
