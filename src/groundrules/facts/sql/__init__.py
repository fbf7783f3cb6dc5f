"""Finds what the SQL of a file or of a string does, whatever the dialect and the template language.

Importing this package costs next to nothing: `looks_like_sql` is asked of every string constant of a repository, and
the modules with the patterns are only loaded for the few texts that pass.
"""

from __future__ import annotations

from groundrules.facts import raw
from groundrules.facts.sql.looks import looks_like_sql
from groundrules.facts.sql.statement import Statement, UnusedColumn

__all__ = ["Statement", "UnusedColumn", "extract", "looks_like_sql", "scan"]


def scan(text: str) -> list[Statement]:
    """The statements of a text, in order. Never raises: what is not SQL gives an empty list."""
    from groundrules.facts.sql import scanner

    return scanner.scan(text)


def extract(data: bytes) -> tuple[list[raw.Row], list[raw.Trouble]]:
    """The rows of a .sql, .hql or .ddl file."""
    from groundrules.facts.sql import files

    return files.extract(data)
