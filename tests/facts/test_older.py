"""Python 2 is read as Python 3, and every line keeps its number."""

import ast
import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundrules.facts.python.extract import read_module
from groundrules.facts.python.older import rewritten, tokens_of, untabbed

SOURCES = sorted((pathlib.Path(__file__).parents[2] / "src").rglob("*.py"))
PIECES = [
    "print ", "print >>f, ", "exec ", "raise E, ", "except E, e:", "if x: ", "lambda (a, b): ", "def f(a, (b, c)): ",
    "async", "<>", "`", "0777", "10L", "ur'", "'", '"', '"""', "'''", "(", ")", "[", "]", "{", "}", ",", ";", ":",
    "\\\n", "\n", "\r\n", "\t", "    ", " ", "#", "x", "1e-05", "\ufeff", "é", "=",
]  # fmt: skip
STATEMENTS = {
    "print": "print()",
    'print "a", x,': 'print("a", x,)',
    "print>>f, x": "print(f, x)",
    'print "%s" % \\\n    x  # why': 'print("%s" % x)',
    "print (x)": "print(x)",
    "print (x), y": "print(x), y",
    "if x <> 1: print x; y = 0": "if x != 1:\n    print(x)\n    y = 0",
    "for x in y: print lambda: x": "for x in y: print(lambda: x)",
    "exec code in names": "exec(code, names)",
    'raise ValueError, "text"': 'raise ValueError("text")',
    "try: pass\nexcept (A, B), error: pass": "try: pass\nexcept (A, B) as error: pass",
    "try: pass\nexcept A,error: pass": "try: pass\nexcept A as error: pass",
    "x = 0777 + 10L + 0xFFL + .07 + 1e-05": "x = 511 + 10 + 0xFF + .07 + 1e-05",
    "x = ur'a' + `y`": "x = r'a' + (y)",
    "f(lambda (a, (b, c)), d=(1, 2): a)": "f(lambda a, b, c, d=(1, 2): a)",
    "def f(a, (b, c)=(1, 2)): print a": "def f(a, b, c=(1, 2)): print(a)",
    "start(async=True)": "start(asynk=True)",
    "if x:\n\tprint 1\n        print 2": "if x:\n        print(1)\n        print(2)",
}


def shape(source: str) -> str:
    return ast.dump(ast.parse(source))


@pytest.mark.parametrize("old", STATEMENTS)
def test_a_statement_of_python_2_becomes_one_of_python_3(old: str) -> None:
    new = untabbed(rewritten(old))
    assert shape(new.replace("print\n", "print()\n") if old != "print" else new + "()") == shape(STATEMENTS[old])
    assert new.count("\n") == old.count("\n")


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_every_line_keeps_its_number_whatever_the_text(source: str) -> None:
    assert "".join(token.text for token in tokens_of(source)) == source
    for written in (rewritten(source), untabbed(rewritten(source))):
        assert written.count("\n") == source.count("\n")
        texts = [token.text for token in tokens_of(source) if token.kind == "comment"]
        assert all(text in written for text in texts)


@given(st.lists(st.sampled_from(["x", "f(y)", '"a"', "u'b'", "-1", "not x", "z if x else y"]), min_size=1))
def test_what_is_printed_keeps_its_place(items: list[str]) -> None:
    old = f"if x:\n    print {', '.join(items)}  # shown\n"
    new = rewritten(old)
    ast.parse(new)
    assert new == old.replace("print ", "print(").replace("  # shown", ")  # shown")


@pytest.mark.parametrize("path", SOURCES[::7], ids=lambda path: path.name)
def test_python_3_means_the_same_afterwards(path: pathlib.Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert ast.dump(ast.parse(rewritten(source)), include_attributes=True) == ast.dump(
        ast.parse(source), include_attributes=True
    )


def test_a_file_of_python_2_is_read_in_its_encoding() -> None:
    code, troubles = read_module('# coding: latin-1\nname = "é"\nprint name\nload(name)\n'.encode("latin-1"))
    assert code is not None
    assert troubles == []
    assert [call.where[1] for call in code.calls] == [3, 4]
    assert code.scopes[0].env["name"] == ("const", "é")


def test_a_mark_of_the_order_of_bytes_is_no_part_of_the_first_name() -> None:
    code, troubles = read_module(b"\xef\xbb\xbfprint name\n")
    assert code is not None
    assert troubles == []


def test_what_is_neither_says_what_python_3_says() -> None:
    code, troubles = read_module(b"print name\nif x:\n")
    assert code is None
    assert "does not parse as Python 3." in troubles[0].reason
    assert troubles[0].line == 1
