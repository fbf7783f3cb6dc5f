"""Where a column is followed, and what ends the search for a use of it."""

from __future__ import annotations

from groundrules.facts.meaning.columns_flow import Flow
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.program import Module
from groundrules.typed import NamedTuple

IN_PLACE = ("inplace", ("const", True))  # a keyword by which a method changes its own table and gives nothing


class Here(NamedTuple):
    """A scope as the column reaches it: what its parameters hold, and the call that led into it."""

    module: Module
    flow: Flow
    frame: Frame
    scope: int
    caller: tuple[Here, int] | None


class Used(Exception):  # noqa: N818 - no error: the answer, from however deep
    """The column is read, or it may be."""
