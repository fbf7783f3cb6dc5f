"""Orders that nobody decided: names as the file system keeps them, elements as a set keeps them."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import EntryPoint
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.facts.python.program import Module
from groundrules.typed import TYPE_CHECKING, Any, Iterable, Iterator, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.meaning.orders_elements import elements
else:
    late(globals(), "groundrules.facts.meaning.orders_elements", "elements")

_DEEPEST = 12
_ADDS = frozenset({"append", "extend", "insert", "add"})
_COLUMNS = (("const", 1), ("const", -1), ("const", "columns"))
_WITHIN = frozenset({"attr", "bin", "either", "or", "and", "fmt", "fmtspec", "star", "enter"})


class Order(NamedTuple):
    """Where an order comes from, and whether a value is all of it or one element."""

    path: str
    number: int  # of the call that lists
    whole: bool


class Orders:
    """Rows of order_use: unordered names that reach something that depends on their order."""

    def __init__(self, link: Link) -> None:
        self.link = link
        functions = link.knowledge.functions
        self._names = {name.rpartition(".")[2] for name in functions.having("unordered")}
        self._sinks = {name.rpartition(".")[2] for name in functions.having("splits", "draws", "pairs", "step")}
        self._numbering = {name.rpartition(".")[2] for name in functions.having("pairs") if numbering(functions[name])}
        self._calls: dict[tuple[str, int], Order | None] = {}
        self._filled: dict[str, dict[int, list[Value]]] = {}  # by module: the list, and what is added to it
        self._sorted: dict[str, list[Value]] = {}

    def relate(self, entries: Iterable[EntryPoint]) -> None:
        """One row for each unordered value that reaches a place where order counts."""
        for path in self._paths(entries):
            module = self.link.walker.program.module(path)
            if module is None or self.link.in_test(path) or self._names.isdisjoint(module.code.names):
                continue
            for call in module.code.calls:
                if self._last_name(module, call.func) in self._sinks:
                    self._sink(module, call)
            self._stored(module)
            self._numbered(module)

    def _paths(self, entries: Iterable[EntryPoint]) -> list[str]:
        """The files that scripts, notebooks and tasks run."""
        ran = self.link.walker.ran
        kinds = ("script", "notebook", "task")
        return sorted({path for entry in entries if entry.kind in kinds for path, _ in ran.get(entry.id, ())})

    def _last_name(self, module: Module, func: Value) -> str:
        """The last name by which a library knows what is called; a filter that saves work."""
        if func[0] == "name":
            bound = module.env.get(func[1])
            return self._last_name(module, bound) if bound is not None and bound[0] == "ext" else str(func[1])
        return str(func[-1]).rpartition(".")[2] if func[0] in ("ext", "attr") else ""

    # ---- places where order counts -----------------------------------------------------------------------------------
    def _sink(self, module: Module, call: Call) -> None:
        values = [*call.args, *(value for name, value in call.kwargs if name is not None)]
        if not values:
            return
        name, entry = self._entry(module, call)
        draws, does = entry.get("draws") or EMPTY, (entry.get("step") or EMPTY).get("does")
        if entry.get("pairs") == "beside":
            found = [order for value in values if (order := self.order(value, module, 0)) is not None and order.whole]
            if len({(one.path, one.number) for one in found}) > 1:
                self._row(found[0], "pairs", name, module, call)
        elif "splits" in entry or draws.get("purpose") in ("split", "shuffle", "sample") or does == "split":
            order = self.order(values[0], module, 0)
            if order is not None and order.whole:
                split = "splits" in entry or draws.get("purpose") == "split" or does == "split"
                self._row(order, "splits" if split else "draws", name, module, call)

    def _stored(self, module: Module) -> None:
        """Attributes of data sets that the program defines."""
        for number, scope in enumerate(module.code.scopes):
            if scope.kind != "class" or not any(self._served(base) for base in self._bases(module, number)):
                continue
            for value in scope.attributes.values():
                order = self.order(value, module, 0)
                if order is not None and order.whole:
                    self._row(order, "serves", scope.name, module, scope)

    def _numbered(self, module: Module) -> None:
        """Dicts that give each name the number of its place, or each number its name."""
        for number, call in enumerate(module.code.calls):
            if call.args and self._last_name(module, call.func) in self._numbering:
                order = self.order(call.args[0], module, 0)
                if order is not None and order.whole and numbers(module, number):
                    self._row(order, "numbers", self._entry(module, call)[0], module, call)

    def _bases(self, module: Module, number: int) -> list[str]:
        return self.link.folder.base_types(module.path, number)

    def _served(self, base: str) -> bool:
        return bool((self.link.knowledge.of(base) or EMPTY).get("serves_rows"))

    def _row(self, order: Order, how: str, other: str, module: Module, place: Any) -> None:
        rows, program = self.link.rows, self.link.folder.program
        source = program.module(order.path)
        if source is None:
            return
        call = source.code.calls[order.number]
        name, entry = self._entry(source, call)
        scope = self.link.scope_name(source, call.scope)
        kind = "files" if entry.get("unordered") == "files" else elements(source, call)
        rows.add(
            "order_use", rows.span(order.path, call.where), name.lstrip("*."), kind,
            how, other.lstrip("*."), rows.span(module.path, place.where), scope,
        )  # fmt: skip

    def _entry(self, module: Module, call: Call) -> tuple[str, Entry]:
        return self.link.folder.entry_of(call, self.link.folder.scope_frame(module, call.scope))

    # ---- what has no order -------------------------------------------------------------------------------------------
    def order(self, value: Value, module: Module, depth: int) -> Order | None:
        """The unordered source that decides the order of a value's elements, or which element it is."""
        tag = value[0]
        if depth > _DEEPEST or tag in ("const", "?"):
            return None
        if any(value is one or (tag != "list" and value == one) for one in self._in_order(module)):
            return None
        if tag == "call":
            return self._of_call(module, value[1], depth)
        if tag in ("elem", "unpack"):
            return self._part(value[1], module, depth)
        if tag == "item":
            base = self.order(value[1], module, depth + 1)
            return base if base is None or value[2][0] == "slice" else base._replace(whole=False)
        if tag == "comp":
            found = [self.order(one, module, depth + 1) for one in (*value[2], value[1])]
            return next((one._replace(whole=True) for one in found if one is not None), None)
        if tag in ("list", "tuple"):
            return self._of_list(value, module, depth)
        if tag in _WITHIN:
            return self._of_parts(value, module, depth)
        return self._of_name(value, module, depth)

    def _part(self, value: Value, module: Module, depth: int) -> Order | None:
        base = self.order(value, module, depth + 1)
        return base._replace(whole=False) if base is not None else None

    def _of_parts(self, value: Value, module: Module, depth: int) -> Order | None:
        if value[0] == "attr":
            own = self._of_attribute(value, module, depth)
            return own if own is not None else self.order(value[1], module, depth + 1)
        parts = value[1] if value[0] in ("fmt", "or", "and") else value[1:]
        found = [self.order(one, module, depth + 1) for one in parts if isinstance(one, tuple)]
        return next((one for one in found if one is not None), None)

    def _of_attribute(self, value: Value, module: Module, depth: int) -> Order | None:
        """What a class keeps in an attribute of its instances."""
        base = value[1]
        if base[0] != "param":
            return None
        owner = module.code.scopes[base[1]].parent
        if owner <= 0 or module.code.scopes[owner].kind != "class":
            return None
        stored = module.code.scopes[owner].attributes.get(value[2])
        return self.order(stored, module, depth + 1) if stored is not None and stored != value else None

    def _of_name(self, value: Value, module: Module, depth: int) -> Order | None:
        bound = module.env.get(value[1]) if value[0] == "name" else None
        return self.order(bound, module, depth + 1) if bound is not None and bound != value else None

    def _of_list(self, value: Value, module: Module, depth: int) -> Order | None:
        found = [self.order(one, module, depth + 1) for one in value[1][:8]]
        one = next((one for one in found if one is not None), None)
        if one is not None or value[0] != "list":
            return one
        for added in self._added(module).get(id(value), ()):
            order = self.order(added, module, depth + 1)
            if order is not None:
                return order._replace(whole=True)
        return None

    def _of_call(self, module: Module, number: int, depth: int) -> Order | None:
        key = (module.path, number)
        if key not in self._calls:
            self._calls[key] = None  # cuts cycles
            self._calls[key] = self._called(module, number, depth)
        return self._calls[key]

    def _called(self, module: Module, number: int, depth: int) -> Order | None:
        call = module.code.calls[number]
        _, entry = self._entry(module, call)
        if entry.get("unordered"):
            sure = entry["unordered"] == "set" and elements(module, call) == "numbers"
            return None if sure else Order(module.path, number, True)
        if entry.get("order_free") or entry.get("summarises") or "draws" in entry or self._beside(module, call, entry):
            return None
        callee = self.link.folder.callee(call, self.link.folder.scope_frame(module, call.scope))
        if callee[0] == "func":
            return self._returned(callee, depth)
        receiver = (call.func[1],) if call.func[0] == "attr" else ()
        found = [self.order(one, module, depth + 1) for one in (*call.args[:3], *receiver)]
        return next((one for one in found if one is not None), None)

    def _beside(self, module: Module, call: Call, entry: Entry) -> bool:
        """Whether tables are put beside each other, so that their order decides no row's place."""
        told = entry.get("stacks") or EMPTY
        frame = self.link.folder.scope_frame(module, call.scope)
        axis = self.link.folder.argument(call, entry, told.get("axis"), frame) if told.get("axis") else None
        folded = self.link.folder.fold(axis, frame) if axis is not None else None
        return bool(told.get("beside")) or folded in _COLUMNS

    def _returned(self, callee: Value, depth: int) -> Order | None:
        module = self.link.folder.program.module(callee[1])
        if module is None:
            return None
        found = [self.order(op[1], module, depth + 1) for op in module.code.scopes[callee[2]].ops if op[0] == "r"]
        return found[0] if len(found) == 1 else None

    # ---- lists that are filled or sorted in place --------------------------------------------------------------------
    def _added(self, module: Module) -> dict[int, list[Value]]:
        """What is added to each list that a file starts empty; the same list is the same object."""
        if module.path not in self._filled:
            found: dict[int, list[Value]] = {}
            for call in module.code.calls:
                if call.func[0] == "attr" and call.func[2] in _ADDS and call.func[1][0] == "list":
                    found.setdefault(id(call.func[1]), []).extend(call.args[-1:])
            self._filled[module.path] = found
        return self._filled[module.path]

    def _in_order(self, module: Module) -> list[Value]:
        """Values that are sorted in place somewhere in the file."""
        if module.path not in self._sorted:
            self._sorted[module.path] = list(self._sorting(module))
        return self._sorted[module.path]

    def _sorting(self, module: Module) -> Iterator[Value]:
        for call in module.code.calls:
            if call.func[0] == "attr" and (self.link.knowledge.method(call.func[2]) or EMPTY).get("order_free"):
                yield call.func[1]


def numbering(entry: Entry) -> bool:
    """Whether a call numbers what it is given."""
    return bool(entry["pairs"] == "numbered")


def numbers(module: Module, number: int) -> bool:
    """Whether a dict holds the pairs that a call which numbers gives, one way round or the other."""
    element = ("elem", ("call", number))
    pair = {("unpack", element, 0), ("unpack", element, 1)}
    for scope in module.code.scopes:
        for op in scope.ops:
            if op[0] == "s" and {op[2], op[3]} == pair:
                return True
            if op[0] in "=rsa" and any(_holds(part, pair) for part in op if isinstance(part, tuple)):
                return True
    return False


def _holds(value: Value, pair: set[Value]) -> bool:
    """Whether a value is a dict made of such pairs."""
    return value[:1] == ("comp",) and value[1][0] == "dict" and any(set(one) == pair for one in value[1][1])
