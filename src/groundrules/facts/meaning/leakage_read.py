"""What expressions hold: names, attributes, subscripts, what elementwise work gives."""

from __future__ import annotations

from abc import abstractmethod

from groundrules.facts.meaning.leakage_activation import Activation
from groundrules.facts.meaning.leakage_containers import Containers
from groundrules.facts.meaning.leakage_join import applied, joined, set_beside
from groundrules.facts.meaning.leakage_ledger import KEEPS
from groundrules.facts.meaning.leakage_rows import part
from groundrules.facts.meaning.leakage_values import (
    Data,
    Fit,
    Function,
    Instance,
    Many,
    Shape,
    Stat,
    Thing,
    chosen,
    data_in,
    derived,
    stats_in,
    together,
)
from groundrules.facts.python.ir import Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.typed import Any, Callable

_BUILTIN = frozenset(
    ("int", "float", "str", "bool", "bytes", "complex", "object", "list", "dict", "set", "tuple", "type")
)


class Reader(Containers):
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
        handler = _HANDLERS.get(tag)
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

    def _name(self, value: Value, act: Activation) -> Any:
        name = value[1]
        known = self.globals.get(act.module.path)
        if known is not None and known.get(name) is not None:
            return known[name]
        bound = act.module.env.get(name)
        if bound is not None and bound[0] in ("local", "ext"):
            return self.value(bound, act)
        if bound is None and name in _BUILTIN:
            return None
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
        if found is not None:
            self.ledger.names[found.rows] = {name}
        owner.params[name] = found
        return found

    def _ext(self, value: Value, act: Activation) -> Any:
        found = self.program.find(value[1], act.module.path)
        if found is None:
            return None
        there = self.program.lookup(found)
        if there is not None and there[1][0] == "call" and not there[2]:
            return self.class_made(there[0], there[1][1])
        folded = self.folder.fold(value, act.frame)
        if folded[0] in ("func", "class"):
            return Function(folded[1], folded[2])
        return None

    @abstractmethod
    def class_made(self, module: Module, number: int) -> Shape | None:
        """A class that a call of another module makes."""

    def _local(self, value: Value, act: Activation) -> Any:
        return Function(act.module.path, value[1], None, act)

    def _attr(self, value: Value, act: Activation) -> Any:
        base = self.value(value[1], act)
        name = value[2]
        if isinstance(base, Instance):
            return self.instance_attribute(base, name)
        if isinstance(base, Thing):
            return self.thing_attribute(base, name)
        if isinstance(base, Stat):
            return base
        if isinstance(base, Many) and base.keys is not None and name in base.keys:
            return base.items[base.keys.index(name)]
        if not isinstance(base, Data):
            return None
        told = (self.knowledge.method(name) or {}).get("view")
        if told == "nothing":
            return None
        if told == "columns":
            fits = [fit for fit in base.learned if fit.role == "selection"]
            return Stat(fits) if fits else None
        if told in ("learned", "each") and base.thing is not None:
            return self.thing_attribute(base.thing, name)
        if told == "rows":
            return base
        made = self.view(base, frozenset([name]) if told is None and base.kind != "element" else None)
        named = self.named_part(("const", name)) if told is None else None
        if named is not None:
            made.rows, made.kind, made.parent, made.column = part(made.rows, named), "rows", None, None
        return made

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
        if told == "learned":
            return self.told_by(thing)
        if told == "each" and thing.fitted is not None:
            return Data(thing.fitted.rows, {thing.fitted: None})
        if name.endswith("_") and thing.fitted is not None and thing.fitted.role not in KEEPS:
            return Stat([thing.fitted])
        return thing if thing.parts else None

    def told_by(self, thing: Thing) -> Stat | None:
        """What a learner tells of the columns: a chooser its choice, a model what each is worth."""
        if thing.fitted is not None:
            return Stat([thing.fitted])
        if not thing.trainings:
            return None
        training = thing.trainings[-1]
        if training.chosen is None:
            training.chosen = Fit("selection", thing.name or "fit", training.rows, training.place)
        return Stat([training.chosen])

    def _item(self, value: Value, act: Activation) -> Any:
        base, key = self.value(value[1], act), value[2]
        if isinstance(base, Many):
            return self.many_item(base, key, act)
        if isinstance(base, Stat):
            if key[0] == "name" or (key[0] == "const" and isinstance(key[1], str)):
                base = self.ranked(base)
            told = self.value(key, act)
            return self.combined([base, told]) if isinstance(told, Stat) else base
        if isinstance(base, Thing):
            return self.fold_pair(base) if base.role == "folds" else base
        if not isinstance(base, Data):
            found = self.value(key, act)
            return found if isinstance(found, Stat) and base is None else None
        return self.select(base, key, act)

    def ranked(self, base: Stat) -> Stat:
        """Correlations with one column: what is picked by them is picked by the target."""
        if all(fit.role != "correlation" for fit in base.fits):
            return base
        place = [(fit.module, fit.where, fit.scope, fit.position) for fit in base.fits]
        return Stat(
            Fit("selection", fit.function, fit.rows, at) if fit.role == "correlation" else fit
            for fit, at in zip(base.fits, place, strict=True)
        )

    def _either(self, value: Value, act: Activation) -> Any:
        return joined([self.value(value[1], act), self.value(value[2], act)])

    def _any(self, value: Value, act: Activation) -> Any:
        return joined([self.value(one, act) for one in value[1]])

    def _bin(self, value: Value, act: Activation) -> Any:
        left, right = self.value(value[2], act), self.value(value[3], act)
        if isinstance(left, Many) and isinstance(right, Many) and value[1] == "+":
            return Many([*left.items, *right.items])
        if isinstance(left, Many) and left.keys is None and value[1] == "*" and right is None:
            return Many([*left.items, *left.items][:40])  # however often, it is more than once
        if value[1] == "-":
            set_beside(left, right)
            if isinstance(left, Data) and isinstance(right, Stat) and all(fit.edge for fit in right.fits):
                return derived(left)  # the rows are moved as one
        return self.combined([left, right])

    def _cmp(self, value: Value, act: Activation) -> Any:
        left, right = self.value(value[2], act), self.value(value[3], act)
        set_beside(left, right)
        applied(left, right)
        made = self.combined([left, right])
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
        return together(stats_in(values))

    def _inner(self, value: Value, act: Activation) -> Any:
        return self.value(value[1], act)

    def method_known(self, base: Any, name: str) -> Entry:
        """What is known of a method, by the class of the receiver where that is known."""
        if isinstance(base, Thing):
            entry = self.knowledge.of(f"{base.name}.{name}")
            if entry is not None and ("step" in entry or "reads" in entry):
                return entry
        return self.knowledge.method(name) or {}


_HANDLERS: dict[str, Callable[[Any, Value, Activation], Any]] = {
    "name": Reader._name, "param": Reader._param, "ext": Reader._ext, "local": Reader._local, "attr": Reader._attr,
    "item": Reader._item, "elem": Reader._elem, "unpack": Reader._unpack, "either": Reader._either, "or": Reader._any,
    "and": Reader._any, "list": Reader._items, "tuple": Reader._items, "set": Reader._items, "dict": Reader._dict,
    "comp": Reader._comp, "bin": Reader._bin, "cmp": Reader._cmp, "star": Reader._inner, "enter": Reader._inner,
    "not": Reader._inner,
}  # fmt: skip
