"""Rows that one run keeps in a file and another takes from it: what was learned of them before they are split there."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_ledger import KEEPS, Ledger, Place, Spoiled
from groundrules.facts.meaning.leakage_rows import Rows, cut_off, overlap
from groundrules.facts.meaning.leakage_values import Fit
from groundrules.facts.python.folding import Folder, Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.texts import is_text, options, spelled
from groundrules.typed import Any, Iterator

_LEAST_KEYS = 2  # one word alone names other things in other configurations


def named(folder: Folder, value: Value, frame: Frame, what: str = "any") -> frozenset[Any]:
    """What a file may be called, the same wherever it is called so: its path, as it is written and from the file that
    writes it, or the keys that name it in a configuration; nothing when neither is known. Of a handle it is the file
    that was opened, of a query the one table that it reads."""
    folded = folder.fold(opened(folder, value, frame), frame)
    found: set[Any] = set()
    for one in options(folded):
        if is_text(one):
            found |= {table_of(spelled(one))} if what == "table" else paths_of(spelled(one), frame.module.path)
        elif one[0] == "settings" and len(one[2]) >= _LEAST_KEYS:
            found.add(tuple(one[2]))
    return frozenset(found - {None})


def paths_of(text: str, script: str) -> set[Any]:
    """The paths that a text may mean. Where the folder is unknown, a file of the name in any folder may be meant."""
    from posixpath import normpath

    here = normpath(f"{script.rpartition('/')[0]}/{text}") if text.startswith("../") or "/" not in text else text
    while text.startswith(("./", "../")):
        text = text.partition("/")[2]
    folder, _, last = text.rpartition("/")
    if not last or "{" in last:
        return set()
    found: set[Any] = {text, here.lstrip("/"), ("there" if "{" in folder else "anywhere", last)}
    return found


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
        for names, rows, learned in ledger.shelved:
            fits = [fit for fit in learned if self._counts(fit, rows, ledger)]
            for name in names:
                self.kept.setdefault(name, []).extend(fits)
        for rows, function, place, by in ledger.cuts:
            for name in {name for origin, _ in rows for name in ledger.opened.get(origin, ())}:
                self.cut.setdefault(name, []).append((function, place, by))

    def _counts(self, fit: Fit, rows: Rows, ledger: Ledger) -> bool:
        """Whether something was learned of the very rows that are kept, and of no part of them that was split off; what
        other kept rows are changed by is a scaler of the training file, beside which the test file lies."""
        if fit.role in KEEPS or cut_off(fit.rows) or cut_off(rows) or not overlap(fit.rows, rows):
            return False
        return not any(fit in learned and not overlap(fit.rows, there) for _, there, learned in ledger.shelved)

    def spoiled(self) -> Iterator[Spoiled]:
        """What was learned of all rows of a file that is split afterwards."""
        told: set[Fit] = set()
        for name, fits in self.kept.items():
            for function, place, by in self._cut_of(name)[:1]:
                for fit in fits:
                    if fit not in told:
                        told.add(fit)
                        yield Spoiled(fit, "before-folds" if by == "folds" else "before-split", by, function, place)

    def _cut_of(self, name: Any) -> list[tuple[str, Place, str]]:
        """What splits a file: by its name alone where either side does not know the folder."""
        if name[0] == "there":
            return self.cut.get(name) or self.cut.get(("anywhere", name[1]), [])
        return self.cut.get(("there", name[1]), []) if name[0] == "anywhere" else self.cut.get(name, [])
