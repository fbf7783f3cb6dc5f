"""What a value holds: rows, statistics of rows, learners, containers; and what was learned on the way."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_rows import Rows, held
from groundrules.facts.python.ir import UNKNOWN
from groundrules.typed import Any, Iterable, Iterator, Mapping

Learned = dict["Fit", "frozenset[str] | None"]  # what was learned, and the columns that it is in; None: all
_MOST_LEARNED = 60
FIELDS = "\0fields"  # the attribute of an object of the program that names its fields in their order


class Fit:
    """One call that learned from rows."""

    __slots__ = (
        "edge",
        "fills",
        "function",
        "grouped",
        "module",
        "position",
        "role",
        "rows",
        "scope",
        "stays",
        "where",
    )

    def __init__(self, role: str, function: str, rows: Rows, place: tuple[Any, Any, int, int]) -> None:
        self.role, self.function, self.rows = role, function, rows
        self.module, self.where, self.scope, self.position = place
        self.edge = False  # where the rows begin or end: taken away from them it tells nothing of one among others
        self.grouped = False  # one number for each of several groups
        self.stays = False  # a model that is trained afterwards keeps it
        self.fills = False  # it stands where values were missing, beside those that were there


class Data:
    """Rows in memory: a table, a column, an array, a data set, an index."""

    __slots__ = ("column", "kind", "learned", "parent", "predicted", "rows", "said", "strong", "thing")

    def __init__(self, rows: Rows, learned: Learned | None = None, strong: bool = True) -> None:
        self.rows = rows
        self.learned: Learned = learned if learned is not None else {}
        self.strong = strong  # certainly rows, and not some other argument
        self.kind = "rows"  # rows | column | group | element | mask
        self.parent: Data | None = None  # of a view: what it is a view of
        self.column: frozenset[str] | None = None
        self.predicted: Any = None  # the test use that made it
        self.said: dict[str, Any] = {}  # of a table: the uses that made columns of it
        self.thing: Thing | None = None  # what it turned out to be, when methods of a model are called on it


class Stat:
    """Something small that was computed from many rows: a mean, a mask of columns, cluster centres, a score."""

    __slots__ = ("choice", "curve", "fits", "table", "uses")

    def __init__(self, fits: Iterable[Fit], uses: Iterable[Any] = (), curve: bool = False) -> None:
        self.fits = frozenset(fits)
        self.uses = frozenset(uses)  # of a score: the uses of models that it measures
        self.curve = curve  # one number for each of many thresholds
        self.choice: Any = None  # by which it was picked
        self.table: Data | None = None  # when it is used as rows of its own


class Training:
    """One call that trained a model."""

    __slots__ = ("chosen", "fills", "learned", "place", "rows", "supervised", "thing")

    def __init__(self, thing: Thing, data: Data, supervised: bool, place: tuple[Any, Any, int, int]) -> None:
        self.thing, self.rows, self.learned, self.supervised = thing, data.rows, dict(data.learned), supervised
        self.place = place
        self.fills: Fit | None = None  # what it says, as a column of the table that it was trained on
        self.chosen: Fit | None = None  # the columns that it tells to be of use, where they are asked for


class Thing:
    """A learner: a transformer, a model, a splitter, a chain of them."""

    __slots__ = (
        "arguments", "called", "carried", "entry", "fitted", "held_out", "name", "parts", "role", "serves", "trainings",
    )  # fmt: skip

    def __init__(self, name: str, entry: Mapping[str, Any], parts: list[Thing], arguments: Mapping[str, Any]) -> None:
        self.name, self.entry, self.parts, self.arguments = name, entry, parts, arguments
        self.role = role_of(entry, parts)
        self.fitted: Fit | None = None
        self.trainings: list[Training] = []
        self.held_out = False  # some rows are kept out and measured by itself
        self.called: set[str] = set()  # the names that it was bound to
        self.serves: Data | None = None  # the rows that it gives one after the other
        self.carried: list[Fit] = []  # what functions that it was given know of rows that they were not given


class Many:
    """Several values in an order: a tuple, a list, a dict's items."""

    __slots__ = ("items", "keys")

    def __init__(self, items: list[Any], keys: list[Any] | None = None) -> None:
        self.items = items
        self.keys = keys  # of a dict


class Shape:
    """A class of the program that only has fields, made by a call."""

    __slots__ = ("fields",)

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.fields = fields


class Key:
    """A constant that a loop takes from a dict or list: the name under which something else is kept."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Instance:
    """An object of a class of the program."""

    __slots__ = ("attributes", "folded", "path", "scope")

    def __init__(self, path: str, scope: int, folded: Any = UNKNOWN) -> None:
        self.path, self.scope, self.folded = path, scope, folded
        self.attributes: dict[str, Any] = {}


class Function:
    """A function or class of the program, with the receiver it is bound to."""

    __slots__ = ("activation", "path", "receiver", "scope")

    def __init__(self, path: str, scope: int, receiver: Any = None, activation: Any = None) -> None:
        self.path, self.scope, self.receiver, self.activation = path, scope, receiver, activation


STRONG = ("resampling", "target", "selection", "statistics", "vocabulary", "clusters")


def role_of(entry: Mapping[str, Any], parts: list[Thing]) -> str:
    """What a learner learns; 'model' for whatever predicts."""
    told = entry.get("learns")
    if told is None:
        return "folds" if "splits" in entry else "model"
    role = str(told["from"])
    if role != "steps":
        return role
    if not parts:
        return "nothing"
    last = parts[-1].role
    if last in ("model", "search") and not told.get("transforms"):
        return "model"
    roles = [part.role for part in parts]
    return next((one for one in (*STRONG, "categories", "labels") if one in roles), "nothing")


def add(learned: Learned, more: Mapping[Fit, frozenset[str] | None]) -> None:
    """Take over what was learned."""
    for fit, columns in more.items():
        if fit in learned:
            known = learned[fit]
            learned[fit] = known | columns if known is not None and columns is not None else None
        elif len(learned) < (_MOST_LEARNED if fit.role == "statistic" else 2 * _MOST_LEARNED):
            learned[fit] = columns


def of_columns(learned: Learned, columns: frozenset[str] | None) -> Learned:
    """What is in some of the columns."""
    if columns is None or not learned:
        return dict(learned)
    return {fit: known for fit, known in learned.items() if known is None or known & columns}


def without_columns(learned: Learned, columns: frozenset[str]) -> Learned:
    """What is left when columns go."""
    found: Learned = {}
    for fit, known in learned.items():
        left = known - columns if known is not None else None
        if left is None or left:
            found[fit] = left
    return found


def derived(first: Data, others: Iterable[Any] = ()) -> Data:
    """A value made from rows, with what was learned in all that it is made from."""
    made = Data(first.rows, dict(first.learned), first.strong)
    made.predicted, made.said = first.predicted, first.said
    for other in others:
        if other is not first:
            mix(made, other)
    return made


def mix(made: Data, other: Any, depth: int = 0) -> None:
    """Take over what was learned in another value."""
    if isinstance(other, Data):
        add(made.learned, other.learned)
        if made.predicted is None:
            made.predicted = other.predicted
    elif isinstance(other, Stat):
        add(made.learned, dict.fromkeys(other.fits))
        if made.predicted is None and other.uses:
            made.predicted = min(other.uses, key=lambda use: use.position)
    elif isinstance(other, Many) and depth < 3:
        for item in other.items[:20]:
            mix(made, item, depth + 1)


def data_in(values: Iterable[Any], depth: int = 0) -> Iterator[Data]:
    """The rows among values, inside containers too."""
    for value in values:
        if isinstance(value, Data):
            yield value
        elif isinstance(value, Many) and depth < 3:
            yield from data_in(value.items[:20], depth + 1)


def things_in(values: Iterable[Any], depth: int = 0) -> Iterator[Thing]:
    """The learners among values, inside containers too."""
    for value in values:
        if isinstance(value, Thing):
            yield value
        elif isinstance(value, Data):
            if value.thing is not None:
                yield value.thing
        elif isinstance(value, Many) and depth < 4:
            yield from things_in(value.items[:30], depth + 1)


def stats_in(values: Iterable[Any], depth: int = 0) -> Iterator[Stat]:
    """The statistics among values, inside containers too."""
    for value in values:
        if isinstance(value, Stat):
            yield value
        elif isinstance(value, Many) and depth < 3:
            yield from stats_in(value.items[:20], depth + 1)


def fill(target: Data, values: Iterable[Any]) -> None:
    """Note of what was learned, and is not in a table yet, that it fills its gaps."""
    given = list(values)
    found = [fit for one in stats_in(given) for fit in one.fits]
    found += [fit for one in data_in(given) for fit in one.learned]
    for fit in found:
        fit.fills = fit.fills or fit not in target.learned


def chosen(values: Iterable[Data]) -> Data | None:
    """The one of several whose rows the result has: parts first, then what is certainly rows."""
    found = list(values)
    found = [one for one in found if one.thing is None] or found
    for one in found:
        if one.strong and held(one.rows):
            return one
    for one in found:
        if one.strong:
            return one
    return found[0] if found else None


def write_through(data: Data, learned: Mapping[Fit, frozenset[str] | None], replace: bool = False) -> None:
    """Note in a value, and in what it is a view of, that its columns now hold something learned."""
    add(data.learned, learned)
    columns, above = data.column, data.parent
    while above is not None:
        if replace and columns is not None:
            above.learned = without_columns(above.learned, columns)
        add(above.learned, {fit: columns if known is None else known for fit, known in learned.items()})
        columns, above = above.column if above.column is not None else columns, above.parent


def together(stats: Iterable[Stat]) -> Stat | None:
    """Several statistics as one; None for none."""
    found = list(stats)
    if not found:
        return None
    uses = (use for one in found for use in one.uses)
    made = Stat((fit for one in found for fit in one.fits), uses, any(one.curve for one in found))
    made.choice = next((one.choice for one in found if one.choice is not None), None)
    return made
