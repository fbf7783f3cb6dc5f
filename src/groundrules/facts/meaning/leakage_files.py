"""Rows that one run keeps in a file and another takes from it: what was learned of them before they are split there."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_ledger import KEEPS, Ledger, Place, Spoiled
from groundrules.facts.meaning.leakage_rows import Rows, cut_off, overlap
from groundrules.facts.meaning.leakage_values import Fit
from groundrules.facts.python.folding import Folder, Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.texts import is_text, spelled
from groundrules.typed import Any, Iterator

_LEAST_KEYS = 2  # one word alone names other things in other configurations


def named(folder: Folder, value: Value, frame: Frame, what: str = "any") -> Any:
    """What a file is called, the same wherever it is called so: its path, or the keys that name it in a configuration;
    None when neither is known. Of a handle it is the file that was opened, of a query the one table that it reads."""
    folded = folder.fold(opened(folder, value, frame), frame)
    if what == "table":
        return table_of(spelled(folded)) if is_text(folded) else None
    if is_text(folded):
        text = spelled(folded)
        while text.startswith(("./", "../")):
            text = text.partition("/")[2]
        last = text.rpartition("/")[2]
        return text if last and "{" not in last else None
    keys = tuple(folded[2]) if folded[0] == "settings" else ()
    return keys if len(keys) >= _LEAST_KEYS else None


def opened(folder: Folder, value: Value, frame: Frame) -> Value:
    """What a handle was opened of, where the value is one."""
    inner = value[1] if value[0] == "enter" else value
    if inner[0] != "call":
        return value
    call = frame.module.code.calls[inner[1]]
    entry = folder.entry_of(call, frame)[1]
    reads = entry.get("reads") or {}
    target = folder.argument(call, entry, reads["target"], frame) if reads.get("handle") else None
    return target if target is not None else value


def table_of(text: str) -> Any:
    """The table that a query reads, or that a name is; None of several."""
    from groundrules.facts.sql import scan

    if not text or "{" in text:
        return None
    words = text.split()
    tables = {text} if len(words) == 1 else {one for statement in scan(text) for one in statement.sources}
    return ("table", tables.pop().rpartition(".")[2].lower()) if len(tables) == 1 else None


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
        if fit.role in KEEPS or cut_off(fit.rows) or cut_off(rows) or not overlap(fit.rows, rows):
            return False
        return not any(fit in learned and not overlap(fit.rows, there) for _, there, learned in ledger.shelved)

    def spoiled(self) -> Iterator[Spoiled]:
        """What was learned of all rows of a file that is split afterwards."""
        for name, fits in self.kept.items():
            for function, place, by in self.cut.get(name, ())[:1]:
                for fit in fits:
                    yield Spoiled(fit, "before-folds" if by == "folds" else "before-split", by, function, place)
