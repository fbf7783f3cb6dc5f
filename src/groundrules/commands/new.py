"""`groundrules new`: start a rule. One file, and it proves itself from the first minute."""

from __future__ import annotations

import os
import re
import sys

from groundrules.arguments import Parsed
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


def main(parsed: Parsed) -> int:
    """Write the rule file and say what to do next."""
    if len(parsed.arguments) != 2:
        raise UserError("Name a family and a rule: groundrules new FAMILY RULE.")
    family, rule = parsed.arguments
    for name in (family, rule):
        if not NAME.fullmatch(name):
            raise UserError(f"{name!r} is no name for a family or a rule: use small letters, digits and hyphens.")
    folder = parsed.one("--folder") or "rules"
    path = os.path.join(folder, family, f"{rule}.yaml")
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "x", encoding="utf-8") as stream:
            stream.write(TEMPLATE.format(rule=rule))
    except FileExistsError:
        raise UserError(f"{path} exists already, so nothing was written.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from error
    sys.stdout.write(f"Wrote {path}. Change its query and examples, then prove it: groundrules test {folder}\n")
    return 0
