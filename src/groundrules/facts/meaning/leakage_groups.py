"""Statistics of groups: of the target they are an encoding, of anything else most people bear them."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_values import Fit
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import Knowledge
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words
from groundrules.typed import Any

_TARGETS = words("y target targets label labels class outcome response")
_DEEPEST = 6


class Groups:
    """Tells statistics of groups from others; one that fills gaps is like any other."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._calls: dict[str, dict[Any, Call]] = {}  # by path and place
        self._targets: dict[str, set[str]] = {}  # by path: the columns that the file calls a target

    def role(self, fit: Fit, splits: Module | None = None) -> str:
        """What is learned, with statistics of groups of features told apart; `splits` is the file that splits."""
        if fit.role != "statistic" or fit.fills:
            return fit.role
        calls = self._calls.get(fit.module.path)
        if calls is None:
            calls = self._calls[fit.module.path] = {call.where: call for call in fit.module.code.calls}
        call = calls.get(fit.where)
        if call is None or call.func[0] != "attr" or not self._grouped(call.func[1], fit.module, 0):
            return fit.role
        targets = self.targets(fit.module) | (self.targets(splits) if splits is not None else set())
        if _names_target(call.func[1]):
            return fit.role
        return fit.role if targets & set(_columns(call)) else "group-statistic"

    def _grouped(self, value: Value, module: Module, depth: int) -> bool:
        """Whether a value comes out of a call that makes groups, by attributes, columns and methods."""
        if depth > _DEEPEST or value[0] not in ("attr", "item", "call"):
            return False
        if value[0] != "call":
            return self._grouped(value[1], module, depth + 1)
        func = module.code.calls[value[1]].func
        if func[0] != "attr":
            return False
        return "groups" in (self.knowledge.method(func[2]) or {}) or self._grouped(func[1], module, depth + 1)

    def targets(self, module: Module) -> set[str]:
        """The columns that a file calls a target: put under such a name, or handed on beside the rows."""
        found = self._targets.get(module.path)
        if found is None:
            found = self._targets[module.path] = set()
            for scope in module.code.scopes:
                for op in scope.ops:
                    if op[0] == "=" and not _TARGETS.isdisjoint(words_of(op[1])):
                        found.update(_named(op[2], module, 0))
            for call in module.code.calls:
                beside = [value for name, value in call.kwargs if name and not _TARGETS.isdisjoint(words_of(name))]
                for value in (*call.args[1:2], *beside):
                    found.update(_named(value, module, 0))
        return found


def _columns(call: Call) -> list[str]:
    """The columns that a statistic of groups is taken of, where they are spelled out."""
    found: list[str] = []
    value = call.func[1]
    while value[0] in ("item", "attr"):
        found += [value[2]] if value[0] == "attr" else _texts(value[2])
        value = value[1]
    for given in (*call.args[:1], *(value for _, value in call.kwargs)):
        if given[0] == "dict":
            found += [key[1] for key, _ in given[1] if key is not None and key[0] == "const"]
        elif given[0] == "tuple":
            found += _texts(given)[:1]
    return [one for one in found if isinstance(one, str)]


def _names_target(value: Value) -> bool:
    """Whether the column of the groups is what a caller calls the target."""
    while value[0] in ("item", "attr"):
        key = value[2] if value[0] == "item" else None
        if key is not None and key[0] == "param" and not _TARGETS.isdisjoint(words_of(key[2])):
            return True
        value = value[1]
    return False


def _texts(value: Value) -> list[str]:
    if value[0] == "const" and isinstance(value[1], str):
        return [value[1]]
    return [text for one in value[1] for text in _texts(one)] if value[0] in ("list", "tuple") else []


def _named(value: Value, module: Module, depth: int) -> list[str]:
    """The column that a value is: a text, a column of a table, or what methods make of it."""
    tag = value[0]
    if tag == "const":
        return _texts(value)
    if depth > _DEEPEST:
        return []
    if tag == "item":
        return _texts(value[2]) or _named(value[1], module, depth + 1)
    if tag == "attr":
        return _named(value[1], module, depth + 1) or [value[2]]
    if tag == "call":
        call = module.code.calls[value[1]]
        taken = _texts(call.args[0]) if call.func[0] == "attr" and len(call.args) == 1 else []
        return taken or (_named(call.func[1], module, depth + 1) if call.func[0] == "attr" else [])
    return []
