"""What a forge must be able to do for a review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from groundrules.reports.review.remarks import Remark


class Thread(NamedTuple):
    """A comment of ours, and what became of it."""

    id: str
    fingerprint: str
    fixed: bool  # it is struck through, or resolved
    body: str
    answered: bool  # a person wrote in it: it is not ours alone any more


class Summary(NamedTuple):
    """The comment on the whole."""

    id: str
    body: str


class Refusal(NamedTuple):
    """A comment that the forge did not take."""

    remark: Remark
    reason: str


class Forge(Protocol):
    """A pull or merge request of a forge. Methods raise RefusedError and UnsureError of the wire."""

    @property
    def on_file(self) -> Callable[[Remark], None] | None:
        """What comments on a file as a whole; None where no comment can stand on one."""

    def stopped(self) -> str | None:
        """Why nothing may be said: the request is closed, or has moved on."""

    def threads(self) -> list[Thread]:
        """Our comments, old ones too."""

    def summary(self) -> Summary | None:
        """Our summary, if there is one."""

    def say(self, remarks: Sequence[Remark]) -> list[Refusal]:
        """Comment on lines; what is refused comes back."""

    def edit(self, thread: Thread, body: str) -> None:
        """Change one of our comments."""

    def body(self, remark: Remark) -> str:
        """The text of a comment."""

    def resolve(self, threads: Sequence[Thread]) -> int:
        """Close threads where that is allowed; how many were."""

    def reopen(self, thread: Thread) -> None:
        """Open a thread that we closed, where that is needed for the text to be seen."""

    def summarise(self, old: Summary | None, body: str) -> None:
        """Write the summary, or change it."""
