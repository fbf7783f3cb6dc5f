"""Whether a string constant may hold SQL. Asked of every string of a repository, so most answers take one look."""

from __future__ import annotations

from groundrules.facts.sql.words import words

SHORTEST = 11  # DROP VIEW v
VERBS = words("""INSERT REPLACE UPDATE DELETE TRUNCATE MERGE COPY LOAD SELECT WITH CREATE DROP ALTER UNLOAD EXPORT""")
# What may stand before the first statement that matters.
PREFACES = words("BEGIN SET USE IF DECLARE START FROM DO EXEC EXECUTE BEGIN; GO CALL PRAGMA GRANT")
SIGNS = ("--", "/*", "{{", "{%", "{#", "(", "#")


def looks_like_sql(text: str) -> bool:
    """A verb at the start of a statement, and after it what only SQL would say; sentences of English are not SQL."""
    if len(text) < SHORTEST:
        return False
    words = text[:80].split(None, 1)
    if len(words) < 2:
        return False
    first = words[0]
    upper = first.upper()
    if upper not in VERBS and upper not in PREFACES and not first.startswith(SIGNS):
        return False
    from groundrules.facts.sql import shapes

    return shapes.holds_statement(text)
