"""What is kept of rules and knowledge, of which a run needs a little: it is unpacked when it is asked for."""

from __future__ import annotations

import marshal
import zlib

from groundrules.typed import Any, Iterator, Mapping

Entry = Mapping[str, Any]


class Entries(Mapping[str, Entry]):
    """Entries by name, and the names by what their entries say."""

    def __init__(self, packed: Mapping[str, bytes], having: Mapping[str, list[str]]) -> None:
        self._packed = packed
        self._having = having
        self._known: dict[str, Entry] = {}

    def __getitem__(self, name: str) -> Entry:
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = marshal.loads(self._packed[name])
        return known

    def get(self, name: str, default: Any = None) -> Any:
        """The entry of a name; asked about every name that code spells, so a miss must cost nothing."""
        known = self._known.get(name)
        if known is not None:
            return known
        return self[name] if name in self._packed else default

    def __contains__(self, name: object) -> bool:
        return name in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def attributes(self) -> tuple[str, ...]:
        """Everything that some entry says."""
        return tuple(self._having)

    def having(self, *attributes: str) -> list[str]:
        """The names of the entries that say one of these, in the order in which they were written."""
        if len(attributes) == 1:
            return self._having.get(attributes[0], [])
        return list(dict.fromkeys(name for one in attributes for name in self._having.get(one, ())))


def packed(entries: Mapping[str, Any]) -> tuple[dict[str, bytes], dict[str, list[str]]]:
    """What `Entries` is made of."""
    having: dict[str, list[str]] = {}
    for name, entry in entries.items():
        for attribute in entry:
            having.setdefault(attribute, []).append(name)
    alike: dict[bytes, bytes] = {}  # most entries say what another says; marshal writes one object once
    texts = ((name, marshal.dumps(entry)) for name, entry in entries.items())
    return {name: alike.setdefault(text, text) for name, text in texts}, having


class Folded(Mapping[str, Any]):
    """A mapping that is only unpacked when something of it is asked: the examples of rules are most of their bulk."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._known: dict[str, Any] | None = None

    @property
    def _unfolded(self) -> dict[str, Any]:
        if self._known is None:
            self._known = marshal.loads(zlib.decompress(self._content))
        return self._known

    def __getitem__(self, name: str) -> Any:
        return self._unfolded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._unfolded)

    def __len__(self) -> int:
        return len(self._unfolded)


def folded(content: Mapping[str, Any]) -> bytes:
    """What `Folded` is made of."""
    return zlib.compress(marshal.dumps(dict(content)))
