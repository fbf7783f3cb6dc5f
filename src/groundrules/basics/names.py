"""What a rule answers to: its id, the names it had before, its family."""

from __future__ import annotations

from groundrules.model import Rule
from groundrules.typed import Collection, Mapping


def answers_to(rule: Rule, names: Collection[str]) -> bool:
    """Whether one of the names means the rule."""
    return rule.id in names or rule.family in names or any(alias in names for alias in rule.aliases)


def level_of(rule: Rule, levels: Mapping[str, str]) -> str | None:
    """The level that the settings give a rule; what names the rule itself counts before what names its family."""
    for name in (rule.id, *rule.aliases, rule.family):
        if name in levels:
            return levels[name]
    return None
