"""The cache changes the time of a run and nothing else, whatever was done to it."""

from __future__ import annotations

import importlib
import os
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from conftest import Repository
from groundrules import run
from groundrules.facts import survey, told
from groundrules.opening import Options

GATHER = importlib.import_module("groundrules.facts.gather")  # its package exports a function of that name
POINTER = "outs:\n- md5: 0f2d4c1b9a7e86531fd0c2b4a6987e35\n  path: {name}\n"
VARIANTS: dict[str, tuple[str, ...]] = {
    "lib/paths.py": (
        "FOLDER = 'data'\n",
        "import os\nFOLDER = os.environ['SHOP_DATA']\n",
        "def rows(name):\n    import pandas as pd\n    return pd.read_csv(f'data/{name}.csv')\n",
        "def rows(:\n",
    ),
    "train.py": (
        "import pandas as pd\nfrom lib.paths import rows\n\nprint(rows('train'))\n",
        "import pandas as pd\n\nprint(pd.read_csv('data/train.csv').sample(3))\n",
        "import numpy as np\n\nprint(np.random.rand(3))\n",
    ),
    "make.py": (
        "import pandas as pd\n\npd.DataFrame().to_csv('data/train.csv')\n",
        "import os\n\nprint(os.getenv('SHOP_TOKEN'))\n",
    ),
    "load.py": ("open('sql/load.sql').read()\n", "print(1)\n"),
    "sql/load.sql": ("INSERT INTO a SELECT * FROM b;\n", "TRUNCATE a;\nINSERT INTO a SELECT * FROM b;\n"),
    "token.py": ("import os\n\nprint(os.environ['SHOP_TOKEN'])\n", "import os\n\nprint(os.environ['SHOP_DATA'])\n"),
    ".env.example": ("SHOP_TOKEN=\n", "SHOP_DATA=\n"),
    "data/train.csv.dvc": (POINTER.format(name="train.csv"), POINTER.format(name="other.csv")),
    "tests/test_train.py": ("import os\n\nprint(os.environ['SHOP_TEST'])\n", "import train\n"),
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = Repository(tmp_path / "shop")
    made.commit({name: variants[0] for name, variants in VARIANTS.items()})
    monkeypatch.chdir(made.root)
    return made


def let_go() -> None:
    """Forget what an earlier check holds in memory, and close its store, so that the log goes into the one file."""
    for _, repository in GATHER._OPENED:
        repository.store.close()
    GATHER._OPENED.clear()


def said(cache: bool, **options: Any) -> list[tuple[Any, ...]]:
    """What a check finds; nothing that an earlier check of this process holds in memory takes part."""
    let_go()
    report = run.check(Options(cache=cache, **options)).report
    return [(one.rule, one.span, one.message, one.related, one.status) for one in report.findings]


@pytest.mark.parametrize("seed", range(4))
def test_with_and_without_cache_the_same_is_found_after_any_change(
    shop: Repository, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "_STALE", seed)  # how many changes the index takes before it is written anew
    chance = random.Random(seed)
    found = 0
    for _ in range(7):
        for name in chance.sample(sorted(VARIANTS), chance.randint(1, 3)):
            content = chance.choice((*VARIANTS[name], None))
            if content is not None:
                shop.stage({name: content})
            elif os.path.lexists(os.path.join(shop.root, name)):
                shop.delete(name)
        for options in ({"staged": True}, {}, {"paths": ("train.py",)} if os.path.exists("train.py") else {}):
            kept = said(True, **options)
            assert kept == said(False, **options)
            found += len(kept)
        if chance.random() < 0.4:
            shop.git("commit", "-q", "--allow-empty", "-m", "a change")
    assert found


def damaged(path: Path, chance: random.Random) -> None:
    """Harm a file as disks, editors and full partitions do."""
    data = bytearray(path.read_bytes())
    how = chance.randrange(4)
    if how == 0:
        del data[chance.randrange(len(data) + 1) :]
    elif how == 1:
        for _ in range(60):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif how == 2:
        start = chance.randrange(len(data))
        data[start : start + 3000] = bytes(len(data[start : start + 3000]))
    else:
        data = bytearray(b"this is no cache\n" * 400)
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_cache_is_as_good_as_none(shop: Repository, seed: int, tmp_path: Path) -> None:
    shop.stage({"make.py": VARIANTS["make.py"][1]})
    expected = said(False), said(False, staged=True)
    assert (said(True), said(True, staged=True)) == expected
    let_go()
    chance = random.Random(seed)
    files = sorted(path for path in (tmp_path / "cache").rglob("*") if path.is_file() and path.stat().st_size)
    assert any(path.name == "facts.db" for path in files)
    for path in files:
        damaged(path, chance)
    assert (said(True), said(True, staged=True)) == expected
    assert (said(True), said(True, staged=True)) == expected


def test_a_folder_in_the_place_of_the_cache_harms_nothing(shop: Repository, tmp_path: Path) -> None:
    (tmp_path / "cache" / "groundrules" / "facts.db").mkdir(parents=True)
    assert said(True) == said(False)


def test_a_file_that_writes_what_a_commit_reads_is_asked_anew_when_anything_it_sees_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    reads = "import pandas as pd\n\nrows = pd.read_csv('data/train.csv')\n"
    saves = "def save(rows, path):\n    rows.to_csv(path)\n"
    prints = "def save(rows, path):\n    print(rows, path)\n"
    makes = "import pandas as pd\nfrom steps.keep import save\n\nsave(pd.DataFrame(), 'data/train.csv')\n"
    shop = Repository(tmp_path / "shop")
    shop.commit({"train.py": reads, "steps/keep.py": saves, "steps/make.py": makes})
    monkeypatch.chdir(shop.root)

    def found() -> set[str]:
        kept, anew = (said(cache, paths=("train.py",)) for cache in (True, False))
        assert kept == anew
        return {one[0] for one in kept}

    for _ in range(2):
        assert "unversioned-read" not in found()
    for keep, expected in ((prints, True), (saves, False), (prints, True)):
        shop.commit({"steps/keep.py": keep})
        assert ("unversioned-read" in found()) == expected
    shop.commit({"steps/make.py": makes.replace("from steps.keep", "from .keeping"), "steps/keeping.py": saves})
    assert "unversioned-read" not in found()


def test_what_neighbours_said_fits_the_tables_that_it_goes_into() -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(GATHER.ddl())
    for table, spans in told.TABLES.items():
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        assert [number for number, name in enumerate(columns) if name.endswith("span")] == list(spans)
