"""Options of the command line that are put over a configuration: their defaults hide what the files say."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.python.events import Load
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.typed import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_keys import Keys
    from groundrules.facts.meaning.settings_tree import scalar
else:
    late(globals(), "groundrules.facts.meaning.settings_tree", "scalar")


class Shadows:
    """Rows of hard_coded for defaults of options."""

    def __init__(self, link: Link, keys: Keys) -> None:
        self.link = link
        self.keys = keys

    def relate(self, scope: frozenset[str] | None) -> None:
        """One row an option whose default differs from what the configuration holds."""
        for load, call in self.keys.updates:
            for path in self._options(load, call):
                if (scope is None or path in scope) and path not in self.link.tests:
                    self._rows(load, path)

    def _options(self, load: Load, call: Call) -> Iterator[str]:
        """The files whose options are put over the configuration."""
        for value in (*call.args, *(value for name, value in call.kwargs if name is None)):
            inner: Value | None = None
            if value[0] == "call":
                made = load.frame.module.code.calls[value[1]]
                inner = made.args[0] if made.func == ("name", "vars") and made.args else None
            elif value[0] == "attr" and value[2] == "__dict__":
                inner = value[1]
            folded = self.link.folder.fold(inner, load.frame) if inner is not None else ("?",)
            if folded[0] == "options":
                yield folded[1]

    def _rows(self, load: Load, path: str) -> None:
        found = self.keys.configurations.find(load.base[1])
        module = self.link.walker.program.module(path)
        for call in module.code.calls if module is not None and found.certain and found.tree is not None else ():
            method = call.func[2] if call.func[0] == "attr" else ""
            if not (self.link.knowledge.method(method) or {}).get("declares_option"):
                continue
            default = dict(call.kwargs).get("default")
            folded = self.link.folder.fold(default, Frame(module, call.scope)) if default is not None else ("?",)  # type: ignore[arg-type]
            rows = found.tree.rows(".".join((*load.base[2], name_of(call)))) if found.tree is not None else None
            held = scalar(rows[-1][1]) if rows else None
            if folded[0] == "const" and folded[1] is not None and held is not None and held != folded:
                where = tuple(rows[-1][1].where) if rows else ()
                other = self.link.rows.span(rows[-1][0] if rows else "", where)
                here = self.link.rows.span(path, call.where)
                told = (method, name_of(call), repr(folded[1]), "option", rows[-1][1].key if rows else None, other)
                scope = self.link.scope_name(module, call.scope)  # type: ignore[arg-type]
                self.link.rows.add("hard_coded", here, path, *told, repr(held[1]), scope)


def name_of(call: Call) -> str:
    """The name of the attribute that an option fills."""
    dest = dict(call.kwargs).get("dest")
    if dest is not None and dest[0] == "const":
        return str(dest[1])
    texts = [str(arg[1]) for arg in call.args if arg[0] == "const" and isinstance(arg[1], str)]
    longest = next((one for one in texts if one.startswith("--")), texts[0] if texts else "")
    return longest.lstrip("-").replace("-", "_")
