"""What empties tables: in the same entry point, in the tasks beside it, or in the files that use a helper."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_targets import plain, same
from groundrules.facts.meaning.pipelines_texts import Text
from groundrules.facts.meaning.pipelines_words import is_staging
from groundrules.facts.python.ir import Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.task_files import imported_files
from groundrules.facts.sql import Statement
from groundrules.typed import Any, Iterable, Mapping, NamedTuple, defaultdict

_EMPTIES = frozenset({"delete", "truncate", "drop", "insert-overwrite"})
_FALSE = (("const", False), ("const", None))


class Clearing(NamedTuple):
    """A statement that empties, deletes from, drops or replaces a table."""

    target: str | None
    path: str
    where: Any
    verb: str
    whole: bool  # nothing of what was there stays
    scope: int = 0  # the function it stands in
    context: int = 0


class Emptied:
    """Asked for a table and what runs; `texts` are the statements of code, by file."""

    def __init__(self, link: Link, texts: Mapping[str, list[Text]]) -> None:
        self.link = link
        self.texts = texts
        self.clears: dict[int, list[Clearing]] = defaultdict(list)  # by entry point
        self.inserts: dict[int, list[str]] = defaultdict(list)
        self._siblings: dict[str, list[int]] = defaultdict(list)  # the tasks of each file
        self.files: list[Clearing] = []  # what files of SQL that code names drop, or empty for one run
        self._users: dict[str, list[str]] | None = None  # by file: those that import it and empty tables

    def clearing(
        self, target: str | None, entries: Iterable[int], path: str, around: Iterable[int] = ()
    ) -> Clearing | None:
        """What empties a table in one of the entry points, or elsewhere in the same file.

        `around` are the branches that what fills the table stands in.
        """
        for entry in self._with_siblings(entries):
            for one in self.clears.get(entry, ()):
                if same(one.target, target) and self._sure(one, path, around):
                    return one
        beside = (
            clears(text)
            for there in (path, *self._neighbours(path, target)) for text in self.texts.get(there, ())
            if empties(text.statement) and same(text.statement.target, target)
            and self._sure(clears(text), path, around)
        )  # fmt: skip
        known = self.files if plain(target) and "*" not in plain(target)[-1] else ()
        return next(beside, None) or next((one for one in known if same(one.target, target)), None)

    def note_file(self, rows: Iterable[Text]) -> None:
        """Note the tables that a file of SQL drops, and those of one run that it empties."""
        for text in rows:
            one = text.statement
            gone = one.verb == "drop" and one.object == "table"
            if plain(one.target) and (gone or (one.verb == "truncate" and is_staging(one.target))):
                self.files.append(clears(text)._replace(whole=True))

    def _neighbours(self, path: str, target: str | None) -> list[str]:
        """The files that import a file, such as the workflow that uses an operator, if they empty tables by name."""
        if not plain(target) or "*" in plain(target)[-1]:
            return []
        if self._users is None:
            self._users = defaultdict(list)
            for there, texts in self.texts.items():
                if there in self.link.tests:
                    continue  # what a test clears away is there when the pipeline runs
                if self.link.folder.program.module(there) and any(empties(one.statement) for one in texts):
                    for used in sorted(set(imported_files(self.link.folder.program, there))):
                        self._users[used].append(there)
        return self._users.get(path, [])

    def _with_siblings(self, entries: Iterable[int]) -> list[int]:
        """Entry points, and after them the other tasks of their files: one may empty what the next one fills."""
        known = self.link.walker.entries
        if not self._siblings:
            for number, one in enumerate(known):
                if one.kind == "task":
                    self._siblings[one.module.path].append(number)
        own = list(entries)
        paths = sorted({known[number].module.path for number in own if known[number].kind == "task"})
        return [*own, *(number for path in paths for number in self._siblings.get(path, ()) if number not in own)]

    def _sure(self, clearing: Clearing, path: str, around: Iterable[int]) -> bool:
        """Whether it happens to all who fill the table in the branches `around`, not only where callers wish it."""
        module, context = self.link.folder.program.module(clearing.path), clearing.context
        while module is not None and context and not (clearing.path == path and context in around):
            one = module.code.contexts[context]
            if one.kind == "if" and one.value[:2] == ("param", clearing.scope) and self._left_out(module, one.value):
                return False
            context = one.parent
        return True

    def _left_out(self, module: Module, wanted: Value) -> bool:
        """Whether some call of a function leaves out a parameter that is false by itself."""
        folder, scope = self.link.folder, wanted[1]
        for (path, number), frame in self.link.walker.callers.get((module.path, scope), {}).items():
            call = frame.module.code.calls[number]
            callee = folder.callee(call, frame)
            inner = folder.bind(module, scope, call, number, frame, callee[3] if callee[0] == "func" else None)
            if path not in self.link.tests and folder.fold(wanted, inner) in _FALSE:
                return True
        return False

    def clearing_in(self, path: str, scope: int, around: Iterable[int] = ()) -> Clearing | None:
        """What a function empties, whatever it is."""
        for text in self.texts.get(path, ()):
            if text.scope == scope and empties(text.statement) and self._sure(clears(text), path, around):
                return clears(text)
        return None

    def entries_that_fill(self, target: str | None) -> list[int]:
        """The entry points that insert into a table."""
        return [entry for entry, targets in self.inserts.items() if any(same(one, target) for one in targets)]


def clears(text: Text) -> Clearing:
    """What is known of a statement that empties something."""
    one = text.statement
    return Clearing(one.target, text.path, text.where, one.verb, one.empties_all, text.scope, text.context)


def empties(one: Statement) -> bool:
    """Whether a statement takes rows away, or puts others in their place; a temporary table begins empty."""
    return one.verb in _EMPTIES or one.empties or (one.verb == "create" and one.guard == "temporary")
