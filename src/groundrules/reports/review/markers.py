"""The hidden first line of a comment, by which a later run knows it again.

Only a marker with which a text begins counts: a person who quotes a comment has a `>` before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_COMMENT = re.compile(r"<!-- groundrules:v1 fp=([0-9a-f]{16}) rule=([a-z][a-z0-9-]*)( state=fixed)? -->")
_SUMMARY = re.compile(r"<!-- groundrules:v1 summary said=([0-9a-f,]*|all) -->")
REVIEW = "<!-- groundrules:v1 review -->"
SHORT = 8  # characters of a fingerprint in a summary, where there can be thousands
MOST = 3_000  # fingerprints in a summary, which may not grow without end


class Marked(NamedTuple):
    """What a marker says."""

    fingerprint: str
    rule: str
    fixed: bool


def marker(fingerprint: str, rule: str, fixed: bool = False) -> str:
    """The first line of a comment on a finding."""
    return f"<!-- groundrules:v1 fp={fingerprint} rule={rule}{' state=fixed' if fixed else ''} -->"


def marked(body: str) -> Marked | None:
    """What the first line of a comment says, if it is one of ours."""
    found = _COMMENT.match(body)
    return Marked(found[1], found[2], bool(found[3])) if found else None


def summary(fingerprints: Iterable[str]) -> str:
    """The first line of a summary, with the findings that stand nowhere else."""
    short = sorted({one[:SHORT] for one in fingerprints})
    return f"<!-- groundrules:v1 summary said={'all' if len(short) > MOST else ','.join(short)} -->"


def said(body: str) -> frozenset[str] | None:
    """The shortened fingerprints of a summary, `all` for too many; None if it is none of ours."""
    found = _SUMMARY.match(body)
    return frozenset(found[1].split(",")) - {""} if found else None


def ours(body: str) -> bool:
    """Whether a text begins with any of our markers."""
    return body.startswith(REVIEW) or marked(body) is not None or said(body) is not None
