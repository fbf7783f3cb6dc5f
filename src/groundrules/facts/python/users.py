"""Where a call's result goes inside its file: read backwards from the values that hold it."""

from __future__ import annotations

from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.typed import Any

Use = tuple[str, int, Any]
_DEEPEST = 10


def users_of(module: Module, number: int) -> list[Use]:
    """The uses of a call's result: (kind, number, what).

    Kinds: call (argument of call `number`; what is the parameter's name or position), method (receiver of call `number`),
    key (value of a dict key or subscript `what`), attribute, return (of scope `number`), test, other.
    """
    if module.users is None:
        module.users = {}
        _collect(module, module.users)
    return module.users.get(number, [])


def _collect(module: Module, users: dict[int, list[Use]]) -> None:
    def note(value: Value, use: Use, depth: int = 0) -> None:
        tag = value[0]
        if tag == "call":
            users.setdefault(value[1], []).append(use)
            return
        if tag in ("const", "name", "param", "ext", "local", "?") or depth > _DEEPEST:
            return
        if tag == "dict":
            for key, item in value[1]:
                named = key[1] if key is not None and key[0] == "const" else None
                note(item, ("key", use[1], named) if named is not None else use, depth + 1)
                if key is not None:
                    note(key, use, depth + 1)
            return
        for part in value[1:]:
            if isinstance(part, tuple) and part:
                if isinstance(part[0], str) and (len(part) > 1 or part == ("?",)):
                    note(part, use, depth + 1)
                else:
                    for one in part:
                        if isinstance(one, tuple) and one and isinstance(one[0], str):
                            note(one, use, depth + 1)

    for number, call in enumerate(module.code.calls):
        if call.func[0] == "attr":
            note(call.func[1], ("method", number, call.func[2]))
        for index, arg in enumerate(call.args):
            note(arg, ("call", number, index))
        for name, value in call.kwargs:
            note(value, ("call", number, name))
    for index, scope in enumerate(module.code.scopes):
        for op in scope.ops:
            if op[0] == "r":
                note(op[1], ("return", index, None))
            elif op[0] == "s":
                note(op[3], ("key", index, op[2][1] if op[2][0] == "const" else None))
                note(op[2], ("key-of", index, None))
            elif op[0] == "a":
                note(op[3], ("attribute", index, op[2]))
            elif op[0] == "u":
                note(op[1], ("other", index, None))
            elif op[0] == "=":
                if scope.kind == "class" or index == 0:
                    note(op[2], ("bound", index, op[1]))
    for index, context in enumerate(module.code.contexts):
        if context.kind in ("if", "while"):
            note(context.value, ("test", index, None))
