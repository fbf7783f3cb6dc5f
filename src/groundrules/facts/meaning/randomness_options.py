"""Command-line options for a seed that nothing reads."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.program import Module
from groundrules.typed import Any, Iterator

_SEEDS = frozenset({"seed", "random_seed", "manual_seed", "rng_seed", "random_state", "global_seed", "randomseed"})
_WHOLE = frozenset({"vars", "getattr", "__dict__", "asdict", "locals", "globals", "_get_kwargs", "parse_known_args"})
_OPTIONS = frozenset({"args", "arg", "opt", "opts", "options", "flags", "hparams", "params", "config", "cfg", "conf"})


class SeedOptions:
    """The options that are named like a seed, and whether anything reads them."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.found: dict[tuple[str, int], tuple[Event, str]] = {}
        self._importers: dict[str, set[str]] | None = None

    def collect(self, event: Event) -> None:
        """Keep an event that declares an option for a seed."""
        texts = [str(arg[1]) for arg in event.call.args if arg[0] == "const"]
        longest = longest_of(texts)
        dest = dict(event.call.kwargs).get("dest")
        spelled = dest[1] if dest is not None and dest[0] == "const" else longest
        name = str(spelled or "").lstrip("-").replace("-", "_")
        if longest is not None and name.lower() in _SEEDS:
            self.found.setdefault((event.module.path, event.number), (event, name))

    def relate(self) -> None:
        """One row for each option that nothing reads."""
        for event, name in self.found.values():
            told = event.known["declares_option"]
            decorator = isinstance(told, dict) and bool(told.get("decorator"))
            used = self._taken(event, name) if decorator else self._read(event.module, name)
            spelled = longest_of([str(arg[1]) for arg in event.call.args])
            in_test = int(self.link.in_test(event.module.path))
            self.link.rows.add("seed_option", self.link.span(event), event.module.path, spelled, int(used), in_test)

    def _taken(self, event: Event, name: str) -> bool:
        """Whether the decorated function reads its parameter."""
        for scope in event.module.code.scopes:
            if ("call", event.number) in scope.decorators:
                return name in scope.loads or any(param.kind == "kwargs" for param in scope.params)
        return True

    # ---- parsed options ----------------------------------------------------------------------------------------------
    def _read(self, module: Module, name: str) -> bool:
        """Whether a file that has to do with the declaring one may read the option."""
        if name in module.code.names and reads(module, name):
            return True  # the usual case, in which no other file has to be looked at
        modules = self._related(module)
        if any(not _WHOLE.isdisjoint(one.code.names) or self._hands_over(one) for one in modules):
            return True
        return any(name in one.code.names and reads(one, name) for one in modules)

    def _hands_over(self, module: Module) -> bool:
        """Whether all options are given to something that is not of this program."""
        for call in module.code.calls:
            values = (*call.args, *(value for _, value in call.kwargs))
            if any(value[0] in ("name", "param", "star", "call") and self._options(value, module) for value in values):
                callee = self.link.folder.callee(call, self.link.folder.scope_frame(module, call.scope))
                if callee[0] not in ("func", "class") and not self._shows(call, module):
                    return True
        return False

    def _options(self, value: Value, module: Module) -> bool:
        if value[0] == "call":
            called = module.code.calls[value[1]]
            return called.func[0] == "attr" and bool(
                (self.link.knowledge.method(called.func[2]) or {}).get("parses_options")
            )
        return value[0] == "star" or str(value[-1]).lower() in _OPTIONS

    def _shows(self, call: Call, module: Module) -> bool:
        _, entry = self.link.folder.entry_of(call, self.link.folder.scope_frame(module, call.scope))
        return any(entry.get(role) for role in ("logs", "displays", "tracks")) or call.func == ("name", "print")

    def _related(self, module: Module) -> list[Module]:
        """The file, those that it imports at any remove, and those that import it."""
        if self._importers is None:
            self._importers = {}
            for path in self.link.walker.program.loaded():
                for onward in self._imports(path):
                    self._importers.setdefault(onward, set()).add(path)
        found = {module.path}
        for step in (self._imports, lambda path: self._importers.get(path, ())):
            waiting = [module.path]
            while waiting:
                fresh = [path for path in step(waiting.pop()) if path not in found]
                found.update(fresh)
                waiting += fresh
        program = self.link.walker.program
        return [one for path in found if (one := program.module(path)) is not None]

    def _imports(self, path: str) -> Iterator[str]:
        program = self.link.walker.program
        module = program.module(path)
        for scope in module.code.scopes if module is not None else ():
            for op in scope.ops:
                there = program.find(op[1], path) if op[0] == "i" else None
                if there is not None:
                    yield there.path


def longest_of(texts: list[str]) -> str | None:
    """The name of an option that is a word, with two dashes or with one."""
    words = [one for one in texts if one.startswith("-") and len(one) > 2]
    return next((one for one in words if one.startswith("--")), words[0] if words else None)


def reads(module: Module, name: str) -> bool:
    """Whether a file takes an attribute or a key of that name from anything but a library."""
    called = {id(call.func) for call in module.code.calls}
    waiting: list[Any] = [*module.code.calls, *module.code.contexts]
    waiting += [part for scope in module.code.scopes for part in (scope.ops, scope.params)]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, tuple) or not part:
            continue
        if part[0] == "attr" and len(part) == 3 and part[2] == name and id(part) not in called:
            return True
        if part == ("const", name):
            return True
        waiting += [one for one in part if isinstance(one, tuple)]
    return False
