"""Configurations and the schemas that they are to keep to: what is wrong, where, and what says nothing."""

from __future__ import annotations

import json

import pytest

from groundrules.facts.meaning.settings_valid import Breach, FlawError, breaches, is_bounded


def found(path: str, text: str, files: dict[str, object], partial: bool = False) -> list[Breach]:
    contents = {
        name: json.dumps(one).encode() if not isinstance(one, str) else one.encode() for name, one in files.items()
    }
    return breaches(path, text.encode(), "conf/schema.json", False, partial, contents.get)


def told(path: str, text: str, schema: object, **files: object) -> list[tuple[int, str, str]]:
    rows = found(path, text, {"conf/schema.json": schema, **{f"conf/{name}.json": one for name, one in files.items()}})
    return [(row.where.line, row.key, row.problem) for row in rows]


def test_a_misspelled_key_is_told_on_its_line_with_the_nearest_name() -> None:
    schema = {"properties": {"epochs": {}}, "patternProperties": {"^x_": {}}, "additionalProperties": False}
    text = "x_free: 1\nepohcs: 2\n"
    expected = "there is no key `epohcs` here (did you mean `epochs`?)"
    assert told("a.yaml", text, schema) == [(2, "epohcs", expected)]


def test_toml_has_the_lines_of_its_keys() -> None:
    schema = {"properties": {"train": {"properties": {"rate": {"maximum": 1}}}}}
    (row,) = told("a.toml", "[train]\nsize = 1\nrate = 2.5\n", schema)
    assert row[:2] == (3, "train.rate")


def test_a_missing_key_is_told_where_it_is_missing() -> None:
    schema = {"properties": {"train": {"required": ["rate"]}}}
    assert told("a.json", '{\n"train": {}}', schema) == [(2, "train", "the key `rate` is missing in `train`")]


def test_references_lead_to_files_beside_the_schema_even_under_its_address() -> None:
    schema = {"$id": "https://example.org/s/schema.json", "properties": {"a": {"$ref": "parts.json#/$defs/size"}}}
    parts = {"$defs": {"size": {"type": "integer"}}}
    assert [row[1] for row in told("a.yaml", "a: big\n", schema, parts=parts)] == ["a"]


def test_a_reference_to_elsewhere_makes_silent() -> None:
    assert told("a.yaml", "a: big\n", {"properties": {"a": {"$ref": "https://example.org/parts.json"}}}) == []


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ("{", "this is not valid JSON."),
        ({"properties": {"a": {"type": "wordy"}}}, "it is no valid JSON Schema"),
        ({"properties": {"a": {"$ref": "#/$defs/none"}}}, "leads nowhere"),
        ({"properties": {"a": {"$ref": "parts.json"}}}, "leads nowhere"),
    ],
)
def test_a_bad_schema_is_said(schema: object, reason: str) -> None:
    with pytest.raises(FlawError, match=reason):
        told("a.yaml", "a: big\n", schema)


def test_an_endless_schema_ends() -> None:
    steps = {f"s{at}": {"allOf": [{"$ref": f"#/$defs/s{at + 1}"}] * 2} for at in range(40)}
    schema = {"$ref": "#/$defs/s0", "$defs": {**steps, "s40": {"type": "integer"}}}
    assert told("a.yaml", "a: 1\n", schema) == []
    assert told("a.yaml", "a: 1\n", {"$ref": "#"}) == []


def test_expressions_that_may_take_for_ever_are_not_tried() -> None:
    assert not is_bounded(r"^(a+)+$")
    assert not is_bounded(r"\p{L}")
    assert is_bounded(r"^conf/.*\.ya?ml$")
    assert told("a.yaml", f"a: {'a' * 60}b\n", {"properties": {"a": {"pattern": "^(a+)+$"}}}) == []
