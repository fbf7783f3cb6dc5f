"""What the shell lines and magics of a notebook install."""

from __future__ import annotations

from groundrules.facts.raw import Where
from groundrules.typed import Any, Iterator

_INSTALLERS = (("pip", "install"), ("pip3", "install"), ("uv", "add"))
_CONDA = frozenset(("conda", "mamba", "micromamba"))
_WITH_VALUE = frozenset(
    [
        "-i",
        "--index-url",
        "--extra-index-url",
        "-f",
        "--find-links",
        "-c",
        "--constraint",
        "-t",
        "--target",
        "--trusted-host",
        "--platform",
        "--python-version",
        "--only-binary",
        "--no-binary",
        "--prefix",
        "--root",
        "--cache-dir",
        "--log",
        "--timeout",
        "--proxy",
        "--channel",
        "-n",
        "--name",
        "-p",
        "--python",
        "--index",
        "--index-strategy",
        "--progress-bar",
        "--upgrade-strategy",
    ]
)
_ELSEWHERE = frozenset(("-r", "--requirement", "-e", "--editable"))
_ENDS = frozenset((";", "&&", "||", "|", ">", ">>", "2>", "1>", "&>", "2>&1", "&", "#"))


def commands(kind: str, text: str, where: tuple[Any, ...]) -> Iterator[tuple[Where, str]]:
    """Each package that a magic installs, as it is written, with the place of its line."""
    if kind not in ("shell", "line"):
        return
    cell, first = where[0], where[1]
    below = 1 if "\n" in text or where[3] > where[1] else 0  # the lines of a cell of shell begin below its magic
    for number, line in enumerate(text.split("\n")):
        if "install" in line or " add " in line:
            at = first + below + number
            for package in packages(line):
                yield Where(cell, at, 1, at, 1 + len(line)), package


def packages(line: str) -> Iterator[str]:
    """The packages that one line of a shell installs with pip or conda."""
    for words in _parts(line):
        start = _start(words)
        if start:
            yield from _named(words[start:], conda=words[0] in _CONDA)


def _parts(line: str) -> Iterator[list[str]]:
    """The commands of a line, as words."""
    import shlex

    try:
        words = shlex.split(line.replace(";", " ; "), comments=True)
    except ValueError:
        return
    command: list[str] = []
    for word in words:
        if word in _ENDS:
            yield command
            command = []
        else:
            command.append(word)
    yield command


def _start(words: list[str]) -> int:
    """Where the packages begin; 0 for another command."""
    for at in range(min(len(words) - 1, 8)):
        if tuple(words[at : at + 2]) in _INSTALLERS:
            return at + 2
        if at == 0 and words[0] in _CONDA and words[1] == "install":
            return 2
    return 0


def _named(words: list[str], conda: bool) -> Iterator[str]:
    """The words that name packages. One that another file or the notebook itself spells out is left to those."""
    skipping = False
    for word in words:
        if skipping:
            skipping = False
        elif word in _WITH_VALUE or word in _ELSEWHERE or (conda and word == "-c"):
            skipping = True
        elif (
            not word.startswith(("-", ".", "/", "~", "$", "{", ">", "<", "2>")) and "{" not in word and "$" not in word
        ):
            yield word.replace("=", "==", 1) if conda and "==" not in word and ">" not in word else word
