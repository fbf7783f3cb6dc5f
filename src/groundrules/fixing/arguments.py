"""Adds an argument to a call, in the manner in which the call is written."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from functools import lru_cache

from groundrules.fixing.edits import Edit, Lines, within
from groundrules.model import Span
from groundrules.typed import Iterator, Mapping, NamedTuple, Sequence

ARGUMENT = re.compile(r"([A-Za-z_]\w*)=(\S.*)", re.DOTALL)
UNKNOWN = "unknown"  # how messages, and with them the texts of fixes, spell what is not known
BLANK = frozenset(
    (tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.ENDMARKER, tokenize.INDENT, tokenize.DEDENT)
)


class Mark(NamedTuple):
    """A token by its offsets into the text of the call."""

    text: str
    start: int
    end: int


def inserted(span: Span, segment: str, fix: Mapping[str, object], lines: Lines) -> tuple[Edit, ...]:
    """The argument after the last one, or in place of a `None`; nothing where that is not certain to be right."""
    parts = ARGUMENT.fullmatch(str(fix["insert-argument"]))
    call = _call(segment)
    if parts is None or parts[1] == UNKNOWN or call is None or _refuses(call):
        return ()
    name = parts[1]
    names = fix.get("prefer-names")
    value = (in_scope(names, span, lines) if isinstance(names, Sequence) else None) or parts[2]
    given = next((word for word in call.keywords if word.arg == name), None)
    marks = _marks(segment)
    if given is not None:
        return _in_place_of_none(span, segment, given, value)
    place = _place(segment, marks)
    if place is None:
        return ()
    offset, before, after = place
    return (within(span, segment, offset, offset, f"{before}{name}={value}{after}"),)


def _call(segment: str) -> ast.Call | None:
    try:
        tree = ast.parse(f"({segment}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if isinstance(tree, ast.Call) else None


def _refuses(call: ast.Call) -> bool:
    """Whether the call may hold the argument already, or a generator that an argument beside it would break."""
    if any(word.arg is None for word in call.keywords):
        return True
    return len(call.args) == 1 and not call.keywords and isinstance(call.args[0], ast.GeneratorExp)


def _in_place_of_none(span: Span, segment: str, given: ast.keyword, value: str) -> tuple[Edit, ...]:
    node = given.value
    if not (isinstance(node, ast.Constant) and node.value is None) or node.end_col_offset is None:
        return ()
    rows = f"({segment}".split("\n")
    before = sum(len(row) + 1 for row in rows[: node.lineno - 1]) - 1  # the bracket that is not in the segment
    start = before + len(rows[node.lineno - 1].encode()[: node.col_offset].decode())
    return (within(span, segment, start, start + len("None"), value),)


def _marks(segment: str) -> list[Mark]:
    """The tokens of the call that mean something."""
    text = f"({segment}\n)"
    starts = [0]
    for row in text.split("\n"):
        starts.append(starts[-1] + len(row) + 1)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    found = [
        Mark(token.string, starts[token.start[0] - 1] + token.start[1] - 1, starts[token.end[0] - 1] + token.end[1] - 1)
        for token in tokens
        if token.type not in BLANK
    ]
    return found[1:-1]  # without the brackets around it


def _place(segment: str, marks: list[Mark]) -> tuple[int, str, str] | None:
    """Where the argument goes, and what stands before and after it."""
    if len(marks) < 3 or marks[-1].text != ")":
        return None
    closing, last = marks[-1], marks[-2]
    opening = _opening(marks)
    if opening is None:
        return None
    if last is opening:
        return last.end, "", ""
    if last.text != ",":
        return last.end, ", ", ""
    if "\n" not in segment[last.end : closing.start]:
        return last.end, " ", ""
    row = segment.rfind("\n", 0, _last_argument(marks, opening).start) + 1
    indent = re.match(r"[ \t]*", segment[row:])
    if row == 0 or indent is None:
        return last.end, " ", ","
    return last.end, f"\n{indent[0]}", ","


def _opening(marks: list[Mark]) -> Mark | None:
    depth = 0
    for mark in reversed(marks):
        depth += (mark.text in (")", "]", "}")) - (mark.text in ("(", "[", "{"))
        if depth == 0:
            return mark
    return None


def _last_argument(marks: list[Mark], opening: Mark) -> Mark:
    """The first token of the last argument."""
    depth, first = 0, marks[-2]
    for mark in reversed(marks[:-2]):
        depth += (mark.text in (")", "]", "}")) - (mark.text in ("(", "[", "{"))
        if mark is opening or (depth == 0 and mark.text == ","):
            break
        first = mark
    return first


def in_scope(names: Sequence[str], span: Span, lines: Lines) -> str | None:
    """A name of the project's own that holds a fixed number where the call stands, the first of those preferred."""
    texts = ["\n".join(lines(span.path, cell)) for cell in (range(span.cell + 1) if span.cell is not None else [None])]
    bound = _binding(tuple(names))
    parsed = [_outline(text) for text in texts if bound.search(text)]
    own = _outline(texts[-1]) if parsed else None
    if own is None:
        return None
    outlines = [outline for outline in parsed if outline is not None]
    stored = [name for outline in outlines for name in outline.stored]
    around = [node for node in own.functions if node.lineno <= span.line <= (node.end_lineno or 0)]
    for name in names:
        if stored.count(name) != 1:
            continue
        if around and name in _parameters(around[-1]):
            return name
        if any(_holds_number(statement, name, outline is not own or statement.lineno < span.line)
               for outline in outlines for statement in outline.tree.body):  # fmt: skip
            return name
    return None


@lru_cache(maxsize=16)
def _binding(names: tuple[str, ...]) -> re.Pattern[str]:
    """What every text has that binds one of the names: most only hand an argument of that name to somebody."""
    name = rf"\b(?:{'|'.join(map(re.escape, names))})\b"
    parameter = rf"\bdef\s+\w+\s*\((?:[^()]|\([^()]*\))*?{name}"
    return re.compile(rf"^{name}[ \t]*(?::[^=\n]*)?=(?!=)|[=;][ \t]*{name}[ \t]*=(?!=)|{parameter}", re.MULTILINE)


class Outline(NamedTuple):
    """What a text of Python binds; read once, since one text can have many findings."""

    tree: ast.Module
    stored: tuple[str, ...]  # every name that is bound anywhere, as often as it is
    functions: tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]


@lru_cache(maxsize=128)
def _outline(text: str) -> Outline | None:
    # Magics and shell lines of a notebook are no Python, and hold no name that would matter here.
    plain = re.sub(r"^([ \t]*)[%!?].*$", r"\1pass", text, flags=re.MULTILINE)
    try:
        tree = ast.parse(plain)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    nodes = list(ast.walk(tree))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return Outline(tree, tuple(_stored(nodes)), tuple(functions))


def _stored(nodes: Sequence[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield node.asname or node.name


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Those that a caller has to give or that default to a number: None would seed nothing."""
    given = function.args
    plain = [*given.posonlyargs, *given.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(given.defaults)) + list(given.defaults)
    pairs = [*zip(plain, defaults, strict=True), *zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    return [one.arg for one, default in pairs if default is None or _is_number(default)]


def _is_number(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def _holds_number(statement: ast.stmt, name: str, before: bool) -> bool:
    if isinstance(statement, ast.Assign):
        targets: Sequence[ast.expr] = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        return False
    return (
        before and _is_number(statement.value) and any(isinstance(one, ast.Name) and one.id == name for one in targets)
    )
