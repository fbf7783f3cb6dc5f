"""What this room needs of the catalogue, so that it does not have to know the catalogue."""

from __future__ import annotations

from groundrules.basics.entries import Entries
from groundrules.typed import Mapping, Protocol


class Known(Protocol):
    """What is known of libraries."""

    @property
    def knowledge(self) -> Entries:
        """Entries by qualified name."""

    @property
    def digest(self) -> str:
        """What tells this knowledge from any other."""

    @property
    def aliases(self) -> Mapping[str, str]:
        """Names, and beginnings of names, that mean others."""
