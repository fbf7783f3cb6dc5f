"""The reference of all rules as Markdown: docs/rules.md."""

from __future__ import annotations

from groundrules.catalogue import Catalogue, Family
from groundrules.commands._examples import shown
from groundrules.model import Rule
from groundrules.typed import Sequence


def reference(catalogue: Catalogue) -> str:
    """Families with their questions, and below each its rules with one example of either kind."""
    parts = [
        "# The rules",
        "Printed by `groundrules explain --docs`. `groundrules explain RULE` shows all examples of a rule.",
    ]
    for family in catalogue.families:
        parts += _family(family, [rule for rule in catalogue.rules if rule.family == family.id])
    return "\n\n".join(parts) + "\n"


def _family(family: Family, rules: Sequence[Rule]) -> list[str]:
    parts = [
        f"## {family.id}",
        f"*{_line(family.question)}*",
        _line(family.why),
        _line(family.unseen),
    ]
    for rule in rules:
        parts += _rule(rule)
    return parts


def _rule(rule: Rule) -> list[str]:
    examples = [shown(name, example) for name, example in rule.examples.items()]
    chosen = [next((example for example in examples if example.bad is bad), None) for bad in (True, False)]
    parts = [
        f"### {rule.id}",
        f"{rule.level}, {rule.confidence} confidence. {_line(rule.message)}",
        _line(rule.why),
        f"What to do: {_line(rule.advice)}",
    ]
    for heading, example in zip(("Found", "Not found"), chosen, strict=True):
        if example is not None:
            parts.append(f"{heading}: {_line(example.name)}\n\n{_fenced(example.text)}")
    return parts


def _line(text: str) -> str:
    return " ".join(text.split())


def _fenced(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"
