"""Columns and rows of a table: picked, and set."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_activation import Activation
from groundrules.facts.meaning.leakage_ledger import Ledger
from groundrules.facts.meaning.leakage_markers import Markers, numbers
from groundrules.facts.meaning.leakage_rows import Marker, Rows, cut_off, held, overlap, part
from groundrules.facts.meaning.leakage_values import (
    Data,
    Fit,
    Instance,
    Many,
    Stat,
    Training,
    add,
    fill,
    mix,
    of_columns,
    stats_in,
)
from groundrules.facts.python.ir import Value
from groundrules.typed import Any


class Selector(Markers):
    """Subscripts, on the right and on the left of an assignment."""

    ledger: Ledger

    def view(self, base: Data, columns: frozenset[str] | None) -> Data:
        """Some columns of a table, through which the table can be changed."""
        made = Data(base.rows, of_columns(base.learned, columns), base.strong)
        made.predicted = base.predicted
        made.kind = base.kind if base.kind in ("group", "element") else "rows" if columns is None else "column"
        if columns is not None and len(columns) == 1:
            made.predicted = base.said.get(*columns) or made.predicted
            made.parent, made.column = base, columns  # a list of columns is a copy
        return made

    def select(self, base: Data, key: Value, act: Activation) -> Data:
        """Columns or rows of a table."""
        columns = self.columns(key, act)
        if columns is not None:
            made = self.view(base, columns)
            named = self.named_part(key) or self.kept_part(base, key)
            if named is not None:
                made.rows, made.kind = part(made.rows, named), "rows"
                made.parent, made.column = None, None
            if key[0] != "const":
                made.parent, made.column = None, None
                made.kind = base.kind if base.kind in ("group", "element") else "rows"
            return made
        if key[0] in ("elem", "param"):
            several = self.one_of(key, act)
            return self.view(base, several) if several is not None else self.some_rows(base, key, act)
        if key[0] == "tuple" and key[1]:
            made = self.some_rows(base, key[1][0], act)
            if len(key[1]) < 2:
                return made
            inner, told = self.columns(key[1][1], act), self.value(key[1][1], act)
            if isinstance(told, Stat):
                add(made.learned, dict.fromkeys(fit for fit in told.fits if fit.role == "selection"))
            return self.view(made, inner) if inner is not None else made
        return self.some_rows(base, key, act)

    def kept_part(self, base: Data, key: Value) -> Marker | None:
        """One of the things that were kept together in a file which is no table: each is rows of its own."""
        alone = key[0] == "const" and not held(base.rows) and bool(base.rows)
        return (("named",), key[1]) if alone and all(one in self.ledger.kept for one, _ in base.rows) else None

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
            if all(self.counted(bound, act) for bound in key[1][:2]):
                made.kind = "element"  # a window that moves along
            return made
        if key[0] == "const":
            return made
        if made.kind == "rows" and self.counted(key, act):
            made.kind = "element"
            return made
        given = self.value(key, act)
        if isinstance(given, (Stat, Many)):
            chosen = [fit for one in stats_in([given]) for fit in one.fits if fit.role == "selection"]
            add(made.learned, dict.fromkeys(chosen))
            return made
        if isinstance(given, Data):
            made.rows = self.taken_by(key, given, base, act)
        return made

    def taken_by(self, key: Value, given: Data, base: Data, act: Activation) -> Rows:
        """The rows of a table that a mask keeps, or whose numbers an index holds."""
        if given.kind != "mask" and held(given.rows) and not self.by_column(key, base, act):
            return self.picked_by(given, base)
        rows = base.rows
        for marker in self.mask_markers(key, act):
            rows = part(rows, marker)
        return rows

    def by_column(self, key: Value, base: Data, act: Activation) -> bool:
        """Whether rows are taken by a column of their own table that says yes or no, or by its opposite."""
        inner = key[2] if key[0] == "bin" and key[1] == "~" else key[1] if key[0] == "not" else key
        return inner[0] in ("attr", "item") and self.value(inner[1], act) is base

    def picked_by(self, index: Data, base: Data) -> Rows:
        """The rows of a table whose numbers an index holds."""
        self.ledger.pick(index.rows, base, self.position)
        rows = base.rows
        for marker in sorted({m for _, marks in index.rows for m in marks}, key=repr):
            rows = part(rows, marker)
        return rows

    def counted(self, key: Value, act: Activation, depth: int = 0) -> bool:
        """Whether a key is the counter of a loop, or computed from it."""
        tag = key[0]
        if tag == "bin":
            return depth < 4 and any(self.counted(side, act, depth + 1) for side in key[2:4])
        if tag == "unpack":
            return key[2] == 0 and self.counts(key[1], act, "pairs")
        return bool(tag == "elem") and self.counts(key, act, "counts")

    def counts(self, key: Value, act: Activation, role: str) -> bool:
        """Whether a loop's element comes from a call that counts, or that numbers what it is given."""
        if key[0] != "elem" or key[1][0] != "call":
            return False
        func = act.module.code.calls[key[1][1]].func
        told = (self.knowledge.of(str(func[1])) or {}).get(role) if func[0] == "name" else None
        return told in (True, "numbered")

    def store(self, base: Value, key: Value, value: Any, act: Activation) -> None:
        """Columns or rows of a table are set, or an item of a container."""
        target = self.value(base, act)
        if isinstance(target, Many):
            if key[0] == "const" and target.keys is not None and key[1] in target.keys:
                target.items[target.keys.index(key[1])] = value
            elif (
                key[0] == "const"
                and target.keys is None
                and isinstance(key[1], int)
                and 0 <= key[1] < len(target.items)
            ):
                target.items[key[1]] = value
            elif value is not None and len(target.items) < 40:
                target.items.append(value)
                if target.keys is not None:
                    target.keys.append(key[1] if key[0] == "const" else None)
            return
        if isinstance(target, Data):
            columns = self.columns(key, act)
            if columns is None and key[0] == "tuple" and len(key[1]) > 1:
                fill(target, [value] if isinstance(value, Stat) else [])
                self.put(target, self.columns(key[1][1], act), value, replace=False)
            elif key[0] == "const" and isinstance(value, Stat) and not any(fit.grouped for fit in value.fits):
                self.put(target, columns, None, replace=columns is not None)  # one number for all rows tells none apart
            else:
                self.put(target, columns, value, replace=columns is not None)

    def put(self, target: Data, columns: frozenset[str] | None, value: Any, replace: bool) -> None:
        """Set columns of a table, and of what it is a view of."""
        from groundrules.facts.meaning.leakage_values import without_columns

        learned: dict[Any, Any] = {}
        carrier = Data(target.rows)
        mix(carrier, value)
        learned.update(dict.fromkeys(carrier.learned, columns))
        if columns is not None and isinstance(value, Data) and value.predicted is not None:
            learned.update(dict.fromkeys(self.said_of(value.predicted.training, target), columns))
        if isinstance(value, Data) and value.rows and not any(marks for _, marks in value.rows | target.rows):
            for fit in carrier.learned:
                of_rows = overlap(fit.rows, value.rows) and not self.ledger.drawn(fit.rows)
                if of_rows and not overlap(fit.rows, target.rows):
                    fit.rows |= target.rows  # the column stands beside these rows, so it is of them
        one: Data | None = target
        if not target.rows and carrier.rows is target.rows and isinstance(value, Data):
            target.rows = value.rows
        while one is not None:
            if isinstance(value, Data) and value.predicted is not None and columns is not None:
                one.said = {**one.said, **dict.fromkeys(columns, value.predicted)}
            if replace and columns is not None:
                one.learned = without_columns(one.learned, columns)
            add(one.learned, learned)
            one = one.parent

    def said_of(self, training: Training | None, target: Data) -> list[Fit]:
        """What a model has learned that makes a column of a table of which it has seen rows itself."""
        if training is None or cut_off(training.rows) or not training.supervised:
            return []
        whole: Rows = frozenset([(origin, frozenset()) for origin, _ in target.rows])
        if not overlap(training.rows, whole):
            return []
        if training.fills is None:
            training.fills = Fit("statistics", training.thing.name or "fit", training.rows, training.place)
        return [training.fills]

    def store_attribute(self, base: Value, name: str, value: Any, act: Activation) -> None:
        """An attribute of an object, or a column by its name."""
        target = self.value(base, act)
        if isinstance(target, Instance):
            target.attributes[name] = value
        elif isinstance(target, Data) and (self.knowledge.method(name) or {}).get("view") is None:
            self.put(target, frozenset([name]), value, replace=True)
