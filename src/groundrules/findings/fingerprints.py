"""Names for findings that stay the same while the code around them moves.

rule | path | scope | normalised source | n-th twin; a rule may say what stands for the source. No line or cell numbers,
no commits, no times: a finding that moved is the same finding to a baseline, a review comment and the difference of two
trees. The first half of a name is made from rule and source alone, so that what moved to another file is recognised.
"""

from __future__ import annotations

from types import MappingProxyType

from groundrules.basics.late import sha256
from groundrules.findings.ask import RawFinding
from groundrules.findings.comments import MARK
from groundrules.model import Span
from groundrules.typed import Callable, Iterable, Mapping

OPENERS = ("<!--", "--", "//", "#")
LINES = 200  # of a very long statement; what follows does not make it another one
LONGEST = 600  # characters, likewise: enough to tell statements apart, however they are laid out
HALF = 8  # digits
NONE: Mapping[str, str] = MappingProxyType({})


def fingerprints(
    findings: Iterable[RawFinding], source: Callable[[Span], str], renamed: Mapping[str, str] = NONE
) -> list[str]:
    """One name for each of the findings, which stand in their order. `source` gives the lines of a place.

    `renamed` gives paths the names that they bear elsewhere, so that what was found there is named alike.
    """
    seen: dict[tuple[str, str, str, str], int] = {}
    names = []
    for found in findings:
        path = renamed.get(found.span.path, found.span.path)
        said = found.identity or normalised(source(found.span))
        identity = (found.rule.id, path, found.scope, said)
        twin = seen.get(identity, 0)
        seen[identity] = twin + 1
        names.append(_digest((found.rule.id, identity[3])) + _digest((*identity, str(twin))))
    return names


def _digest(parts: tuple[str, ...]) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass"))[:HALF]


def essence(fingerprint: str, rule: str) -> str | None:
    """What two findings of a rule share that say the same about the same source; None if there is no source."""
    half = fingerprint[:HALF]
    return None if half == _digest((rule, "")) else half


def normalised(source: str) -> str:
    """Source without the differences that mean nothing: white space, the kind of quotes, a comma before a closing
    bracket (so that a formatter changes no names), and comments that suppress findings."""
    lines = source.splitlines()[:LINES]
    text = " ".join(without_suppression(line) if MARK in line else line for line in lines).replace("'", '"')
    text = _tight(text.split())
    return text.replace(",)", ")").replace(",]", "]").replace(",}", "}")[:LONGEST].strip()


def _tight(words: Iterable[str]) -> str:
    """The words with a space only where two would grow together otherwise."""
    text = ""
    for word in words:
        text += f" {word}" if _is_letter(text[-1:]) and _is_letter(word[0]) else word
    return text


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "_"


def without_suppression(line: str) -> str:
    """A line without the comment that suppresses a finding in it."""
    before, _, after = line.partition(MARK)
    opened = before.rstrip()
    for opener in OPENERS:
        if opened.endswith(opener):
            return opened.removesuffix(opener) + (after.partition("-->")[2] if opener == "<!--" else "")
    return line
