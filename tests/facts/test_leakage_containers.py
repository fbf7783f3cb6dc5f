"""Containers that code fills, joins and fills again never break the reading of what flows through them."""

from __future__ import annotations

from groundrules import catalogue, facts, sources

CODE = """
from sklearn.preprocessing import StandardScaler
from sklearn.model_selection import train_test_split
def of(flag, rows):
    kept = {"a": rows} if flag else {"a": rows}
    both = kept if flag else {"a": rows}
    both["b"] = rows
    kept["c"] = rows
    for one in both, kept:
        one["d"] = rows
        one.add(rows)
        one.append(rows)
        print(one["a"], one["zz"])
        for key, value in one.items():
            StandardScaler().fit(value)
train, test = train_test_split(rows)
of(1, train)
of(0, test)
"""


def test_containers_that_share_their_keys() -> None:
    known = catalogue.load(ddl=facts.ddl(), cache="")
    gathered = facts.gather(sources.memory({"a.py": CODE}), known, cache="")
    assert not gathered.unreadable
