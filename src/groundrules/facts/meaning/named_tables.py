"""The table or collection that a write goes to, where no argument spells it: `db["sales"].insert_many(rows)`."""

from __future__ import annotations

from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module

_TABLE = "__tablename__"  # the attribute by which a class of an object-relational mapper names its table
_ASKS = frozenset({"query", "select", "get", "exists", "scalars"})
_DEEPEST = 6
_SPELLED = frozenset({"const", "param", "fmt", "either"})


def named(event: Event, told: Entry, value: Value | None) -> Value | None:
    """What names the target: the last part of the receiver, or the class or table object that is given."""
    if told.get("named_in") == "receiver":
        value = event.call.func[1] if event.call.func[0] == "attr" else None
    return _of(event.module, value, event.call.scope, 0) if value is not None else None


def undone(event: Event, told: Entry) -> bool:
    """Whether the function goes on to say what becomes of rows that are there already."""
    names = told.get("undone_by") or ()
    return any(
        call.scope == event.call.scope and call.func[0] == "attr" and call.func[2] in names
        for call in (event.module.code.calls if names else ())
    )


def looked(event: Event, told: Entry, value: Value | None) -> bool:
    """Whether the function asks the class whose objects it adds, or what it adds to, what is there already."""
    if told.get("looked_at_by") and event.call.func[0] == "attr":
        return any(
            call.scope == event.call.scope
            and call.func[0] == "attr"
            and call.func[2] in told["looked_at_by"]
            and call.func[1] == event.call.func[1]
            for call in event.module.code.calls
        )
    kind = _class_of(event.module, value, 0) if told.get("named_in") == "argument" and value is not None else None
    return kind is not None and any(
        call.scope == event.call.scope and call.func[-1] in _ASKS and kind in call.args
        for call in event.module.code.calls
    )


def _class_of(module: Module, value: Value, depth: int) -> Value | None:
    """The class of the objects in a value."""
    if value[0] in ("local", "ext", "name"):
        return value
    if depth > _DEEPEST:
        return None
    if value[0] in ("list", "tuple") and value[1]:
        return _class_of(module, value[1][0], depth + 1)
    if value[0] == "call":
        return _class_of(module, module.code.calls[value[1]].func, depth + 1)
    return _class_of(module, value[1], depth + 1) if value[0] in ("comp", "elem") else None


def _of(module: Module, value: Value, scope: int, depth: int) -> Value | None:
    tag = value[0]
    if tag in _SPELLED or depth > _DEEPEST:
        return value if tag in _SPELLED and value != ("const", None) else None
    if tag == "item":
        return _of(module, value[2], scope, depth + 1)
    if tag == "attr":
        return _attribute(module, value, scope, depth)
    if tag == "local":
        made = module.code.scopes[value[1]]
        return made.env.get(_TABLE, ("const", made.name)) if made.kind == "class" else None
    if tag == "name":
        kept = module.env.get(value[1])
        return _of(module, kept, scope, depth + 1) if kept is not None and kept != value else ("const", value[1])
    if tag == "ext":
        return ("const", str(value[1]).rpartition(".")[2])
    if tag in ("comp", "enter", "elem"):
        return _of(module, value[1], scope, depth + 1)
    if tag in ("list", "tuple"):
        return _of(module, value[1][0], scope, depth + 1) if value[1] else None
    return _made(module, value[1], scope, depth) if tag == "call" else None


def _made(module: Module, number: int, scope: int, depth: int) -> Value | None:
    """What a call names by its first argument: `get_collection("sales")`; else the class that it makes an object of."""
    call = module.code.calls[number]
    if call.args and call.args[0][0] in _SPELLED:
        return call.args[0]
    return _of(module, call.func, scope, depth + 1) if call.func[0] in ("local", "ext", "name") else None


def _attribute(module: Module, value: Value, scope: int, depth: int) -> Value | None:
    """The name of an attribute, or what the class of the method keeps under it."""
    if value[1][0] == "param":
        owner = module.code.scopes[scope].parent
        kept = module.code.scopes[owner].attributes.get(value[2]) if owner > 0 else None
        return _of(module, kept, scope, depth + 1) if kept is not None and kept[0] in ("item", "call", "attr") else None
    return ("const", value[2])
