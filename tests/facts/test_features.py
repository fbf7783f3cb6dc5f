"""Columns and lists of features: what the examples of the rules cannot hold."""

from __future__ import annotations

import json

import pytest

from groundrules import catalogue, facts, sources

CATALOGUE = catalogue.load(ddl=facts.ddl(), cache="")
Row = tuple[object, ...]


def asked(files: dict[str, str], query: str, scope: frozenset[str] | None = None) -> list[Row]:
    """The answer to a query over a small repository."""
    snapshot = sources.memory({path: text.encode() for path, text in files.items()})
    found = facts.gather(snapshot, CATALOGUE, scope, cache="", tables=("column_write", "feature_list"))
    return list(found.connection.execute(query))


def notebook(*cells: str) -> str:
    """The text of a notebook with these cells."""
    code = [{"cell_type": "code", "source": cell} for cell in cells]
    return json.dumps({"cells": code, "nbformat": 4, "metadata": {}})


LISTS = "SELECT name, used FROM feature_list ORDER BY name"
COLUMNS = "SELECT name, used, dropped_span IS NOT NULL FROM column_write ORDER BY name"
READ = "import pandas as pd\nframe = pd.read_csv('rows.csv')\n"


def test_a_cell_that_does_not_parse_may_read_the_list() -> None:
    cells = notebook("columns = ['a', 'b']\nother_columns = ['c', 'd']\nprint('x')", "print(columns")
    assert asked({"look.ipynb": cells}, LISTS) == [("columns", 1), ("other_columns", 0)]


def test_a_cell_of_python_2_reads_the_list() -> None:
    cells = notebook("columns = ['a', 'b']\nother_columns = ['c', 'd']", "print columns")
    assert asked({"look.ipynb": cells}, LISTS) == [("columns", 1), ("other_columns", 0)]


def test_a_cell_may_begin_with_blanks() -> None:
    cells = notebook("columns = ['a', 'b']\nother_columns = ['c', 'd']", "\n  frame[columns]\n  frame.head()")
    assert asked({"look.ipynb": cells}, LISTS) == [("columns", 1), ("other_columns", 0)]


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("print(globals().get('DEBUG', False))", 0),
        ("print(globals()['DEBUG'], 'DEBUG' in globals())", 0),
        ("globals()['DEBUG'] = 1", 0),
        ("print(globals().get('wanted_columns'))", 1),
        ("for key in ['wanted_columns']:\n    print(globals()[key])", 1),
        ("for key in ['DEBUG']:\n    print(globals()[key])", 0),
        ("print(globals()[f'{kind}_columns'])", 1),
        ("print(globals().get(kind + '_columns'))", 1),
        ("print(globals())", 1),
        ("for key, value in globals().items():\n    print(value)", 1),
        ("names = globals()\nprint(names[key])", 1),
        ("print(vars(frame))", 1),
        ("exec(text)", 1),
        ("print(dir())", 1),
        ("print(dir(frame))", 0),
    ],
)
def test_names_that_are_read_by_their_text(code: str, read: int) -> None:
    files = {"run.py": f"wanted_columns = ['a', 'b']\n{code}\n"}
    assert asked(files, LISTS) == [("wanted_columns", read)]


def test_a_cell_that_does_not_parse_may_use_the_table() -> None:
    read = READ + "frame['a'] = frame.x * 2\nframe['b'] = frame.x * 2\nprint(frame['x'].sum())"
    assert asked({"look.ipynb": notebook(read, "print(frame")}, COLUMNS) == [("a", 1, 0), ("b", 1, 0)]
    assert asked({"look.ipynb": notebook(read, "print(a")}, COLUMNS) == [("a", 1, 0), ("b", 0, 0)]
    assert asked({"look.ipynb": notebook(read, "# No code\nat all, this")}, COLUMNS) == [("a", 0, 0), ("b", 0, 0)]


def test_a_file_that_does_not_parse_may_read_the_list() -> None:
    files = {"cons.py": "BASE_COLS = ['a', 'b']\n", "one.py": "import cons\nprint(cons.OTHER)\n"}
    assert asked(files, LISTS) == [("BASE_COLS", 0)]
    assert asked({**files, "two.py": "import cons\nprint(cons.BASE_COLS\n"}, LISTS) == [("BASE_COLS", 1)]


def test_a_variable_of_the_same_name_elsewhere_reads_nothing() -> None:
    files = {"cons.py": "X_col = ['a', 'b']\n", "one.py": "import cons\nX_col = cons.OTHER\nprint(X_col)\n"}
    assert asked(files, LISTS) == [("X_col", 0)]


def test_a_configuration_may_name_the_list() -> None:
    files = {"cons.py": "X_col = ['a', 'b']\n", "one.py": "import cons\nprint(cons)\n", "conf.yaml": "use: X_col\n"}
    assert asked(files, LISTS) == [("X_col", 1)]


def test_lists_of_paths_and_flags_are_no_columns() -> None:
    code = "columns = ['data/a.csv', 'data/b.csv']\nfeatures = ['--a', '--b']\nprint(1)\n"
    assert asked({"run.py": code}, LISTS) == []


@pytest.mark.parametrize("scope", [None, frozenset({"one.py"})])
def test_the_scope_does_not_change_the_answer(scope: frozenset[str] | None) -> None:
    files = {"one.py": READ + "frame['a'] = frame.x * 2\nprint(frame['x'].mean())\n", "two.py": "import pandas\n"}
    assert asked(files, COLUMNS, scope) == [("a", 0, 0)]


def test_a_module_that_imports_the_table_may_use_it() -> None:
    files = {"one.py": READ + "frame['a'] = frame.x * 2\n", "two.py": "from one import frame\nprint(frame)\n"}
    assert asked(files, COLUMNS) == [("a", 1, 0)]


def test_a_function_handed_on_without_a_call_has_callers_out_of_sight() -> None:
    add = "def add(rows):\n    rows['a'] = rows.x * 2\n    return rows\n"
    use = "frame = add(frame)\nprint(frame['x'])\n"
    assert asked({"one.py": READ + add + use}, COLUMNS) == [("a", 0, 0)]
    assert asked({"one.py": READ + add + use + "steps = [add]\n"}, COLUMNS) == []


def test_more_alternatives_than_folding_keeps_are_any_column() -> None:
    names = ", ".join(f"'{letter}'" for letter in "bcdefghija")
    code = READ + f"frame['a'] = frame.x * 2\nfor name in [{names}]:\n    print(frame[name].mean())\n"
    assert asked({"one.py": code}, COLUMNS) == [("a", 1, 0)]


def test_values_that_are_named_in_the_same_statement_are_used() -> None:
    assert asked({"one.py": READ + "kept = frame['a'] = frame.x * 2\nprint(kept)\n"}, COLUMNS) == [("a", 1, 0)]


def test_a_dict_is_no_table() -> None:
    assert asked({"one.py": "options = {}\noptions['a'] = 1\n"}, COLUMNS) == []


def test_functions_that_call_each_other_come_to_an_end() -> None:
    code = "def one(t):\n    t['a'] = 1\n    return two(t)\ndef two(t):\n    return one(t)\nframe = one(frame)\n"
    assert all(used for _, used, _ in asked({"one.py": READ + code}, COLUMNS))


def test_an_import_finds_no_notebook() -> None:
    cells = notebook(READ + "frame['a'] = frame.x * 2\nprint(frame['x'].sum())")
    files = {"cleaning.ipynb": cells, "other.py": "from tools import cleaning\nprint(cleaning.frame)\n"}
    assert asked(files, COLUMNS) == [("a", 0, 0)]
