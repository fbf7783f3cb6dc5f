"""What a handler does with a failure: whether it passes it on, and what takes the place of what was asked for."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import is_history, is_passing, words_of
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import NONE, UNKNOWN, Call, Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import users_of
from groundrules.facts.sql.words import words
from groundrules.typed import Any, NamedTuple

_LOGS = words(
    """print str repr format type join log debug info warning warn error exception critical exc traceback strip get
    getlogger"""
)
_UNDOES = words("rollback close disconnect quit")  # of what a step has begun; nobody is told by it
_TEXTS, _WARNS = words("str repr format type join strip get getlogger"), words("warn warning debug")
_SIGNS = ("warn", "\u26a0", "skip")
_ASIDE = words("debug info")  # what is said so is no failure to whoever wrote it
_STREAMS = frozenset({"stderr", "stdout"})
_FAILED, _STATES = words("error errors exception failed failure fail message reason"), words("status state success ok")
_FAILURES = ("Error", "Exception", "Failure")
_DEEPEST = 6


class Outcome(NamedTuple):
    """What becomes of a failure in a handler."""

    tells: bool  # it is passed on in some way: collected, sent, tried again
    says: bool  # people are told that something is wrong, in a log
    stand_in: str  # what takes the place of a result: '' (no such thing) | nothing | empty
    mild: bool  # people are only warned: whoever wrote it holds that the rest can do without


def outcome_of(link: Link, module: Module, scope: int, context: int, returns: bool) -> Outcome:
    """What a handler does, where `returns` says that it ends its function by a result."""
    inside = below(module, context)
    frame = link.folder.module_frame(module)
    calls = [call for call in module.code.calls if call.context in inside]
    said = [call for call in calls if _speaks(link, call, frame)]
    put = [op for one in module.code.scopes for op in one.ops if op[0] in "=sa+" and op[-1] in inside]
    stand_ins = [op[2] for op in put if op[0] == "=" and is_empty(module, op[2])]
    ended = result_of(module, scope, context) if returns else None
    if ended is not None and (is_empty(module, ended) or ended == NONE):
        stand_ins.append(ended)
    tells = any(op[0] != "=" or not (is_empty(module, op[2]) or _only_said(op[2], said)) for op in put)
    tells = tells or any(call not in said and not _little(link, call, frame, stand_ins, module) for call in calls)
    loud = any(not _ASIDE.intersection(words_of(str(call.func[-1]).rpartition(".")[2])) for call in said)
    warned = [_warns(call) for call in said if not _makes_text(call)]
    found = "" if not stand_ins else "nothing" if all(one == NONE for one in stand_ins) else "empty"
    return Outcome(tells, bool(said) and loud, found, bool(warned) and all(warned))


def below(module: Module, context: int) -> set[int]:
    """A context and all that stand inside of it."""
    inside = {context}
    for number, one in enumerate(module.code.contexts):
        if number and one.parent in inside:
            inside.add(number)
    return inside


def result_of(module: Module, scope: int, context: int) -> Value | None:
    """The result by which a handler ends its function."""
    line = module.code.contexts[context].value[2][1]
    ends = [op for op in module.code.scopes[scope].ops if op[0] == "r" and op[2][1] > line]
    first = min(ends, key=lambda op: int(op[2][1]), default=None)
    return first[1] if first is not None else None


def is_empty(module: Module, value: Value, depth: int = 0) -> bool:
    """Whether a value holds nothing: an empty text or list, False, a table without rows, several of them."""
    if value[0] == "const":
        return value[1] is None or value[1] is False or value[1] == ""
    if value[0] == "dict":
        return all(_tells_failure(key, one) for key, one in value[1])
    if value[0] in ("list", "tuple", "set"):
        return depth < _DEEPEST and all(is_empty(module, one, depth + 1) for one in value[1])
    if value[0] != "call" or depth > _DEEPEST:
        return False
    call = module.code.calls[value[1]]
    name = str(call.func[-1]).rpartition(".")[2] if call.func[0] in ("attr", "ext", "name") else ""
    makes = name[:1].isupper() or name in ("list", "dict", "set", "tuple")
    return makes and all(is_empty(module, one, depth + 1) for one in call.args)


def _tells_failure(key: Value | None, value: Value) -> bool:
    """Whether an item of a result only says that there was a failure, and which."""
    if key is None or key[0] != "const":
        return False
    said = words_of(str(key[1]))
    told = words_of(str(value[1])) if value[0] == "const" else []
    return bool(_FAILED.intersection(said)) or (bool(_STATES.intersection(said)) and bool(_FAILED.intersection(told)))


def _speaks(link: Link, call: Call, frame: Frame) -> bool:
    """Whether a call only says something, or makes a text of what is said."""
    _, entry = link.folder.entry_of(call, frame)
    told = words_of(str(call.func[-1]))
    if entry.get("logs") or entry.get("displays") or _LOGS.intersection(told):
        return True
    if call.func[-1] != "write" or call.func[0] != "attr":
        return False
    return str(call.func[1][-1]).rpartition(".")[2] in _STREAMS or _is_log(link, call.func[1], frame)


def _is_log(link: Link, value: Value, frame: Frame) -> bool:
    """Whether a value is an open file that is named like a log."""
    while value[0] == "enter":
        value = value[1]
    call = frame.module.code.calls[value[1]] if value[0] == "call" else None
    given = call.args[:1] if call is not None else ()
    return any(is_history(text) or is_passing(text) for one in given for text in link.texts(one, frame))


def _makes_text(call: Call) -> bool:
    """Whether a call only makes a text of what is said."""
    return bool(_TEXTS.intersection(words_of(str(call.func[-1]).rpartition(".")[2])))


def _warns(call: Call) -> bool:
    """Whether a call only warns: by its name, or by what it prints."""
    if _WARNS.intersection(words_of(str(call.func[-1]).rpartition(".")[2])):
        return True
    texts = (str(one[1]).lower() for one in call.args if one[0] in ("const", "fmt"))
    return any(sign in text for text in texts for sign in _SIGNS)


def _little(link: Link, call: Call, frame: Frame, stand_ins: list[Value], module: Module) -> bool:
    """Whether a call is of no consequence: it takes back what was begun, asks the failure, makes a stand-in."""
    told = words_of(str(call.func[-1]))
    if call.func[0] == "attr" and ((told and told[0] in _UNDOES) or call.func[1] == UNKNOWN):
        return True
    if link.folder.entry_of(call, frame)[1].get("clock"):
        return True
    number = next((value[1] for value in stand_ins if value[0] == "call"), None)
    return (number is not None and module.code.calls[number] == call) or _leaves(call)


def _leaves(call: Call) -> bool:
    """Whether a call ends the program as one that has worked."""
    name = str(call.func[-1]).rpartition(".")[2]
    return name in ("exit", "_exit") and all(one in (NONE, ("const", 0)) for one in call.args)


def leaves(module: Module, context: int) -> bool:
    """Whether a handler ends the program, and says that all went well."""
    inside = below(module, context)
    return any(call.context in inside and _leaves(call) for call in module.code.calls)


def _only_said(value: Value, said: list[Call]) -> bool:
    """Whether a value only goes to what people are told."""
    return any(value in call.args for call in said)


def nobody_looks(link: Link, frame: Frame, is_task: Any) -> bool | None:
    """Whether nobody who gets a function's result asks if there is one, and it is not one of many.

    None where whoever asks gives up when there is none.
    """
    for _ in range(_DEEPEST):
        if frame.caller is None or frame.call < 0:
            return bool(is_task(frame))
        module, number = frame.caller.module, frame.call
        uses = users_of(module, number)
        tests = [where for kind, where, _ in uses if kind == "test"]
        for kind, where, _ in uses:
            tests.extend(one for also, one, _ in (users_of(module, where) if kind == "call" else ()) if also == "test")
        if tests:
            return None if any(_refuses(module, below(module, one), 0) for one in tests) else False
        if any(kind in ("for", "while") for kind, _ in contexts_of(module, module.code.calls[number].context)):
            return False
        if not any(kind == "return" for kind, _, _ in uses):
            return True
        frame = frame.caller
    return False


def ended_by(module: Module, handler: int) -> str:
    """How the body of a handler's `try` leaves what is around it where nothing fails: return, break or ''."""
    parent = module.code.contexts[handler].parent
    before = (number for number in range(handler - 1, 0, -1) if module.code.contexts[number].parent == parent)
    number = next((one for one in before if module.code.contexts[one].kind == "try"), None)
    value = module.code.contexts[number].value if number is not None else ()
    return str(value[2]) if len(value) > 2 else ""


def goes_another_way(link: Link, frame: Frame, handler: int) -> bool:
    """Whether a function has its result from the `try`, and goes on after the handler to get it in another way."""
    module = frame.module
    if ended_by(module, handler) != "return":
        return False
    inside, line = below(module, handler), module.code.contexts[handler].value[2][1]
    own = [call.where[3] for call in module.code.calls if call.context in inside]
    outer = link.folder.module_frame(module)
    return any(
        call.scope == frame.scope
        and call.where[1] > max([line, *own])
        and call.context not in inside
        and not _beside(module, call.context, handler)
        and not _speaks(link, call, outer)
        and not _little(link, call, outer, [], module)
        for call in module.code.calls
    )


def _beside(module: Module, context: int, handler: int) -> bool:
    """Whether a context lies in another handler of the same `try`, which takes another failure."""
    parent = module.code.contexts[handler].parent
    while context and module.code.contexts[context].parent != parent:
        context = module.code.contexts[context].parent
    return bool(context) and module.code.contexts[context].kind == "except"


def refused_later(module: Module, scope: int, context: int) -> bool:
    """Whether the function asks after the handler if something is missing, and gives up then."""
    line = module.code.contexts[context].value[2][1]
    inside = below(module, module.code.contexts[context].parent)
    branches = {number for number in inside if module.code.contexts[number].kind in ("if", "else")}
    branches -= below(module, context)
    return bool(branches) and _refuses(module, branches, line, scope)


def _refuses(module: Module, contexts: set[int], line: int, scope: int | None = None) -> bool:
    """Whether a call in one of the contexts makes an exception, or ends the program as one that has failed."""
    for call in module.code.calls:
        if call.context in contexts and call.where[1] > line and scope in (None, call.scope):
            name = str(call.func[-1]).rpartition(".")[2]
            if name.endswith(_FAILURES) or (name in ("exit", "_exit") and not _leaves(call)):
                return True
    return False
