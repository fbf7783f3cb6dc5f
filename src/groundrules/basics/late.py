"""Modules that many runs do without, imported when something of them is first used."""

from __future__ import annotations

import sys

from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re
    import sqlite3
else:

    class _Late:
        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, attribute: str) -> Any:
            value = getattr(self._imported(), attribute)
            setattr(self, attribute, value)
            return value

        def _imported(self) -> Any:
            return __import__(self._name)

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


__all__ = ["pattern", "re", "sha256", "sqlite3"]
