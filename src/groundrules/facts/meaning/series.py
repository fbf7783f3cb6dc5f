"""Time series: what looks ahead in time, and splits that mix yesterday with tomorrow."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import EntryPoint
from groundrules.facts.python.ir import Call, Op, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.facts.python.program import Module
from groundrules.typed import Any, Iterable, Iterator, NamedTuple

_DEEPEST = 14
_DATES = ("date", "time", "day", "month", "year", "period", "timestamp")


class Sign(NamedTuple):
    """A place that shows that rows follow each other in time."""

    span: int
    roots: frozenset[int]  # the calls that read the rows; empty where that cannot be said


class Made(NamedTuple):
    """A column that is computed from rows before or after its own."""

    call: int
    column: str | None
    ahead: str | None  # shift | window: how it looks ahead; None: it looks back


class Series:
    """Rows of series_use."""

    def __init__(self, link: Link) -> None:
        self.link = link
        functions = link.knowledge.functions
        self._names = {name.rpartition(".")[2] for name in functions.having("moves_rows", "windows", "in_time")}
        self._roots: dict[tuple[str, int], frozenset[int]] = {}

    def relate(self, entries: Iterable[EntryPoint]) -> None:
        """One row for each use, file by file."""
        kinds = ("script", "notebook", "task")
        ran = self.link.walker.ran
        for path in sorted({path for entry in entries if entry.kind in kinds for path, _ in ran.get(entry.id, ())}):
            module = self.link.walker.program.module(path)
            if module is not None and not self.link.in_test(path) and not self._names.isdisjoint(module.code.names):
                self._file(module)

    def _file(self, module: Module) -> None:
        entries = [self._entry(module, call) for call in module.code.calls]
        trained = [self._rows_of(module, call) for call, entry in zip(module.code.calls, entries, strict=True)
                   if "splits" in entry or (entry.get("step") or EMPTY).get("does") in ("fit", "split")]  # fmt: skip
        if not trained:
            return
        kept = frozenset().union(*trained)
        made = list(self._columns(module))
        signs = [*self._lags(module, made), *self._ordered(module, entries)]
        for one in made:
            if one.ahead and kept & self.roots(module, one.call) and self._only_set(module, one.column):
                self._row(module, one.call, f"ahead-{one.ahead}", signs)
        for number, entry in enumerate(entries):
            if signs and self._shuffles(module, number, entry, signs):
                self._row(module, number, "shuffled", signs)
            if signs and self._fills_back(module, number, entry) and kept & self.roots(module, number):
                self._row(module, number, "ahead-fill", signs)

    def _row(self, module: Module, number: int, how: str, signs: list[Sign]) -> None:
        rows, call = self.link.rows, module.code.calls[number]
        name = self.link.folder.entry_of(call, self.link.folder.scope_frame(module, call.scope))[0].lstrip("*.")
        span = rows.span(module.path, call.where)
        sign = next((one.span for one in signs if one.span != span), None)
        rows.add("series_use", span, name, how, sign, self.link.scope_name(module, call.scope))

    def _entry(self, module: Module, call: Call) -> Entry:
        return self.link.folder.entry_of(call, self.link.folder.scope_frame(module, call.scope))[1]

    # ---- signs of time -----------------------------------------------------------------------------------------------
    def _columns(self, module: Module) -> Iterator[Made]:
        """Columns that are computed by moving rows or windows over them."""
        for scope in module.code.scopes:
            for op in scope.ops:
                if op[0] == "s":
                    yield from self._moved(module, op)

    def _moved(self, module: Module, op: Op) -> Iterator[Made]:
        column = str(op[2][1]) if op[2][0] == "const" else None
        for number in calls_in(module, op[3]):
            call = module.code.calls[number]
            entry = self._entry(module, call)
            frame = self.link.folder.scope_frame(module, call.scope)
            if "moves_rows" in entry:
                by = self.link.folder.argument(call, entry, entry["moves_rows"].get("by"), frame)
                folded = self.link.folder.fold(by, frame) if by is not None else ("const", 1)
                if folded[0] == "const" and isinstance(folded[1], int):
                    yield Made(number, column, "shift" if folded[1] < 0 else None)
            if "windows" in entry:
                centred = self.link.folder.argument(call, entry, entry["windows"].get("centred"), frame)
                yield Made(number, column, "window" if centred == ("const", True) else None)

    def _lags(self, module: Module, made: list[Made]) -> Iterator[Sign]:
        for one in made:
            if one.ahead is None:
                yield Sign(self._span(module, one.call), self.roots(module, one.call))

    def _ordered(self, module: Module, entries: list[Entry]) -> Iterator[Sign]:
        """Splitters that keep the order of time."""
        for number, entry in enumerate(entries):
            if entry.get("in_time"):
                yield Sign(self._span(module, number), frozenset())

    def _span(self, module: Module, number: int) -> int:
        return self.link.rows.span(module.path, module.code.calls[number].where)

    # ---- what goes wrong ---------------------------------------------------------------------------------------------
    def _shuffles(self, module: Module, number: int, entry: Entry, signs: list[Sign]) -> bool:
        """Whether the call mixes rows at random that a sign says follow each other."""
        told = entry.get("draws") or EMPTY
        if told.get("purpose") != "split" or (entry.get("splits") or EMPTY).get("into") != "parts":
            return False
        call = module.code.calls[number]
        frame = self.link.folder.scope_frame(module, call.scope)
        for name, values in (told.get("not_when") or {}).items():
            given = self.link.folder.argument(call, entry, name, frame)
            folded = self.link.folder.fold(given, frame) if given is not None else None
            if folded is not None and (folded[0] != "const" or folded[1] in values):
                return False
        rows = self._rows_of(module, call)
        return any(not sign.roots or sign.roots & rows for sign in signs)

    def _fills_back(self, module: Module, number: int, entry: Entry) -> bool:
        told = entry.get("fills_back")
        if not isinstance(told, dict):
            return bool(told)
        call = module.code.calls[number]
        frame = self.link.folder.scope_frame(module, call.scope)
        for name, values in told.items():
            given = self.link.folder.argument(call, entry, name, frame)
            if given is not None and given[0] == "const" and given[1] in values:
                return True
        return False

    def _only_set(self, module: Module, column: str | None) -> bool:
        """Whether a column is set and never named again: it is no target then, and nothing drops it."""
        return column is not None and mentions(module, column) == 1

    # ---- where rows come from ----------------------------------------------------------------------------------------
    def _rows_of(self, module: Module, call: Call) -> frozenset[int]:
        found: frozenset[int] = frozenset()
        for value in (*call.args[:2], *(value for name, value in call.kwargs if name in ("X", "x"))):
            found |= self._from(module, value, 0)
        return found

    def roots(self, module: Module, number: int, depth: int = 0) -> frozenset[int]:
        """The calls from which the rows of a call's result come in the end."""
        key = (module.path, number)
        if key not in self._roots:
            self._roots[key] = frozenset()  # cuts cycles
            call = module.code.calls[number]
            if "reads" in self._entry(module, call):
                self._roots[key] = frozenset((number,))
            elif depth < _DEEPEST:
                base = (call.func[1],) if call.func[0] == "attr" else ()
                parts = [self._from(module, value, depth + 1) for value in (*base, *call.args[:2])]
                self._roots[key] = frozenset().union(*parts)
        return self._roots[key]

    def _from(self, module: Module, value: Value, depth: int) -> frozenset[int]:
        found: frozenset[int] = frozenset()
        for number in calls_in(module, value):
            found |= self.roots(module, number, depth)
        return found


def calls_in(module: Module, value: Value, depth: int = 0) -> Iterator[int]:
    """The calls whose results a value is made of; what is given to them is theirs, but not their receivers."""
    tag = value[0]
    if tag == "call":
        yield value[1]
        func = module.code.calls[value[1]].func
        if func[0] == "attr" and depth < _DEEPEST:
            yield from calls_in(module, func[1], depth + 1)
    elif tag == "name":
        bound = module.env.get(value[1])
        if bound is not None and bound != value and depth < _DEEPEST:
            yield from calls_in(module, bound, depth + 1)
    elif depth < _DEEPEST and tag not in ("const", "ext", "param", "local", "?"):
        for part in value[1:]:
            for one in part if isinstance(part, tuple) and part and isinstance(part[0], tuple) else (part,):
                if isinstance(one, tuple) and one and isinstance(one[0], str):
                    yield from calls_in(module, one, depth + 1)


def mentions(module: Module, text: str) -> int:
    """How often a file spells a text as a value."""
    count = 0
    waiting: list[Any] = [*module.code.calls]
    waiting += [op for scope in module.code.scopes for op in scope.ops if op[0] not in ("c", "=", "l", "t", "u", "v")]
    waiting += [op[2] for scope in module.code.scopes for op in scope.ops if op[0] == "l"]
    while waiting:
        part = waiting.pop()
        if part == ("const", text) or part == text:
            count += 1
        elif isinstance(part, tuple):
            waiting += [one for one in part if isinstance(one, (tuple, str))]
    return count
