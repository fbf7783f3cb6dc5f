"""Whether what is drawn only becomes a pause, a message, a header or something to look at."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value, parts_of
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import users_of
from groundrules.typed import Any

STANDS_IN = (
    "dummy",
    "warm",
    "placeholder",
    "boundary",
    "user_agent",
    "proxy",
    "api_key",
    "auth_token",
    "access_token",
)
LOOKS = ("plot", "show", "view", "display", "visual", "draw_", "inspect", "preview", "peek", "check_")
MAKES = ("_plot", "_figure", "_histogram", "_animation")
NUMBERS = ("sample", "noise", "shuffle")  # what is drawn is numbers or rows, and neither a model nor a choice of one
CONSEQUENCES = ("outcome", "writes", "tracks", "runs_sql")
_RESULTS = (*CONSEQUENCES, "draws", "makes", "step", "validates", "measures", "splits", "trains", "learns")
_IDLE_KEYS = (
    "header", "content-type", "agent", "proxy", "proxies", "name", "path", "color", "colour", "backoff", "delay",
    "jitter", "sleep",
)  # fmt: skip
_NAMED = ("run_name", "run_id", "filename", "file_name", "job_name", "session_id", "experiment_name")
_ACCESS = ("_token", "auth", "api_key", "proxy", "proxies", "user_agent", "headers")
_PASSING = ("split", "predict", "transform")  # steps that make other rows of the rows that they are given
FURTHEST = 8


class Idle:
    """Follows what is drawn to what becomes of it."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.followed: set[int] = set()  # the calls whose results were followed for one draw
        self.given = False  # whether a function gave back what is followed
        self.notebook = False  # whether the draw that is looked at is one of a notebook
        self._changes: dict[str, set[int]] = {}

    def idle(self, module: Module, number: int, frame: Frame, shown: bool, depth: int) -> bool:
        """Whether a call's result only goes to pauses, messages, headers and pictures, at any remove."""
        if depth == 0:
            self.followed = set()
        elif number in self.followed:
            return True  # what becomes of it is asked already, and one use that counts is enough
        self.followed.add(number)
        uses = users_of(module, number)
        if not uses or depth > FURTHEST:
            return False
        if all(kind == "bound" for kind, _, _ in uses):
            unread = self.notebook and depth > 0
            return all(idle_name(where) or (unread and not read_inside(module, where)) for _, _, where in uses)
        return all(
            self._only_seen_there(module, number, use[1], frame, depth)
            if self.notebook and use[0] == "key" and use[2] is None
            else self._idle_use(use, module, frame, shown, depth)
            for use in uses
        )

    def _only_seen_there(self, module: Module, number: int, scope: int, frame: Frame, depth: int) -> bool:
        """Whether an array of the same scope, whose places drawn numbers fill, only becomes a picture."""
        for op in module.code.scopes[scope].ops:
            if op[0] == "s" and holds_call(op[3], number, 0):
                return op[1][0] == "call" and self._only_seen(module, op[1][1], frame, depth)
        return False

    def _only_seen(self, module: Module, number: int, frame: Frame, depth: int) -> bool:
        """Whether a call's result only becomes a picture: what is worked out is a result where a cell shows it."""
        given, self.given = self.given, True
        found = bool(users_of(module, number)) and self.idle(module, number, frame, True, depth + 1)
        self.given = given
        return found

    def _idle_use(self, use: tuple[str, int, Any], module: Module, frame: Frame, shown: bool, depth: int) -> bool:
        kind, number, where = use
        if kind in ("keyword", "key"):
            return any(word in str(where).lower() for word in _IDLE_KEYS)
        if kind == "other":
            return (
                shown and not self.given
            )  # the last expression of a cell, or a test whose branch is looked at by itself
        if kind == "return":
            return self._given_back(number, frame, depth)
        if kind == "test":
            return self._decides_nothing(module, number, frame)
        if kind == "bound":
            return idle_name(where) or (shown and not read_inside(module, where))
        if kind == "call" and isinstance(where, str) and where.lower().endswith((*_ACCESS, *_NAMED)):
            return True
        return kind in ("call", "method") and self._idle_call(use, module, frame, shown, depth)

    def _idle_call(self, use: tuple[str, int, Any], module: Module, frame: Frame, shown: bool, depth: int) -> bool:
        """Whether a call that a drawn value goes to, or a method of it, is of no consequence."""
        kind, number, _ = use
        call = module.code.calls[number]
        _, entry = self.link.folder.entry_of(call, frame)
        if entry.get("sleeps") or entry.get("waits"):
            return True
        if entry.get("plots") or (kind == "call" and named_to_look(_called(module, call))):
            return self.notebook
        if entry.get("logs") or entry.get("displays") or entry.get("outcome") in ("picture", "view"):
            return shown and not self.given
        if any(role in entry for role in _RESULTS) and not (self.notebook and _passes(entry)):
            return False
        if not users_of(module, number):
            pure = "frame" in entry or "returns" in entry or call.func[0] == "call" or kind == "method"
            return self.notebook and not self.given and (pure or self._of_library(call))  # a cell shows it
        return self.idle(module, number, frame, shown, depth + 1)

    def _given_back(self, scope: int, frame: Frame, depth: int) -> bool:
        """Whether what a function of a notebook gives back only becomes a picture where it is called."""
        caller = frame.caller
        if not self.notebook or frame.scope != scope or caller is None or frame.call < 0:
            return False
        return self._only_seen(caller.module, frame.call, caller, depth)

    def _of_library(self, call: Call) -> bool:
        """Whether a function belongs to a library of which other functions are known."""
        return call.func[0] == "ext" and call.func[1].partition(".")[0] in self.link.knowledge.roots

    def _decides_nothing(self, module: Module, number: int, frame: Frame) -> bool:
        """Whether a test only decides that something fails, or what is shown."""
        contexts = module.code.contexts
        inside = {one for one, context in enumerate(contexts) if context.value == contexts[number].value}
        if any(contexts[one].kind == "checked" for one in inside):
            return True
        for one, context in enumerate(contexts):
            if context.parent in inside:
                inside.add(one)
        if not self.notebook or not inside.isdisjoint(self._changing(module)):
            return False
        entries = (self.link.folder.entry_of(call, frame)[1] for call in module.code.calls if call.context in inside)
        return all(entry.get("logs") or entry.get("displays") or entry.get("plots") for entry in entries)

    def _changing(self, module: Module) -> set[int]:
        """The contexts of a module in which something is bound or stored."""
        found = self._changes.get(module.path)
        if found is None:
            ops = (op for scope in module.code.scopes for op in scope.ops)
            found = self._changes[module.path] = {op[-1] for op in ops if op[0] in ("=", "s", "a", "+")}
        return found


def holds_call(value: Value, number: int, depth: int) -> bool:
    """Whether a call's result is a part of a value."""
    if value == ("call", number):
        return True
    if depth > FURTHEST or value[0] in ("const", "name", "ext", "param", "local", "call"):
        return False
    return any(holds_call(one, number, depth + 1) for one in parts_of(value))


def named_to_look(name: str) -> bool:
    """Whether a function's name says that it shows something: that is what it begins with, or makes."""
    return name.startswith(LOOKS) or name.lower().endswith(MAKES)


def _called(module: Module, call: Call) -> str:
    """The bare name of what is called."""
    if call.func[0] == "local":
        return module.code.scopes[call.func[1]].name
    return str(call.func[-1]).rpartition(".")[2]


def _passes(entry: Entry) -> bool:
    """Whether a call that draws or is a step only makes other rows or numbers of those that it is given."""
    roles = [role for role in _RESULTS if role in entry]
    draws, step = entry.get("draws") or {}, entry.get("step") or {}
    drawn = isinstance(draws, dict) and draws.get("purpose") in NUMBERS and not draws.get("in_place")
    return all((role == "draws" and drawn) or (role == "step" and step.get("does") in _PASSING) for role in roles)


def idle_name(name: Any) -> bool:
    """Whether a name says that what it holds only lets somebody in, or stands in for something."""
    return str(name).lower().endswith(("token", *STANDS_IN))


def stands_in(name: str) -> bool:
    """Whether a name says that what it holds stands in for something, or only shows that something works."""
    return name == "check" or name.startswith("check_") or any(word in name for word in STANDS_IN)


def read_inside(module: Module, name: Any) -> bool:
    """Whether a function or class of the file reads a name of the module."""
    for scope in module.code.scopes[1:]:
        own = {param.name for param in scope.params} | {op[1] for op in scope.ops if op[0] == "="}
        if name in scope.loads and name not in own:
            return True
    return False
