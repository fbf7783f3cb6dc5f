"""Suppressions in notebooks: a comment in the cell's source, or a tag of the cell; the JSON keeps its form."""

from __future__ import annotations

import json
from typing import Any

from groundrules.model import Finding
from groundrules.suppressing import Suppression, in_text

PYTHON = "cell.py"


def in_notebook(text: str, finding: Finding, what: Suppression) -> str | None:
    """The notebook with the finding suppressed; None if it cannot be written back in the form it has."""
    form = _form(text)
    if form is None or finding.span.cell is None:
        return None
    notebook = json.loads(text)
    try:
        cell = notebook["cells"][finding.span.cell]
        source = cell["source"]
    except (LookupError, TypeError):
        return None
    whole = source if isinstance(source, str) else "".join(source)
    changed = _commented(whole, finding, what)
    if changed is None:
        tags = cell.setdefault("metadata", {}).setdefault("tags", [])
        tags.append(what.words("").strip().replace(",", ";"))
    else:
        cell["source"] = changed if isinstance(source, str) else changed.splitlines(keepends=True)
    return _written(notebook, form)


def _commented(source: str, finding: Finding, what: Suppression) -> str | None:
    """The source with a comment; None for cells in another language, and where no comment can stand."""
    if source.lstrip().startswith("%%"):
        return None
    span = finding.span._replace(path=PYTHON, cell=None)
    # Magics are no Python: for the proof that nothing else changed they count as names.
    plain = "\n".join(_tame(line) for line in source.split("\n"))
    changed = in_text(plain, PYTHON, finding._replace(span=span), what)
    if changed is None:
        return None
    before, after = plain.split("\n"), changed.split("\n")
    wild = dict(zip(before, source.split("\n"), strict=True))
    return "\n".join(wild.get(line, line) for line in after)


def _tame(line: str) -> str:
    bare = line.lstrip()
    return f"{line[: len(line) - len(bare)]}magic_{abs(hash(bare))}" if bare.startswith(("%", "!", "?")) else line


Form = tuple["int | str | None", bool, str, "tuple[str, str] | None"]


def _form(text: str) -> Form | None:
    """How the JSON is written: indent, whether beyond ASCII is escaped, the end, the separators; None if otherwise."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    body = text.rstrip("\r\n \t")
    end = text[len(body) :]
    separators: tuple[tuple[str, str] | None, ...] = (None, (",", ":"), (",", ": "))
    for indent in (1, 2, 4, None, "\t", 3, 8):
        for plain in (False, True):
            for pair in separators:
                form: Form = (indent, plain, end, pair)
                if _written(value, form) == text:
                    return form
    return None


def _written(value: Any, form: Form) -> str:
    indent, plain, end, separators = form
    return json.dumps(value, indent=indent, ensure_ascii=plain, separators=separators) + end
