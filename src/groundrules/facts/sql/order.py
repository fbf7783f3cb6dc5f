"""What the statements of one text say about each other: emptied before, dropped before, created before."""

from __future__ import annotations

from groundrules.facts.sql.draft import Draft

WRITES = frozenset({"insert", "insert-overwrite", "copy", "merge", "update"})
LOOSE_KINDS = frozenset({"table", "view", "materialized view"})


class _Names:
    """A set of names in which `x` and `public.x` meet."""

    def __init__(self) -> None:
        self._full: set[str] = set()
        self._bare: set[str] = set()  # names without a schema
        self._last: set[str] = set()  # last parts of names with one

    def add(self, name: str) -> None:
        lowered = name.lower()
        self._full.add(lowered)
        head, _, last = lowered.rpartition(".")
        (self._last if head else self._bare).add(last)

    def discard(self, name: str) -> None:
        self._full.discard(name.lower())

    def __contains__(self, name: str) -> bool:
        lowered = name.lower()
        if lowered in self._full:
            return True
        head, _, last = lowered.rpartition(".")
        return last in (self._bare if head else self._last)

    def holds_part_of(self, name: str) -> bool:
        """Whether the local half of a distributed table is among them (`x_local` of `x`, a habit of ClickHouse)."""
        last = name.lower().rpartition(".")[2] + "_local"
        return last in self._bare or last in self._last


class Order:
    """Reads the drafts of a text in order."""

    def __init__(self, whole: set[int] | None = None) -> None:
        self.whole = whole or set()  # drafts that empty their target as a whole
        self.wholly = _Names()  # targets that they emptied
        self.emptied_all: set[int] = set()  # drafts that write into one of those
        self.emptied = _Names()
        self.created = _Names()  # unguarded, or right after a drop
        self.present = _Names()  # created in any way
        self.temporary = _Names()
        self.used = _Names()  # read or filled: the text would have failed there without them
        self.dropped: dict[str, int] = {}  # kind and name → index of the draft
        self.paired: set[int] = set()
        self.cleared: set[int] = set()
        self.guards: dict[int, str] = {}
        self.gone = False  # a database was dropped
        self.fresh = False  # a database was dropped and made anew, and with it all that it holds
        self.derived: dict[str, set[str]] = {}  # by table that the text makes: the tables that it is made from
        self.sifted: set[tuple[str, str]] = set()  # (table, other): rows of the table that the other has are gone

    def read(self, index: int, draft: Draft) -> None:
        """Takes one draft, the index-th of its text, into account."""
        targets = [name for name in (draft.target, *draft.others) if name]
        if draft.verb in WRITES and draft.target:
            self._write(index, draft, draft.target)
        elif draft.verb == "create":
            self._create(index, draft)
        elif draft.verb == "drop":
            self._drop(index, draft, targets)
        elif draft.verb == "alter":
            self._alter(index, draft)
        if draft.verb == "delete" and draft.target and draft.clauses:
            self.sifted |= {(draft.target.lower(), each.name.lower()) for each in draft.clauses.sources}
        if draft.verb != "drop":
            self._use(draft)
        if draft.empties:
            for name in targets:
                self.emptied.add(name)
                if index in self.whole:
                    self.wholly.add(name)

    def _use(self, draft: Draft) -> None:
        for source in draft.clauses.sources if draft.clauses else ():
            self.used.add(source.name)
        if draft.verb in WRITES and draft.target:
            self.used.add(draft.target)

    def _write(self, index: int, draft: Draft, target: str) -> None:
        if target in self.wholly:
            self.emptied_all.add(index)
        if target in self.emptied or self.emptied.holds_part_of(target):
            self.cleared.add(index)
        elif draft.guard is None:
            if target in self.temporary:
                self.guards[index] = "temporary"
            elif target in self.created:
                self.guards[index] = "created"
            elif draft.clauses and any(
                (each.name.lower(), target.lower()) in self.sifted
                or target.lower() in self.derived.get(each.name.lower(), ())
                for each in draft.clauses.sources
            ):
                self.guards[index] = "anti-join"

    def _create(self, index: int, draft: Draft) -> None:
        if draft.table and (draft.table in self.created or draft.table in self.emptied) and draft.guard is None:
            self.guards[index] = "created"
        self.fresh = self.fresh or (draft.object == "database" and self.gone)
        if not draft.target:
            return
        before = self.dropped.pop(_thing(draft.object, draft.target), None)
        if draft.clauses and draft.object == "table":
            self.derived[draft.target.lower()] = {each.name.lower() for each in draft.clauses.sources}
        if before is not None:
            self.paired |= {before, index}
        elif draft.guard is None and (self.fresh or (draft.object == "schema" and draft.target in self.emptied)):
            self.guards[index] = "created"
        if draft.object == "table":
            self.present.add(draft.target)
            if draft.guard == "temporary":
                self.temporary.add(draft.target)
            elif draft.guard != "if-exists" or before is not None:
                self.created.add(draft.target)

    def _drop(self, index: int, draft: Draft, targets: list[str]) -> None:
        self.gone = self.gone or draft.object == "database"
        for name in targets:
            if draft.guard is None and draft.object == "table" and name in self.present:
                self.guards[index] = "created"
            elif draft.guard is None and draft.object in LOOSE_KINDS and name in self.used:
                self.guards[index] = "used"
            self.dropped[_thing(draft.object, name)] = index
        if draft.guard is None and draft.table and draft.table in self.created:
            self.guards[index] = "created"

    def _alter(self, index: int, draft: Draft) -> None:
        if draft.guard is None and draft.target:
            if draft.target in self.temporary:
                self.guards[index] = "temporary"
            elif draft.target in self.created:
                self.guards[index] = "created"
        if draft.renamed:
            self.created.add(draft.renamed)


def _thing(kind: str | None, name: str) -> str:
    loose = "table" if kind in LOOSE_KINDS else kind or ""
    return loose + " " + name.lower()
