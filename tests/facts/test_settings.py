"""Settings: what configuration files hold is known where code uses it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from groundrules import catalogue, facts, sources

CATALOGUE = catalogue.load(ddl=facts.ddl(), cache="")
HYDRA = """
import hydra, pandas as pd
@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg):
    pd.read_csv(cfg.data.path)
main()
"""


def ask(files: Mapping[str, str], query: str, scope: frozenset[str] | None = None) -> list[tuple[object, ...]]:
    """The rows of a query on a snapshot of tracked files."""
    snapshot = sources.memory({path: text.encode() for path, text in files.items()})
    connection = facts.gather(snapshot, CATALOGUE, scope, cache="").connection
    return list(connection.execute(query))


def reads(files: Mapping[str, str]) -> set[object]:
    """The data that code reads, as far as it is known."""
    return {target for (target,) in ask(files, "SELECT target FROM read WHERE what = 'data'")}


@pytest.mark.parametrize(
    ("loading", "config"),
    [
        ("yaml.safe_load(open('c.yaml'))['data']['path']", "data: {path: raw/a.csv}"),
        ("yaml.safe_load(Path('c.yaml').read_text())['data']['path']", "data: {path: raw/a.csv}"),
        ("OmegaConf.load('c.yaml').data.path", "root: raw\ndata: {path: '${root}/a.csv'}"),
        ("OmegaConf.load('c.yaml').data.path", "data: {root: raw, path: '${.root}/a.csv'}"),
        ("OmegaConf.load('c.yaml').data.get('path')", "data: {path: raw/a.csv}"),
        ("os.path.join(OmegaConf.load('c.yaml').root, 'a.csv')", "root: raw"),
        ("Path(OmegaConf.load('c.yaml').root) / 'a.csv'", "root: raw"),
        ("OmegaConf.load('c.yaml').path", "path: ${oc.env:DATA,raw/a.csv}"),
        ("[one for one in OmegaConf.load('c.yaml').paths][0]", "paths: [raw/a.csv]"),
    ],
)
def test_a_path_in_a_configuration(loading: str, config: str) -> None:
    imports = "import os, yaml, pandas as pd\nfrom omegaconf import OmegaConf\nfrom pathlib import Path\n"
    code = f"{imports}pd.read_csv({loading})\n"
    assert reads({"train.py": code, "c.yaml": config}) == {"raw/a.csv"}


def test_a_section_of_an_ini_file() -> None:
    start = "import configparser, pandas as pd\nc = configparser.ConfigParser()\nc.read('c.ini')\n"
    code = f"{start}pd.read_csv(c['data']['path'])\n"
    assert reads({"train.py": code, "c.ini": "[data]\npath = raw/a.csv\n"}) == {"raw/a.csv"}


def test_hydra_takes_the_chosen_group() -> None:
    files = {
        "train.py": HYDRA,
        "conf/config.yaml": "defaults:\n  - data: small\n  - _self_\n",
        "conf/data/small.yaml": "path: raw/small.csv\n",
        "conf/data/large.yaml": "path: raw/large.csv\n",
    }
    assert reads(files) == {"raw/small.csv"}


def test_hydra_puts_a_file_where_its_package_line_says() -> None:
    files = {
        "train.py": HYDRA,
        "conf/config.yaml": "defaults:\n  - setup: small\n",
        "conf/setup/small.yaml": "# @package _global_\ndata: {path: raw/small.csv}\n",
    }
    assert reads(files) == {"raw/small.csv"}


def test_the_default_of_the_command_line_names_the_file() -> None:
    code = """
import argparse, yaml, pandas as pd
parser = argparse.ArgumentParser()
parser.add_argument("--config", default="c.yaml")
args = parser.parse_args()
with open(args.config) as file:
    config = yaml.safe_load(file)
pd.read_csv(config["path"])
"""
    assert reads({"train.py": code, "c.yaml": "path: raw/a.csv"}) == {"raw/a.csv"}


def test_a_configuration_that_names_itself_ends() -> None:
    code = "from omegaconf import OmegaConf\nimport pandas as pd\nc = OmegaConf.load('c.yaml')\npd.read_csv(c.a)\n"
    assert len(reads({"train.py": code, "c.yaml": "a: x/${b}.csv\nb: ${a}\n"})) == 1


def test_groups_that_choose_each_other_end() -> None:
    files = {
        "train.py": HYDRA,
        "conf/config.yaml": "defaults:\n  - a: one\n",
        "conf/a/one.yaml": "defaults:\n  - /b: one\n",
        "conf/b/one.yaml": "defaults:\n  - /a: one\npath: raw/a.csv\n",
    }
    assert ask(files, "SELECT key, defined FROM config_read") == [("data", 0)]


def test_the_place_of_a_path_is_the_configuration() -> None:
    code = "import yaml, pandas as pd\nc = yaml.safe_load(open('c.yaml'))\npd.read_csv(c['path'])\n"
    query = "SELECT span.path, span.line FROM read JOIN span ON span.id = read.span WHERE what = 'data'"
    assert ask({"train.py": code, "c.yaml": "a: 1\npath: raw/a.csv\n"}, query) == [("c.yaml", 2)]


def test_the_scope_decides_whose_rows_are_made() -> None:
    files = {
        "one.py": "import os\nkey = os.environ['ONE_KEY']\n",
        "two.py": "import os\nkey = os.environ['TWO_KEY']\nos.environ['ONE_KEY'] = 'a'\n",
    }
    rows = ask(files, "SELECT name, declared FROM env_read", frozenset(("one.py",)))
    assert rows == [("ONE_KEY", 1)]


def test_how_code_bears_a_missing_variable() -> None:
    code = """
import os
a = os.environ["SOME_A"]
b = os.getenv("SOME_B")
c = os.getenv("SOME_C")
if c:
    print(c)
d = os.getenv("SOME_D", "d")
e = os.getenv("SOME_E")
if not e:
    raise ValueError("no variable")
"""
    rows = ask({"run.py": code}, "SELECT name, has_default, required, checked FROM env_read ORDER BY name")
    assert rows == [
        ("SOME_A", 0, 1, 0), ("SOME_B", 0, 0, 0), ("SOME_C", 0, 0, 1), ("SOME_D", 1, 0, 0), ("SOME_E", 0, 1, 0),
    ]  # fmt: skip


def test_keys_of_configurations() -> None:
    files = {"conf/c.yaml": "a: {b: 1}\n", "labels.json": '{"cat": 1}'}
    assert ask(files, "SELECT path, key, kind, value FROM config_key") == [
        ("conf/c.yaml", "a", "map", None),
        ("conf/c.yaml", "a.b", "number", "1"),
    ]
