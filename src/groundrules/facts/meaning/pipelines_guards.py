"""What in the code around a statement of SQL keeps it from doing harm when it runs twice."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_targets import same
from groundrules.facts.meaning.pipelines_texts import Text, asks, has_rows
from groundrules.facts.meaning.pipelines_words import words_of
from groundrules.facts.python.contexts import contexts_of
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.program import Module, imports_any
from groundrules.typed import TYPE_CHECKING, Mapping

if TYPE_CHECKING:
    from groundrules.facts.meaning import pipelines_pairs as pairs
    from groundrules.facts.meaning.pipelines_templates import picked_by_name
else:
    late(globals(), "groundrules.facts.meaning.pipelines_pairs", name="pairs")
    late(globals(), "groundrules.facts.meaning.pipelines_templates", "picked_by_name")

_DEFINITIONS = frozenset({"create", "drop", "alter"})
_FAILURES = frozenset({"error", "errors", "failure", "failures", "failed", "letter"})
_TRIALS = frozenset({"test", "tests", "teardown"})  # functions that set up a test, and take it down
_DUPLICATES = ("integrity", "unique", "duplicate", "conflict", "exists", "duplicatetable", "programmingerror")


class Guards:
    """Judges statements by what stands around them; `texts` are the statements of code, by file."""

    def __init__(self, link: Link, texts: dict[str, list[Text]]) -> None:
        self.link = link
        self.texts = texts
        functions = link.knowledge.functions
        self.keyed = {name.partition(".")[0] for name in functions.having("inserts_by_key")}

    def of(self, module: Module, text: Text) -> str | None:
        """What in the code around a statement keeps it from running twice."""
        definition = text.statement.verb in _DEFINITIONS
        if definition and _TRIALS.intersection(words_of(module.code.scopes[text.scope].name)):
            return "condition"
        if not definition and self._of_failure(module, text):
            return "failure"
        beside = [text, *self._beside(module, text)]
        if not definition and any(self._looks_first(one, other) for other in self.texts[module.path] for one in beside):
            return "watermark"
        if text.statement.verb == "insert" and pairs.marked(self.texts, text):
            return "marked"
        if text.statement.verb == "insert" and imports_any(module, self.keyed):
            return "upsert"
        picked = text.statement.verb == "insert" and picked_by_name(self.link, module, text)
        return self._guard_around(module, text, definition) or ("picked" if picked else None)

    def _beside(self, module: Module, text: Text) -> list[Text]:
        """The other statements that put in rows in the same round of a loop."""
        if text.statement.verb != "insert" or not any(kind == "for" for kind, _ in contexts_of(module, text.context)):
            return []
        return [
            one for one in self.texts[module.path]
            if one.statement.verb == "insert" and (one.scope, one.context) == (text.scope, text.context)
        ]  # fmt: skip

    def _guard_around(self, module: Module, text: Text, definition: bool) -> str | None:
        """What tests, loops, handlers and callers around a statement keep it from running twice."""
        for kind, value in contexts_of(module, text.context):
            if kind in ("if", "else", "while") and asks(module, value) and not has_rows(module, kind, value):
                return "condition"
            if kind == "for" and text.statement.verb == "alter":
                return "condition"
            if kind == "try" and value[0] == "handlers":
                for names, action in (handler[:2] for handler in value[1]):
                    expected = any(word in names.lower() for word in _DUPLICATES)
                    if action not in ("raise", "exit") and (definition or expected):
                        return "handled"
        runs = (
            self._runs(module, text)
            if not text.scope
            else [self.link.walker.callers.get((module.path, text.scope), {})]
        )
        if runs and all(callers and all(self._asked(path, number) for path, number in callers) for callers in runs):
            return "condition"
        return None

    def _runs(self, module: Module, text: Text) -> list[Mapping[tuple[str, int], Frame]]:
        """Of a text that has a name at the module's own level: the callers of each function that runs it."""
        names = [name for name, value in module.env.items() if value == ("const", text.text)]
        calls = (call for call in module.code.calls if any(("name", name) in call.args for name in names))
        scopes = {call.scope for call in calls}
        return [self.link.walker.callers.get((module.path, scope), {}) for scope in sorted(scopes)]

    def _of_failure(self, module: Module, text: Text) -> bool:
        """Whether a statement only keeps what went wrong, for somebody to look at."""
        name = module.code.scopes[text.scope].name
        return bool(_FAILURES.intersection(words_of(name))) or any(
            kind == "except" for kind, _ in contexts_of(module, text.context)
        )

    def _looks_first(self, text: Text, other: Text) -> bool:
        """Whether the same function asks the target what it holds, and the statement has a hole for the answer."""
        filled = text.template or "%s" in text.text or ":" in text.text or "?" in text.text
        if other.scope != text.scope or other.statement.verb != "select" or not filled:
            return False
        return other.where < text.where and any(same(one, text.statement.target) for one in other.statement.sources)

    def _asked(self, path: str, number: int) -> bool:
        module = self.link.folder.program.module(path)
        if module is None:
            return False
        around = contexts_of(module, module.code.calls[number].context)
        return any(
            kind in ("if", "else") and asks(module, value) and not has_rows(module, kind, value)
            for kind, value in around
        )
