"""Functions that answer requests with what a model says."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.knowledge import EMPTY
from groundrules.facts.python.program import Module
from groundrules.facts.repository import Repository
from groundrules.facts.sql.words import words
from groundrules.typed import TYPE_CHECKING, Any, Iterator, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.meaning.endpoints_bodies import Bodies
    from groundrules.facts.meaning.endpoints_guards import Guards
    from groundrules.facts.meaning.endpoints_reach import Reach, Reached
else:
    late(globals(), "groundrules.facts.meaning.endpoints_bodies", classes="Bodies")
    late(globals(), "groundrules.facts.meaning.endpoints_guards", classes="Guards")
    late(globals(), "groundrules.facts.meaning.endpoints_reach", classes="Reach")

_ROUTES = words("route get post put patch delete api_route")
_PAGES = words("render_template render_template_string TemplateResponse render HTMLResponse template")
_ENTRANCES = words("login logout token register signup signin auth refresh user users")


class Endpoint(NamedTuple):
    """A function that answers requests."""

    module: Module
    scope: int
    where: Any  # what makes it one


class Endpoints:
    """Rows of endpoint."""

    def __init__(self, link: Link, repository: Repository) -> None:
        self.link = link
        self.repository = repository
        functions = link.knowledge.functions
        roles = ("answers_requests", "handles_requests", "routes_to")
        self.roots = {name.partition(".")[0] for name in functions.having(*roles)} - {"*"}
        self.adding = {name.rpartition(".")[2] for name in functions.having("routes_to")}
        self.reach, self.bodies, self.guards = Reach(link), Bodies(link), Guards(link, repository)

    def relate(self, scope: frozenset[str] | None) -> None:
        """The endpoints among the files of the scope."""
        candidates = self.repository.survey.importing(self.roots)
        for path in sorted(candidates if scope is None else candidates & scope):
            module = self.link.folder.program.module(path) if not path.endswith(".ipynb") else None
            if module is None or module.code.cells:
                continue
            found = list(dict.fromkeys(self.endpoints(module)))
            asked = [one for one in found if self._is_guarded(one)] if len(found) > 1 else []
            places = [(one.where[1], one.module.code.scopes[one.scope].where[3]) for one in found]
            if asked and self.guards.for_all(module, places):
                asked = []
            for one in found:
                self._row(one, [other for other in asked if other is not one])

    # ---- finding them ------------------------------------------------------------------------------------------------
    def endpoints(self, module: Module) -> Iterator[Endpoint]:
        """The functions of a module that answer requests."""
        for number, scope in enumerate(module.code.scopes):
            where = self._decorated(module, number)
            if scope.kind == "function" and where is not None:
                yield Endpoint(module, number, where)
            elif scope.kind == "class":
                yield from self._handling(module, number)
        frame = self.link.folder.module_frame(module)
        for name in self.adding:
            for number in module.called.get(name, ()):
                call = module.code.calls[number]
                told = self.link.folder.entry_of(call, frame)[1]
                given = self.link.folder.argument(call, told, told.get("routes_to"), frame)
                value = self.link.folder.fold(given, frame) if given is not None else ("?",)
                there = self.link.folder.program.module(value[1]) if value[0] == "func" else None
                if there is not None:
                    yield Endpoint(there, value[2], there.code.scopes[value[2]].where)

    def _decorated(self, module: Module, number: int) -> Any:
        """The place of the decorator that makes a function an endpoint; None for none."""
        scope = module.code.scopes[number]
        frame = self.link.folder.scope_frame(module, max(scope.parent, 0))
        for value in scope.decorators:
            if value[0] == "call":
                call = module.code.calls[value[1]]
                known = self.link.folder.entry_of(call, frame)[1]
                if known.get("answers_requests") or (not known and _is_route(call.func, call.args)):
                    return call.where
                continue
            folded = self.link.folder.fold(value, frame)
            if folded[0] == "ext" and (self.link.knowledge.of(folded[1]) or EMPTY).get("answers_requests"):
                return scope.where
        return None

    def _handling(self, module: Module, number: int) -> Iterator[Endpoint]:
        """The methods of a class by which a framework answers requests."""
        for base in self.link.folder.base_types(module.path, number):
            told = (self.link.knowledge.of(base) or EMPTY).get("handles_requests")
            for name in told["methods"] if told else ():
                method = module.code.scopes[number].env.get(name)
                if method is not None and method[0] == "local":
                    yield Endpoint(module, method[1], module.code.scopes[method[1]].where)

    # ---- rows --------------------------------------------------------------------------------------------------------
    def _is_guarded(self, one: Endpoint) -> bool:
        """Whether an endpoint asks who calls and is none by which callers come to be known."""
        scope = one.module.code.scopes[one.scope]
        if not _ENTRANCES.isdisjoint(words_of(scope.name)):
            return False
        return self.guards.signed(one.module, one.scope)

    def _row(self, one: Endpoint, guarded: list[Endpoint]) -> None:
        module, scope = one.module, one.module.code.scopes[one.scope]
        reached = self.reach.calls(module, one.scope)
        asking = [call for call in reached if self.reach.predicts(call)]
        if not asking or any((call.known.get("step") or EMPTY).get("does") == "fit" for call in reached):
            return  # it learns, and asks a model only to see what it has learned
        rows = self.link.rows
        own = self.guards.own(module, one.where, scope.where[3])
        guard = "own" if own else self.guards.guard(module)
        body, handled = self._body(one, reached, asking)
        recorded = any(self.reach.records(call) for call in reached) or self.guards.watched(module)
        page = any(str(call.call.func[-1]).rpartition(".")[2] in _PAGES for call in reached)
        beside = rows.span(module.path, guarded[0].where) if guarded else None
        asked = asking[0]
        there = rows.span(asked.frame.module.path, asked.call.where)
        in_test = int(module.path in self.link.tests or self.link.in_test(module.path, scope.name))
        rows.add(
            "endpoint", rows.span(module.path, one.where), module.path, scope.name, there, int(page), guard, beside,
            body, int(handled), int(recorded), in_test, scope.qualname,
        )  # fmt: skip

    def _body(self, one: Endpoint, reached: list[Reached], asking: list[Reached]) -> tuple[int | None, bool]:
        """The place where a model is given a body as it came, and whether a failure of that is answered."""
        taken = self.bodies.taken(one.module, one.scope)
        self.bodies.answers = {place for asked in asking for place in _leading(asked)}
        for asked in asking:
            if self.bodies.source(reached, asked, taken) is not None:
                return self.link.rows.span(asked.frame.module.path, asked.call.where), _is_handled(asked)
        return None, False


def _leading(asked: Reached) -> Iterator[tuple[str, int]]:
    """The call that asks a model, and those by which an endpoint comes to it."""
    number, frame = asked.number, asked.frame
    while True:
        yield frame.module.path, number
        if frame.caller is None:
            return
        number, frame = frame.call, frame.caller


def _is_handled(asked: Reached) -> bool:
    """Whether something answers a failure of a call, where it stands or where its function is called."""
    frame: Frame | None = asked.frame
    context = asked.call.context
    while frame is not None:
        if any(kind == "try" and value[1] for kind, value in contexts_of(frame.module, context)):
            return True
        if frame.caller is not None and frame.call >= 0:
            context = frame.caller.module.code.calls[frame.call].context
        frame = frame.caller
    return False


def _is_route(func: Value, args: tuple[Value, ...]) -> bool:
    """Whether a decorator of unknown origin names the path of a request."""
    if func[0] != "attr" or func[2] not in _ROUTES or not args or args[0][0] != "const":
        return False
    return isinstance(args[0][1], str) and args[0][1].startswith("/")
