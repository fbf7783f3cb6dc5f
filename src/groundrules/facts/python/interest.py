"""Whether a scope can mean anything: what cannot is not walked."""

from __future__ import annotations

from groundrules.facts.python.folding import Folder, Frame
from groundrules.facts.python.ir import Call, Scope, Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.sites import flat
from groundrules.facts.sql.words import words

# Roles that say what a value is or does not; a call with no other is no event.
PASSIVE = words(
    """
    aggregates applies asserts attribute bases catches chosen column combines command_methods commands compares
    compiles container counts seeds_workers
    defaults displays drops each_row entity feature_service feature_view fills_back fixture folds frame gives_state
    groups handles_requests hands_seed holds holds_attributes holds_options in_time job_session keeps_functions
    learns library
    made_with maps masks measures moves_rows near notifies number one_item order_free pairs parameters picks picks_rows
    pictures plots predicts property random_by_default reads_columns request_class resamples retries_test returns
    routes_to samples searches serves_rows sets_mode sets_parameters sets_target shows_pages shows_view splits
    stacks step stops_early summarises takes_body takes_next task_parameter test_cases test_class trains trains_by_steps
    tries_learner unordered view watches_services windows writes_column writes_columns
    """
)
# Roles that are asked of a call wherever it stands, never of a run that reaches it.
LOOKED_UP = words(
    """
    answers_events answers_requests asks_models config_folder declares_default declares_env gives_temporary
    holds_weights is_config logs looks moves parses_options reads_env records sets_env sleeps tests_existence
    """
)
_TAKEN = frozenset(("call", "item", "elem", "unpack", "either"))  # what may be any function
_SETTINGS_WORDS = ("cfg", "conf", "param", "setting", "opt", "hp")


class Interest:
    """Tells, of scopes and of what they call, whether anything in them can mean something."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.program = folder.program
        self.knowledge = folder.knowledge
        self._kept: dict[tuple[str, int], list[str]] = {}  # by method: attributes of its object that it takes keys of
        self.active_names = self.knowledge.last_names(PASSIVE)

    def interesting(self, module: Module, number: int, depth: int = 0) -> bool:
        """Whether anything in a scope, or in what it calls, can mean something."""
        known = module.interest.get(number)
        if known is not None:
            return known
        module.interest[number] = False
        scope = module.code.scopes[number]
        result = any(sql.scope == number for sql in module.code.sql) or self._interest(module, scope, depth)
        module.interest[number] = result
        return result

    def given_settings(
        self, module: Module, number: int, call: Call | None, frame: Frame, receiver: Value | None
    ) -> bool:
        """Whether a function that means nothing by itself is given settings from which it takes keys."""
        if call is None or not self._takes(module, number):
            return False
        given = [self.folder.fold(arg, frame) for arg in (*call.args, *(one for _, one in call.kwargs))]
        if receiver is not None and receiver[0] == "inst":
            given += [self.folder.attribute(receiver, name) for name in self._kept[module.path, number]]
        return any(one[0] == "settings" or (one[0] == "either" and one[1][0] == "settings") for one in given)

    def _takes(self, module: Module, number: int) -> bool:
        """Whether a function takes keys of what it is given or has kept, or hands it on."""
        known = module.interest.get(~number)
        if known is None:
            scope = module.code.scopes[number]
            known, kept = False, set()
            for op in scope.ops if scope.params else ():
                if op[0] == "l" and op[2][0] == "const" and isinstance(op[2][1], str):
                    known = known or _root(op[1])[0] == "param"
                    if op[1][0] == "attr" and op[1][1] == ("param", number, scope.params[0].name):
                        kept.add(op[1][2])
                elif op[0] == "c" and not known:
                    known = any(_root(arg)[0] == "param" for arg in module.code.calls[op[1]].args)
            self._kept[module.path, number] = sorted(kept)
            module.interest[~number] = known
        return known

    def _interest(self, module: Module, scope: Scope, depth: int) -> bool:
        if depth > 14:
            return True
        calls = module.code.calls
        for op in scope.ops:
            tag = op[0]
            if tag in ("t", "m"):
                return True
            if tag == "l" and (
                op[1][0] == "ext" or (op[2][0] == "const" and isinstance(op[2][1], str) and named_like_settings(op[1]))
            ):
                return True
            if tag == "c":
                call = calls[op[1]]
                if self._matters(call.func, module, scope, depth):
                    return True
                for arg in flat((*call.args, *(value for _, value in call.kwargs))):
                    if arg[0] in ("local", "name") and self._matters(arg, module, scope, depth):
                        return True
        return False

    def _matters(self, func: Value, module: Module, scope: Scope, depth: int) -> bool:
        tag = func[0]
        if tag == "local":
            return self._callable_matters(module, func[1], depth)
        if tag == "name":
            bound = module.env.get(func[1])
            if bound is not None and bound[0] != "name":
                return self._matters(bound, module, scope, depth) if bound[0] in ("local", "ext", "name") else True
            return func[1] in self.active_names or bool(module.code.stars)
        if tag == "ext":
            found = self.program.find(func[1], module.path)
            if found is None:
                entry = self.knowledge.of_library(self.knowledge.canonical(func[1]))
                return entry is not None and any(role not in PASSIVE for role in entry)
            there = self.program.lookup(found)
            if there is None or there[2] or there[1][0] != "local":
                return there is not None
            return self._callable_matters(there[0], there[1][1], depth)
        if tag == "attr":
            if func[2] in self.active_names:
                return True
            if func[1][0] == "param" and scope.parent > 0:
                method = module.code.scopes[scope.parent].env.get(func[2])
                if method is not None and method[0] == "local":
                    return self._callable_matters(module, method[1], depth)
            return func[2] in self.program.method_names
        return tag in _TAKEN

    def _callable_matters(self, module: Module, number: int, depth: int) -> bool:
        scope = module.code.scopes[number]
        if scope.kind == "class":
            init = self.folder.method(module.path, number, "__init__")
            if init is None:
                return False
            there = self.program.module(init[0])
            return there is not None and self.interesting(there, init[1], depth + 1)
        return self.interesting(module, number, depth + 1)


def named_like_settings(value: Value) -> bool:
    """Whether what a subscript is taken from has a name of settings. A filter that saves work; loaders prove it."""
    while value[0] in ("attr", "item"):
        if value[0] == "attr" and any(word in value[2].lower() for word in _SETTINGS_WORDS):
            return True
        value = value[1]
    return value[0] in ("param", "name") and any(word in value[-1].lower() for word in _SETTINGS_WORDS)


def _root(value: Value) -> Value:
    """What an attribute or a subscript is taken from in the end."""
    while value[0] in ("attr", "item"):
        value = value[1]
    return value
