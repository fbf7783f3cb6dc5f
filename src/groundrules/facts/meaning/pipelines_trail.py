"""The walk from one value to every end of its flow: through names, texts, calls, results and attributes."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.kinds import kind as kind_of
from groundrules.facts.meaning.pipelines_paths import gives
from groundrules.facts.meaning.pipelines_picks import picks
from groundrules.facts.meaning.pipelines_words import (
    is_copy,
    is_failure,
    is_message,
    is_page,
    is_passing,
    is_version,
    sink_of,
)
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.reading.hints import template_text
from groundrules.facts.python.texts import first_spelled
from groundrules.facts.sql import looks_like_sql
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning.pipelines_flow import Flow
    from groundrules.facts.meaning.pipelines_queries import end_of
    from groundrules.facts.meaning.pipelines_sinks import Here, Sink
    from groundrules.facts.python.uses import Atom, Use
else:
    late(globals(), "groundrules.facts.meaning.pipelines_queries", "end_of")
    late(globals(), "groundrules.facts.meaning.pipelines_sinks", "Here Sink")
    late(globals(), "groundrules.facts.python.uses", classes="Uses")

_DEEPEST = 14
_MOST = 400  # uses that are followed for one value
_FILES = frozenset({"data", "archive", "model", "config", "text"})


class Trail:
    """The walk from one value."""

    def __init__(self, flow: Flow, moment: bool = False, unique: bool = False) -> None:
        self.flow = flow
        self.found: list[Sink] = []
        self.seen: set[tuple[Any, ...]] = set()
        self.left = _MOST
        self.moment = moment
        self.unique = unique  # no two runs share what is followed
        self.filed = True  # a key of this name says what the value is filed under
        self.atom: Atom = ()  # whose uses are looked at

    def follow(self, here: Here, atom: Atom) -> None:
        """Look at every use of an atom."""
        key = (here.module.path, atom)
        if here.depth > _DEEPEST or key in self.seen:
            return
        self.seen.add(key)
        deeper = here._replace(depth=here.depth + 1)
        self.atom = atom
        for use in self.flow.uses(here.module).of.get(atom, ()):
            self.left -= 1
            if self.left < 0:
                return
            where = here.module.code.calls[use.number].where if use.kind in ("call", "method") else use.where
            self.use(deeper._replace(where=where), use)
            self.atom = atom

    def end(self, kind: str | None, here: Here, looks: bool = False) -> bool:
        """Note an end of the flow; whether there was one."""
        if kind == "path" and here.passing:
            kind = "log"
        if kind == "path" and here.counted:
            kind = "window"
        if kind == "partition" and here.moment:
            kind = "audit"  # nothing is filed under a second
        if kind == "partition" and not self.filed:
            kind = "audit"
        if kind is not None:
            self.found.append(Sink(kind, here.module.path, here.where, here.imported, looks, here.shifted))
        return kind is not None

    def use(self, here: Here, use: Use) -> None:
        """Where one use leads."""
        inside = use.inside
        here = here._replace(shifted=here.shifted or (inside.minus is not None and not inside.subtracted))
        self.filed = inside.key is None or here.depth > 1 or not self.moment  # else a moment to the second, in a record
        if inside.minus is not None and self.flow.is_moving(here.module, inside.minus):
            self.end("duration", here)
        elif inside.filtered:
            sound = inside.most and self.moment and here.depth == 1  # all that has happened so far passes
            self.end("predicate" if inside.compared is not None and not sound else None, here)
        elif use.kind == "loop" and inside.compared is not None:
            ended = here._replace(shifted=False)  # where it begins is told otherwise
            self.end(None if self.flow.is_moving(here.module, inside.compared) else "window", ended)
        elif use.kind == "test" and inside.compared is not None:
            picked = picks(here.module, use.number, self.atom, here.shifted)
            self.end(picked or ("default" if here.default else None), here)
        elif inside.compared is not None and use.kind == "call":
            self._compared(here, use)
        elif inside.compared is None and use.kind in _USES:
            spelt = self._spelt(here, use, inside.text)
            if inside.text is not None and not self.unique and self._unique(here, use, inside.text):
                self.end("name", here)  # it is meant to differ from run to run
                return
            aside = is_passing(spelt) or is_page(spelt) or is_copy(spelt) or is_failure(spelt)
            here = here._replace(passing=here.passing or aside)
            if not self._text(here, spelt, use):
                _USES[use.kind](self, here, use)

    def _text(self, here: Here, spelt: str, use: Use) -> bool:
        """What the text tells that the value becomes a part of: a query, or the name of a file."""
        if looks_like_sql(spelt):
            return self.end(end_of(spelt, use.inside.text, self.atom), here)
        if kind_of(spelt) not in _FILES or " " in spelt.strip() or spelt.endswith("}") or here.passing:
            return False
        if use.kind not in ("call", "method"):
            return self.end("path", here)
        from groundrules.facts.meaning.pipelines_calls import only_looks

        call = here.module.code.calls[use.number]
        told = is_message(str(call.func[-1])) if call.func[0] in ("attr", "name") else False
        told = told or (call.func[0] == "local" and is_message(here.module.code.scopes[call.func[1]].name))
        return self.end("log" if told else "path", here, looks=only_looks(self, here, call))

    def _unique(self, here: Here, use: Use, text: Value) -> bool:
        """Whether a text also holds something that no two runs share."""
        scope = here.module.code.calls[use.number].scope if use.kind in ("call", "method") else use.number
        if use.kind == "test":
            return False
        return gives(self.flow.link, self.flow.frame(here.module, scope), text, "gives_unique")

    def _spelt(self, here: Here, use: Use, text: Value | None) -> str:
        """A text with its holes; '' when it is none."""
        if text is None or text[0] == "fmt":
            return template_text(text) if text is not None else ""
        scope = here.module.code.calls[use.number].scope if use.kind in ("call", "method") else use.number
        folded = self.flow.folder.fold(text, self.flow.frame(here.module, scope))
        return first_spelled(folded)

    def _call(self, here: Here, use: Use) -> None:
        from groundrules.facts.meaning.pipelines_calls import given

        given(self, here, use)

    def _compared(self, here: Here, use: Use) -> None:
        from groundrules.facts.meaning.pipelines_calls import compared

        compared(self, here, use)

    def worded(self, use: Use, record: bool = False) -> str | None:
        """What the key or keyword says, the key first."""
        if use.inside.key is not None:
            return sink_of(use.inside.key, record)
        return sink_of(use.what, record) if isinstance(use.what, str) else None

    def _method(self, here: Here, use: Use) -> None:
        from groundrules.facts.meaning.pipelines_calls import received

        received(self, here, use)

    def _key(self, here: Here, use: Use) -> None:
        base, name = use.what
        if base[0] == "param" and self._keywords(here.module, base):
            return  # arguments that go to another function, and no row
        name = use.inside.key or name
        self.end(sink_of(str(name), record=True) if name is not None else None, here)

    def _keywords(self, module: Module, value: Value) -> bool:
        params = module.code.scopes[value[1]].params
        return any(param.name == value[2] and param.kind == "kwargs" for param in params)

    def _attribute(self, here: Here, use: Use) -> None:
        base, name = use.what
        owner = self.flow.uses(here.module).class_of(base)
        if owner is not None and use.inside.key is None:
            if not (self._declared(here.module, owner, name) and self.end("partition", here)):
                self.follow(here._replace(stack=()), ("self", owner, name))
        else:
            self.end(sink_of(use.inside.key or name, record=True), here)

    def _declared(self, module: Module, owner: int, name: str) -> bool:
        """Whether a class declares an attribute as a parameter that tells the runs of a task apart."""
        value = module.code.scopes[owner].env.get(name)
        if value is None or value[0] != "call":
            return False
        callee = self.flow.folder.callee(module.code.calls[value[1]], self.flow.frame(module, owner))
        return callee[0] == "ext" and bool((self.flow.link.knowledge.of(callee[1]) or {}).get("task_parameter"))

    def _return(self, here: Here, use: Use) -> None:
        if use.inside.key is not None and self.end(sink_of(use.inside.key, record=True), here):
            return
        if is_version(here.module.code.scopes[use.number].name):
            self.end("name", here)
            return
        if here.stack:
            outer, number = here.stack[0]
            self.follow(here._replace(module=outer, stack=here.stack[1:]), ("call", number))
        else:
            for path, number in self.flow.link.walker.callers.get((here.module.path, use.number), {}):
                caller = self.flow.program.module(path)
                if caller is not None:
                    self.follow(here._replace(module=caller), ("call", number))

    def _bound(self, here: Here, use: Use) -> None:
        scope = here.module.code.scopes[use.number]
        key = use.inside.key
        from groundrules.facts.meaning.pipelines_calls import tells_runs

        starts = key == "start_date" and not (self.flow.is_told(here.module) or tells_runs(self, here.module))
        if key is not None and self.end("start_date" if starts else sink_of(key, record=key != "start_date"), here):
            return
        if scope.kind == "class":
            self.follow(here._replace(stack=(), imported=True), ("self", use.number, use.what))
            return
        self.follow(here._replace(stack=()), ("name", use.what))
        for other, atom in self.flow.importers(here.module.path, use.what):
            self.follow(here._replace(module=other, stack=(), imported=True), atom)

    def _default(self, here: Here, use: Use) -> None:
        self.follow(here._replace(stack=(), imported=True, default=True), ("param", use.number, use.what))


_USES = {
    "call": Trail._call, "method": Trail._method, "key": Trail._key, "attribute": Trail._attribute,
    "return": Trail._return, "bound": Trail._bound, "default": Trail._default,
}  # fmt: skip
