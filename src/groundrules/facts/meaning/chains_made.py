"""What a call is given to write may say itself how it is written: a resource that replaces or merges its table."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import EMPTY, Entry
from groundrules.facts.python.program import Module

_DEEPEST = 4
_NONE: frozenset[str] = frozenset()


def mode(link: Link, event: Event, told: Entry) -> str | None:
    """How the tables are written that the call is given: append | replace | unknown; None for plain rows."""
    value = link.given(event, told["mode_of"])
    found = _of(link, event.module, event.call.scope, value, 0) if value is not None else _NONE
    if found & {"unknown"} or _is_changed(link, event, value):
        return "unknown"
    if not found and link.given(event, told.get("target")) is None and not _is_rows(value):
        return "unknown"
    return "append" if "append" in found else "replace" if found else None


def _is_rows(value: Value | None) -> bool:
    """Whether rows are spelled out where they are written."""
    return value is not None and value[0] in ("list", "tuple") and any(one[0] == "dict" for one in value[1])


def _is_changed(link: Link, event: Event, value: Value | None) -> bool:
    """Whether the function tells what is written something more: an order of this kind has no value to be told apart
    by."""
    return value is not None and any(
        call.scope == event.call.scope
        and call.func[0] == "attr"
        and bool((link.knowledge.method(call.func[2]) or EMPTY).get("sets_mode"))
        for call in event.module.code.calls
    )


def _of(link: Link, module: Module, scope: int, value: Value, depth: int) -> frozenset[str]:
    """The modes of everything that a value is made of."""
    if depth > _DEEPEST:
        return _NONE
    if value[0] in ("list", "tuple"):
        return _NONE.union(*(_of(link, module, scope, one, depth + 1) for one in value[1]))
    if value[0] != "call":
        return _NONE
    call = module.code.calls[value[1]]
    frame = _frame(link, module, scope)
    name, entry = link.folder.entry_of(call, frame)
    if entry.get("sets_mode"):
        return frozenset((said(link, call, entry, frame),))
    callee = link.folder.callee(call, frame)
    if callee[0] == "func":
        return _made_by(link, callee[1], callee[2], depth + 1)
    if not name and call.func[0] in ("attr", "call"):
        return _of(link, module, scope, call.func[1] if call.func[0] == "attr" else call.func, depth + 1)
    return _NONE


def _frame(link: Link, module: Module, scope: int) -> Frame:
    return link.folder.module_frame(module) if scope == 0 else Frame(module, scope)


def _made_by(link: Link, path: str, number: int, depth: int) -> frozenset[str]:
    """The modes of what a function makes: of itself, where a decorator says so, else of the functions in it, and of
    what it calls."""
    module = link.folder.program.module(path)
    if module is None or depth > _DEEPEST:
        return _NONE
    own = _decorated(link, module, number)
    if own is not None:
        return frozenset((own,))
    inner = [one for one, scope in enumerate(module.code.scopes) if scope.parent == number]
    found = {mode for one in inner if (mode := _decorated(link, module, one)) is not None}
    for index, call in enumerate(module.code.calls):
        if call.scope == number:
            found |= _of(link, module, number, ("call", index), depth + 1)
    return frozenset(found)


def _decorated(link: Link, module: Module, number: int) -> str | None:
    """The mode that a decorator of a function sets; unknown where a parameter keeps the place that it has reached."""
    scope = module.code.scopes[number]
    frame = link.folder.module_frame(module)
    for decorator in scope.decorators:
        call = module.code.calls[decorator[1]] if decorator[0] == "call" else None
        folded = link.folder.fold(call.func if call is not None else decorator, frame)
        entry = (link.knowledge.of(folded[1]) if folded[0] == "ext" else None) or EMPTY
        if entry.get("sets_mode"):
            return "unknown" if _keeps_place(link, module, number) else said(link, call, entry, frame)
    return None


def _keeps_place(link: Link, module: Module, number: int) -> bool:
    """Whether a default of a parameter remembers what was loaded before, so that nothing is loaded twice."""
    frame = link.folder.module_frame(module)
    defaults = [param.default for param in module.code.scopes[number].params if param.default is not None]
    made = [module.code.calls[one[1]] for one in defaults if one[0] == "call"]
    return any(link.folder.entry_of(one, frame)[1].get("keeps_place") for one in made)


def said(link: Link, call: Call | None, entry: Entry, frame: Frame) -> str:
    """The mode that a call sets, or the one that it leaves."""
    told = entry["sets_mode"]
    value = link.folder.argument(call, entry, told.get("value"), frame) if call is not None else None
    if value is None:
        return str(told.get("default", "unknown"))
    folded = link.folder.fold(value, frame)
    text = str(folded[1]).lower() if folded[0] == "const" else None
    known = (("append", told.get("append_when")), ("replace", told.get("replace_when")))
    return next((name for name, values in known if text in (values or ())), "unknown")
