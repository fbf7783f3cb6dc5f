"""What files say on their own: rows that need nothing of what other files say."""

from __future__ import annotations

from groundrules.facts import kinds
from groundrules.facts.repository import Repository
from groundrules.facts.rows import Rows
from groundrules.typed import TYPE_CHECKING, Collection

if TYPE_CHECKING:
    from groundrules.facts.meaning.link import Link


def relate_files(repository: Repository, link: Link, scope: frozenset[str] | None, rows: Rows) -> None:
    """One row a file."""
    files = repository.snapshot.files
    paths = files if scope is None else scope.intersection(files)
    lfs = link.owners.lfs | repository.snapshot.lfs([path for path in paths if files[path].tracked])
    for path in paths:
        file = files[path]
        if file.kind == "file":
            span = rows.span(path, (None, 1, 1, 1, 1))
            folder = path.rpartition("/")[0]
            kept = (file.size, int(file.tracked), int(path in lfs), int(path in link.tests))
            rows.add("file", path, span, folder, kinds.kind(path), *kept, int(f"{folder}/__init__.py" in files))


def relate_listings(
    repository: Repository, link: Link, scope: frozenset[str] | None, rows: Rows, tables: Collection[str] | None
) -> None:
    """What files say on their own, where it is asked."""
    files = repository.snapshot.files
    paths = sorted(files if scope is None else scope.intersection(files))
    if asked(tables, "import", "data_column"):
        from groundrules.facts import listings

        if asked(tables, "import"):
            listings.imports(repository, link.walker.program, paths, rows)
        if asked(tables, "data_column"):
            listings.data_columns(repository, paths, rows)
    listing = [path for path in paths if not path.endswith(".py") or path.endswith("setup.py")]  # the rest may
    if listing and asked(tables, "requirement", "requirement_file", "install", "base_image", "cell"):
        from groundrules.facts import environments

        if asked(tables, "requirement", "requirement_file", "install"):
            environments.requirements(repository, listing, rows)
        if asked(tables, "base_image"):
            environments.images(repository, listing, rows)
        if asked(tables, "cell"):
            environments.cells(repository, listing, rows)


def asked(tables: Collection[str] | None, *names: str) -> bool:
    """Whether any of the tables is going to be read; None reads all."""
    return tables is None or any(name in tables for name in names)
