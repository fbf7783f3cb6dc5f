"""`groundrules test`: prove a folder of rules by its examples."""

from __future__ import annotations

import os
import sys

from groundrules.arguments import Parsed
from groundrules.errors import UserError


def main(parsed: Parsed) -> int:
    """Say which examples do not give exactly what they mark; 1 if there are any."""
    if len(parsed.arguments) != 1:
        raise UserError("Name one folder of rules: groundrules test FOLDER.")
    from groundrules import catalogue, facts, proof

    folder = os.path.abspath(parsed.arguments[0])
    if not os.path.isdir(folder):
        raise UserError(f"There is no folder {parsed.arguments[0]}.")
    known = catalogue.load([folder], facts.ddl())
    own = [rule for rule in known.rules if os.path.abspath(rule.source).startswith(os.path.join(folder, ""))]
    if not own:
        raise UserError(f"There are no rules in {parsed.arguments[0]}. A rule is a file FAMILY/RULE.yaml.")
    verdicts = [proof.prove(case, known) for case in proof.cases(own)]
    failed = [verdict for verdict in verdicts if not verdict.proven]
    lines = [
        *map(str, failed),
        f"{len(verdicts) - len(failed)} of {len(verdicts)} examples of {len(own)} rules are proven.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if failed else 0
