"""What two rooms need and neither owns: documents with line numbers, schemas, read-only queries, globs, cache files."""

from __future__ import annotations

import os

from groundrules.typed import Iterable


def packaged(folder: str) -> str:
    """The folder of data of that name: the installed package's own, or else the checkout's."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(here, folder)
    return inside if os.path.isdir(inside) else os.path.normpath(os.path.join(here, "..", "..", folder))


def suggestion(name: str, names: Iterable[str]) -> str:
    """A sentence with the nearest of the names, with a space before it, or nothing."""
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(names), n=1)
    return f" Did you mean `{near[0]}`?" if near else ""
