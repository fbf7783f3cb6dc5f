"""Where a data version system keeps contents: the remotes that a project's settings name."""

from __future__ import annotations

from groundrules.facts.ownership import place_of
from groundrules.facts.raw import ConfigKey
from groundrules.facts.rows import Rows
from groundrules.facts.stages import Stages
from groundrules.typed import Iterable

SETTINGS = ".dvc/config"


def projects(files: Iterable[str]) -> frozenset[str]:
    """The folders that a data version system knows as projects."""
    ends = [path[: -len(SETTINGS)] for path in files if path.endswith(SETTINGS)]
    return frozenset(path.rstrip("/") for path in ends if not path or path.endswith("/"))


def project_of(path: str, known: frozenset[str]) -> str | None:
    """The project that a path belongs to; None when none is known."""
    folder = path.rpartition("/")[0]
    while True:
        if folder in known:
            return folder
        if not folder:
            return None
        folder = folder.rpartition("/")[0]


def relate(stages: Stages, known: frozenset[str], rows: Rows) -> None:
    """Rows of table data_remote."""
    for folder in sorted(known):
        from groundrules.facts.config_files import extract_ini

        path = f"{folder}/{SETTINGS}".lstrip("/")
        data = stages.contents(path)
        found = [row for row in extract_ini(data)[0] if isinstance(row, ConfigKey)] if data is not None else []
        for row in found:
            section, _, key = row.key.rpartition(".")
            head, _, name = section.strip("'\"").partition('"')
            if key == "url" and head.strip() == "remote" and row.value:
                rows.add(
                    "data_remote",
                    rows.span(path, row.where),
                    path,
                    folder,
                    name.strip("'\""),
                    row.value,
                    reach(row.value),
                )
            elif section == "cache" and key == "dir" and row.value:
                rows.add("data_remote", rows.span(path, row.where), path, folder, "", row.value, "unknown")


def reach(address: str) -> str:
    """Who can reach an address: anyone, those who share a mount, or one machine."""
    place = place_of(address)
    if place in ("relative", "home") or address[1:3] in (":\\", ":/") or address.startswith("/tmp"):
        return "machine"
    return "unknown" if place in ("absolute", "mount", "job", "unknown") else "network"
