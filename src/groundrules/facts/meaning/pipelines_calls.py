"""Where a value goes that is handed to a call: what the called function is known to do with it."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_paths import gives
from groundrules.facts.meaning.pipelines_words import is_page, is_passing, is_run_date, sink_of
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.facts.sql import scan
from groundrules.facts.sql.words import words
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning.pipelines_queries import in_query
    from groundrules.facts.meaning.pipelines_sinks import Here
    from groundrules.facts.meaning.pipelines_trail import Trail
    from groundrules.facts.python.uses import Use
else:
    late(globals(), "groundrules.facts.meaning.pipelines_queries", "in_query")

_CONVERSIONS = words("int float str round abs max min repr format list tuple sorted next range reversed")
_RANGES = frozenset({"range", "date_range", "period_range"})
_PATHS = ("reads", "writes", "removes", "makes_folder", "atomic_target", "lists", "tests_existence", "changes_folder")
_LOOKS = frozenset({"reads", "lists", "tests_existence", "changes_folder"})
_ROLES = frozenset({*_PATHS, "task", "workflow", "runs_sql", "waits", "runs", "inserts", "task_class"})
_TIME_OF_DAY = frozenset({"time", "timetz"})  # what a moment's method of this name gives holds no day
_COMMANDS = frozenset({"command", "cmd", "commands"})  # of a container or a job, which is told what to work on
_LOOKUPS = frozenset({"get", "setdefault"})
_CHANGES = frozenset({"insert", "update", "merge", "copy", "delete"})


def given(trail: Trail, here: Here, use: Use) -> None:
    """An argument of a call."""
    call = here.module.code.calls[use.number]
    frame = trail.flow.frame(here.module, call.scope)
    callee = trail.flow.folder.callee(call, frame)
    if callee[0] == "either":
        callee = next((one for one in callee[1:] if one[0] in ("func", "class")), callee[1])
    if callee[0] in ("func", "class"):
        _into(trail, here, use, callee)
        return
    name, entry = trail.flow.folder.entry_of(call, frame)
    if _known(trail, here, use, call, entry, frame):
        return
    if call.func[0] == "attr" and use.what == 1 and is_run_date(call.args[0][-1]):
        trail.end("log", here)  # only for a run that has no day of its own
    elif call.func[0] == "attr" and use.what == 0 and call.func[2] in _LOOKUPS:
        return  # what is found under a key does not hold the key
    elif _converts(trail, call, callee, name, entry):
        rows = _holds_rows(trail, entry)
        counted = here.counted or call.func[-1] in _RANGES
        if use.inside.key is None or not trail.end(sink_of(use.inside.key, record=rows), here):
            trail.follow(here._replace(counted=counted), ("call", use.number))
    elif not _hands_on(trail, here, use, call, frame):
        told = trail.worded(use, record=bool((entry.get("writes") or {}).get("of_handle")))
        trail.end("window" if told is None and use.what in _COMMANDS else told, here)


def _hands_on(trail: Trail, here: Here, use: Use, call: Call, frame: Frame) -> bool:
    """Into a function that is handed over before its arguments, to be called elsewhere: `pool.submit(work, day)`."""
    first = trail.flow.folder.fold(call.args[0], frame) if call.args and call.func[0] == "attr" else None
    if first is None or first[0] != "func" or use.what == 0 or len(call.args) < 2:
        return False
    what = use.what - 1 if isinstance(use.what, int) else use.what
    _into(trail, here, use._replace(what=what), first)
    return True


def _holds_rows(trail: Trail, entry: Entry) -> bool:
    """Whether a call makes a table of what it is given: a dict then holds columns."""
    made = trail.flow.link.knowledge.of(str(entry["returns"])) if entry.get("returns") else None
    return (made or entry).get("view") == "rows"


def received(trail: Trail, here: Here, use: Use) -> None:
    """A method on something that holds the value: the result holds it as well, unless the method acts on a path."""
    call = here.module.code.calls[use.number]
    frame = trail.flow.frame(here.module, call.scope)
    _, entry = trail.flow.folder.entry_of(call, frame)
    roles = [role for role in _PATHS if isinstance(entry.get(role), dict) and entry[role].get("target") == "self"]
    if roles:
        trail.end(_path(trail, call, "self", entry, frame), here, looks=_LOOKS.issuperset(roles))
    elif use.inside.key is None and call.func[-1] not in _TIME_OF_DAY:
        spelt = any(one[0] == "const" and "%S" in str(one[1]) for one in call.args)
        trail.follow(here._replace(moment=here.moment or spelt), ("call", use.number))


def tells_runs(trail: Trail, module: Module) -> bool:
    """Whether a workflow takes what is followed as what each run is told to work on."""
    for use in trail.flow.uses(module).of.get(trail.atom, ()):
        if use.kind == "call" and use.inside.key is not None:
            call = module.code.calls[use.number]
            entry = trail.flow.folder.entry_of(call, trail.flow.frame(module, call.scope))[1]
            if use.what == (entry.get("workflow") or {}).get("run_parameters", ()):
                return True
    return False


def only_looks(trail: Trail, here: Here, call: Call) -> bool:
    """Whether a call only looks for what has the name that it is given, or reads it."""
    entry = trail.flow.folder.entry_of(call, trail.flow.frame(here.module, call.scope))[1]
    roles = [role for role in _PATHS if isinstance(entry.get(role), dict)]
    handle = (entry.get("reads") or {}).get("handle") or (entry.get("writes") or {}).get("handle")
    return bool(roles) and not handle and _LOOKS.issuperset(roles)


def compared(trail: Trail, here: Here, use: Use) -> None:
    """What an argument of a call compares something with: it may say which rows the call takes."""
    call = here.module.code.calls[use.number]
    _, entry = trail.flow.folder.entry_of(call, trail.flow.frame(here.module, call.scope))
    if _picks(use, entry):
        trail.end("predicate", here)


def _picks(use: Use, entry: Entry) -> bool:
    """Whether an argument says which rows a call takes."""
    return "picks_rows" in entry and _named(use.what, list(entry.get("parameters") or ())) == entry["picks_rows"]


def _named(what: Any, order: list[str]) -> str | None:
    """The parameter that an argument's name or position means; None for one that `**` hands over."""
    if isinstance(what, int):
        return order[what] if what < len(order) else None
    return what if isinstance(what, str) else None


def _converts(trail: Trail, call: Call, callee: Value, name: str, entry: Entry) -> bool:
    """Whether a call makes another form of the same value."""
    if entry.get("folds") or entry.get("declares_default") or (call.func[0] == "name" and call.func[1] in _CONVERSIONS):
        return True
    if call.func[0] == "attr" and call.func[2] in ("format", "join", "get", "setdefault"):
        return True
    known = name or (callee[1] if callee[0] == "ext" else "")
    return known.partition(".")[0] in trail.flow.clock_roots and not _ROLES.intersection(entry)


def _known(trail: Trail, here: Here, use: Use, call: Call, entry: Entry, frame: Frame) -> bool:
    """Whether what is known of the function tells where the argument goes."""
    if any(entry.get(role) for role in ("logs", "displays", "sleeps", "gives_temporary")):
        return trail.end("log", here)
    param = _named(use.what, list(entry.get("parameters") or ()))
    if "waits" in entry and param is not None and sink_of(param) == "log":
        return trail.end("log", here)  # what a request says of itself, and not what it asks for
    if "workflow" in entry:
        asked = param is not None and param == entry["workflow"].get("run_parameters")  # what a run is told to work on
        starts = not asked and (param == entry["workflow"].get("start_date") or use.inside.key == "start_date")
        if not starts and unscheduled(trail.flow.link, call, entry, frame):
            return trail.end("log", here)  # what a form suggests to whoever starts a run by hand
        if asked:
            return trail.end("audit" if sink_of(use.inside.key or "") == "audit" else "window", here)
        return trail.end("start_date" if starts else trail.worded(use), here)
    if "declares_option" in entry:
        return use.what == entry["declares_option"].get("default") and _option(trail, here, call)
    if "task" in entry and "start_date" in (param, use.inside.key):
        return trail.end("start_date", here)
    for role in _PATHS:
        told = entry.get(role)
        names = (told.get("target"), told.get("bucket"), told.get("destination")) if isinstance(told, dict) else ()
        if param is not None and param in names:
            if role == "atomic_target":
                return trail.end("path", here._replace(passing=False))
            kind = _path(trail, call, param, entry, frame)
            return trail.end(kind, here, looks=role in _LOOKS and kind == "path")
    if "runs_sql" in entry:
        return _executes(trail, here, use, call, entry, param, frame)
    return _asked(trail, here, use, entry, param)


def _option(trail: Trail, here: Here, call: Call) -> bool:
    """What an option is by default that tells a job its day."""
    named = [str(one[1]).lstrip("-") for one in call.args if one[0] == "const"]
    kinds = [sink_of(one) for one in named]
    day = next((kind for kind in kinds if kind in ("window", "partition")), None)
    return trail.end(day and "window", here._replace(shifted=False))


def _asked(trail: Trail, here: Here, use: Use, entry: Entry, param: str | None) -> bool:
    """Whether it is a part of what a request or a command asks for, or says which rows are taken."""
    if _picks(use, entry):
        return trail.end("predicate", here)
    if "waits" in entry and param in ("url", "params") and (use.inside.key is None or len(use.inside.key) > 2):
        return trail.end((use.inside.key and sink_of(use.inside.key)) or "window", here)
    if "waits" in entry and use.inside.key is None:
        return False
    return "runs" in entry and param == entry["runs"].get("command") and trail.end("window", here)


def unscheduled(link: Link, call: Call, entry: Entry, frame: Frame) -> bool:
    """Whether a workflow only runs when it is told to."""
    names = entry["workflow"].get("schedule") or ()
    given = [link.folder.argument(call, entry, name, frame) for name in ([names] if isinstance(names, str) else names)]
    return any(value is not None and link.folder.fold(value, frame) == ("const", None) for value in given)


def _path(trail: Trail, call: Call, param: str, entry: Entry, frame: Frame) -> str:
    """A path that the value becomes a part of, unless nobody reads it back, or a query."""
    value = trail.flow.folder.argument(call, entry, param, frame)
    texts = trail.flow.link.texts(value, frame) if value is not None else []
    asked = in_query(texts[0]) if texts else None
    if asked is not None:
        return asked
    passing = any(is_passing(text) or is_page(text) for text in texts) or gives(
        trail.flow.link, frame, value, "gives_temporary"
    )
    return "log" if passing else "path"


def _executes(trail: Trail, here: Here, use: Use, call: Call, entry: Entry, param: str | None, frame: Frame) -> bool:
    """The statement itself, or a value that is bound to it."""
    told = entry["runs_sql"].get("statement")
    names = [told] if isinstance(told, str) else told or []
    values = [value for name in names if (value := trail.flow.folder.argument(call, entry, name, frame)) is not None]
    texts = [text for value in values for text in trail.flow.link.texts(value, frame)]
    if param is not None and param in names:
        return trail.end((in_query(texts[0]) if texts else None) or "predicate", here)
    verbs = {one.verb for text in texts for one in scan(text)}
    asks = "select" in verbs and not _CHANGES.intersection(verbs)
    if not asks and use.inside.key is not None and trail.end(sink_of(use.inside.key), here):
        return True
    return trail.end("predicate" if verbs and not _CHANGES.intersection(verbs) else "audit", here)


def _into(trail: Trail, here: Here, use: Use, callee: Value) -> None:
    """On into a function or class of the program."""
    path, number = callee[1], callee[2]
    if callee[0] == "class":
        here = here._replace(passing=False)  # an object that stands for a file outlives the step, wherever it lies
        path, number = trail.flow.folder.method(path, number, "__init__") or (path, number)
    inner = trail.flow.program.module(path)
    name = _parameter(use, inner, number, callee) if inner is not None else None
    if inner is None or name is None:
        trail.end(trail.worded(use, record=callee[0] == "class"), here)
        return
    if use.inside.key is not None and trail.end(sink_of(use.inside.key), here):
        return
    before = len(trail.found)
    stack = ((here.module, use.number), *here.stack)
    trail.follow(here._replace(module=inner, stack=stack), ("param", number, name))
    if callee[0] == "class" and len(trail.found) == before:
        trail.end(trail.worded(use, record=True), here)
        if use.what == "default":
            trail.follow(here, ("call", use.number))


def _parameter(use: Use, inner: Module, number: int, callee: Value) -> str | None:
    """The parameter that an argument of a call binds."""
    scope = inner.code.scopes[number]
    if scope.kind == "class":
        return None
    if isinstance(use.what, str):
        return use.what if any(param.name == use.what and param.kind != "kwargs" for param in scope.params) else None
    plain: list[Any] = [param.name for param in scope.params if param.kind == "plain"]
    method = scope.parent > 0 and inner.code.scopes[scope.parent].kind == "class"
    if method and (callee[0] == "class" or callee[3] is not None):
        plain = plain[1:]
    return plain[use.what] if isinstance(use.what, int) and use.what < len(plain) else None
