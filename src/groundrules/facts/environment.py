"""Names of environment variables that files declare: .env files, Dockerfiles, shell, make and unit files.

One row a name and file, at the first place. A name that a script merely reads counts as well: whoever runs the script
is told of it. Other formats: environment_keys, environment_blocks, environment_docs.
"""

from __future__ import annotations

import re

from groundrules.facts.raw import EnvDeclared, Row, Rows
from groundrules.facts.whereabouts import decoded, on_line
from groundrules.typed import Iterator

MOST = 2_000  # names a file
LONGEST_LINE = 5_000  # characters; longer lines are data

_EXPORT = re.compile(r"\b(?:export|declare\s+-g?x|typeset\s+-x|setenv|readonly)\s+(?=[A-Za-z_])([^;&|#)`]*)")
_EXPORTED = re.compile(r"(?:^|\s)([A-Za-z_][A-Za-z0-9_]*)(?==|\s|$)")
_ASSIGNED = re.compile(r"(?:^|[\s;&|(,'\"`])([A-Z_][A-Z0-9_]+)\+?=(?![=~])")
_READ = re.compile(r"(?<!\\)\$(?:\{[!#]?([A-Z_][A-Z0-9_]+)(?=[}:\-+=?#%/^,\[])|([A-Z_][A-Z0-9_]+)\b(?![a-z]))")
_PASSED = re.compile(r"(?:(?<!echo)\s-e|--env)[ =]['\"]?([A-Za-z_][A-Za-z0-9_]*)\b(?![./:\-])")
_WINDOWS = re.compile(r"\$env:([A-Za-z_]\w*)|(?i:^\s*@?set\s+(?:/p\s+)?\"?)([A-Za-z_]\w*)=|%([A-Z_][A-Z0-9_]+)%")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_IN_QUOTES = re.compile(r"'[^']*'")
_DOCKER = re.compile(r"\s*(ENV|ARG|CMD|ENTRYPOINT|[A-Z]+)\s+", re.IGNORECASE)
_DOCKER_NAME = re.compile(r"(?:^|\s)([A-Za-z_][A-Za-z0-9_]*)=")
_MAKE = re.compile(r" *(?:(?:export|override|private)\s+)*([A-Z_][A-Z0-9_]+)\s*(?:::?:?|\+|\?|!)?=")
_MAKE_EXPORT = re.compile(r"\s*export\s+([A-Za-z_][\w \t]*)$")
_UNIT = re.compile(r"\s*(?:Pass)?Environment\s*=\s*(.*)")
_UNIT_NAME = re.compile(r"(?:^|[\s\"'])([A-Za-z_][A-Za-z0-9_]*)(?==)")
_COMMENTED = re.compile(r"\s*#+\s*(?:export\s+)?([A-Z][A-Z0-9_]+)\s*=")


class Names:
    """Collects rows, one a name."""

    def __init__(self, how: str, capitals: bool = False) -> None:
        self._how = how
        self._capitals = capitals  # only names in capitals count
        self.rows: dict[str, EnvDeclared] = {}

    def add(self, name: str, line: int, column: int, how: str | None = None) -> None:
        """Note a name that starts at the column (from 1)."""
        if name in self.rows or len(self.rows) >= MOST or not is_name(name):
            return
        if not self._capitals or name == name.upper():
            self.rows[name] = EnvDeclared(on_line(line, column, column + len(name)), name, how or self._how)

    def matches(self, pattern: re.Pattern[str], text: str, line: int, shift: int = 0) -> None:
        """Note what the groups of each match hold."""
        for match in pattern.finditer(text):
            group = match.lastindex or 1
            self.add(match.group(group), line, match.start(group) + 1 + shift)

    def result(self) -> Rows:
        """The rows, in the order of the text."""
        rows: list[Row] = [*sorted(self.rows.values())]
        return rows, []


def is_name(name: str) -> bool:
    """Whether it can name a variable: letters, digits and `_`, at least one letter."""
    return name.isascii() and name.isidentifier() and name.strip("_") != ""


def numbered(data: bytes) -> Iterator[tuple[int, str]]:
    """Lines of a text from 1; none of what is no text."""
    text = decoded(data)
    for number, line in enumerate(text.split("\n") if text else (), 1):
        if line and len(line) <= LONGEST_LINE:
            yield number, line


def joined(data: bytes) -> Iterator[tuple[int, str]]:
    """Commands of a text by the line where each begins: without comments, lines that go on put together."""
    waiting, start = "", 0
    for number, line in numbered(data):
        if line.lstrip().startswith("#"):
            continue
        start = start if waiting else number
        waiting += line.rstrip().removesuffix("\\") + " "
        if not line.rstrip().endswith("\\"):
            yield start, waiting
            waiting = ""


def extract_dotenv(data: bytes) -> Rows:
    """Names of a .env file or a template of one; there a name behind a comment sign is documented too."""
    names = Names("template")
    for number, line in numbered(data):
        name, sign, _ = line.partition("=")
        bare = name.strip().removeprefix("export ").strip()
        if is_name(bare) and (sign or bare.isupper()):  # a name alone is taken over from whoever starts the program
            names.add(bare, number, name.rindex(bare) + 1)
        elif match := _COMMENTED.match(line):
            names.add(match.group(1), number, match.start(1) + 1)
    return names.result()


def extract_shell(data: bytes) -> Rows:
    """Names that a script exports, assigns, passes on or reads (.sh, .envrc, Procfile, .bat, .ps1)."""
    names = Names("shell")
    for number, line in numbered(data):
        shell_line(names, line, number)
        if "%" in line or "et " in line.lower() or "$env:" in line:
            names.matches(_WINDOWS, line, number)
    return names.result()


def shell_line(names: Names, line: str, number: int, shift: int = 0) -> None:
    """Note the names in one line of shell."""
    for match in _EXPORT.finditer(line):
        names.matches(_EXPORTED, _blank(match.group(1)), number, match.start(1) + shift)
    if "=" in line:
        names.matches(_ASSIGNED, line, number, shift)
    if "-e" in line:
        names.matches(_PASSED, line, number, shift)
    if "$" in line:
        # Inside awk's program `$NF` is a field.
        visible = _IN_QUOTES.sub(lambda match: " " * len(match.group()), line) if "awk" in line else line
        names.matches(_READ, visible, number, shift)


def _blank(text: str) -> str:
    """The text with quoted parts made invisible, at the same columns."""
    return _QUOTED.sub(lambda match: '"' * len(match.group()), text)


def extract_dockerfile(data: bytes) -> Rows:
    """Names of ENV and ARG, and those that the start command reads."""
    names = Names("dockerfile")
    instruction = ""
    for number, line in numbered(data):
        if line.lstrip().startswith("#"):
            continue
        start = 0
        first = not instruction
        if first and (match := _DOCKER.match(line)):
            instruction, start = match.group(1).upper(), match.end()
        _docker_line(names, instruction, line[start:].rstrip("\\ \t"), number, start, first)
        if not line.rstrip().endswith("\\"):
            instruction = ""
    return names.result()


def _docker_line(names: Names, instruction: str, rest: str, number: int, start: int, first: bool) -> None:
    if instruction in ("CMD", "ENTRYPOINT"):
        names.matches(_READ, rest, number, start)
    elif instruction == "ARG" or (instruction == "ENV" and ("=" in rest or not first)):
        pattern = _EXPORTED if instruction == "ARG" else _DOCKER_NAME
        names.matches(pattern, _blank(rest), number, start)
    elif instruction == "ENV" and rest.split():
        names.add(rest.split()[0], number, start + 1 + len(rest) - len(rest.lstrip()))


def extract_make(data: bytes) -> Rows:
    """Variables in capitals, exports, and what recipes assign, pass on or read."""
    names = Names("make")
    for number, line in numbered(data):
        if match := _MAKE.match(line):
            names.add(match.group(1), number, match.start(1) + 1)
        elif match := _MAKE_EXPORT.match(line):
            names.matches(_EXPORTED, match.group(1), number, match.start(1))
        elif not line.startswith("#"):
            shell_line(names, line, number)
    return names.result()


def extract_unit(data: bytes) -> Rows:
    """Names of Environment= in a systemd unit."""
    names = Names("settings")
    for number, line in numbered(data):
        if match := _UNIT.match(line):
            names.matches(_UNIT_NAME, match.group(1), number, match.start(1))
    return names.result()
