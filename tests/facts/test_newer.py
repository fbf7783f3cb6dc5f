"""f-strings of a newer Python are read by older ones."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundrules.facts.python.extract import read_module
from groundrules.facts.python.newer import quoted_apart

NEWER = [
    'x = f"{d["a"]} and {e["b"]}"',
    'f"{", ".join(x)}"',
    "f'{a['b']!r:>{w}} {{x}} '",
    'f"{"\\n".join(rows)}"',
    'f"""{d["a"]} {f"{x["y"]}"} """',
    '# it\'s f"{a["b"]}"\nz = f"{a["b"]}"',
    'f"{x if "it\'s" in y else 3}"',
    'r = rf"\\d{d["a"]["b\'c"]}"',
]


@pytest.mark.parametrize("source", NEWER)
def test_quotes_inside_of_braces_parse(source: str) -> None:
    ast.parse(quoted_apart(source))


@given(st.text(alphabet="f\"'{}\\\n ab!:#r[]()=", max_size=60))
def test_every_character_keeps_its_place(source: str) -> None:
    written = quoted_apart(source)
    assert len(written) == len(source)
    assert [i for i, one in enumerate(written) if one == "\n"] == [i for i, one in enumerate(source) if one == "\n"]


def test_a_file_with_such_texts_is_read() -> None:
    code, troubles = read_module(b'import pandas as pd\nfor d in rows:\n    pd.read_csv(f"data/{d["name"]}.csv")\n')
    assert not troubles
    assert code is not None
    assert any(call.func == ("ext", "pandas.read_csv") for call in code.calls)
