"""Tests: what they assert, and how often they try, file by file."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.randomness import Randomness
from groundrules.facts.meaning.tested import Claims
from groundrules.facts.meaning.tested_chance import Chance
from groundrules.facts.meaning.tested_exactly import Exactly
from groundrules.facts.python.program import Module
from groundrules.typed import Iterable


class Tests:
    """Rows of what tests assert."""

    def __init__(self, link: Link, randomness: Randomness) -> None:
        self.link = link
        self.claims = Claims(link)
        self.exactly = Exactly(link, self.claims)
        self.chance = Chance(link, self.claims, randomness)

    def relate(self, paths: Iterable[str]) -> None:
        """The rows of these files."""
        for path in sorted(paths):
            module = self.link.walker.program.module(path) if path.endswith(".py") else None
            if module is not None:
                claims = list(self.claims.of(module))
                self.exactly.relate(module, claims)
                self.chance.relate(module, claims)
                self._repeated(module)

    def _repeated(self, module: Module) -> None:
        """Tests and classes of tests that are run again when they fail."""
        folder, rows = self.link.folder, self.link.rows
        frame = folder.module_frame(module)
        for scope in module.code.scopes:
            for one in scope.decorators:
                call = module.code.calls[one[1]] if one[0] == "call" else None
                folded = folder.fold(call.func if call is not None else one, frame)
                entry = self.link.knowledge.of(folded[1]) or {} if folded[0] == "ext" else {}
                if "retries_test" not in entry:
                    continue
                given = [folder.argument(call, entry, name, frame) for name in entry["retries_test"]] if call else []
                times = next((str(value[1]) for value in given if value is not None and value[0] == "const"), None)
                span = rows.span(module.path, call.where if call is not None else scope.where)
                rows.add("repeated_test", span, folded[1], times, scope.qualname)
