"""`groundrules new`: start a rule. One file, and it proves itself from the first minute."""

from __future__ import annotations

import os
import re
import sys

from groundrules.arguments import Parsed
from groundrules.basics import packaged
from groundrules.errors import UserError

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
TEMPLATE = """\
id: {rule}
level: warning                # error | warning | note: how bad it is
confidence: medium            # high | medium | low: how sure the query is
message: "`{{path}}` is a data file in git."     # one sentence, names a column of the query in braces
why: >
  Say in a short paragraph what goes wrong, whom it hurts, and where that can be read.
fix:
  advice: "Say what to do instead."
query: |                      # `groundrules facts --schema` prints what can be asked
  SELECT span, path FROM file WHERE kind = 'data' AND tracked AND NOT lfs
examples:
  what the rule finds:
    files: {{data/rows.csv: "a,b\\n1,2\\n"}}
    expect: ["data/rows.csv:1"]
  what it stays silent on:
    untracked: {{data/rows.csv: "a,b\\n1,2\\n"}}
  # An example can also be the text of one Python file; `# finding` marks the line of a finding:
  # a loop that never ends: |
  #   while True:  # finding
  #     pass
"""


FAMILY = """\
title: {title}
question: Which question does this family of rules answer?
why: >
  Say in a short paragraph why it matters, and to whom.
unseen: >
  Say what no commit can show, so that nobody takes a clean run for more than it is.
"""


def main(parsed: Parsed) -> int:
    """Write the rule file and say what to do next."""
    if len(parsed.arguments) != 2:
        raise UserError("Name a family and a rule: groundrules new FAMILY RULE.")
    family, rule = parsed.arguments
    for name in (family, rule):
        if not NAME.fullmatch(name):
            raise UserError(f"{name!r} is no name for a family or a rule: use small letters, digits and hyphens.")
    folder = parsed.one("--folder") or "rules"
    _write(os.path.join(folder, family, f"{rule}.yaml"), TEMPLATE.format(rule=rule))
    described = os.path.join(folder, family, "family.yaml")
    if not any(os.path.exists(path) for path in (described, os.path.join(packaged("rules"), family))):
        _write(described, FAMILY.format(title=family.replace("-", " ").capitalize()))
    sys.stdout.write(f"Change its query and examples, then prove it: groundrules test {folder}\n")
    if not os.path.exists(folder) or not os.path.samefile(folder, packaged("rules")):
        sys.stdout.write(f"The settings name folders of rules that `groundrules check` asks: rules: [{folder}]\n")
    return 0


def _write(path: str, text: str) -> None:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise UserError(f"{path} exists already, so nothing was written.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from error
    sys.stdout.write(f"Wrote {path}.\n")
