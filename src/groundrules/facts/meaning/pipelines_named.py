"""Handlers around steps of which only the name is known: `load(rows)`, `client.upload(path)`."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import NONE, Call
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words
from groundrules.typed import Callable, Iterator, NamedTuple

_MOVES = words("copy dump export ingest insert load persist replicate save store sync transfer upload upsert write")
_ASKS = words(
    """append bulk crawl deliver download extract fetch import post publish pull push put retrieve scrape send transmit
    update"""
)
_OTHER = words(
    """
    args arg cache cached backup backups config configs configuration cookie cookies css debug dotenv email emails
    env environment font fonts icon image images key keys lazy library libraries log logs logo mail message
    messages metadata metric metrics module modules notification option options password plugin plugins profile
    progress screenshot secret secrets session sessions setting settings state stats status template templates token
    tokens date timestamp verify certificate certificates cert ssl
    """
)
_PROBES = words("check is has can test try probe ping find lookup maybe detect validate verify parse guess")
_FORMATS = words("json js yaml toml ini pickle")  # what settings are kept in as well
_SESSION = words(
    "set rollback use show begin pragma reset discard explain rollback; vacuum analyze optimize reindex grant drop"
)
_SAYS = words("log logger info debug warning error print close quit rollback format join strip get append")
_LITTLE = frozenset({"append", "copy", "dump", "load", "put", "save", "send", "update", "write"})  # of lists, files, …


class Named(NamedTuple):
    """A step by its name, inside a `try`."""

    number: int  # of the call
    name: str
    moves: bool


def named_steps(link: Link, module: Module, tried: int) -> Iterator[Named]:
    """The steps of a try's body whose names say that they load or move data, and of which nothing else is known."""
    for number, call in enumerate(module.code.calls):
        if not _stands_in(module, call.context, tried):
            continue
        name = module.code.scopes[call.func[1]].name if call.func[0] == "local" else str(call.func[-1])
        told = words_of(name.rpartition(".")[2]) if not name.startswith("__") else []
        if not told or told[0] not in _MOVES | _ASKS or _OTHER.intersection(told):
            continue
        if (len(told) == 1 and told[0] in _LITTLE) or (len(told) == 2 and told[1] in _FORMATS):
            continue
        frame = link.folder.module_frame(module)
        if not link.folder.entry_of(call, frame)[1] and not _handles(link, call, frame):
            yield Named(number, name.rpartition(".")[2], told[0] in _MOVES)


def whole_steps(link: Link, module: Module, tried: int, is_task: Callable[[Frame], bool]) -> list[Named]:
    """All that a task does, where it stands in one `try` as a whole: whatever fails in it, the task has worked."""
    context = module.code.contexts[tried].parent
    while context and module.code.contexts[context].kind == "with":
        context = module.code.contexts[context].parent
    inside = [one for one, call in enumerate(module.code.calls) if _stands_in(module, call.context, tried)]
    if context or not inside:
        return []
    scope = module.code.calls[inside[0]].scope
    frame = Frame(module, scope)
    if not scope or not (is_task(frame) or _is_handed(link, module, scope)):
        return []
    works = [one for one in inside if _works(link, module.code.calls[one], frame)]
    beside = [
        call for call in module.code.calls
        if call.scope == scope and not _below(module, call.context, tried)
        and not contexts_hold(module, call.context, "except") and _works(link, call, frame)
    ]  # fmt: skip
    if beside or not works:
        return []
    step = max(works, key=lambda one: module.code.calls[one].where[1])
    return [Named(step, _name(module, module.code.calls[step]), True)]


def contexts_hold(module: Module, context: int, kind: str) -> bool:
    """Whether a context of a kind stands around an operation."""
    return any(one == kind for one, _ in contexts_of(module, context))


def _works(link: Link, call: Call, frame: Frame) -> bool:
    """Whether a call does something of which nothing is known: it neither makes an object nor only says something."""
    name = _name(frame.module, call)
    told = words_of(name)
    if not told or told[0] in _SAYS or _OTHER.intersection(told) or name[:1].isupper() or call.func[0] == "name":
        return False
    return not link.folder.entry_of(call, frame)[1]


def _is_handed(link: Link, module: Module, scope: int) -> bool:
    """Whether the file hands a function to a call that makes a task of it."""
    value = ("local", scope)
    name = ("name", module.code.scopes[scope].name)
    frame = link.folder.module_frame(module)
    return any(
        value in given or name in given
        for call in module.code.calls
        if (given := [one for _, one in call.kwargs])
        and (link.folder.entry_of(call, frame)[1].get("task") or {}).get("function")
    )


def _name(module: Module, call: Call) -> str:
    name = module.code.scopes[call.func[1]].name if call.func[0] == "local" else str(call.func[-1])
    return name.rpartition(".")[2]


def _handles(link: Link, call: Call, frame: Frame) -> bool:
    """Whether a call goes to a function of the program that handles failures itself."""
    callee = link.folder.callee(call, frame)
    module = link.folder.program.module(callee[1]) if callee[0] == "func" else None
    return module is not None and any(
        one.scope == callee[2] and any(kind == "try" for kind, _ in contexts_of(module, one.context))
        for one in module.code.calls
    )


def _stands_in(module: Module, context: int, tried: int) -> bool:
    """Whether a context lies in the body of a `try`, not in that of another one inside of it or in a handler."""
    while context and context != tried:
        if module.code.contexts[context].kind in ("try", "except"):
            return False
        context = module.code.contexts[context].parent
    return context == tried


def ends_empty_handed(module: Module, scope: int, handler: int) -> bool:
    """Whether a function gives its result inside the `try`, and nothing at all after the failure."""
    line = module.code.contexts[handler].value[2][1]
    if _PROBES.intersection(words_of(module.code.scopes[scope].name)[:1]):
        return False
    ends = [op for op in module.code.scopes[scope].ops if op[0] == "r"]
    inside = [call.where[3] for call in module.code.calls if _below(module, call.context, handler)]
    last = max([line, *inside])
    if any(op[2][1] > line and op[1] != NONE for op in ends) or not any(op[1] != NONE for op in ends):
        return False
    return not any(call.scope == scope and call.where[1] > last for call in module.code.calls)


def gives_up(module: Module, scope: int, handler: int, is_task: bool) -> bool:
    """Whether a handler ends the step by a result that nobody looks at: a function gives no other, or is a task."""
    line = module.code.contexts[handler].value[2][1]
    ends = [op for op in module.code.scopes[scope].ops if op[0] == "r"]
    here = min((op for op in ends if op[2][1] > line), key=lambda op: int(op[2][1]), default=None)
    if here is None or module.code.scopes[scope].kind != "function":
        return False
    return (is_task and here[1] in (NONE, ("const", False))) or all(op[1] == NONE for op in ends)


def _below(module: Module, context: int, above: int) -> bool:
    while context and context != above:
        context = module.code.contexts[context].parent
    return context == above


def in_loop(module: Module, context: int) -> bool:
    """Whether a context stands in a loop of its function."""
    return any(kind in ("for", "while") for kind, _ in contexts_of(module, context))


def prepares(text: str) -> bool:
    """Whether a statement sets up or ends a session, or defines something that may be there already."""
    told = text.lower().split()
    return bool(told) and (told[0] in _SESSION or (told[0] in ("create", "alter") and "select" not in told))


def is_own(address: str) -> bool:
    """Whether an address is one of the machine itself: what its cloud says of it, or a service beside it."""
    host = address.partition("://")[2].partition("/")[0].partition(":")[0]
    return host.startswith(("169.254.", "metadata.")) or host in ("localhost", "127.0.0.1")
