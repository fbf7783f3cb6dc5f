"""Source text becomes a syntax tree, of Python 3 or else of Python 2."""

from __future__ import annotations

import _ast as ast
import sys

from groundrules.typed import Any, Callable

# What is newer than the Python that this runs on does not parse either, but for f-strings (`newer`).
SPOKEN = f"Python 3.{sys.version_info[1]}"


def parse(source: str | bytes, name: str = "<file>") -> Any:
    """The syntax tree; raises SyntaxError or ValueError like `compile`."""
    return compile(source, name, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)


def parse_any(source: Any) -> tuple[Any, Any]:
    """The syntax tree of Python 3, or else of Python 2, and the source that it is of; raises what Python 3 says."""
    try:
        return parse(source), source
    except SyntaxError as error:
        trouble = error
    from groundrules.facts.python.older import versions

    for written in versions(source if isinstance(source, str) else source.decode("latin-1")):
        again = written if isinstance(source, str) else written.encode("latin-1")  # what is written anew is ASCII
        try:
            return parse(again), again
        except (SyntaxError, ValueError):
            continue
    raise trouble


def character_columns(data: bytes) -> Callable[[int, int], int] | None:
    """Byte offsets in a line to character offsets; None where all bytes are ASCII, so that they are the same."""
    if data.isascii():
        return None
    lines = data.split(b"\n")
    plain = [len(line) if line.isascii() else -1 for line in lines]

    def convert(line: int, offset: int) -> int:
        if line > len(plain):
            return offset
        size = plain[line - 1]
        if size >= 0:
            return offset if offset < size else size
        return len(lines[line - 1][:offset].decode("utf-8", "replace"))

    return convert
