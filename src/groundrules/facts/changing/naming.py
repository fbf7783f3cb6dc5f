"""Which code names a column of a data file: text between quotes, in code that names the file."""

from __future__ import annotations

from groundrules.basics.late import re
from groundrules.facts.python.notebook import notebook_cells, source_of
from groundrules.facts.repository import Repository
from groundrules.typed import Any, Collection, Iterator

_MOST_FILES = 40
_MOST_PLACES = 5  # of one column in one file


def named_in(
    repository: Repository, data_path: str, names: Collection[str]
) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Column, path and place of each line of code that names one of the columns."""
    files = sorted(repository.survey.mentioning({data_path.rpartition("/")[2]}))[:_MOST_FILES]
    files = [path for path in files if not path.endswith(".sql")]
    pattern = re.compile(
        "([\"'])(" + "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) + r")\1"
    )
    for path, data in repository.snapshot.read(files):
        if isinstance(data, bytes):
            yield from _places(path, data, pattern)


def _places(path: str, data: bytes, pattern: Any) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    seen: dict[str, int] = {}
    for cell, line_number, line in _lines(path, data):
        for match in pattern.finditer(line) if not line.lstrip().startswith("#") else ():
            name = match[2]
            seen[name] = seen.get(name, 0) + 1
            if seen[name] <= _MOST_PLACES:
                yield name, path, (cell, line_number, match.start() + 1, line_number, match.end() + 1)


def _lines(path: str, data: bytes) -> Iterator[tuple[int | None, int, str]]:
    text = data.decode("utf-8", "replace")
    if not path.endswith(".ipynb"):
        yield from ((None, number, line) for number, line in enumerate(text.splitlines(), 1))
        return
    import json

    try:
        cells = notebook_cells(json.loads(text)) or []
    except (ValueError, RecursionError):
        return
    for cell, content in enumerate(cells):
        if isinstance(content, dict) and content.get("cell_type") == "code":
            yield from ((cell, number, line) for number, line in enumerate(source_of(content).split("\n"), 1))
