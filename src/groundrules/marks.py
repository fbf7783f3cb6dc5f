"""Files and cells that hold suppressions: only who looks at them can tell that one is of no use any more."""

from __future__ import annotations

from groundrules.model import Snapshot
from groundrules.typed import Any, Iterable

MARK = b"groundrules:"
# Where a comment can stand. Prose that speaks of suppressions is not among them.
ENDINGS = (
    ".py", ".pyw", ".ipynb", ".sql", ".hql", ".yaml", ".yml", ".toml", ".cfg", ".ini", ".dvc", ".lock", ".env",
    ".example", ".sh", ".tf", "Dockerfile", "Makefile", ".gitignore", ".gitattributes", "requirements.txt",
)  # fmt: skip
MANY = 400  # files; git searches the rest faster

Text = tuple[str, "int | None"]


def marked(snapshot: Snapshot, scope: frozenset[str] | None) -> list[Text]:
    """Where suppressions stand, as far as the files of the scope (None: all files) go."""
    search = getattr(snapshot, "holding", None)
    if scope is None and search is not None:
        found = search(MARK.decode())
        paths = [path for path in found if path.endswith(ENDINGS)]
    else:
        chosen = snapshot.files if scope is None else scope.intersection(snapshot.files)
        paths = [path for path in chosen if path.endswith(ENDINGS) and snapshot.files[path].kind == "file"]
        if len(paths) > MANY and search is not None:
            paths = sorted(search(MARK.decode()).intersection(paths))
    return sorted(_texts(snapshot, paths), key=lambda text: (text[0], -1 if text[1] is None else text[1]))


def _texts(snapshot: Snapshot, paths: list[str]) -> Iterable[Text]:
    for path, data in snapshot.read(paths) if paths else ():
        if isinstance(data, str) or MARK not in data:
            continue
        if not path.endswith(".ipynb"):
            yield path, None
            continue
        yield from ((path, number) for number, cell in enumerate(_cells(data)) if MARK.decode() in _spoken(cell))


def _cells(data: bytes) -> list[Any]:
    import json

    try:
        cells = json.loads(data)["cells"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return []
    return cells if isinstance(cells, list) else []


def _spoken(cell: Any) -> str:
    """What a cell of code says in its source and its tags."""
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return ""
    source, metadata = cell.get("source"), cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    parts = [*(source if isinstance(source, list) else [source]), *(tags if isinstance(tags, list) else ())]
    return " ".join(part for part in parts if isinstance(part, str))
