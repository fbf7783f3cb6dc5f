"""What this room is told of a change, and which tables speak of it."""

from __future__ import annotations

from groundrules.model import Snapshot
from groundrules.typed import Callable, NamedTuple, Protocol, Sequence

# A rule that reads one of these asks about a change, and is only asked where there is one.
TABLES = frozenset(
    ("change", "pointer_change", "lock_change", "metric_change", "column_change", "column_use", "check_change",
     "copy_change", "companion")
)  # fmt: skip


class Change(Protocol):
    """One path that differs."""

    @property
    def status(self) -> str:
        """A(dded), D(eleted), M(odified), R(enamed), T(ype), U(nmerged)."""

    @property
    def old_path(self) -> str:
        """As `path`, unless renamed."""

    @property
    def path(self) -> str:
        """The path now, or the one it had if it is gone."""


class Changed(NamedTuple):
    """A base, and what differs from it."""

    then: Snapshot  # holds at least the files that differ, as they were
    changes: Sequence[Change]
    messages: Callable[[], Sequence[str]]  # of the commits between; asked for when something got worse
