"""Files by which git and its extensions point elsewhere: git-lfs, git-annex, .gitmodules."""

from __future__ import annotations

from groundrules.facts.raw import Pointer, Row, Rows
from groundrules.facts.whereabouts import decoded, on_line

LARGEST_POINTER = 1_024  # bytes, as git-lfs specifies
_LFS = b"version https://git-lfs.github.com/spec/"
_LFS_EARLY = b"version https://hawser.github.com/spec/"
_ANNEX = "annex/objects/"


def extract(data: bytes) -> Rows:
    """A pointer that git-lfs or an unlocked git-annex keeps in place of the contents."""
    rows: list[Row] = []
    if len(data) > LARGEST_POINTER:
        return rows, []
    if data.startswith((_LFS, _LFS_EARLY)):
        for number, line in enumerate((decoded(data) or "").split("\n"), 1):
            key, _, value = line.partition(" ")
            if key == "oid" and value.strip():
                rows.append(Pointer(on_line(number, 1, len(line) + 1), ".", "lfs", value.strip(), None))
                break
    elif data.startswith(b"/annex/objects/"):
        rows += _annex(decoded(data) or "")
    return rows, []


def _annex(target: str) -> list[Pointer]:
    target = target.split("\n")[0].replace("\\", "/")
    if _ANNEX not in target:
        return []
    key = target.rpartition("/")[2]
    backend, _, rest = key.partition("-")
    recorded = rest.rpartition("--")[2].partition(".")[0]
    if not backend.isupper() and not backend[:1].isupper():
        return []
    return [Pointer(on_line(1, 1, len(target) + 1), ".", "annex", recorded or None, None)]


def extract_modules(data: bytes) -> Rows:
    """.gitmodules: the folders that hold other repositories."""
    paths: list[tuple[str, Pointer]] = []
    remotes: dict[str, str] = {}
    section = ""
    for number, line in enumerate((decoded(data) or "").split("\n"), 1):
        content = line.strip()
        key, sign, value = (part.strip() for part in content.partition("="))
        if content.startswith("["):
            section = content
        elif sign and value and key.lower() == "path":
            column = line.rindex(value) + 1
            target = value.strip('"').replace("\\", "/").rstrip("/") or "."
            paths.append(
                (section, Pointer(on_line(number, column, column + len(value)), target, "submodule", None, None))
            )
        elif sign and value and key.lower() == "url":
            remotes.setdefault(section, value.strip('"'))
    return [pointer._replace(remote=remotes.get(name)) for name, pointer in paths], []
