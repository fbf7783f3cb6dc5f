"""What code around a variable of the environment does: bears its absence, hands it on, sets it in a magic."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import NONE, Call, Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.users import users_of
from groundrules.typed import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_uses import all_nested
else:
    late(globals(), "groundrules.facts.meaning.settings_uses", "all_nested")

_DICT = ("name", "dict")
_SETTING = ("environment_variable", "env_var", "env_variable", "set_env", "setenv", "add_env", "with_env")
_ASKING = ("get", "read", "has", "require", "load", "parse")


def falls_back(link: Link, module: Module, number: int, frame: Frame) -> bool:
    """Whether the result of a call is only handed to functions of the program that bear its absence."""
    uses = [use for use in users_of(module, number) if use[0] in ("call", "method", "test", "return", "key")]
    return bool(uses) and all(kind == "call" and _bears(link, module, at, what, frame) for kind, at, what in uses)


def _bears(link: Link, module: Module, number: int, what: int | str, frame: Frame) -> bool:
    """Whether a function tests the parameter that it is given there, and goes on where it is missing."""
    call = module.code.calls[number]
    callee = link.folder.callee(call, frame)
    if callee[0] != "func":
        return False
    there = link.folder.program.module(callee[1])
    if there is None:
        return False
    params = [one.name for one in there.code.scopes[callee[2]].params]
    params = params[1:] if callee[3] is not None else params
    name = what if isinstance(what, str) else params[what] if what < len(params) else None
    wanted = ("param", callee[2], name)
    tests = [one for one in there.code.contexts if wanted in (one.value, *all_nested(one.value))]
    return any(one.kind in ("if", "else") for one in tests) and not any(one.kind == "checked" for one in tests)


def handed_on(module: Module) -> frozenset[str]:
    """The names, spelled like variables, under which code puts a value, as one does for what is started with them."""
    found: set[str] = set()
    seen: set[int] = set()
    for scope in module.code.scopes:
        for op in scope.ops:
            if op[0] == "s":
                _note(found, module, op[2], op[3])
            elif op[0] in ("=", "r"):
                _of_dicts(found, module, op[2] if op[0] == "=" else op[1], seen)
    for call in module.code.calls:
        if len(call.args) > 1 and _sets(call):
            _note(found, module, call.args[0], ("const", True))
        for value in (*call.args, *(value for _, value in call.kwargs)):
            _of_dicts(found, module, value, seen)
    return frozenset(found)


def _sets(call: Call) -> bool:
    """Whether a function's name says that it sets a variable, for itself or for what it describes."""
    name = str(call.func[-1]).rpartition(".")[2].lower() if call.func[0] in ("attr", "name", "ext") else ""
    return not name.startswith(_ASKING) and any(word in name for word in _SETTING)


def _of_dicts(found: set[str], module: Module, value: Value, seen: set[int]) -> None:
    """Note the keys of the dicts that a value is or holds; `seen` are the values that were looked at before."""
    if id(value) in seen:
        return
    seen.add(id(value))
    for one in (value, *all_nested(value, seen)):
        if one[0] == "dict":
            for key, item in one[1]:
                if key is not None:
                    _note(found, module, key, item)


def _note(found: set[str], module: Module, key: Value, item: Value) -> None:
    """Note a key that is spelled like a variable, unless what stands under it comes from that very variable."""
    spelled = key[0] == "const" and isinstance(key[1], str) and key[1].isupper()
    if spelled and key[1] not in found and value_of_its_own(module, item, key[1]):
        found.add(key[1])


def value_of_its_own(module: Module, item: Value, name: str) -> bool:
    """Whether what stands under a name is something, and does not come from the variable of that name itself."""
    return item != NONE and item[0] != "?" and not comes_from(module, item, name)


def given_in(module: Module, value: Value) -> Iterator[str]:
    """The variables to which a dict gives values, without those that it only hands on as they are."""
    if value[0] == "call":
        call = module.code.calls[value[1]]
        pairs = [(("const", name), item) for name, item in call.kwargs if name] if call.func == _DICT else []
    else:
        pairs = value[1] if value[0] == "dict" else []
    for key, item in pairs:
        if key is not None and key[0] == "const" and not comes_from(module, item, str(key[1])):
            yield str(key[1])


def comes_from(module: Module, value: Value, name: str) -> bool:
    """Whether a value is read from the variable of that name."""
    known = ("const", name)
    for one in (value, *all_nested(value)):
        if one[0] == "item" and one[2] == known:
            return True
        if one[0] == "call" and known in module.code.calls[one[1]].args:
            return True
    return False


def handles(module: Module, context: int) -> bool:
    """Whether a missing variable is caught and the program goes on."""
    for kind, value in contexts_of(module, context):
        if kind == "try":
            caught = ("KeyError", "LookupError", "Exception", "UndefinedValueError", "EnvError")
            return any((not names or any(one in names for one in caught)) and action not in ("raise", "exit")
                       for names, action, *_ in value[1])  # fmt: skip
    return False


def magic_names(kind: str, text: str) -> Iterator[str]:
    """Variables that a notebook's magic sets: `%env NAME=value`, `%env NAME value`, `!export NAME=value`."""
    words = text.replace("=", " ", 1).split()
    of_line = kind == "line" and len(words) > 2 and words[0] in ("env", "set_env")
    if of_line or (kind == "shell" and len(words) > 1 and words[0] == "export"):
        yield words[1]
