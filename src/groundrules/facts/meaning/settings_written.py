"""Literals as code writes them, and what they have to do with what a configuration holds."""

from __future__ import annotations

from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.program import Module
from groundrules.facts.raw import ConfigKey

_WORDS = ("cfg", "config", "conf", "param", "setting", "hparam")
_MECHANICAL = (
    "job",
    "worker",
    "verbos",
    "thread",
    "device",
    "log",
    "print",
    "gpu",
    "cpu",
    "timeout",
    "retries",
    "port",
    "seconds",
    "minutes",
    "hours",
    "days",
)


def called(module: Module, call: Call) -> str:
    """The last name of what a call calls, or of the call that made it."""
    func = call.func
    while func[0] == "call":
        func = module.code.calls[func[1]].func
    return str(func[-1]).rpartition(".")[2]


def outermost(path: str) -> str:
    """The folder of the repository in which a file lies, or '' for one that lies in none."""
    return path.partition("/")[0] if "/" in path else ""


def is_scalar(value: Value, row: ConfigKey) -> bool:
    """Whether a literal and a key both hold one number, one text or one truth."""
    if value[0] != "const" or value[1] is None:
        return False
    kind = "bool" if isinstance(value[1], bool) else "text" if isinstance(value[1], str) else "number"
    return kind == row.kind


def is_literal(value: Value) -> bool:
    """Whether a value is written out: a scalar, or a list of them."""
    return value[0] == "const" or (value[0] == "list" and all(one[0] == "const" for one in value[1]))


def is_mechanical(name: str) -> bool:
    """Whether a parameter has no bearing on results: how many processes, how much is printed."""
    return any(word in name.lower() for word in _MECHANICAL)


def is_number(value: Value) -> bool:
    """Whether a value is a number as a literal."""
    return value[0] == "const" and type(value[1]) in (int, float)


def same_number(text: str, number: float) -> bool:
    """Whether a configuration's text means the number."""
    try:
        return float(text) == float(number)
    except ValueError:
        return False


def plain(name: str) -> str:
    """A name without case and underscores."""
    return name.replace("_", "").replace("-", "").lower()


def spelled_key(value: Value) -> str | None:
    """How code spells an attribute or key of something that is named like a configuration; None for anything else."""
    steps: list[str] = []
    while value[0] in ("attr", "item"):
        if value[0] == "item" and value[2][0] != "const":
            return None
        steps.append(str(value[2] if value[0] == "attr" else value[2][1]))
        value = value[1]
    if value[0] in ("param", "name"):
        steps.append(str(value[-1]))
    steps.reverse()
    if len(steps) < 2 or not any(word in step.lower() for step in steps[:-1] for word in _WORDS):
        return None
    return ".".join(steps)


def shown(value: Value) -> str:
    """A literal as code has it."""
    if value[0] == "const":
        return repr(value[1])
    return "[" + ", ".join(shown(one) for one in value[1]) + "]" if value[0] in ("list", "tuple") else "…"
