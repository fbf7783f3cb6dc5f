"""`groundrules init`: settings that fit what the repository uses, the hook, and a baseline if wanted."""

from __future__ import annotations

import os
import sys

from groundrules.arguments import Parsed
from groundrules.errors import UserError
from groundrules.opening import Options
from groundrules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from groundrules.starting import Start

SETTINGS, HOOKS = "groundrules.yaml", ".pre-commit-config.yaml"


def main(parsed: Parsed) -> int:
    """Look, write, and say what was done and what is left to do."""
    from groundrules import config, opening, starting

    if parsed.arguments:
        raise UserError("`groundrules init` takes no arguments: it looks at the repository around this folder.")
    root, snapshot = opening.opened(Options())

    def read(path: str) -> str:
        return (opening.contents(snapshot, path) or b"").decode("utf-8", "replace")

    start = starting.look(snapshot.files, read)
    files = {SETTINGS: starting.settings(start, parsed.switch("--baseline"))}
    existing = _text(root, HOOKS)
    hook = starting.hooks(existing)
    if hook is not None:
        files[HOOKS] = hook
    if parsed.switch("--diff"):
        return _shown(root, files)
    other = next((name for name in config.YAML if os.path.lexists(os.path.join(root, name))), None)
    if other is None and config.load(lambda name: opening.contents(snapshot, name)).source is not None:
        other = config.TOML
    if other is not None and not parsed.switch("--force"):
        raise UserError(f"There are settings in {other} already, so nothing was written; --diff shows what would be.")
    for name, text in files.items():
        _write(os.path.join(root, name), text)
        sys.stdout.write(f"Wrote {os.path.relpath(os.path.join(root, name))}.\n")
    if parsed.switch("--baseline"):
        _baseline(root)
    _advise(start, existing)
    return 0


def _baseline(root: str) -> None:
    from groundrules import run
    from groundrules.findings.baseline import NAME, renewed, written

    entries = renewed(run.look(Options(paths=(root,))).against(()), "there before groundrules was")
    _write(os.path.join(root, NAME), written(entries))
    sys.stdout.write(f"Wrote {os.path.relpath(os.path.join(root, NAME))} with {len(entries)} known findings.\n")


def _advise(start: Start, existing: str | None) -> None:
    from groundrules import starting

    if existing is not None and "groundrules" not in existing:
        sys.stdout.write(f"Add this under `repos:` in {HOOKS}:\n\n{starting.HOOK}\n")
    if existing is None:
        sys.stdout.write("`pre-commit install` switches the hook on, or else `groundrules install`.\n")
    for found in start.found:
        if found.next:
            sys.stdout.write(f"{found.next}\n")
    sys.stdout.write("`groundrules check` shows what is found today.\n")


def _text(root: str, name: str) -> str | None:
    try:
        with open(os.path.join(root, name), encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return None


def _shown(root: str, files: dict[str, str]) -> int:
    from difflib import unified_diff

    from groundrules.reports.terminal import clean, logged

    for name, text in files.items():
        before = _text(root, name)
        old = "/dev/null" if before is None else f"a/{name}"
        pieces = ((before or "").splitlines(), text.splitlines())
        lines = unified_diff(*pieces, old, f"b/{name}", lineterm="")
        sys.stdout.write(logged("".join(f"{clean(line)}\n" for line in lines)))
    return 0


def _write(path: str, text: str) -> None:
    try:
        with open(path, "w", encoding="utf-8", newline="\n", errors="surrogateescape") as stream:
            stream.write(text)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from error
