"""Reads of configuration files: does git hold what they need?"""

from __future__ import annotations

from groundrules.basics.late import pattern
from groundrules.facts.meaning.data import Data
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.settings_files import is_config
from groundrules.facts.ownership import ROOT, Owner, is_placeholder, is_temporary, normal, place_of
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Call, Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import first_spelled
from groundrules.facts.repository import Repository
from groundrules.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundrules.facts.meaning.settings_keys import Keys

_OF_RESULTS = frozenset(("checkpoint", "checkpoints", "ckpt", "ckpts"))  # what is below lies beside a model
_ENDINGS = (".yaml", ".yml", ".toml", ".json", ".jsonc", ".json5", ".ini", ".cfg", ".conf", ".properties", ".hocon")
_LOADER = pattern(
    r"(?:load|read|parse|open|from|get|init)\w*(?:config|settings|params|yaml|conf|cfg|toml)"
    r"|(?:config|settings|params)\w*(?:load|from|read|parse)"
)
_ACCESS = ("secret", "credential")
_MAY_READ = ("load", "read", "parse", "from_")
_PLACES = ("_file", "_path", "_dir", "_folder", "_name", "_url", "_filename")
_LOADED = ("config", "settings", "params", "yaml", "conf", "cfg", "toml")  # one of them is in every such name
_TEMPLATE = pattern(
    r"[._-]?(?:example|sample|template|dist|default|defaults|tmpl|tpl|base)s?(?=[._-]|$)|(?:example|sample|template)[._-]"
)
_RAISING = ("Error", "Exception", "Exit", "exit")
_READING = ("r", "rb", "rt", "br", "?")
_UNHELD = (None, "nobody", "ignored")


class Reads:
    """Rows of config_file."""

    def __init__(self, link: Link, repository: Repository, data: Data, keys: Keys) -> None:
        self.link = link
        self.repository = repository
        self.data = data
        self.keys = keys
        self._refusals: dict[str, set[int]] = {}
        self._loaders: dict[str, bool] = {}  # by name

    # ---- known loaders -----------------------------------------------------------------------------------------------
    def relate(self, event: Event) -> None:
        """Rows for an event that reads a configuration."""
        told = event.known.get("reads")
        if not told or "{" in str(told.get("what")) or (told.get("missing_ok") and not self._needed(event)):
            return
        if told.get("handle") and self.data.writings.mode(event, told) not in _READING:
            return
        value = self.link.given(event, told.get("target"))
        if value is None:
            return
        owners = {text: self.data.writings.owner(text, event) for text in self.link.texts(value, event.frame)}
        # A file that is looked for in several folders need lie in one of them only; where it lies in none, the last
        # place is what a reader is told of.
        told_of = {_file_name(text): text for text in owners}
        told_of.update((_file_name(text), text) for text, owner in owners.items() if owner.name not in _UNHELD)
        for text, owner in owners.items():
            if self._is_wanted(event, told, text):
                guarded = (self.link.guarded(event, value) and not self.refused(event)) or self.link.handled(event)
                elsewhere = told_of[_file_name(text)] != text
                span, module = self._place(event, value, text)
                self.row(
                    span,
                    module,
                    event.name,
                    text,
                    owner,
                    guarded or elsewhere,
                    False,
                    event.call.scope,
                    event.module,
                )

    def _needed(self, event: Event) -> bool:
        """Whether keys are read without which a file that may be missing cannot be missing."""
        if not event.known.get("configures"):
            return False
        known = ("call", event.module.path, event.number) in self.keys.by_loader
        return known or self._takes_sections(event.module, event.call, event.frame)

    def _takes_sections(self, module: Module, loading: Call, frame: Frame) -> bool:
        """Whether the code beside a load takes sections that a file which is missing does not have, and fails then."""
        if loading.func[0] != "attr":
            return False
        for call in module.code.calls:
            if call.scope == loading.scope and call.func[:2] == loading.func[:2]:
                entry = self.link.folder.entry_of(call, frame)[1]
                if "needs_section" in entry and not self._borne(module, call):
                    return True
        return False

    def _borne(self, module: Module, call: Call) -> bool:
        """Whether a section is only taken where a test found it, and the code goes on where it did not."""
        for kind, value in contexts_of(module, call.context):
            asked = value[0] == "call" and module.code.calls[value[1]].func[:2] == call.func[:2]
            if kind == "try" or (asked and not self._refuses(module, value)):
                return True
        return False

    def _is_wanted(self, event: Event, told: dict[str, Any], text: str) -> bool:
        clean = text.replace("\\", "/").removeprefix(ROOT)
        if "{" in text or "\n" in text or place_of(text) != "relative" or not clean.lower().endswith(_ENDINGS):
            return False
        folders = clean.lower().split("/")[:-1]
        if is_temporary(text) or is_placeholder(text) or not _OF_RESULTS.isdisjoint(folders):
            return False
        name = clean.rpartition("/")[2]
        in_folder = is_config(clean) and "experiments" not in folders  # those hold results, too
        of_access = any(word in name.lower() for word in _ACCESS)
        named = is_config(name) or in_folder or of_access if clean.lower().endswith((".json", ".jsonc")) else True
        return named and (self.data.what(event, told, text) in ("config", "any", "text") or is_config(name))

    def _place(self, event: Event, value: Value, text: str) -> tuple[int, str]:
        """The call that spells the path; where it was put together on the way: the place in the entry point's file."""
        span = self.link.spelled_at(event, value)[0]
        path = self.link.rows.spans[span].path
        name = text.rpartition("/")[2]
        module = self.link.walker.program.module(path)
        if module is not None and name not in module.code.mentions and name in event.entry.module.code.mentions:
            there, where = self.link.call_site(event)
            return self.link.rows.span(there, where), there
        return span, path

    def refused(self, event: Event) -> bool:
        """Whether the test of existence around an event ends in a failure where the file is missing."""
        for kind, test, frame in self.link.around(event):
            if kind in ("if", "else") and any(True for _ in self.link.existence_tests(test, frame)):
                return self._refuses(frame.module, test)
        return False

    def _refuses(self, module: Module, test: Value) -> bool:
        return any(module.code.contexts[number].value == test for number in self.refusals(module))

    def refusals(self, module: Module) -> set[int]:
        """Contexts of a module in which something is raised, or the program stopped."""
        known = self._refusals.get(module.path)
        if known is None:
            known = set()
            for call in module.code.calls:
                func = call.func
                if func[0] in ("name", "ext", "attr") and str(func[-1]).endswith(_RAISING):
                    known.add(call.context)
            self._refusals[module.path] = known
        return known

    # ---- loaders by name ---------------------------------------------------------------------------------------------
    def unknown_loaders(self, module: Module) -> None:
        """Calls of functions that nothing is known of, but whose name says that they load a configuration."""
        may_read = [name for name in module.called if self._loads(name) or name.lower().startswith(_MAY_READ)]
        for number, name in sorted((number, called) for called in may_read for number in module.called[called]):
            call, known = module.code.calls[number], self._loads(name)
            frame = self.link.folder.scope_frame(module, call.scope)
            entry = self.link.folder.entry_of(call, frame)[1]
            if entry or self.link.folder.callee(call, frame)[0] in ("func", "class", "either", "settings"):
                continue
            handled = any(kind == "try" and any(one[1] not in ("raise", "exit") for one in value[1])
                          for kind, value in contexts_of(module, call.context))  # fmt: skip
            for value in (*call.args, *(value for _, value in call.kwargs)):
                text = first_spelled(self.link.folder.fold(value, frame))
                clean = text.removeprefix(ROOT)
                if "{" in text or place_of(text) != "relative" or not clean.endswith(_ENDINGS):
                    continue
                if not is_placeholder(text) and (("/" in clean and known) or self._is_left_out(clean, module.path)):
                    owner = self.link.owners.of(text, module.path)
                    span = self.link.rows.span(module.path, call.where)
                    self.row(span, module.path, name, text, owner, handled, True, call.scope, module)

    def _loads(self, name: str) -> bool:
        known = self._loaders.get(name)
        if known is None:
            known = self._loaders[name] = loads(name)
        return known

    def _is_left_out(self, text: str, script: str) -> bool:
        """Whether git ignores a file of that name, so that whoever wrote the code has it."""
        of_access = any(word in text.lower() for word in _ACCESS)
        if text.endswith((".json", ".jsonc")) and not is_config(text) and not of_access:
            return False
        folders = dict.fromkeys(("", script.rpartition("/")[0]))
        places = [place for folder in folders if (place := normal(f"{folder}/{text}".lstrip("/"))) is not None]
        return bool(places) and bool(self.repository.snapshot.ignored(places))

    # ---- rows --------------------------------------------------------------------------------------------------------
    def row(
        self,
        span: int,
        path: str,
        function: str,
        text: str,
        owner: Owner,
        guarded: bool,
        by_name: bool,
        scope: int,
        module: Module,
    ) -> None:
        """One row: what git knows of a configuration that code reads."""
        in_test = path in self.link.tests or module.path in self.link.tests
        clean = text.replace("\\", "/")
        if in_test and not clean.startswith(ROOT):
            return
        name, resolved = owner.name, owner.resolved
        if name is None:
            below = self._below(clean.removeprefix(ROOT).removeprefix("./"), path)
            name, resolved = ("git", below) if below is not None else ("nobody", resolved)
        if name == "nobody" and resolved and self.repository.snapshot.ignored([resolved]):
            name = "ignored"
        template = self.template(clean, path) if name in ("nobody", "ignored") else None
        flags = (int(guarded), int(by_name), int(in_test), self.link.scope_name(module, scope))
        target = clean.removeprefix(ROOT)
        self.link.rows.add("config_file", span, path, function, target, name, resolved, template, *flags)

    def _below(self, text: str, script: str) -> str | None:
        """A tracked file in a sub-project from which the script may be run."""
        text = normal(text) or text
        folder = script.rpartition("/")[0]
        for path in self.link.owners.names.get(text.rpartition("/")[2], ()):
            if path.endswith("/" + text) and (
                "/" in text.lstrip("./") or not folder or path.startswith(folder.partition("/")[0] + "/")
            ):
                return path
        return None

    def template(self, text: str, script: str) -> str | None:
        """A tracked template that stands beside a file."""
        folder, _, name = text.removeprefix(ROOT).rpartition("/")
        bare = plain(name)
        if not bare:
            return None  # a folder
        for other, paths in self.link.owners.names.items():
            if other != name and plain(other) == bare:
                for path in paths:
                    there = path.rpartition("/")[0]
                    if (
                        not folder
                        or there == normal(folder)
                        or there.endswith("/" + folder.strip("./"))
                        or normal(folder) is None
                    ):
                        return path
        return None


def loads(name: str) -> bool:
    """Whether a function's name says that it loads a configuration, and not that it gives the path of one."""
    lower = name.lower()
    return not lower.endswith(_PLACES) and any(word in lower for word in _LOADED) and _LOADER.search(lower) is not None


def plain(name: str) -> str:
    """A file name without what makes it the name of a template."""
    if not _TEMPLATE.search(name.lower()):
        return name.lower() if "." in name else ""
    return _TEMPLATE.sub("", name.lower()).strip("._-").replace("..", ".")


def _file_name(text: str) -> str:
    return text.replace("\\", "/").rpartition("/")[2]
