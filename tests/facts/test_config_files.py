"""Keys of configuration files, with their places, and what the files pull in."""

from __future__ import annotations

import pytest

from groundrules.facts import config_files
from groundrules.facts.raw import ConfigKey, Include, Row


def keys(rows: list[Row]) -> list[tuple[str, str, str | None]]:
    return [(row.key, row.kind, row.value) for row in rows if isinstance(row, ConfigKey)]


def places(rows: list[Row]) -> dict[str, tuple[int, int, int]]:
    return {
        row.key: (row.where.line, row.where.column, row.where.end_column) for row in rows if isinstance(row, ConfigKey)
    }


def included(data: bytes) -> list[tuple[str, str, str | None]]:
    rows, troubles = config_files.extract_yaml(data)
    assert troubles == []
    return [(row.target, row.how, row.package) for row in rows if isinstance(row, Include)]


def test_yaml_keys_have_dots_kinds_and_places() -> None:
    rows, troubles = config_files.extract_yaml(b"train:\n  rate: 1e-3\n  'on': yes\n  sizes: [1, '2']\n  note: ~\n")
    assert troubles == []
    assert keys(rows) == [
        ("train", "map", None),
        ("train.rate", "number", "1e-3"),
        ("train.on", "bool", "true"),
        ("train.sizes", "list", None),
        ("train.sizes.0", "number", "1"),
        ("train.sizes.1", "text", "2"),
        ("train.note", "null", None),
    ]
    assert places(rows)["train.rate"] == (2, 3, 7)
    assert places(rows)["train.sizes.1"] == (4, 14, 17)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("0x1F", "number"),
        (".inf", "number"),
        ("-1_000", "number"),
        ("1.2.3", "text"),
        ("2024-01-02", "text"),
        ("12:30", "text"),
        ("nan", "text"),
        ("+", "text"),
        ("No", "bool"),
        ("NULL", "null"),
        ("!!str 5", "text"),
        ("!!int '5'", "number"),
        ("${other.key}", "text"),
    ],
)
def test_yaml_scalars_have_the_kind_that_loaders_give_them(text: str, kind: str) -> None:
    rows, _ = config_files.extract_yaml(f"k: {text}\n".encode())
    assert [row[1] for row in keys(rows)] == [kind]


def test_anchors_and_merge_keys_are_followed() -> None:
    rows, _ = config_files.extract_yaml(b"base: &b {a: 1, c: 3}\nextra: &e {d: 4}\nx:\n  <<: [*b, *e]\n  a: 2\ny: *e\n")
    assert [row for row in keys(rows) if row[0][0] in "xy"] == [
        ("x", "map", None),
        ("x.a", "number", "2"),
        ("x.c", "number", "3"),
        ("x.d", "number", "4"),
        ("y", "map", None),
        ("y.d", "number", "4"),
    ]
    assert places(rows)["x.c"] == (1, 17, 18)


def test_every_document_counts_and_tags_hide_values() -> None:
    rows, troubles = config_files.extract_yaml(b"a: !Ref thing\n---\nb: !ENV ${HOME}\nc: !x {d: 1}\n")
    assert troubles == []
    assert keys(rows) == [("a", "text", None), ("b", "text", None), ("c", "map", None), ("c.d", "number", "1")]


@pytest.mark.parametrize(
    ("data", "line", "sentence"),
    [
        (b"a: 1\nb: [\n", 3, "It is not valid YAML: did not find expected node content."),
        (
            b"{% if x %}\na: 1\n{% endif %}\n",
            1,
            "It is a template, and no YAML before it is filled in: found character that cannot start any token.",
        ),
        (b"a: \0", None, "It is not text."),
    ],
)
def test_what_is_no_yaml_is_told_in_a_sentence(data: bytes, line: int, sentence: str) -> None:
    rows, troubles = config_files.extract_yaml(data)
    assert rows == []
    assert [(trouble.line, trouble.reason) for trouble in troubles] == [(line, sentence)]


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 300_000,
        b"- " * 300_000,
        b"{a: " * 100_000,
        b"a: &a [x, x, x, x, x, x, x, x, x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (n, n, b", ".join([b"*%c" % (n - 1)] * 9)) for n in range(98, 107)),
        b"a: &a {b: *a}\n",
        b"base: &b {" + b", ".join(b"k%d: 1" % n for n in range(2_000)) + b"}\n" + b"- {<<: *b}\n" * 2,
        b"b: &b {" + b", ".join(b"k%d: 1" % n for n in range(900)) + b"}\nl:\n" + b"- {<<: *b}\n" * 900,
    ],
    ids=["flow", "block", "open maps", "aliases", "a loop", "broken merge", "merges"],
)
def test_bombs_are_defused(data: bytes) -> None:
    rows, troubles = config_files.extract_yaml(data)
    assert len(troubles) == 1
    assert len(rows) < 10


def test_hydra_defaults_are_includes() -> None:
    data = b"""defaults:
  - _self_
  - base
  - process: process_2
  - db@target: mysql
  - override /model: big
  - optional local@_global_: mine
  - plots: [a, b]
  - missing: ???
  - none: null
  - nested/group@here: x
"""
    assert included(data) == [
        ("base", "hydra-group", None),
        ("process/process_2", "hydra-group", None),
        ("db/mysql", "hydra-group", "target"),
        ("/model/big", "hydra-group", None),
        ("local/mine", "hydra-group", ""),
        ("plots/a", "hydra-group", None),
        ("plots/b", "hydra-group", None),
        ("missing/???", "hydra-group", None),
        ("none/null", "hydra-group", None),
        ("nested/group/x", "hydra-group", "here"),
    ]


def test_other_includes_are_found_and_words_are_not() -> None:
    data = b"""include: [other.yaml, {local: /ci.yml}, a word]
services:
  web:
    env_file: .env
    extends: {file: common.yml, service: web}
  job:
    env_file: [a.env, {path: b.env, required: false}]
paths: !include paths.yaml
lint: {extends: "eslint:recommended"}
"""
    assert included(data) == [
        ("other.yaml", "include", None),
        ("/ci.yml", "include", None),
        (".env", "env-file", None),
        ("common.yml", "include", None),
        ("a.env", "env-file", None),
        ("b.env", "env-file", None),
        ("paths.yaml", "include", None),
    ]


def test_json_keys_have_places_and_comments_are_tolerated() -> None:
    rows, troubles = config_files.extract_json(b'{"a": {"b": [1, "\\u00e9", null]},\n  "c": true, // why\n}\n')
    assert troubles == []
    assert keys(rows) == [
        ("a", "map", None),
        ("a.b", "list", None),
        ("a.b.0", "number", "1"),
        ("a.b.1", "text", "é"),
        ("a.b.2", "null", None),
        ("c", "bool", "true"),
    ]
    assert places(rows)["c"] == (2, 3, 6)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b'[{"a": 1}]',
        b'{"a": 1}\n{"a": 2}\n',
        b'{"a": [' + b"1," * 6_000 + b"1]}",
        b'{"a": "' + b"x" * 1_000_001 + b'"}',
    ],
    ids=["empty", "blank", "list", "lines", "many values", "large"],
)
def test_json_data_is_skipped_quietly(data: bytes) -> None:
    assert config_files.extract_json(data) == ([], [])


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'{"a" 1}', "a comma or a colon is missing before this"),
        (b'{"a":\n1', "it ends too early"),
        (b'{"a": 1]', "] is not expected here"),
        (b'{"a": 1} 2', "nothing is expected after the value"),
        (b'{"a": x}', "a value or a mark is expected here"),
        (b"{1: 2}", "a key and a colon are expected here"),
        (b'{"a": "\\q"}', "an escape in this text is unknown"),
        (b'{"a":, 1}', ", is not expected here"),
    ],
)
def test_what_is_no_json_is_told_in_a_sentence(data: bytes, problem: str) -> None:
    rows, troubles = config_files.extract_json(data)
    assert rows == []
    assert [trouble.reason for trouble in troubles] == [f"It is not valid JSON: {problem}."]


def test_toml_keys_have_places() -> None:
    data = b"""title = "x"
[tool.ruff]
line-length = 120
select = [
  "E",
  "F", # why
]
[[job]]
name = 'a'
[[job]]
name = 'b'
  [job.env]
  A.B = 1.5
text = \"\"\"
name = 'not a key'
\"\"\"
day = 2024-01-02
"q.r" = {on = true}
"""
    rows, troubles = config_files.extract_toml(data)
    assert troubles == []
    assert keys(rows) == [
        ("title", "text", "x"),
        ("tool", "map", None),
        ("tool.ruff", "map", None),
        ("tool.ruff.line-length", "number", "120"),
        ("tool.ruff.select", "list", None),
        ("tool.ruff.select.0", "text", "E"),
        ("tool.ruff.select.1", "text", "F"),
        ("job", "list", None),
        ("job.0", "map", None),
        ("job.0.name", "text", "a"),
        ("job.1", "map", None),
        ("job.1.name", "text", "b"),
        ("job.1.env", "map", None),
        ("job.1.env.A", "map", None),
        ("job.1.env.A.B", "number", "1.5"),
        ("job.1.env.text", "text", "name = 'not a key'\n"),
        ("job.1.env.day", "text", "2024-01-02"),
        ("job.1.env.q.r", "map", None),
        ("job.1.env.q.r.on", "bool", "true"),
    ]
    where = places(rows)
    assert where["tool.ruff.line-length"] == (3, 1, 12)
    assert where["tool"][0] == 2
    assert where["tool.ruff.select.1"][0] == 6
    assert where["job.1.name"] == (11, 1, 5)
    assert where["job.1.env.A.B"] == (13, 3, 6)
    assert where["job.1.env.day"][0] == 17


@pytest.mark.parametrize("data", [b"a = ", b"a = [" + b"[" * 5_000, b".".join([b"a"] * 9_000) + b" = 1", b"a\0"])
def test_broken_toml_is_one_trouble(data: bytes) -> None:
    rows, troubles = config_files.extract_toml(data)
    assert rows == []
    assert len(troubles) == 1
    assert troubles[0].reason.endswith(".")


def test_ini_keys_stand_below_their_section() -> None:
    data = b"# c\nfree = 1\n[db main]\nhost: h ; kept\n  more\nflag\n; x = y\n[options.extras]\ntests =\n  a\n  b\n"
    rows, troubles = config_files.extract_ini(data)
    assert troubles == []
    assert keys(rows) == [
        ("free", "text", "1"),
        ("db main.host", "text", "h ; kept\nmore"),
        ("db main.flag", "null", None),
        ("options.extras.tests", "text", "a\nb"),
    ]
    assert places(rows)["db main.host"] == (4, 1, 5)


def test_dotenv_values_lose_quotes_and_comments() -> None:
    data = b"A=1 # why\nexport B='x y' # z\n# C=3\nD=\"one\ntwo\"\nE=\nF=#no\nnot a line\n1G=2\nH=a#b\n"
    rows, troubles = config_files.extract_dotenv(data)
    assert troubles == []
    assert keys(rows) == [
        ("A", "text", "1"),
        ("B", "text", "x y"),
        ("D", "text", "one\ntwo"),
        ("E", "text", ""),
        ("F", "text", ""),
        ("H", "text", "a#b"),
    ]
    assert places(rows)["B"] == (2, 8, 9)
    assert places(rows)["E"] == (6, 1, 2)
