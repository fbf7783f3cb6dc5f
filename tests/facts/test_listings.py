"""Imports, declared dependencies and the columns of data files, as they can be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Repository
from groundrules.cli import main

FILES = {
    "app/train.py": "import pandas as pd\nfrom app.tables import rows\n\ndef late():\n    import json\n",
    "app/tables.py": "rows = 3\n",
    "requirements.txt": "pandas==2.2.0\nnumpy>=1.26\n",
    "data/plans.csv": "plan,fee\nbasic,9.5\n",
    "data/events.jsonl": '{"id": 1, "kind": "open"}\n',
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository(tmp_path / "shop")
    made.commit(FILES)
    monkeypatch.chdir(made.root)
    return made


def asked(capsys: pytest.CaptureFixture[str], query: str) -> list[list[str]]:
    """The rows of an answer, twice alike: read anew and from the cache."""
    answers = []
    for _ in range(2):
        assert main(["facts", query]) == 0
        answers.append(capsys.readouterr().out)
    assert answers[0] == answers[1]
    return [line.split() for line in answers[0].splitlines()[2:-1]]


@pytest.mark.usefixtures("shop")
def test_imports(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, "SELECT module, target, scope FROM import WHERE path = 'app/train.py'") == [
        ["pandas", "NULL"],
        ["app.tables.rows", "app/tables.py"],
        ["json", "NULL", "late"],
    ]


@pytest.mark.usefixtures("shop")
def test_requirements(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, "SELECT name, specifier, pinned FROM requirement ORDER BY name") == [
        ["numpy", ">=1.26", "0"],
        ["pandas", "==2.2.0", "1"],
    ]


def test_columns_of_data_files(shop: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    query = "SELECT path, position, name FROM data_column ORDER BY path, position"
    assert asked(capsys, query) == [
        ["data/events.jsonl", "0", "id"],
        ["data/events.jsonl", "1", "kind"],
        ["data/plans.csv", "0", "plan"],
        ["data/plans.csv", "1", "fee"],
    ]
    shop.write({"data/plans.csv": "plan,price\nbasic,9.5\n"})
    assert ["data/plans.csv", "1", "price"] in asked(capsys, query)
