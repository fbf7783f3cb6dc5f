"""What several values are when one of them is meant, or when they are set beside each other."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_rows import union
from groundrules.facts.meaning.leakage_values import Data, Many, Stat, mix, together
from groundrules.typed import Any


def joined(values: list[Any]) -> Any:
    """One of several values, after branches."""
    known = [one for one in values if one is not None]
    if not known:
        return None
    if all(one is known[0] for one in known):
        return known[0]
    if all(isinstance(one, Many) for one in known) and len({len(one.items) for one in known}) == 1:
        keys = None if known[0].keys is None else list(known[0].keys)  # its own: items are stored in it afterwards
        return Many([joined([one.items[i] for one in known]) for i in range(len(known[0].items))], keys)
    rows = [one for one in known if isinstance(one, Data)]
    if rows:
        made = Data(union(one.rows for one in rows), {}, any(one.strong for one in rows))
        for one in known:
            mix(made, one)
        made.kind = rows[0].kind if len({one.kind for one in rows}) == 1 else "rows"
        made.parent, made.column = rows[-1].parent, rows[-1].column
        return made
    return together([one for one in known if isinstance(one, Stat)]) or known[-1]


def given_by(returned: list[Any], yielded: list[Any]) -> Any:
    """What a function has given: what it returned, or all that it yields; pairs and the like stay together."""
    if any(isinstance(one, Many) for one in yielded):
        return Many(yielded)
    return joined([*returned, *yielded])


def set_beside(left: Any, right: Any) -> None:
    """Note that what a model said is subtracted from other rows, or compared with them."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Data) and one.predicted is not None and isinstance(other, Data) and other.predicted is None:
            one.predicted.compared = True


def applied(left: Any, right: Any) -> None:
    """Note that what a model said is compared with a threshold that was chosen by it."""
    for one, other in ((left, right), (right, left)):
        said = one.predicted if isinstance(one, Data) else None
        choice = other.choice if isinstance(other, Stat) else None
        if said is not None and choice is not None and any(use.thing is said.thing for use in choice.uses):
            choice.applied = True
