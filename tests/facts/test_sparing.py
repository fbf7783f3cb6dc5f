"""What a change of a module means to those that import it, and what of these leads to the module."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from conftest import Repository
from groundrules import catalogue, facts, run
from groundrules.facts import sparing
from groundrules.facts.python.extract import read_module
from groundrules.facts.python.ir import Code
from groundrules.facts.python.knowledge import Knowledge
from groundrules.facts.python.leading import Leading
from groundrules.facts.python.program import Program
from groundrules.opening import Options

BEFORE = """\
import helper

LIMIT = 3
OTHER = LIMIT + 1
MOST = 5


def clean(rows):
    return rows.dropna()


def load(path):
    return clean(read(path))


class Model:
    def fit(self, rows):
        return load(rows)


def few(rows, most=MOST):
    return rows[:most]


def apart():
    return 1


if __name__ == "__main__":
    load("a.csv")
"""


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("return 1\n", "return 2\n", {"apart"}),
        ("rows.dropna()", "rows.copy()", {"clean", "load", "Model", "fit"}),
        ("return load(rows)", "return rows", {"Model", "fit"}),
        ("LIMIT = 3", "LIMIT = 4", None),
        ("MOST = 5", "MOST = 6", {"MOST", "few"}),
        ("def apart", "ADDED = 1\n\n\ndef apart", {"ADDED"}),
        ("def apart():\n    return 1\n", "", {"apart"}),
        ("def apart", "# A word.\n\n\ndef apart", set()),
        ("import helper\n", "import other\n", None),
        ("LIMIT = 3", "LIMIT = helper.limit()", None),
        ("LIMIT = 3", "LIMIT = 3; helper.start()", None),
        ("def apart", "helper.start()\n\n\ndef apart", None),
        ("def apart", "@helper.wrapped\ndef apart", None),
    ],
)
def test_a_change_gives_other_meaning_to_what_it_touches_and_to_what_uses_that(
    old: str, new: str, names: set[str] | None
) -> None:
    before, after = BEFORE, BEFORE.replace(old, new)
    found = sparing._names(before.encode(), _code(before), after.encode(), _code(after))
    assert found == names


def _code(text: str) -> Code:
    found, troubles = read_module(text.encode())
    assert found is not None
    assert not troubles
    return found


IMPORTER = """\
import pandas as pd
import shop.load as loading
from shop.load import LIMIT, rows

STEPS = {"rows": rows}


def near(path):
    return rows(path)


def nearer(path):
    return near(path)


def by_module(path):
    return loading.rows(path)


def by_name(name):
    return STEPS[name]()


class Step:
    def run(self):
        return self.next()

    def next(self):
        return nearer("a.csv")


def within():
    from shop import load
    return load


def constant():
    return LIMIT


def far(path):
    return pd.read_csv(path)
"""


def test_only_what_speaks_of_a_module_leads_there() -> None:
    texts = {"shop/load.py": "LIMIT = 3\n\n\ndef rows(path):\n    return path\n", "train.py": IMPORTER}
    known = catalogue.load(ddl=facts.ddl(), cache="")
    tops = {"shop": [""], "train": [""], "load": ["shop"]}
    program = Program(texts, lambda path: _code(texts[path]), Knowledge(known.knowledge, known.aliases), tops)
    module = program.module("train.py")
    assert module is not None
    leading = Leading(program, module, {"shop/load.py"})
    names = {scope.qualname for number, scope in enumerate(module.code.scopes) if number in leading}
    assert names == {"", "near", "nearer", "by_module", "by_name", "Step", "Step.run", "Step.next", "within"}


GATHER = importlib.import_module("groundrules.facts.gather")  # its package exports a function of that name
READS = "import pandas as pd\n\n\ndef rows(path):\n    return pd.read_csv(path)\n\n\ndef apart():\n    return 1\n"
USES = "from lib import rows\n\nprint(rows('data/raw.csv'))\n"


def test_who_uses_nothing_that_changed_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shop = Repository(tmp_path / "shop")
    shop.commit({"lib.py": READS, "train.py": USES})
    monkeypatch.chdir(shop.root)
    run.check(Options())  # the cache knows what was there before
    asked = []
    for old, new in (("return 1", "return 2"), ("read_csv(path)", "read_csv(path, sep=';')")):
        shop.stage({"lib.py": READS.replace(old, new)})
        GATHER._OPENED.clear()
        asked.append(run.check(Options(staged=True)).report.files)
    assert asked == [1, 2]


LOADS = """\
import yaml
import pandas as pd

print("data/train.csv")
pd.DataFrame().to_csv(yaml.safe_load(open("conf/where.yaml"))["target"])
"""


def test_what_a_file_says_is_asked_anew_when_settings_that_it_loads_have_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shop = Repository(tmp_path / "shop")
    reads = "import pandas as pd\n\nrows = pd.read_csv('data/train.csv')\n"
    shop.commit({"train.py": reads, "make.py": LOADS, "conf/where.yaml": "target: data/train.csv\n"})
    monkeypatch.chdir(shop.root)
    for target, expected in (("train", False), ("other", True), ("train", False), ("train", False)):
        shop.commit({"conf/where.yaml": f"target: data/{target}.csv\n", "notes.yaml": f"about: {target}\n"})
        found = []
        for cache in (True, False):
            GATHER._OPENED.clear()
            report = run.check(Options(paths=("train.py",), cache=cache)).report
            found.append("unversioned-read" in {one.rule for one in report.findings})
        assert found == [expected, expected]
