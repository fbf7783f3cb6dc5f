"""What files say on their own, as rows: imports and the columns of data files.

Only filled when it is asked: no rule of the package's own reads every data file's header on the path of a commit.
"""

from __future__ import annotations

from groundrules.facts import extraction, kinds
from groundrules.facts.python.program import Program
from groundrules.facts.raw import Header
from groundrules.facts.repository import Repository
from groundrules.facts.rows import Rows
from groundrules.typed import Any, Iterable, Iterator


def imports(repository: Repository, program: Program, paths: Iterable[str], rows: Rows) -> None:
    """One row for each imported module or name."""
    for path in paths:
        code = repository.code(path)
        for scope in code.scopes if code is not None else ():
            for op in scope.ops:
                if op[0] == "i":
                    found = program.find(op[1], path)
                    target = found.path if found is not None else None
                    rows.add("import", rows.span(path, op[2]), path, op[1], target, scope.qualname)


def data_columns(repository: Repository, paths: Iterable[str], rows: Rows) -> None:
    """One row for each column that a tracked data file's header names."""
    files = repository.snapshot.files
    headed = {path: name for path in paths if files[path].tracked and (name := _header(path))}
    for path, found in _headers(repository, headed):
        for position, row in enumerate(found):
            rows.add("data_column", rows.span(path, row.where), path, position, row.name, row.type)


def _header(path: str) -> str | None:
    return next((name for name in kinds.extractors(path) if name.startswith("headers.")), None)


def _headers(repository: Repository, headed: dict[str, str]) -> Iterator[tuple[str, list[Header]]]:
    """The header of each file, from the store where it was read before."""
    files, store = repository.snapshot.files, repository.store
    keys = {path: f"{files[path].blob}:{name}" for path, name in headed.items() if files[path].blob}
    known: dict[str, Any] = store.get(set(keys.values()))
    for path, key in keys.items():
        if key in known:
            yield path, [row for row in extraction.unpack(known[key]).rows if isinstance(row, Header)]
    missing = [path for path in headed if keys.get(path) not in known]
    for path, data in repository.snapshot.read(missing):
        if not isinstance(data, str):
            facts = extraction.extract((headed[path],), data)
            if path in keys:
                store.put(keys[path], (), extraction.pack(facts))
            yield path, [row for row in facts.rows if isinstance(row, Header)]
