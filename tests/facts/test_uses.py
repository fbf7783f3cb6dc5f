"""Where values are used in one file."""

from __future__ import annotations

from groundrules.facts.python.extract import read_module
from groundrules.facts.python.program import Module
from groundrules.facts.python.uses import Use, Uses


def uses(source: str) -> Uses:
    code, troubles = read_module(source.encode())
    assert code is not None
    assert not troubles
    return Uses(Module("a.py", code))


def of_call(source: str, number: int = 0) -> list[Use]:
    return uses(source).of.get(("call", number), [])


def test_through_variables_into_an_argument() -> None:
    found = of_call("x = now()\ny = x\nsave(name=y)\n")
    assert [(use.kind, use.number, use.what) for use in found if use.kind == "call"] == [("call", 1, "name")]


def test_a_part_of_a_text_and_of_a_dict() -> None:
    use = next(use for use in of_call("x = now()\nsave({'path': f'a/{x}.csv'})\n") if use.kind == "call")
    assert use.inside.key == "path"
    assert use.inside.text is not None
    assert use.inside.text[0] == "fmt"


def test_the_other_side_of_a_difference() -> None:
    use = next(use for use in of_call("show(now() - began)\n") if use.kind == "call")
    assert use.inside.minus == ("name", "began")


def test_a_filter_and_a_loop() -> None:
    filtered = next(use for use in of_call("x = now()\nsave(rows[rows.at > x])\n") if use.kind == "call")
    assert filtered.inside.filtered
    assert filtered.inside.compared is not None
    loops = [use.kind for use in of_call("def f(end):\n    end = now()\n    while end > 1:\n        pass\n")]
    assert "loop" in loops


def test_fields_defaults_and_returns() -> None:
    found = uses("class A:\n    day = now()\n    def run(self):\n        return self.day\n")
    assert ("bound", "day") in [(use.kind, use.what) for use in found.of["call", 0]]
    assert [use.kind for use in found.of["self", 1, "day"]] == ["return"]
    assert [use.kind for use in of_call("def f(day=now()):\n    pass\n") if use.kind == "default"] == ["default"]


def test_any_text_gives_an_answer() -> None:
    assert uses("").of == {}
    assert uses("a = [b for b in c() if b]\n").of
