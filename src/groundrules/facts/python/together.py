"""Calls that are put together before they happen: arguments are bound first, or a configuration names the callee."""

from __future__ import annotations

from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.facts.python.sites import Site
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.python.walk import Walker

PUT_TOGETHER = frozenset(("binds", "instantiates"))
_DEEPEST = 4  # sections of a configuration in each other


def prepare(walker: Walker, entry: Entry, call: Call, number: int, frame: Frame) -> None:
    """Run what a call prepares: a function of the program may be called later by whoever is handed it."""
    if "instantiates" in entry:
        configured(walker, entry, call, number, frame, 0)
    elif call.args and call.args[0][0] != "star":
        function = walker.folder.fold(call.args[0], frame)
        if function[0] == "func":
            walker.descend(function[1], function[2], _bound(call, None), number, frame, function[3])


def complete(walker: Walker, made: Value, call: Call, number: int, frame: Frame) -> None:
    """Call an object of a library that holds a function and some of its arguments."""
    entry = walker.knowledge.of(made[1]) or EMPTY
    if "binds" not in entry or made[3] < 0 or made[4] is None or made[2] != frame.module.path:
        return
    first = walker.program.call(made[2], made[3])
    if first.args and first.args[0][0] != "star":
        _run(walker, walker.folder.fold(first.args[0], made[4]), _bound(first, call), number, frame)


def configured(walker: Walker, entry: Entry, call: Call, number: int, frame: Frame, depth: int) -> None:
    """Call what a configuration names, with the arguments that it gives, and what its sections name before."""
    found = walker.folder.named_there(entry, call, frame)
    if found is None or depth > _DEEPEST:
        return
    function, whole = found
    for _, value in whole.kwargs:
        if value[0] == "attr":
            inner = Call(call.func, (value,), (), call.where, call.context, call.scope)
            configured(walker, entry, inner, number, frame, depth + 1)
    _run(walker, function, whole, number, frame)


def call_instance(walker: Walker, callee: Value, call: Call, number: int, frame: Frame) -> None:
    """An object is called: one of a library that holds a function, or one of a class of the program."""
    if isinstance(callee[1], str):
        complete(walker, callee, call, number, frame)
        return
    path, scope = callee[1]
    bases = walker.folder.base_types(path, scope)
    for name in ("__call__", *(str((walker.knowledge.of(base) or EMPTY).get("call_method")) for base in bases)):
        found = walker.folder.method(path, scope, name)
        if found is not None:
            walker.descend(*found, call, number, frame, callee)
            return


def hand_over(walker: Walker, site: Site, number: int, frame: Frame, hooks: bool) -> None:
    """Functions of the program that are handed to a library, which will call them; with `hooks`, methods too."""
    home = walker.folder.module_frame(frame.module)
    left = []
    for value, fixed in site.handed:
        folded = walker.folder.fold(value, home if fixed else frame)
        found: Any = None
        if folded[0] == "func":
            found = (folded[1], folded[2], _applied(walker, site, value, frame), number, frame, folded[3])
        elif folded[0] == "inst" and not isinstance(folded[1], str):
            method = walker.folder.method(folded[1][0], folded[1][1], "__call__")
            found = (*method, None, number, frame, folded) if method is not None else None
            if hooks:
                hook(walker, folded, number, frame)
        if found is not None:
            walker.descend(*found)
        if found is not None or not fixed or (hooks and folded[0] == "inst"):
            left.append((value, fixed))
    if not site.pruned:
        site.handed, site.pruned = left, True


def _applied(walker: Walker, site: Site, function: Value, frame: Frame) -> Call | None:
    """The call of a function that is handed on together with its arguments, or with lists of them."""
    call = site.call
    if len(call.args) <= 1 or call.args[0] is not function or call.args[1][0] == "star":
        return None
    told = walker.folder.entry_of(call, frame)[1].get("maps")
    if not told:
        return None
    given = call.args[1:] if told == "arguments" else tuple([("elem", one) for one in call.args[1:]])
    return call._replace(func=function, args=given, kwargs=())


def note_above(walker: Walker, made: Value, own: bool, call: Call, number: int, frame: Frame) -> None:
    """Making an object of a class makes one of the library's classes above it, with what its own constructor says."""
    for base in walker.folder.base_types(made[1], made[2]):
        entry = walker.knowledge.of(base) or EMPTY
        if not own or not ("reads" in entry or "fetches" in entry):
            walker.note(base, entry, call, number, frame)


def hook(walker: Walker, instance: Value, number: int, frame: Frame) -> None:
    """Run the methods that a library's base class has it run."""
    path, scope = instance[1]
    for base in walker.folder.base_types(path, scope):
        for name in (walker.knowledge.of(base) or EMPTY).get("hooks", ()):
            method = walker.folder.method(path, scope, name)
            if method is not None:
                walker.descend(*method, None, number, frame, instance)


def run_each(walker: Walker, several: Value, call: Call, number: int, frame: Frame) -> None:
    """Run the functions that a loop goes through, in their order."""
    for one in several[1:]:
        _run(walker, one, call, number, frame)


def dispatch(walker: Walker, call: Call, number: int, frame: Frame) -> None:
    """`globals()[name](…)` may call any function of the module, or make an object of any of its classes."""
    module = frame.module
    if module.code.calls[call.func[1][1]].func != ("name", "globals"):
        return
    for value in module.env.values():
        if value[0] == "local" and module.code.scopes[value[1]].kind == "function":
            walker.descend(module.path, value[1], None, number, frame, None)
        elif value[0] == "local":
            walker.construct(("class", module.path, value[1]), call, number, frame)


def _run(walker: Walker, function: Value, whole: Call, number: int, frame: Frame) -> None:
    if function[0] == "func":
        walker.descend(function[1], function[2], whole, number, frame, function[3])
    elif function[0] == "class":
        walker.construct(function, whole, number, frame)
    elif function[0] == "ext":
        walker.note(function[1], walker.knowledge.of(function[1]) or EMPTY, whole, number, frame)


def _bound(first: Call, later: Call | None) -> Call:
    """One call out of the one that binds arguments and the one that gives the others."""
    if later is None:
        return first._replace(func=first.args[0], args=first.args[1:])
    given = {name for name, _ in later.kwargs}
    kwargs = (*later.kwargs, *(one for one in first.kwargs if one[0] not in given))
    return later._replace(func=first.args[0], args=(*first.args[1:], *later.args), kwargs=kwargs)
