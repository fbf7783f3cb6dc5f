"""Dependencies that files declare."""

from __future__ import annotations

import pytest

from groundrules.facts import requirements
from groundrules.facts.raw import Include, Requirement, Row


def found(rows: list[Row]) -> list[tuple[str, str, bool]]:
    return [row[1:4] for row in rows if isinstance(row, Requirement)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("numpy==1.2.3", ("numpy", "==1.2.3", True)),
        ("Scikit_Learn.x [a,b] >= 1 , < 2 ; python_version < '3.8'", ("scikit-learn-x", ">=1,<2", False)),
        ("pandas", ("pandas", "", False)),
        ("a==1.*", ("a", "==1.*", False)),
        ("a===1", ("a", "===1", True)),
        ("a (>=1)", ("a", ">=1", False)),
        ("a~=1.0  # why", ("a", "~=1.0", False)),
        ("t @ https://h/t-1.0-cp3-none.whl", ("t", "@ https://h/t-1.0-cp3-none.whl", True)),
        ("t @ git+https://h/t", ("t", "@ git+https://h/t", False)),
        ("git+https://h/o/tool.git@0123456789ab", ("tool", "@ git+https://h/o/tool.git@0123456789ab", True)),
        ("git+https://h/o/x@main#egg=Tool", ("tool", "@ git+https://h/o/x@main#egg=Tool", False)),
        ("https://h/foo_bar-1.2-py3-none-any.whl", ("foo-bar", "@ https://h/foo_bar-1.2-py3-none-any.whl", True)),
        ("some words here", None),
        ("a=1", None),
        ("./local", None),
    ],
)
def test_one_requirement(line: str, expected: tuple[str, str, bool] | None) -> None:
    assert requirements.parsed(line) == expected


def test_a_requirements_file() -> None:
    data = b"""# comment
numpy==1.2.3 \\
    --hash=sha256:abc
-r base.txt  # more
--constraint=limits.txt
-e .
-e git+https://h/b.git@0123456789abcdef#egg=bb
--index-url https://x
    indented>1
"""
    rows, troubles = requirements.extract(data)
    assert troubles == []
    assert found(rows) == [
        ("numpy", "==1.2.3", True),
        ("bb", "@ git+https://h/b.git@0123456789abcdef#egg=bb", True),
        ("indented", ">1", False),
    ]
    assert [row[1:3] for row in rows if isinstance(row, Include)] == [
        ("base.txt", "include"),
        ("limits.txt", "constraint"),
    ]
    assert [(row.where.line, row.where.column) for row in rows] == [(2, 1), (4, 1), (5, 1), (7, 1), (9, 5)]


def test_pyproject_in_all_its_dialects() -> None:
    data = b"""[project]
dependencies = ["a>=1", "b==2"]
[project.optional-dependencies]
x = ["c"]
[dependency-groups]
dev = ["d", {include-group = "x"}]
[tool.uv]
dev-dependencies = ["u==1"]
[tool.poetry.dependencies]
python = "^3.8"
e = "1.2.3"
f = {version = "^1", extras = ["q"]}
g = {git = "https://g", rev = "abc"}
h = {path = "../h"}
[tool.poetry.group.dev.dependencies]
i = "*"
"""
    rows, _ = requirements.extract_pyproject(data)
    assert found(rows) == [
        ("a", ">=1", False),
        ("b", "==2", True),
        ("c", "", False),
        ("d", "", False),
        ("u", "==1", True),
        ("python", "^3.8", False),
        ("e", "1.2.3", True),
        ("f", "^1", False),
        ("g", "@ https://g", True),
        ("i", "", False),
    ]
    assert rows[6].where[1:3] == (11, 1)


def test_pipfile_and_setup_cfg() -> None:
    pipfile = b'[[source]]\nurl="x"\n[packages]\na = "*"\nb = "==1.0"\n[dev-packages]\nc = {version = ">=1"}\n'
    assert found(requirements.extract_pipfile(pipfile)[0]) == [
        ("a", "", False),
        ("b", "==1.0", True),
        ("c", ">=1", False),
    ]
    setup = b"[options]\ninstall_requires =\n  a>1\n  b\n[options.extras_require]\nx = c==1\n[options.x]\ny = d\n"
    assert found(requirements.extract_setup_cfg(setup)[0]) == [("a", ">1", False), ("b", "", False), ("c", "==1", True)]


def test_a_conda_environment() -> None:
    data = b"""name: x
dependencies:
  - python=3.8
  - numpy=1.2.3=py_0
  - conda-forge::scipy>=1
  - pandas=1.2.3
  - torch==2.0
  - pip:
    - q==1
    - -r more.txt
  - _libgcc_mutex=0.1=main
"""
    assert found(requirements.extract_conda(data)[0]) == [
        ("python", "=3.8", False),
        ("numpy", "=1.2.3=py_0", True),
        ("scipy", ">=1", False),
        ("pandas", "=1.2.3", True),
        ("torch", "==2.0", True),
        ("q", "==1", True),
        ("-libgcc-mutex", "=0.1=main", True),
    ]
