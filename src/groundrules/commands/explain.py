"""`groundrules explain`: a rule or a family, with everything its file says."""

from __future__ import annotations

import sys

from groundrules.arguments import Parsed
from groundrules.basics import suggestion
from groundrules.catalogue import Catalogue, Family
from groundrules.commands._examples import Shown, shown
from groundrules.commands._screen import colours, paragraph
from groundrules.errors import UserError
from groundrules.model import Rule
from groundrules.opening import Options
from groundrules.reports.terminal import clean, paint
from groundrules.typed import Sequence


def main(parsed: Parsed) -> int:
    """Print what was asked for."""
    from groundrules import opening, run

    if parsed.switch("--docs"):
        from groundrules.commands._markdown import reference

        sys.stdout.write(reference(opening.packaged_catalogue()))
        return 0
    if not parsed.arguments:
        raise UserError("Name a rule or a family: groundrules explain RULE. `groundrules rules` lists them.")
    catalogue = run.known(Options(config=parsed.one("--config")))
    sys.stdout.write("\n".join(explained(catalogue, name) for name in parsed.arguments))
    return 0


def explained(catalogue: Catalogue, name: str) -> str:
    """A rule, by its id or an older name, or a family."""
    for rule in catalogue.rules:
        if name == rule.id or name in rule.aliases:
            return _rule(rule)
    for family in catalogue.families:
        if name == family.id:
            return _family(family, [rule for rule in catalogue.rules if rule.family == name])
    names = [*(rule.id for rule in catalogue.rules), *(family.id for family in catalogue.families)]
    hint = suggestion(name, names) or " `groundrules rules` lists them."
    raise UserError(f"There is no rule or family {name!r}.{hint}")


def _rule(rule: Rule) -> str:
    examples = [shown(name, example) for name, example in rule.examples.items()]
    parts = [
        f"{_bold(rule.id)}  {rule.level}, {rule.confidence} confidence, of the family {rule.family}",
        paragraph(rule.message, "  "),
        f"{_bold('Why')}\n{paragraph(rule.why, '  ')}",
        f"{_bold('What to do')}\n{paragraph(rule.advice, '  ')}",
        *_examples("Found", [example for example in examples if example.bad]),
        *_examples("Not found", [example for example in examples if not example.bad]),
        f"{_bold('To silence it in one place')}\n  # groundrules: ignore[{rule.id}] reason",
    ]
    return "\n\n".join(parts) + "\n"


def _examples(heading: str, examples: Sequence[Shown]) -> list[str]:
    parts = []
    for example in examples:
        body = "\n".join(f"    {clean(line)}".rstrip() for line in example.text.splitlines())
        parts.append(f"{_bold(heading)}: {clean(example.name)}\n{body}")
    return parts


def _family(family: Family, rules: Sequence[Rule]) -> str:
    width = max((len(rule.id) for rule in rules), default=0)
    listed = [f"  {rule.id:<{width}}  {clean(rule.message)}" for rule in rules]
    parts = [
        f"{_bold(family.id)}  {clean(family.title)}",
        paragraph(family.question, "  "),
        paragraph(family.why, "  "),
        f"{_bold('Limits')}\n{paragraph(family.unseen, '  ')}",
        "\n".join([_bold("Rules"), *listed]),
    ]
    return "\n\n".join(parts) + "\n"


def _bold(text: str) -> str:
    return paint(clean(text), "bold", colours())
