"""The patterns of .gitignore and .gitattributes, matched as git's wildmatch does, in time that none blows up."""

from __future__ import annotations

from groundrules.typed import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CLASSES: dict[str, Callable[[str], bool]] = {
    "alnum": str.isalnum,
    "alpha": str.isalpha,
    "blank": " \t".__contains__,
    "cntrl": lambda char: char < " " or char == "\x7f",
    "digit": str.isdigit,
    "graph": lambda char: "!" <= char <= "~",
    "lower": str.islower,
    "print": lambda char: " " <= char <= "~",
    "punct": lambda char: "!" <= char <= "~" and not char.isalnum(),
    "space": str.isspace,
    "upper": str.isupper,
    "xdigit": lambda char: char in "0123456789abcdefABCDEF",
}


class Choice(NamedTuple):
    """What stands for one character: `?`, or a bracket with its ranges and classes."""

    ranges: tuple[tuple[str, str], ...]
    classes: tuple[str, ...]
    negated: bool

    def matches(self, char: str) -> bool:
        inside = any(low <= char <= high for low, high in self.ranges)
        if char < "\x80":
            inside = inside or any(_CLASSES[name](char) for name in self.classes)
        return inside is not self.negated


_ANY = Choice((), (), True)
_STAR = "*"  # a literal star is never stored bare: literals are kept as (char,)
_Token = Choice | str | tuple[str]
_Segment = tuple[_Token, ...] | None  # None stands for `**`


class Pattern(NamedTuple):
    """One pattern, cut at its slashes. A floating one is compared with the last name of a path alone."""

    segments: tuple[_Segment, ...]
    floating: bool
    folders_only: bool
    prefix: str = ""

    def matches(self, parts: Sequence[str], is_folder: bool = False) -> bool:
        """Whether the path, cut at its slashes and relative to the pattern's own folder, is meant."""
        if self.folders_only and not is_folder:
            return False
        names = [_bytewise(part) for part in (parts[-1:] if self.floating else parts)]
        if self.prefix:
            path = "/".join(names)
            if not path.startswith(self.prefix):
                return False
            names = path[len(self.prefix) :].split("/")
        return _match_path(self.segments, names)


def compile_pattern(text: str) -> Pattern | None:
    """A pattern as the two files write it; None for one that can match nothing."""
    text = _bytewise(text)
    folders_only = text.endswith("/")
    if folders_only:
        text = text[:-1]
    floating = "/" not in text
    text = text.removeprefix("/")
    if not text:
        return None
    prefix = "" if floating else _prefix(text)
    text = text[len(prefix) :]
    segments: list[_Segment] = []
    for piece in _cut(text):
        if len(piece) > 1 and not piece.strip("*") and not floating:
            if not segments or segments[-1] is not None:
                segments.append(None)
            continue
        tokens = _tokens(piece)
        if tokens is None:
            return None
        segments.append(tokens)
    return Pattern(tuple(segments), floating, folders_only, prefix)


def _cut(text: str) -> list[str]:
    """The names between the slashes, of which one in a bracket is none."""
    pieces = []
    start = at = 0
    while at < len(text):
        char = text[at]
        bracket = _bracket(text, at + 1) if char == "[" else None
        if bracket:
            at = bracket[1]
            continue
        if char == "/" or text.startswith("\\/", at):
            pieces.append(text[start:at])
            start = at + (1 if char == "/" else 2)
        at += 2 if char == "\\" else 1
    return [*pieces, text[start:]]


def _prefix(text: str) -> str:
    """Plain letters right before a `**`. Git compares them first, so that in `/data**` the stars cross slashes."""
    length = next((at for at, char in enumerate(text) if char in "*?[\\"), len(text))
    stars = text[length:].partition("/")[0]
    return text[:length] if len(stars) > 1 and not stars.strip("*") else ""


def _bytewise(text: str) -> str:
    """One character for each byte, because that is what git's `?` and brackets stand for."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def _match_path(segments: Sequence[_Segment], parts: Sequence[str]) -> bool:
    """Greedy with one point to return to, the last `**`, which swallows one more folder each time."""
    at = part = 0
    back: tuple[int, int] | None = None
    while part < len(parts):
        segment = segments[at] if at < len(segments) else ()
        if at < len(segments) and segment is None:
            if at == len(segments) - 1:
                return True
            back = (at, part)
            at += 1
        elif at < len(segments) and segment is not None and _match_name(segment, parts[part]):
            at, part = at + 1, part + 1
        elif back:
            back = (back[0], back[1] + 1)
            at, part = back[0] + 1, back[1]
        else:
            return False
    return at == len(segments)


def _match_name(tokens: Sequence[_Token], name: str) -> bool:
    at = position = 0
    back: tuple[int, int] | None = None
    while position < len(name):
        token = tokens[at] if at < len(tokens) else None
        if token == _STAR:
            back = (at, position)
            at += 1
        elif token is not None and _fits(token, name[position]):
            at, position = at + 1, position + 1
        elif back:
            back = (back[0], back[1] + 1)
            at, position = back[0] + 1, back[1]
        else:
            return False
    return all(token == _STAR for token in tokens[at:])


def _fits(token: _Token, char: str) -> bool:
    return token.matches(char) if isinstance(token, Choice) else token == (char,)


def _tokens(text: str) -> tuple[_Token, ...] | None:
    """The tokens of one name; None if it is malformed, which matches nothing."""
    result: list[_Token] = []
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char == "*":
            if result[-1:] != [_STAR]:
                result.append(_STAR)
        elif char == "?":
            result.append(_ANY)
        elif char == "[":
            choice = _bracket(text, at)
            if choice is None:
                return None
            result.append(choice[0])
            at = choice[1]
        elif char == "\\":
            if at == len(text):
                return None
            result.append((text[at],))
            at += 1
        else:
            result.append((char,))
    return tuple(result)


def _bracket(text: str, at: int) -> tuple[Choice, int] | None:
    """The choice whose bracket opened just before `at`, and where the text goes on."""
    negated = text[at : at + 1] in ("!", "^")
    at += negated
    ranges: list[tuple[str, str]] = []
    classes: list[str] = []
    first = True
    while at < len(text):
        if text[at] == "]" and not first:
            return Choice(tuple(ranges), tuple(classes), negated), at + 1
        first = False
        if text.startswith("[:", at):
            end = text.find(":]", at)
            name = text[at + 2 : end] if end > 0 else ""
            if name not in _CLASSES:
                return None
            classes.append(name)
            at = end + 2
            continue
        low, at = _one(text, at)
        high = low
        if text[at : at + 1] == "-" and text[at + 1 : at + 2] not in ("]", ""):
            high, at = _one(text, at + 1)
        ranges.append((low, high))
    return None


def _one(text: str, at: int) -> tuple[str, int]:
    if text[at] == "\\" and at + 1 < len(text):
        at += 1
    return text[at], at + 1
