"""Names of tables: glued from words, quoted parts and holes, and spelled in one way."""

from __future__ import annotations

import re

from groundrules.facts.sql.tokens import Token

HOLE = re.compile(
    r"\{\{[^{}]*\}\}|\$?\{[^{}]*\}|%\([^()\s]*\)[sdfi]|%[sdfi]\b|(?<![\w$])\$\w+|(?<![:\w]):[^\W\d]\w*|@{1,2}\w+|\?"
)
REF = re.compile(r"\b(ref|source)\s*\(([^()]*)\)")
ARGUMENT = re.compile(r"""['"]([^'"]*)['"]""")
PATH = re.compile(r"[-+]?\s*([^\W\d]\w*(?:\.\w+)*)\s*(?:\||[-+]?\s*\Z)")
CALL = re.compile(r"[-+]?\s*(?:\w+\.)*\w+\s*[(\[]\s*['\"]([^'\"]+)['\"]")
INNER = re.compile(r"[\w.:\[\]'\"-]{1,80}\Z")
PLAIN_STRING = re.compile(r"[\w{}.$ /:-]+\Z")


def hole_name(hole: str) -> str:
    """How a hole is spelled in a name: `{name}`; a dbt reference is the table that it means."""
    if hole.startswith("{{"):
        return _expression_name(hole[2:-2])
    if hole.startswith("%"):
        return "{" + hole[2:-2] + "}" if hole.startswith("%(") else "{}"
    inner = hole.strip("${}:@? \t\r\n")
    inner = inner if hole.startswith("$") else re.split("[!:]", inner)[0]
    return "{" + inner + "}" if INNER.match(inner) else "{}"


def _expression_name(inner: str) -> str:
    reference = REF.search(inner)
    if reference:
        arguments: list[str] = ARGUMENT.findall(reference[2])
        if arguments:
            return arguments[-1] if reference[1] == "ref" else ".".join(arguments)
        return "{}"
    path = PATH.match(inner.strip()) or CALL.match(inner.strip())
    return "{" + path[1] + "}" if path else "{}"


def plain(part: str) -> str:
    """A quoted or templated part of a name, spelled plainly."""
    if part[:1] in "\"`['" and len(part) > 1:
        part = part[1:-1]
    return HOLE.sub(lambda found: hole_name(found[0]), part)


def same(one: str | None, other: str | None) -> bool:
    """Whether two names mean one table, as far as one text can tell: `x` and `public.x` do."""
    if not one or not other:
        return False
    left, right = one.lower(), other.lower()
    if left == right:
        return True
    if ("." in left) == ("." in right):
        return False
    return left.rpartition(".")[2] == right.rpartition(".")[2]


def _is_part(token: Token) -> bool:
    return token[0] in "wqhn"


def read_name(text: str, items: list[Token], index: int, end: int) -> tuple[str | None, int]:
    """The name at items[index], and the index after it; None where no name stands there."""
    if index >= end or not (_is_part(items[index]) or (items[index][0] == "s" and _plain_string(items[index]))):
        glued = _temporary(text, items, index, end)
        return glued if glued else (None, index)
    if items[index][1] == "IDENTIFIER" and index + 1 < end and items[index + 1][1] == "(":
        return _identifier_call(items, index, end)
    parts = [plain(text[items[index][2] : items[index][3]])]
    index += 1
    while index < end:
        grown = _grow(text, items, index, end)
        if grown is None:
            break
        parts.append(grown[0])
        index = grown[1]
    return "".join(parts) or None, index


def _plain_string(token: Token) -> bool:
    return bool(PLAIN_STRING.match(token[1][1:-1]))


def _temporary(text: str, items: list[Token], index: int, end: int) -> tuple[str | None, int] | None:
    """`#temp` and `##temp` of T-SQL: the sign is a token of its own."""
    start = index
    while index < end and items[index][1] == "#":
        index += 1
    if index == start or index >= end or items[index][0] not in "wh" or items[index][2] != items[index - 1][3]:
        return None
    name, after = read_name(text, items, index, end)
    return "#" + (name or ""), after


def _identifier_call(items: list[Token], index: int, end: int) -> tuple[str | None, int]:
    inner = items[index + 2] if index + 2 < end else None
    closed = index + 3 < end and items[index + 3][1] == ")"
    if inner is None or not closed:
        return "{}", index + 1
    return plain(inner[1]) if inner[0] in "shq" else "{}", index + 4


def _grow(text: str, items: list[Token], index: int, end: int) -> tuple[str, int] | None:
    """The next piece of a name: `.part`, a part that follows without a gap, or `-part` of a project name."""
    token, before = items[index], items[index - 1]
    adjacent = token[2] == before[3]
    following = items[index + 1] if index + 1 < end else None
    if token[1] == "." and following is not None:
        if _is_part(following) and following[2] - token[3] < 2:
            return "." + plain(text[following[2] : following[3]]), index + 2
        return (".", index + 1) if following[1] == "." and adjacent else None
    if not adjacent:
        return None
    if _is_part(token) and (token[0] != "q" or before[0] != "q"):
        return plain(text[token[2] : token[3]]), index + 1
    if token[1] in "-$" and following is not None and _is_part(following) and following[2] == token[3]:
        return token[1] + plain(text[following[2] : following[3]]), index + 2
    return None


_MADE_UP = ("temp", "tmp", "unique", "uuid", "random")  # words in the variable that holds a name


def is_temporary(items: list[Token], at: int, name: str | None) -> bool:
    """Whether a name, which begins at items[at], is that of a table that ends with the session."""
    if not name:
        return False
    lowered = name.lower()
    if lowered.startswith("{") and lowered.endswith("}") and any(word in lowered for word in _MADE_UP):
        return True
    table_variable = at < len(items) and items[at][0] == "h" and items[at][1].startswith("@")
    return table_variable or lowered.startswith(("#", "pg_temp.", "tempdb.", "temp.", "_session.", "session."))
