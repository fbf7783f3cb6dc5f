"""Transformers that the program defines: what fitting one keeps on the object is one thing learned, at the call."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_ledger import ENCODINGS
from groundrules.facts.meaning.leakage_values import Data, Fit, Function, Instance, stats_in, things_in
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning.leakage_calls import Caller
    from groundrules.facts.meaning.leakage_given import Given

_FITTED = "\0fitted"  # no attribute of the program is called so


def own_step(caller: Caller, base: Instance, name: str, does: str, given: Given) -> Any:
    """Fit or transform an object whose class has a method for either; `given` itself when it has not."""
    methods = {one: caller.folder.method(base.path, base.scope, one) for one in ("fit", "transform")}
    own = caller.folder.method(base.path, base.scope, name)
    if methods["transform"] is None or (own is None and methods["fit"] is None):
        return given
    made: Any = None
    for step in [own] if own is not None else [methods["fit"], methods["transform"]]:
        if step is not None:
            arguments = given.args if step != methods["transform"] or own is not None else given.args[:1]
            made = caller.descend(
                Function(step[0], step[1], base),
                arguments,
                given.kwargs,
                given.act,
                given.number if own is not None else -1,
            )
    if "fit" in does:
        remember(caller, base, given)
    if isinstance(made, Data):
        rename(made, base)
    return base if does == "fit" else made


def remember(caller: Caller, base: Instance, given: Given) -> None:
    """Note what the object keeps of the rows that it was fitted on."""
    data = caller.data(given.args[0]) if given.args else None
    values = list(base.attributes.values())
    inner = {fit for one in stats_in(values) for fit in one.fits}
    inner |= {one.fitted for one in things_in(values) if one.fitted is not None and one.fitted.role not in ENCODINGS}
    if data is not None and inner:
        roles = {fit.role for fit in inner} - {"statistic"}
        module = caller.program.module(base.path)
        name = module.code.scopes[base.scope].name if module is not None else ""
        whole = Fit(next(iter(sorted(roles)), "statistics"), name, data.rows, (*given.place, caller.position))
        base.attributes[_FITTED] = (whole, inner)


def rename(made: Data, base: Instance) -> None:
    """Let rows that the object transformed say that they know what it learned, and not by which steps."""
    known = base.attributes.get(_FITTED)
    if known is not None:
        whole, inner = known
        found = [fit for fit in made.learned if fit in inner]
        for fit in found:
            made.learned[whole] = made.learned.pop(fit)
