"""Keys of rows that no two runs share: a random id that becomes a column of a table, a field of a record or a value
that an INSERT binds."""

from __future__ import annotations

from groundrules.facts.meaning.pipelines_flow import Flow
from groundrules.facts.meaning.pipelines_sinks import Sink
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.program import Module
from groundrules.facts.python.uses import Atom, Use
from groundrules.facts.sql import scan
from groundrules.facts.sql.words import words
from groundrules.typed import Any

_KEYS = words("id uuid guid key pk")
_OF_RUNS = words(
    """run batch job request req trace span session correlation execution load process pipeline dag message msg event
    log invocation query client task workflow etl ingestion ingest import upload lock nonce idempotency api secret token
    access attempt lineage transaction replay experiment snapshot version dedup"""
)
_MADE_UP = words(
    "simulate simulated simulator simulation synthetic fake mock dummy generate generator seed sample demo"
)
_MAPS = words("apply map progress_apply applymap map_elements")
_ASIDE = words("headers header meta metadata extra context labels tags params cookies auth")
_ADDS = frozenset({"insert", "merge", "insert-overwrite"})
_DEEPEST = 6


class RowKeys:
    """Asked for a call that gives something unique."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow

    def sink(self, module: Module, number: int) -> Sink | None:
        """Where the value becomes the key of a row, unless that is only done for rows that have none yet."""
        call = module.code.calls[number]
        if any(asks_for_it(module, kind, value) for kind, value in contexts_of(module, call.context)):
            return None
        if _only_else(module, number):
            return None
        step = words_of(module.path) + words_of(module.code.scopes[call.scope].qualname)
        if _MADE_UP.intersection(step):
            return None
        return self._follow(module, ("call", number), 0)

    def _follow(self, module: Module, atom: Atom, depth: int) -> Sink | None:
        for use in self.flow.uses(module).of.get(atom, ()) if depth < _DEEPEST else ():
            found = self._use(module, use, depth)
            if found is not None:
                return found
        return None

    def _use(self, module: Module, use: Use, depth: int) -> Sink | None:
        if use.inside.compared is not None or use.inside.filtered:
            return None
        if use.kind == "key":
            base, name = use.what
            named = use.inside.key or name
            aside = not _ASIDE.isdisjoint(words_of(str(base[-1])))
            return self._end(module, use.where) if is_row_key(named) and not aside else None
        if use.kind == "return":
            return self._returned(module, use, depth)
        return self._given(module, use, depth) if use.kind == "call" else None

    def _end(self, module: Module, where: object) -> Sink:
        return Sink("key", module.path, where, False)

    def _given(self, module: Module, use: Use, depth: int) -> Sink | None:
        call = module.code.calls[use.number]
        frame = self.flow.frame(module, call.scope)
        _, entry = self.flow.folder.entry_of(call, frame)
        told = entry.get("runs_sql")
        if told:
            names = [told.get("statement")] if isinstance(told.get("statement"), str) else told.get("statement") or []
            values = [value for name in names if (value := self.flow.folder.argument(call, entry, name, frame))]
            texts = [text for value in values for text in self.flow.link.texts(value, frame)]
            if any(one.verb in _ADDS for text in texts for one in scan(text)):
                binds = any(binds_key(text, use.inside.position) for text in texts)
                return self._end(module, call.where) if binds else None
        if entry.get("logs") or entry.get("displays") or "waits" in entry or use.what in _ASIDE:
            return None
        if use.inside.key is not None:
            return self._end(module, call.where) if is_row_key(use.inside.key) else None
        if call.func in (("name", "str"), ("name", "list")):
            return self._follow(module, ("call", use.number), depth + 1)
        return None

    def _returned(self, module: Module, use: Use, depth: int) -> Sink | None:
        if use.inside.key is not None:
            return self._end(module, use.where) if is_row_key(use.inside.key) else None
        for number, call in enumerate(module.code.calls):
            if call.func[0] == "attr" and call.func[2] in _MAPS and ("local", use.number) in call.args:
                found = self._follow(module, ("call", number), depth + 1)
                if found is not None:
                    return found
        for path, number in self.flow.link.walker.callers.get((module.path, use.number), {}):
            caller = self.flow.program.module(path)
            found = self._follow(caller, ("call", number), depth + 1) if caller is not None else None
            if found is not None:
                return found
        return None


def _only_else(module: Module, number: int) -> bool:
    """Whether a value only stands in where there is no other: `given or uuid4()`."""
    code = module.code
    made = [("call", number), *(("call", at) for at, call in enumerate(code.calls) if ("call", number) in call.args)]
    scope = code.calls[number].scope
    values = [op[2] for op in code.scopes[scope].ops if op[0] == "="]
    for call in code.calls:
        if call.scope == scope:
            values += [*call.args, *(value for _, value in call.kwargs)]
    return any(one[0] == "or" and not set(made).isdisjoint(one[1][1:]) for one in values)


def asks_for_it(module: Module, kind: str, test: Any) -> bool:
    """Whether a branch is only for rows that are not there yet, or for what went wrong."""
    if kind not in ("if", "else") or not isinstance(test, tuple) or not test:
        return kind == "except"
    if test[0] == "call":
        return bool(module.code.calls[test[1]].func not in (("name", "len"), ("name", "isinstance")))
    return test[0] in ("not", "and", "or") or (test[0] == "cmp" and test[1] not in (">", ">=", "<", "<="))


def is_row_key(name: object) -> bool:
    """Whether a column or a field is named like what tells rows apart, and not runs, requests or messages."""
    told = words_of(str(name)) if isinstance(name, str) else []
    return bool(told) and told[-1] in _KEYS and not _OF_RUNS.intersection(told)


def binds_key(text: str, position: int | None) -> bool:
    """Whether the value at a place among those that a statement binds is the key of the rows that it adds."""
    if not any(one.verb in _ADDS for one in scan(text)):
        return False
    before, opened, after = text.partition("(")
    if not opened or position is None or "values" in before.lower() or "select" in before.lower():
        return position == 0 and bool(opened)
    columns = [one.strip().strip('"`[]') for one in after.partition(")")[0].split(",")]
    return position < len(columns) and is_row_key(columns[position])
