"""Texts with holes: putting them together and taking paths apart. Pure functions of folded values."""

from __future__ import annotations

from groundrules.facts.python.ir import Value
from groundrules.typed import Any, Mapping, Sequence

_LONGEST = 20_000
TEMPORARY = "a temporary folder"  # the name of the hole where such a folder stands
MOST = 12  # alternatives of one text
ROOT = "\0/"  # stands before paths that are anchored at the repository's root


def hole(name: str) -> Value:
    """An unknown part, called `name`."""
    return ("hole", name)


def is_text(value: Value) -> bool:
    """Whether a folded value is a text, whole or with holes."""
    return value[0] == "fmt" or (value[0] == "const" and isinstance(value[1], str))


def options(value: Value) -> list[Value]:
    """The alternatives of a value; a value that is certain is its only one."""
    return list(value[1:]) if value[0] == "either" else [value]


def alternatives(values: Sequence[Value]) -> Value:
    """One value that may be any of several; what is known goes before what is not."""
    flat: list[Value] = []
    for one in values:
        for part in options(one):
            if part not in flat:
                flat.append(part)
    known = [one for one in flat if one[0] != "hole" and one != ("const", None)]
    flat = known or flat
    return flat[0] if len(flat) == 1 else ("either", *flat[:MOST]) if flat else hole("x")


def textual(value: Value, name: str) -> Value:
    """The alternatives that are texts; a hole of that name when there is none."""
    texts = [one for one in options(value) if is_text(one)]
    return alternatives(texts) if texts else hole(name)


def distributed(parts: Sequence[Value]) -> list[list[Value]]:
    """Each way to choose one alternative of every part, the first ones of them."""
    ways: list[list[Value]] = [[]]
    for part in parts:
        known = [one for one in options(part) if one[0] in ("const", "fmt")] if part[0] == "either" else [part]
        ways = [[*way, one] for one in known or [hole("x")] for way in ways][:MOST]
    return ways


def combine(parts: Sequence[Value]) -> Value:
    """The parts put together as one text, in each way that their alternatives allow."""
    ways = distributed(parts) if any(part[0] == "either" for part in parts) else [parts]
    return alternatives([_merged(way) for way in ways])


def _merged(parts: Sequence[Value]) -> Value:
    merged: list[Any] = []
    for part in parts:
        if part[0] == "const" and part[1] is not None:  # what stands for nothing yet is known later
            pieces: Sequence[Any] = [str(part[1])]
        elif part[0] == "fmt":
            pieces = part[1]
        else:
            pieces = [part if part[0] == "hole" else hole("x")]
        for piece in pieces:
            if isinstance(piece, str) and merged and isinstance(merged[-1], str):
                merged[-1] += piece
            else:
                merged.append(piece)
    if all(isinstance(piece, str) for piece in merged):
        return ("const", "".join(merged)[:_LONGEST])
    return ("fmt", tuple(merged))


def spelled(value: Value) -> str:
    """A text with its unknown parts as {names}."""
    if value[0] == "const":
        return str(value[1])
    return "".join(part if isinstance(part, str) else "{" + str(part[1]) + "}" for part in value[1])


def first_spelled(value: Value) -> str:
    """The first alternative that is a text, with its {holes}; '' when there is none."""
    return next((spelled(one) for one in options(value) if is_text(one)), "")


def unspelled(text: str) -> Value:
    """The inverse of `spelled` for texts whose holes are written as {names}."""
    if "{" not in text:
        return ("const", text)
    parts: list[Any] = []
    rest = text
    while rest:
        before, brace, after = rest.partition("{")
        if before:
            parts.append(before)
        if not brace:
            break
        name, _, rest = after.partition("}")
        parts.append(hole(name or "x"))
    return ("fmt", tuple(parts))


_SAME = frozenset(  # what they change does not matter to who owns a path
    (
        "resolve",
        "absolute",
        "abspath",
        "as_posix",
        "normpath",
        "realpath",
        "normcase",
        "str",
        "expanduser",
        "expandvars",
    )
)


def path_method(value: Value, name: str, args: Sequence[Value]) -> Value | None:
    """What a path's attribute or method gives, for those that only compute; None for all others."""
    if not is_text(value):
        return None
    if name in _SAME:
        return value
    text = spelled(value)
    part = _part_of_path(text, name)
    if part is not None:
        return unspelled(part)
    if name == "parents":
        return ("tuple", tuple(unspelled(one) for one in parents(text)))
    if name == "joinpath":
        return path_join([value, *[textual(arg, "x") for arg in args]])
    if name in ("with_suffix", "with_name", "with_stem") and args and is_text(args[0]):
        head, slash, last = text.rpartition("/")
        stem, dot, end = last.rpartition(".")
        given = spelled(args[0])
        changed = {"with_suffix": (stem or last) + given, "with_name": given, "with_stem": given + dot + end}[name]
        return unspelled(head + slash + changed)
    if name == "splitext":
        stem, dot, end = text.rpartition(".")
        return ("tuple", (unspelled(stem), unspelled(dot + end))) if dot else None
    if name == "split" and not args:
        return ("tuple", (unspelled(parent(text)), unspelled(text.rpartition("/")[2])))
    return None


def _part_of_path(text: str, name: str) -> str | None:
    """The part of a path that an attribute names; None for all others."""
    last = text.rstrip("/").rpartition("/")[2]
    if name in ("parent", "dirname"):
        return parent(text)
    if name in ("name", "basename"):
        return last
    if name == "stem":
        return last.rpartition(".")[0] or last
    if name == "suffix":
        return "." + last.rpartition(".")[2] if "." in last[1:] else ""
    return None


def path_join(parts: list[Value]) -> Value:
    """The parts joined as a path, in each way that their alternatives allow: an absolute part starts anew."""
    return alternatives([_path(way) for way in distributed(parts)])


def _path(parts: list[Value]) -> Value:
    pieces: list[Value] = []
    for part in parts:
        text = part[1] if part[0] == "const" and isinstance(part[1], str) else None
        if text is not None and (text.startswith(("/", ROOT, "~")) or "://" in text[:12] or text[1:3] in (":\\", ":/")):
            pieces = []
        if pieces and not _ends_in_slash(pieces[-1]):
            pieces.append(("const", "/"))
        pieces.append(part)
    return _merged(pieces)


def _ends_in_slash(value: Value) -> bool:
    if value[0] == "const":
        return str(value[1]).endswith(("/", "\\")) or value[1] == ""
    if value[0] == "fmt" and isinstance(value[1][-1], str):
        return value[1][-1].endswith(("/", "\\"))
    return False


def parent(text: str) -> str:
    """The folder of a path."""
    bare = text.rstrip("/") if len(text) > 2 else text
    if bare in (".", ""):
        return ".."
    if bare == ".." or bare.endswith("/.."):
        return bare + "/.."
    head, slash, _ = bare.rpartition("/")
    if head == "\0":
        return "\0/"
    if not slash and bare.startswith("{"):  # what is unknown may hold folders
        return bare[: bare.find("}") + 1]
    return head if slash else "."


def parents(text: str) -> list[str]:
    """The folders of a path, nearest first."""
    found = []
    for _ in range(12):
        above = parent(text)
        if above == text or above == ".." or text in ("\0/", "."):
            break
        found.append(above)
        text = above
    return found


def percent(left: Value, right: Value) -> Value:
    """`text % values`, as far as the values are known."""
    values = list(right[1]) if right[0] == "tuple" else [right]
    named = (
        {key[1]: item for key, item in right[1] if key is not None and key[0] == "const"} if right[0] == "dict" else {}
    )
    parts: list[Value] = []
    rest = spelled(left)
    while True:
        before, sign, after = rest.partition("%")
        parts.append(unspelled(before))
        if not sign:
            return combine(parts)
        if after.startswith("%"):
            parts.append(("const", "%"))
            rest = after[1:]
            continue
        given: Value = hole("x")
        if after.startswith("("):
            name, _, after = after[1:].partition(")")
            given = named.get(name, hole(name))
        elif values:
            given = values.pop(0)
        parts.append(given if is_text(given) or given[0] in ("const", "either") else hole("x"))
        index = 0
        while index < len(after) and after[index] in "-+ #0123456789.":
            index += 1
        rest = after[index + 1 :]


def text_method(value: Value, name: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value | None:
    """What a text's method gives, for those that only compute; None for all others."""
    if name == "format":
        return formatted(value, args, kwargs)
    if name in ("lower", "upper", "strip", "rstrip", "lstrip", "title", "capitalize", "encode", "decode"):
        if value[0] == "const" and not args and name not in ("encode", "decode"):
            return ("const", getattr(value[1], name)())
        return value
    if name == "replace" and len(args) >= 2 and args[0][0] == args[1][0] == "const":
        return unspelled(spelled(value).replace(str(args[0][1]), str(args[1][1])))
    if name == "join" and args and args[0][0] in ("list", "tuple") and args[0][1]:  # an empty one is filled later
        parts: list[Value] = []
        for index, one in enumerate(args[0][1]):
            if index:
                parts.append(value)
            parts.append(textual(one, "x"))
        return combine(parts)
    return None


def formatted(value: Value, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    """`text.format(…)`, as far as the arguments are known."""
    parts: list[Value] = []
    rest, position = spelled(value), 0
    while rest:
        before, brace, after = rest.partition("{")
        parts.append(("const", before.replace("}}", "}")))
        if not brace:
            break
        if after.startswith("{"):
            parts.append(("const", "{"))
            rest = after[1:]
            continue
        field, _, rest = after.partition("}")
        name = field.partition(":")[0].partition("!")[0].partition(".")[0].partition("[")[0]
        given: Value | None
        if name == "":
            given = args[position] if position < len(args) else None
            position += 1
        elif name.isdigit():
            given = args[int(name)] if int(name) < len(args) else None
        else:
            given = kwargs.get(name)
        known = given is not None and (is_text(given) or given[0] in ("const", "either"))
        parts.append(given if known and given is not None else hole(name or "x"))
    return combine(parts)
