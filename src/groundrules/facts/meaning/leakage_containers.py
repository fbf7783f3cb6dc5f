"""What lists, tuples, dicts and comprehensions hold, one by one and together."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_activation import Activation
from groundrules.facts.meaning.leakage_join import joined
from groundrules.facts.meaning.leakage_rows import part
from groundrules.facts.meaning.leakage_select import Selector
from groundrules.facts.meaning.leakage_values import (
    FIELDS,
    Data,
    Instance,
    Key,
    Many,
    Stat,
    Thing,
    derived,
    stats_in,
    together,
)
from groundrules.facts.python.ir import Value
from groundrules.typed import Any


class Containers(Selector):
    """Evaluates what holds several values."""

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
        if isinstance(base, Thing) and base.role == "folds":
            return self.fold_pair(base)
        if isinstance(base, Thing):
            return self.served(base)
        return base if isinstance(base, Stat) else self.origin(strong=False)

    def served(self, thing: Thing) -> Data:
        """What something unknown gives that is gone through: a loader gives rows, the same ones each time."""
        if thing.serves is None:
            thing.serves = self.origin(strong=False)
            self.ledger.names[thing.serves.rows] = set(thing.called)
        made = derived(thing.serves)
        made.kind = "element"
        return made

    def fold_pair(self, splitter: Thing) -> Many:
        """The two indices that a splitter gives in each round."""
        rows = self.origin().rows
        return Many([Data(part(rows, (("folds", id(splitter)), side))) for side in (0, 1)])

    def _unpack(self, value: Value, act: Activation) -> Any:
        base = self.value(value[1], act)
        if isinstance(base, Many):
            return base.items[value[2]] if value[2] < len(base.items) else None
        if isinstance(base, Instance) and FIELDS in base.attributes:
            fields = base.attributes[FIELDS]
            return base.attributes.get(fields[value[2]]) if value[2] < len(fields) else None
        if isinstance(base, Data):
            made = Data(base.rows, dict(base.learned), base.strong)
            made.predicted = base.predicted
            if value[1][0] in ("call", "unpack") and base.kind == "rows":
                made.rows = part(base.rows, (("unpack", self.spelled(value[1], act)), value[2]))
            elif value[1][0] == "call" and base.kind == "element":
                made.kind = "element"
            return made
        return self.fold_pair(base) if isinstance(base, Thing) and base.role == "folds" else base

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
        if isinstance(found, Data):
            source = next((one for one in (self.value(one, act) for one in value[2]) if isinstance(one, Data)), None)
            # one item for each row of what it goes through
            return found if source is None else derived(source, [found])
        if isinstance(found, Stat):
            return found
        if isinstance(found, Many) and all(one is None for one in found.items):
            found = None
        if found is not None:
            return Many([found])
        sources = [self.value(one, act) for one in value[2]]
        return joined([one for one in sources if isinstance(one, Data)]) or together(stats_in(sources))
