"""What one Python file or notebook says, symbolically: the form that is cached by blob and joined across files later.

A file becomes scopes (module, class, function), each a list of operations in the order in which they run. Expressions
become *values*: nested tuples whose first item is a tag. A value may speak of parameters, of names of the module and of
imported names that only another file can explain; folding resolves those when a run needs it.

Values (the first item is the tag):
    ("const", x)             a text, number, bool or None
    ("name", n)              a name of the module that is not bound where it is read: module-level name or builtin
    ("param", scope, n)      a parameter of the function with that scope number
    ("ext", dotted)          an imported module or name, relative imports with their leading dots
    ("local", scope)         a function or class of this file
    ("attr", value, name)    attribute
    ("item", value, key)     subscript
    ("call", i)              the result of call number i of this file
    ("fmt", parts)           a text put together from texts and values
    ("bin", op, left, right) any other binary operation
    ("list" | "tuple" | "set", items), ("dict", ((key, value), …)); a key of None is a `**` spread
    ("star", value)          a `*` spread inside a list or call
    ("elem", value)          an element that a loop takes out of the value
    ("unpack", value, i)     the i-th part of an unpacked value
    ("either", a, b)         one or the other, after branches
    ("or", values), ("and", values), ("not", value), ("cmp", op, left, right)
    ("comp", element, iterables)   a comprehension; a fourth item holds the tests that compare its elements with names
    ("slice", values)
    ("?",)                   unknown

Operations (the first item is the tag; `where` is raw.Where as a plain tuple; `context` a number into `contexts`):
    ("c", i)                               call number i
    ("=", name, value, where, context)     a name is bound
    ("s", base, key, value, where, context)  subscript store
    ("l", base, key, where, context)       subscript load
    ("a", base, name, value, where, context) attribute store
    ("t", value, where, context)           attribute load on what may be settings
    ("+", name, value, where, context)     a name is added to in place
    ("f", name, annotation, where)         a class field without a value
    ("d", base, key, where)                subscript delete
    ("r", value, where)                    return or yield; with a fourth item "one" if it yields one of several things
    ("u", value)                           a value is used in a way that nothing else tells (display, iteration, test)
    ("v", value, where, context)           what an assert statement says; its parts are used as well
    ("i", dotted, where)                   import
    ("m", kind, text, where)               notebook magic or shell command
"""

from __future__ import annotations

from itertools import repeat

from groundrules.typed import Any, NamedTuple

Value = tuple[Any, ...]
WherePlain = tuple["int | None", int, int, int, int]
Op = tuple[Any, ...]

UNKNOWN: Value = ("?",)
NONE: Value = ("const", None)


def parts_of(value: Value) -> list[Value]:
    """The values that a value is directly made of, those of a dictionary among them; operators and names are none."""
    found: list[Value] = []
    left = [one for one in value[1:] if isinstance(one, tuple) and one]
    while left:
        one = left.pop(0)
        if isinstance(one[0], str):
            found.append(one)
        else:
            left[:0] = [inner for inner in one if isinstance(inner, tuple) and inner]
    return found


class Param(NamedTuple):
    """A parameter: its default value and the class its annotation names, if any."""

    name: str
    default: Value | None
    annotation: Value | None
    kind: str  # plain | keyword | args | kwargs


class Scope(NamedTuple):
    """A module, class or function, with what it does in order."""

    kind: str  # module | class | function
    name: str
    qualname: str
    parent: int
    params: tuple[Param, ...]
    decorators: tuple[Value, ...]
    bases: tuple[Value, ...]  # of a class; keyword arguments of the class statement are left out
    ops: tuple[Op, ...]
    env: dict[str, Value]  # final bindings of a module or class
    attributes: dict[str, Value]  # of a class: what its methods store on `self`
    loads: frozenset[str]  # names that the scope reads
    where: WherePlain
    text: str | None  # docstring


class Call(NamedTuple):
    """A call, with its arguments as values."""

    func: Value
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str | None, Value], ...]
    where: WherePlain
    context: int
    scope: int


class Context(NamedTuple):
    """What an operation stands inside. Number 0 is the top of every scope."""

    parent: int
    kind: str  # if | else | checked (past a test that gives up) | main | for | while | try | except | with
    value: Value  # the test, the iterable, the managers; of try: the handlers as ((names, action), …), how it ends
    refused: bool = False  # if and else: the test's other outcome gives up with an error or a word; except: it does


class Sql(NamedTuple):
    """A text that holds SQL: the statements found in it, and where it stands."""

    text: str
    statements: tuple[tuple[Any, ...], ...]
    where: WherePlain
    scope: int
    context: int


class Code(NamedTuple):
    """One Python file or notebook."""

    scopes: tuple[Scope, ...]  # number 0 is the module
    calls: tuple[Call, ...]
    contexts: tuple[Context, ...]
    sql: tuple[Sql, ...]
    stars: tuple[str, ...]  # modules of `from x import *`
    names: frozenset[str]  # every name, attribute and identifier-like text that is read anywhere
    mentions: frozenset[str]  # base names of texts that look like paths
    main_guard: bool
    cells: int  # notebook cells; 0 for a plain file


def pack(code: Code) -> tuple[Any, ...]:
    """Plain tuples, which marshal can write."""
    scopes = tuple([(*one[:4], tuple([tuple(param) for param in one.params]), *one[5:]) for one in code.scopes])
    return (
        scopes, tuple([tuple(one) for one in code.calls]), tuple([tuple(one) for one in code.contexts]),
        tuple([tuple(one) for one in code.sql]), *code[4:],
    )  # fmt: skip


def unpack(plain: tuple[Any, ...]) -> Code:
    """The inverse of `pack`."""
    make = tuple.__new__  # takes half the time of `_make`
    scopes = [
        make(Scope, (*one[:4], tuple([make(Param, param) for param in one[4]]) if one[4] else (), *one[5:]))
        for one in plain[0]
    ]
    return Code(
        tuple(scopes), tuple(map(make, repeat(Call), plain[1])), tuple(map(make, repeat(Context), plain[2])),
        tuple(map(make, repeat(Sql), plain[3])), *plain[4:],
    )  # fmt: skip


def hole_name(value: Value) -> str:
    """What an unknown value is called where it stands."""
    tag = value[0]
    if tag in ("name", "ext"):
        return str(value[1]).rpartition(".")[2]
    if tag in ("param", "attr"):
        return str(value[2])
    if tag == "item" and value[2][0] == "const":
        return str(value[2][1]).lstrip("-")
    return "x"
