"""Whether a path that code writes and one that it reads can be the same file."""

from __future__ import annotations

from groundrules.basics.late import re
from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.meaning.addresses import is_hole, is_telling, names_file
from groundrules.facts.meaning.link import Link
from groundrules.facts.ownership import ROOT, holes_to_expression, is_temporary, normal, place_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.texts import TEMPORARY
from groundrules.typed import NamedTuple

_PROJECT_FILES = ("pyproject.toml", "setup.py", "requirements.txt", "dvc.yaml", "MLproject")
_SYSTEM_FILES = ("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml")  # run projects together
_TELLING = ("print", "info", "debug", "warning")
_FIXED = ("absolute", "home", "mount")  # places that do not depend on where a script runs
_KINDS = frozenset(("data", "model"))
_EITHER = (".json", ".jsonc", ".json5")


OBJECT = "object"  # what lies under a key in a bucket


class Written(NamedTuple):
    """A path that code writes."""

    text: str
    script: str
    span: int
    position: tuple[int, int]
    is_folder: bool
    what: str = "any"  # model | data | object | …, as far as the function tells


class Likeness:
    """Compares what is written with what is read."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._places: dict[str, str] = {}
        self.moved: dict[str, list[str]] = {}  # scripts that change their folder, and where to
        self.runs_in: dict[
            str, list[str]
        ] = {}  # scripts whose configuration has them change their folder, and where to

    def _same(self, one: Written, clean: str, here: str, event: Event) -> bool:
        """Whether a written path and a read path mean the same file."""
        there = one.script.rpartition("/")[0]
        written = one.text.removeprefix(ROOT)
        if self._passes(one, written, clean, event):
            return False
        if there == here or written == clean:
            if there == here:
                return agree(written, clean) and not self._climbs(one, written, clean, event)
            if "/" in clean:
                return self._near(there, here)
            return self.project(there) == self.project(here) and bool(self.project(here) or not there or not here)
        if self._fits_whole(written, clean):
            return True
        if "{" in written or "{" in clean:
            folder = clean.partition("/")[0]
            named = "/" in clean and folder == written.partition("/")[0] and "{" not in folder
            together = one.position[0] == event.entry.id or self._together(there, here)
            outside = (
                place_of(clean) == "absolute" and written.startswith("{") and is_telling(written.rpartition("/")[2])
            )
            return (place_of(clean) == "relative" and (named or together)) or (outside and together)
        ours, theirs = normal(f"{here}/{clean}"), normal(f"{there}/{written}")
        if ours is not None and ours in (theirs, written):
            return True
        if theirs is not None and theirs.count("/") > 1 and clean.endswith(f"/{theirs}"):
            return True  # inside a clone of this repository
        tail, other = clean.lstrip("./"), written.lstrip("./")
        return "/" in tail and (other.endswith(tail) or ("/" in other and tail.endswith(other)))

    def _climbs(self, one: Written, written: str, clean: str, event: Event) -> bool:
        """Whether a path leaves the folder in which the other script writes a bare name."""
        known = "/" not in written and "{" not in written and clean.startswith("../")
        return known and one.script not in self.moved and event.module.path not in self.moved

    def _passes(self, one: Written, written: str, clean: str, event: Event) -> bool:
        """Whether a write leaves nothing that others find: one of a test, or below a temporary folder."""
        if (is_temporary(written) and not is_temporary(clean)) or f"{{{TEMPORARY}}}" in written:
            return one.script != event.module.path
        known = "/" in written and "{" not in written
        return one.script in self.link.tests and event.module.path not in self.link.tests and not known

    def _together(self, one: str, other: str) -> bool:
        """Whether scripts of two folders belong to one project, so that a bare name can mean one file in both."""
        first, second = self.project(one), self.project(other)
        if first or second:
            return first == second
        top = one.partition("/")[0] == other.partition("/")[0]
        return top or f"{one}/".startswith(f"{other}/") or not other

    def _near(self, one: str, other: str) -> bool:
        """Whether scripts of two folders may run in the same folder: projects of their own do not."""
        first, second = self.project(one), self.project(other)
        if not first or not second or f"{first}/".startswith(f"{second}/") or f"{second}/".startswith(f"{first}/"):
            return True
        above = first
        while above and not f"{second}/".startswith(f"{above}/"):
            above = above.rpartition("/")[0]
        return any(f"{above}/{name}" in self.link.owners.files for name in _SYSTEM_FILES) if above else False

    def _may_be(self, one: Written, name: str, clean: str, event: Event) -> bool:
        """Whether a write whose name is known in part can be of a file that is read: its folder must be the same, or
        unknown in a script beside; where nothing of the name is known, in the very script."""
        if one.what in _KINDS and _told_kind(clean) not in (None, one.what):
            return False
        if self._same_folder_name(one, clean) or self._fits_whole(one.text, clean):
            return True
        folder = one.text.removeprefix(ROOT).rstrip("/").rpartition("/")[0].rpartition("/")[2]
        if folder and "{" not in folder and "/" in clean:
            return False
        steps = one.text.removeprefix(ROOT).rstrip("/").split("/")[:-1]
        known = [step for step in steps if "{" not in step and step not in ("", ".", "..")]
        if known and "{" not in clean and known[-1] not in clean.split("/") and one.script not in self.moved:
            return False
        if not is_hole(name):
            there, here = one.script.rpartition("/")[0], event.module.path.rpartition("/")[0]
            return there == here or (is_telling(name) and self._together(there, here))
        later = one.position[0] == event.entry.id and one.position[1] >= event.position
        other = one.what == "model" and kind_of(clean) not in ("model", "other")
        return one.script == event.module.path and not later and not other

    def _fits_whole(self, written: str, clean: str) -> bool:
        """Whether two paths that start at the same place agree in all that is known of them."""
        if "{" not in written or not self._place(clean) == self._place(written) in _FIXED:
            return False
        return re.compile(holes_to_expression(written)).fullmatch(clean) is not None

    def _place(self, text: str) -> str:
        """What kind of place a path names; each is compared with many others."""
        known = self._places.get(text)
        if known is None:
            known = self._places[text] = place_of(text)
        return known

    def _same_folder_name(self, one: Written, clean: str) -> bool:
        ours = clean.rpartition("/")[0].rpartition("/")[2]
        above = one.text if "/" in one.text else one.script  # a bare name lies beside the script
        return bool(ours) and ours == above.rpartition("/")[0].rpartition("/")[2]

    def project(self, folder: str) -> str:
        """The nearest folder above that holds a project file."""
        files = self.link.owners.files
        while folder:
            if any(f"{folder}/{name}" in files for name in _PROJECT_FILES):
                return folder
            folder = folder.rpartition("/")[0]
        return ""


def _told_kind(path: str) -> str | None:
    """The kind of file that the ending of a path tells beyond doubt: tables and models are kept as JSON, too."""
    found = kind_of(path)
    return found if found in _KINDS or (found == "config" and not path.endswith(_EITHER)) else None


def agree(one: str, other: str) -> bool:
    """Whether two paths of scripts in one folder can be the same: what both say of folders agrees."""
    if "{" in one or "{" in other:
        return True
    first, second = ([step for step in path.split("/") if step not in ("", ".", "..")] for path in (one, other))
    size = min(len(first), len(second))
    return first[-size:] == second[-size:]


def stays_empty(event: Event) -> bool:
    """Whether a file is only opened to be there: nothing is done with it, so nothing is in it."""
    code = event.module.code
    opened = ("tuple", (("call", event.number),))
    inside = {number for number, one in enumerate(code.contexts) if one.kind == "with" and one.value == opened}
    if not inside:
        return False
    for number, one in enumerate(code.contexts):
        if one.parent in inside:
            inside.add(number)
    if any(op[0] in ("s", "d") and op[-1] in inside for scope in code.scopes for op in scope.ops):
        return False
    calls = [call for call in code.calls if call.context in inside]
    return all(str(call.func[-1]).rpartition(".")[2] in _TELLING for call in calls)


def named(value: Value, frame: Frame) -> list[str]:
    """The files that a call names from which a path comes that is not known."""
    if value[0] == "param":
        bound = frame.bound.get(value[2])
        return named(*bound) if bound is not None and bound[1] is frame.caller else []
    args = frame.module.code.calls[value[1]].args if value[0] == "call" else ()
    texts = [one[1].replace("\\", "/") for one in args if one[0] == "const" and isinstance(one[1], str)]
    return [text.rpartition("/")[2] for text in texts if names_file(text) and "://" not in text]
