"""Small questions about values that hold paths."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.ownership import ROOT
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.typed import Any


def takes_more(event: Event) -> bool:
    """Whether a call gives more than the known function takes, so that it is another one of the same name."""
    order = event.known.get("parameters")
    if order is None or event.call.func[0] != "attr" or not event.name.endswith("replace"):
        return False
    return len(event.call.args) > max(len(order), 1)


def opens_for_writing(link: Link, event: Event) -> bool:
    """Whether an event opens a file that is written."""
    told = event.known.get("reads") or {}
    if not told.get("handle") or not told.get("mode"):
        return False
    folded = link.folded(event, told["mode"])
    return folded is not None and folded[0] == "const" and str(folded[1])[:1] in ("w", "a", "x")


def is_receiver(value: Value, frame: Frame) -> bool:
    """Whether a parameter is a method's own object."""
    scope = frame.module.code.scopes[value[1]]
    owned = scope.parent > 0 and frame.module.code.scopes[scope.parent].kind == "class"
    return owned and bool(scope.params) and scope.params[0].name == value[2]


def bare(value: Value) -> Value:
    """A value without what only takes a part of it."""
    while value[0] in ("enter", "elem", "unpack", "item", "star"):
        value = value[1]
    return value


def by_name(value: Value) -> bool:
    """Whether a value is taken out of something by a key that is a text."""
    while value[0] in ("enter", "elem", "unpack", "item", "star"):
        if value[0] == "item" and value[2][0] == "const" and isinstance(value[2][1], str):
            return True
        value = value[1]
    return False


def nests(part: tuple[Any, ...]) -> bool:
    """Whether a tuple holds values instead of being one."""
    return bool(part) and not isinstance(part[0], str)


def within(part: Value, whole: Any) -> bool:
    """Whether a value is a part of another."""
    if part == whole:
        return True
    return isinstance(whole, tuple) and any(within(part, one) for one in whole if isinstance(one, tuple))


def shown(texts: list[str]) -> str | None:
    """How a path is told."""
    return texts[0].replace(ROOT, "") if texts else None


def _returned(link: Link, frame: Frame, call: Call, role: str, depth: int) -> bool:
    """Whether a function of the program that is called returns what is made from the result of a call with a role."""
    callee = link.folder.callee(call, frame)
    module = link.folder.program.module(callee[1]) if callee[0] == "func" else None
    if module is None:
        return False
    within = Frame(module, callee[2])
    ops = module.code.scopes[callee[2]].ops
    return any(op[0] == "r" and gives(link, within, op[1], role, depth + 3) for op in ops)


def gives(link: Link, frame: Frame, value: Any, role: str, depth: int = 0) -> bool:
    """Whether a value is made from the result of a call with a role."""
    if depth > 9 or not isinstance(value, tuple) or not value:
        return False
    if value[0] == "call":
        call = frame.module.code.calls[value[1]]
        _, entry = link.folder.entry_of(call, frame)
        inner = [call.func[1], *call.args] if call.func[0] == "attr" else call.args
        return (
            bool(entry.get(role))
            or any(gives(link, frame, one, role, depth + 1) for one in inner)
            or _returned(link, frame, call, role, depth)
        )
    if value[0] == "param" and frame.scope == value[1] and value[2] in frame.bound:
        bound, caller = frame.bound[value[2]]
        return gives(link, caller, bound, role, depth + 1)
    if value[0] == "name":
        named = frame.module.env.get(value[1])
        return named is not None and named != value and gives(link, frame, named, role, depth + 1)
    parts = [part for part in value[1:] if isinstance(part, tuple)]
    inner = [one for part in parts for one in (part if nests(part) else (part,))]
    return any(gives(link, frame, one, role, depth + 1) for one in inner)
