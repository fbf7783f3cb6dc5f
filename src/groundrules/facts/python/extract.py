"""Python source becomes symbolic code."""

from __future__ import annotations

from groundrules.facts.python.ir import Code, Scope, Sql
from groundrules.facts.python.reading.frames import Frame
from groundrules.facts.python.reading.statements import Reader
from groundrules.facts.python.reading.syntax import SPOKEN, character_columns, parse_any
from groundrules.facts.raw import Trouble
from groundrules.facts.sql import scan
from groundrules.typed import Any


def sealed(frame: Frame) -> Scope:
    """A frame as it is kept."""
    parent = frame.parent.number if frame.parent is not None else -1
    env = {k: v for k, v in frame.env.items() if k[0] != "."} if frame.kind != "function" else {}
    return Scope(
        frame.kind, frame.name, frame.qualname, parent, frame.params, frame.decorators, frame.bases,
        tuple(frame.ops), env, frame.attributes, frozenset(frame.loads), frame.where, frame.text,
    )  # fmt: skip


def code(reader: Reader, cells: int) -> Code:
    """What the reader found, with the SQL in its texts scanned."""
    sql = []
    for text, where, scope, context in reader.texts:
        statements = scan(text)
        if statements:
            sql.append(Sql(text, tuple([plain(one) for one in statements]), where, scope, context))
    return Code(
        tuple(sealed(frame) for frame in reader.frames), tuple(reader.calls), tuple(reader.contexts), tuple(sql),
        tuple(reader.stars), frozenset(reader.names), frozenset(reader.mentions), reader.main_guard, cells,
    )  # fmt: skip


def plain(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """A tuple without named tuples in it, which marshal does not write."""
    return tuple([plain(one) if isinstance(one, tuple) else one for one in items])


def read_module(data: bytes) -> tuple[Code | None, list[Trouble]]:
    """A .py file as symbolic code; None with a reason when it does not parse."""
    import gc

    reader = Reader()
    collecting = gc.isenabled()
    gc.disable()  # trees hold no cycles worth looking for, and looking costs a tenth
    try:
        tree, data = parse_any(data)
        reader.columns = character_columns(data)
        reader.block(tree.body)
        reader.finish()
    except SyntaxError as error:
        return None, [Trouble(None, error.lineno, f"This file does not parse as {SPOKEN}: {error.msg}.")]
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return None, [Trouble(None, None, f"This file cannot be read as Python: {str(error) or type(error).__name__}.")]
    finally:
        if collecting:
            gc.enable()
    return code(reader, 0), []
