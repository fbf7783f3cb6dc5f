"""Whether something is only done where a look at what was kept before has found a difference."""

from __future__ import annotations

from groundrules.facts.meaning.pipelines_clearing import steps
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words

_SUMS = words("digest hash checksum md5 sha sha1 sha256 filecmp cmp")
_CHANGED = words("changed change changes differs differ different diff identical")
_DEEPEST = 6


def only_if_other(event: Event) -> bool:
    """Whether a function that leads to an event goes on only where contents are other than those of before."""
    for frame, _ in steps(event):
        contexts = {call.context for call in frame.module.code.calls if call.scope == frame.scope}
        for context in contexts:
            tests = (value for kind, value in contexts_of(frame.module, context) if kind in ("if", "else"))
            if any(compares(frame.module, test) for test in tests):
                return True
    return False


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
    parts = [part for part in test[1:] if isinstance(part, tuple) and part]
    inner = [one for part in parts for one in ((part,) if isinstance(part[0], str) else part)]
    return any(isinstance(one, tuple) and compares(module, one, depth + 1) for one in inner)
