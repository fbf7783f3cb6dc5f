"""The images that containers are made of: what a container file begins with, and what a compose file runs."""

from __future__ import annotations

import re

from groundrules.facts.environment import joined
from groundrules.facts.raw import BaseImage, Row, Rows, Where
from groundrules.facts.tree import Node, child, pairs, text
from groundrules.facts.whereabouts import on_line
from groundrules.typed import Iterator, Mapping

_FROM = re.compile(r"\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$", re.IGNORECASE)
_ARG = re.compile(r"\s*ARG\s+(\w+)(?:=(\S*))?", re.IGNORECASE)
_HOLE = re.compile(r"\$(?:\{(\w+)(?::?-([^{}]*))?\}|(\w+))")
_MOVING = frozenset(("latest", "nightly", "edge", "master", "main", "head"))  # as words of a tag
_WORDS = re.compile(r"[-_.+]")


def extract_dockerfile(data: bytes) -> Rows:
    """One row for each FROM that names an image: neither an earlier stage nor the empty one."""
    rows: list[Row] = []
    arguments: dict[str, str] = {}
    stages = {"scratch"}
    for number, line in joined(data):
        begins = _FROM.match(line)
        if begins is None:
            given = _ARG.match(line) if not rows else None
            if given is not None and given.group(2) is not None:
                arguments[given.group(1)] = filled(given.group(2).strip("\"'"), arguments)
            continue
        name = filled(begins.group(1), arguments)
        if name.lower() not in stages:
            where = on_line(number, begins.start(1) + 1, begins.end(1) + 1)
            rows.append(image(where, name, "dockerfile", False))
        if begins.group(2):
            stages.add(begins.group(2).lower())
    return rows, []


def extract_compose(data: bytes) -> Rows:
    """One row for each service that names an image, and for each block that services share."""
    from groundrules.facts.yaml_tree import trees

    rows: list[Row] = []
    for root in trees(data)[0]:
        found = list(_services(root))
        built = {text(child(node, "image")) for node in found if child(node, "build") is not None}
        for node in found:
            value = child(node, "image")
            name = text(value)
            if value is not None and name:
                rows.append(image(value.where, filled(name, {}), "compose", name in built))
    return list(dict.fromkeys(rows)), []


def _services(root: Node) -> Iterator[Node]:
    for key, node in pairs(root):
        if key.text == "services":
            yield from (service for _, service in pairs(node))
        elif (key.text or "").startswith("x-"):
            yield node


def filled(text_: str, arguments: Mapping[str, str]) -> str:
    """A text with the values of arguments and with the defaults that stand in it; what is unknown stays as it is."""

    def value(match: re.Match[str]) -> str:
        known = arguments.get(match.group(1) or match.group(3))
        return next((one for one in (known, match.group(2)) if one is not None), match.group())

    return _HOLE.sub(value, text_)


def image(where: Where, name: str, host: str, built: bool) -> BaseImage:
    """The row of an image by its name, tag and digest."""
    bare, _, digest = name.partition("@")
    folder, slash, last = bare.rpartition("/")
    last, _, tag = last.partition(":")
    bare = folder + slash + last
    if digest:
        state = "digest"
    elif "$" in name:
        state = "unknown"
    else:
        state = "none" if not tag else "moving" if _MOVING.intersection(_WORDS.split(tag.lower())) else "named"
    return BaseImage(where, bare, tag or None, state, host, built)
