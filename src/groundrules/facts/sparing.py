"""Which names a change of a file gives another meaning, so that files that use none of them need not be asked again."""

from __future__ import annotations

from groundrules.facts.changing.region import Region, differing
from groundrules.facts.python.ir import Code
from groundrules.facts.python.leading import Speaking
from groundrules.facts.repository import Repository
from groundrules.model import Snapshot
from groundrules.typed import TYPE_CHECKING, Iterable, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.changing.given import Change

_MOST = 40  # changed files that are looked at; more are a change of everything


class Spared(NamedTuple):
    """A changed module that means the same to whoever does not use what changed in it."""

    blob: str  # what it was before
    users: frozenset[str]  # the files that may use what changed


class Side(NamedTuple):
    """A file before or after a change."""

    lines: list[bytes]
    code: Code
    start: int  # the lines that differ, counted from 0
    end: int


def spared(repository: Repository, then: Snapshot, changes: Iterable[Change]) -> dict[str, Spared]:
    """The changed modules of which it is known what means something else now."""
    found = changed_names(repository, then, changes)
    using = {path: frozenset(repository.survey.naming(path, names)) for path, names in found.items()}
    return {path: Spared(then.files[path].blob, users) for path, users in using.items()}


def changed_names(repository: Repository, then: Snapshot, changes: Iterable[Change]) -> dict[str, frozenset[str]]:
    """By path of a module: every name that means something else now. Where that cannot be told a path is left out."""
    modules = [one for one in changes if one.status == "M" and one.path == one.old_path and one.path.endswith(".py")]
    if len(modules) > _MOST:
        return {}
    modules = [one for one in modules if repository.names.get(one.path) == ("python",)]
    paths = [one.path for one in modules]
    old = dict(then.read([path for path in paths if path in then.files]))
    new = dict(repository.snapshot.read(paths))
    repository.read(paths)
    found = {}
    for path in paths:
        before, after = repository.kept_code(then.files[path].blob) if path in old else None, repository.code(path)
        if before is not None and after is not None:
            names = _names(old[path], before, new[path], after)
            if names is not None:
                found[path] = names
    return found


def _names(old: bytes | str, before: Code, new: bytes | str, after: Code) -> frozenset[str] | None:
    if (
        not isinstance(old, bytes)
        or not isinstance(new, bytes)
        or b"\r" in old + new
        or tuple(before.stars) != tuple(after.stars)
    ):
        return None  # Python counts other ends of lines, too
    lines = old.split(b"\n"), new.split(b"\n")
    region = differing(*lines)
    names: set[str] = set()
    sides = _sides(lines, region, before, after)
    for side in sides:
        own = _own(side)
        if own is None:
            return None
        names |= own
    units = _units(after)
    plain = [name.encode() for name in names if not any(name == one.name for side in sides for one in side.code.scopes)]
    speaking = Speaking(after, names, {number for number, one in enumerate(after.scopes) if one.name in names})
    for number, line in enumerate(lines[1]):
        # A constant is known where the file's own level and the defaults of functions use it, so its name is not.
        if any(name in line for name in plain) and not region.start <= number < region.new:
            if number not in units:
                return None
            speaking.found.add(units[number])
    speaking.spread()
    if any(map(speaking.fills, after.scopes[0].ops)):
        return None  # importing the file does something else now
    scopes = zip(speaking.units, after.scopes, strict=True)
    speaking.names.update(scope.name for unit, scope in scopes if unit in speaking.found)
    return frozenset(name for name in speaking.names if not name.startswith("__"))


def _sides(lines: tuple[list[bytes], list[bytes]], region: Region, before: Code, after: Code) -> tuple[Side, Side]:
    return Side(lines[0], before, region.start, region.old), Side(lines[1], after, region.start, region.new)


def _own(side: Side) -> frozenset[str] | None:
    """What is defined where the sides differ; None if anything but definitions and plain constants stands there."""
    code = side.code
    left = {number for number in range(side.start, side.end) if not _is_empty(side.lines[number])}
    names: set[str] = set()
    for scope in code.scopes[1:]:
        first, last = scope.where[1] - 1, scope.where[3]
        inside = first < side.end and last > side.start if side.end > side.start else first < side.start < last
        if inside:
            names.add(scope.name)
            if scope.parent == 0 and scope.kind in ("function", "class"):
                left.difference_update(range(first, last))
    for op in code.scopes[0].ops:
        if op[0] == "=" and op[2][0] == "const" and op[4] == 0 and op[3][1] - 1 in left:
            line = side.lines[op[3][1] - 1]
            if b";" not in line and not line.rstrip().endswith((b"\\", b"(", b'"""', b"'''")):
                names.add(op[1])
                left.discard(op[3][1] - 1)
    return None if left else frozenset(names)


def _units(code: Code) -> dict[int, int]:
    """The outermost definitions, by the lines that they cover."""
    scopes = enumerate(code.scopes)
    units = [(number, one) for number, one in scopes if one.parent == 0 and one.kind in ("function", "class")]
    return {line: number for number, one in units for line in range(one.where[1] - 1, one.where[3])}


def _is_empty(line: bytes) -> bool:
    line = line.strip()
    return not line or line.startswith(b"#")
