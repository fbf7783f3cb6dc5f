"""What a set holds: numbers, which keep one order, texts, which do so in one process, or nobody knows what."""

from __future__ import annotations

from groundrules.facts.python.ir import Call, Value, parts_of
from groundrules.facts.python.program import Module

_TEXTS = frozenset({
    "split", "splitlines", "lower", "upper", "strip", "str", "join", "read", "readlines", "basename", "splitext",
})  # fmt: skip
_DEEPEST = 6


def elements(module: Module, call: Call) -> str:
    """numbers | texts | set: what a call makes a set of, the last when that cannot be told."""
    if not call.args:
        return "set"
    if _numbers(module, call.args[0]):
        return "numbers"
    return "texts" if _texts(module, call.args[0], 0) else "set"


def _numbers(module: Module, value: Value) -> bool:
    """Whether a value holds whole numbers and nothing else."""
    if value[0] == "call":
        call = module.code.calls[value[1]]
        return call.func == ("name", "range") or (call.func == ("name", "list") and _numbers(module, call.args[0]))
    if value[0] in ("list", "tuple", "set"):
        return bool(value[1]) and all(one[0] == "const" and isinstance(one[1], int) for one in value[1])
    return False


def _texts(module: Module, value: Value, depth: int) -> bool:
    """Whether a call that gives texts, or a text, is a part of a value."""
    if depth > _DEEPEST:
        return False
    if value[0] in ("fmt", "const"):
        return value[0] == "fmt" or isinstance(value[1], str)
    if value[0] == "call":
        call = module.code.calls[value[1]]
        name = str(call.func[-1]).rpartition(".")[2]
        receiver = (call.func[1],) if call.func[0] == "attr" else ()
        return name in _TEXTS or any(_texts(module, one, depth + 1) for one in (*call.args, *receiver))
    if value[0] == "item":
        return _texts(module, value[1], depth + 1)
    return any(_texts(module, one, depth + 1) for one in parts_of(value))
