"""Views and features of a feature store, with whether a service or a retrieval of this repository takes them."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import EMPTY
from groundrules.facts.python.program import Module
from groundrules.facts.raw import ConfigKey
from groundrules.facts.repository import Repository
from groundrules.facts.sql.words import words
from groundrules.typed import Any, Iterator, NamedTuple, defaultdict

_FILLS = words("materialize push write apply ingest teardown delete refresh validate")  # calls that fill views
_DEEPEST = 12

Key = tuple[Any, ...]  # what a view is: the place that makes it


class View(NamedTuple):
    """A view, as the code defines it."""

    path: str
    where: Any
    name: str
    fields: dict[str, tuple[str, Any]]  # names, with where each is defined


class Stores:
    """Rows of feature_list for views and their features."""

    def __init__(self, link: Link, repository: Repository) -> None:
        self.link = link
        self.repository = repository
        self.functions = link.knowledge.functions
        self.views: dict[Key, View] = {}
        self.whole: set[str] = set()  # names of views that are taken as a whole
        self.taken: dict[str, set[str]] = defaultdict(set)  # features that are taken by name, by view
        self.silent = False  # something takes views that cannot be known
        self.keys: set[str] = set()  # join keys, which every retrieval brings along
        self.asked = False  # something in the repository takes features at all

    def relate(self, scope: frozenset[str] | None) -> None:
        """The views among the files of the scope."""
        roots = {name.partition(".")[0] for name in self.functions.having("feature_view")}
        if not self.repository.survey.importing(roots):
            return
        modules = [module for path in self.repository.code_paths() if (module := self._module(path)) is not None]
        for module in modules:
            self._define(module)
        for view in self.views.values():
            for key in self.keys.intersection(view.fields):
                del view.fields[key]
        if not self.views or (scope is not None and not any(view.path in scope for view in self.views.values())):
            return
        for module in modules:
            self._take(module)
        self._settings()
        if not self.silent and (self.asked or self._learns()):
            for view in self.views.values():
                if (scope is None or view.path in scope) and view.path not in self.link.tests:
                    self._row(view)

    def _learns(self) -> bool:
        """Whether the repository learns from features by itself, so that it could ask its own store for them."""
        lights = self.repository.lights()
        return any("fit" in light.names for path, light in lights.items() if path not in self.link.tests)

    def _module(self, path: str) -> Module | None:
        return self.link.folder.program.module(path)

    # ---- definitions -------------------------------------------------------------------------------------------------
    def _define(self, module: Module) -> None:
        frame = self.link.folder.module_frame(module)
        for number, call in enumerate(module.code.calls):
            _, entry = self.link.folder.entry_of(call, frame)
            if "entity" in entry:
                self.keys.update(self._keys(call, entry, frame))
            told = entry.get("feature_view")
            if told and not told.get("decorator"):
                name = self._text(self.link.folder.argument(call, entry, told.get("name"), frame), frame)
                if name:
                    fields = self._fields(module, number, entry, told)
                    self.views["inst", module.path, number] = View(module.path, call.where, name, fields)
        for scope_number, scope in enumerate(module.code.scopes):
            for decorator in scope.decorators:
                if decorator[0] != "call":
                    continue
                _, entry = self.link.folder.entry_of(module.code.calls[decorator[1]], frame)
                told = entry.get("feature_view")
                if told and told.get("decorator"):
                    fields = self._fields(module, decorator[1], entry, told)
                    where = module.code.calls[decorator[1]].where
                    self.views["func", module.path, scope_number] = View(module.path, where, scope.name, fields)

    def _keys(self, call: Call, entry: Any, frame: Any) -> Iterator[str]:
        """The columns that find the rows of an entity: those that it lists, or the one of its name."""
        for name in entry["entity"]["keys"]:
            given = self.link.folder.argument(call, entry, name, frame)
            folded = self.link.folder.fold(given, frame) if given is not None else ("?",)
            parts = folded[1] if folded[0] in ("list", "tuple") else (folded,)
            yield from (one[1] for one in parts if one[0] == "const" and isinstance(one[1], str))

    def _fields(self, module: Module, number: int, entry: Any, told: Any) -> dict[str, tuple[str, Any]]:
        """The features that a view lists; {} where they are not spelled out."""
        frame = self.link.folder.module_frame(module)
        call = module.code.calls[number]
        given = [self.link.folder.argument(call, entry, name, frame) for name in told.get("fields") or ()]
        value = next((one for one in given if one is not None), None)
        folded = self.link.folder.fold(value, frame) if value is not None else ("?",)
        found: dict[str, tuple[str, Any]] = {}
        for one in folded[1] if folded[0] in ("list", "tuple") else ():
            made = self._module(one[2]) if one[0] == "inst" else None
            if made is None:
                return {}
            inner = made.code.calls[one[3]]
            inner_frame = self.link.folder.module_frame(made)
            _, told_field = self.link.folder.entry_of(inner, inner_frame)
            name = self._text(self.link.folder.argument(inner, told_field, "name", inner_frame), inner_frame)
            if name:
                found[name] = (made.path, inner.where)
        return found

    def _text(self, value: Value | None, frame: Any) -> str | None:
        folded = self.link.folder.fold(value, frame) if value is not None else ("?",)
        return folded[1] if folded[0] == "const" and isinstance(folded[1], str) else None

    # ---- what takes them ---------------------------------------------------------------------------------------------
    def _take(self, module: Module) -> None:
        frame = self.link.folder.module_frame(module)
        names = {view.name for view in self.views.values()}
        for call in module.code.calls:
            _, entry = self.link.folder.entry_of(call, frame)
            for name in (entry.get("feature_service") or entry.get("feature_view") or EMPTY).get("takes", ()):
                self.asked = self.asked or "feature_service" in entry
                value = self.link.folder.argument(call, entry, name, frame)
                if value is not None:
                    self._listed(value, frame)
            if "feature_view" not in entry and _FILLS.isdisjoint(words_of(str(call.func[-1]))):
                for text in plain_texts([*call.args, *(value for _, value in call.kwargs)]):
                    if text in names:
                        self.whole.add(text)
        for part in everything(module):
            self._references(part)

    def _listed(self, value: Value, frame: Any) -> None:
        """The views of a service: whole ones, and some features of one."""
        if value[0] == "name":
            value = frame.module.env.get(value[1], value)
        if value[0] not in ("list", "tuple"):
            self._one(value, frame)
            return
        for one in value[1]:
            self._one(one, frame)

    def _one(self, value: Value, frame: Any) -> None:
        picked: Value | None = None
        if value[0] == "call":
            func = frame.module.code.calls[value[1]].func
            value = func[1] if func[0] == "attr" else value  # `view.with_name(…)` and the like
        if value[0] == "item":
            value, picked = value[1], value[2]
        folded = self.link.folder.fold(value, frame)
        key = ("inst", *folded[2:4]) if folded[0] == "inst" else folded[:3]
        view = self.views.get(key)
        if view is None:
            self.silent = self.silent or folded[0] not in ("inst", "ext")
            return
        texts = plain_texts([picked]) if picked is not None else []
        if texts:
            self.taken[view.name].update(texts)
        else:
            self.whole.add(view.name)

    def _references(self, value: Value) -> None:
        """Texts such as `view:feature`, and those with holes."""
        if value[0] == "const":
            self._reference(value[1])
        elif value[0] == "fmt":
            head = value[1][0] if value[1] and isinstance(value[1][0], str) else ""
            if ":" in head:
                self._whole(head.partition(":")[0])
            elif any(part == ":" for part in value[1] if isinstance(part, str)):
                self.silent = True

    def _reference(self, text: Any) -> None:
        view, colon, feature = text.partition(":") if isinstance(text, str) else ("", "", "")
        if colon and any(one.name == view for one in self.views.values()):
            self.asked = True
            self.taken[view].add(feature)

    def _whole(self, name: str) -> None:
        if any(one.name == name for one in self.views.values()):
            self.asked = True
            self.whole.add(name)

    def _settings(self) -> None:
        for path, kinds in self.repository.names.items():
            if kinds[0] in ("python", "notebook", "sql"):
                continue
            facts = self.repository.facts(path)
            for row in facts.rows if facts is not None else ():
                if isinstance(row, ConfigKey) and row.value and ":" in row.value:
                    self._reference(row.value.strip())

    # ---- rows --------------------------------------------------------------------------------------------------------
    def _row(self, view: View) -> None:
        rows = self.link.rows
        taken = self.taken.get(view.name, set())
        used = view.name in self.whole or bool(taken)
        span = rows.span(view.path, view.where)
        rows.add("feature_list", span, span, view.name, "feature-view", len(view.fields), int(used), None, "")
        for name, (path, where) in view.fields.items() if used else ():
            place = rows.span(path, where)
            read = view.name in self.whole or name in taken
            rows.add("feature_list", place, place, name, "feature", 1, int(read), view.name, "")


def plain_texts(values: list[Value]) -> list[str]:
    """The texts in values, also inside of lists."""
    found = []
    for one in values:
        if one[0] == "const" and isinstance(one[1], str):
            found.append(one[1])
        elif one[0] in ("list", "tuple", "set"):
            found.extend(plain_texts(list(one[1])))
    return found


def everything(module: Module) -> Iterator[Value]:
    """Every text in what a module says."""
    for call in module.code.calls:
        for value in (*call.args, *(value for _, value in call.kwargs)):
            yield from inside(value)
    for scope in module.code.scopes:
        for op in scope.ops:
            for part in op[1:4]:
                yield from inside(part)


def inside(value: Any, depth: int = 0) -> Iterator[Value]:
    """The texts inside a value."""
    if not isinstance(value, tuple) or not value or depth > _DEEPEST:
        return
    if value[0] in ("const", "fmt"):
        yield value
    else:
        for part in value[1:] if isinstance(value[0], str) else value:
            yield from inside(part, depth + 1)
