"""Documents that people write by hand, read so that a mistake can be named with its file and line.

YAML is built from the parser's events: the ready-made loaders forget lines, accept a key that stands twice, turn
`no` and `12:30` into other things, and the fast one crashes the process on deep nesting.
"""

from __future__ import annotations

from groundrules.typed import Any, Iterator, Mapping, NamedTuple

DEPTH = 40
NODES = 200_000
BYTES = 4_000_000

TAGS = (None, "!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq")))

Path = tuple[str | int, ...]


class Problem(NamedTuple):
    """A mistake in a document, in one sentence."""

    file: str
    line: int | None
    cause: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.cause}"


class FlawedError(Exception):
    """A document cannot be read at all."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Document(NamedTuple):
    """What a document says, and on which line it says so."""

    value: Any
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int | None:
        """The line of a key or item, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def text_of(content: bytes, file: str) -> str:
    """The text of a document. Raises FlawedError if it is none."""
    if len(content) > BYTES:
        raise FlawedError(Problem(file, None, f"The file is larger than {BYTES // 1_000_000} MB."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FlawedError(Problem(file, line, "The file is not UTF-8 text.")) from error


def read_yaml(content: bytes, file: str) -> Document:
    """Read a YAML document: maps, lists, text, numbers, yes/no and null, nothing else. Raises FlawedError."""
    import yaml

    text = text_of(content, file)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder(file, yaml.parse(text, Loader=loader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = error.problem or error.context or "it cannot be parsed"
        raise FlawedError(
            Problem(file, mark.line + 1 if mark else None, f"This is not valid YAML: {reason}.")
        ) from error
    except yaml.YAMLError as error:
        raise FlawedError(Problem(file, None, f"This is not valid YAML: {str(error).splitlines()[0]}.")) from error


class _Builder:
    """Turns parser events into a value and its lines, within bounds."""

    def __init__(self, file: str, events: Iterator[Any]) -> None:
        self.file = file
        self.events = events
        self.lines: dict[Path, int] = {}
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0

    def document(self) -> Document:
        value = None
        documents = 0
        for event in self.events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise self.flaw(event, "The file holds more than one document.")
            elif kind not in ("StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"):
                self.lines[()] = event.start_mark.line + 1
                value = self.node(event, ())
        return Document(value, self.lines)

    def flaw(self, event: Any, cause: str) -> FlawedError:
        return FlawedError(Problem(self.file, event.start_mark.line + 1, cause))

    def count(self, event: Any, path: Path, nodes: int = 1) -> None:
        self.nodes += nodes
        if self.nodes > NODES or len(path) > DEPTH:
            raise self.flaw(event, "The file is nested too deeply or grows too large.")

    def node(self, event: Any, path: Path) -> Any:
        self.count(event, path)
        before = self.nodes
        kind = type(event).__name__
        if kind == "AliasEvent":
            if event.anchor not in self.anchors:
                raise self.flaw(event, f"The anchor `{event.anchor}` is not defined.")
            value, size = self.anchors[event.anchor]
            self.count(event, path, size)
            return value
        if event.tag not in TAGS:
            raise self.flaw(event, f"The tag `{event.tag}` is not supported.")
        if kind == "MappingStartEvent":
            value = self.mapping(path)
        elif kind == "SequenceStartEvent":
            value = self.sequence(path)
        else:
            value = _scalar(event.value) if event.implicit[0] else event.value
        if event.anchor:
            self.anchors[event.anchor] = (value, self.nodes - before)
        return value

    def sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        for event in self.events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            place = (*path, len(items))
            self.lines[place] = event.start_mark.line + 1
            items.append(self.node(event, place))
        return items

    def mapping(self, path: Path) -> dict[str, Any]:
        items: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for event in self.events:
            if type(event).__name__ == "MappingEndEvent":
                break
            if type(event).__name__ != "ScalarEvent":
                raise self.flaw(event, "A key must be plain text.")
            key: str = event.value
            if key in items:
                raise self.flaw(event, f"The key `{key}` stands here twice.")
            place = (*path, key)
            self.lines[place] = event.start_mark.line + 1
            value = self.node(next(self.events), place)
            if key == "<<" and event.implicit[0]:
                merged.update(self.merge(event, value))
            else:
                items[key] = value
        return {**merged, **items}

    def merge(self, event: Any, value: Any) -> dict[str, Any]:
        maps = value if isinstance(value, list) else [value]
        if not all(isinstance(part, dict) for part in maps):
            raise self.flaw(event, "Only maps can be merged with `<<`.")
        self.count(event, (), sum(len(part) for part in maps))
        return {key: item for part in reversed(maps) for key, item in part.items()}


def _scalar(text: str) -> object:
    """A plain scalar, by the core schema of YAML 1.2."""
    import re

    lowered = text.lower()
    if lowered in ("", "~", "null"):
        return None
    if lowered in ("true", "false"):
        return lowered == "true"
    if re.fullmatch(r"[-+]?(0|[1-9][0-9]{0,17})", text):
        return int(text)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=e))(e[-+]?[0-9]+)?", lowered):
        return float(text)
    return text


def read_toml(content: bytes, file: str) -> Document:
    """Read a TOML document; dates become text. Raises FlawedError."""
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    text = text_of(content, file)
    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is nested too deeply"
        found = reason.rpartition("(at line ")[2].partition(",")[0]
        line = int(found) if found.isdigit() else None
        cause = reason.partition(" (at ")[0].rstrip(".")
        raise FlawedError(Problem(file, line, f"This is not valid TOML: {cause}.")) from error
    return Document(_plain(value), _toml_lines(text))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float)) else value.isoformat()


def _toml_lines(text: str) -> dict[Path, int]:
    """The lines of headers and keys. The parser keeps none; a key inside an inline table has its table's line."""
    import re

    name = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
    header = re.compile(rf"\s*(\[\[?)\s*({name}(?:\s*\.\s*{name})*)\s*\]")
    key = re.compile(rf"\s*({name}(?:\s*\.\s*{name})*)\s*=")
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.split("\n"), 1):
        if found := header.match(line):
            table = tuple(part.strip("\"'") for part in re.findall(name, found[2]))
            if found[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            lines.setdefault(table, number)
        elif found := key.match(line):
            lines.setdefault((*table, *(part.strip("\"'") for part in re.findall(name, found[1]))), number)
    return lines
