"""Values that are lists of column names: spelled out, made from one that is, or taken from a table."""

from __future__ import annotations

from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.sql.words import words
from groundrules.typed import Collection

_LONGEST = 80
_STROKES = 0.34  # the share of names with a stroke from which a list is one of paths
_DEEPEST = 4  # calls around a list of columns
_LITERALS = frozenset({"list", "tuple", "set"})
_SAME = words("list tuple set frozenset sorted")  # functions of the language that hand on what a list holds
_ONE = words("next len max min sum any all print")  # functions of the language that do not give a list
_SPELLED = frozenset({"elem", "fmt", "bin"})  # elements of a comprehension that are names again
_OPERATORS = ("+", "-", "|", "&")
_SPLIT = "split"


class Lists:
    """Asked of one value of a module at a time."""

    def __init__(self, listing: Collection[str]) -> None:
        self.listing = listing  # attributes and methods that list the columns of a table

    def names(self, module: Module, value: Value, depth: int = 0) -> tuple[str, ...]:
        """The texts of a list that is spelled out, in whatever form, and that can be names of columns."""
        if value[0] != "call" or depth > _DEEPEST:
            return column_names(value)
        call = module.code.calls[value[1]]
        if call.func == ("name", "dict") and call.kwargs and not call.args:
            groups = [column_names(item) for name, item in call.kwargs if name is not None]
            return tuple([one for group in groups for one in group]) if len(groups) == len(call.kwargs) else ()
        if call.func[0] == "name" and call.func[1] in _SAME and len(call.args) == 1:
            return self.names(module, call.args[0], depth + 1)
        text = call.func[1][1] if call.func[0] == "attr" and call.func[1][0] == "const" else None
        if isinstance(text, str) and call.func[2] == _SPLIT:
            given = call.args[0][1] if call.args and call.args[0][0] == "const" else None
            return column_names(("list", tuple([("const", one) for one in text.split(given)])))
        return ()

    def taken(self, module: Module, value: Value, depth: int = 0) -> bool:
        """Whether a value is a list of some or all columns of a table, or is made from a list of names."""
        tag = value[0]
        if depth > _DEEPEST:
            return False
        if tag == "attr":
            return value[2] in self.listing
        if tag == "item":
            return self.taken(module, value[1], depth)
        if tag == "comp":
            return value[1][0] in _SPELLED and any(self._run_through(module, one, depth + 1) for one in value[2])
        if tag == "bin":
            return value[1] in _OPERATORS and self.taken(module, value[2], depth + 1)
        if tag != "call":
            return False
        call = module.code.calls[value[1]]
        if call.func[0] == "name" and call.func[1] in _ONE:
            return False
        if call.func[0] == "attr" and self.taken(module, call.func[1], depth + 1):
            return True
        return any(self.taken(module, one, depth + 1) for one in call.args[:1])

    def _run_through(self, module: Module, value: Value, depth: int) -> bool:
        """Whether a comprehension goes through names of columns."""
        if value[0] == "name":
            value = module.env.get(value[1], value)
        return len(self.names(module, value, depth)) > 1 or self.taken(module, value, depth)


def column_names(value: Value, least: int = 2) -> tuple[str, ...]:
    """The texts of a literal list, or of a dict of lists, that can be names of columns; () for anything else."""
    if value[0] == "bin" and value[1] == "+":
        return column_names(value[2]) + column_names(value[3])
    if value[0] == "dict":
        groups = [column_names(item) for key, item in value[1] if key is not None and key[0] == "const"]
        return tuple([one for group in groups for one in group]) if len(groups) == len(value[1]) and all(groups) else ()
    if value[0] not in _LITERALS or len(value[1]) < least:
        return ()
    found = []
    for one in value[1]:
        if one[0] == "star":
            continue
        text = one[1] if one[0] == "const" else None
        if not isinstance(text, str) or not 0 < len(text) <= _LONGEST:
            return ()
        if "\n" in text or text.startswith("-"):
            return ()
        found.append(text)
    paths = sum("/" in one.replace(" / ", "") for one in found)  # a category, which may hold one, names a column
    return () if paths > len(found) * _STROKES else tuple(found)
