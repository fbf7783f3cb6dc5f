"""Which tables a query cannot do without: where one of them is empty, it has no answer and need not be asked.

What cannot be told for certain is taken to need nothing, so that the query is asked.
"""

from __future__ import annotations

import re

from groundrules.typed import Iterator, Mapping

_TOKEN = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\"[^\"]*\"|[A-Za-z_][A-Za-z_0-9]*|[(),;]|\S")
_COMMENT = re.compile(r"--[^\n]*|('(?:[^']|'')*')")
_SETS = frozenset(("UNION", "EXCEPT", "INTERSECT"))
_OUTER = frozenset(("LEFT", "RIGHT", "FULL", "NATURAL", "CROSS"))
_ENDS = frozenset(("WHERE", "GROUP", "ORDER", "LIMIT", "WINDOW", "HAVING", ";"))
_COUNTING = frozenset(("COUNT", "SUM", "TOTAL", "AVG", "MIN", "MAX", "GROUP_CONCAT", "STRING_AGG", "JSON_GROUP_ARRAY"))

Groups = tuple[tuple[str, ...], ...]  # of each group one table must hold something


def bare(statement: str) -> str:
    """A statement without comments."""
    return _COMMENT.sub(lambda found: found[1] or "", statement)


def groups(query: str, ddl: Mapping[str, str]) -> Groups:
    """What a query needs."""
    try:
        return tuple(dict.fromkeys(_needs(_tokens(query), ddl, {}, 0)))
    except IndexError:  # it ends too early, as who asks it will be told
        return ()


def _tokens(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if not token.startswith("--")]


def _is_view(statement: str) -> bool:
    return [token.upper() for token in _tokens(statement)[:2]] == ["CREATE", "VIEW"]


def _needs(
    tokens: list[str], ddl: Mapping[str, str], own: Mapping[str, list[str]], depth: int
) -> list[tuple[str, ...]]:
    if depth > 8:
        return []
    if tokens and tokens[0].upper() == "WITH":
        inner, tokens = _with(tokens)
        own = {**own, **inner}
    parts = list(_split(tokens, _SETS))
    if len(parts) > 1:
        firsts = [_needs(part, ddl, own, depth + 1)[:1] for part in parts]
        return [tuple(sorted({name for first in firsts for name in first[0]}))] if all(firsts) else []
    if not tokens or tokens[0].upper() != "SELECT" or _needs_nothing(tokens):
        return []
    found: list[tuple[str, ...]] = []
    for name in _sources(tokens):
        if isinstance(name, list):
            found += _needs(name, ddl, own, depth + 1)
        elif name in own:
            inside = own[name]
            found += _needs(inside, ddl, {key: one for key, one in own.items() if key != name}, depth + 1)
        elif name in ddl:
            body = _tokens(ddl[name])
            view = _is_view(ddl[name])
            found += _needs(body[_at(body, "AS") + 1 :], ddl, {}, depth + 1) if view else [(name,)]
    return found


def _with(tokens: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """What `WITH` defines, and the query behind it. A recursive one counts by its first part."""
    index = 2 if tokens[1].upper() == "RECURSIVE" else 1
    found: dict[str, list[str]] = {}
    while index < len(tokens):
        name = tokens[index]
        index += 1
        if tokens[index] == "(":
            index = _closing(tokens, index) + 1
        while tokens[index] != "(":
            index += 1
        end = _closing(tokens, index)
        found[name] = (
            next(_split(tokens[index + 1 : end], _SETS)) if name in tokens[index:end] else tokens[index + 1 : end]
        )
        index = end + 1
        if index >= len(tokens) or tokens[index] != ",":
            break
        index += 1
    return found, tokens[index:]


def _closing(tokens: list[str], opening: int) -> int:
    depth = 0
    for index in range(opening, len(tokens)):
        depth += (tokens[index] == "(") - (tokens[index] == ")")
        if depth == 0:
            return index
    return len(tokens) - 1


def _at(tokens: list[str], word: str) -> int:
    return next((index for index, token in enumerate(tokens) if token.upper() == word), len(tokens))


def _level(tokens: list[str]) -> Iterator[tuple[int, str]]:
    """The tokens outside of all brackets."""
    depth = 0
    for index, token in enumerate(tokens):
        depth -= token == ")"
        if depth == 0 and token != ")":
            yield index, token
        depth += token == "("


def _split(tokens: list[str], words: frozenset[str]) -> Iterator[list[str]]:
    start = 0
    for index, token in _level(tokens):
        if token.upper() in words:
            yield tokens[start:index]
            start = index + 1 + (tokens[index + 1].upper() == "ALL")
    yield tokens[start:]


def _needs_nothing(tokens: list[str]) -> bool:
    """Whether it may give a row where a table is empty: of the other side of a join, or the number of none."""
    level = [token.upper() for _, token in _level(tokens)]
    counting = any(
        one in _COUNTING and level[place + 1 : place + 3] != ["(", "OVER"] for place, one in enumerate(level)
    )  # over a window only rows are counted that are there
    return "RIGHT" in level or "FULL" in level or ("GROUP" not in level and counting)


def _sources(tokens: list[str]) -> Iterator[str | list[str]]:
    """The tables and queries in brackets after the outermost FROM of which each row needs one."""
    wanted = False
    inside = False
    for index, token in _level(tokens):
        word = token.upper()
        if not inside:
            inside = wanted = word == "FROM"
        elif word in _ENDS or word in _OUTER:
            return
        elif word in ("JOIN", ","):
            wanted = True
        elif wanted:
            yield tokens[index + 1 : _closing(tokens, index)] if token == "(" else token
            wanted = False
