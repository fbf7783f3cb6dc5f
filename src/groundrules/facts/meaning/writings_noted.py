"""What was noted of writes: by the names of files, by folders, by archives."""

from __future__ import annotations

from groundrules.basics.late import re
from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.meaning.addresses import is_hole, without_archive
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.writings_likeness import Likeness, Written
from groundrules.facts.ownership import ROOT, holes_to_expression, normal
from groundrules.typed import Any, Callable

_TELLING_PREFIX = 5  # so many letters before its hole tell the name of a folder from others


COMPUTED = (".npz", ".npy", ".pkl", ".pickle", ".joblib")  # nobody writes these by hand, and few hand them out
_FILLING = frozenset(("data", "model", "archive", "image"))


class Noted(Likeness):
    """The memory of writes."""

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self.by_name: dict[str, list[Written]] = {}
        self.in_lower: dict[str, Written] = {}  # one of each name in small letters, which a file system may take as one
        self._writers: dict[tuple[str, str], Written | None] = {}  # by what is read and the script, until more is noted
        # The same, those of one path, script and kind once: a path that is known in part is compared with all of them.
        self.alike: dict[str, dict[tuple[str, str, str], Written]] = {}
        self.holed: dict[str, dict[tuple[str, str, str], Written]] = {}  # those of the names that have holes
        self.folders: dict[str, Written] = {}
        self.holding: dict[str, Written] = {}  # folders, two steps deep or more, into which files are written
        self.made_folders: set[str] = set()  # folders that code makes, to put something into them
        self.kept_models: dict[str, Written] = {}  # folders in which a run keeps one model after the other
        self.saving: set[str] = set()  # folders of scripts that save models to places that are not known
        self.computing: set[tuple[str, str]] = set()  # of scripts that compute files: their folders and the endings
        self.unplaced = False  # some step writes data or a model to a folder that nobody can tell
        self.programs: dict[str, Written] = {}  # scripts that run a program that nobody tracks
        self.patterns: list[tuple[Callable[[str], Any], Written]] = []  # what lies below folders of names with holes
        self.unpacked: dict[tuple[str, str], Written] = {}  # by script, and archives' names without their endings
        self.fetched: set[tuple[str, str]] = set()  # scripts, and the archives that they download
        self.opened: dict[str, list[tuple[str, Written]]] = {}  # by script: the archives that it unpacks
        self.refined: dict[tuple[str, int], str] = {}  # handles: what is done with them says what they hold

    def note_write(
        self, text: str, script: str, span: int, position: tuple[int, int], is_folder: bool = False, what: str = "any"
    ) -> None:
        """Note that code writes a path or below a folder."""
        if text.find(ROOT) > 0:  # the script's own name in the middle of another
            head, _, rest = text.partition(ROOT)
            text = head + rest.rpartition("/")[2]
        if text.startswith(ROOT) and ".." in text:
            text = ROOT + (normal(text[2:]) or text[2:])
        one = Written(text.replace("\\", "/"), script, span, position, is_folder, what)
        name = one.text.rstrip("/").rpartition("/")[2]
        self._writers.clear()
        self.keep(name, one)
        if name.endswith(".shp"):  # the attributes of the shapes lie in a file beside
            self.note_write(f"{text[:-4]}.dbf", script, span, position, is_folder, what)
        head = one.text.removeprefix(ROOT).removeprefix("./").rstrip("/")
        if "{" in name and kind_of(name) == "model" and "/" in head and "{" not in head.rpartition("/")[0]:
            self.kept_models.setdefault(head.rpartition("/")[0], one)
        self.unplaced = self.unplaced or (head.startswith("{") and kind_of(name) in _FILLING)
        if head.startswith("{") and head.endswith(COMPUTED) and "/" not in head:
            self.computing.add((script.rpartition("/")[0], head.rpartition(".")[2]))
        if what == "model" and (head.startswith("{") or is_hole(name)):
            self.saving.add(script.rpartition("/")[0])
        if head.count("/") > 1:
            self._note_filled(head, one)
        if (is_folder or "." not in name) and head not in ("", "."):
            self.folders.setdefault(head, one)
            if "{" in head and not head.startswith("{") and len(head.partition("{")[0]) > _TELLING_PREFIX:
                self.patterns.append((re.compile(holes_to_expression(head) + "/.+").fullmatch, one))

    def keep(self, name: str, one: Written) -> None:
        """Keep a write by the name of its file."""
        self.by_name.setdefault(name, []).append(one)
        self.in_lower.setdefault(name.lower(), one)
        alike = self.alike.setdefault(name, {})
        alike.setdefault((one.text, one.script, one.what), one)
        if "{" in name:
            self.holed[name] = alike

    def _note_filled(self, path: str, one: Written) -> None:
        """Note the folders above a file of data or a model; reading such a folder reads what was written there."""
        if "{" in path.rpartition("/")[2] or kind_of(path) in _FILLING:
            known = path.partition("{")[0].rpartition("/")[0]
            while "/" in known:
                self.holding.setdefault(known, one)
                known = known.rpartition("/")[0]

    def note_archive(self, name: str, script: str, span: int, position: tuple[int, int], opened: bool = True) -> None:
        """Note that an archive is read or unpacked: most hold a folder, or files, of their own name."""
        folder = without_archive(name)
        if folder != name and not {".", "{"}.intersection(folder):
            self.note_write(folder, script, span, position, True)
            self._writers.clear()
            one = Written(folder, script, span, position, True)
            self.unpacked.setdefault((script, folder.rpartition("/")[2]), one)
            if opened:
                self.opened.setdefault(script, []).append((name.rpartition("/")[2], one))
