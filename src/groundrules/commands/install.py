"""`groundrules install`: the git hooks, for people who do without a hook framework."""

from __future__ import annotations

import os
import sys

from groundrules.arguments import Parsed
from groundrules.errors import UserError


def main(parsed: Parsed) -> int:
    """Place or remove the hooks, and say what was done."""
    from groundrules import install

    if parsed.arguments:
        raise UserError("`groundrules install` takes no arguments: it works on the repository around this folder.")
    root = os.getcwd()
    if parsed.switch("--remove"):
        sentences = install.uninstall(root)
    else:
        sentences = install.install(
            root,
            use_hooks_path=parsed.switch("--hooks-path"),
            force=parsed.switch("--force"),
            types=parsed.many("--hook-type"),
        )
    sys.stdout.write("".join(sentence + "\n" for sentence in sentences))
    return 0
