"""Names of `typing` and `collections` for run time, without those: importing them takes as long as starting Python.

Type checkers see the real ones. `NamedTuple` is a small one of our own up to Python 3.13: `typing` also compiles every
annotation.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import defaultdict
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from typing import Any, ClassVar, NamedTuple, Protocol
else:
    import sys
    from _collections import _tuplegetter, defaultdict
    from _collections_abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    Any = ClassVar = object

    class Protocol:
        """Stands where a protocol is defined."""

    _new = {"_new": tuple.__new__}
    _makers = {}  # code by the number of fields: compiling one for every class would take as long as all imports

    def _maker(fields, defaults):
        """What makes a tuple of the fields, as `lambda _cls, x, y: tuple.__new__(_cls, (x, y))` does."""
        code = _makers.get(len(fields))
        if code is None:
            given = "".join(f"_{number}, " for number in range(len(fields)))
            code = _makers[len(fields)] = eval(f"lambda _cls, {given}: _new(_cls, ({given}))").__code__
        code = code.replace(co_varnames=("_cls", *fields), co_name="__new__")
        return type(_maker)(code, _new, "__new__", tuple(defaults.values()))

    class _Named(type):
        """Makes a tuple with names out of a class with annotations, as `typing.NamedTuple` does."""

        def __new__(cls, name, bases, body):
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            for number, field in enumerate(fields):
                body[field] = _tuplegetter(number, "")
            body["__slots__"] = ()
            if fields:
                body.update(_fields=fields, _field_defaults=defaults, __match_args__=fields)
                body["__new__"] = _maker(fields, defaults)
            return type.__new__(cls, name, bases, body)

    class NamedTuple(tuple, metaclass=_Named):
        """What `typing.NamedTuple` gives."""

        _fields = ()

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"There are {len(cls._fields)} fields, and {len(made)} values.")
            return made

        def _replace(self, **changed):
            made = self._make(map(changed.pop, self._fields, self))
            if changed:
                raise TypeError(f"There are no such fields: {sorted(changed)}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self):
            return tuple(self)

        def __repr__(self):
            return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"

    if sys.version_info >= (3, 14):  # where a class keeps its annotations is up to Python from here on
        from typing import NamedTuple


__all__ = [
    "TYPE_CHECKING", "Any", "Callable", "ClassVar", "Collection", "Iterable", "Iterator", "Mapping", "NamedTuple",
    "Protocol", "Sequence", "defaultdict",
]  # fmt: skip
