"""Documents by hand: values, lines, and what is refused."""

from __future__ import annotations

import contextlib
import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from groundrules.basics.documents import FlawedError, read_toml, read_yaml

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    # The dumper is of YAML 1.1, where `1e3` is a text; the reader is of 1.2, where it is a number.
    | st.text(st.characters(min_codepoint=32, max_codepoint=126)).filter(
        lambda text: not re.fullmatch(r"[-+]?\d+[eE][-+]?\d+", text)
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), inner),
    max_leaves=12,
)


def _flaw(content: str | bytes) -> str:
    with pytest.raises(FlawedError) as caught:
        read_yaml(content if isinstance(content, bytes) else content.encode(), "a.yaml")
    return str(caught.value)


@given(PLAIN)
def test_what_a_dumper_writes_is_read_back(value: Any) -> None:
    assert read_yaml(yaml.safe_dump(value).encode(), "a.yaml").value == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for reader in (read_yaml, read_toml):
        with contextlib.suppress(FlawedError):
            reader(content, "a")


def test_words_stay_words() -> None:
    text = (
        "no: on\ntime: 12:30\nday: 2027-01-01\nzip: 01234\nnumber: -3\nshare: 1e-3\ntruth: true\nnothing:\nlist: [~, a]"
    )
    assert read_yaml(text.encode(), "a.yaml").value == {
        "no": "on",
        "time": "12:30",
        "day": "2027-01-01",
        "zip": "01234",
        "number": -3,
        "share": 0.001,
        "truth": True,
        "nothing": None,
        "list": [None, "a"],
    }


def test_lines_of_keys_and_items() -> None:
    document = read_yaml(b"# top\na:\n  - b\n  - c: 1\n    d: 2\n", "a.yaml")
    assert document.lines[("a",)] == 2
    assert document.lines[("a", 1, "d")] == 5
    assert document.line(("a", 1, "d", "deeper")) == 5


def test_anchors_and_merges() -> None:
    document = read_yaml(b"base: &b {x: 1, y: 2}\nother: {<<: *b, y: 3}\n", "a.yaml")
    assert document.value["other"] == {"x": 1, "y": 3}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: 1\na: 2\n", "a.yaml, line 2: The key `a` stands here twice."),
        ("a: 1\n---\nb: 1\n", "line 2: The file holds more than one document."),
        ("a: !!python/object:os.system x", "line 1: The tag"),
        ("a: *b", "The anchor `b` is not defined."),
        ("[a]: b", "A key must be plain text."),
        ("a: {<<: 3}", "Only maps can be merged"),
        ("a: [1,", "This is not valid YAML"),
        ("a: \x07", "This is not valid YAML"),
        (b"a: 1\nb: \xff", "a.yaml, line 2: The file is not UTF-8 text."),
        ("[" * 100_000, "nested too deeply"),
        ("\n".join(" " * depth + "a:" for depth in range(500)), "nested too deeply"),
        ("x" * 4_000_001, "larger than 4 MB"),
    ],
)
def test_refused(content: str | bytes, said: str) -> None:
    assert said in _flaw(content)


def test_a_bomb_of_aliases_is_refused() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert "grows too large" in _flaw("\n".join(rows))


def test_toml_lines_and_dates() -> None:
    text = '[tool.x]\nday = 2027-01-01\n\n[[tool.x.part]]\n"a b" = 1\n[[tool.x.part]]\nc.d = [1, 2]\n'
    document = read_toml(text.encode(), "a.toml")
    assert document.value["tool"]["x"]["day"] == "2027-01-01"
    assert document.line(("tool", "x", "part", 0, "a b")) == 5
    assert document.line(("tool", "x", "part", 1, "c", "d", 0)) == 7


def test_toml_mistakes_have_lines() -> None:
    with pytest.raises(FlawedError, match=r"a\.toml, line 2: This is not valid TOML: .+\.$"):
        read_toml(b"a = 1\nb = = 2\n", "a.toml")
