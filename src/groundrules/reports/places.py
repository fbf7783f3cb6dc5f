"""Where findings stand in the files as a forge shows them: in a notebook that is a line of its JSON."""

from __future__ import annotations

from groundrules.model import Span
from groundrules.reports import View
from groundrules.typed import NamedTuple


class Region(NamedTuple):
    """Lines of a file; columns only where they count in the file itself."""

    line: int
    column: int | None
    end_line: int
    end_column: int | None


class Places:
    """Regions by span. A notebook is read once for all of its findings."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._notebooks: dict[str, list[object]] = {}

    def region(self, span: Span) -> Region:
        """The lines that a forge would show for a span."""
        if span.cell is None:
            return Region(span.line, span.column, max(span.line, span.end_line), span.end_column)
        line = self._json_line(span.path, span.cell, span.line)
        if line is None:
            return Region(1, None, 1, None)
        end = self._json_line(span.path, span.cell, span.end_line) or line
        return Region(line, None, max(line, end), None)

    def bytes_region(self, span: Span) -> Region:
        """The same, with columns that count bytes."""
        region = self.region(span)
        if region.column is None or region.end_column is None:
            return region
        start = self._bytes(span.path, region.line, region.column)
        return region._replace(column=start, end_column=self._bytes(span.path, region.end_line, region.end_column))

    def _bytes(self, path: str, line: int, column: int) -> int:
        rows = self._view.lines(path, None)
        row = rows[line - 1] if line <= len(rows) else ""
        return len(row[: column - 1].encode("utf-8", "surrogatepass")) + 1 if len(row) >= column - 1 else column

    def _json_line(self, path: str, cell: int, line: int) -> int | None:
        from groundrules.basics import notebooks

        if path not in self._notebooks:
            self._notebooks[path] = list(notebooks.sources("\n".join(self._view.lines(path, None))))
        return notebooks.json_line(self._notebooks[path], cell, line)  # type: ignore[arg-type]


def named(span: Span) -> str:
    """The place as people say it."""
    return f"{span.path}:{span.line}" if span.cell is None else f"{span.path} cell {span.cell}:{span.line}"
