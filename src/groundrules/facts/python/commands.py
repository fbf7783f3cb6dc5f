"""Functions that somebody runs by name: commands of a command line, methods of a class of commands, and `main`."""

from __future__ import annotations

from groundrules.facts.python.ir import Scope, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.facts.python.program import Module
from groundrules.facts.python.walk import Walker
from groundrules.typed import TYPE_CHECKING, Iterable, Iterator, Mapping

if TYPE_CHECKING:
    from groundrules.facts.python.leading import Leading

_MAIN = "main"
_GROUP, _COMMAND = "group", "command"  # methods of a group as well


def commands(
    walker: Walker, modules: Iterable[Module], tests: frozenset[str], leading: Mapping[str, Leading]
) -> Iterator[tuple[Module, int, str]]:
    """The functions that are commands, and that no other entry point has come to."""
    for module in modules:
        wanted = leading.get(module.path)
        if module.path in tests or module.code.cells:
            continue
        for number in (*_declared(walker, module), *_exposed(walker, module)):
            if wanted is not None and number not in wanted:
                continue
            if (module.path, number) not in walker.reached and walker.interesting(module, number):
                yield module, number, "script"


def _declared(walker: Walker, module: Module) -> Iterator[int]:
    """The functions of a file that are commands by their decorator, their class or their name."""
    for number, scope in enumerate(module.code.scopes):
        if scope.kind == "function" and (
            (scope.parent == 0 and scope.name == _MAIN)
            or any(is_command(walker, module, one, _COMMAND) for one in scope.decorators)
            or (scope.parent > 0 and _is_handle(walker, module, scope))
        ):
            yield number


def is_command(walker: Walker, module: Module, decorator: Value, kind: str, depth: int = 0) -> bool:
    """Whether a decorator makes a function a command, or a group of them: that of a library, or a method of a group."""
    func = module.code.calls[decorator[1]].func if decorator[0] == "call" else decorator
    frame = walker.folder.module_frame(module)
    if func[0] != "attr":
        named = walker.folder.fold(func, frame) if func[0] == "ext" else func
        return named[0] == "ext" and _is_told(walker.knowledge.of(named[1]), kind)
    base = walker.folder.fold(func[1], frame)
    if base[0] != "func":
        return _is_told(walker.folder.method_entry(base, func[2])[1] if base[0] in ("inst", "ext") else None, kind)
    there = walker.program.module(base[1])
    above: Scope | None = there.code.scopes[base[2]] if there is not None else None
    if above is None or there is None or func[2] != kind or depth > 4:
        return False
    return any(is_command(walker, there, one, _GROUP, depth + 1) for one in above.decorators)


def _is_told(entry: Entry | None, kind: str) -> bool:
    return (entry or EMPTY).get("commands") == kind


def _is_handle(walker: Walker, module: Module, scope: Scope) -> bool:
    """Whether a method is what a library runs of a class of commands."""
    if module.code.scopes[scope.parent].kind != "class":
        return False
    bases = walker.folder.base_types(module.path, scope.parent)
    return any(scope.name in (walker.knowledge.of(one) or EMPTY).get("command_methods", ()) for one in bases)


def _exposed(walker: Walker, module: Module) -> Iterator[int]:
    """The functions of a file, or the methods of a class of it, that a call makes commands as they are."""
    functions = walker.knowledge.functions
    frame = walker.folder.module_frame(module)
    for name in functions.having("exposes_parameters"):
        for made in module.called.get(name.rpartition(".")[2], ()):
            call = module.code.calls[made]
            entry = walker.folder.entry_of(call, frame)[1]
            told = entry.get("exposes_parameters")
            given = walker.folder.argument(call, entry, told.get("component"), frame) if told else None
            value = walker.folder.fold(given, frame) if given is not None else None
            if told and (value is None or (value[0] == "class" and value[1] == module.path)):
                yield from _members(module, 0 if value is None else value[2])


def _members(module: Module, owner: int) -> Iterator[int]:
    """The functions of a scope that are not private."""
    for number, scope in enumerate(module.code.scopes):
        if scope.parent == owner and scope.kind == "function" and not scope.name.startswith("_"):
            yield number
