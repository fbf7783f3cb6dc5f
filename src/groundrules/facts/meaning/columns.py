"""Columns that code computes on tables in memory, with whether anything reads them afterwards."""

from __future__ import annotations

from groundrules.facts.meaning.columns_fate import Fate, Here, Used
from groundrules.facts.meaning.columns_flow import Flow, Store, Use
from groundrules.facts.meaning.columns_types import Tables
from groundrules.facts.meaning.features_names import Readers
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.program import Module
from groundrules.facts.python.walk import contexts_of
from groundrules.facts.repository import Repository
from groundrules.facts.sql.words import words
from groundrules.typed import Any

_BY_NAME = words("globals locals vars exec eval")


class Columns:
    """Rows of column_write."""

    def __init__(self, link: Link, repository: Repository, readers: Readers | None = None) -> None:
        self.link = link
        self.repository = repository
        self.readers = readers or Readers(repository)
        self.tables = Tables(link)
        functions = link.knowledge.functions
        makers = [name for name in functions.having("returns") if functions[name]["returns"] in self.tables.types]
        self.words = {name.rpartition(".")[2] for name in makers}
        self._flows: dict[str, Flow] = {}

    def flow(self, module: Module) -> Flow:
        """The uses in a module, read once."""
        found = self._flows.get(module.path)
        if found is None:
            found = self._flows[module.path] = Flow(module)
        return found

    def relate(self, scope: frozenset[str] | None) -> None:
        """The columns that the files of the scope compute."""
        for path in self.repository.code_paths() if scope is None else sorted(scope):
            if path not in self.repository.names or path in self.link.tests:
                continue
            module = self.link.folder.program.module(path)
            if module is not None and self._stores_columns(module):
                self._module(module)

    def _stores_columns(self, module: Module) -> bool:
        """Whether a module may store columns at all; asked of every module, so it only looks at names."""
        if self.words.isdisjoint(module.code.names):
            return False
        facts = self.repository.facts(module.path)
        return facts is not None and not facts.troubles

    def _module(self, module: Module) -> None:
        flow = self.flow(module)
        done: set[tuple[Any, ...]] = set()
        for store in flow.stores:
            if self.tables.of(store.base, module, store.scope) is None:
                continue
            key = (store.scope, store.base, store.column)
            if key not in done:
                done.add(key)
                self._store(module, flow, store)

    def _store(self, module: Module, flow: Flow, store: Store) -> None:
        used, dropped = self.fate(module, flow, store)
        scope = module.code.scopes[store.scope].qualname
        span = self.link.rows.span(module.path, store.where)
        frame = flow.names.get(store.base, "table")
        place = self.link.rows.span(*dropped) if dropped is not None else None
        self.link.rows.add("column_write", span, frame, store.column, int(used), place, scope)

    def fate(self, module: Module, flow: Flow, store: Store) -> tuple[bool, tuple[str, Any] | None]:
        """Whether a stored column is used, and where it is dropped if it is not."""
        if store.base[0] == "param" or self._out_of_sight(module, flow, store):
            return True, None
        fate = Fate(self.tables, self.flow, store.column)
        here = Here(module, without(flow, store), self.tables.frame(module, store.scope), store.scope, None)
        try:
            for value in parts(store.base):
                fate.follow(here, value, store.position)
        except Used:
            return True, None
        return False, fate.drops[0] if fate.drops else None

    def _out_of_sight(self, module: Module, flow: Flow, store: Store) -> bool:
        """Whether something may use the table that its scope does not show."""
        if any(kind in ("for", "while") for kind, _ in contexts_of(module, store.context)):
            return True
        scopes = module.code.scopes
        if scopes[store.scope].kind == "class" or not _BY_NAME.isdisjoint(scopes[store.scope].loads):
            return True
        names = [op[1] for op in scopes[store.scope].ops if op[0] == "=" and op[2] in parts(store.base)]
        if store.scope == 0:
            others = [number for number in range(1, len(scopes)) if scopes[number].kind == "function"]
            if any(name in scopes[n].loads and name not in flow.bound[n] for n in others for name in names):
                return True
            importers = self.readers.importers(module.path)
            return bool(importers) and any(self.readers.named(name, importers) for name in names)
        return False


def parts(value: Any) -> list[Any]:
    """A value, and what it may be instead."""
    if value[0] == "either":
        return [value, *parts(value[1]), *parts(value[2])]
    return [value]


def without(flow: Flow, store: Store) -> Flow:
    """The flow without the reads by which a column is only computed anew from itself."""
    again = [one for one in flow.stores if one.scope == store.scope and one.base == store.base and one.column == store.column]
    kept = {store.base: [use for use in flow.of.get(store.base, ()) if not any(_inside(use, one) for one in again)]}
    slim = Flow.__new__(Flow)
    slim.module, slim.stores, slim.names, slim.bound = flow.module, flow.stores, flow.names, flow.bound
    slim.of = {**flow.of, **kept}
    return slim


def _inside(use: Use, store: Store) -> bool:
    """Whether a use reads the store's own column on the right side of the store."""
    if use.scope != store.scope or use.position > store.position or use.where is None:
        return False
    named = use.what == ("const", store.column) if use.kind == "item" else use.kind == "attribute" and use.what == store.column
    return named and tuple(use.where[:1]) == tuple(store.where[:1]) and tuple(use.where[1:3]) >= tuple(store.where[1:3])
