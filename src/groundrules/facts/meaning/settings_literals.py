"""Literals in calls, where the project keeps that very parameter in a configuration."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.settings_env import Environment
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.program import Module
from groundrules.facts.raw import ConfigKey
from groundrules.typed import TYPE_CHECKING, Any, Iterable

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_keys import Keys

_WORDS = ("cfg", "config", "conf", "param", "setting", "hparam")
_TRIVIAL = (0, 1, -1)
_LEARNING = frozenset(("estimator", "initialise", "search", "loader"))
_MECHANICAL = (
    "job",
    "worker",
    "verbos",
    "thread",
    "device",
    "log",
    "print",
    "gpu",
    "cpu",
    "timeout",
    "retries",
    "port",
    "seconds",
    "minutes",
    "hours",
    "days",
)
_SHAPE = ("stride", "kernel", "padding", "dilation")  # of a layer: how it is built, not how it is trained
_OF_TRAINING = ("train", "training", "model", "fit", "hyperparameters", "hparams")  # sections of no one step
_LONGEST = 6  # letters from which a parameter's name says enough

Row = tuple[str, ConfigKey]


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
        self._taken = self._whole()
        self._index()

    # ---- what the configurations hold --------------------------------------------------------------------------------
    def _index(self) -> None:
        """The keys of every configuration that code loads, by project and by their last part."""
        for place, reads in self.keys.places.items():
            project = self.environment.project(place.path.rpartition("/")[0])
            index = self.by_project.setdefault(project, {})
            self.loading.setdefault(project, set()).add(place.path.partition("/")[0])
            for source in {one.source for one in reads}:
                found = self.keys.configurations.find(source)
                if found.certain and found.tree is not None and (project, found.paths) not in self._seen:
                    self._seen.add((project, found.paths))
                    self.paths.update(found.paths)
                    for key, rows in found.tree.keys.items():
                        index.setdefault(key.rpartition(".")[2], []).extend((key, row) for _, row in rows)

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
        return {".".join(keys) for place, keys in taken if len(keys) == longest[place.path, place.where[:3]]}

    # ---- calls -------------------------------------------------------------------------------------------------------
    def relate(self, modules: Iterable[Module], events: Iterable[Event], scope: frozenset[str] | None) -> None:
        """Rows for the literals of a scope."""
        for module in modules:
            if module.path not in self.link.tests:
                self._beside(module)
                project = self.environment.project(module.path.rpartition("/")[0])
                index = self.by_project.get(project)
                if index and module.path.partition("/")[0] in self.loading[project]:
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
        function = str(call.func[-1]).rpartition(".")[2]
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
            names = [keyword for keyword, _ in call.kwargs if keyword in index and not is_mechanical(str(keyword))]
            if not names or not self._is_library(module, call):
                continue
            function = str(call.func[-1]).rpartition(".")[2]
            for keyword, value in call.kwargs:
                found = (
                    self._match(function, keyword, value, index) if keyword in names and keyword is not None else None
                )
                if found is not None:
                    path = next(
                        (
                            path
                            for path in sorted(self.paths)
                            if any(row is found[1] for row in self.keys.trees.rows(path)[0])
                        ),
                        None,
                    )
                    span = self.link.rows.span(path, tuple(found[1].where)) if path is not None else None
                    same = found[1].kind != "number" or same_number(found[1].value or "", value[1])
                    held = None if same else found[1].value
                    self._row(module, call, str(keyword), value, "key", found[0], span, held)

    def _match(self, function: str, keyword: str, value: Value, index: dict[str, list[Row]]) -> Row | None:
        for key, row in index.get(keyword, ()):
            section = plain(key.rpartition(".")[0].rpartition(".")[2])
            related = len(section) > 2 and (section in plain(function) or plain(function) in section)
            if row.kind == "list" and value[0] == "list" and len(value[1]) > 1 and self._same_list(key, value):
                return key, row
            if row.kind == "number" and is_number(value) and row.value is not None:
                same = same_number(row.value, value[1]) or (section in _OF_TRAINING and len(index[keyword]) == 1)
                if related or (same and len(keyword) >= _LONGEST and not self.is_read(key)):
                    return key, row
            if (
                row.kind == "text"
                and value[0] == "const"
                and value[1] == row.value
                and related
                and not self.is_read(key)
            ):
                return key, row
        return None

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
        return value[0] in ("attr", "item") and self.link.folder.fold(value[1], frame)[0] == "settings"

    def _bound(self, value: Value, frame: Frame) -> tuple[Value, Frame] | None:
        return frame.bound.get(value[2]) if value[0] == "param" else None


def is_mechanical(name: str) -> bool:
    """Whether a parameter has no bearing on results: how many processes, how much is printed."""
    return any(word in name.lower() for word in _MECHANICAL)


def is_number(value: Value) -> bool:
    """Whether a value is a number as a literal."""
    return value[0] == "const" and type(value[1]) in (int, float)


def same_number(text: str, number: float) -> bool:
    """Whether a configuration's text means the number."""
    try:
        return float(text) == float(number)
    except ValueError:
        return False


def plain(name: str) -> str:
    """A name without case and underscores."""
    return name.replace("_", "").replace("-", "").lower()


def spelled_key(value: Value) -> str | None:
    """How code spells an attribute or key of something that is named like a configuration; None for anything else."""
    steps: list[str] = []
    while value[0] in ("attr", "item"):
        if value[0] == "item" and value[2][0] != "const":
            return None
        steps.append(str(value[2] if value[0] == "attr" else value[2][1]))
        value = value[1]
    if value[0] in ("param", "name"):
        steps.append(str(value[-1]))
    steps.reverse()
    if len(steps) < 2 or not any(word in step.lower() for step in steps[:-1] for word in _WORDS):
        return None
    return ".".join(steps)


def shown(value: Value) -> str:
    """A literal as code has it."""
    if value[0] == "const":
        return repr(value[1])
    return "[" + ", ".join(shown(one) for one in value[1]) + "]" if value[0] in ("list", "tuple") else "…"
