"""YAML text as trees. Events are read one by one and bounded, because composing nodes recurses without a limit."""

from __future__ import annotations

from groundrules.facts.raw import Trouble, Where
from groundrules.facts.tree import DEEPEST, Node, TooMuchError, pairs
from groundrules.facts.whereabouts import decoded, why_not_text
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml

MOST_NODES = 60_000
_CORE = "tag:yaml.org,2002:"
_KINDS = {"int": "number", "float": "number", "bool": "bool", "null": "null"}
_WORDS = {
    **{text: ("null", text) for text in ("", "~", "null", "Null", "NULL")},
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), ("bool", "true")),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), ("bool", "false")),
}
_LINE_BREAKS = str.maketrans("\x85\u2028\u2029", "   ")  # YAML's own, which no editor counts

_NONE: list[Node] = []  # scalars share it; nothing is ever put into it
_UNKNOWN = Node("text", None, Where(None, 1, 1, 1, 2), None, _NONE)  # an alias of nothing
Trees = tuple[tuple[Node, ...], tuple[Trouble, ...]]
_last: tuple[bytes, Trees] = (b"", ((), ()))


def trees(data: bytes) -> Trees:
    """The documents of a YAML text; those before a mistake where it holds one. Several extractors may ask."""
    global _last  # one text is remembered, whatever it is: the answer depends on the bytes alone
    if _last[0] != data:
        _last = (data, _read(data))
    return _last[1]


def _read(data: bytes) -> Trees:
    text = decoded(data)
    if text is None:
        return (), (Trouble(None, None, why_not_text(data)),)
    import yaml

    builder = _Builder()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text.translate(_LINE_BREAKS))
    trouble: tuple[Trouble, ...] = ()
    try:
        while (event := loader.get_event()) is not None:
            builder.take(event)
    except yaml.YAMLError as error:
        trouble = (_trouble(error, "{%" in text or "{{" in text),)
    except TooMuchError as error:
        trouble = (Trouble(None, None, str(error)),)
    return tuple(builder.documents), trouble


def _trouble(error: yaml.YAMLError, template: bool) -> Trouble:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
    what = "It is a template, and no YAML before it is filled in" if template else "It is not valid YAML"
    return Trouble(None, mark.line + 1 if mark else None, f"{what}: {problem}.")


class _Builder:
    """Puts events together to trees, aliases and merge keys resolved."""

    def __init__(self) -> None:
        self.documents: list[Node] = []
        self._stack: list[Node] = []
        self._anchors: dict[str, Node] = {}
        self._left = MOST_NODES

    def take(self, event: Any) -> None:
        """Read one event. Most are scalars, and this is where the time of large files goes."""
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self._put(_scalar(event), event.anchor)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            node = Node("map" if kind == "MappingStartEvent" else "list", None, _start(event), event.tag, [])
            self._put(node, event.anchor)
            self._stack.append(node)
            if len(self._stack) > DEEPEST:
                raise TooMuchError(f"It is nested more than {DEEPEST} deep, so it was not read.")
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._close(self._stack.pop())
        elif kind == "AliasEvent":
            meant = self._anchors.get(event.anchor, _UNKNOWN)
            self._put(meant._replace(where=_start(event)), None)
        elif kind == "DocumentStartEvent":
            self._anchors = {}

    def _spend(self, nodes: int) -> None:
        self._left -= nodes
        if self._left < 0:
            raise TooMuchError(f"It holds more than {MOST_NODES:,} keys and values, so it was not read.")

    def _put(self, node: Node, anchor: str | None) -> None:
        self._left -= 1
        if self._left < 0:
            self._spend(0)
        if anchor is not None:
            self._anchors[anchor] = node
        if self._stack:
            self._stack[-1].items.append(node)
        elif not node.items and node.kind not in ("map", "list"):
            self.documents.append(node)

    def _close(self, node: Node) -> None:
        if node.kind == "map":
            self._merge(node)
        if not self._stack:
            self.documents.append(node)

    def _merge(self, node: Node) -> None:
        bases = [node.items[at + 1] for at in range(0, len(node.items) - 1, 2) if _is_merge(node.items[at])]
        if not bases:
            return
        own = [at for at in range(0, len(node.items) - 1, 2) if not _is_merge(node.items[at])]
        merged = [part for at in own for part in node.items[at : at + 2]]
        seen = {node.items[at].text for at in own}
        for base in [part for named in bases for part in (named.items if named.kind == "list" else [named])]:
            self._spend(len(base.items) if base.kind == "map" else 1)
            for key, value in pairs(base):
                if key.text not in seen:
                    seen.add(key.text)
                    merged += (key, value)
        node.items[:] = merged


def _is_merge(key: Node) -> bool:
    return key.text == "<<" and key.tag != "quoted"


def _start(event: Any) -> Where:
    mark = event.start_mark
    return Where(None, mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)


def _scalar(event: Any) -> Node:
    start, end = event.start_mark, event.end_mark
    line, column, end_column = start.line + 1, start.column + 1, end.column + 1
    if end_column <= column or end.line >= line:
        end_column = column + 1
    where = Where(None, line, column, line, end_column)
    tag: str | None = event.tag
    if tag is None or tag == "!":
        if event.style:
            return Node("text", event.value, where, "quoted", _NONE)
        kind, text = plain(event.value)
        return Node(kind, text, where, None, _NONE)
    if tag.startswith(_CORE):
        return Node(_KINDS.get(tag[len(_CORE) :], "text"), event.value, where, tag, _NONE)
    return Node("text", event.value, where, tag, _NONE)


def plain(text: str) -> tuple[str, str]:
    """The kind of a scalar without quotes, and its text."""
    if text in _WORDS:
        return _WORDS[text]
    return ("number" if text[0] in "0123456789+-." and is_number(text) else "text"), text


def is_number(text: str) -> bool:
    """Whether YAML, or the loaders that people use, take it for a number."""
    if len(text) > 60:
        return False
    if text.lstrip("+-").lower() in (".inf", ".nan"):
        return True
    try:
        float(text)
    except ValueError:
        try:
            int(text, 0)
        except ValueError:
            return False
    return not text.lstrip("+-")[:1].isalpha()
