"""Folding ends, and finds what stands elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from groundrules import catalogue, facts, sources

_TANGLED = 24


def _reads(files: Mapping[str, str]) -> list[object]:
    """The targets of reads in tracked files."""
    snapshot = sources.memory({path: text.encode() for path, text in files.items()})
    rules = catalogue.load(ddl=facts.ddl(), cache="")
    connection = facts.gather(snapshot, rules, None, cache="").connection
    return [target for (target,) in connection.execute("SELECT target FROM read ORDER BY 1")]


def test_attributes_that_need_each_other_end() -> None:
    """Each attribute is made of two methods that read all the others: without a memory this takes 2^40 steps."""
    lines = ["import pandas as pd", "", "class Tangle:", "    def __init__(self):", "        self.a0 = 'data/x.csv'"]
    lines += [f"        self.a{n + 1} = self.one{n}() if self.two{n}() else self.one{n}()" for n in range(_TANGLED)]
    for number in range(_TANGLED):
        for name in ("one", "two"):
            lines += ["", f"    def {name}{number}(self):"]
            lines += [f"        return self.a{number} or self.a{(number + 7) % _TANGLED} or self.a{number + 1}"]
    lines += ["", "    def load(self):", f"        return pd.read_csv(self.a{_TANGLED})", "", "Tangle().load()", ""]
    assert len(_reads({"train.py": "\n".join(lines)})) == 1


def test_a_module_of_the_only_folder_that_holds_its_name_is_found() -> None:
    found = _reads(
        {
            "jobs/train.py": "import sys\nsys.path.append('../tools')\nimport pandas as pd\nfrom places import SALES\n"
            "pd.read_csv(SALES)\n",
            "other/deep/tools/places.py": "SALES = 'data/sales.csv'\n",
        }
    )
    assert found == ["data/sales.csv"]


def test_of_several_modules_of_a_name_none_is_taken() -> None:
    found = _reads(
        {
            "jobs/train.py": "import pandas as pd\nfrom places import SALES\npd.read_csv(SALES)\n",
            "a/one/places.py": "SALES = 'data/sales.csv'\n",
            "b/two/places.py": "SALES = 'data/orders.csv'\n",
        }
    )
    assert "data/sales.csv" not in found


def test_flags_of_a_whole_program_have_their_defaults() -> None:
    code = (
        "import pandas as pd\nfrom absl import flags\n"
        "flags.DEFINE_string('sales', 'data/sales.csv', 'Where sales are.')\n"
        "_ORDERS = flags.DEFINE_string('orders', default='data/orders.csv', help='Where orders are.')\n"
        "flags.DEFINE_string('later', None, 'Given by hand.')\n"
        "FLAGS = flags.FLAGS\n"
        "def main(argv):\n    pd.read_csv(FLAGS.sales)\n    pd.read_csv(_ORDERS.value)\n    pd.read_csv(FLAGS.later)\n"
        "main([])\n"
    )
    assert [one for one in _reads({"train.py": code}) if one] == ["data/orders.csv", "data/sales.csv"]


def test_a_parameter_that_is_given_is_not_its_stand_in() -> None:
    code = (
        "import pandas as pd\ndef load(path=None):\n    if path is None:\n        path = 'data/small.csv'\n"
        "    return pd.read_csv(path)\nload('data/large.csv')\n"
    )
    assert _reads({"train.py": code}) == ["data/large.csv"]
    assert _reads({"train.py": code.replace("load('data/large.csv')", "load()")}) == ["data/small.csv"]


def test_an_attribute_of_which_no_type_is_known_ends_nothing() -> None:
    lines = [
        "import flask",
        "import pandas as pd",
        "def rows():",
        "    name = flask.request.json",
        "    return pd.read_csv(name.path)",
    ]
    assert _reads({"serve.py": "\n".join([*lines, "rows()", "pd.read_csv('data/x.csv')", ""])})[-1] == "data/x.csv"


def test_methods_of_what_another_file_made_are_methods() -> None:
    places = ["from pathlib import Path", "ROOT = Path('data')", "FILES = {'a': 'data/a.csv'}"]
    places += ["def under(name):", "    return ROOT / name", ""]
    train = """import pandas as pd
import places
from places import FILES, ROOT, under
pd.read_csv(ROOT.joinpath("one.csv"))
pd.read_csv(places.FILES.get("a"))
pd.read_csv(under("two.csv"))
pd.read_csv(places.under("three.csv"))
"""
    found = _reads({"places.py": "\n".join(places), "train.py": train})
    assert found == ["data/a.csv", "data/one.csv", "data/three.csv", "data/two.csv"]
