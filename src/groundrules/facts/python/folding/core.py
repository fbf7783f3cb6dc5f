"""The heart of folding: one value in one frame, each only once."""

from __future__ import annotations

from groundrules.facts.python.folding.frames import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.program import Module, Program
from groundrules.typed import Any, Callable, ClassVar

_DEEPEST = 40
LONGEST = 300  # items of a container
UNKNOWN_PART: Value = ("hole", "x")
_FOLDED = frozenset({"const", "inst", "func", "class", "module", "settings", "options", "hole", "part"})
_OF_MODULE = frozenset({"name", "ext", "local"})  # the same in every activation of any scope of a file


class Folding:
    """What all folding stands on: the program, the frames of its modules, the memory of what was folded."""

    handlers: ClassVar[dict[str, Callable[[Any, Value, Frame], Value]]]  # by tag; the uppermost layer fills it

    def __init__(self, program: Program) -> None:
        self.program = program
        self.knowledge = program.knowledge
        self._module_frames: dict[str, Frame] = {}
        self._class_frames: dict[tuple[str, int], Frame] = {}
        self._scope_frames: dict[tuple[str, int], Frame] = {}
        self._made: dict[tuple[str, int, Frame], Frame] = {}  # by call and its frame: the constructor's frame
        self._above: dict[str, dict[int, int]] = {}  # by file and constructor: the call of the one above
        self._options: dict[str, dict[str, int]] = {}
        self._deep = 0
        self.commands: dict[tuple[str, str], list[str]] = {}  # by script and option: paths that pipelines give to it
        self.told: Callable[[tuple[str, str]], list[str]] = lambda _: []  # the same: configurations that texts name
        self.makers: dict[tuple[str, int], list[tuple[Call, Frame]]] = {}  # by constructor: the calls that run it
        self._making = False
        self._known_makers: dict[Any, tuple[Value, Value | None]] = {}
        self._contents: dict[Any, Value | None] = {}  # by instance: the configuration that it has its attributes from
        self.settings: Any = None  # knows what configuration files hold: `value(settings)`, `configured(instance)`

    def module_frame(self, module: Module) -> Frame:
        """The frame of a module's own level."""
        frame = self._module_frames.get(module.path)
        if frame is None:
            frame = self._module_frames[module.path] = Frame(module, 0)
        return frame

    def class_frame(self, module: Module, number: int) -> Frame:
        """The frame of a class's own level. One for all that ask, so that attributes that need each other end."""
        frame = self._class_frames.get((module.path, number))
        if frame is None:
            frame = self._class_frames[module.path, number] = Frame(module, number)
        return frame

    def scope_frame(self, module: Module, number: int) -> Frame:
        """The frame of a scope of whose callers nothing is known: one for all that ask."""
        if number == 0:
            return self.module_frame(module)
        frame = self._scope_frames.get((module.path, number))
        if frame is None:
            frame = self._scope_frames[module.path, number] = Frame(module, number)
        return frame

    def owner(self, parameter: Value, frame: Frame) -> Frame | None:
        """The activation whose parameter a value is, here or further up."""
        owner: Frame | None = frame
        while owner is not None and (owner.scope != parameter[1] or owner.module is not frame.module):
            owner = owner.caller
        return owner

    def fold(self, value: Value, frame: Frame) -> Value:
        """What the value is in the frame."""
        tag = value[0]
        if tag in _FOLDED:
            return value
        memo = frame.module.memo if tag in _OF_MODULE else frame.memo
        key = id(value)
        known = memo.get(key)
        if known is not None:
            return known[1]
        if self._deep > _DEEPEST:
            return UNKNOWN_PART
        self._deep += 1
        memo[key] = (value, UNKNOWN_PART)  # cuts cycles; holding the value keeps its id from being used again
        handler = self.handlers.get(tag)
        result = handler(self, value, frame) if handler is not None else UNKNOWN_PART
        memo[key] = (value, result)
        self._deep -= 1
        return result
