"""Lines of shell that name an address, or a thing to download: what a script or a makefile may fetch."""

from __future__ import annotations

import re

from groundrules.facts.environment import joined
from groundrules.facts.raw import Addressed, Rows, Where
from groundrules.facts.whereabouts import on_line
from groundrules.typed import Iterator

_MOST = 200
_LONGEST = 1_000  # characters of a value; one that is longer is no address
_GIVEN = re.compile(
    r"\s*(?:(?:export|readonly|local|declare)\s+)?([A-Za-z_]\w*)\s*[:?]?=\s*(\"[^\"]*\"|'[^']*'|[^\s;&|]+)\s*$"
)
_NAMED = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|\(([A-Za-z_]\w*)\)|([A-Za-z_]\w*))")
_CHECKS = (b"sha256", b"shasum", b"sha1sum", b"sha512", b"md5sum", b"md5 ", b"--verify", b"--checksum")
_PARTS = re.compile(r"&&|\|\||[;|]")
_PUTTING = frozenset(("mv", "cp", "unzip", "tar", "rsync"))  # they put files somewhere
_FETCHING = " download "  # between a command and what it fetches by its name
_BEFORE = frozenset(("sudo", "if", "then", "else", "do", "!", "time", "nice", "exec", "@", "-"))


def extract(data: bytes) -> Rows:
    """One row for each command that names what it fetches; variables that the file itself gives a value are put in."""
    rows: list[Addressed] = []
    known: dict[str, str] = {}
    checked = any(word in data for word in _CHECKS)
    folders = [""]
    for start, text in joined(data):
        given = _GIVEN.match(text.rstrip())
        if given is not None:
            value = _filled(given[2].strip("'\""), known)
            known[given[1]] = value if len(value) < _LONGEST else ""
        elif len(rows) < _MOST:
            rows.extend(_told(_filled(text, known), folders, on_line(start, 1, 2), checked))
    return [*rows] if any("://" in row.command or _FETCHING in row.command for row in rows) else [], []


def _told(text: str, folders: list[str], where: Where, checked: bool) -> Iterator[Addressed]:
    for one in _commands(text):
        if not _changes(one, folders) and ("://" in one or _FETCHING in one or one.split(None, 1)[0] in _PUTTING):
            yield Addressed(where, one, checked, folders[-1])


def _changes(command: str, folders: list[str]) -> bool:
    """Whether a command changes the folder; those that were changed to lie on the stack."""
    first, _, target = command.partition(" ")
    target = target.strip().strip("'\"")
    if first == "popd":
        folders[1:] = folders[1:-1]
    elif first in ("cd", "pushd"):
        there = target if target.startswith(("/", "~", "$")) else f"{folders[-1]}/{target}".lstrip("/")
        folders[len(folders) - (first == "cd") :] = [there] if target != "-" else folders[-1:]
    return first in ("cd", "pushd", "popd")


def _filled(text: str, known: dict[str, str]) -> str:
    return _NAMED.sub(lambda match: known.get(match[1] or match[2] or match[3], match[0]), text)


def _commands(text: str) -> list[str]:
    found = []
    for part in _PARTS.split(text):
        words = part.strip().lstrip("@-").split()
        while words and words[0] in _BEFORE:
            words = words[1:]
        if words[1:2] == ["run"] and _FETCHING in part:
            words = words[2:]  # a tool that starts others in its environment
        if words and not words[0].startswith("#"):
            found.append(" ".join(words))
    return found
