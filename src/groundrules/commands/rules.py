"""`groundrules rules`: what can be asked, by family."""

from __future__ import annotations

import sys

from groundrules.arguments import Parsed
from groundrules.commands._screen import colours
from groundrules.errors import UserError
from groundrules.opening import Options
from groundrules.reports.terminal import clean, paint


def main(parsed: Parsed) -> int:
    """Print each family with its question, and its rules with their messages."""
    from groundrules import run

    if parsed.arguments:
        raise UserError(f"`groundrules rules` takes no arguments. Try `groundrules explain {parsed.arguments[0]}`.")
    catalogue = run.known(Options(config=parsed.one("--config")))
    width = max((len(rule.id) for rule in catalogue.rules), default=0)
    blocks = []
    for family in catalogue.families:
        lines = [f"{paint(family.id, 'bold', colours())}  {clean(' '.join(family.question.split()))}"]
        lines += [
            f"  {rule.id:<{width}}  {rule.level:<7}  {clean(rule.message)}"
            for rule in catalogue.rules
            if rule.family == family.id
        ]
        blocks.append("\n".join(lines) + "\n")
    sys.stdout.write("\n".join(blocks))
    return 0
