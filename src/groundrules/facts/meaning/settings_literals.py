"""Literals in calls, where the project keeps that very parameter in a configuration."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.settings_env import Environment
from groundrules.facts.meaning.settings_written import (
    called,
    is_literal,
    is_mechanical,
    is_number,
    is_scalar,
    outermost,
    plain,
    same_number,
    shown,
    spelled_key,
)
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import options
from groundrules.facts.raw import ConfigKey
from groundrules.typed import TYPE_CHECKING, Any, Iterable, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_keys import Keys

_ANYWHERE = "*"
_TRIVIAL = (0, 1, -1)
_LEARNING = frozenset(("estimator", "initialise", "search", "loader"))
_SHAPE = ("stride", "kernel", "padding", "dilation")  # of a layer: how it is built, not how it is trained
_OF_TRAINING = ("train", "training", "model", "fit", "hyperparameters", "hparams")  # sections of no one step
_LONGEST = 6  # letters from which a parameter's name says enough

Row = tuple[str, ConfigKey]


class Given(NamedTuple):
    """A literal that a call is given for a parameter."""

    function: str
    keyword: str
    value: Value
    beside: bool  # the call takes another argument from the configuration
    known: bool  # it is known what the function does
    path: str


class Literals:
    """Rows of hard_coded."""

    def __init__(self, link: Link, environment: Environment, keys: Keys) -> None:
        self.link = link
        self.environment = environment
        self.keys = keys
        self.by_project: dict[str, dict[str, list[Row]]] = {}
        self.paths: set[str] = set()
        self.loading: dict[str, set[str]] = {}  # by project: the outermost folders of the code that loads them
        self._seen: set[tuple[str, tuple[str, ...]]] = set()
        self._readers: dict[str, set[str]] = {}  # by key: the files that take it by itself
        self._taken = self._whole()
        self._index()
        self._index_of_pipelines()

    # ---- what the configurations hold --------------------------------------------------------------------------------
    def _index(self) -> None:
        """The keys of every configuration that code loads, by project and by their last part."""
        for place, reads in self.keys.places.items():
            project = self.environment.project(place.path.rpartition("/")[0])
            index = self.by_project.setdefault(project, {})
            self.loading.setdefault(project, set()).add(outermost(place.path))
            for source in {one.source for one in reads}:
                found = self.keys.configurations.find(source)
                if found.certain and found.tree is not None and (project, found.paths) not in self._seen:
                    self._seen.add((project, found.paths))
                    self.paths.update(found.paths)
                    for key, rows in found.tree.keys.items():
                        index.setdefault(key.rpartition(".")[2], []).extend((key, row) for _, row in rows)

    def _index_of_pipelines(self) -> None:
        """The parameters of pipelines that no code loads: they are the project's all the same."""
        tracked = self.link.owners.tracked
        for path in sorted(tracked):
            folder, _, name = path.rpartition("/")
            pipeline = f"{folder}/dvc.yaml" if folder else "dvc.yaml"
            if name == "params.yaml" and pipeline in tracked and path not in self.paths:
                project = self.environment.project(folder)
                index = self.by_project.setdefault(project, {})
                self.loading.setdefault(project, set()).add(_ANYWHERE)
                self.paths.add(path)
                for row in self.keys.trees.rows(path)[0]:
                    index.setdefault(row.key.rpartition(".")[2], []).append((row.key, row))

    def is_read(self, key: str) -> bool:
        """Whether code takes the key, or a section around it, from a configuration."""
        return any(key == whole or key.startswith(whole + ".") for whole in self._taken)

    def _whole(self) -> set[str]:
        """The keys that code takes; a section is one of them where it is more than a step on the way to a key."""
        longest: dict[tuple[Any, ...], int] = {}
        taken = [(place, one.keys) for place, reads in self.keys.places.items() for one in reads]
        for place, keys in taken:
            start = (place.path, place.where[:3])
            longest[start] = max(longest.get(start, 0), len(keys))
        found = [(".".join(keys), place) for place, keys in taken if len(keys) == longest[place.path, place.where[:3]]]
        for key, place in found:
            self._readers.setdefault(key, set()).add(place.path)
        return {key for key, _ in found}

    # ---- calls -------------------------------------------------------------------------------------------------------
    def relate(self, modules: Iterable[Module], events: Iterable[Event], scope: frozenset[str] | None) -> None:
        """Rows for the literals of a scope."""
        for module in modules:
            if module.path not in self.link.tests:
                self._beside(module)
                project = self.environment.project(module.path.rpartition("/")[0])
                index = self.by_project.get(project)
                if index and not self.loading[project].isdisjoint((outermost(module.path), _ANYWHERE)):
                    self._duplicates(module, index)
        for event in events:
            draws = event.known.get("draws")
            purposes = {one.get("purpose") for one in (draws if isinstance(draws, list) else [draws]) if one}
            if (
                (purposes & _LEARNING or event.known.get("outcome") == "optimiser")
                and (scope is None or event.module.path in scope)
                and event.module.path not in self.link.tests
            ):
                self._siblings(event)

    def _row(
        self,
        module: Module,
        call: Call,
        name: str,
        value: Value,
        how: str,
        key: str | None,
        span: int | None,
        held: str | None = None,
    ) -> None:
        function = called(module, call)
        here = self.link.rows.span(module.path, call.where)
        scope = self.link.scope_name(module, call.scope)
        told = (function, name, shown(value), how, key, span, held)
        self.link.rows.add("hard_coded", here, module.path, *told, scope)

    def _beside(self, module: Module) -> None:
        """Another call of the same function takes the parameter from the configuration."""
        taken: dict[tuple[str, str], tuple[Call, str]] = {}
        literal: list[tuple[Call, str, Value]] = []
        for name, numbers in module.called.items():
            calls = [one for number in numbers if (one := module.code.calls[number]).kwargs]
            if len(calls) < 2 or is_mechanical(name):
                continue
            for call in calls:
                for keyword, value in call.kwargs:
                    if keyword and is_number(value):
                        literal.append((call, keyword, value))
                    elif keyword and (key := spelled_key(value)) is not None:
                        taken.setdefault((name, keyword), (call, key))
        for call, keyword, value in literal if taken else ():
            other = taken.get((str(call.func[-1]).rpartition(".")[2], keyword))
            if other is not None and value[1] not in _TRIVIAL and not is_mechanical(keyword):
                span = self.link.rows.span(module.path, other[0].where)
                self._row(module, call, keyword, value, "call", other[1], span)

    def _duplicates(self, module: Module, index: dict[str, list[Row]]) -> None:
        """A configuration that the project loads holds the parameter."""
        for call in module.code.calls:
            names = [keyword for keyword, value in call.kwargs if keyword in index and is_literal(value)]
            beside = bool(names) and self._takes(call, module, index)
            if not names or not (beside or self._is_library(module, call)):
                continue
            known = bool(self.link.folder.entry_of(call, self.link.folder.scope_frame(module, call.scope))[1])
            for keyword, value in call.kwargs:
                if keyword not in names or keyword is None:
                    continue
                given = Given(called(module, call), keyword, value, beside, known, module.path)
                found = self._match(given, index[keyword])
                if found is not None:
                    same = found[1].kind != "number" or same_number(found[1].value or "", value[1])
                    held = None if same else found[1].value
                    self._row(module, call, str(keyword), value, "key", found[0], self._held_at(found[1]), held)

    def _held_at(self, row: ConfigKey) -> int | None:
        """The place of a key in its file."""
        rows = self.keys.trees.rows
        path = next((path for path in sorted(self.paths) if any(one is row for one in rows(path)[0])), None)
        return self.link.rows.span(path, tuple(row.where)) if path is not None else None

    def _takes(self, call: Call, module: Module, index: dict[str, list[Row]]) -> bool:
        """Whether a call takes another argument from a configuration, or what is named like one, that holds its key."""
        frame = self.link.folder.scope_frame(module, call.scope)
        for value in (*call.args, *(value for _, value in call.kwargs)):
            key = spelled_key(value)
            if key is not None and key.rpartition(".")[2] in index:
                return True
            if value[0] in ("attr", "item") and self._from_settings(value, frame):
                return True
        return False

    def _match(self, given: Given, rows: list[Row]) -> Row | None:
        """The key of that name with which a literal has to do.

        Where the call takes others from the configuration, this one could be taken from it as well; else the value has
        to be the same, or the section speak of the function.
        """
        value, function = given.value, plain(given.function)
        for key, row in rows:
            if given.beside and is_scalar(value, row) and (len(rows) == 1 or str(value[1]).lower() == row.value):
                return key, row
            if is_mechanical(given.keyword):
                continue
            section = plain(key.rpartition(".")[0].rpartition(".")[2])
            related = len(section) > 2 and (section in function or function in section)
            if row.kind == "list" and value[0] == "list" and len(value[1]) > 1 and self._same_list(key, value):
                return key, row
            if row.kind == "number" and is_number(value) and row.value is not None:
                same = same_number(row.value, value[1]) or (section in _OF_TRAINING and len(rows) == 1)
                if related or (same and len(given.keyword) >= _LONGEST and self._is_told_twice(key, row, given)):
                    return key, row
            if row.kind == "text" and value == ("const", row.value) and related and not self.is_read(key):
                return key, row
        return None

    def _is_told_twice(self, key: str, row: ConfigKey, given: Given) -> bool:
        """Whether a literal stands for a key: nothing reads the key, or other files do, for what has the same value."""
        if not self.is_read(key):
            return True
        alike = row.value is not None and same_number(row.value, given.value[1]) and given.value[1] not in _TRIVIAL
        return alike and given.known and key in self._readers and given.path not in self._readers[key]

    def _same_list(self, key: str, value: Value) -> bool:
        items: dict[str, ConfigKey] = {}
        for rows in self.by_project.values():
            for number in range(len(value[1])):
                items.update((one, row) for one, row in rows.get(str(number), ()) if one == f"{key}.{number}")
        return all(
            item[0] == "const" and (row := items.get(f"{key}.{number}")) is not None and str(item[1]) == row.value
            for number, item in enumerate(value[1])
        )

    def _is_library(self, module: Module, call: Call) -> bool:
        frame = self.link.folder.scope_frame(module, call.scope)
        callee = self.link.folder.callee(call, frame)
        return bool(callee[0] == "ext")

    def _siblings(self, event: Event) -> None:
        """Other parameters of the same call come from a configuration file."""
        given = [(name, value) for name, value in event.call.kwargs if name]
        values = [*event.call.args, *(value for _, value in given)]
        if not any(self._from_settings(value, event.frame) for value in values):
            return
        for name, value in given:
            shape = name.startswith(_SHAPE)
            if is_number(value) and value[1] not in _TRIVIAL and not is_mechanical(name) and not shape:
                self._row(event.module, event.call, name, value, "siblings", None, None)

    def _from_settings(self, value: Value, frame: Frame) -> bool:
        for _ in range(6):
            bound = self._bound(value, frame)
            if bound is None:
                break
            value, frame = bound
        if value[0] == "name":
            value = frame.module.env.get(value[1], value)
        taken = options(self.link.folder.fold(value[1], frame)) if value[0] in ("attr", "item") else ()
        return any(one[0] == "settings" for one in taken)

    def _bound(self, value: Value, frame: Frame) -> tuple[Value, Frame] | None:
        return frame.bound.get(value[2]) if value[0] == "param" else None
