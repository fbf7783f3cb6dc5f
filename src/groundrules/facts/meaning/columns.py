"""Columns that code computes on tables in memory, with whether anything reads them afterwards."""

from __future__ import annotations

from groundrules.basics.late import late, pattern, re
from groundrules.facts.meaning.columns_added import Added
from groundrules.facts.meaning.columns_flow import Flow, Store, stores
from groundrules.facts.meaning.columns_formulas import Formulas
from groundrules.facts.meaning.columns_looped import Looped
from groundrules.facts.meaning.columns_stores import (
    also_bound,
    anew_only,
    on_this_branch,
    out_of_sight,
    reads_global,
    stands_in,
    tables_of,
    without,
)
from groundrules.facts.meaning.columns_types import Tables
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.repository import Repository
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns_attributes import Attributes, kept_by
    from groundrules.facts.meaning.columns_callers import Callers
    from groundrules.facts.meaning.columns_fate import Fate
    from groundrules.facts.meaning.columns_here import Here
    from groundrules.facts.meaning.columns_kinds import Kinds
    from groundrules.facts.meaning.features_names import Readers
else:
    late(globals(), "groundrules.facts.meaning.columns_fate", classes="Fate")
    late(globals(), "groundrules.facts.meaning.columns_here", "Here")
    late(globals(), "groundrules.facts.meaning.columns_attributes", "kept_by", classes="Attributes")
    late(globals(), "groundrules.facts.meaning.columns_callers", classes="Callers")
    late(globals(), "groundrules.facts.meaning.columns_kinds", classes="Kinds")
    late(globals(), "groundrules.facts.meaning.features_names", classes="Readers")

_TABLES = frozenset(
    {"call", "item", "either", "param", "unpack", "attr", "elem"}
)  # values that can be tables: those of `columns_types`
_LITERALS = ("list", "tuple")
_SHOWN = 3  # columns of one statement that are named
_WORD = pattern(r"[^\W\d]\w*")

Dropped = tuple[str, Any]  # a path and a place in it


class Columns:
    """Rows of column_write."""

    def __init__(self, link: Link, repository: Repository, readers: Readers | None = None) -> None:
        self.link = link
        self.repository = repository
        self.readers = readers or Readers(repository)
        self.tables = Tables(link)
        self.callers = Callers(self.tables, self.readers, link.tests)
        self.tables.calls_of = self.callers.of
        self.formulas = Formulas(link)
        self.kinds = Kinds(self.tables)
        functions = link.knowledge.functions
        self.rows = {one.rpartition(".")[2] for one in functions.having("frame") if functions[one]["frame"] == "rows"}
        self.added = Added(self.tables)
        self.looped = Looped(self.tables)
        self.attributes = Attributes(self.readers, self.flow)
        self._flows: dict[tuple[str, int], Flow] = {}
        self._projected = False  # whether the last column was seen to be left out by a list of others
        self._spoken: dict[str, frozenset[str]] = {}
        self._hidden: dict[tuple[str, str], bool] = {}
        self._sharing: dict[tuple[str, str], list[Here]] = {}

    def relate(self, scope: frozenset[str] | None) -> None:
        """The columns that the files of the scope compute."""
        for path in self.repository.code_paths() if scope is None else sorted(scope):
            if path not in self.repository.names or path in self.link.tests:
                continue
            module = self.link.folder.program.module(path)
            facts = self.repository.facts(path)
            whole = facts is not None and (not facts.troubles or path.endswith(".ipynb"))
            if module is not None and whole:
                self._module(module)
                if not module.code.cells:
                    self.formulas.module(module)

    def _module(self, module: Module) -> None:
        done: set[tuple[Any, ...]] = set()
        together: dict[tuple[int, int], list[tuple[Store, tuple[bool, Dropped | None] | None]]] = {}
        for store in stores(module, _TABLES):
            key = (store.scope, store.base, store.column)
            if key not in done and not self._of_rows(module, store):
                done.add(key)
                if store.plain:
                    self._store(module, store, self.fate(module, store))
                else:
                    together.setdefault((store.scope, store.position), []).append((store, self.fate(module, store)))
        self._looped(module, together)
        for several in together.values():
            used = any(told is None or told[0] for _, told in several)  # one that is read brings the others along
            store, told = several[0]
            names = "`, `".join([one.column for one, _ in several[:_SHOWN]]) + ("`, … `" + several[-1][0].column) * (
                len(several) > _SHOWN
            )
            self._store(module, store, (True, None) if used and told is not None else told, names)
        for store, number in self.added.stores(module):
            key = (store.scope, store.base, store.column)
            if key not in done:
                done.add(key)
                self._store(module, store, self._added(module, store, number))

    def _looped(self, module: Module, together: dict[Any, list[tuple[Store, Any]]]) -> None:
        """The columns that loops name: those of one statement stand together."""
        for store in self.looped.stores(module, _TABLES):
            key = (store.scope, store.where, store.base)
            told = together[key][-1][1] if key in together else (False, None)
            if told is not None and not told[0] and not self._of_rows(module, store):  # none of them is read so far
                together.setdefault(key, []).append((store, self.fate(module, store)))

    def _of_rows(self, module: Module, store: Store) -> bool:
        """Whether something is stored into rows that were taken from a table: that changes a copy, or no column."""
        base = store.base
        if base[0] != "item" or base[1][0] != "attr" or base[1][2] not in self.rows:
            return False
        key = base[2][1][0] if base[2][0] == "tuple" and base[2][1] else base[2]
        return not self.tables.rows(key) or base not in self.flow(module, store.scope).names

    def _added(self, module: Module, store: Store, number: int) -> tuple[bool, Dropped | None]:
        """What becomes of a column that a call adds: functions that the same call is given may read it."""
        flow = self.flow(module, store.scope)
        shown = module.code.cells and store.scope == 0 and not flow.uses(store.base) and store.base not in flow.names
        if out_of_sight(module, store) or shown:
            return True, None
        from groundrules.facts.meaning.columns_here import Used

        fate = Fate(self, store.column)
        fate.plainly = True
        here = self.here(self.tables.frame(module, store.scope))
        try:
            fate.calls.handed(here, module.code.calls[number], number, 0)
            fate.follow(here, store.base, store.position)
        except Used:
            return True, None
        return fate.outcome

    def _store(
        self, module: Module, store: Store, told: tuple[bool, Dropped | None] | None, column: str | None = None
    ) -> None:
        if told is None:
            return
        used, dropped = told
        names = (store.column, *self.flow(module, store.scope).names.get(store.base, ()))
        broken = module.code.cells > 0 and any(self.readers.in_broken_cell(one, module.path) for one in names)
        used = used or broken
        if dropped is not None and stands_in(module, store):
            return
        scope = module.code.scopes[store.scope].qualname
        where = store.where if used or store.keyword is None else self._keyword(module, store)
        span = self.link.rows.span(module.path, where)
        name = next(iter(self.flow(module, store.scope).names.get(store.base, ())), "")
        frame = name or _spelled(store.base)
        place = self.link.rows.span(*dropped) if dropped is not None else None
        anew = not self._projected and anew_only(module, self.flow(module, store.scope), store)
        self.link.rows.add("column_write", span, frame, column or store.column, int(used), place, int(anew), scope)

    def _keyword(self, module: Module, store: Store) -> Any:
        """Where a keyword stands, which may be lines away from the end of its call."""
        from groundrules.facts.python.notebook import sources_of

        cell, first, _, last, _ = store.keyword
        for _, data in self.repository.snapshot.read([module.path]):
            texts = sources_of(data) if cell is not None and isinstance(data, bytes) else None
            text = data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
            lines = (texts[cell] if texts and cell is not None else text).split("\n")
            for line in range(min(last, len(lines)), first - 1, -1):
                found = re.search(rf"\b{re.escape(store.column)}\s*=(?!=)", lines[line - 1])
                if found is not None:
                    return (cell, line, found.start() + 1, line, found.end())
        return store.where

    # ---- what the followers ask --------------------------------------------------------------------------------------
    def flow(self, module: Module, scope: int) -> Flow:
        """The uses in a scope, read once."""
        found = self._flows.get((module.path, scope))
        if found is None:
            found = self._flows[module.path, scope] = Flow(module, scope)
        return found

    def spoken(self, module: Module) -> frozenset[str]:
        """The words of a module's queries, some of which read variables as if they were tables of a database."""
        known = self._spoken.get(module.path)
        if known is None:
            found = {word for sql in module.code.sql for word in _WORD.findall(sql.text)}
            known = self._spoken[module.path] = frozenset(found)
        return known

    def hidden(self, module: Module, name: str) -> bool:
        """Whether a name of a module's own level is read in files where its uses cannot be followed."""
        key = (module.path, name)
        known = self._hidden.get(key)
        if known is None:
            known = self._hidden[key] = self.readers.read_outside(name, module.path)
        return known

    def sharing(self, module: Module, name: str) -> list[Here]:
        """The functions that read a name of the module's own level."""
        key = (module.path, name)
        if key not in self._sharing:
            scopes = module.code.scopes
            numbers = [number for number in range(1, len(scopes)) if reads_global(scopes[number], name)]
            self._sharing[key] = [self.here(self.tables.frame(module, number)) for number in numbers]
        return self._sharing[key]

    # ---- one column --------------------------------------------------------------------------------------------------
    def fate(self, module: Module, store: Store) -> tuple[bool, Dropped | None] | None:
        """Whether a stored column is used, and where it is dropped if it is not; None when no table is stored into."""
        if store.base[0] == "attr" and kept_by(module, store.base) is None:
            return None
        plain = self.tables.frame(module, store.scope)
        given = store.base[1][1] if store.base[0] == "elem" and store.base[1][0] in _LITERALS else (store.base,)
        if store.base[0] == "elem" and given == (store.base,):
            return None
        typed = all(self.tables.of(one, plain) is not None for one in given)
        if typed and all(one[0] != "param" for one in given):
            seen = out_of_sight(module, store) or also_bound(module, store)
            return (True, None) if seen else self._followed(module, store, [(plain, None)])
        calls = self.callers.of(module, store.scope)
        frames = [self._bound(module, store.scope, *call) for call in calls or ()]
        if not typed and any(self.tables.of(one, frame) is None for frame, _ in frames for one in given):
            return None
        if not frames and typed and self._own_affair(module, store):
            frames = [(plain, None)]
        if not frames or out_of_sight(module, store) or also_bound(module, store):
            return (True, None) if typed else None
        return self._followed(module, store, frames)

    def _own_affair(self, module: Module, store: Store) -> bool:
        """Whether a method that keeps its outcome in its object leaves a column on a table of its caller, who never
        names it."""
        keeps = any(op[0] == "a" for op in module.code.scopes[store.scope].ops)
        return keeps and store.base[0] == "param" and self.readers.said_once(store.column, module)

    def _bound(self, module: Module, scope: int, frame: Frame, number: int) -> tuple[Frame, tuple[Frame, int] | None]:
        """The frame of a function for one of its calls, with that call."""
        call = self.tables.call(frame.module.code.calls[number])
        receiver = self.tables.folder.callee(call, frame)[3]
        return self.tables.folder.bind(module, scope, call, number, frame, receiver), (frame, number)

    def _followed(
        self, module: Module, store: Store, frames: list[tuple[Frame, tuple[Frame, int] | None]]
    ) -> tuple[bool, Dropped | None]:
        from groundrules.facts.meaning.columns_here import Used

        fate = Fate(self, store.column)
        fate.type = self.kinds.of(module, store)
        flow = on_this_branch(module, without(self.flow(module, store.scope), store), store)
        try:
            for frame, above in frames:
                caller = (self.here(above[0]), above[1]) if above is not None else None
                here = Here(module, flow, frame, store.scope, caller)
                for value in tables_of(store.base):
                    fate.follow(here, value, store.position)
                    if value[0] == "param" and above is not None:
                        fate.outside(here, value)
        except Used:
            return True, None
        self._projected = fate.projected
        return fate.outcome

    def here(self, frame: Frame) -> Here:
        """A scope of whose callers nothing is known yet."""
        return Here(frame.module, self.flow(frame.module, frame.scope), frame, frame.scope, None)


def _spelled(base: Value) -> str:
    """What a table is called that has no name of its own."""
    if base[0] == "attr":
        return f"{base[1][2]}.{base[2]}"
    return str(base[2]) if base[0] == "param" else "table"
