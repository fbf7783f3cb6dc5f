"""Tables that objects keep: attributes that methods of one class fill and read."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.columns_flow import Flow
from groundrules.facts.python.ir import Scope, Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import scopes_below
from groundrules.facts.sql.words import words
from groundrules.typed import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple

if TYPE_CHECKING:
    from groundrules.facts.meaning.features_names import Readers
    from groundrules.facts.python.uses import nested
else:
    late(globals(), "groundrules.facts.python.uses", "nested")

_BY_NAME = words("__dict__ vars getattr setattr __getattr__ __getattribute__")
_SEEN_THROUGH = frozenset({"attribute", "method", "return"})  # uses of an object that show which attribute they read
_DEEPEST = 20


class Kept(NamedTuple):
    """An attribute of the objects of a class."""

    path: str
    owner: int  # the scope of the class
    name: str


class Given(NamedTuple):
    """What a method stores into an attribute."""

    scope: int
    position: int
    value: Value


class Attributes:
    """Asked of one module at a time."""

    def __init__(self, readers: Readers, flow: Callable[[Module, int], Flow]) -> None:
        self.readers = readers
        self.flow = flow
        self._open: dict[Kept, bool] = {}
        self._read: dict[str, set[str]] = {}  # by file: attributes that are read on anything but an object's own

    def open(self, module: Module, kept: Kept) -> bool:
        """Whether anything but the methods of its class may read an attribute."""
        if kept not in self._open:
            self._open[kept] = self._is_open(module, kept)
        return self._open[kept]

    def _is_open(self, module: Module, kept: Kept) -> bool:
        scopes = module.code.scopes
        if not _BY_NAME.isdisjoint(module.code.names) or kept.name in self._read_elsewhere(module):
            return True
        if any(base[0] not in ("ext", "attr") and base != ("name", "object") for base in scopes[kept.owner].bases):
            return True  # a class of the program may read it as well
        if any(("local", kept.owner) in one.bases for one in scopes):
            return True
        for number in methods(module, kept.owner):
            own = ("param", number, scopes[number].params[0].name)
            if any(use.kind not in _SEEN_THROUGH for use in self.flow(module, number).uses(own)):
                return True
        return self.readers.read_outside(kept.name, module.path)

    def _read_elsewhere(self, module: Module) -> set[str]:
        known = self._read.get(module.path)
        if known is None:
            known = self._read[module.path] = set()
            for call in module.code.calls:
                for value in (call.func, *call.args, *(one for _, one in call.kwargs)):
                    _foreign(module, value, known)
            for scope in module.code.scopes:
                for op in scope.ops:
                    for part in op[1:4]:
                        _foreign(module, part, known)
        return known


def kept_by(module: Module, value: Value) -> Kept | None:
    """The attribute that a value is, if it is one of a method's own object."""
    if value[0] != "attr" or value[1][0] != "param":
        return None
    _, number, name = value[1]
    owner = owner_of(module, number, name)
    return Kept(module.path, owner, value[2]) if owner is not None else None


def owner_of(module: Module, number: int, name: str) -> int | None:
    """The class whose objects a parameter of a method stands for."""
    scope = module.code.scopes[number]
    if not scope.params or scope.params[0].name != name or scope.parent < 0 or not plain(scope):
        return None
    return scope.parent if module.code.scopes[scope.parent].kind == "class" else None


def plain(scope: Scope) -> bool:
    """Whether a function of a class is called on objects."""
    return scope.kind == "function" and not any(one[-1] in ("staticmethod", "classmethod") for one in scope.decorators)


def methods(module: Module, owner: int) -> list[int]:
    """The functions of a class that are called on its objects."""
    scopes = module.code.scopes
    return [
        number
        for number in range(owner + 1, len(scopes))
        if scopes[number].parent == owner and plain(scopes[number]) and scopes[number].params
    ]


def given(module: Module, kept: Kept) -> Iterator[Given]:
    """Everything that methods store into an attribute."""
    for root in methods(module, kept.owner):
        own = ("param", root, module.code.scopes[root].params[0].name)
        for number in scopes_below(module, root):
            for position, op in enumerate(module.code.scopes[number].ops):
                if op[0] == "a" and op[1] == own and op[2] == kept.name:
                    yield Given(number, position, op[3])


def _foreign(module: Module, value: Any, found: set[str], depth: int = 0) -> None:
    """The attributes that are read on other values than an object's own."""
    if not isinstance(value, tuple) or not value or depth > _DEEPEST:
        return
    if value[0] == "attr" and not (value[1][0] == "param" and owner_of(module, value[1][1], value[1][2]) is not None):
        found.add(value[2])
    parts = nested(value[1:]) if isinstance(value[0], str) else value
    for part in parts:
        _foreign(module, part, found, depth + 1)
