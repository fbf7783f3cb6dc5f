"""Sections of configurations that are handed on, kept, iterated or shown as a whole, so that any key may be read there.

Folding follows a section through names, arguments and results. Where an object keeps one under a name of its own, every
place of the repository that takes something of that name counts.
"""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.settings_names import ANY, TAKING, Kept, harmless
from groundrules.facts.python.contexts import contexts_of, frames_of
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.folding.contents import copied, spread_in
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import options
from groundrules.facts.repository import Repository
from groundrules.typed import TYPE_CHECKING, Any, Iterable, Iterator

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_keys import Keys, loader
    from groundrules.facts.meaning.settings_uses import nested
else:
    late(globals(), "groundrules.facts.meaning.settings_keys", "loader")
    late(globals(), "groundrules.facts.meaning.settings_uses", "nested")

_DEEPEST = 8
_MOST_FRAMES = 4_000
_TESTS = ("if", "else", "while", "checked")

Sections = dict[tuple[Any, ...], set[tuple[str, ...]]]  # by loader


class Whole:
    """Finds the sections that something else may take apart."""

    def __init__(self, link: Link, repository: Repository, keys: Keys) -> None:
        self.link = link
        self.keys = keys
        self.found: Sections = {}
        self.sources: dict[tuple[Any, ...], Value] = {}  # by loader: calls that load a configuration
        self.kept = Kept(link, repository, self.found)
        self.calls: dict[str, dict[int, list[Call]]] = {}  # by file and scope
        self._copied: dict[tuple[str, int], set[int]] = {}  # by scope: what objects take all attributes from
        self._tests: dict[str, set[int]] = {}  # by file: what is only tested, by identity
        self._seen: set[Any] = set()
        self._waiting: list[Frame] = []

    def collect(self) -> Sections:
        """All of them."""
        self._waiting.extend(self._start())
        while self._waiting and len(self._seen) < _MOST_FRAMES:
            self._frame(self._waiting.pop())
        if self._waiting:  # nobody knows what the rest does
            for one in self.keys.places.values():
                for read in one:
                    self._note(("settings", read.source, ()))
        self.kept.follow()
        return self.found

    def key(self, source: Value) -> tuple[Any, ...]:
        """What tells loaders apart: one helper may load several files."""
        return (*loader(source), self.keys.configurations.find(source).paths)

    def _start(self) -> Iterator[Frame]:
        """The scopes in which something of a configuration is taken or may be had."""
        frames: dict[int, Frame] = {}
        for load in self.link.walker.loads:
            if load.base[0] == "settings":
                if load.key[0] != "const":
                    self._note(load.base)
                source = load.base[1]
                made = source[3] if len(source) > 3 else None
                for frame in (*frames_of(load.frame), *(frames_of(made) if made is not None else ())):
                    frames[id(frame)] = frame
        for event in self.link.walker.events:
            if "loads_config" in event.known:
                source = ("call", event.module.path, event.number, event.frame)
                self.sources.setdefault(self.key(source), source)
                for frame in frames_of(event.frame):
                    frames[id(frame)] = frame
        modules = {frame.module.path: frame.module for frame in frames.values()}
        for module in [*modules.values(), *self._importing(modules.values())]:
            for number in range(len(module.code.scopes)):
                yield self.keys.environment.frame(module, number)
        yield from frames.values()

    def _importing(self, modules: Iterable[Module]) -> Iterator[Module]:
        """Files that speak of a name which holds settings in one of the modules, or of a function that gives them."""
        names: set[str] = set()
        for module in modules:
            for name, value in module.env.items():
                if self._is(value, self.link.folder.module_frame(module)):
                    names.add(name)
            names.update(scope.name for scope in module.code.scopes[1:] if self._gives(module, scope.ops))
        known = {module.path for module in modules}
        yield from (module for module in self.kept.modules(names) if module.path not in known)

    def _gives(self, module: Module, ops: Iterable[tuple[Any, ...]]) -> bool:
        frame = self.link.folder.module_frame(module)
        return any(op[0] == "r" and op[1][0] in ("call", "enter", "name") and self._is(op[1], frame) for op in ops)

    def _is(self, value: Value, frame: Frame) -> bool:
        return any(True for _ in self._sections(self.link.folder.fold(value, frame)))

    def _note(self, settings: Value) -> None:
        self.found.setdefault(self.key(settings[1]), set()).add(settings[2])

    # ---- one scope ---------------------------------------------------------------------------------------------------
    def _frame(self, frame: Frame) -> None:
        key = (frame.module.path, frame.scope, self._given(frame))
        if key in self._seen or frame.module.path in self.link.tests:
            return  # what a test takes whole, nothing else reads
        self._seen.add(key)
        code = frame.module.code
        around = set()
        for call in self._calls(frame):
            self._call(call, frame)
            around.add(call.context)
        for op in code.scopes[frame.scope].ops:
            self._op(op, frame)
        for context in around:
            for kind, value in contexts_of(frame.module, context):
                if kind == "for":
                    self._look(value, frame)

    def _given(self, frame: Frame) -> tuple[Any, ...]:
        """The sections that a frame's parameters are."""
        given: list[tuple[Any, ...]] = []
        for name, bound in frame.bound.items():
            sections = self._sections(self.link.folder.fold(*bound))
            given.extend((name, self.key(one[1]), one[2]) for one in sections)
        return (id(frame.receiver) if frame.receiver is not None else 0, *sorted(given, key=str))

    def _op(self, op: tuple[Any, ...], frame: Frame) -> None:
        kept = self.kept.stored(op, frame.module, frame.scope)
        if kept is not None:
            self._keep(kept.name, kept.value, frame, kept.holders)
        elif op[0] == "u" and id(op[1]) not in self._tested(frame.module):
            self._look(op[1], frame)

    def _tested(self, module: Module) -> set[int]:
        known = self._tests.get(module.path)
        if known is None:
            known = {id(one.value) for one in module.code.contexts if one.kind in _TESTS}
            self._tests[module.path] = known
        return known

    def _keep(self, name: Any, value: Value, frame: Frame, holders: frozenset[str] = ANY) -> None:
        """Something is kept under a name: where it is a section, whoever takes that name has it."""
        if id(value) in self._copies(frame):
            return
        found = list(self._sections(self.link.folder.fold(value, frame)))
        for one in found:
            if isinstance(name, str):
                self.kept.add(name, self.key(one[1]), one[2], holders)
            else:
                self._note(one)
        if not found:
            self._look(value, frame)

    # ---- calls -------------------------------------------------------------------------------------------------------
    def _call(self, call: Call, frame: Frame) -> None:
        callee = self.link.folder.callee(call, frame)
        if callee[0] == "either":
            callee = next((one for one in callee[1:] if one[0] in ("func", "class")), callee)
        if callee[0] in ("func", "class"):
            self._own(callee, call, frame)
        elif self._puts_over(call, frame):
            return  # the keys of both are taken from one
        elif not harmless(self.link, call, frame) and not self._by_name(callee, call, frame):
            first = int(call.func == ("name", "setattr"))  # an object that is given something is not handed on
            for value in (*call.args[first:], *(value for _, value in call.kwargs)):
                self._look(value, frame)
        if call.func[0] == "attr" and call.func[2] not in TAKING:
            self._look(call.func[1], frame)

    def _puts_over(self, call: Call, frame: Frame) -> bool:
        """Whether a call puts one configuration over another."""
        if call.func[0] != "attr" or call.func[2] != "update" or len(call.args) != 1 or call.kwargs:
            return False
        return self._is(call.args[0], frame) and self._is(call.func[1], frame)

    def _by_name(self, callee: Value, call: Call, frame: Frame) -> bool:
        """A method of nobody knows which object: those of that name in the program keep what they are given."""
        if callee[0] != "hole" or call.func[0] != "attr" or any(name is None for name, _ in call.kwargs):
            return False
        found = self.kept.methods(call.func[2])
        for path, number in found:
            module = self.link.walker.program.module(path)
            params = [one.name for one in module.code.scopes[number].params] if module is not None else []
            given = [*zip(params[1:], call.args, strict=False), *call.kwargs]
            for name, value in given:
                self._keep(f"{path}:{number}:{name}", value, frame)
        return bool(found)

    def _own(self, callee: Value, call: Call, frame: Frame) -> None:
        """A function or class of the program: it is followed where it is given a section."""
        given = [(name, value) for name, value in call.kwargs if self._is(value, frame)]
        given += [(None, value) for value in call.args if self._is(value, frame)]
        spread = [value for name, value in call.kwargs if name is None and self._is(value, frame)]
        for value in (*call.args, *(value for _, value in call.kwargs)):
            if value[0] in ("dict", "list", "tuple", "star"):
                self._look(value, frame)
        if not given:
            return
        receiver = callee[3] if callee[0] == "func" else ("inst", (callee[1], callee[2]), frame.module.path, -1, frame)
        found = (
            (callee[1], callee[2]) if callee[0] == "func"
            else self.link.folder.method(callee[1], callee[2], "__init__")
        )  # fmt: skip
        module = self.link.walker.program.module(found[0]) if found is not None else None
        if found is None or module is None:
            for name, value in given:  # the fields of a class without a constructor keep what they are given
                if name is not None or value not in spread:
                    self._keep(f".{name}" if name is not None else None, value, frame)
            return
        rest = next((one.name for one in module.code.scopes[found[1]].params if one.kind == "kwargs"), None)
        if rest is not None and ("param", found[1], rest) not in copied(module, found[1]):
            for value in spread:
                self._look(value, frame)
        if not frame.holds(*found):
            number = next((n for n, one in enumerate(frame.module.code.calls) if one is call), -1)
            self._waiting.append(self.link.folder.bind(module, found[1], call, number, frame, receiver))

    def _calls(self, frame: Frame) -> list[Call]:
        """The calls of a frame's own scope."""
        path = frame.module.path
        if path not in self.calls:
            found = self.calls[path] = {}
            for call in frame.module.code.calls:
                found.setdefault(call.scope, []).append(call)
        return self.calls[path].get(frame.scope, [])

    def _sections(self, folded: Value) -> Iterator[Value]:
        """The sections that something is, or takes all its attributes from."""
        for one in options(folded):
            held = self.link.folder.contents(one) if one[0] == "inst" else one
            yield from spread_in(held) if held is not None else ()

    def _copies(self, frame: Frame) -> set[int]:
        """What is copied over objects in a scope, by identity: who has the object has a section of it."""
        key = (frame.module.path, frame.scope)
        known = self._copied.get(key)
        if known is None:
            known = self._copied[key] = {id(one) for one in copied(frame.module, frame.scope)}
        return known

    def _look(self, value: Value, frame: Frame, depth: int = 0) -> None:
        """Note the sections that a value is made of."""
        tag = value[0]
        if tag in ("const", "local", "?") or depth > _DEEPEST or id(value) in self._copies(frame):
            return
        if tag in ("attr", "item", "param", "name", "call", "enter", "ext"):
            for one in self._sections(self.link.folder.fold(value, frame)):
                self._note(one)
            if tag == "item":
                self._look(value[2], frame, depth + 1)
            return
        if tag == "cmp" and value[1] in ("in", "not in", "is", "is not"):
            return
        for part in nested(value):
            self._look(part, frame, depth + 1)
