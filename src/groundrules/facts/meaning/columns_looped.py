"""Columns that a loop names one after the other, by a text that is put together from what the loop takes out."""

from __future__ import annotations

from itertools import product

from groundrules.facts.meaning.columns_flow import Store
from groundrules.facts.meaning.columns_types import Tables
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words
from groundrules.typed import Any, Collection, Iterator

_MADE = frozenset({"fmt", "bin", "call"})
_TAKEN = frozenset({"elem", "unpack"})
_LISTS = frozenset({"list", "tuple", "set"})
_SAME = words("list tuple set sorted reversed")  # functions of the language that hand on what a list holds
_MOST = 40  # names that one loop makes
_LEAST = 2  # letters that a text has beside what is not known
_DEEPEST = 8


class Looped:
    """Asked of one module at a time."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.folder = tables.folder

    def stores(self, module: Module, ends: Collection[str]) -> Iterator[Store]:
        """Every store by a name that a loop makes, once for each name."""
        for number, _, op in module.doing("s"):
            if op[1][0] in ends and op[2][0] in _MADE:
                holes: list[Value] = []
                loops = [value for kind, value in contexts_of(module, op[5]) if kind == "for"]
                if not self._shaped(module, op[2], holes) or not holes:
                    continue
                through = tuple([source for one in holes if (source := self._source(one)) in loops and source])
                if len(through) < len(holes):
                    continue
                frame = self.tables.frame(module, number)
                start = self._start(module, number, loops)
                for name in self._names(module, op[2], holes, frame):
                    yield Store(number, start, op[1], name, op[3], op[4], op[5], False, None, through)

    def _shaped(self, module: Module, value: Value, holes: list[Value], depth: int = 0) -> bool:
        """Whether a value is a text that is put together; what loops give to it is collected."""
        if depth > _DEEPEST:
            return False
        tag = value[0]
        if tag in _TAKEN:
            if value not in holes:
                holes.append(value)
            return self._source(value) is not None
        if tag == "const":
            return isinstance(value[1], (str, int))
        parts = self._parts(module, value)
        return parts is not None and all(
            isinstance(one, str) or self._shaped(module, one, holes, depth + 1) for one in parts
        )

    def _parts(self, module: Module, value: Value) -> list[Any] | None:
        """The texts and values of which a text is made, in their order."""
        if value[0] == "fmt":
            return list(value[1])
        if value[0] == "bin" and value[1] == "+":
            return [value[2], value[3]]
        if value[0] == "bin" and value[1] == "%" and value[2][0] == "const" and isinstance(value[2][1], str):
            given = value[3][1] if value[3][0] == "tuple" else (value[3],)
            return _filled(value[2][1].replace("%d", "%s").split("%s"), given)
        if value[0] != "call":
            return None
        call = module.code.calls[value[1]]
        if call.func == ("name", "str") and len(call.args) == 1:
            return [call.args[0]]
        text = call.func[1][1] if call.func[0] == "attr" and call.func[1][0] == "const" else None
        if isinstance(text, str) and call.func[2] == "format" and not call.kwargs:
            return _filled(text.split("{}"), call.args)
        return None

    def _source(self, value: Value) -> Value | None:
        """What a loop runs through that takes out a value."""
        while value[0] == "unpack":
            value = value[1]
        source: Value | None = value[1] if value[0] == "elem" else None
        return source

    def _start(self, module: Module, number: int, loops: list[Value]) -> int:
        """The position in its scope from which the outermost of some loops runs."""
        for position, op in enumerate(module.code.scopes[number].ops):
            context = module.code.calls[op[1]].context if op[0] == "c" else _context_of(op)
            if context is not None and any(one in loops for _, one in contexts_of(module, context)):
                return position - 1
        return 0

    # ---- the names ---------------------------------------------------------------------------------------------------
    def _names(self, module: Module, value: Value, holes: list[Value], frame: Frame) -> Iterator[str]:
        """The names that a text spells, with {holes} where it is not known what a loop runs through."""
        known = [self._run(module, one, frame) or ["{}"] for one in holes]
        number = 1
        for one in known:
            number *= len(one)
        if number > _MOST:
            known = [["{}"] for _ in holes]
        for chosen in product(*known):
            name = self._spelled(module, value, dict(zip(holes, chosen, strict=True)))
            if len(name.replace("{}", "")) >= _LEAST:
                yield name

    def _spelled(self, module: Module, value: Value, chosen: dict[Value, str]) -> str:
        if value in chosen:
            return chosen[value]
        if value[0] == "const":
            return str(value[1])
        parts = self._parts(module, value) or ()
        return "".join([one if isinstance(one, str) else self._spelled(module, one, chosen) for one in parts])

    def _run(self, module: Module, value: Value, frame: Frame) -> list[str] | None:
        """The texts that a loop takes out, if all are known."""
        part = value[2] if value[0] == "unpack" else None
        source = self._source(value)
        if source is None or (value[0] == "unpack" and value[1][0] != "elem"):
            return None
        call = module.code.calls[source[1]] if source[0] == "call" else None
        if call is not None and call.func[0] == "name":
            if call.func[1] == "zip" and part is not None and part < len(call.args):
                source, part = call.args[part], None
            elif call.func[1] == "enumerate" and part == 1 and call.args:
                source, part = call.args[0], None
            elif call.func[1] == "range":
                return self._counted(call.args, frame) if part is None else None
            elif call.func[1] in _SAME and len(call.args) == 1:
                source = call.args[0]
        elif call is not None and call.func[0] == "attr" and call.func[2] in ("items", "keys", "values"):
            at = {"items": part, "keys": 0, "values": 1}[call.func[2]]
            return self._of_dict(self.folder.fold(call.func[1], frame), at)
        return self._of_list(source, part, frame)

    def _of_list(self, source: Value, part: int | None, frame: Frame) -> list[str] | None:
        folded = self.folder.fold(source, frame)
        if folded[0] == "dict" and part is None:
            return self._of_dict(folded, 0)
        items = folded[1] if folded[0] in _LISTS else None
        if items is None:
            names = self.tables.names(source, frame) if part is None else None
            return list(names) if names and not any("{}" in one for one in names) else None
        if part is not None:
            if any(one[0] not in ("tuple", "list") or part >= len(one[1]) for one in items):
                return None
            items = [one[1][part] for one in items]
        return _texts(items)

    def _of_dict(self, folded: Value, at: int | None) -> list[str] | None:
        if folded[0] != "dict" or at is None or any(key is None for key, _ in folded[1]):
            return None
        return _texts([pair[at] for pair in folded[1]])

    def _counted(self, given: Collection[Value], frame: Frame) -> list[str] | None:
        folded = [self.folder.fold(one, frame) for one in given]
        numbers = [one[1] for one in folded if one[0] == "const" and isinstance(one[1], int)]
        if len(numbers) != len(folded) or not 0 < len(numbers) < 4 or (len(numbers) > 2 and not numbers[2]):
            return None
        counted = range(*numbers)
        return [str(one) for one in counted] if 0 < len(counted) <= _MOST else None


def _texts(items: Collection[Value]) -> list[str] | None:
    plain = [str(one[1]) for one in items if one[0] == "const" and isinstance(one[1], (str, int))]
    return plain if len(plain) == len(items) else None


def _filled(texts: list[str], given: Collection[Value]) -> list[Any] | None:
    """Texts with values between them."""
    if len(texts) != len(given) + 1 or any("%" in one or "{" in one for one in texts):
        return None
    found: list[Any] = [texts[0]]
    for text, value in zip(texts[1:], given, strict=True):
        found += [value, text]
    return found


def _context_of(op: tuple[Any, ...]) -> int | None:
    at = {"=": 4, "s": 5, "l": 4, "a": 5, "t": 3, "+": 4}.get(op[0])
    found: int | None = op[at] if at is not None and at < len(op) else None
    return found
