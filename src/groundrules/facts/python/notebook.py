"""Notebooks: each cell is parsed by itself, so that a cell which does not parse costs that cell and nothing else.

The cells run in order in one module. Magics and shell lines become operations of their own: a download by a shell line
is as much a fact as one by a call.
"""

from __future__ import annotations

import re

from groundrules.facts.python.extract import code
from groundrules.facts.python.ir import Code
from groundrules.facts.python.reading.statements import Reader
from groundrules.facts.python.reading.syntax import SPOKEN, character_columns, parse, parse_any
from groundrules.facts.raw import Cell, Trouble, Where
from groundrules.facts.sql import looks_like_sql
from groundrules.typed import Any, Callable, Iterator, NamedTuple

_PYTHON_MAGICS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "python", "python3", "px", "local"})
_SHELL_MAGICS = frozenset({"bash", "sh", "script", "shell", "cmd", "!"})
_ASSIGNED = re.compile(r"^(\s*)([A-Za-z_][\w, ]*?)\s*=\s*([!%])(?![=])(.*)$")


class Magic(NamedTuple):
    """A magic or shell line: kind is shell | line | cell:<name>."""

    kind: str
    text: str
    line: int


class CellReader(Reader):
    """A reader that knows which magic a marker call stands for."""

    def __init__(self) -> None:
        super().__init__()
        self.magics: list[Magic] = []

    def _expression(self, node: Any) -> None:
        inner = node.value
        func = getattr(inner, "func", None)
        if getattr(func, "id", None) == "__magic__" and inner.args:
            magic = self.magics[inner.args[0].value]
            where = (self.cell, magic.line, 1, magic.line + magic.text.count("\n"), 1)
            self.frame.ops.append(("m", magic.kind, magic.text, where))
            return
        super()._expression(node)


def python_of(source: str, magics: list[Magic]) -> str:
    """A cell's source with every magic line, which goes to `magics`, replaced by a marker call on the same line."""
    lines = source.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    start = lines[first].strip() if lines else ""
    if start.startswith("%%"):
        name, _, rest = start[2:].partition(" ")
        if name not in _PYTHON_MAGICS:
            kind = "shell" if name in _SHELL_MAGICS else f"cell:{name}"
            text = "\n".join(lines[first + 1 :])
            magics.append(Magic(kind, text if kind == "shell" else rest + "\n" + text, first + 1))
            return "\n" * first + f"__magic__({len(magics) - 1})"
        lines[first] = ""
    index = 0
    while index < len(lines):
        index = replace_line(lines, index, magics)
    return "\n".join(lines)


def replace_line(lines: list[str], index: int, magics: list[Magic]) -> int:
    """Replace one magic line, with the lines that continue it; the index of the line to look at next."""
    line = lines[index]
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    assigned = _ASSIGNED.match(line)
    if bare[:1] in ("!", "%", "?") or (bare.rstrip().endswith("?") and not bare.startswith("#")):
        kind = "shell" if bare.startswith("!") else "line"
        text, marker = bare[1:], f"{indent}__magic__({len(magics)})"
    elif assigned is not None:
        kind = "shell" if assigned[3] == "!" else "line"
        text, marker = assigned[4], f"{indent}{assigned[2]} = None; __magic__({len(magics)})"
    else:
        return index + 1
    end = index
    while lines[end].rstrip().endswith("\\") and end + 1 < len(lines):
        end += 1
        text = text.rstrip().rstrip("\\") + " " + lines[end]
        lines[end] = ""
    magics.append(Magic(kind, text.strip(), index + 1))
    lines[index] = marker
    return end + 1


def read_notebook(data: bytes) -> tuple[Code | None, list[Cell], list[Trouble]]:
    """A .ipynb file as symbolic code, with its cells; None with a reason when it is no notebook at all."""
    import json

    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        reason = "This notebook is no valid JSON, so none of its cells was read."
        return None, [], [Trouble(None, getattr(error, "lineno", None), reason)]
    cells = notebook_cells(content)
    if cells is None:
        return None, [], [Trouble(None, None, "This file holds no list of cells, so it is no notebook.")]
    troubles: list[Trouble] = []
    reader, runs = CellReader(), list(cells_run(cells))
    if not is_python(content):
        return code(reader, len(cells)), runs, troubles
    import gc

    collecting = gc.isenabled()
    gc.disable()
    try:
        for number, cell in enumerate(cells):
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                trouble = read_cell(reader, number, source_of(cell))
                if trouble is not None:
                    troubles.append(trouble)
        reader.finish()
    except (RecursionError, MemoryError) as error:
        troubles.append(
            Trouble(None, None, f"This notebook nests too deeply to be read whole: {type(error).__name__}.")
        )
    finally:
        if collecting:
            gc.enable()
    return code(reader, len(cells)), runs, troubles


def cells_run(cells: list[Any]) -> Iterator[Cell]:
    """The cells of code that hold anything, with the numbers as which they were run."""
    for number, cell in enumerate(cells):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = source_of(cell)
        if source.strip():
            count = cell.get("execution_count", cell.get("prompt_number"))
            where = Where(number, 1, 1, 1, 1 + len(source.split("\n", 1)[0]))
            yield Cell(where, count if isinstance(count, int) and count > 0 else None)


def read_cell(reader: CellReader, number: int, source: str) -> Trouble | None:
    """Read one cell into the notebook's module; the trouble, if it does not parse."""
    reader.cell = number
    seen = len(reader.magics)
    indent = 0
    try:
        tree = parse(source)
    except (SyntaxError, ValueError):
        replaced, indent = unindented(python_of(source, reader.magics))
        try:
            tree = parse_any(replaced)[0]
        except SyntaxError as error:
            return Trouble(number, error.lineno, f"This cell does not parse as {SPOKEN}: {error.msg}.")
        except (ValueError, RecursionError, MemoryError) as error:
            return Trouble(number, None, f"This cell cannot be read as Python: {error}.")
    reader.columns = shifted(character_columns(source.encode("utf-8", "replace")), indent)
    reader.context = 0
    reader.block(tree.body)
    for magic in reader.magics[seen:]:
        if magic.kind.startswith("cell:") and looks_like_sql(magic.text.partition("\n")[2]):
            where = (number, magic.line, 1, magic.line + magic.text.count("\n"), 1)
            reader.texts.append((magic.text.partition("\n")[2], where, 0, 0))
    return None


def unindented(source: str) -> tuple[str, int]:
    """A cell without the blanks that lead its first line, which the shell of a notebook takes away; and how many."""
    lines = source.split("\n")
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    if not indent:
        return source, 0
    return "\n".join([line[len(indent) :] if line.startswith(indent) else line for line in lines]), len(indent)


def shifted(columns: Callable[[int, int], int] | None, indent: int) -> Callable[[int, int], int] | None:
    """The same columns, in a cell that was read without leading blanks."""
    if not indent:
        return columns
    return lambda line, offset: columns(line, offset + indent) if columns is not None else offset + indent


def notebook_cells(content: Any) -> list[Any] | None:
    """The cells of nbformat 4, or of nbformat 3 with its worksheets."""
    if not isinstance(content, dict):
        return None
    cells = content.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = content.get("worksheets")
    if isinstance(sheets, list):
        return [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells") or []]
    return None


def sources_of(data: bytes) -> list[str] | None:
    """The source of every cell of a notebook; None when it is none."""
    import json

    try:
        cells = notebook_cells(json.loads(data.decode("utf-8-sig")))
    except (ValueError, RecursionError):
        return None
    return [source_of(cell) if isinstance(cell, dict) else "" for cell in cells] if cells is not None else None


def is_python(content: dict[str, Any]) -> bool:
    """Whether the notebook's kernel speaks Python; notebooks that don't say count as Python."""
    meta = content.get("metadata")
    if not isinstance(meta, dict):
        return True
    for key, inner in (("kernelspec", "language"), ("language_info", "name")):
        part = meta.get(key)
        if isinstance(part, dict) and isinstance(part.get(inner), str):
            return str(part[inner]).lower() in ("python", "ipython", "python3", "python2")
    return True


def source_of(cell: dict[str, Any]) -> str:
    """A cell's source, which may be a text, a list of texts or missing."""
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""
