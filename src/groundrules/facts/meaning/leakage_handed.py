"""What is kept for what it scored, and functions that a library is given, which it will call."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_activation import Activation
from groundrules.facts.meaning.leakage_choices import (
    best_of_two,
    chosen_at,
    compared,
    keeps_best,
    picked,
    score_of,
    scores_in,
)
from groundrules.facts.meaning.leakage_given import Given
from groundrules.facts.meaning.leakage_ledger import Choice, Ledger, Place, Use
from groundrules.facts.meaning.leakage_library import Library
from groundrules.facts.meaning.leakage_values import Fit, Function, Many, Stat, Thing, data_in, stats_in
from groundrules.facts.python.folding import Folder
from groundrules.facts.python.ir import Op
from groundrules.facts.python.knowledge import EMPTY
from groundrules.typed import Any, Iterable


class Handed(Library):
    """Notes choices, and runs what is handed on."""

    def __init__(self, folder: Folder, ledger: Ledger) -> None:
        super().__init__(folder, ledger)
        self.called_back: dict[tuple[str, int], list[Fit]] = {}  # with what each gave that was learned outside of it

    def kept(self, op: Op, act: Activation) -> None:
        """A value was put somewhere inside a branch or a loop: the best score so far may be kept."""
        value, where, context = op[2:5] if op[0] == "=" else op[3:6]
        number = value if keeps_best(value, context, act) else best_of_two(value, act)
        told = score_of([self.value(number, act)]) if number is not None and number[0] != "const" else None
        if told is not None:
            self.choose(told.uses, act, (act.module, where, act.scope))

    def saved(self, given: Given) -> None:
        """A model is put into a file where a score is better than another: the best state so far is kept."""
        contexts, context = given.act.module.code.contexts, given.call.context
        while context and contexts[context].kind in ("if", "else", "with"):
            one = contexts[context]
            for side in compared(one.value) if one.kind != "with" else ():
                told = score_of([self.value(side, given.act)])
                choice = self.choose(told.uses, given.act, given.place) if told is not None else None
                if choice is not None:
                    choice.saves = True
                    return
            context = one.parent

    def choose(self, uses: Iterable[Use], act: Activation, place: Place) -> Choice | None:
        """Note that something is kept for what it scored."""
        found = tuple(uses)
        if not found:
            return None
        at = chosen_at(found, act, place)
        self.ledger.choices.append(Choice(found, at, at is not place, self.asked_once(found, act) or at is not place))
        return self.ledger.choices[-1]

    def asked_once(self, uses: tuple[Use, ...], act: Activation) -> bool:
        """Whether a model was asked once, here: what is chosen is how to read its answers, and no model."""
        module, where, scope = uses[0].place
        if len(set(uses)) > 1 or module is not act.module or scope != act.scope:
            return False
        context = next((call.context for call in module.code.calls if call.where == where), 0)
        return not self.loops_of(module)[context]

    def picks(self, given: Given, told: list[Any], found: Any) -> Any:
        """One of several is picked by a call; what the call gives."""
        func, act = given.call.func, given.act
        base = self.value(func[1], act) if func[0] == "attr" else None
        choice = self.choose(picked(given, base) | scores_in(Many(told)), act, given.place)
        if choice is None:
            return found
        choice.applied = not any(one.curve for one in stats_in([base, *given.args]))
        found = Stat([], choice.uses) if found is None else found
        if isinstance(found, Stat):
            found.choice = choice
        return found

    def handed_on(self, given: Given, found: Any) -> list[Any]:
        """Run the functions that a library is given; what they say."""
        told: list[Any] = []
        if not given.entered and "applies" not in given.entry:
            draws = given.entry.get("draws") or EMPTY
            searches = "searches" in given.entry or (isinstance(draws, dict) and draws.get("purpose") == "search")
            for one in given.everything:
                if isinstance(one, Function):
                    self.ledger.searching += searches
                    told += self.call_back(one, given.act)
                    self.ledger.searching -= searches
                    if isinstance(found, Thing):
                        found.carried.extend(self.called_back.get((one.path, one.scope), ()))
        return told

    def call_back(self, function: Function, act: Activation) -> list[Any]:
        """Run a function that whoever is given it will call, with what it sees around it; once is enough."""
        key = (function.path, function.scope)
        module = self.program.module(function.path)
        if key in self.called_back or module is None or module.code.scopes[function.scope].kind != "function":
            return []
        self.called_back[key] = []
        self.ledger.handed_on += 1
        position = self.position
        told = [self.descend(function, [], {}, act, -1)]
        learned = {fit for one in stats_in(told) for fit in one.fits} | {
            fit for one in data_in(told) for fit in one.learned
        }
        self.called_back[key] = [fit for fit in learned if fit.position <= position]
        self.ledger.handed_on -= 1
        return told
