"""Rows that one run keeps in a file and another takes from it: what was learned of them before they are split there."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_ledger import KEEPS, Ledger, Place, Spoiled
from groundrules.facts.meaning.leakage_rows import Rows, held, overlap
from groundrules.facts.meaning.leakage_values import Fit
from groundrules.facts.python.folding import Folder, Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.texts import is_text, spelled
from groundrules.typed import Any, Iterator

_LEAST_KEYS = 2  # one word alone names other things in other configurations


def named(folder: Folder, value: Value, frame: Frame) -> Any:
    """What a file is called, the same wherever it is called so: its path, or the keys that name it in a configuration;
    None when neither is known."""
    folded = folder.fold(value, frame)
    if is_text(folded):
        text = spelled(folded)
        while text.startswith(("./", "../")):
            text = text.partition("/")[2]
        last = text.rpartition("/")[2]
        return text if last and "{" not in last else None
    keys = tuple(folded[2]) if folded[0] == "settings" else ()
    return keys if len(keys) >= _LEAST_KEYS else None


class Files:
    """What all runs of a program keep in files, and which files they split."""

    def __init__(self) -> None:
        self.kept: dict[Any, list[Fit]] = {}
        self.cut: dict[Any, list[tuple[str, Place, str]]] = {}

    def take(self, ledger: Ledger) -> None:
        """Note what one run has done."""
        for name, rows, learned in ledger.shelved:
            self.kept.setdefault(name, []).extend(fit for fit in learned if self._counts(fit, rows, ledger))
        for rows, function, place, by in ledger.cuts:
            for name in {ledger.opened[origin] for origin, _ in rows if origin in ledger.opened}:
                self.cut.setdefault(name, []).append((function, place, by))

    def _counts(self, fit: Fit, rows: Rows, ledger: Ledger) -> bool:
        """Whether something was learned of the very rows that are kept, and of no part of them that was split off; what
        other kept rows are changed by is a scaler of the training file, beside which the test file lies."""
        if fit.role in KEEPS or held(fit.rows) or held(rows) or not overlap(fit.rows, rows):
            return False
        return not any(fit in learned and not overlap(fit.rows, there) for _, there, learned in ledger.shelved)

    def spoiled(self) -> Iterator[Spoiled]:
        """What was learned of all rows of a file that is split afterwards."""
        for name, fits in self.kept.items():
            for function, place, by in self.cut.get(name, ())[:1]:
                for fit in fits:
                    yield Spoiled(fit, "before-folds" if by == "folds" else "before-split", by, function, place)
