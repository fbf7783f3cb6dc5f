"""Which functions can come to a call that fits or splits, told by names alone: most cannot, and need not be run."""

from __future__ import annotations

from groundrules.facts.meaning.leakage_near import Near
from groundrules.facts.python.events import EntryPoint
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module, Program
from groundrules.typed import NamedTuple


class Named(NamedTuple):
    """What a module's scopes name."""

    read: list[set[str]]  # by scope: the names that it reads, and the attributes that it calls
    holders: dict[str, list[int]]  # scopes by their own name
    inside: list[list[int]]  # by scope: those that stand in it
    speaking: dict[int, bool]  # by scope: whether it names a call that fits or splits; as far as it was asked
    quiet: set[int]  # scopes from which nothing that speaks is come to
    imports: dict[int, list[Value]]  # by scope: what it imports


class Reach:
    """Asked of functions that nothing else reaches."""

    def __init__(self, program: Program, near: Near) -> None:
        self.program, self.near = program, near
        self._named: dict[str, Named] = {}

    def speaks(self, entry: EntryPoint) -> bool:
        """Whether the function, or anything that it may run, names a call that fits or splits."""
        module = entry.module
        named = self._named.get(module.path)
        if named is None:
            named = self._named[module.path] = names_of(module)
        seen = {entry.scope}
        left = [entry.scope]
        while left:
            number = left.pop()
            if number in named.quiet:
                continue
            read = named.read[number]
            said = named.speaking.get(number)
            if said is None:
                said = not self.near.fitting.isdisjoint(read) or self._elsewhere(module, number, named)
                named.speaking[number] = said
            if said:
                return True
            parent = module.code.scopes[number].parent
            near = named.inside[parent] if parent > 0 and module.code.scopes[parent].kind == "class" else []
            called = [one for name in read for one in named.holders.get(name, ())]
            for one in (*named.inside[number], *near, *called):
                if one not in seen:
                    seen.add(one)
                    left.append(one)
        named.quiet.update(seen)
        return False

    def _elsewhere(self, module: Module, number: int, named: Named) -> bool:
        """Whether a scope takes something from a file of the program that fits or splits."""
        scope = module.code.scopes[number]
        values: list[Value] = [*scope.bases, *(one.annotation for one in scope.params if one.annotation is not None)]
        env = module.env
        values.extend([env[name] for name in named.read[number] if name in env])
        values.extend(named.imports.get(number, ()))
        for value in values:
            if value[0] == "ext":
                found = self.program.find(value[1], module.path)
                there = self.program.module(found.path) if found is not None else None
                if there is not None and there is not module and self.near.speaks(there.path):
                    return True
        return bool(module.code.stars)


def names_of(module: Module) -> Named:
    """The names of a module, by scope."""
    scopes = module.code.scopes
    read: list[set[str]] = [set(scope.loads) for scope in scopes]
    for call in module.code.calls:
        func = call.func
        if func[0] == "attr":
            read[call.scope].add(func[2])
        elif func[0] == "ext":
            read[call.scope].add(func[1].rpartition(".")[2])
    holders: dict[str, list[int]] = {}
    inside: list[list[int]] = [[] for _ in scopes]
    for number, scope in enumerate(scopes):
        if number:
            holders.setdefault(scope.name, []).append(number)
            inside[scope.parent].append(number)
        for param in scope.params:
            if param.annotation is not None and param.annotation[0] in ("name", "local"):
                one = param.annotation[1]
                read[number].add(one if isinstance(one, str) else scopes[one].name)
        for base in scope.bases:
            if base[0] in ("name", "local"):
                read[number].add(base[1] if isinstance(base[1], str) else scopes[base[1]].name)
    imports: dict[int, list[Value]] = {}
    for number, _, op in module.doing("i"):
        imports.setdefault(number, []).append(("ext", op[1]))
    return Named(read, holders, inside, {}, set(), imports)
