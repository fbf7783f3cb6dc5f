"""What is new against another tree, and what is gone: findings are subtracted by fingerprint.

A fingerprint holds no line numbers, and paths are renamed before. What is left over on both sides is matched once more
without function and twin, and then without path, so that moved code is not new.
"""

from __future__ import annotations

from groundrules.findings.fingerprints import essence
from groundrules.model import Finding, Gone
from groundrules.typed import Callable, Iterable, Mapping

Key = tuple[str, ...]


def subtracted(
    now: tuple[Finding, ...], then: tuple[Finding, ...], renamed: Mapping[str, str]
) -> tuple[tuple[Finding, ...], tuple[Gone, ...]]:
    """The findings of now with their status, and those of then that are gone. `renamed`: old path → new path.

    A suppression that is gone makes a finding new.
    """
    left = {found.fingerprint: found for found in then if found.status != "suppressed"}
    known = {found.fingerprint for found in now if left.pop(found.fingerprint, None) is not None}
    for key in (_in_file(renamed), _anywhere):
        known |= _matched((one for one in now if one.status == "new" and one.fingerprint not in known), left, key)
    status = tuple(
        found._replace(status="known") if found.status == "new" and found.fingerprint in known else found
        for found in now
    )
    gone = [Gone(found.fingerprint, found.rule, found.span.path) for found in left.values()]
    return status, tuple(sorted(gone, key=lambda one: (one.path, one.rule, one.fingerprint)))


def _matched(findings: Iterable[Finding], left: dict[str, Finding], key: Callable[[Finding], Key | None]) -> set[str]:
    """The fingerprints of findings that one of those left over explains; each explains one and is taken out."""
    waiting: dict[Key, list[str]] = {}
    for name, found in left.items():
        if (spelled := key(found)) is not None:
            waiting.setdefault(spelled, []).append(name)
    matched = set()
    for found in findings if waiting else ():
        spelled = key(found)
        names = waiting.get(spelled) if spelled is not None else None
        if names:
            del left[names.pop(0)]
            matched.add(found.fingerprint)
    return matched


def _in_file(renamed: Mapping[str, str]) -> Callable[[Finding], Key | None]:
    """The same line in the same file, whatever the function around it is called now."""

    def key(found: Finding) -> Key | None:
        return found.rule, renamed.get(found.span.path, found.span.path), essence(found.fingerprint, found.rule) or ""

    return key


def _anywhere(found: Finding) -> Key | None:
    """The same line in another file. What concerns a file as a whole does not move: another file is another case."""
    said = essence(found.fingerprint, found.rule)
    return (found.rule, said) if said and not whole(found) else None


def whole(found: Finding) -> bool:
    """Whether a finding concerns a file as a whole."""
    return found.span[2:] == (1, 1, 1, 1)
