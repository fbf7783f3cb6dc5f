"""What loops go through: the items of a dict, the files of a pattern."""

from __future__ import annotations

from groundrules.facts.python.ir import Value
from groundrules.facts.python.texts import combine, hole

VIEWS = ("items", "values", "keys")
_LONGEST = 300


def view(base: Value, name: str) -> Value:
    """The keys, values or pairs of a dict, in its order."""
    pairs = [(key, item) for key, item in base[1] if key is not None][:_LONGEST]
    if name == "items":
        return ("list", tuple([("tuple", pair) for pair in pairs]))
    return ("list", tuple([pair[name == "values"] for pair in pairs]))


def starred(path: Value) -> Value:
    """A path whose stars are holes."""
    import re

    parts: list[Value] = []
    for piece in [path[1]] if path[0] == "const" else path[1]:
        if not isinstance(piece, str):
            parts.append(piece)
            continue
        for index, one in enumerate(re.split(r"\*+(?:/\*+)*", piece)):
            parts.extend([hole("x"), ("const", one)] if index else [("const", one)])
    return combine(parts)
