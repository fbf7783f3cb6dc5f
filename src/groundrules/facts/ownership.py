"""Who answers for a path: git, a pointer of a data version system, a step of this repository, or nobody.

Real code says `data/train.csv` and means it relative to the script, to the repository, to the nearest project folder or
to wherever a notebook changed to. A path counts as nobody's only when none of these readings finds an owner.
"""

from __future__ import annotations

from groundrules.basics.late import re
from groundrules.model import File
from groundrules.typed import Iterable, Mapping, NamedTuple

ROOT = "\0/"
_BUCKETS = (
    "s3", "s3a", "s3n", "gs", "gcs", "abfs", "abfss", "wasb", "wasbs", "az", "adl", "hdfs", "dbfs", "oss", "cos",
)  # fmt: skip
_MOUNTS = (
    "/kaggle/", "/content/", "/gdrive/", "/dbfs/", "/mnt/", "/databricks/", "/datasets/", "/data/",
    "/Volumes/", "/lustre/", "/scratch/", "/nfs/", "/media/", "../input/", "../../input/", "./input/../input",
)  # fmt: skip
_JOBS = ("/opt/ml/",)  # what a platform puts into the container of a job, from where the job's caller says
GIVEN = ("/kaggle/input/", "../input/", "../../input/", "/opt/ml/input/")  # mounts that a run only reads
_TELLING_STEPS = 2  # folders of other places share so many steps with folders of a repository, but hardly more
PACKED = (".zip", ".gz", ".7z", ".xz")  # endings of what holds a file of the same name
_TEMPORARY = ("/tmp/", "/var/tmp/", "/dev/", "/proc/", "/sys/", "/etc/", "/usr/", "/run/")
_TOOLS = "~/."  # what a tool keeps for a person
_SYSTEM = ("c:/program", "c:/windows", "c:/temp", "c:/tmp")
_CAPITALS = frozenset(("MODEL", "FILE", "DATA", "DATASET", "CHECKPOINT", "WEIGHTS", "INPUT", "PATH", "FILENAME"))
_PLACEHOLDERS = (
    "path/to", "path\\to", "your/", "your_", "/your", "[your", "<", "yourpath", "xxx", "...", "***", "my_path",
    "to/your",
)  # fmt: skip


class Pointer(NamedTuple):
    """A path that a version system answers for."""

    target: str
    system: str
    span: int


class Owner(NamedTuple):
    """Who answers for a path, where it says so, and the path inside the repository."""

    name: str | None
    span: int | None
    resolved: str | None


def place_of(text: str) -> str:
    """What kind of place a path or address names."""
    if text.startswith(ROOT):
        return "unknown" if text[2:3] == "{" else "relative"  # what is joined to the root may start anew
    head, mark, _ = text.partition("://")
    if mark and 1 < len(head) < 24 and "/" not in head and "{" not in head:
        scheme = head.lower()
        if scheme in ("http", "https", "ftp", "ftps", "sftp"):
            return "url"
        return (
            "bucket" if scheme in _BUCKETS else "hub" if scheme == "hf" else "absolute" if scheme == "file" else "table"
        )
    lowered = text.replace("\\", "/")
    if lowered.startswith(_JOBS):
        return "job"
    if lowered.startswith(_MOUNTS):
        return "mount"
    if (
        text.startswith("~")
        or lowered.startswith(("/home/", "/Users/", "/root/"))
        or lowered[1:9].lower() == ":/users/"
    ):
        return "home"
    if lowered.startswith("/") or (text[1:2] == ":" and text[:1].isalpha() and text[2:3] in ("\\", "/", "")):
        return "absolute"
    if text.startswith("{"):
        return "unknown"
    return "relative"


def is_placeholder(text: str) -> bool:
    """Whether a path is a stand-in that the reader is meant to replace."""
    lowered = text.lower()
    stem = text.rpartition("/")[2].partition(".")[0]
    return any(word in lowered for word in _PLACEHOLDERS) or stem in _CAPITALS


def is_temporary(text: str) -> bool:
    """Whether a path lies where nothing is kept."""
    clean = text.lower().replace("\\", "/")
    kept = clean.startswith(_TOOLS)
    return text.startswith(_TEMPORARY) or clean.startswith(_SYSTEM) or kept or "/.cache/" in f"/{clean}"


def normal(path: str) -> str | None:
    """A relative path without `.` and `..`; None when it leaves the repository."""
    steps: list[str] = []
    for step in path.split("/"):
        if step in ("", "."):
            continue
        if step == "..":
            if not steps:
                return None
            steps.pop()
        else:
            steps.append(step)
    return "/".join(steps)


class Ownership:
    """The repository's paths and who answers for each."""

    def __init__(
        self, files: Mapping[str, File], pointers: Iterable[Pointer], lfs: frozenset[str],
        copies: Iterable[tuple[str, str, str]] = (),
    ) -> None:  # fmt: skip
        self.copies = list(copies)  # container files, and which paths they put where
        self.files = files
        self.lfs = lfs
        self._ordered = [path for path, file in files.items() if file.tracked]
        self.tracked = set(self._ordered)
        self.submodules = {path for path, file in files.items() if file.kind == "submodule"}
        self.folders: set[str] = set()
        self.names: dict[str, list[str]] = {}
        for path in self._ordered:  # so that every run names the same one of several files
            head, _, last = path.rpartition("/")
            self.names.setdefault(last, []).append(path)
            while head and head not in self.folders:
                self.folders.add(head)
                head = head.rpartition("/")[0]
        self._patterns: dict[str, Owner] = {}
        self._by_ending: dict[str, list[str]] = {}
        self.pointers: dict[str, Pointer] = {}
        for pointer in pointers:
            self.pointers.setdefault(pointer.target, pointer)
        self.pointer_names = {path.rpartition("/")[2] for path in self.pointers}

    def bases(self, script: str, extra: Iterable[str] = ()) -> list[str]:
        """The folders that a relative path in a script may be relative to, most likely first."""
        folder = script.rpartition("/")[0]
        found = list(extra)
        while True:
            found.append(folder)
            if not folder:
                return list(dict.fromkeys(found))
            folder = folder.rpartition("/")[0]

    def of(self, text: str, script: str, extra: Iterable[str] = ()) -> Owner:
        """Who answers for a path as a script spells it; {holes} match anything."""
        text = text.replace("\\", "/")
        if text.startswith(ROOT):
            return self._below_root(text[2:])
        place = place_of(text)
        if place in ("absolute", "mount", "home", "job") and "{" not in text:
            return self._inside_clone(text)
        bases = self.bases(script, extra)
        first: str | None = None
        for base in bases:
            path = normal(f"{base}/{text}") if place == "relative" else None
            if path is None:
                continue
            owner = self._one(path)
            if owner.name is not None:
                return owner
            first = first if first is not None else path
        if place == "unknown" or "{" in text:
            return self._by_tail(text)
        return Owner(None, None, first)

    def _below_root(self, path: str) -> Owner:
        """A path that a script builds from its own place. Code that looks for the root of the repository step by step
        ends in some folder above, so those count as well."""
        owner = self._one(path)
        clean = normal(path)
        if owner.name is not None or clean is None or "{" in clean:
            return owner
        steps = clean.split("/")
        size = len(steps) - 1
        while size and "/".join(steps[:size]) not in self.folders and "/".join(steps[:size]) not in self.tracked:
            size -= 1
        for kept in range(size - 1, -1, -1):
            other = self._one("/".join([*steps[:kept], *steps[size:]]))
            if other.name is not None:
                return other
        return owner

    def _one(self, path: str) -> Owner:
        """Who answers for exactly this path of the repository."""
        clean = normal(path)
        if clean is None:
            return Owner(None, None, None)
        if "{" in clean:
            return self._pattern(clean)
        if clean in self.tracked:
            return Owner("lfs" if clean in self.lfs else "git", None, clean)
        above = clean
        while above:
            pointer = self.pointers.get(above)
            if pointer is not None:
                return Owner(pointer.system, pointer.span, clean)
            if above in self.submodules:
                return Owner("submodule", None, clean)
            above = above.rpartition("/")[0]
        if clean in self.folders or clean == "" or any(clean + ending in self.tracked for ending in PACKED):
            return Owner("git", None, clean)
        return Owner(None, None, clean)

    def _pattern(self, pattern: str) -> Owner:
        """Who answers for a path with holes: somebody, when any of their paths fits."""
        known = self._patterns.get(pattern)
        if known is None:
            known = self._patterns[pattern] = self._fitting(pattern)
        return known

    def _fitting(self, pattern: str) -> Owner:
        literal = pattern.partition("{")[0].rpartition("/")[0]
        above = literal
        while above:
            pointer = self.pointers.get(above)
            if pointer is not None:
                return Owner(pointer.system, pointer.span, pattern)
            above = above.rpartition("/")[0]
        match = re.compile(holes_to_expression(pattern)).fullmatch
        for path in self._candidates(pattern):
            if path.startswith(literal) and match(path):
                return Owner("git", None, path)
        for path, one in self.pointers.items():
            if path.startswith(literal) and match(path):
                return Owner(one.system, one.span, path)
        return Owner(None, None, None)

    def _candidates(self, pattern: str) -> Iterable[str]:
        """The tracked paths that end like a pattern."""
        last = pattern.rpartition("/")[2]
        if "{" not in last:
            return self.names.get(last, ())
        ending = last.rpartition("}")[2].rpartition(".")
        if not ending[1]:
            return self._ordered
        if not self._by_ending:
            for path in self._ordered:
                self._by_ending.setdefault(path.rpartition(".")[2], []).append(path)
        return self._by_ending.get(ending[2], ())

    def _by_tail(self, text: str) -> Owner:
        """A path that starts with something unknown: whoever has a path that ends like it."""
        tail = text.rpartition("}")[2].strip("/") if "}" in text else text
        if not tail or ("/" not in tail and "." not in tail):
            return Owner(None, None, None)
        last = tail.rpartition("/")[2]
        for path in self.names.get(last, ()):
            if path == tail or path.endswith("/" + tail):
                return Owner("git", None, path)
        for path, pointer in self.pointers.items():
            if path == tail or path.endswith("/" + tail):
                return Owner(pointer.system, pointer.span, path)
        return Owner(None, None, None)

    def _inside_clone(self, text: str) -> Owner:
        """An absolute path may lie inside a clone of this very repository: two or more steps that match say so."""
        steps = text.replace("\\", "/").strip("/").split("/")
        for start in range(1, len(steps) - 1):
            tail = "/".join(steps[start:])
            if tail in self.tracked or tail in self.pointers:
                return self._one(tail)
            if len(steps) - start > _TELLING_STEPS and tail.partition("*")[0].rstrip("/") in self.folders:
                return Owner("git", None, tail)
        return self._in_container(text)

    def _in_container(self, text: str) -> Owner:
        """An absolute path may be one of a container that is made of this repository."""
        for script, source, target in self.copies:
            named = target + source.rpartition("/")[2] if target.endswith("/") else target
            rest = text.removeprefix(named)
            if rest == text or (rest and not rest.startswith("/")):
                rest = text.removeprefix(target.rstrip("/"))
                if rest == text or not rest.startswith("/"):
                    continue
            for base in self.bases(script):
                path = normal(f"{base}/{source}{rest}")
                owner = self._one(path) if path else Owner(None, None, None)
                if owner.name is not None:
                    return owner
        return Owner("outside", None, None)


def holes_to_expression(pattern: str) -> str:
    """A path with {holes} as a regular expression; a hole that is a whole step may stand for several."""
    pieces = re.split(r"\{[^{}]*\}", pattern)
    return ".+".join(re.escape(piece) for piece in pieces)
