"""Modules that many runs do without, imported when something of them is first used."""

from __future__ import annotations

import sys

from groundrules.typed import TYPE_CHECKING, Any


class _Late:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._imported(), attribute)
        setattr(self, attribute, value)
        return value

    def _imported(self) -> Any:
        return __import__(self._name, fromlist=("*",))


if TYPE_CHECKING:
    import re
    import sqlite3
else:

    class _Sqlite(_Late):
        """What `sqlite3` adds are datetime and adapters, which take longer to import than to use.

        Of functools the module below wants one thing, and functools takes longer than all of SQLite: it is given that.
        """

        def _imported(self) -> Any:
            if "functools" in sys.modules:
                return __import__(self._name)
            stand_in = type(sys)("functools")
            stand_in.lru_cache = _lru_cache
            sys.modules["functools"] = stand_in
            try:
                return __import__(self._name)
            finally:
                del sys.modules["functools"]

    def _lru_cache(size: int) -> Any:
        from _functools import _lru_cache_wrapper

        return lambda function: _lru_cache_wrapper(function, size, False, tuple)

    re = _Late("re")
    sqlite3 = _Sqlite("_sqlite3")


class _Pattern:
    def __init__(self, text: str) -> None:
        self._text = text

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(re.compile(self._text), attribute)
        setattr(self, attribute, value)
        return value


def pattern(text: str) -> re.Pattern[str]:
    """A regular expression that is compiled when it is first used."""
    found: Any = _Pattern(text)
    return found  # type: ignore[no-any-return]


class _Function:
    """Stands for a function or a class until it is called; the real one takes its place then."""

    def __init__(self, home: dict[str, Any], module: str, name: str) -> None:
        self._home, self._module, self._name = home, module, name

    def found(self) -> Any:
        """What it stands for."""
        found = getattr(__import__(self._module, fromlist=(self._name,)), self._name)
        if self._home.get(self._name) is self:
            self._home[self._name] = found
        return found

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self.found()(*given, **named)


class _Class(_Function):
    """Stands for a class whose objects are made when something of them is first asked."""

    def __call__(self, *given: Any, **named: Any) -> Any:
        return _Unmade(self, given, named)


class _Unmade:
    """An object that becomes what it stands for, which is imported and made then."""

    def __init__(self, kind: _Class, given: Any, named: Any) -> None:
        self.__dict__["_made_of"] = (kind, given, named)

    def __getattr__(self, name: str) -> Any:
        self._become()
        return getattr(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._become()
        setattr(self, name, value)

    def _become(self) -> None:
        kind, given, named = self.__dict__.pop("_made_of")
        object.__setattr__(self, "__class__", kind.found())
        self.__init__(*given, **named)  # type: ignore[misc]


def late(home: dict[str, Any], module: str, functions: str = "", classes: str = "", name: str = "") -> None:
    """Put names of a module into the names of another, and import it when one of them is first needed.

    Functions, and tuples with names, when they are called; objects of classes when something of them is asked. It is
    for modules whose part in a run is rare: type checkers see the import that stands beside. With a name the module
    itself is put there.
    """
    if name:
        home[name] = _Late(module)
    home.update({one: _Function(home, module, one) for one in functions.split()})
    home.update({one: _Class(home, module, one) for one in classes.split()})


def sha256(data: bytes) -> str:
    """The digest of some bytes. The modules below hashlib are asked first, because hashlib loads all of OpenSSL."""
    if not _DIGESTS:
        _DIGESTS.append(_digest())
    return str(_DIGESTS[0](data).hexdigest())


_DIGESTS: list[Any] = []  # the one that was found


def _digest() -> Any:
    for name in ("_sha2", "_sha256", "hashlib"):
        try:
            return __import__(name).sha256
        except ImportError:
            continue
    raise ImportError("hashlib")


__all__ = ["late", "pattern", "re", "sha256", "sqlite3"]
