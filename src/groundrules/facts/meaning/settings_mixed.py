"""Sections of configurations into which code puts keys that no file shows, such as those of a second file."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.contexts import frames_of
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import options
from groundrules.typed import Any, Iterator

_OWN = ("items", "keys")
_STORING = ("setdefault", "setattr", "update")
_SEEN = ("const", "dict", "options", "settings")  # whose keys are told elsewhere

Store = tuple[Value, Value]  # what is written into, and the key or the mapping that holds keys


class Mixed:
    """Finds what is written into under computed keys, in the activations that take something from settings."""

    def __init__(self, link: Link) -> None:
        self.walker = link.walker
        self.folder = link.folder
        self._found: set[tuple[Any, ...]] | None = None  # loaders, each with the keys of a section
        self._stores: dict[tuple[str, int], list[Store]] = {}
        self._fillers: dict[tuple[str, int], list[int]] = {}  # by scope: calls of functions that write into something

    def holds(self, source: Value, keys: tuple[str, ...]) -> bool:
        """Whether a key stands in a section, or the whole, that may hold more than its files say."""
        if self._found is None:
            self._found = {(*one[1][:3], one[2]) for one in self._sections()}
        return any((*source[:3], keys[:number]) in self._found for number in range(len(keys) + 1))

    def _sections(self) -> Iterator[Value]:
        for frame in {id(one): one for one in self._frames()}.values():
            yield from self._in(frame)
            for number in self._filling(frame.module, frame.scope):
                call = frame.module.code.calls[number]
                yield from self._combined(call, frame)
                for one in options(self.folder.callee(call, frame)):
                    module = self.folder.program.module(one[1]) if one[0] == "func" else None
                    if module is not None and not frame.holds(one[1], one[2]):
                        yield from self._in(self.folder.bind(module, one[2], call, number, frame, one[3]))

    def _frames(self) -> Iterator[Frame]:
        """Activations in which a configuration is loaded or read."""
        yield from (load.frame for load in self.walker.loads if load.base[0] == "settings")
        for event in self.walker.events:
            if "loads_config" in event.known:
                yield from frames_of(event.frame)

    def _in(self, frame: Frame) -> Iterator[Value]:
        for base, key in self._stored(frame.module, frame.scope):
            if self.folder.fold(key, frame)[0] in _SEEN:
                continue
            for one in options(self.folder.fold(base, frame)):
                if one[0] == "settings" and not self._is_own(key, one, frame):
                    yield one

    def _filling(self, module: Module, scope: int) -> list[int]:
        known = self._fillers.get((module.path, scope))
        if known is None:
            frame = self.folder.scope_frame(module, scope)
            numbers = [op[1] for op in module.code.scopes[scope].ops if op[0] == "c"]
            known = [number for number in numbers if self._fills(module.code.calls[number], frame)]
            self._fillers[module.path, scope] = known
        return known

    def _combined(self, call: Call, frame: Frame) -> Iterator[Value]:
        """What a function that nothing is known of is handed before another configuration, which it may put into it."""
        if self._is_foreign(call, frame):
            given = [self.folder.fold(arg, frame) for arg in call.args]
            if all(one[0] == "settings" for one in given[:2]) and given[0][1] != given[1][1]:
                yield given[0]

    def _is_foreign(self, call: Call, frame: Frame) -> bool:
        return (
            len(call.args) > 1
            and not self.folder.entry_of(call, frame)[1]
            and (self.folder.callee(call, frame)[0] == "ext")
        )

    def _fills(self, call: Call, frame: Frame) -> bool:
        """Whether a call may write into what it is given."""
        if self._is_foreign(call, frame):
            return True
        for one in options(self.folder.callee(call, frame)):
            module = self.folder.program.module(one[1]) if one[0] == "func" else None
            if module is not None and any(_is_given(base) for base, _ in self._stored(module, one[2])):
                return True
        return False

    def _stored(self, module: Module, scope: int) -> list[Store]:
        known = self._stores.get((module.path, scope))
        if known is None:
            stores = self._written(module, scope)
            known = self._stores[module.path, scope] = [one for one in stores if one[1][0] != "const"]
        return known

    def _written(self, module: Module, scope: int) -> Iterator[Store]:
        for op in module.code.scopes[scope].ops:
            if op[0] == "s":
                yield op[1], op[2]
        for name in _STORING:
            for number in module.called.get(name, ()):
                call = module.code.calls[number]
                given = (call.func[1], *call.args) if call.func[0] == "attr" else call.args
                if call.scope == scope and len(given) > 1:
                    yield given[0], given[1]

    def _is_own(self, key: Value, settings: Value, frame: Frame) -> bool:
        """Whether a loop over the very section gives the key, so that only values change."""
        while key[0] in ("unpack", "elem"):
            key = key[1]
        if key[0] == "call":
            call = frame.module.code.calls[key[1]]
            if call.func == ("name", "list") and len(call.args) == 1:
                return self._is_own(call.args[0], settings, frame)
            if call.func[0] != "attr" or call.func[2] not in _OWN:
                return False
            key = call.func[1]
        return self.folder.fold(key, frame) == settings


def _is_given(base: Value) -> bool:
    """Whether something is a parameter or a part of one."""
    while base[0] in ("item", "attr"):
        base = base[1]
    return bool(base[0] == "param")
