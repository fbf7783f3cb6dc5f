"""The lines of the files that findings are in, so that a report can show them."""

from __future__ import annotations

from groundrules.model import Snapshot
from groundrules.typed import Any, Iterable, Sequence

LARGEST = 20_000_000  # bytes; nobody reads a line of a file beyond this in a terminal


class Lines:
    """Lines by path and cell. Contents are read once, all together, when the first line is asked for."""

    def __init__(self, snapshot: Snapshot, paths: Iterable[str] = ()) -> None:
        self._snapshot = snapshot
        self._wanted = set(paths)
        self._contents: dict[str, bytes] = {}
        self._lines: dict[tuple[str, int | None], Sequence[str]] = {}
        self._cells: dict[str, Sequence[Any]] = {}

    def want(self, paths: Iterable[str]) -> None:
        """Read these files along with the next one that has to be read."""
        self._wanted.update(path for path in paths if path not in self._contents)

    def __call__(self, path: str, cell: int | None = None) -> Sequence[str]:
        """The lines of a file or of a notebook's cell; none where it cannot be read as text."""
        if (path, cell) not in self._lines:
            self._read(path)
            contents = self._contents.get(path, b"")
            self._lines[path, cell] = _file(contents) if cell is None else _source(self._cell(path, cell))
        return self._lines[path, cell]

    def tags(self, path: str, cell: int) -> Sequence[str]:
        """The tags of a notebook's cell."""
        self._read(path)
        try:
            return [tag for tag in self._cell(path, cell)["metadata"]["tags"] if isinstance(tag, str)]
        except (LookupError, TypeError):
            return ()

    def _cell(self, path: str, cell: int) -> Any:
        if path not in self._cells:
            self._cells[path] = _cells(self._contents.get(path, b""))
        cells = self._cells[path]
        return cells[cell] if 0 <= cell < len(cells) else None

    def _read(self, path: str) -> None:
        if path in self._contents:
            return
        files = self._snapshot.files
        wanted = [name for name in {*self._wanted, path} if name in files and (files[name].size or 0) <= LARGEST]
        self._wanted.clear()
        for name, contents in self._snapshot.read(sorted(wanted)):
            if isinstance(contents, bytes):
                self._contents[name] = contents


def _file(contents: bytes) -> Sequence[str]:
    if b"\0" in contents[:8000] and not contents.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ()
    return _split(_decoded(contents))


def _decoded(contents: bytes) -> str:
    encoding = "utf-8"
    if contents.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"coding" in contents[:400]:
        from io import BytesIO
        from tokenize import detect_encoding

        try:
            encoding = detect_encoding(BytesIO(contents).readline)[0]
        except SyntaxError:
            encoding = "utf-8"
    # By hand, because the codec that knows the mark is a module to import.
    return contents.removeprefix(b"\xef\xbb\xbf").decode(encoding.removesuffix("-sig"), errors="replace")


def _split(text: str) -> Sequence[str]:
    # Not splitlines(): Python's own line numbers, which spans hold, do not count form feeds and the like.
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _cells(contents: bytes) -> Sequence[Any]:
    import json

    try:
        cells = json.loads(contents)["cells"]
        return cells if isinstance(cells, list) else ()
    except (ValueError, LookupError, TypeError, RecursionError):
        return ()


def _source(cell: Any) -> Sequence[str]:
    try:
        source = cell["source"]
        return _split(source if isinstance(source, str) else "".join(source))
    except (LookupError, TypeError):
        return ()
