"""Lists of column names that code declares, and columns that a query computes, with whether anything reads them."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.features_lists import Lists, column_names
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.ir import Op, Scope, Value
from groundrules.facts.python.program import Module
from groundrules.facts.repository import Repository
from groundrules.facts.sql import Statement
from groundrules.facts.sql.words import words
from groundrules.typed import TYPE_CHECKING, Any, Collection, Iterator, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.meaning.columns_attributes import kept_by
    from groundrules.facts.meaning.features_dead import Dead
    from groundrules.facts.meaning.features_dynamic import Dynamic
    from groundrules.facts.meaning.features_names import Readers
else:
    late(globals(), "groundrules.facts.meaning.columns_attributes", "kept_by")
    late(globals(), "groundrules.facts.meaning.features_dead", classes="Dead")
    late(globals(), "groundrules.facts.meaning.features_dynamic", classes="Dynamic")
    late(globals(), "groundrules.facts.meaning.features_names", classes="Readers")

_COLUMNS = words(
    """col cols colnames column columns feat feats feature features categorical categoricals numerical numericals
    numeric numerics predictors covariates regressors"""
)
_KINDS = words("cat num categorical numerical numeric ordinal nominal continuous discrete binary target")
_NAMED = words("vars variables attribs attributes names fields")
_LIMITS = words("max min n")  # of how many columns a learner looks at
_LITERALS = frozenset({"list", "tuple"})
_MAKER = "default_factory"
_BY_NAME = words("__dict__ vars getattr setattr __getattr__ __getattribute__ get_params")
_ANYWHERE = words("globals locals vars exec eval")
_BY_FIELDS = words(
    "asdict astuple fields replace vars getattr setattr __dict__ __dataclass_fields__ to_dict structured"
)
_WORDS = ("features", "columns", "categorical", "numerical")
_LONG = 6  # letters of a word that is one of these, but for one
_SLIP = 8  # letters of a name that one slip leaves recognisable
_SEEN: dict[str, bool] = {}  # names that were asked about: the same ones come again and again


class Declared(NamedTuple):
    """A list of column names, where it is bound."""

    path: str
    where: Any
    name: str
    kind: str  # as in table feature_list
    items: tuple[str, ...]
    scope: str
    used: bool


class Features:
    """Rows of feature_list."""

    def __init__(self, link: Link, repository: Repository) -> None:
        self.link = link
        self.repository = repository
        self.readers = Readers(repository)
        self.dynamic = Dynamic()
        functions = link.knowledge.functions
        self.dead = Dead({name.rpartition(".")[2] for name in functions.having("reads_columns", "frame")})
        self.lists = Lists({name.rpartition(".")[2] for name in functions.having("lists_columns")})

    def relate(self, scope: frozenset[str] | None) -> None:
        """The lists and queries of the files in the scope."""
        first: dict[tuple[Any, ...], int] = {}
        for path in self.repository.code_paths() if scope is None else sorted(scope):
            module = self.link.folder.program.module(path) if path in self.repository.names else None
            if module is not None and path not in self.link.tests:
                for one in self._declared(module):
                    self._add(one, first)
                self._queries(module)
        for path in self.repository.sql_paths():
            if scope is None or path in scope:
                self._file(path)

    def _add(self, one: Declared, first: dict[tuple[Any, ...], int]) -> None:
        span = self.link.rows.span(one.path, one.where)
        twin = first.setdefault((one.name, one.kind, one.items, one.scope, one.used), span)
        row = (one.name, one.kind, len(one.items), int(one.used), None, one.scope)
        self.link.rows.add("feature_list", span, twin, *row)

    # ---- lists in code -----------------------------------------------------------------------------------------------
    def _declared(self, module: Module) -> Iterator[Declared]:
        for number, scope in enumerate(module.code.scopes):
            named = {op[1] for op in scope.ops if op[0] == "=" and named_like_columns(op[1])}
            for op in scope.ops:
                if op[0] == "=" and op[1].startswith("__"):
                    continue
                if op[0] == "a":
                    yield from self._kept(module, number, scope, op)
                elif op[0] == "=" and (op[1] in named or slips(op[1], named)):
                    value = self._made_anew(module, op[2]) if scope.kind == "class" else op[2]
                    items = self.lists.names(module, value) or column_names(value, 1)
                    if items or self.lists.taken(module, value):
                        kind, used = self._read(module, number, scope, op)
                        kind = kind if items else "computed"
                        yield Declared(module.path, op[3], op[1], kind, items, scope.qualname, used)
                elif op[0] == "=" and op[2][0] in _LITERALS and scope.kind != "class":
                    items = column_names(op[2], 1)
                    if items and self.dead.holds_columns(module, items):
                        kind, used = self._read(module, number, scope, op)
                        yield Declared(module.path, op[3], op[1], kind, items, scope.qualname, used)

    def _kept(self, module: Module, number: int, scope: Scope, op: Op) -> Iterator[Declared]:
        """A list that a method keeps in its object."""
        name, value, where = op[2:5]
        if named_like_columns(name) and kept_by(module, ("attr", op[1], name)) is not None:
            items = self.lists.names(module, value) or column_names(value, 1)
            if items:
                by_name = not _BY_NAME.isdisjoint(module.code.names)
                used = by_name or name in module.code.names or self.readers.read_anywhere(name, module.path)
                used = used or self.readers.read_by_text(name, module.path)
                yield Declared(module.path, where, name, "field", items, scope.qualname, used)

    def _made_anew(self, module: Module, value: Value) -> Value:
        """What a field of a class holds that a function makes for each object: what that function returns."""
        call = module.code.calls[value[1]] if value[0] == "call" else None
        made = dict(call.kwargs).get(_MAKER) if call is not None and not call.args else None
        if made is None or made[0] != "local":
            return value
        returned = [op[1] for op in module.code.scopes[made[1]].ops if op[0] == "r"]
        return returned[0] if len(returned) == 1 else value

    def _read(self, module: Module, number: int, scope: Scope, op: Op) -> tuple[str, bool]:
        """What kind of declaration a binding is, and whether anything reads what it holds."""
        name, value = op[1:3]
        if scope.kind == "class":
            return "field", self._field_read(module, scope, name)
        top = module.code.scopes[0]
        if number == 0 or top.env.get(name) == value:
            return "constant", self._constant_read(module, name, op if number == 0 else None)
        read = self._read_locally(module, number, name) and not self._never_read(module, number, op)
        return "local", read or name in self.readers.spoken(module)

    def _never_read(self, module: Module, number: int, op: Op) -> bool:
        names = module.code.names
        return _ANYWHERE.isdisjoint(names) and self.dead.unread(module, number, op)

    def _constant_read(self, module: Module, name: str, op: Op | None) -> bool:
        top = module.code.scopes[0]
        loaded = name in top.loads and (op is None or not self._never_read(module, 0, op))
        if loaded or self.dynamic.may_read(module, top.loads, name) or name in self.readers.spoken(module):
            return True
        if module.code.cells and self.readers.in_broken_cell(name, module.path):
            return True
        if not self.readers.importers(module.path):
            idle = not acts(module) and self.readers.for_others(name, module.path)
            return idle or self.readers.beside(name, module.path)
        found = self.readers.read_outside(name, module.path) or self.readers.read_by_text(name, module.path)
        return found or self.readers.beside(name, module.path)

    def _read_locally(self, module: Module, number: int, name: str) -> bool:
        """Whether a function, or one around it that may share the name, reads a name."""
        scopes = module.code.scopes
        while number > 0:
            scope = scopes[number]
            if scope.kind == "function" and (name in scope.loads or self.dynamic.may_read(module, scope.loads, name)):
                return True
            number = scope.parent
        return False

    def _field_read(self, module: Module, scope: Scope, name: str) -> bool:
        """A class with bases or decorators may be read by whoever wrote those."""
        if scope.bases or name in scope.loads or name in module.code.names:
            return True
        if scope.decorators and not self._plain_record(scope):
            return True
        if self.dynamic.may_read(module, module.code.scopes[0].loads, name) or "__dict__" in module.code.names:
            return True
        readers = self.readers
        return readers.read_anywhere(name, module.path) or readers.read_by_text(name, module.path)

    def _plain_record(self, scope: Scope) -> bool:
        """Whether the fields of a class of records are only read by their names, wherever the class is named."""
        if [str(one[-1]).rpartition(".")[2] for one in scope.decorators] != ["dataclass"]:
            return False
        lights = self.repository.lights().values()
        return not any(scope.name in light.names and not _BY_FIELDS.isdisjoint(light.names) for light in lights)

    # ---- queries -----------------------------------------------------------------------------------------------------
    def _queries(self, module: Module) -> None:
        for sql in module.code.sql:
            cell, line, _, end_line, _ = sql.where
            for plain in sql.statements:
                for one in Statement(*plain).unused_columns:
                    offset, _, owner, column = one
                    at = min(line + sql.text.count("\n", 0, offset), end_line)
                    scope = module.code.scopes[sql.scope].qualname
                    self._column(module.path, (cell, at, 1, at, 1), column, owner, scope)

    def _file(self, path: str) -> None:
        facts = self.repository.facts(path)
        for row in facts.rows if facts is not None else ():
            for where, owner, column in getattr(row, "unused_columns", ()):
                self._column(path, tuple(where), column, owner, "")

    def _column(self, path: str, where: tuple[Any, ...], column: str, owner: str, scope: str) -> None:
        span = self.link.rows.span(path, where)
        self.link.rows.add("feature_list", span, span, column, "cte", 1, 0, owner, scope)


def acts(module: Module) -> bool:
    """Whether a module runs by itself: a notebook, a script, or one whose own level calls something."""
    return bool(module.code.cells or module.code.main_guard or any(op[0] == "c" for op in module.code.scopes[0].ops))


def named_like_columns(name: str) -> bool:
    """Whether a name says that it holds names of columns."""
    known = _SEEN.get(name)
    if known is None:
        told = words_of(name)
        pair = len(told) > 1 and ((told[-1] in _NAMED and not _KINDS.isdisjoint(told)) or _KINDS.issuperset(told))
        slip = any(len(one) >= _LONG and any(differs_once(one, other) for other in _WORDS) for one in told)
        known = _SEEN[name] = pair or slip or not (_COLUMNS.isdisjoint(told) or not _LIMITS.isdisjoint(told[:1]))
    return known


def slips(name: str, named: Collection[str]) -> bool:
    """Whether a name is one letter away from one of its scope that says so: a slip that nothing reports."""
    if len(name) < _SLIP:
        return False
    return any(abs(len(other) - len(name)) < 2 and differs_once(name, other) for other in named)


def differs_once(one: str, other: str) -> bool:
    """Whether one letter more, fewer or another one is all that is between two names."""
    short, long = sorted((one, other), key=len)
    at = next((index for index, char in enumerate(short) if char != long[index]), len(short))
    return one != other and short[at + (len(short) == len(long)) :] == long[at + 1 :]
