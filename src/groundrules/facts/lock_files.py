"""What locks pin: of every format only the names matter, since a lock names one version of each."""

from __future__ import annotations

import re

from groundrules.facts.raw import Lock, Row, Rows
from groundrules.facts.requirements import normalised
from groundrules.facts.whereabouts import on_line

_NAMES = re.compile(
    rb"""^[ \t-]*name[ ]*[=:][ ]*["']?([\w.-]+)["']?[ \t\r]*$   # of TOML and YAML: name = "x", - name: x
    |^[ ]{8}"([\w.-]+)":[ ]\{                                     # of JSON: a table below a section
    |^([\w.-]+)[ ]*==                                             # as requirements are written
    |^[ \t-]*(?:(?:conda|url):[ ]*)?https?://\S+/([\w.-]+?)-[^-/\s]+-[^-/\s]+\.(?:conda|tar\.bz2)  # explicit addresses
    """,
    re.MULTILINE | re.VERBOSE,
)


def extract(data: bytes) -> Rows:
    """One row with everything that the lock names."""
    found = {next(filter(None, match.groups())) for match in _NAMES.finditer(data)}
    names = sorted({normalised(name.decode("utf-8", "replace")) for name in found})
    rows: list[Row] = [Lock(on_line(1, 1, 2), tuple(names))] if names else []
    return rows, []
