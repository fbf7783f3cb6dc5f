"""What a container file puts where: paths of a running container that come out of the repository."""

from __future__ import annotations

from groundrules.facts.environment import joined
from groundrules.facts.kinds import kind
from groundrules.facts.raw import Copied, Row, Rows
from groundrules.facts.whereabouts import on_line

_MOST = 200


def extract(data: bytes) -> Rows:
    """One row for each source of a COPY or ADD, with the absolute path that it gets, and for each file of a RUN."""
    rows: list[Row] = []
    folder = "/"
    for start, line in joined(data):
        words = _words(line)
        if words[:1] == ["WORKDIR"] and len(words) > 1:
            folder = _below(folder, words[1])
        elif words[:1] in (["COPY"], ["ADD"]) and len(rows) < _MOST:
            rows.extend(Copied(on_line(start, 1, 2), source, target) for source, target in _copied(words[1:], folder))
        elif words[:1] == ["RUN"] and len(rows) < _MOST:
            rows.extend(Copied(on_line(start, 1, 2), "", word) for word in words[1:] if _made(word))
    return rows, []


def _words(line: str) -> list[str]:
    first, _, rest = line.strip().partition(" ")
    if rest.strip().startswith("["):
        rest = rest.strip().strip("[]").replace(",", " ")
    return [first.upper(), *(word.strip("'\"") for word in rest.split())]


def _copied(words: list[str], folder: str) -> list[tuple[str, str]]:
    if any(word.startswith("--from") for word in words):
        return []
    paths = [word for word in words if not word.startswith("--")]
    if len(paths) < 2 or any("$" in path or "://" in path or "*" in path for path in paths):
        return []
    target = _below(folder, paths[-1])
    return [(source.removeprefix("./").strip("/"), target) for source in paths[:-1]]


def _made(word: str) -> bool:
    """Whether a word of a RUN line names a file of data or a model that it makes, or at least knows."""
    return word.startswith("/") and kind(word) in ("data", "model")


def _below(folder: str, path: str) -> str:
    """A path of the container, seen from a folder of it; one that ends in a slash names a folder."""
    if path.startswith("/"):
        return path
    clean = path.removeprefix("./")
    return f"{folder.rstrip('/')}/{clean}" if clean not in ("", ".") else folder.rstrip("/") + "/"
