"""Whose words are said: a sentence of a report counts only if it is the rule's own, with something in its holes."""

from __future__ import annotations

from string import Formatter

from groundrules.model import Rule

LONGEST = 400  # characters in a hole


def message(rule: Rule | None, given: str) -> str:
    """The sentence of a finding."""
    if rule is None:
        return "A rule that is not known here found something."
    return given if values(rule.message, given) is not None else _open(rule.message)


def advice(rule: Rule | None, given: str) -> str:
    """What to do about it; nothing for a rule that is not known."""
    if rule is None:
        return ""
    return given if values(rule.advice, given) is not None else _open(rule.advice)


def values(template: str, given: str) -> dict[str, str] | None:
    """What stands in the holes of a template, or None if the text was not made from it."""
    literals, names = _parts(" ".join(template.split()))
    given = " ".join(given.split())
    if not names:
        return {} if given == literals[0] else None
    end = len(given) - len(literals[-1])
    if not given.startswith(literals[0]) or not given.endswith(literals[-1]):
        return None
    found: dict[str, str] = {}
    at = len(literals[0])
    for name, literal in zip(names, [*literals[1:-1], None], strict=True):
        # The first place that fits is good enough for all but the last literal, which has to stand at the end.
        until = end if literal is None else given.find(literal, at, end)
        if until < at or until - at > LONGEST:
            return None
        found[name] = given[at:until]
        at = until + len(literal or "")
    return found


def _parts(template: str) -> tuple[list[str], list[str]]:
    """The texts around the holes, and the names of the holes."""
    literals, names = [""], []
    for literal, name, _, _ in Formatter().parse(template):
        literals[-1] += literal
        if name is not None:
            names.append(name)
            literals.append("")
    return literals, names


def _open(template: str) -> str:
    literals, _ = _parts(template)
    return "…".join(literals)
