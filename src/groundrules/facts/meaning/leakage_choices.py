"""What is kept because it scored best: an epoch, a model, a setting, a threshold; and by which rows that was told."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_activation import Activation
from groundrules.facts.meaning.leakage_given import Given
from groundrules.facts.meaning.leakage_ledger import CHECKS, TESTS, Choice, Ledger, Place, Use
from groundrules.facts.meaning.leakage_rows import Rows, covers, overlap
from groundrules.facts.meaning.leakage_values import Data, Many, Stat, data_in, stats_in
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.ir import Value, parts_of
from groundrules.facts.python.users import users_of
from groundrules.facts.sql.words import words
from groundrules.typed import Any, Iterable

_ORDERS = ("<", ">", "<=", ">=")
_TRAINING = words("train training trainset trainloader")
_FURTHEST = 4  # branches around what is kept


def scores_in(value: Any, depth: int = 0) -> set[Use]:
    """The uses of models that a number tells of; none of rows, which hold what a model says of each."""
    if isinstance(value, Stat):
        return set(value.uses)
    if isinstance(value, Many) and depth < 3:
        return {use for item in value.items[:20] for use in scores_in(item, depth + 1)}
    return set()


def score_of(values: list[Any]) -> Stat | None:
    """A number that is made of what models say; None for any other."""
    uses = {use for value in values for use in scores_in(value)}
    uses |= {one.predicted for one in values if isinstance(one, Data) and one.predicted is not None}
    return Stat([], uses) if uses else None


def keeps_best(value: Value, context: int, act: Activation) -> bool:
    """Whether a value is kept where it is compared with something: the best one so far."""
    contexts = act.module.code.contexts
    for _ in range(_FURTHEST):
        if not context:
            return False
        one = contexts[context]
        if one.kind in ("if", "else") and _compares(one.value, value):
            return True
        context = one.parent
    return False


def _compares(test: Value, value: Value) -> bool:
    if test[0] in ("and", "or"):
        return any(_compares(one, value) for one in test[1])
    if test[0] == "not":
        return _compares(test[1], value)
    return test[0] == "cmp" and test[1] in _ORDERS and any(one in (test[2], test[3]) for one in _parts(value))


def compared(test: Value) -> list[Value]:
    """What a test brings into an order, with what it is set against."""
    if test[0] in ("and", "or"):
        return [side for one in test[1] for side in compared(one)]
    if test[0] == "not":
        return compared(test[1])
    return [test[2], test[3]] if test[0] == "cmp" and test[1] in _ORDERS else []


def _parts(value: Value) -> list[Value]:
    """What is kept together, one by one; else the value itself."""
    if value[0] == "dict":
        return [one for _, one in value[1]]
    return list(value[1]) if value[0] in ("list", "tuple") else [value]


def best_of_two(value: Value, act: Activation) -> Value | None:
    """What is compared with the best so far by a call of `max` or `min`."""
    call = act.module.code.calls[value[1]] if value[0] == "call" else None
    if call is None or call.func[0] != "name" or call.func[1] not in ("max", "min") or len(call.args) != 2:
        return None
    numbers = [one for one in call.args if one[0] not in ("const", "name", "either", "attr")]
    return numbers[0] if len(numbers) == 1 else None


def chosen_at(uses: Iterable[Use], act: Activation, place: Place) -> Place:
    """Where a choice is told: where a helper is called that is given what a model said, else where it is made."""
    asked = set(uses)
    while act.caller is not None and act.number >= 0:
        given = act.params.values()
        scores = any(not asked.isdisjoint(one.uses) for one in stats_in(given))
        if not (scores or any(one.predicted in asked for one in data_in(given))):
            break
        number, act = act.number, act.caller
        place = (act.module, act.module.code.calls[number].where, act.module.code.calls[number].scope)
    return place


def picked(given: Given, base: Any) -> set[Use]:
    """The uses by whose scores one of several is picked; `base` is what a method belongs to."""
    told, values = given.entry["picks"], given.args[:1] if base is None else [base]
    if told == "kept" and (len(given.args) > 1 or not ("key" in given.written or _kept(given))):
        return set()
    if told == "first" and not _first(given):
        return set()
    if any(isinstance(one, Many) and any(isinstance(item, Data) for item in one.items) for one in values):
        return set()
    return {use for one in values for use in scores_in(one)}


def _first(given: Given) -> bool:
    """Whether the first or last is taken of what a call gives: by its position, or by a method that counts."""
    code = given.act.module.code
    values = [op[2] for op in code.scopes[given.call.scope].ops if op[0] == "="]
    values += [part for call in code.calls if call.scope == given.call.scope for part in (*call.args, call.func)]
    return any(_takes_first(value, ("call", given.number), 0) for value in values)


def _takes_first(value: Value, of: Value, depth: int) -> bool:
    if value[0] == "item" and value[2] in (("const", 0), ("const", -1)):
        held = value[1][1] if value[1][0] == "attr" else value[1]
        if held == of:
            return True
    return depth < _FURTHEST and any(_takes_first(one, of, depth + 1) for one in parts_of(value))


def _kept(given: Given) -> bool:
    """Whether what a call gives is put under a name as it is, or looked up; of a spread it is only one end."""
    module, value = given.act.module, ("call", given.number)
    if any(op[0] == "=" and op[2] == value for op in module.code.scopes[given.call.scope].ops):
        return True
    return any(
        kind == "call" and module.code.calls[other].func[0] == "attr" and module.code.calls[other].func[2] == "index"
        for kind, other, _ in users_of(module, given.number)
    )


# ---- conclusions -----------------------------------------------------------------------------------------------------
def chosen_by(ledger: Ledger) -> list[list[tuple[Use, Choice, str]]]:
    """Of each choice: the use by whose score it went, and what its rows are, where these give the verdict as well; what
    is chosen several times of the same is told together."""
    found: dict[Any, list[tuple[Use, Choice, str]]] = {}
    for choice in sorted(ledger.choices, key=lambda choice: choice.saves):
        told = [_what(use, ledger, choice.outside) for use in choice.uses]
        if not told or not all(told):
            continue
        best = min(choice.uses, key=lambda use: use.position)
        # One result may be asked for its best in several places, and for several measures; it stays one choice.
        key = (choice.place[0].path, choice.place[2], id(best.thing), best.rows)
        same = found.setdefault(key, [])
        if all(one[1].place != choice.place for one in same):
            same.append((best, choice, "test" if "test" in told else "validation"))
    return list(found.values())


def searched(ledger: Ledger) -> list[tuple[Use, Use, str]]:
    """Settings were chosen by rows that give the verdict too: the measure of a candidate, that of the verdict, and
    what the rows are: test | validation."""
    found: dict[int, tuple[Use, Use, str]] = {}
    for use in ledger.uses:
        training = use.training
        if not use.tried or use.measured is None or training is None or id(use.thing) in found:
            continue
        if not ledger.held_for(use, training) or _split_inside(use, ledger):
            continue
        verdicts = [one for one in ledger.uses if _follows(one, use)]
        if any(one.measured is not None and not overlap(one.rows, use.rows) for one in verdicts):
            continue  # other rows give the verdict
        same = [one for one in verdicts if covers(use.rows, one.rows)]
        if same or ledger.tests(use.rows):
            what = "validation" if ledger.checks(use.rows) else "test"
            found[id(use.thing)] = (use, same[0] if same else use, what)
    return list(found.values())


def _follows(one: Use, use: Use) -> bool:
    """Whether a model was trained and asked about held-out rows after a search went by a candidate's measure."""
    if one.chooses or one.training is None or not (one.measured is not None or one.compared):
        return False
    return one.training.place[3] > use.position and not overlap(one.training.rows, one.rows)


def _split_inside(use: Use, ledger: Ledger) -> bool:
    """Whether the function that tries a candidate has split its rows itledger."""
    assert use.measured is not None
    here = use.measured[1]
    places = [place for _, marks in use.rows for key, _ in marks for place in ledger.split_at.get(key, ())]
    return bool(here[2]) and any(place[0] is here[0] and place[2] == here[2] for place in places)


def _what(use: Use, ledger: Ledger, outside: bool) -> str:
    """Whether the rows of a use are held out and nothing else judges: test | validation, '' for neither."""
    training = use.training
    if training is None:
        words = closest(use.rows, ledger)
        return "test" if not words.isdisjoint(TESTS) and words.isdisjoint(CHECKS | _TRAINING) else ""
    if not ledger.held_for(use, training, outside) or not ledger.apart_from(use.rows, training):
        return ""
    checks, tests = ledger.checks(use.rows, outside), ledger.tests(use.rows)
    for one in ledger.uses:
        judged = (one.measured is not None or one.compared) and not overlap(one.rows, use.rows)
        if (
            judged
            and one.training is not None
            and not overlap(one.rows, one.training.rows)
            and not (tests and ledger.checks(one.rows))
        ):
            return ""
    return "validation" if checks else "test"


def closest(rows: Rows, ledger: Ledger) -> set[str]:
    """The words of the names of the smallest rows with a name that hold all of these."""
    around = [one for one in ledger.names if covers(one, rows)]
    least = max((sum(len(marks) for _, marks in one) / len(one) for one in around), default=0)
    near = [one for one in around if sum(len(marks) for _, marks in one) / len(one) == least]
    return {word for one in near for name in ledger.names[one] for word in words_of(name)}
