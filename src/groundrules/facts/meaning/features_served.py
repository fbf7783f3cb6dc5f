"""What a service that predicts asks its callers for, held against the columns that training lists."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.features import named_like_columns
from groundrules.facts.meaning.features_lists import column_names
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.program import Module
from groundrules.facts.raw import ConfigKey
from groundrules.facts.repository import Repository
from groundrules.facts.sql.words import words
from groundrules.typed import TYPE_CHECKING, Any, Iterator, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.meaning.features_asked import Asked
    from groundrules.facts.meaning.features_names import holds
else:
    late(globals(), "groundrules.facts.meaning.features_asked", classes="Asked")
    late(globals(), "groundrules.facts.meaning.features_names", "holds")

_FEWEST = 4  # fields of a schema that is worth a look
_SHARED = 3  # names that a schema and a list must have in common, at least
_OTHER = words(
    """target targets label labels id ids drop dropped useless exclude excluded ignore ignored date dates index meta y
    output"""
)
_LONGEST = 400  # lines of a literal
_FITS = "fit"
_ROUTES = words("route get post put")
_SCHEMA_KEY = ("const", "properties")


class Schema(NamedTuple):
    """What a request must hold."""

    path: str
    owner: str
    fields: dict[str, Any]  # names, with where each is written
    value: Any  # the literal that holds them; None for a class


class Listed(NamedTuple):
    """The columns that one file lists for training."""

    path: str
    names: dict[str, Any]  # with where the list is written


class Served:
    """Rows of served_field."""

    def __init__(self, link: Link, repository: Repository) -> None:
        self.link = link
        self.repository = repository
        functions = link.knowledge.functions
        told = {name: functions[name].get("step") for name in functions.having("step")}
        self.predicting = {name.rpartition(".")[2] for name, step in told.items() if step and step["does"] == "predict"}
        self._lists: list[Listed] | None = None
        self.asked = Asked(link, repository)
        self.seen: set[tuple[str, str]] = set()

    def relate(self, scope: frozenset[str] | None) -> None:
        """The services among the files of the scope."""
        for path in self.repository.code_paths() if scope is None else sorted(scope):
            if path in self.link.tests or path not in self.repository.names:
                continue
            module = self.link.folder.program.module(path)
            if module is None or module.code.cells or self.predicting.isdisjoint(module.code.names):
                continue
            self.asked.module(module)
            for schema in (*self._dicts(module), *self._classes(module), *self._chosen(module)):
                if len(schema.fields) >= _FEWEST and (schema.path, schema.owner) not in self.seen:
                    self.seen.add((schema.path, schema.owner))
                    self._compare(module, schema)
        self.asked.rows(scope)

    # ---- schemas -----------------------------------------------------------------------------------------------------
    def _dicts(self, module: Module) -> Iterator[Schema]:
        """Literals in the form of a JSON Schema."""
        for op in module.code.scopes[0].ops:
            pairs = dict(op[2][1]) if op[0] == "=" and op[2][0] == "dict" else {}
            inner = pairs.get(_SCHEMA_KEY)
            if inner is not None and inner[0] == "dict":
                names = [key[1] for key, _ in inner[1] if key is not None and key[0] == "const"]
                yield Schema(module.path, op[1], self._places(module.path, op[3], names), op[2])

    def _places(self, path: str, where: Any, names: list[str]) -> dict[str, Any]:
        """Where the keys of a literal stand: the first lines of the statement that spell them."""
        found = dict.fromkeys(names, where)
        for _, data in self.repository.snapshot.read([path]):
            lines = data.decode("utf-8", "replace").split("\n") if isinstance(data, bytes) else []
            for name in names:
                for number in range(where[1], min(where[1] + _LONGEST, len(lines)) + 1):
                    column = max(lines[number - 1].find(f"{quote}{name}{quote}") for quote in "\"'")
                    if column >= 0:
                        found[name] = (None, number, column + 1, number, column + 3 + len(name))
                        break
        return found

    def _classes(self, module: Module) -> Iterator[Schema]:
        """Classes of requests that functions of a service take."""
        folder = self.link.folder
        for scope in module.code.scopes:
            for param in scope.params if scope.decorators else ():
                folded = folder.fold(param.annotation, folder.module_frame(module)) if param.annotation else ("?",)
                if folded[0] != "class":
                    continue
                bases = folder.base_types(folded[1], folded[2])
                if not any((self.link.knowledge.of(base) or {}).get("request_class") for base in bases):
                    continue
                there = folder.program.module(folded[1])
                owner = there.code.scopes[folded[2]] if there is not None else None
                if owner is not None:
                    fields = {op[1]: op[3] for op in owner.ops if _is_field(op)}
                    yield Schema(folded[1], owner.name, fields, None)

    def _chosen(self, module: Module) -> Iterator[Schema]:
        """Lists of columns by which a web service chooses what its model gets."""
        scopes = module.code.scopes
        routes = any(one[-1:] and _route(module, one) for scope in scopes for one in scope.decorators)
        for op in scopes[0].ops if routes and _FITS not in module.code.names else ():
            if op[0] == "=" and lists_features(op[1]):
                names = column_names(op[2])
                yield Schema(module.path, op[1], self._places(module.path, op[3], list(names)), op[2])

    # ---- lists -------------------------------------------------------------------------------------------------------
    def lists(self) -> list[Listed]:
        """The columns that each file lists, those of notebooks last."""
        if self._lists is None:
            found = [*self._of_settings(), *self._of_code()]
            self._lists = sorted(found, key=lambda one: one.path.endswith(".ipynb"))
        return self._lists

    def _of_settings(self) -> Iterator[Listed]:
        for path, kinds in self.repository.names.items():
            if kinds[0] in ("python", "notebook", "sql"):
                continue
            facts = self.repository.facts(path)
            names: dict[str, Any] = {}
            for row in facts.rows if facts is not None else ():
                if isinstance(row, ConfigKey) and row.kind == "text" and row.value:
                    head, _, last = row.key.rpartition(".")
                    if last.isdigit() and lists_features(head.rpartition(".")[2]):
                        names[row.value] = tuple(row.where)
            if len(names) >= _SHARED:
                yield Listed(path, names)

    def _of_code(self) -> Iterator[Listed]:
        for path in self.repository.code_paths():
            module = self.link.folder.program.module(path) if path not in self.link.tests else None
            names: dict[str, Any] = {}
            fits_there = module is not None and _FITS in module.code.names
            for scope in module.code.scopes if module is not None else ():
                for op in scope.ops:
                    chosen = op[0] == "l" and op[2][0] == "list" and fits_there
                    if chosen or (op[0] == "=" and lists_features(op[1])):
                        names.update(dict.fromkeys(column_names(op[2]), op[3]))
            if len(names) >= _SHARED:
                yield Listed(path, names)

    # ---- comparing ---------------------------------------------------------------------------------------------------
    def _compare(self, module: Module, schema: Schema) -> None:
        """Rows for a schema that nearly is what some file lists."""
        near = [one for one in self.lists() if one.path not in (module.path, schema.path) and fits(schema, one)]
        chosen = schema.value is not None and schema.value[0] in ("list", "tuple")
        if not near or (chosen and any(set(schema.fields) <= set(one.names) for one in near)):
            return
        best = max(near, key=lambda one: (not one.path.endswith(".ipynb"), common(schema.path, one.path)))
        for name, where in schema.fields.items():
            listed = best.names.get(name)
            other = listed if listed is not None else next(iter(best.names.values()))
            read = listed is None and (self._spoken(module, schema, name) or self._elsewhere(best, name))
            self._add(schema, name, where, listed is not None or read, best, other)

    def _add(self, schema: Schema, name: str, where: Any, trained: bool, best: Listed, other: Any) -> None:
        rows = self.link.rows
        span, there = rows.span(schema.path, where), rows.span(best.path, other)
        rows.add("served_field", span, schema.path, schema.owner, name, int(trained), best.path, there)

    def _spoken(self, module: Module, schema: Schema, name: str) -> bool:
        """Whether the service, or the file of the schema, reads a field by its name."""
        for path in {module.path, schema.path}:
            one = self.link.folder.program.module(path)
            for scope in one.code.scopes if one is not None else ():
                for op in scope.ops:
                    own = schema.value is not None and len(op) > 2 and op[2] == schema.value
                    parts = () if own or one is None else said(one, op)
                    if any(holds(part, name, "." + name) for part in parts):
                        return True
        return False

    def _elsewhere(self, best: Listed, name: str) -> bool:
        """Whether other code than a notebook's names it beside training: it may be joined or computed there."""
        folder = best.path.rpartition("/")[0]
        for path, light in self.repository.lights().items():
            if path.endswith(".ipynb") or path in self.link.tests or name not in light.names:
                continue
            if path == best.path or (folder and path.startswith(folder + "/")):
                return True
        return False


def said(module: Module, op: Any) -> list[Any]:
    """The values of an operation."""
    if op[0] == "c":
        call = module.code.calls[op[1]]
        return [call.func, *call.args, *(value for _, value in call.kwargs)]
    return [part for part in op[1:5] if isinstance(part, tuple)]


def _route(module: Module, decorator: Any) -> bool:
    """Whether a decorator makes a function answer requests."""
    func = module.code.calls[decorator[1]].func if decorator[0] == "call" else decorator
    return func[0] == "attr" and func[2] in _ROUTES


def _is_field(op: Any) -> bool:
    """Whether a statement of a class declares a field: no method, no class inside, no settings of the class."""
    return bool(op[0] == "f" or (op[0] == "=" and op[2][0] != "local" and op[1] != "model_config"))


def lists_features(name: str) -> bool:
    """Whether a name says that it holds columns that a model learns from."""
    return named_like_columns(name) and _OTHER.isdisjoint(words_of(name))


def fits(schema: Schema, one: Listed) -> bool:
    """Whether a schema asks for nearly all columns that a file lists, and for few others."""
    shared = sum(name in schema.fields for name in one.names)
    return shared >= _SHARED and shared >= 0.8 * len(one.names) and shared >= 0.6 * len(schema.fields)


def common(one: str, other: str) -> int:
    """How many folders two paths share."""
    pairs = zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)
    return next((number for number, (left, right) in enumerate(pairs) if left != right), 99 if one == other else 50)
