"""Comments that suppress findings: `# groundrules: ignore[rule, family] reason until=2027-01-01`.

`--`, `//` and `<!-- -->` open them too. One beside code speaks of its line, one that stands alone of the next line of
code, and `ignore-file[…]` in the first lines speaks of the whole file. In a notebook a tag of the same words speaks of
its cell.
"""

from __future__ import annotations

from groundrules.typed import Callable, Iterable, Iterator, NamedTuple, Sequence

MARK = "groundrules:"
HEAD = 30  # lines in which a comment can speak of the whole file

CELL = 0  # in place of a line: the whole cell

Lines = Callable[[str, "int | None"], Sequence[str]]
Tags = Callable[[str, int], Sequence[str]]


class Comment(NamedTuple):
    """One comment that suppresses."""

    path: str
    cell: int | None
    line: int
    target: int | None  # the line it speaks of; CELL: the whole cell; None: the whole file
    names: tuple[str, ...]  # rules and families; none: it is a blanket, which does not count
    reason: str
    until: str | None  # as written

    @property
    def place(self) -> str:
        """Where it stands, as notes say it."""
        if self.line == CELL:
            return f"{self.path} cell {self.cell}, tag"
        return f"{self.path}:{self.line}" if self.cell is None else f"{self.path} cell {self.cell}:{self.line}"


def comments(texts: Iterable[tuple[str, int | None]], lines: Lines, tags: Tags | None = None) -> list[Comment]:
    """The comments of files and cells. Those for whole files are looked for at the top of their notebooks too."""
    wanted = set(texts)
    found: dict[tuple[str, int | None, int], Comment] = {}
    last: dict[str, int] = {}
    for path, cell in wanted:
        for comment in _in_text(path, cell, lines(path, cell)):
            found[comment[:3]] = comment
        if cell is not None:
            last[path] = max(cell, last.get(path, 0))
            for tag in tags(path, cell) if tags is not None else ():
                parsed = _parsed(f"# {tag}") if tag.startswith(MARK) else None
                if parsed is not None:
                    target = None if parsed.verb == "ignore-file" else CELL
                    found[path, cell, CELL] = Comment(path, cell, CELL, target, *parsed[2:])
    for path, end in last.items():
        for comment in _in_head(path, end, lines):
            found.setdefault(comment[:3], comment)
    return [found[key] for key in sorted(found, key=lambda key: (key[0], -1 if key[1] is None else key[1], key[2]))]


def _in_head(path: str, end: int, lines: Lines) -> Iterator[Comment]:
    """Comments for the whole notebook, in the cells that make up its first lines."""
    seen = 0
    for cell in range(end + 1):
        text = lines(path, cell)
        yield from (found for found in _in_text(path, cell, text[: HEAD - seen]) if found.target is None)
        seen += len(text)
        if seen >= HEAD:
            return


def _in_text(path: str, cell: int | None, text: Sequence[str]) -> Iterator[Comment]:
    marked = [number for number, line in enumerate(text, 1) if MARK in line]
    if not marked:
        return
    true = _true_comments(path, cell, text)
    for number in marked:
        parsed = _parsed(text[number - 1])
        if parsed is None or (true is not None and not _counts(parsed.opener, cell, number in true)):
            continue
        whole = parsed.verb == "ignore-file"
        if whole and number > HEAD:
            continue
        target = None if whole else _target(text, number)
        yield Comment(path, cell, number, target, parsed.names, parsed.reason, parsed.until)


def _counts(opener: str, cell: int | None, in_comment: bool) -> bool:
    """Whether it counts in Python: as a comment of its own, or as one of the SQL in a text; a cell can be Markdown."""
    return in_comment if opener == "#" else opener == "--" or cell is not None


class _Parsed(NamedTuple):
    opener: str
    verb: str
    names: tuple[str, ...]
    reason: str
    until: str | None


def _parsed(line: str) -> _Parsed | None:
    import re

    found = re.search(r"(<!--|#|--|//)\s*groundrules:\s*(ignore-file|ignore)\b\s*(?:\[([^\]]*)\])?(.*)", line)
    if found is None:
        return None
    opener, verb, inside, rest = found.groups()
    if opener == "<!--":
        rest = rest.partition("-->")[0]
    until = re.search(r"\buntil=(\S+)", rest)
    reason = re.sub(r"\buntil=\S+", "", rest).strip(" \t:;,.-–—*/")
    names = tuple(name.strip() for name in (inside or "").split(",") if name.strip())
    return _Parsed(opener, verb, names, reason, until[1].rstrip(",;.") if until else None)


def _target(text: Sequence[str], number: int) -> int:
    """The line a comment speaks of: its own if code stands there, else the next that is no comment."""
    if not _alone(text[number - 1]):
        return number
    for following in range(number, len(text)):
        if not _alone(text[following]):
            return following + 1
    return number


def _alone(line: str) -> bool:
    return line.lstrip().startswith(("#", "--", "//", "<!--"))


def _true_comments(path: str, cell: int | None, text: Sequence[str]) -> frozenset[int] | None:
    """The lines of Python with a real comment, so that a text that speaks of comments is none; None if unknown."""
    if cell is None and not path.endswith((".py", ".pyi", ".pyw")):
        return None
    import tokenize

    source = iter([f"{line}\n" for line in text])
    try:
        tokens = tokenize.generate_tokens(lambda: next(source, ""))
        return frozenset(token.start[0] for token in tokens if token.type == tokenize.COMMENT)
    except (tokenize.TokenError, SyntaxError):
        return None
