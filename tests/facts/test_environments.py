"""What notebooks install, what locks name, and which images containers begin with."""

from __future__ import annotations

import pytest

from groundrules.facts import environments, images, installs, lock_files
from groundrules.facts.raw import BaseImage, Lock


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pip install -q a b==1", ["a", "b==1"]),
        ("pip3 install 'a[x]>=2' --index-url https://h/simple", ["a[x]>=2"]),
        ("{sys.executable} -m pip install a && echo pip", ["a"]),
        ("pip install -r requirements.txt", []),
        ("pip install -e . ../b {name} $NAME", []),
        ("apt-get install -y git", []),
        ("conda install -y -c conda-forge a=1.2 b", ["a==1.2", "b"]),
        ("pip install a  # why", ["a"]),
        ("pip install a > /dev/null 2>&1", ["a"]),
        ("pip uninstall -y a; pip install b", ["b"]),
        ("uv pip install a", ["a"]),
        ("pip install 'a", []),
    ],
)
def test_what_a_line_installs(line: str, expected: list[str]) -> None:
    assert list(installs.packages(line)) == expected


@pytest.mark.parametrize(
    ("specifier", "pinned", "expected"),
    [
        ("==1", True, "exact"),
        ("", False, "open"),
        (">=1", False, "open"),
        ("!=1", False, "open"),
        (">=1,<2", False, "range"),
        ("~=1.2", False, "range"),
        ("^1.2", False, "range"),
        ("=1.2", False, "range"),
        ("==1.*", False, "range"),
        ("@ git+https://h/o/x", False, "open"),
        ("@ file:///a/b", False, "local"),
    ],
)
def test_how_far_a_requirement_moves(specifier: str, pinned: bool, expected: str) -> None:
    assert environments.bound(specifier, pinned) == expected


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('[[package]]\nname = "Some_Lib"\nversion = "1"\n', ("some-lib",)),
        ('{\n    "default": {\n        "a": {\n            "version": "==1"\n        }\n    }\n}\n', ("a",)),
        ("package:\n- name: b\n  version: 1\n", ("b",)),
        ("@EXPLICIT\nhttps://h/linux-64/c-d-1.2-h0_0.conda#0\n", ("c-d",)),
        ("e==1.2\n", ("e",)),
    ],
)
def test_what_a_lock_names(text: str, names: tuple[str, ...]) -> None:
    rows, _ = lock_files.extract(text.encode())
    assert [row.names for row in rows if isinstance(row, Lock)] == [names]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("python", ("python", None, "none")),
        ("h:5000/team/a:2", ("h:5000/team/a", "2", "named")),
        ("h:5000/team/a", ("h:5000/team/a", None, "none")),
        ("a:latest-gpu", ("a", "latest-gpu", "moving")),
        ("a:1@sha256:0", ("a", "1", "digest")),
        ("${BASE}", ("${BASE}", None, "unknown")),
    ],
)
def test_an_image(name: str, expected: tuple[str, str | None, str]) -> None:
    rows, _ = images.extract_dockerfile(f"FROM {name}\n".encode())
    assert [(row.image, row.tag, row.state) for row in rows if isinstance(row, BaseImage)] == [expected]
