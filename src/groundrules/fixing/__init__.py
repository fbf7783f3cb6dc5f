"""What rules say about mending becomes edits, and edits become new contents. Pure: `repair` decides who may write."""

from __future__ import annotations

from groundrules.fixing.applying import Refused, applied
from groundrules.fixing.edits import Edit, edits, with_edits

__all__ = ["Edit", "Refused", "applied", "edits", "with_edits"]
