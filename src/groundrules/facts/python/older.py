"""Python 2 becomes Python 3, line by line: every line keeps its number, and nearly all of it its columns.

Only what keeps a file from being parsed is written anew, and only in a file that does not parse: statements
(`print x`, `exec x`, `raise X, "text"`, `except X, e:`), operators and literals (`<>`, backticks, `0777`, `10L`,
`ur""`), parameters that are taken apart, and tabs among blanks. What the code means may differ; what it calls, reads
and binds does not.
"""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.python.newer import quoted_apart
from groundrules.typed import Iterator, NamedTuple

_TOKEN = pattern(
    r"(?s)(?P<text>[A-Za-z]{0,2}(?:'''(?:\\.|(?!''').)*'''|\"\"\"(?:\\.|(?!\"\"\").)*\"\"\""
    r"|'(?:\\.|[^\\'\r\n])*'|\"(?:\\.|[^\\\"\r\n])*\"))"
    r"|(?P<comment>#[^\r\n]*)|(?P<newline>\r\n|\r|\n)|(?P<blank>(?:[ \t\f]|\\\r?\n)+)"
    r"|(?P<number>\.?[0-9][\w.]*(?:(?<=[eE])[+-][0-9]+)?\w*)|(?P<name>\w+)|(?P<other><>|>>|<<|[!=<>]=|.)"
)
_OCTAL = pattern(r"0[oO]?[0-7]+[lL]?|[0-9]+[lL]|0[xX][0-9a-fA-F]+[lL]")
_COMPOUND = frozenset(["if", "elif", "else", "for", "while", "try", "except", "finally", "with", "def", "class"])
_ENDS_EXPRESSION = frozenset(("=", ".", ",", ")", "]", "==", "!=", "<", ">", "<=", ">=", "*", "/", "%", "+=", ":"))
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_MARKS = ("\ufeff", "\xef\xbb\xbf")  # of the order of bytes; also as bytes that stand for characters
_SILENT = frozenset(("blank", "comment", "newline"))


class Token(NamedTuple):
    """A piece of the source, and how deep in brackets it stands."""

    kind: str
    text: str
    depth: int


def versions(source: str) -> Iterator[str]:
    """What to try to parse instead, one after the other: f-strings of a newer Python first, then Python 2."""
    apart = quoted_apart(source)
    if apart != source:
        yield apart
    written = rewritten(source)
    yield written
    yield untabbed(written)


def rewritten(source: str) -> str:
    """The source with what only Python 2 understands written anew."""
    mark = next((one for one in _MARKS if source.startswith(one)), "")
    tokens = tokens_of(source[len(mark) :])
    texts = [plain(token.kind, token.text) for token in tokens]
    ticks(tokens, texts)
    for start, end in statements(tokens):
        statement(tokens, texts, start, end)
    return mark + "".join(texts)


def untabbed(source: str) -> str:
    """The source with the tabs that lead its lines as blanks, eight to a tab."""
    tokens = tokens_of(source)
    fresh = True
    found = []
    for token in tokens:
        found.append(token.text.expandtabs(8) if fresh and token.kind == "blank" else token.text)
        fresh = token.kind == "newline"
    return "".join(found)


def tokens_of(source: str) -> list[Token]:
    """The pieces of the source, none left out."""
    found: list[Token] = []
    depth = 0
    for match in _TOKEN.finditer(source):
        kind, text = str(match.lastgroup), match[0]
        if kind == "other" and text in _CLOSING:
            depth = max(0, depth - 1)
        found.append(Token(kind, text, depth))
        if kind == "other" and text in _OPENING:
            depth += 1
    return found


def plain(kind: str, text: str) -> str:
    """A piece of the source whatever stands around it."""
    if kind == "other":
        return "!=" if text == "<>" else text
    if kind == "number" and _OCTAL.fullmatch(text):
        digits = text.rstrip("lL")
        octal = digits[:1] == "0" and digits[1:].isdigit()
        return (str(int(digits, 8)) if octal else digits).ljust(len(text))
    if kind == "text" and text[:2].lower() == "ur":
        return " " + text[1:]
    return text


def ticks(tokens: list[Token], texts: list[str]) -> None:
    """What stands in backticks stands in brackets, line by line."""
    first: int | None = None
    for index, token in enumerate(tokens):
        if token.kind == "newline":
            first = None
        elif token.text == "`" and first is None:
            first = index
        elif token.text == "`" and first is not None:
            texts[first], texts[index], first = "(", ")", None


def statements(tokens: list[Token]) -> list[tuple[int, int]]:
    """Where each simple statement, and each head of a compound one, starts and ends."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for index, token in enumerate(tokens):
        if start is None:
            if token.kind in _SILENT:
                continue
            start = index
        ends = token.depth == 0 and (token.kind == "newline" or token.text == ";")
        head = token.depth == 0 and token.text == ":" and tokens[start].text in _COMPOUND
        if (ends or head) and not (head and opens_lambda(tokens, start, index)):
            found.append((start, index))
            start = None
    if start is not None:
        found.append((start, len(tokens)))
    return found


def opens_lambda(tokens: list[Token], start: int, index: int) -> bool:
    """Whether a colon belongs to a lambda that stands outside brackets."""
    level = [token.text for token in tokens[start:index] if token.depth == 0]
    return level.count("lambda") > level.count(":")


def statement(tokens: list[Token], texts: list[str], start: int, end: int) -> None:
    """Write one statement anew."""
    told = [index for index in range(start, end) if tokens[index].kind not in _SILENT]
    word = tokens[start].text
    if word in ("print", "exec") and len(told) > 1:
        called(tokens, texts, told)
    elif word in ("raise", "except"):
        parted(tokens, texts, told, word)
    parameters(tokens, texts, told)


def called(tokens: list[Token], texts: list[str], told: list[int]) -> None:
    """A statement of its own becomes a call; the blank after the word becomes the bracket."""
    after = tokens[told[1]].text
    if after == "(" or after in _ENDS_EXPRESSION:
        return
    blank = told[1] > told[0] + 1
    gap = texts[told[0] + 1]
    if blank and gap[:1] in (" ", "\t"):
        texts[told[0] + 1] = "(" + gap[1:]
    else:
        texts[told[0]] += "("
    if after == ">>":
        texts[told[1]] = "  "
    if tokens[told[0]].text == "exec":
        for index in told:
            if tokens[index].depth == 0 and tokens[index].text == "in":
                texts[index] = " ,"
    texts[told[-1]] += ")"


def parted(tokens: list[Token], texts: list[str], told: list[int], word: str) -> None:
    """`raise X, text` becomes a call, `except X, name` gives the error its name."""
    commas = [index for index in told if tokens[index].depth == 0 and tokens[index].text == ","]
    if not commas or (word == "except" and len(commas) > 1):
        return
    comma = commas[0]
    if word == "raise":
        texts[comma] = "("
        texts[told[-1]] += ")"
    else:
        gap = comma + 1 < len(tokens) and tokens[comma + 1].kind == "blank"
        texts[comma] = " as" if gap else " as "


def parameters(tokens: list[Token], texts: list[str], told: list[int]) -> None:
    """Parameters that are taken apart become parameters beside each other; a parameter may be called `async`."""
    for place, index in enumerate(told):
        word, rest = tokens[index].text, told[place + 1 :]
        if word == "async" and rest and tokens[rest[0]].text not in ("def", "for", "with"):
            texts[index] = "asynk"
        elif word == "lambda":
            flattened(tokens, texts, rest, tokens[index].depth)
        elif word == "def" and place == 0 and len(rest) > 2:
            flattened(tokens, texts, rest[2:], tokens[index].depth + 1)


def flattened(tokens: list[Token], texts: list[str], told: list[int], level: int) -> None:
    """Take away the brackets around parameters in a list of parameters at some depth."""
    before = ","
    within = False
    for index in told:
        token = tokens[index]
        if not within and (token.depth < level or (token.text == ":" and token.depth == level)):
            return
        if token.depth == level and token.text == "(" and before == ",":
            within = True
        if within and token.text in ("(", ")"):
            texts[index] = " "
        if token.depth == level and token.text == ")":
            within = False
        if token.depth == level:
            before = token.text
