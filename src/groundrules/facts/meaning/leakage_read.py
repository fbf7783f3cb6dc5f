"""What expressions hold: columns, slices and masks of rows, elements of lists, attributes of learners and objects."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_run import Activation, Runner
from groundrules.facts.meaning.leakage_values import (
    Data,
    Function,
    Instance,
    Key,
    Many,
    Marker,
    Stat,
    Thing,
    add,
    chosen,
    data_in,
    derived,
    held,
    joined,
    mix,
    of_columns,
    overlap,
    part,
    stats_in,
)
from groundrules.facts.python.ir import Value
from groundrules.facts.python.walk import Entry
from groundrules.typed import Any, Callable, ClassVar, Iterable

_SPELLED_DEEPEST = 6
_OPPOSITES = {"<": ("<", 0), ">=": ("<", 1), ">": (">", 0), "<=": (">", 1), "==": ("==", 0), "!=": ("==", 1),
              "in": ("in", 0), "not in": ("in", 1), "is": ("==", 0), "is not": ("==", 1)}  # fmt: skip


def numbers(bounds: tuple[Value, ...]) -> tuple[float, float] | None:
    """The boundaries of a slice when both are plain numbers."""
    found = []
    for bound, default in zip(bounds, (0.0, float("inf")), strict=False):
        number = bound[1] if bound[0] == "const" else -1
        if number is not None and (not isinstance(number, int) or number < 0):
            return None
        found.append(default if number is None else float(number))
    return (found[0], found[1]) if len(found) == 2 and found != [0.0, float("inf")] else None


class Reader(Runner):
    """Evaluates values; each is read once an activation."""

    def value(self, value: Value, act: Activation) -> Any:
        """What an expression holds; None for what holds no rows."""
        tag = value[0]
        if tag == "call":
            return self.result(value[1], act)
        if tag in ("const", "fmt", "slice", "?"):
            return None
        key = id(value)
        known = act.memo.get(key)
        if known is not None:
            return known[1]
        handler = self._handlers.get(tag)
        act.memo[key] = (value, None)
        found = handler(self, value, act) if handler is not None else None
        act.memo[key] = (value, found)
        return found

    def result(self, number: int, act: Activation) -> Any:
        """What a call gave, here or in the function around."""
        one: Activation | None = act
        while one is not None:
            if number in one.results and one.module is act.module:
                return one.results[number]
            one = one.caller
        return None

    # ---- names -------------------------------------------------------------------------------------------------------
    def _name(self, value: Value, act: Activation) -> Any:
        name = value[1]
        known = self.globals.get(act.module.path)
        if known is not None and known.get(name) is not None:
            return known[name]
        bound = act.module.env.get(name)
        if bound is not None and bound[0] in ("local", "ext"):
            return self.value(bound, act)
        if bound is None or known is None:
            known = self.globals.setdefault(act.module.path, {})
            known[name] = self.origin(strong=False)
            return known[name]
        return None

    def _param(self, value: Value, act: Activation) -> Any:
        owner: Activation | None = act
        while owner is not None and (owner.scope != value[1] or owner.module is not act.module):
            owner = owner.caller
        if owner is None:
            return self.origin(strong=False)
        name = value[2]
        if name in owner.params:
            return owner.params[name]
        params = owner.module.code.scopes[owner.scope].params
        if owner.receiver is not None and params and params[0].name == name:
            return owner.receiver
        default = next((param.default for param in params if param.name == name), None)
        found = self.origin(strong=False) if default is None or default[0] != "const" else None
        owner.params[name] = found
        return found

    def _ext(self, value: Value, act: Activation) -> Any:
        if self.program.find(value[1], act.module.path) is None:
            return None
        folded = self.folder.fold(value, act.frame)
        if folded[0] in ("func", "class"):
            return Function(folded[1], folded[2])
        return None

    def _local(self, value: Value, act: Activation) -> Any:
        return Function(act.module.path, value[1], None, act)

    # ---- parts -------------------------------------------------------------------------------------------------------
    def _attr(self, value: Value, act: Activation) -> Any:
        base = self.value(value[1], act)
        name = value[2]
        if isinstance(base, Instance):
            return self.instance_attribute(base, name)
        if isinstance(base, Thing):
            return self.thing_attribute(base, name)
        if isinstance(base, Stat):
            return base
        if not isinstance(base, Data):
            return None
        told = (self.knowledge.method(name) or {}).get("view")
        if told == "nothing":
            return None
        if told == "rows":
            return base
        return self.view(base, frozenset([name]) if told is None and base.kind != "element" else None)

    def instance_attribute(self, base: Instance, name: str) -> Any:
        """An attribute of an object of the program; unknown ones are made up once."""
        if name in base.attributes:
            return base.attributes[name]
        found = self.folder.method(base.path, base.scope, name)
        if found is not None:
            return Function(found[0], found[1], base)
        module = self.program.module(base.path)
        default = module.code.scopes[base.scope].env.get(name) if module is not None else None
        base.attributes[name] = self.origin(strong=False) if default is None or default[0] != "const" else None
        return base.attributes[name]

    def thing_attribute(self, thing: Thing, name: str) -> Any:
        """An attribute of a learner: what it learned, or the learner inside."""
        told = (self.knowledge.method(name) or {}).get("view")
        if told == "itself":
            return thing
        if name.endswith("_") and thing.fitted is not None:
            return Stat([thing.fitted])
        return thing if thing.parts else None

    def view(self, base: Data, columns: frozenset[str] | None) -> Data:
        """Some columns of a table, through which the table can be changed."""
        made = Data(base.rows, of_columns(base.learned, columns), base.strong)
        made.predicted = base.predicted
        made.kind = base.kind if base.kind in ("group", "element") else "rows" if columns is None else "column"
        if columns is not None and len(columns) == 1:
            made.parent, made.column = base, columns  # a list of columns is a copy
        return made

    def _item(self, value: Value, act: Activation) -> Any:
        base, key = self.value(value[1], act), value[2]
        if isinstance(base, Many):
            return self.many_item(base, key, act)
        if isinstance(base, Stat):
            return base
        if isinstance(base, Thing):
            return base
        if not isinstance(base, Data):
            self.value(key, act)
            return None
        return self.select(base, key, act)

    def many_item(self, base: Many, key: Value, act: Activation) -> Any:
        """One of several, by position or key; all of them when it is unknown which."""
        told = self.value(key, act)
        if isinstance(told, Key):
            key = ("const", told.value)
        if key[0] == "const":
            if base.keys is not None:
                return next((item for name, item in zip(base.keys, base.items, strict=True) if name == key[1]), None)
            if isinstance(key[1], int) and -len(base.items) <= key[1] < len(base.items):
                return base.items[key[1]]
        return joined(base.items)

    def select(self, base: Data, key: Value, act: Activation) -> Data:
        """Columns or rows of a table."""
        columns = self.columns(key, act)
        if columns is not None:
            made = self.view(base, columns)
            if key[0] != "const":
                made.parent, made.column = None, None
                made.kind = base.kind if base.kind in ("group", "element") else "rows"
            return made
        if key[0] == "tuple" and key[1]:
            made = self.some_rows(base, key[1][0], act)
            if len(key[1]) < 2:
                return made
            inner, told = self.columns(key[1][1], act), self.value(key[1][1], act)
            if isinstance(told, Stat):
                add(made.learned, dict.fromkeys(fit for fit in told.fits if fit.role == "selection"))
            return self.view(made, inner) if inner is not None else made
        return self.some_rows(base, key, act)

    def some_rows(self, base: Data, key: Value, act: Activation) -> Data:
        """The rows of a table that a slice, a mask or an index takes."""
        made = Data(base.rows, dict(base.learned), base.strong)
        made.predicted = base.predicted
        made.kind = base.kind if base.kind != "mask" else "rows"
        if key[0] == "slice":
            whole = base.rows
            for marker in self.slice_markers(key, act):
                made.rows = part(made.rows, marker)
            between = numbers(key[1])
            if between is not None:
                made.rows = part(made.rows, (("range", whole), between))
            return made
        if key[0] == "const":
            return made
        given = self.value(key, act)
        if isinstance(given, Stat):
            add(made.learned, dict.fromkeys(fit for fit in given.fits if fit.role == "selection"))
            return made
        if isinstance(given, Data) and given.kind != "mask" and held(given.rows):
            for marker in sorted({m for _, marks in given.rows for m in marks}, key=repr):
                made.rows = part(made.rows, marker)
            return made
        if isinstance(given, Data):
            for marker in self.mask_markers(key, act):
                made.rows = part(made.rows, marker)
        return made

    def columns(self, key: Value, act: Activation) -> frozenset[str] | None:
        """The names of columns that a key spells out; None when it takes something else."""
        if key[0] == "const":
            return frozenset([key[1]]) if isinstance(key[1], str) else None
        if key[0] == "list" and key[1]:
            names = [one[1] for one in key[1] if one[0] == "const" and isinstance(one[1], str)]
            return frozenset(names) if len(names) == len(key[1]) else None
        if key[0] == "name":
            bound = act.module.env.get(key[1])
            return self.columns(bound, act) if bound is not None and bound[0] == "list" else None
        return None

    # ---- markers -----------------------------------------------------------------------------------------------------
    def slice_markers(self, key: Value, act: Activation) -> Iterable[Marker]:
        """The boundaries of a slice, each a split with two sides."""
        bounds = key[1]
        if len(bounds) > 2 and bounds[2] != ("const", None):
            return
        for index, side in ((0, 1), (1, 0)):
            bound = bounds[index] if index < len(bounds) else ("const", None)
            if bound in (("const", None), ("const", 0)) or self.moves(bound, act):
                continue
            yield ("slice", self.spelled(self.near(bound), act)), side

    def near(self, bound: Value) -> Value:
        """A boundary without a fixed distance from it: windows look back over it."""
        while bound[0] == "bin" and bound[1] in ("-", "+") and bound[3][0] == "const":
            bound = bound[2]
        return bound

    def moves(self, value: Value, act: Activation, depth: int = 0) -> bool:
        """Whether a value changes from round to round of a loop."""
        if value[0] == "elem":
            return True
        if depth > 4 or value[0] in ("const", "param", "name"):
            return False
        return any(self.moves(one, act, depth + 1) for one in value[1:] if isinstance(one, tuple) and one and isinstance(one[0], str))

    def mask_markers(self, key: Value, act: Activation) -> Iterable[Marker]:
        """The mask; and where it asks for one of several values, that value."""
        yield self.mask_marker(key, act)
        if key[0] == "cmp" and key[1] == "==" and key[3][0] == "const":
            yield ("value", self.spelled(key[2], act)), key[3][1]

    def mask_marker(self, key: Value, act: Activation) -> Marker:
        """A mask as a split: what tells the rows apart, and which side is taken."""
        side = 0
        while True:
            if key[0] == "not" or (key[0] == "bin" and key[1] == "~"):
                key, side = (key[1] if key[0] == "not" else key[2]), 1 - side
            elif key[0] == "cmp" and key[1] in _OPPOSITES:
                operator, turned = _OPPOSITES[key[1]]
                return ("mask", operator, self.spelled(key[2], act), self.spelled(key[3], act)), side ^ turned
            elif key[0] == "cmp" and key[3] == ("const", False):
                key, side = key[2], 1 - side
            else:
                break
        if key[0] == "call" and act.module.code.calls[key[1]].func[0] == "attr":
            func = act.module.code.calls[key[1]].func
            told = (self.knowledge.method(func[2]) or {}).get("masks")
            if told:
                return ("mask", told["what"], self.spelled(func[1], act)), side ^ int(told["side"])
        return ("mask", self.spelled(key, act)), side

    def spelled(self, value: Value, act: Activation, depth: int = 0) -> Any:
        """An expression in a form that is equal where it is written alike."""
        tag = value[0]
        if tag in ("const", "name", "ext", "local"):
            return (tag, value[1])
        if tag == "param":
            bound = act.frame.bound.get(value[2]) if act.frame.scope == value[1] else None
            if bound is not None and act.caller is not None and depth < _SPELLED_DEEPEST:
                return self.spelled(bound[0], act.caller, depth + 1)
            return ("param", act.module.path, value[1], value[2])
        if depth >= _SPELLED_DEEPEST:
            return (tag, id(value))
        if tag == "call":
            call = act.module.code.calls[value[1]]
            return ("call", self.spelled(call.func, act, depth + 1), *[self.spelled(arg, act, depth + 1) for arg in call.args])
        parts = [self.spelled(one, act, depth + 1) if isinstance(one, tuple) and one and isinstance(one[0], str)
                 else one if isinstance(one, (str, int)) else id(one) for one in value[1:]]  # fmt: skip
        return (tag, *parts)

    # ---- loops and containers ----------------------------------------------------------------------------------------
    def _elem(self, value: Value, act: Activation) -> Any:
        if id(value[1]) in act.elements:
            return act.elements[id(value[1])]
        base = self.value(value[1], act)
        if isinstance(base, Many):
            return joined(base.items if base.keys is None else [Key(key) for key in base.keys[:1]])
        if isinstance(base, Data):
            made = Data(base.rows, dict(base.learned), base.strong)
            made.kind = "element"
            return made
        return base if isinstance(base, Stat) else self.origin(strong=False)

    def _unpack(self, value: Value, act: Activation) -> Any:
        base = self.value(value[1], act)
        if isinstance(base, Many):
            return base.items[value[2]] if value[2] < len(base.items) else None
        if isinstance(base, Data):
            made = Data(base.rows, dict(base.learned), base.strong)
            made.predicted = base.predicted
            if value[1][0] in ("call", "unpack") and base.kind == "rows":
                made.rows = part(base.rows, (("unpack", self.spelled(value[1], act)), value[2]))
            return made
        return base

    def _items(self, value: Value, act: Activation) -> Any:
        items: list[Any] = []
        for one in value[1][:40]:
            inner = self.value(one[1] if one[0] == "star" else one, act)
            if one[0] == "star" and isinstance(inner, Many):
                items.extend(inner.items)
            else:
                items.append(inner)
        return Many(items)

    def _dict(self, value: Value, act: Activation) -> Any:
        keys = [key[1] if key is not None and key[0] == "const" else None for key, _ in value[1][:40]]
        return Many([self.value(item, act) for _, item in value[1][:40]], keys)

    def _comp(self, value: Value, act: Activation) -> Any:
        found = self.value(value[1], act)
        if isinstance(found, (Data, Stat)):
            return found
        if isinstance(found, Many) and all(one is None for one in found.items):
            found = None
        if found is not None:
            return Many([found])
        sources = [self.value(one, act) for one in value[2]]
        stats = [fit for one in stats_in(sources) for fit in one.fits]
        return joined([one for one in sources if isinstance(one, Data)]) or (Stat(stats) if stats else None)

    def _either(self, value: Value, act: Activation) -> Any:
        return joined([self.value(value[1], act), self.value(value[2], act)])

    def _any(self, value: Value, act: Activation) -> Any:
        return joined([self.value(one, act) for one in value[1]])

    def _bin(self, value: Value, act: Activation) -> Any:
        left, right = self.value(value[2], act), self.value(value[3], act)
        if isinstance(left, Many) and isinstance(right, Many) and value[1] == "+":
            return Many([*left.items, *right.items])
        return self.combined([left, right])

    def _cmp(self, value: Value, act: Activation) -> Any:
        made = self.combined([self.value(value[2], act), self.value(value[3], act)])
        if isinstance(made, Data):
            made.kind = "mask"
        return made

    def combined(self, values: list[Any]) -> Any:
        """What elementwise work on several values gives."""
        first = chosen(data_in(values))
        if first is not None:
            made = derived(first, values)
            made.kind = first.kind if first.kind in ("element", "column", "mask") else "rows"
            return made
        stats = list(stats_in(values))
        if stats:
            return Stat(fit for one in stats for fit in one.fits)
        return None

    def _inner(self, value: Value, act: Activation) -> Any:
        return self.value(value[1], act)

    # ---- stores ------------------------------------------------------------------------------------------------------
    def store(self, base: Value, key: Value, value: Any, act: Activation) -> None:
        """Columns or rows of a table are set, or an item of a container."""
        target = self.value(base, act)
        if isinstance(target, Many):
            if key[0] == "const" and target.keys is not None and key[1] in target.keys:
                target.items[target.keys.index(key[1])] = value
            elif key[0] == "const" and target.keys is None and isinstance(key[1], int) and 0 <= key[1] < len(target.items):
                target.items[key[1]] = value
            elif value is not None and len(target.items) < 40:
                target.items.append(value)
                if target.keys is not None:
                    target.keys.append(key[1] if key[0] == "const" else None)
            return
        if isinstance(target, Data):
            columns = self.columns(key, act)
            if columns is None and key[0] == "tuple" and len(key[1]) > 1:
                self.put(target, self.columns(key[1][1], act), value, replace=False)
            else:
                self.put(target, columns, value, replace=columns is not None)

    def put(self, target: Data, columns: frozenset[str] | None, value: Any, replace: bool) -> None:
        """Set columns of a table, and of what it is a view of."""
        from groundrules.facts.meaning.leakage_values import without_columns

        learned: dict[Any, Any] = {}
        carrier = Data(target.rows)
        mix(carrier, value)
        learned.update(dict.fromkeys(carrier.learned, columns))
        if isinstance(value, Data) and value.rows and not any(marks for _, marks in value.rows | target.rows):
            for fit in carrier.learned:
                if not overlap(fit.rows, target.rows):
                    fit.rows |= target.rows  # the column stands beside these rows, so it is of them
        one: Data | None = target
        if not target.rows and carrier.rows is target.rows and isinstance(value, Data):
            target.rows = value.rows
        while one is not None:
            if replace and columns is not None:
                one.learned = without_columns(one.learned, columns)
            add(one.learned, learned)
            one = one.parent

    def store_attribute(self, base: Value, name: str, value: Any, act: Activation) -> None:
        """An attribute of an object, or a column by its name."""
        target = self.value(base, act)
        if isinstance(target, Instance):
            target.attributes[name] = value
        elif isinstance(target, Data) and (self.knowledge.method(name) or {}).get("view") is None:
            self.put(target, frozenset([name]), value, replace=True)

    # ---- knowledge ---------------------------------------------------------------------------------------------------
    def method_known(self, base: Any, name: str) -> Entry:
        """What is known of a method, by the class of the receiver where that is known."""
        if isinstance(base, Thing):
            entry = self.knowledge.of(f"{base.name}.{name}")
            if entry is not None and "step" in entry:
                return entry
        return self.knowledge.method(name) or {}

    _handlers: ClassVar[dict[str, Callable[[Any, Value, Activation], Any]]] = {
        "name": _name, "param": _param, "ext": _ext, "local": _local, "attr": _attr, "item": _item, "elem": _elem,
        "unpack": _unpack, "either": _either, "or": _any, "and": _any, "list": _items, "tuple": _items, "set": _items,
        "dict": _dict, "comp": _comp, "bin": _bin, "cmp": _cmp, "star": _inner, "enter": _inner, "not": _inner,
    }  # fmt: skip
