"""Whether something is only done where a look at what was kept before has found a difference."""

from __future__ import annotations

from groundrules.facts.meaning.pipelines_paths import within
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Call, Value, parts_of
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words

_SUMS = words("digest hash checksum md5 sha sha1 sha256 filecmp cmp")
_CHANGED = words("changed change changes differs differ different diff identical")
_DEEPEST = 6


def only_if_other(event: Event) -> bool:
    """Whether what is made of an event is only used where contents are other than those of before."""
    number, frame = event.number, event.frame
    while True:
        calls = [call for call in frame.module.code.calls if call.scope == frame.scope]
        if any(_uses(call, ("call", number)) and _compared(frame.module, call) for call in calls):
            return True
        if frame.caller is None or frame.call < 0:
            return False
        number, frame = frame.call, frame.caller


def _uses(call: Call, value: Value) -> bool:
    """Whether a call is given a value, or is a method of it."""
    given = (call.func, *call.args, *(one for _, one in call.kwargs))
    return any(within(value, one) for one in given)


def _compared(module: Module, call: Call) -> bool:
    """Whether a call stands behind a test of contents."""
    tests = (value for kind, value in contexts_of(module, call.context) if kind in ("if", "else"))
    return any(compares(module, test) for test in tests)


def compares(module: Module, test: Value, depth: int = 0) -> bool:
    """Whether a test asks whether contents are other than those of before."""
    if depth > _DEEPEST or not test:
        return False
    if test[0] == "call":
        call = module.code.calls[test[1]]
        func = call.func
        name = module.code.scopes[func[1]].name if func[0] == "local" else str(func[-1])
        told = frozenset(words_of(name.rpartition(".")[2]))
        return bool(told & _SUMS or told & _CHANGED or {"new", "data"} <= told)
    return any(compares(module, one, depth + 1) for one in parts_of(test))
