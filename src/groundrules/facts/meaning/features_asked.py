"""Fields of requests that a service takes apart by their names, with whether it reads each of them."""

from __future__ import annotations

from groundrules.facts.meaning.columns_flow import Flow
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.program import Module
from groundrules.facts.repository import Repository
from groundrules.typed import Any, NamedTuple

_FEWEST = 3  # fields that are read by their names, so that the others are left out


class Request(NamedTuple):
    """A class of requests."""

    path: str
    scope: int


class Asked:
    """Rows of feature_list for fields of requests."""

    def __init__(self, link: Link, repository: Repository) -> None:
        self.link = link
        self.repository = repository
        self.taken: dict[Request, set[str] | None] = {}  # the fields that are read; None: all may be
        self.fields: dict[Request, dict[str, Any]] = {}
        self.serving: set[str] = set()
        self.answered: set[Request] = set()  # those that a decorated function takes: no settings

    def module(self, module: Module) -> None:
        """The requests that the functions of a module take."""
        self.serving.add(module.path)
        for number, scope in enumerate(module.code.scopes):
            for param in scope.params:
                made = self._class(module, param.annotation) if param.annotation is not None else None
                if made is not None:
                    self._note(module, number, param.name, made)
                    self.answered.update((made,) if scope.decorators else ())

    def _class(self, module: Module, annotation: Any) -> Request | None:
        """The class of requests that an annotation names."""
        folder = self.link.folder
        folded = folder.fold(annotation, folder.module_frame(module))
        if folded[0] != "class":
            return None
        bases = folder.base_types(folded[1], folded[2])
        if not any((self.link.knowledge.of(base) or {}).get("request_class") for base in bases):
            return None
        return Request(folded[1], folded[2])

    def _note(self, module: Module, number: int, name: str, made: Request) -> None:
        uses = Flow(module, number).uses(("param", number, name))
        plain = all(use.kind == "attribute" for use in uses)
        read = {str(use.what) for use in uses} if plain else None
        known = self.taken.get(made, set())
        self.taken[made] = known | read if known is not None and read is not None else None
        there = self.link.folder.program.module(made.path)
        if made not in self.fields and there is not None:
            ops = there.code.scopes[made.scope].ops
            fields = {op[1]: op[3] for op in ops if op[0] == "f" or (op[0] == "=" and op[2][0] != "local")}
            methods = any(op[0] == "=" and op[2][0] == "local" for op in ops)
            heirs = any(("local", made.scope) in scope.bases for scope in there.code.scopes)
            self.fields[made] = {} if methods or heirs else fields

    def rows(self, scope: frozenset[str] | None) -> None:
        """A row for each field of a request of which only some are read, each by its name."""
        for made, taken in self.taken.items():
            fields = self.fields.get(made, {})
            if (
                not taken
                or made not in self.answered
                or len(taken.intersection(fields)) < _FEWEST
                or (scope is not None and made.path not in scope)
            ):
                continue
            module = self.link.folder.program.module(made.path)
            owner = module.code.scopes[made.scope].name if module is not None else ""
            for name, where in fields.items():
                used = name in taken or any(self._says(path, name) for path in {*self.serving, made.path})
                span = self.link.rows.span(made.path, where)
                self.link.rows.add("feature_list", span, span, name, "schema", 1, int(used), owner, "")

    def _says(self, path: str, name: str) -> bool:
        module = self.link.folder.program.module(path)
        return module is not None and name in module.code.names
