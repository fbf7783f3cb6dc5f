"""DVC's templating: `${…}`, `vars`, `foreach` and `matrix`, as far as the pipeline file itself holds the values."""

from __future__ import annotations

from itertools import islice, product

from groundrules.basics.late import pattern, re
from groundrules.facts.tree import Node, child, items, pairs, text
from groundrules.typed import Callable, Iterator, Mapping, Sequence

MOST_EXPANSIONS = 500  # of one stage
_HOLE = pattern(r"(?<!\\)\$\{\s*([^{}\s]+)\s*\}")
_STEP = pattern(r"[^.\[\]]+")


class Scope:
    """What names mean at one place of the file."""

    def __init__(self, maps: Sequence[Node] = (), names: Mapping[str, Node | Mapping[str, Node]] | None = None) -> None:
        self._maps = tuple(maps)
        self._names = dict(names or {})

    def within(self, maps: Sequence[Node]) -> Scope:
        """This scope with further variables."""
        return Scope((*self._maps, *maps), self._names) if maps else self

    def naming(self, names: Mapping[str, Node | Mapping[str, Node]]) -> Scope:
        """This scope with the names of one expansion."""
        return Scope(self._maps, {**self._names, **names})

    def find(self, expression: str) -> Node | None:
        """The value of a dotted name such as `item.size` or `models[0]`."""
        steps = _STEP.findall(expression)
        if not steps:
            return None
        named = self._names.get(steps[0])
        if isinstance(named, Node):
            return _walk(named, steps[1:])
        if named is not None:
            return _walk(named[steps[1]], steps[2:]) if steps[1:] and steps[1] in named else None
        for root in self._maps:
            if (found := _walk(root, steps)) is not None:
                return found
        return None

    def fill(self, template: str) -> str:
        """The text with every known `${…}` replaced."""
        if "${" not in template:
            return template
        return _HOLE.sub(self._value, template)

    def _value(self, match: re.Match[str]) -> str:
        value = text(self.find(match.group(1)))
        return match.group() if value is None else value


def _walk(node: Node | None, steps: Sequence[str]) -> Node | None:
    for step in steps:
        if node is not None and node.kind == "list":
            node = node.items[int(step)] if step.isascii() and step.isdecimal() and _fits(step, node) else None
        else:
            node = child(node, step)
    return node


def _fits(step: str, node: Node) -> bool:
    return len(step) < 7 and int(step) < len(node.items)


Reader = Callable[[str], "Node | None"]


def unread(path: str) -> Node | None:
    """A reader for those that see one file only: the others stay unknown."""
    return None


def variables(node: Node | None, read: Reader = unread) -> list[Node]:
    """The maps of a `vars` list, and those in the files that it names as `path` or `path:key,key`."""
    found = [part for part in items(node) if part.kind == "map"]
    for part in items(node):
        path, _, wanted = (text(part) or "").partition(":")
        root = read(path) if path else None
        if root is not None and root.kind == "map":
            keys = [key for key in wanted.split(",") if key]
            found.append(root if not keys else root._replace(items=_only(root, keys)))
    return found


def _only(root: Node, keys: Sequence[str]) -> list[Node]:
    return [node for key, value in pairs(root) if key.text in keys for node in (key, value)]


Expansion = tuple[str, Node, Scope]


def expansions(name: str, definition: Node, scope: Scope) -> Iterator[Expansion]:
    """Name, body and scope of each stage that a definition stands for. What cannot be expanded keeps its holes."""
    each, matrix = child(definition, "foreach"), child(definition, "matrix")
    if each is not None:
        body = child(definition, "do") or definition
        yield from islice(_foreach(name, body, _meant(each, scope), scope), MOST_EXPANSIONS)
    elif matrix is not None:
        yield from islice(_matrix(name, definition, matrix, scope), MOST_EXPANSIONS)
    elif definition.kind == "map":
        yield name, definition, scope


def _meant(node: Node, scope: Scope) -> Node | None:
    """The value itself, or the one that a lone `${…}` names."""
    template = text(node)
    if template is None:
        return node
    match = _HOLE.fullmatch(template.strip())
    return scope.find(match.group(1)) if match else None


def _foreach(name: str, body: Node, values: Node | None, scope: Scope) -> Iterator[Expansion]:
    if values is not None and values.kind == "list":
        simple = all(text(item) is not None for item in values.items)
        for number, item in enumerate(values.items):
            suffix = text(item) if simple else str(number)
            yield f"{name}@{suffix}", body, scope.naming({"item": item})
    elif values is not None and values.kind == "map":
        for key, item in pairs(values):
            yield f"{name}@{key.text}", body, scope.naming({"key": key, "item": item})
    else:
        yield f"{name}@${{item}}", body, scope


def _matrix(name: str, body: Node, matrix: Node, scope: Scope) -> Iterator[Expansion]:
    dimensions = [(key.text or "", _meant(value, scope)) for key, value in pairs(matrix)]
    known = [(dimension, items(values)) for dimension, values in dimensions if values is not None]
    if len(known) < len(dimensions) or not known:
        yield f"{name}@${{key}}", body, scope
        return
    for choice in product(*(enumerate(values) for _, values in known)):
        suffix = "-".join(
            _suffix(dimension, number, value) for (dimension, _), (number, value) in zip(known, choice, strict=True)
        )
        chosen = {dimension: value for (dimension, _), (_, value) in zip(known, choice, strict=True)}
        place = body.where
        key = Node("text", suffix, place, None, [])
        yield f"{name}@{suffix}", body, scope.naming({"key": key, "item": chosen})


def _suffix(dimension: str, number: int, value: Node) -> str:
    return text(value) or f"{dimension}{number}"
