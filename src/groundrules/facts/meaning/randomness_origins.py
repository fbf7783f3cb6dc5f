"""Where a seed comes from: a constant, an option, a configuration, nothing, the clock, or another draw."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import NONE, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.typed import Any, NamedTuple

_DEEPEST = 8
_MOVING = ("clock", "random")


class Origin(NamedTuple):
    """How a seed's value stands, and the call that decides it: (path, number), where there is one."""

    kind: str  # constant | parameter | config | null | unset | zero | clock | random | restored | unknown
    source: tuple[str, int] | None = None
    where: tuple[str, tuple[Any, ...]] | None = None  # of a configuration's key: the place that gives it nothing


_UNKNOWN = Origin("unknown")


class Origins:
    """Follows seeds back to what they are made from."""

    def __init__(self, link: Link) -> None:
        self.link = link

    def of_argument(self, event: Event, names: Any) -> Origin:
        """The origin of the first of several parameters that the event's call gives."""
        value = self.link.given(event, names)
        if value is None:
            return _UNKNOWN if self.link.folder.may_be_given(event.call, event.frame) else Origin("null")
        return self._refused(event, value) or self.of(value, event.frame)

    def _refused(self, event: Event, value: Value) -> Origin | None:
        """The declaration of an option that is 0 by default, where a test takes that for no seed."""
        written, there = self.resolved(value, event.frame)
        option = self._option(written, there)
        if option is None:
            return None
        given = dict(self.link.folder.program.call(*option).kwargs)
        if given.get("default") not in (("const", 0), ("const", False)):
            return None
        tests = [(test, frame) for kind, test, frame in self.link.around(event) if kind == "if"]
        asked = (one for test, frame in tests for one in [self.resolved(test, frame)])
        return Origin("zero", option) if any(one == written for one, _ in asked) else None

    def of(self, value: Value, frame: Frame) -> Origin:
        """The origin of a value."""
        moving = self.moving(value, frame, 0)
        if moving is not None:
            return moving
        folded = self.link.folder.fold(value, frame)
        one = folded[1] if folded[0] == "either" else folded
        if one == ("const", None):
            return Origin("null")
        if one[0] == "const":
            return Origin("constant")
        written, there = self.resolved(value, frame)
        if written == NONE:
            return Origin("null")
        unset = self._unset(written, there)
        if unset is not None:
            return unset
        if one[0] == "settings" and self.link.folder.settings is not None:
            empty = self.link.folder.settings.empty(one)
            return Origin("unset", None, empty) if empty is not None else Origin("config")
        if one[0] in ("settings", "options"):
            return Origin("config")
        return Origin("parameter") if one[0] == "hole" else _UNKNOWN

    def resolved(self, value: Value, frame: Frame) -> tuple[Value, Frame]:
        """What a name or parameter stands for, as it is written where it is bound."""
        for _ in range(_DEEPEST):
            bound = self._binding(value, frame)
            if bound is None:
                break
            value, frame = bound
        return value, frame

    def _binding(self, value: Value, frame: Frame) -> tuple[Value, Frame] | None:
        if value[0] == "name":
            bound = frame.module.env.get(value[1])
            return (bound, self.link.folder.module_frame(frame.module)) if bound not in (None, value) else None
        owner = self._owner(value, frame)
        return self._passed(owner, value[2]) if owner is not None else None

    def _passed(self, owner: Frame, name: str) -> tuple[Value, Frame] | None:
        """What a call that is known passes for a parameter; the default None where it passes nothing."""
        bound = owner.bound.get(name)
        if bound is not None or owner.caller is None or owner.call < 0 or owner.spread:
            return bound
        for param in owner.module.code.scopes[owner.scope].params:
            if param.name == name and param.default == NONE and self.is_called(owner):
                return NONE, self.link.folder.module_frame(owner.module)
        return None

    def is_called(self, owner: Frame) -> bool:
        """Whether the frame is that of the call that made it, and not of something that will call it back."""
        assert owner.caller is not None
        callee = self.link.folder.callee(owner.caller.module.code.calls[owner.call], owner.caller)
        return callee[0] == "class" or callee[1:3] == (owner.module.path, owner.scope)

    def only_handed(self, event: Event) -> bool:
        """Whether a draw stands in a function that an imported module only hands on while it is imported."""
        handed, frame = False, event.frame
        while frame.caller is not None:
            handed = handed or (frame.call >= 0 and not self.is_called(frame))
            frame = frame.caller
            if frame.scope == 0 and frame.module is not event.entry.module:
                return handed
        return False

    def _unset(self, value: Value, frame: Frame) -> Origin | None:
        """The declaration of a command-line option that has no default, when the value is that option."""
        option = self._option(value, frame)
        if option is None:
            return self._of_annotated(value, frame)
        call = self.link.folder.program.call(*option)
        given = dict(call.kwargs)
        default, required = given.get("default", NONE), given.get("required")
        named = call.args[:1]
        positional = bool(named) and named[0][0] == "const" and not str(named[0][1]).startswith("-")
        if default != NONE or positional or "action" in given or required not in (None, ("const", False)):
            return None
        return Origin("unset", option)

    def _of_annotated(self, value: Value, frame: Frame) -> Origin | None:
        """The parameter of a command whose default declares an option without a value: `seed: int = Option(None)`."""
        owner = self._owner(value, frame)
        for param in owner.module.code.scopes[owner.scope].params if owner is not None else ():
            if owner is None or param.name != value[2] or param.default is None or param.default[0] != "call":
                continue
            call, home = owner.module.code.calls[param.default[1]], self.link.folder.module_frame(owner.module)
            entry = self.link.folder.entry_of(call, home)[1]
            told = entry.get("declares_default")
            given = self.link.folder.argument(call, entry, told.get("value"), home) if told else None
            if given == NONE:
                return Origin("unset", None, (owner.module.path, call.where))
        return None

    def _owner(self, value: Value, frame: Frame) -> Frame | None:
        """The frame whose parameter a value is, where its caller passes nothing."""
        owner: Frame | None = frame if value[0] == "param" else None
        while owner is not None and (owner.scope != value[1] or owner.module is not frame.module):
            owner = owner.caller
        return owner

    def _decorated(self, value: Value, frame: Frame) -> tuple[str, int] | None:
        """The decorator that declares a parameter, or a key of what `**options` takes up, to be an option."""
        if value[0] == "item" and value[1][0] == "param" and value[2][0] == "const":
            value = ("param", value[1][1], value[2][1])
        owner = self._owner(value, frame)
        scope = owner.module.code.scopes[owner.scope] if owner is not None else None
        for decorator in scope.decorators if scope is not None else ():
            if owner is not None and decorator[0] == "call":
                call, home = owner.module.code.calls[decorator[1]], self.link.folder.module_frame(owner.module)
                names = [str(arg[1]).lstrip("-").replace("-", "_") for arg in call.args if arg[0] == "const"]
                if value[2] in names and self.link.folder.entry_of(call, home)[1].get("declares_option"):
                    return owner.module.path, decorator[1]
        return None

    def _option(self, value: Value, frame: Frame) -> tuple[str, int] | None:
        """The call that declares a command-line option, when a value is that option and no code sets it itself."""
        if value[0] != "attr":
            return self._decorated(value, frame)
        base = self.link.folder.fold(value[1], frame)
        if base[0] != "options":
            return None
        number, module = self.link.folder.declared_option(base[1], value[2]), self.link.folder.program.module(base[1])
        if number is None or module is None or self._stored(module, value[2]) or self._stored(frame.module, value[2]):
            return None
        return base[1], number

    def _stored(self, module: Module, name: str) -> bool:
        """Whether some code sets an attribute of that name itself."""
        return any(op[0] == "a" and op[2] == name for scope in module.code.scopes for op in scope.ops)

    def moving(self, value: Value, frame: Frame, depth: int) -> Origin | None:
        """The clock or draw that a value is computed from, when there is no other way to it; None for all else."""
        tag = value[0]
        if depth > _DEEPEST:
            return None
        if tag == "call":
            return self._of_call(value[1], frame, depth)
        if tag == "bin":
            return self.moving(value[2], frame, depth + 1) or self.moving(value[3], frame, depth + 1)
        if tag in ("attr", "item"):
            return self.moving(value[1], frame, depth + 1) if value[1][0] in ("call", "bin", "attr", "item") else None
        if tag in ("list", "tuple"):
            return next((found for one in value[1] if (found := self.moving(one, frame, depth + 1))), None)
        if tag == "either":
            both = [self.moving(one, frame, depth + 1) for one in value[1:]]
            return both[0] if all(both) else None
        return self._of_name(value, frame, depth)

    def _of_name(self, value: Value, frame: Frame, depth: int) -> Origin | None:
        bound = self._binding(value, frame)
        return self.moving(bound[0], bound[1], depth + 1) if bound is not None else None

    def _of_call(self, number: int, frame: Frame, depth: int) -> Origin | None:
        folder = self.link.folder
        call = frame.module.code.calls[number]
        _, entry = folder.entry_of(call, frame)
        here = (frame.module.path, number)
        if entry.get("clock") or entry.get("gives_unique"):
            return Origin("clock", here)
        if entry.get("gives_state"):
            return Origin("restored", here)
        if entry.get("draws"):
            return Origin("random", here) if not entry["draws"].get("seed") else None
        callee = folder.callee(call, frame)
        if callee[0] == "func":
            return self._of_result(callee, number, frame, depth)
        if callee[0] not in ("ext", "hole") or "makes" in entry:
            return None
        if call.func[0] == "attr" and call.func[1][0] in ("call", "bin", "attr") and not call.args:
            return self.moving(call.func[1], frame, depth + 1)  # datetime.now().timestamp()
        found = [self.moving(arg, frame, depth + 1) for arg in call.args]
        return next((one for one in found if one is not None and one.kind in _MOVING), None)

    def _of_result(self, callee: Value, number: int, frame: Frame, depth: int) -> Origin | None:
        """The origin of what a function of the program returns, when all its returns agree."""
        folder = self.link.folder
        module = folder.program.module(callee[1])
        if module is None or frame.depth > 10 or frame.holds(callee[1], callee[2]):
            return None
        inner = folder.bind(module, callee[2], frame.module.code.calls[number], number, frame, callee[3])
        found = [self.moving(op[1], inner, depth + 1) for op in module.code.scopes[callee[2]].ops if op[0] == "r"]
        return found[0] if found and all(found) else None

    # ---- generator objects -------------------------------------------------------------------------------------------
    def maker(self, instance: Value) -> tuple[Entry, Value] | None:
        """What is known of the call that made a generator object, and the object whose making it was."""
        if not isinstance(instance[1], str) or instance[3] < 0 or instance[4] is None:
            return None
        call = self.link.folder.program.call(instance[2], instance[3])
        _, entry = self.link.folder.entry_of(call, instance[4])
        return (entry, instance) if entry.get("makes") else None

    def of_instance(self, instance: Value) -> Origin:
        """How a generator object was made; `constant` stands for any seed that was given."""
        made = self.maker(instance)
        if made is None:
            return _UNKNOWN
        entry, call = made[0], self.link.folder.program.call(instance[2], instance[3])
        names = entry["makes"].get("seed")
        for one in [names] if isinstance(names, str) else names or ():
            value = self.link.folder.argument(call, entry, one, instance[4])
            if value is not None:
                folded = self.link.folder.fold(value, instance[4])
                folded = folded[1] if folded[0] == "part" else folded
                if folded[0] == "inst" and folded is not instance and self.maker(folded) is not None:
                    return self.of_instance(folded)
                origin = self.of(value, instance[4])
                return origin if origin.kind in ("null", "unset", *_MOVING) else Origin("constant")
        return _UNKNOWN if self.link.folder.may_be_given(call, instance[4]) else Origin("null")
