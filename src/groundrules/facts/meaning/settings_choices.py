"""Options that a defaults list chooses: does git hold them, or does code bring them?"""

from __future__ import annotations

from groundrules.facts.meaning.settings_files import is_config
from groundrules.facts.meaning.settings_reads import Reads
from groundrules.facts.meaning.settings_tree import Absent
from groundrules.facts.ownership import Owner
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.texts import first_spelled
from groundrules.typed import Iterator

_BROUGHT = "brings_options"
_ELSEWHERE = "hydra.searchpath"


class Choices:
    """Rows of config_file for what is chosen in vain, each once."""

    def __init__(self, reads: Reads) -> None:
        self.reads = reads
        self._told: set[tuple[str, str]] = set()
        self._names: frozenset[str] | None = None

    def others(self, scope: frozenset[str] | None) -> set[str]:
        """Code outside the scope that may compose a configuration out of a list of it."""
        trees = self.reads.link.folder.settings.trees
        listed = (one for path in scope or () if is_config(path) for one in trees.rows(path)[1])
        if scope is None or not any(one.how == "hydra-group" for one in listed):
            return set()
        composing = self.reads.link.folder.knowledge.functions.having("config_decorator")
        return self.reads.repository.survey.importing({name.partition(".")[0] for name in composing}) - scope

    def relate(self, module: Module, scope: int, source: Value) -> None:
        """Rows for the configuration that a decorator hands on."""
        tree = self.reads.link.folder.settings.find(source).first
        if tree is None or tree.rows(_ELSEWHERE) is not None:
            return
        for one in tree.absent:
            final = one.entry.word == "override" or one.target.rpartition("/")[0] not in tree.overridden
            if final and (one.path, one.target) not in self._told and not self._is_brought(one):
                self._told.add((one.path, one.target))
                span = self.reads.link.rows.span(one.path, tuple(one.entry.where))
                target = f"{one.target}.yaml"
                owner = Owner("nobody", None, target)
                self.reads.row(span, one.path, "defaults", target, owner, False, False, scope, module)

    def _is_brought(self, one: Absent) -> bool:
        """Whether code registers an option of that name, or may look for options in other places."""
        if self._names is None:
            self._names = frozenset(self._registered())
        return not self._names.isdisjoint((one.target.rpartition("/")[2], "?"))

    def _registered(self) -> Iterator[str]:
        """The names of options that code brings; `?` is for those that nobody knows."""
        folder = self.reads.link.folder
        functions = folder.knowledge.functions
        for name in functions.having(_BROUGHT):
            named = functions[name][_BROUGHT]["name"]
            *_, owner, last = name.split(".")
            for path in sorted(self.reads.repository.survey.importing([owner if named else last])):
                module = folder.program.module(path)
                if module is None or not named:
                    yield "?"
                    continue
                for number in module.called.get(last, ()):
                    call = module.code.calls[number]
                    frame = folder.scope_frame(module, call.scope)
                    given = folder.argument(call, functions[name], named, frame)
                    text = first_spelled(folder.fold(given, frame)) if given is not None else ""
                    yield text.removesuffix(".yaml") if text and "{" not in text else "?"
