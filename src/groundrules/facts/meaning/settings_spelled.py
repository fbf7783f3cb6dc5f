"""What the arguments of a loader spell: paths as text, in lists, by open files and by what was read from them."""

from __future__ import annotations

from groundrules.facts.python.folding import Folder, Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.knowledge import Entry
from groundrules.facts.python.texts import first_spelled, is_text, spelled
from groundrules.typed import Any


class Spellings:
    """Reads paths off values."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    def texts(self, value: Value, frame: Frame) -> list[str]:
        """The paths that an argument names: as text, as a list of them, or by the open file that it is."""
        folded = self.folder.fold(value, frame)
        found: list[str] = []
        for one in folded[1:] if folded[0] == "either" else (folded,):
            if is_text(one):
                found.append(spelled(one))
            elif one[0] in ("list", "tuple"):
                found.extend(spelled(item) for item in one[1] if is_text(item))
            elif one[0] == "inst":
                found.extend(self._of_handle(one))
        return found or self._of_contents(value, frame)

    def _of_handle(self, instance: Value) -> list[str]:
        """The path of an open file."""
        if instance[3] < 0 or instance[4] is None:
            return []
        call = self.folder.program.call(instance[2], instance[3])
        entry = self.folder.entry_of(call, instance[4])[1]
        reads = entry.get("reads") or {}
        if not reads.get("handle"):
            return []
        target = self.folder.argument(call, entry, reads.get("target"), instance[4])
        folded = self.folder.fold(target, instance[4]) if target is not None else ("?",)
        return [spelled(one) for one in (folded[1:] if folded[0] == "either" else (folded,)) if is_text(one)]

    def _of_contents(self, value: Value, frame: Frame, depth: int = 0) -> list[str]:
        """The path behind `file.read()`, `Path(…).read_text()`."""
        while value[0] == "enter":
            value = value[1]
        if value[0] != "call" or depth > 4:
            return []
        call = frame.module.code.calls[value[1]]
        if call.func[0] != "attr":
            return []
        entry = self.folder.entry_of(call, frame)[1]
        if (entry.get("reads") or {}).get("target") == "self":
            return self.texts(call.func[1], frame)
        if call.func[2] in ("read", "decode", "strip", "open"):
            return self.texts(call.func[1], frame)
        return []

    def one_text(self, call: Call, entry: Entry, name: Any, frame: Frame) -> str | None:
        """The first text that one of the arguments spells."""
        for one in listed(name):
            value = self.folder.argument(call, entry, one, frame)
            if value is not None:
                return first_spelled(self.folder.fold(value, frame)) or None
        return None


def listed(names: Any) -> list[str]:
    """Names of arguments, of which knowledge may give one or several."""
    return [names] if isinstance(names, str) else list(names or ())
