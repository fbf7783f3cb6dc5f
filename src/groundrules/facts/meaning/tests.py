"""Tests: what they assert, file by file."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.tested import Claims
from groundrules.facts.meaning.tested_exactly import Exactly
from groundrules.typed import Iterable


class Tests:
    """Rows of what tests assert."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.claims = Claims(link)
        self.exactly = Exactly(link, self.claims)

    def relate(self, paths: Iterable[str]) -> None:
        """The rows of these files."""
        for path in sorted(paths):
            module = self.link.walker.program.module(path) if path.endswith(".py") else None
            if module is not None:
                self.exactly.relate(module, list(self.claims.of(module)))
