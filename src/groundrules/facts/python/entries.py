"""Where execution starts: scripts, notebooks, tasks, tests; and functions that nothing of this program reaches."""

from __future__ import annotations

from groundrules.facts.python.commands import commands
from groundrules.facts.python.ir import UNKNOWN
from groundrules.facts.python.knowledge import EMPTY
from groundrules.facts.python.program import Module
from groundrules.facts.python.task_files import handles_events, imported_roots, last_of
from groundrules.facts.python.timed import is_timed, timing_names
from groundrules.facts.python.walk import Walker
from groundrules.typed import TYPE_CHECKING, Iterable, Iterator, Mapping

if TYPE_CHECKING:
    from groundrules.facts.python.leading import Leading

NONE: Mapping[str, Leading] = {}
_SERVES = frozenset(("answers_requests", "answers_events"))
_ROUTES = ("routes_to", "shows_view")


def entry_points(
    walker: Walker, paths: Iterable[str], tests: frozenset[str], leading: Mapping[str, Leading] = NONE
) -> Iterator[tuple[Module, int, str]]:
    """Entry points of the files, those that reach much first; functions that are still unreached come last.

    `leading` names files of which only some scopes matter.
    """
    modules = [module for path in paths if (module := walker.program.module(path)) is not None]
    for module in modules:
        kind, wanted = module_kind(module, tests), leading.get(module.path)
        if kind is not None and (wanted is None or 0 in wanted) and walker.interesting(module, 0):
            yield module, 0, kind
    for module in modules:
        elsewhere = run_elsewhere(walker, module)
        wanted = leading.get(module.path)
        for number, scope in enumerate(module.code.scopes):
            if scope.kind != "function" or (wanted is not None and number not in wanted):
                continue
            if not walker.interesting(module, number):
                continue
            if number in elsewhere or is_task(walker, module, number):
                yield module, number, "task"
            elif module.path in tests and scope.name.startswith("test"):
                yield module, number, "test"
    yield from collected(walker, modules, leading)
    for module in modules:
        for number in handlers(walker, module, leading.get(module.path)):
            yield module, number, "handler"
    yield from routed(walker, modules, leading)
    yield from commands(walker, modules, tests, leading)
    yield from unreached(walker, modules, leading)


def collected(
    walker: Walker, modules: Iterable[Module], leading: Mapping[str, Leading]
) -> Iterator[tuple[Module, int, str]]:
    """Functions that become tasks of pipelines which a framework finds by their place, and nothing in the program."""
    functions, folder = walker.knowledge.functions, walker.folder
    named = [name for name in functions.having("task") if (functions[name]["task"] or EMPTY).get("collected")]
    roots, makers = {one.partition(".")[0] for one in named}, {one.rpartition(".")[2] for one in named}
    for module in modules:
        if makers.isdisjoint(module.code.names) or roots.isdisjoint(imported_roots(module)):
            continue
        for call in module.code.calls:
            frame = folder.scope_frame(module, call.scope)
            called = call.func[1] if call.func[0] == "name" else last_of(call.func)
            entry = folder.entry_of(call, frame)[1] if call.scope and called in makers else EMPTY
            told = entry.get("task") or EMPTY
            given = folder.argument(call, entry, told.get("function"), frame) if told.get("collected") else None
            value = folder.fold(given, frame) if given is not None else UNKNOWN
            there = walker.program.module(value[1]) if value[0] == "func" else None
            if there is None or (there.path, value[2]) in walker.reached:
                continue
            wanted = leading.get(there.path)
            if (wanted is None or value[2] in wanted) and walker.interesting(there, value[2]):
                yield there, value[2], "task"


def unreached(
    walker: Walker, modules: Iterable[Module], leading: Mapping[str, Leading]
) -> Iterator[tuple[Module, int, str]]:
    """Functions that nothing has come to."""
    for module in modules:
        wanted = leading.get(module.path)
        for number, scope in enumerate(module.code.scopes):
            if (
                scope.kind != "class"
                and (wanted is None or number in wanted)
                and (module.path, number) not in walker.reached
                and walker.interesting(module, number)
            ):
                yield module, number, "function"


def module_kind(module: Module, tests: frozenset[str]) -> str | None:
    """What kind of entry point a module's own level is, if it is one."""
    if module.code.cells or module.path.endswith(".ipynb"):
        return "notebook"
    if module.path in tests:
        return None
    if module.code.main_guard:
        return "script"
    return "script" if any(op[0] == "c" for op in module.code.scopes[0].ops) else None


def run_elsewhere(walker: Walker, module: Module) -> set[int]:
    """The functions of a file that it hands over to run in a process of their own, such as a container."""
    found: set[int] = set()
    frame = walker.folder.module_frame(module)
    for call in module.code.calls:
        given = [value[1] for value in call.args if value[0] == "local"]
        if call.kwargs:
            given += [value[1] for _, value in call.kwargs if value[0] == "local"]
        if given and walker.folder.entry_of(call, frame)[1].get("runs_elsewhere"):
            found.update(given)
    return found


def handlers(walker: Walker, module: Module, wanted: Leading | None) -> Iterator[int]:
    """The functions of a file that a web server calls for a request, unless something else of the program does."""
    for number, scope in enumerate(module.code.scopes):
        if scope.kind != "function" or (wanted is not None and number not in wanted):
            continue
        if (module.path, number) in walker.reached or not _answers(walker, module, number):
            continue
        if walker.interesting(module, number):
            yield number


def _answers(walker: Walker, module: Module, number: int) -> bool:
    """Whether a decorator or the class around it makes a function one that answers requests."""
    scope, calls = module.code.scopes[number], module.code.calls
    frame = walker.folder.module_frame(module)
    made = [calls[value[1]] for value in scope.decorators if value[0] == "call"]
    if any(_SERVES & walker.folder.entry_of(one, frame)[1].keys() for one in made):
        return True
    if scope.parent <= 0 or module.code.scopes[scope.parent].kind != "class":
        return False
    for base in walker.folder.base_types(module.path, scope.parent):
        told = (walker.knowledge.of(base) or EMPTY).get("handles_requests")
        if told and scope.name in told["methods"]:
            return True
    return False


def routed(
    walker: Walker, modules: Iterable[Module], leading: Mapping[str, Leading]
) -> Iterator[tuple[Module, int, str]]:
    """Functions that a table of addresses hands requests to."""
    functions, folder = walker.knowledge.functions, walker.folder
    names = {name.rpartition(".")[2] for role in _ROUTES for name in functions.having(role)}
    for module in modules:
        frame = folder.module_frame(module)
        for made in sorted(made for name in names for made in module.called.get(name, ())):
            call = module.code.calls[made]
            entry = folder.entry_of(call, frame)[1]
            told = next((entry[role] for role in _ROUTES if role in entry), None)
            given = folder.argument(call, entry, told, frame) if told else None
            value = folder.fold(given, frame) if given is not None else UNKNOWN
            there = walker.program.module(value[1]) if value[0] == "func" else None
            if there is None or (there.path, value[2]) in walker.reached:
                continue
            wanted = leading.get(there.path)
            if (wanted is None or value[2] in wanted) and walker.interesting(there, value[2]):
                yield there, value[2], "handler"


def is_task(walker: Walker, module: Module, number: int) -> bool:
    """Whether a decorator or a base class makes a function a pipeline's task."""
    scope = module.code.scopes[number]
    frame = walker.folder.module_frame(module)
    for decorator in scope.decorators:
        value = decorator
        if value[0] == "call":
            value = module.code.calls[value[1]].func
        folded = walker.folder.fold(value, frame)
        entry = (walker.knowledge.of(folded[1]) or EMPTY) if folded[0] == "ext" else EMPTY
        if value[0] == "attr" and folded[0] != "ext":
            entry = walker.folder.method_entry(walker.folder.fold(value[1], frame), value[2])[1]
        if "task" in entry or "flow" in entry:
            return True
    if handles_events(module, number) or (scope.decorators and is_timed(module, number, timing_names(walker.program))):
        return True
    if scope.parent > 0 and module.code.scopes[scope.parent].kind == "class":
        for base in walker.folder.base_types(module.path, scope.parent):
            told = (walker.knowledge.of(base) or EMPTY).get("task_class")
            if told and scope.name in told.get("methods", ()):
                return True
    return False
