"""What is known of libraries, as code asks for it: by qualified names, by the last part of a name, by class."""

from __future__ import annotations

from groundrules.basics.entries import Entries
from groundrules.typed import Any, Mapping

Entry = Mapping[str, Any]
EMPTY: dict[str, Any] = {}


class Knowledge:
    """Library knowledge, indexed the ways in which code names things."""

    def __init__(self, functions: Entries, aliases: Mapping[str, str]) -> None:
        self.functions = functions
        self.aliases = aliases
        self._canonical: dict[str, str] = {}
        self._of: dict[str, Entry | None] = {}  # names that were asked about
        self._methods: dict[str, Entry | None] = {}
        self._roots: frozenset[str] | None = None
        self._last_names: dict[frozenset[str], frozenset[str]] = {}
        # Any class below a root: `root.*.method`.
        self.wild = {(name.partition(".*.")[0], name.rpartition(".")[2]): name for name in functions if ".*." in name}
        self.wild_methods = {last for _, last in self.wild}
        self.option_roots = frozenset(name for name in functions.having("holds_options"))
        self.text_types = [
            functions[name]["returns"] for name in functions.having("folds") if functions[name].get("returns")
        ]

    @property
    def roots(self) -> frozenset[str]:
        """The packages of which something is known."""
        if self._roots is None:
            self._roots = frozenset(name.partition(".")[0] for name in self.functions)
        return self._roots

    def last_names(self, passive: frozenset[str]) -> frozenset[str]:
        """The last names of all of which something is known that is not passive."""
        found = self._last_names.get(passive)
        if found is None:
            active = self.functions.having(*(role for role in self.functions.attributes() if role not in passive))
            found = self._last_names[passive] = frozenset([name.rpartition(".")[2] for name in active])
        return found

    def canonical(self, name: str) -> str:
        """The one name of a library's function, whatever alias it is reached by."""
        known = self._canonical.get(name)
        if known is None:
            known = name
            for _ in range(3):
                onward = self._renamed(known)
                if onward is None:
                    break
                known = onward
            self._canonical[name] = known
        return known

    def _renamed(self, name: str) -> str | None:
        """The name after the alias of its longest prefix; one that stands for itself keeps shorter ones away."""
        parts = name.split(".")
        for size in range(len(parts), 0, -1):
            prefix = ".".join(parts[:size])
            to = self.aliases.get(prefix)
            if to is not None:
                return ".".join([to, *parts[size:]]) if to != prefix else None
        return None

    def of(self, name: str) -> Entry | None:
        """What is known of a qualified name."""
        if name in self._of:
            return self._of[name]
        entry: Entry | None = self.functions.get(name)
        last = name.rpartition(".")[2]
        if entry is None and last in self.wild_methods:
            prefix = name
            while "." in prefix and entry is None:
                prefix = prefix.rpartition(".")[0]
                known = self.wild.get((prefix, last))
                entry = self.functions[known] if known is not None else None
        self._of[name] = entry
        return entry

    def of_library(self, name: str) -> Entry | None:
        """What is known of a library's function; of one that nothing is known of, what any library's method does."""
        found = self.of(name)
        if found is None:
            anyones = self.method(name.rpartition(".")[2])
            found = anyones if anyones is not None and anyones.get("of_libraries") else None
        return found

    def method(self, name: str) -> Entry | None:
        """What is known of a method on a receiver of unknown type."""
        if name in self._methods:
            return self._methods[name]
        found: Entry | None = self.functions.get("*." + name)
        known = self._methods[name] = found if found is None or "property" not in found else None
        return known

    def attribute(self, name: str) -> str | None:
        """The type of an attribute of an object of unknown type, where only one library has such a one."""
        found = (self.functions.get("*." + name) or EMPTY).get("property")
        return str(found) if found else None

    def text_method(self, name: str) -> tuple[str, Entry] | None:
        """What is known of a method on a value that is a path."""
        for one in self.text_types:
            entry: Entry | None = self.functions.get(f"{one}.{name}")
            if entry is not None:
                return f"{one}.{name}", entry
        return None
