"""Folders of configurations that a decorator names: does git hold anything of them?"""

from __future__ import annotations

from groundrules.facts.meaning.settings_choices import Choices
from groundrules.facts.meaning.settings_reads import Reads
from groundrules.facts.ownership import ROOT, Owner, normal, place_of
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import first_spelled


def missing_folders(reads: Reads, choices: Choices, module: Module) -> None:
    """A row for each folder beside the module that a decorator composes a configuration from, and that is not there.

    Where it is there: one for each option that the configuration chooses in vain.
    """
    folder = reads.link.folder
    frame = folder.module_frame(module)
    for number, scope in enumerate(module.code.scopes):
        for decorator in scope.decorators:
            if decorator[0] != "call":
                continue
            call = module.code.calls[decorator[1]]
            name, entry = folder.entry_of(call, frame)
            told = entry.get("config_decorator")
            if not told:
                continue
            given = folder.argument(call, entry, told["path"], frame) if told.get("path") else None
            text = first_spelled(folder.fold(given, frame)) if given is not None else ""
            resolved = _resolved(text, module.path)
            owners = reads.link.owners
            if (
                resolved and resolved not in owners.folders and resolved not in owners.tracked
            ):  # older forms name a file
                span = reads.link.rows.span(module.path, call.where)
                owner = Owner("nobody", None, resolved)
                reads.row(span, module.path, str(name), text, owner, False, False, number, module)
            else:
                choices.relate(module, number, ("decorator", module.path, decorator[1]))


def _resolved(text: str, script: str) -> str | None:
    if not text or "{" in text or "://" in text or place_of(text) != "relative":
        return None
    return normal(text[2:] if text.startswith(ROOT) else f"{script.rpartition('/')[0]}/{text}")
