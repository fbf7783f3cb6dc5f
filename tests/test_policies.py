"""Settings that extend others: what overrides what, and what is said about mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from groundrules import config
from groundrules.config import Override, Settings
from groundrules.errors import UserError


def load(files: Mapping[str, str], outside: Mapping[str, str] | None = None) -> Settings:
    """The settings of a snapshot that holds these files; `outside` lies beside it on the disk."""

    def reader(texts: Mapping[str, str]) -> Any:
        return lambda name: texts[name].encode() if name in texts else None

    return config.load(reader(files), "", None if outside is None else reader(outside))


def test_what_a_policy_says_holds_unless_it_is_overridden() -> None:
    found = load(
        {
            "groundrules.yaml": (
                "extend: [policy/base.yaml, policy/strict.toml]\n"
                "exclude: [third_party/]\n"
                "levels: {unseeded-draw: error}\n"
                "fail_on: {confidence: high, overrides: [{path: src/, level: note}]}\n"
            ),
            "policy/base.yaml": (
                "exclude: [vendor/]\nrequire_reasons: false\nrules: [own, ../shared]\nselect: [missing-seeds]\n"
                "levels: {unseeded-draw: note, late-seed: note}\nfail_on: {level: error}\n"
            ),
            "policy/strict.toml": (
                'require_reasons = true\nratchet = true\nselect = ["untracked-config"]\n'
                '[fail_on]\noverrides = [{rule = "late-seed", level = "never"}]\n'
            ),
        }
    )
    assert found.exclude == ("vendor/", "third_party/")
    assert found.select == ("untracked-config",)
    assert found.rules == ("policy/own", "shared")
    assert dict(found.levels) == {"unseeded-draw": "error", "late-seed": "note"}
    assert (found.require_reasons, found.ratchet) == (True, True)
    assert (found.fail_on.level, found.fail_on.confidence) == ("error", "high")
    assert found.fail_on.overrides == (Override(rule="late-seed", level="never"), Override(path="src/", level="note"))
    assert found.source == "groundrules.yaml"


def test_policies_can_extend_policies_and_lie_beside_the_repository() -> None:
    files = {"groundrules.yaml": "extend: [../org/all.yaml]\n"}
    outside = {
        "../org/all.yaml": "extend: [deep/one.yaml]\n",
        "../org/deep/one.yaml": "ignore: [late-seed]\nrules: [r]\n",
    }
    found = load(files, outside)
    assert (found.ignore, found.rules) == (("late-seed",), ("../org/deep/r",))
    with pytest.raises(UserError, match=r"groundrules\.yaml, line 1: `extend\.0` names \.\./org/all\.yaml"):
        load(files)


CHAIN = ["groundrules", *"abcdefghij"]
DEEP = {f"{name}.yaml": f"extend: [{other}.yaml]\n" for name, other in zip(CHAIN, "abcdefghijk", strict=True)}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"groundrules.yaml": "select: []\nextend:\n  - a.yaml\n"}, r"groundrules\.yaml, line 3: .*Nothing is fetched"),
        (
            {"groundrules.yaml": "extend: [a.yaml]\n", "a.yaml": "\nlevel: {}\n"},
            r"a\.yaml, line 2: There is no key `level` here. Did you mean `levels`",
        ),
        (
            {"groundrules.yaml": "extend: [a.yaml]\n", "a.yaml": "extend: [groundrules.yaml]\n"},
            r"a\.yaml, line 1: `extend\.0` leads back to groundrules\.yaml",
        ),
        ({"groundrules.yaml": "extend: policy.yaml\n"}, r"groundrules\.yaml, line 1: `extend` must be a list"),
        (
            {"pyproject.toml": '[tool.groundrules]\nextend = [\n "x.yaml"]\n'},
            r"pyproject\.toml, line 2: .* names x\.yaml",
        ),
        (
            {"groundrules.yaml": "fail_on:\n  overrides:\n    - {level: error}\n"},
            r"groundrules\.yaml, line 3: `fail_on\.overrides\.0` does not fit",
        ),
        (
            {"groundrules.yaml": "fail_on:\n  overrides:\n    - {rule: x, level: eror}\n"},
            r"groundrules\.yaml, line 3: `fail_on\.overrides\.0\.level` must be one of .* Did you mean `error`",
        ),
        (
            DEEP,
            "too deep",
        ),
    ],
)  # fmt: skip
def test_mistakes_are_answered_with_file_and_line(files: Mapping[str, str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        load(files)
