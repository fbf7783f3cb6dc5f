"""Addresses of services that predict, spelled in the code that asks them."""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value, parts_of
from groundrules.facts.python.knowledge import EMPTY
from groundrules.facts.python.program import Module
from groundrules.facts.python.task_files import imported_roots
from groundrules.facts.repository import Repository
from groundrules.facts.sql.words import words

_SERVES = pattern(
    r"(?i)^https?://[^/{]+(?:/.*)?/(?:v[12]/models/.+|predict[\w-]*(?:/.*)?|invocations|infer|inference|score|.+:predict)"
    r"/?(?:\?.*)?$"
)
_LOCAL = pattern(r"(?i)^(?:https?://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?=[:/]|$)")
_TRIES = words(
    """benchmark demo demos example examples locust locustfile notebook notebooks playground sample samples scratch
    smoke test tests testing tester tutorial tutorials try"""
)
_DEEPEST = 6
_SPELLED = frozenset({"const", "name", "ext", "fmt", "bin"})


class Addresses:
    """Rows of service_address."""

    def __init__(self, link: Link, repository: Repository) -> None:
        self.link = link
        self.repository = repository
        functions = link.knowledge.functions
        self.asking = {name.rpartition(".")[2] for name in functions.having("waits", "asks_models")}
        self.showing = {name.partition(".")[0] for name in functions.having("shows_pages")}

    def relate(self, scope: frozenset[str] | None) -> None:
        """The addresses that the files of the scope ask."""
        for path in self.repository.code_paths() if scope is None else sorted(scope):
            module = self.link.folder.program.module(path) if path in self.repository.names else None
            if module is None or self.asking.isdisjoint(module.called):
                continue
            for name in self.asking.intersection(module.called):
                for number in module.called[name]:
                    self._call(module, module.code.calls[number])

    def _call(self, module: Module, call: Call) -> None:
        given = dict(call.kwargs).get("url", next(iter(call.args), None))
        if given is None or given[0] not in _SPELLED or (given[0] == "const" and not _may_be(given[1])):
            return
        frame = self.link.folder.scope_frame(module, call.scope)
        if not self._is_written(given, frame):
            return
        for address in self.link.texts(given, frame)[:1]:
            known = self.link.folder.entry_of(call, frame)[1] if _may_be(address) else EMPTY
            if "asks_models" in known or ("waits" in known and _SERVES.search(address)):
                self._row(module, call, given, address)

    def _is_written(self, value: Value, frame: Frame, depth: int = 0) -> bool:
        """Whether a value can be no other than what the code spells: a name that nothing else may set."""
        if depth > _DEEPEST or value[0] not in _SPELLED:
            return False
        if value[0] == "name":
            bound = frame.module.env.get(value[1])
            module = self.link.folder.module_frame(frame.module)
            return bound is not None and self._is_written(bound, module, depth + 1)
        if value[0] == "ext":
            return bool(self.link.folder.fold(value, frame)[0] == "const")
        if value[0] == "fmt":
            head = value[1][0] if value[1] else ""
            return isinstance(head, str) or self._is_written(head, frame, depth + 1)
        if value[0] == "bin":
            return all(self._is_written(part, frame, depth + 1) for part in parts_of(value)[:1])
        return True

    def _row(self, module: Module, call: Call, given: Value, address: str) -> None:
        rows = self.link.rows
        here = rows.span(module.path, call.where)
        span = here
        if given[0] == "name":
            places = [op[3] for op in module.code.scopes[0].ops if op[0] == "=" and op[1] == given[1]]
            span = rows.span(module.path, places[-1]) if places else here
        scope = module.code.scopes[call.scope]
        rows.add(
            "service_address", span, module.path, address, here, int(_LOCAL.search(address) is not None),
            int(self._tries(module, call)), scope.qualname,
        )  # fmt: skip

    def _tries(self, module: Module, call: Call) -> bool:
        """Whether code only tries a service: a test, an example, a notebook, or a script's own level."""
        if module.path in self.link.tests or module.code.cells or module.path.endswith(".ipynb"):
            return True
        named = {word for part in module.path.split("/") for word in words_of(part)}
        if not _TRIES.isdisjoint(named) or not _TRIES.isdisjoint(words_of(module.code.scopes[call.scope].name)):
            return True
        if call.scope == 0 and self.showing.isdisjoint(imported_roots(module)):
            return True
        return any(kind == "main" for kind, _ in contexts_of(module, call.context))


def _may_be(text: object) -> bool:
    """Whether a text may be an address."""
    return isinstance(text, str) and (text.startswith("http") or ":" in text)
