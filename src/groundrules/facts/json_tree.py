"""JSON text as a tree, with places. Comments and trailing commas are tolerated, as editors' settings hold them."""

from __future__ import annotations

import re

from groundrules.facts.raw import Trouble
from groundrules.facts.tree import DEEPEST, Node
from groundrules.facts.whereabouts import LARGEST, Offsets, decoded, why_not_text
from groundrules.facts.yaml_tree import Trees
from groundrules.typed import Iterator

MOST_NODES = 5_000  # more is data
_TOKEN = re.compile(
    r"""[ \t\n]*(?:
    (?P<space>//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)
    |(?P<text>"[^"\\\n]*(?:\\.[^"\\\n]*)*")
    |(?P<number>-?(?:[0-9][0-9.eE+-]*|Infinity\b)|NaN\b)
    |(?P<word>true\b|false\b|null\b)
    |(?P<mark>[\[\]{},:])
    )""",
    re.VERBOSE,
)


_last: tuple[bytes, Trees] = (b"", ((), ()))


def json_trees(data: bytes) -> Trees:
    """The value of a JSON text; none for what is data rather than configuration, and for an empty file."""
    global _last  # two extractors ask about one text; the answer depends on the bytes alone
    if _last[0] != data:
        _last = (data, _read(data))
    return _last[1]


def _read(data: bytes) -> Trees:
    if len(data) > LARGEST or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b""):
        return (), ()
    text = decoded(data)
    if text is None:
        return (), (Trouble(None, None, why_not_text(data)),)
    places = Offsets(text)
    try:
        root = _parse(text, places)
    except _InvalidError as error:
        offset, problem = error.args
        return (), (Trouble(None, places.line(offset), f"It is not valid JSON: {problem}."),)
    return ((root,) if root else ()), ()


_AFTER_VALUE = ("value", "}", "]")


class _InvalidError(Exception):
    """Offset and problem."""


Token = tuple[str, str, int]


def _tokens(text: str) -> Iterator[Token]:
    position, end = 0, len(text.rstrip(" \t\n"))
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise _InvalidError(position, "a value or a mark is expected here")
        if match.lastgroup != "space":
            yield match.lastgroup, match.group(match.lastgroup), match.start(match.lastgroup)
        position = match.end()


def _parse(text: str, places: Offsets) -> Node | None:
    """The root, or None for data. Each open map or list is on the stack, so nothing recurses."""
    stack: list[Node] = []
    nodes: list[Node] = []
    before = ""
    for group, token, offset in _tokens(text):
        if nodes and not stack:
            if token == "{":
                return None  # one object a line: data
            raise _InvalidError(offset, "nothing is expected after the value")
        if group == "mark" and token not in "[{":
            _check(stack, token, before, offset)
            before = token
            if token in "]}":
                stack.pop()
            continue
        if before in _AFTER_VALUE:
            raise _InvalidError(offset, "a comma or a colon is missing before this")
        if len(nodes) >= MOST_NODES or len(stack) > DEEPEST:
            return None
        nodes.append(_node(group, token, places, offset))
        if stack:
            _add(stack[-1], nodes[-1], before, offset)
        before = "value"
        if group == "mark":
            stack.append(nodes[-1])
            before = token
    if stack or not nodes:
        raise _InvalidError(len(text), "it ends too early")
    return nodes[0]


def _add(parent: Node, node: Node, before: str, offset: int) -> None:
    if parent.kind == "map":
        is_value = len(parent.items) % 2 == 1
        if is_value != (before == ":") or (not is_value and node.kind != "text"):
            raise _InvalidError(offset, "a key and a colon are expected here")
    parent.items.append(node)


def _check(stack: list[Node], mark: str, before: str, offset: int) -> None:
    kind = stack[-1].kind if stack else ""
    odd = bool(stack) and len(stack[-1].items) % 2 == 1
    if mark == ":":
        fine = kind == "map" and before == "value" and odd
    elif mark == ",":
        fine = bool(stack) and before in _AFTER_VALUE and not (kind == "map" and odd)
    else:
        fine = kind == ("map" if mark == "}" else "list") and before != ":" and not (kind == "map" and odd)
    if not fine:
        raise _InvalidError(offset, f"{mark} is not expected here")


def _node(group: str, token: str, places: Offsets, offset: int) -> Node:
    where = places.where(offset, offset + (1 if group == "mark" else len(token)))
    if group == "mark":
        return Node("map" if token == "{" else "list", None, where, None, [])
    if group == "text":
        return Node("text", _unquoted(token, offset), where, "quoted", [])
    if group == "number":
        return Node("number", token, where, None, [])
    return Node("null" if token == "null" else "bool", token, where, None, [])


def _unquoted(token: str, offset: int) -> str:
    if "\\" not in token:
        return token[1:-1]
    import json

    try:
        value = json.loads(token, strict=False)
    except ValueError:
        raise _InvalidError(offset, "an escape in this text is unknown") from None
    return str(value)
