"""Variables of the environment: which ones code reads, how it bears their absence, and where they are declared."""

from __future__ import annotations

from groundrules.basics.entries import Entries
from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.settings_declared import Declarations
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import NONE, Call, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import users_of
from groundrules.facts.raw import ConfigKey
from groundrules.facts.repository import Repository
from groundrules.typed import TYPE_CHECKING, Any, Iterable, Iterator, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_classes import declared_by_classes
    from groundrules.facts.meaning.settings_helpers import falls_back, given_in, handles, magic_names
    from groundrules.facts.meaning.settings_uses import Uses
else:
    late(globals(), "groundrules.facts.meaning.settings_classes", "declared_by_classes")
    late(globals(), "groundrules.facts.meaning.settings_helpers", "falls_back given_in handles magic_names")
    late(globals(), "groundrules.facts.meaning.settings_uses", classes="Uses")

ASKS = "${oc.env:"  # before the name of a variable in a value
_GIVES = "env="  # stands among the names of a file that hands variables to what it starts
_GIVEN = frozenset(("env", "environment", "env_vars", "environment_variables", "extra_env", "envs", "container_env"))
_KNOWN_PARTS = ("const", "name", "ext", "attr", "item", "fmt", "bin", "elem", "call", "tuple", "list", "set")


class Read(NamedTuple):
    """A place that reads a variable."""

    value: Value  # the expression
    names: tuple[str, ...]
    function: str
    where: tuple[Any, ...]
    context: int
    scope: int
    has_default: bool
    raises: bool


class Environment(Declarations):
    """Rows of env_declared and env_read."""

    def __init__(self, link: Link, repository: Repository) -> None:
        super().__init__(link)
        self.repository = repository
        self.frames: dict[tuple[str, int], Frame] = {}
        self._handed_over: dict[str, list[tuple[Value, Call]]] = {}  # by file: calls and items that calls are given
        functions = link.knowledge.functions
        self.words = words(functions)
        self.reading = {name.rpartition(".")[2] for name in functions.having("reads_env")}
        spelled = functions.having("reads_env", "declares_env")
        self.mappings = {name.split(".")[-2] for name in spelled if name.endswith("item__")}  # such as `environ`
        self.standing = {name.rpartition(".")[2] for name in functions.having("stands_for")}
        self.setting = {name.rpartition(".")[2] for name in functions.having("declares_env")}

    # ---- declarations ------------------------------------------------------------------------------------------------
    def declarations(self, modules: Iterable[Module]) -> None:
        """What tracked files declare, and what code sets."""
        tracked = self.link.owners.tracked
        for path, row in self.repository.survey.rows(("EnvDeclared",)):
            if path in tracked:
                self.declare(path, row.where, row.name, row.how)
        for module in modules:
            self.starting.append(module)
            for where, name in self._set_in(module):
                self.declare(module.path, where, name, "code")
            for where, name in declared_by_classes(self.link, module):
                self.declare(module.path, where, name, "settings")

    def _set_in(self, module: Module) -> Iterator[tuple[tuple[Any, ...], str]]:
        """Variables that a module's own code sets, for itself or for what it starts."""
        for call in module.code.calls:
            for keyword, value in call.kwargs:
                if keyword in _GIVEN:
                    yield from ((call.where, name) for name in given_in(module, value))
            if _may_be(call.func, self.setting):
                yield from ((call.where, name) for name in self._set_by(module, call))
        for number, scope in enumerate(module.code.scopes):
            for op in scope.ops:
                if op[0] == "s" and self._of_mapping(op[1], module, number, "__setitem__").get("declares_env"):
                    yield from ((op[4], name) for name in self._names(op[2], module, number, False))
                elif op[0] == "a" and op[2] in _GIVEN:
                    yield from ((op[4], name) for name in given_in(module, op[3]))
                elif op[0] == "m":
                    yield from ((op[3], name) for name in magic_names(op[1], op[2]))

    def _set_by(self, module: Module, call: Call) -> Iterator[str]:
        """Variables that a call sets."""
        frame = self.frame(module, call.scope)
        entry = self.link.folder.entry_of(call, frame)[1]
        told = entry.get("declares_env")
        if told:
            mapping = told.get("mapping") is not None
            given = self.link.folder.argument(call, entry, told.get("name"), frame)
            yield from self._names(given or next(iter(call.args), None), module, call.scope, mapping)
            yield from (keyword for keyword, _ in call.kwargs if keyword and mapping)

    def _names(self, value: Value | None, module: Module, scope: int, mapping: bool) -> Iterator[str]:
        if value is None:
            return
        folded = self.link.folder.fold(value, self.frame(module, scope))
        for one in folded[1:] if folded[0] == "either" else (folded,):
            if mapping and one[0] == "dict":
                yield from (str(key[1]) for key, _ in one[1] if key is not None and key[0] == "const")
            elif one[0] == "const" and isinstance(one[1], str):
                yield one[1]

    # ---- reads -------------------------------------------------------------------------------------------------------
    def frame(self, module: Module, scope: int) -> Frame:
        """A frame of a scope of which no caller is known."""
        if scope == 0:
            return self.link.folder.module_frame(module)
        frame = self.frames.get((module.path, scope))
        if frame is None:
            frame = self.frames[module.path, scope] = Frame(module, scope)
        return frame

    def reads(self, module: Module) -> None:
        """Rows for what a module reads."""
        found = sorted(
            [*self._calls(module), *self._subscripts(module)], key=lambda one: (one.where[0] or 0, one.where[1:])
        )
        if not found:
            return
        uses = Uses(module, {one.value: one.names for one in found})
        for one in found:
            for name in one.names:
                self._row(module, one, name, uses)

    def _calls(self, module: Module) -> Iterator[Read]:
        for number, call in enumerate(module.code.calls):
            if not _may_be(call.func, self.reading):
                continue
            frame = self.frame(module, call.scope)
            function, entry = self.link.folder.entry_of(call, frame)
            if not entry.get("reads_env") and call.func[0] == "attr":
                function, entry = self._of_standing(call.func[1], module, call.scope, call.func[2])
            told = entry.get("reads_env")
            if not told:
                continue
            default = self.link.folder.argument(call, entry, told.get("default"), frame)
            given = self.link.folder.argument(call, entry, told.get("name"), frame)
            names = self._spelled(given, module, call.scope)
            has_default = default is not None and self.link.folder.fold(default, frame) != NONE
            raises = bool(told.get("required")) and default is None
            yield Read(("call", number), names, function, call.where, call.context, call.scope, has_default, raises)

    def _subscripts(self, module: Module) -> Iterator[Read]:
        for number, scope in enumerate(module.code.scopes):
            for op in scope.ops:
                if op[0] != "l":
                    continue
                function, entry = self._read_of(op[1], module, number)
                if entry.get("reads_env"):
                    names = self._spelled(op[2], module, number)
                    yield Read(("item", op[1], op[2]), names, function, op[3], op[4], number, False, True)

    def _read_of(self, base: Value, module: Module, scope: int) -> tuple[str, Entry]:
        """A mapping and what is known of taking an item of it."""
        entry = self._of_mapping(base, module, scope, "__getitem__")
        if entry:
            return self.link.knowledge.canonical(str(self.link.folder.fold(base, self.frame(module, scope))[1])), entry
        return self._of_standing(base, module, scope, "__getitem__")

    def _of_standing(self, base: Value, module: Module, scope: int, method: str) -> tuple[str, Entry]:
        """The loader of variables that git holds no file of, with what is known of a method of its result."""
        if base[0] not in ("name", "call") or self.standing.isdisjoint(module.called):
            return "", {}
        folded = self.link.folder.fold(base, self.frame(module, scope))
        source: Any = folded[1] if folded[0] == "settings" and not folded[2] else NONE
        if source[0] != "call" or self.link.folder.settings.find(source).paths:
            return "", {}
        loader = self.link.folder.program.module(source[1])
        function, entry = self.link.folder.entry_of(loader.code.calls[source[2]], source[3]) if loader else ("", {})
        known = self.link.knowledge.of(f"{entry.get('stands_for')}.{method}") if "stands_for" in entry else None
        return str(function), known or {}

    def _of_mapping(self, base: Value, module: Module, scope: int, method: str) -> Entry:
        if base[0] not in ("ext", "name") and not (base[0] == "attr" and base[2] in self.mappings):
            return {}
        folded = self.link.folder.fold(base, self.frame(module, scope))
        return (self.link.knowledge.of(f"{folded[1]}.{method}") or {}) if folded[0] == "ext" else {}

    def _spelled(self, value: Value | None, module: Module, scope: int) -> tuple[str, ...]:
        """The names that an argument spells; none when a caller decides."""
        if value is None or value[0] not in _KNOWN_PARTS:
            return ()
        return tuple(name for name in self._names(value, module, scope, False) if is_name(name))

    def _row(self, module: Module, read: Read, name: str, uses: Uses) -> None:
        value = read.value
        fails = uses.asked.get(name)
        handled = read.raises and handles(module, read.context)
        idle = not read.raises and self._only_shown(module, read)
        borne = value[0] == "call" and not read.raises
        borne = borne and falls_back(self.link, module, value[1], self.frame(module, read.scope))
        has_default = read.has_default or value in uses.fallback or handled or idle or borne or fails is False
        required = (read.raises or value in uses.required or fails is True) and not has_default
        tested = value in uses.tested or value in uses.alternative
        checked = not required and (tested or self._tested_there(module, read))
        declared = self.is_platform(name) or self.is_declared(name, module.path)
        near = None if declared or has_default else self.nearest(name, module.path)
        span = self.link.rows.span(module.path, read.where)
        in_test = int(module.path in self.link.tests)
        flags = (int(has_default), int(required), int(checked), int(declared))
        scope = self.link.scope_name(module, read.scope)
        self.link.rows.add("env_read", span, name, read.function, module.path, *flags, near, in_test, scope)

    def interpolated(self, path: str, row: ConfigKey, spare: bool) -> None:
        """Rows for the variables that a value of a configuration names: reading it fails where one is not set. A
        `spare` configuration is one of several, and only read where somebody chooses it."""
        for part in (row.value or "").split(ASKS)[1:]:
            name, comma, _ = part.partition("}")[0].partition(",")
            if is_name(name.strip()):
                has_default = int(bool(comma))
                declared = self.is_platform(name.strip()) or self.is_declared(name.strip(), path)
                near = None if declared or has_default else self.nearest(name.strip(), path)
                flags = (has_default, int(not has_default), int(spare), int(declared))
                span = self.link.rows.span(path, tuple(row.where))
                self.link.rows.add("env_read", span, name.strip(), "oc.env", path, *flags, near, 0, "")

    def _only_shown(self, module: Module, read: Read) -> bool:
        """Whether a variable that may be missing is only printed or logged."""
        uses = users_of(module, read.value[1]) if read.value[0] == "call" else []
        frame = self.frame(module, read.scope)
        return bool(uses) and all(kind == "call" and self._shows(module, number, frame) for kind, number, _ in uses)

    def _shows(self, module: Module, number: int, frame: Frame) -> bool:
        entry = self.link.folder.entry_of(module.code.calls[number], frame)[1]
        return bool(entry.get("displays") or entry.get("logs"))

    def _tested_there(self, module: Module, read: Read) -> bool:
        """Whether a function of the program that is given the value looks whether it is there."""
        for given, call in self._handed_to(module):
            if given != read.value:
                continue
            frame = self.frame(module, call.scope)
            callee = self.link.folder.callee(call, frame)
            there = self.link.walker.program.module(callee[1]) if callee[0] == "func" else None
            if there is not None:
                bound = self.link.folder.bind(there, callee[2], call, 0, frame, callee[3]).bound
                names = [("param", callee[2], name) for name, (value, _) in bound.items() if value == read.value]
                uses = Uses(there, dict.fromkeys(names, ()))
                if any(name in uses.tested or name in uses.fallback for name in names):
                    return True
        return False

    def _handed_to(self, module: Module) -> list[tuple[Value, Call]]:
        """What calls of a module are given that can be a read of a variable."""
        known = self._handed_over.get(module.path)
        if known is None:
            known = self._handed_over[module.path] = [
                (value, call)
                for call in module.code.calls
                for value in (*call.args, *[value for _, value in call.kwargs])
                if value[0] in ("call", "item")
            ]
        return known


def words(functions: Entries) -> set[str]:
    """The words without which code neither reads nor declares a variable."""
    return {
        _GIVES,
        *(_word(name) for name in functions.having("reads_env", "declares_env", "settings_class", "stands_for")),
    }


def _may_be(func: Value, names: set[str]) -> bool:
    """Whether a function's last name is one of these; a plain name may stand for any."""
    return func[0] in ("name", "call") or (func[0] in ("attr", "ext") and str(func[-1]).rpartition(".")[2] in names)


def _word(name: str) -> str:
    """The word without which code cannot call a function."""
    parts = name.split(".")
    return parts[-2] if len(parts) > 2 or parts[-1].startswith("__") else parts[-1]


def is_name(text: str) -> bool:
    """Whether a text can be a variable's name."""
    return text.isascii() and text.isidentifier() and len(text) > 1
