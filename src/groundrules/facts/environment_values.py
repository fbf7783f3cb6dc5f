"""Values that shell lines give to variables and options whose name, or whose value, says that they are credentials."""

from __future__ import annotations

import re

from groundrules.facts.environment import MOST, numbered
from groundrules.facts.raw import Assigned, Row, Rows
from groundrules.facts.secrets import may_be_secret
from groundrules.facts.whereabouts import on_line

_GIVEN = re.compile(r"(?:(?<=[\s;&|('\"=])|--|^)([A-Za-z_][\w-]*)=(\"[^\"]*\"|'[^']*'|[^\s;&|\"')]+)")
_SPACED = re.compile(r"^\s*(?:ENV|setenv)\s+([A-Za-z_]\w*)\s+(\"[^\"]*\"|'[^']*'|[^\s=]+)\s*$")
_COMPUTED = ("$", "`", "%")


def extract(data: bytes) -> Rows:
    """What lines of a shell script, a container file or a makefile give to what may be a credential."""
    rows: list[Row] = []
    for number, line in numbered(data):
        if "=" not in line and not _SPACED.match(line):
            continue
        if line.lstrip().startswith("#") or len(rows) >= MOST:
            continue
        for match in (*_GIVEN.finditer(line), *_SPACED.finditer(line)):
            name, value = match[1], match[2].strip("'\"")
            if not any(sign in value for sign in _COMPUTED) and may_be_secret(name, value):
                rows.append(Assigned(on_line(number, match.start(1) + 1, match.end() + 1), name, value))
    return rows, []
