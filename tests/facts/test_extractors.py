"""Laws of every extractor: no bytes make it fail, equal bytes give equal rows, and rows point into the text."""

from __future__ import annotations

import time
from importlib import import_module
from inspect import getmembers, isfunction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundrules.facts import kinds, raw

MODULES = (
    *("config_files", "environment", "environment_blocks", "environment_keys", "environment_docs", "dvc_files"),
    *("environment_addresses", "environment_copies", "environment_values", "requirements", "headers", "git_files"),
    *("images", "lock_files"),
)
EXTRACTORS = [
    f"{module}.{name}"
    for module in MODULES
    for name, function in getmembers(import_module(f"groundrules.facts.{module}"), isfunction)
    if name.startswith("extract") and function.__module__.endswith(module)
]
SAMPLES = [
    b"defaults:\n  - a: b\n  - override /c@d: [e, f]\nx: &x {<<: *x, y: !t z}\nenv:\n  - name: A\n  - B=${C:-d}\n",
    b"stages:\n  s:\n    foreach: ${a[0].b}\n    do:\n      cmd: x ${item.y}\n      outs: [a: {cache: false}]\n"
    b"      params: [a, {b: [c]}]\n  m:\n    matrix: {a: [1, [2]], b: ${c}}\n    wdir: ..\nvars: [{a: [1]}]\n",
    b"schema: '2.0'\nstages:\n  a: {deps: [{path: p, md5: h}], params: {f: {k: 1}}}\nouts:\n- {path: x, md5: y}\n",
    b'{"env": {"A": [1, 2.5e3, "\\u00e9", null, true]}, // c\n "environment": [{"name": "B"}]}\n',
    b'[a.b]\nc = [1, {d = "x"}, """\ny"""]\n[[t]]\nn.m = 1979-05-27\n[project]\ndependencies = ["a>=1; x"]\n',
    b"[a]\nb = c\n  d\n[pytest]\nenv =\n  A=1\n# x\nexport B='c\nd'\nE=\"f\" # g\n",
    b"a[b]>=1,<2 ; x \\\n --hash=y\n-r b.txt\n-e git+https://h/x@abcdef0#egg=q\nz @ https://h/z-1.whl\n",
    b'id,"a,b",c\n1,2,3\n',
    b"version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 1\n",
    b"/annex/objects/SHA256E-s1--ab.csv\n",
    b'[submodule "x"]\n\tpath = a\n\turl = b\n',
    b"FROM x\nENV A=1 \\\n  B=2\nARG C\nCMD $D\nexport E F=1; G=2 h -e I ${J:=k} %K% $env:L\n",
    b'variable "x" {}\nenvironment { variables = { A = 1 } }\nenv { name = "B" }\nEnvironment="C=d"\n',
    b"# T\n`A_B` and `export C=1`\n```bash\nD=1\n```\n.. code-block:: yaml\n\n   E_F: 1\n| G_H | key |\n",
]


def rows_of(name: str, data: bytes) -> tuple[list[raw.Row], list[raw.Trouble]]:
    return kinds.load(name)(data)


def check(name: str, data: bytes) -> None:
    started = time.process_time()
    rows, troubles = rows_of(name, data)
    assert time.process_time() - started < 2
    assert rows_of(name, bytes(data)) == (rows, troubles)
    lines = data.count(b"\n") + data.count(b"\r") + 1 if not data.startswith((b"\xff\xfe", b"\xfe\xff")) else 10**9
    for row in rows:
        assert type(row).__name__ in raw.__dict__
        assert row.where.cell is None
        assert 1 <= row.where.line <= row.where.end_line <= lines
        assert row.where.column >= 1
        assert row.where.end_line > row.where.line or row.where.end_column > row.where.column
    for trouble in troubles:
        assert trouble.reason.endswith(".")
        assert trouble.line is None or 1 <= trouble.line <= lines + 1


@pytest.mark.parametrize("name", EXTRACTORS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_make_it_fail(name: str, data: bytes) -> None:
    check(name, data)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Samples put together, cut, and sprinkled with signs that mean something."""
    data = bytearray(b"".join(draw(st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=2))))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.integers(0, 8)))
        data[at:end] = draw(st.sampled_from(SIGNS) | st.binary(max_size=3))
    return bytes(data)


SIGNS = [bytes([sign]) for sign in b"{}[]()<>&*!|>'\"`%@#,:;=-?.\\/$ \n\t\r0aA_"] + [
    b"${",
    b"<<: ",
    b"- ",
    b'"""',
    b"\\\n",
]


@pytest.mark.parametrize("name", EXTRACTORS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=mutated())
def test_damaged_files_do_not_make_it_fail(name: str, data: bytes) -> None:
    check(name, data)


@pytest.mark.parametrize("name", EXTRACTORS)
@pytest.mark.parametrize(
    "piece",
    [
        b"[",
        b"{",
        b'{"a":',
        b"- ",
        b"a.",
        b"A=",
        b"${A",
        b"`A_B` ",
        b"'",
        b"A_",
        b"== ",
        b"a,",
        b"((",
        b"*a\n",
        b"x @ a/",
        b" ",
    ],
)
def test_monotonous_files_take_no_time(name: str, piece: bytes) -> None:
    check(name, piece * (200_000 // len(piece)))
    check(name, (piece * 300 + b"\n") * 100)


def test_every_extractor_is_given_to_some_file() -> None:
    names = {
        *(
            "a.yaml",
            "compose.yml",
            ".github/workflows/a.yml",
            "environment.yml",
            "a.json",
            "pyproject.toml",
            "setup.cfg",
        ),
        *(
            "a.env",
            "a.sh",
            "Dockerfile",
            "Makefile",
            "a.service",
            "a.tf",
            "Jenkinsfile",
            "airflow.cfg",
            "a.md",
            "Pipfile",
        ),
        *("dvc.yaml", "dvc.lock", "a.dvc", ".gitmodules", "a.csv", "a.jsonl", "a.parquet", "requirements.txt", "a.bin"),
        "uv.lock",
    }
    given_out = {extractor for name in names for extractor in kinds.extractors(name, 100)}
    assert given_out == set(EXTRACTORS)
