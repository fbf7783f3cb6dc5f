"""Statements of SQL, in files and in the texts of code: who runs them, and what is emptied before."""

from __future__ import annotations

from groundrules.basics.late import late
from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_paths import is_receiver
from groundrules.facts.meaning.pipelines_targets import is_setting, plain, same
from groundrules.facts.meaning.pipelines_texts import (
    Text,
    grown,
    is_schema,
    named,
    one_time,
    texts_of,
    texts_of_file,
    texts_of_settings,
    told_to_people,
)
from groundrules.facts.meaning.pipelines_words import is_history, is_staging, is_swapped
from groundrules.facts.python.contexts import branches_of, steps_to, tested
from groundrules.facts.python.events import Event
from groundrules.facts.python.folding import Frame
from groundrules.facts.python.ir import Value
from groundrules.facts.python.reading.hints import template_text
from groundrules.facts.python.task_files import lies_with_tasks
from groundrules.facts.repository import Repository
from groundrules.facts.sql import Statement, scan
from groundrules.typed import TYPE_CHECKING, Any, Iterator, defaultdict

if TYPE_CHECKING:
    from groundrules.facts.meaning import pipelines_pairs as pairs
    from groundrules.facts.meaning.pipelines_emptied import Emptied, clears, empties
    from groundrules.facts.meaning.pipelines_guards import Guards
    from groundrules.facts.meaning.pipelines_idle import Idle
    from groundrules.facts.meaning.pipelines_templates import kept_as, run_by
else:
    late(globals(), "groundrules.facts.meaning.pipelines_pairs", name="pairs")
    late(globals(), "groundrules.facts.meaning.pipelines_emptied", "clears empties", classes="Emptied")
    late(globals(), "groundrules.facts.meaning.pipelines_guards", classes="Guards")
    late(globals(), "groundrules.facts.meaning.pipelines_idle", classes="Idle")
    late(globals(), "groundrules.facts.meaning.pipelines_templates", "kept_as run_by")


class Statements:
    """Rows of statements, and what each entry point empties."""

    def __init__(self, link: Link, repository: Repository) -> None:
        self.link = link
        self.repository = repository
        self.texts: dict[str, list[Text]] = {}  # of code, by file
        self.guards = Guards(link, self.texts)
        self.emptied = Emptied(link, self.texts)
        self.runners: dict[str, list[str]] = {}  # files of SQL, and the code that names them
        self.schedules: set[str] = set()  # files that define workflows or tasks
        self.filled: dict[tuple[str, str], set[str]] = {}  # texts with holes, and what they say where they are run
        self._scanned: dict[str, list[Statement]] = {}
        self._drops_handed: set[str] | None = None
        self._drops: list[str] | None = None  # what the program drops
        self.anew: set[str] = set()  # tables that a call writes anew
        self.idle = Idle(link)
        self.steps: set[tuple[str, str, str]] = set()  # functions, those that add rows by way of them, and to what

    # ---- first pass --------------------------------------------------------------------------------------------------
    def collect(self, event: Event) -> None:
        """Note the statements that an event runs, as far as its text is known."""
        told = event.known.get("runs_sql")
        if "task" in event.known or "workflow" in event.known:
            self.schedules.add(event.module.path)
        if told is None:
            return
        for value in self.values(event, told.get("statement")):
            texts = self.link.texts(value, event.frame)
            self._note_filled(value, event.frame, texts)
            for text in texts:
                self._note_run(event, text)

    def _note_run(self, event: Event, text: str) -> None:
        """Note the statements of a text that an event runs."""
        path, call = event.module.path, event.call
        for one in self.scanned(text):
            if one.verb in ("insert", "copy"):
                self.steps.update((*step, one.target or "") for step in steps_to(event))
            self._note(event.entry.id, Text(text, path, call.where, one, call.scope, call.context, False))

    def _note_filled(self, value: Value, frame: Frame, texts: list[str]) -> None:
        """Note what a text says where it is run that an object puts its own attributes into."""
        while value[0] == "param" and frame.scope == value[1] and value[2] in frame.bound:
            value, frame = frame.bound[value[2]]
        own = value[0] == "fmt" and any(
            part[0] == "attr" and part[1][0] == "param" and is_receiver(part[1], frame)
            for part in value[1] if isinstance(part, tuple)
        )  # fmt: skip
        if own and texts:
            self.filled.setdefault((frame.module.path, template_text(value)), set()).update(texts)

    def _named(self, text: Text) -> str | None:
        """The table of a statement; where only a hole stands for it, the one that is put in when it is run."""
        target = text.statement.target
        if not target or not target.startswith("{") or not target.endswith("}") or "}." in target:
            return target
        for filled in sorted(self.filled.get((text.path, text.text), ())):
            for one in self.scanned(filled):
                if one.verb == text.statement.verb and one.target and "{" not in one.target:
                    return one.target
        module = self.link.folder.program.module(text.path)
        if module is None:
            return target
        value = module.env.get(target[1:-1]) if target.isupper() else tested(module, text.context, target[1:-1])
        return str(value[1]) if value is not None and value[0] == "const" else target

    def values(self, event: Event, names: Any) -> Iterator[Value]:
        """The statement's argument; a name with dots is a key inside a dict argument."""
        for name in [names] if isinstance(names, str) else names or ():
            head, *keys = str(name).split(".")
            value = self.link.given(event, head)
            for key in keys:
                pairs = value[1] if value is not None and value[0] == "dict" else ()
                value = next((item for name, item in pairs if name == ("const", key)), None)
            if value is not None:
                yield value

    def scanned(self, text: str) -> list[Statement]:
        """The statements of a text, each text read once."""
        found = self._scanned.get(text)
        if found is None:
            found = self._scanned[text] = scan(text) if " " in text.strip() else []
        return found

    def _note(self, entry: int, text: Text) -> None:
        one = text.statement
        if text.path in self.link.tests:
            return  # what a test clears away is there when the pipeline runs
        if empties(one) or (one.verb == "create" and one.guard == "or-replace"):
            self.emptied.clears[entry].append(clears(text))
        elif one.verb in ("insert", "copy", "create") and one.target:
            self.emptied.inserts[entry].append(one.target)

    # ---- between the passes ------------------------------------------------------------------------------------------
    def gather(self) -> None:
        """Read the texts of code, and which entry point runs which."""
        walker = self.link.walker
        by_scope: dict[tuple[str, int], list[int]] = defaultdict(list)
        for entry, scopes in walker.ran.items():
            for key in scopes:
                by_scope[key].append(entry)
        self.by_scope = by_scope
        for path in sorted({path for path, _ in walker.reached} | self.link.tasks):
            module = self.link.folder.program.module(path)
            if module is None or not module.code.sql:
                continue
            said = told_to_people(self.link, module)
            found = self.texts[path] = grown(module, [one for one in texts_of(module) if one.text not in said])
            for one in found:
                for entry in by_scope.get((path, one.scope), ()) if one.scope or self._acts(path) else ():
                    self._note(entry, one)
        for path, rows in texts_of_settings(self.repository):
            self.texts[path] = [*self.texts.get(path, ()), *rows]
        self._files()

    def _acts(self, path: str) -> bool:
        """Whether the texts at a module's own level are run there: it is no mere list of statements."""
        return any(entry.module.path == path for entry in self.link.walker.entries if entry.scope == 0)

    def _files(self) -> None:
        names = self.repository.sql_paths()
        if not names:
            return
        patterns = self.repository.survey.mentions((".sql", ".hql", ".ddl"))
        for name in names:
            last = name.rpartition("/")[2]
            self.runners[name] = [
                path for path, one in patterns if named(one, last, path, name) and path not in self.link.tests
            ]
        for name in names:
            if self.runners[name] and not one_time(name):
                self.emptied.note_file(self.rows(name))
        for path, entries in self._entries_by_path().items():
            for name in names:
                if path in self.runners[name]:
                    for row in self.rows(name):
                        for entry in entries:
                            self._note(entry, row)

    def _entries_by_path(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for (path, _), entries in self.by_scope.items():
            found[path].update(entries)
        return found

    def rows(self, path: str) -> list[Text]:
        """The statements of a file of SQL."""
        return texts_of_file(self.repository, path)

    # ---- second pass -------------------------------------------------------------------------------------------------
    def relate(self, scope: frozenset[str] | None) -> None:
        """One row a statement."""
        for step in sorted(self.steps):
            self.link.rows.add("adding_step", *step[:2], step[2] or None)
        helpers = {adds.partition(":")[0] for name, adds, _ in self.steps if name.partition(":")[0] in (scope or ())}
        for path, texts in self.texts.items():
            if (scope is None or path in scope or path in helpers) and path not in self.link.tests:
                for text in texts:
                    self._row(text, *self._run_by(text))
        for path, runners in self.runners.items():
            if scope is None or path in scope:
                scheduled = [one for one in runners if one in self.link.tasks]
                in_task = bool(scheduled) or (lies_with_tasks(path) and not one_time(path))
                entries = {entry for one in runners for entry in self._entries_by_path().get(one, ())}
                rows = self.rows(path)
                once = (one_time(path) and not scheduled) or is_schema(rows)
                for text in rows:
                    self._row(text, in_task, entries, once, runners)

    def _run_by(self, text: Text) -> tuple[bool, set[int], bool, list[str]]:
        path = text.path
        if self.link.folder.program.module(path) is None:
            return True, set(), one_time(path), []
        entries = set(self.by_scope.get((path, text.scope), ()))
        if not text.scope:
            entries |= set(self.emptied.entries_that_fill(text.statement.target))
        kinds = {self.link.walker.entries[entry].kind for entry in entries}
        once = one_time(path) and "task" not in kinds and path not in self.schedules
        return path in self.link.tasks or "task" in kinds, entries, once, []

    def _row(self, text: Text, in_task: bool, entries: set[int], migration: bool, runners: list[str]) -> None:
        link, one = self.link, text.statement._replace(target=self._named(text))
        module = link.folder.program.module(text.path) if text.path in self.texts else None
        around = branches_of(module, text.context) if module is not None else ()
        clearing = self.emptied.clearing(one.target, entries, text.path, around) if one.target else None
        for runner in runners:
            clearing = clearing or self.emptied.clearing(one.target, (), runner)
        if clearing is None and module is not None and not plain(one.target):
            ran = (self.emptied.clearing_in(text.path, scope, around) for scope in run_by(module, text))
            clearing = next((found for found in ran if found is not None), None)
        guard = one.guard or (self.guards.of(module, text) if module is not None else None)
        made_anew = one.verb in ("insert", "copy", "alter") or one.object == "index"
        if guard is None and made_anew and is_swapped(one.target):
            guard = "temporary"
        elsewhere = clearing is not None and (clearing.path, clearing.where) != (text.path, text.where)
        cleared = one.cleared or elsewhere
        dropped = elsewhere and clearing is not None and clearing.verb == "drop"
        if dropped and clearing is not None and clearing.path == text.path:
            dropped = bool(plain(one.target)) and not pairs.switched(self.texts, module, clearing.where, text)
        emptied = one.emptied or (elsewhere and not one.cleared and clearing is not None and clearing.whole)
        pair = one.pair or (one.verb == "create" and (dropped or self._dropped(text, one.target)))
        pair = pair or self._renewed(pairs.whole_of(one), text.path)
        pair = pair or (
            one.verb == "create"
            and self._drops_any(text)
            and (not plain(one.target) or (module is None and not runners))
        )
        if guard is None and one.verb == "drop" and module is not None and pairs.used(self.texts, module, text):
            guard = "used"
        host = "file" if module is None else "cell" if module.code.cells else "template" if text.template else "string"
        name = link.scope_name(module, text.scope) if module is not None else ""
        link.rows.add(
            "sql_statement", link.rows.span(text.path, text.where), one.verb, one.object, one.target,
            int(bool(plain(one.target)) or (module is None and is_setting(one.target))), guard,
            int(cleared), int(emptied), int(pair), one.clock, one.window, one.adds, int(is_history(one.target)),
            int(is_staging(one.target)), int(in_task), int(migration),
            int(one.tallies or self._sample(text, runners) or (module is not None and pairs.records_one(module, text))),
            int(self.idle.of(text.path, text.scope) or self.idle.keeps(text.path, kept_as(module, text))), host, name,
        )  # fmt: skip

    def _sample(self, text: Text, runners: list[str]) -> bool:
        """Whether an INSERT stands in a file of SQL that no code names, and puts in the rows that stand there."""
        in_file = text.path in self.runners and not runners
        return in_file and text.statement.verb == "insert" and not text.statement.sources

    def _dropped(self, text: Text, target: str | None) -> bool:
        known, module = self._all_drops(), self.link.folder.program.module(text.path)
        return pairs.dropped(self.texts, known, text, target, module)

    def _renewed(self, table: str | None, path: str) -> bool:
        """Whether the program, or a script beside a file of SQL, drops a table or writes it anew, and with it its
        columns and indexes."""
        folder = path.rpartition("/")[0]
        beside = [name for name in self.runners if name.rpartition("/")[0] == folder] if path in self.runners else ()
        scripts = pairs.drops({name: self.rows(name) for name in beside}) if plain(table) else ()
        known = (*self._all_drops(), *sorted(self.anew), *scripts)
        return bool(plain(table)) and any(same(other, table) for other in known)

    def _drops_any(self, one: Text) -> bool:
        """Whether a helper in another file of the pipeline drops whichever table it is handed."""
        if self._drops_handed is None:
            self._drops_handed = {
                path for path, rows in self.texts.items() if path in self.link.tasks
                for text in rows if text.statement.verb == "drop" and text.scope and not plain(text.statement.target)
            }  # fmt: skip
        return bool(self._drops_handed - {one.path})

    def _all_drops(self) -> list[str]:
        if self._drops is None:
            files = {path: self.rows(path) for path, runners in self.runners.items() if runners}
            self._drops = pairs.drops({**self.texts, **files})
        return self._drops
