"""Modules that many runs do without, imported when something of them is first used."""

from __future__ import annotations

from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re
    import sqlite3
else:

    class _Late:
        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, attribute: str) -> Any:
            value = getattr(__import__(self._name), attribute)
            setattr(self, attribute, value)
            return value

    re = _Late("re")
    sqlite3 = _Late(
        "_sqlite3"
    )  # what `sqlite3` adds are datetime and adapters, which take longer to import than to use


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
