"""Statements in the texts of code and in files of SQL, and what a file's name says about when it runs."""

from __future__ import annotations

from groundrules.facts.meaning.link import Link
from groundrules.facts.meaning.pipelines_words import sink_of, words_of
from groundrules.facts.python.contexts import within_other
from groundrules.facts.python.ir import NONE, Value
from groundrules.facts.python.program import Module
from groundrules.facts.python.reading.hints import template_text
from groundrules.facts.python.task_files import lies_with_tasks
from groundrules.facts.python.users import users_of
from groundrules.facts.raw import ConfigKey
from groundrules.facts.repository import Repository
from groundrules.facts.sql import Statement, looks_like_sql, scan
from groundrules.facts.sql.words import words
from groundrules.typed import Any, Iterator, NamedTuple

_MIGRATIONS = words("migrations migration alembic versions flyway liquibase changelog migrate upgrades")
_SETUP = words(
    "schema schemas init initdb ddl setup bootstrap seed seeds initial initialize initialise install provision"
)
_MAKERS = words(
    "build calculate collect compute crawl download extract generate make parse prepare produce scrape transform"
)
_QUERIES = words("sql query queries statement statements hql bql")
_PARTS = frozenset({"get", "strip", "lower", "upper"})
_NAMED = words("iterrows itertuples items values enumerate zip")
_SCHEMA = 12  # definitions in one file


class Text(NamedTuple):
    """A statement in a file."""

    text: str
    path: str
    where: Any
    statement: Statement
    scope: int
    context: int
    template: bool


def texts_of(module: Module) -> Iterator[Text]:
    """The statements in a module's texts, each with its place."""
    for sql in module.code.sql:
        cell, line, column, end_line, end_column = sql.where
        for plain in sql.statements:
            one = Statement(*plain)
            above = sql.text.count("\n", 0, one.offset)
            inside = sql.text.count("\n", one.offset, one.end)
            first = min(line + above, end_line)
            last = min(first + inside, end_line)
            where = (cell, first, column if first == line else 1, last, end_column if last == end_line else 1)
            yield Text(sql.text, module.path, where, one, sql.scope, sql.context, "{" in sql.text)


def grown(module: Module, texts: list[Text]) -> list[Text]:
    """The texts without those that are only the beginning of a longer one, to which a later line adds something."""
    longest: list[Text] = []
    for text in sorted(texts, key=lambda one: -len(one.text)):
        for number, whole in enumerate(longest):
            begins = whole.scope == text.scope and whole.text != text.text and whole.text.startswith(text.text)
            met = within_other(module, whole.context, text.context)
            if begins and met and whole.statement.offset == text.statement.offset:
                longest[number] = whole._replace(where=min(whole.where, text.where))
                break
        else:
            longest.append(text)
    return sorted(longest, key=lambda one: one.where)


def texts_of_file(repository: Repository, path: str) -> list[Text]:
    """The statements of a file of SQL."""
    facts = repository.facts(path)
    found = []
    for row in facts.rows if facts is not None else ():
        if type(row).__name__ == "SqlText":
            one: Any = row
            statement = Statement(
                0, 0, one.verb, one.object, one.target, None, one.guard, one.cleared, one.pair, one.clock,
                one.sources, (), one.adds, one.window, one.empties, one.empties_all, one.emptied,
                one.tallies,
            )  # fmt: skip
            found.append(Text("", path, tuple(one.where), statement, 0, 0, False))
    return found


def texts_of_settings(repository: Repository) -> Iterator[tuple[str, list[Text]]]:
    """The statements of flows that are written as settings, by file: what stands under `sql`, `query` and the like."""
    for path in repository.others():
        if not path.endswith((".yaml", ".yml")) or not lies_with_tasks(path):
            continue
        facts = repository.facts(path)
        found: list[Text] = []
        for row in facts.rows if facts is not None else ():
            if isinstance(row, ConfigKey) and row.value and _QUERIES.intersection(row.key.split(".")[-2:]):
                found.extend(_of_setting(path, row, row.value))
        if found:
            yield path, found


def _of_setting(path: str, row: ConfigKey, value: str) -> Iterator[Text]:
    if not looks_like_sql(value.strip()):
        return
    first = row.where[1] + ("\n" in value)  # a text of several lines begins below its key
    for one in scan(value):
        line = first + value.count("\n", 0, one.offset)
        last = line + value.count("\n", one.offset, one.end)
        yield Text(value, path, (None, line, 1, last, 1), one, 0, 0, "{" in value)


def is_schema(rows: list[Text]) -> bool:
    """Whether a file defines so many things that it can only be a whole schema, or a dump."""
    return sum(one.statement.verb == "create" for one in rows) > _SCHEMA


def told_to_people(link: Link, module: Module) -> set[str]:
    """The texts that only speak to people: titles, descriptions, log lines; not those that are also handed on."""
    said: set[str] = set()
    handed: set[str] = set()
    for call in module.code.calls:
        named_so = [value for name, value in call.kwargs if name and speaks(name)]
        said.update(template_text(value) for value in named_so if value[0] in ("const", "fmt"))
        if any(value[0] in ("const", "fmt") for value in call.args):
            frame = link.folder.module_frame(module)
            _, entry = link.folder.entry_of(call, frame)
            if entry.get("logs") or entry.get("displays") or call.func == ("name", "print"):
                said.update(template_text(value) for value in call.args)
            else:
                handed.update(template_text(value) for value in call.args if value[0] in ("const", "fmt"))
    return said - handed


def speaks(name: str) -> bool:
    """Whether an argument of this name is read by people."""
    return sink_of(name) == "log" or name in ("help", "label", "doc", "doc_md", "placeholder", "reason")


def asks(module: Module, value: Value) -> bool:
    """Whether a test asks something of the world: it holds a call, or looks something up."""
    if measures_batch(module, value) or picks_mode(value):
        return False
    if value[0] == "call" or (value[0] == "cmp" and value[1] in ("in", "not in", "is", "is not", "==", ">", "<")):
        return True
    parts = [part for part in value[1:] if isinstance(part, tuple) and part]
    return any(asks(module, one) for part in parts for one in ((part,) if isinstance(part[0], str) else part))


def picks_mode(value: Value) -> bool:
    """Whether a test only compares what a caller hands over with a word: it picks what is done, and asks nothing."""
    words_only = value[0] == "cmp" and value[3][0] == "const" and isinstance(value[3][1], str)
    return words_only and value[1] in ("==", "!=") and value[2][0] == "param"


def has_rows(module: Module, kind: str, value: Value) -> bool:
    """Whether a statement only stands under the test that there is something to write: what is asked is then used.

    Whoever looks whether rows are there already goes on when they are not, or asks and has no other use for the answer.
    """
    wanted = kind != "else"
    while value[0] in ("not", "attr", "cmp"):
        if value[0] == "not" or (value[0] == "attr" and value[2] == "empty"):
            value, wanted = value[1], not wanted
        elif value[0] == "cmp" and NONE in value[2:4] and value[1] in ("is", "is not", "==", "!="):
            wanted = wanted if value[1] in ("is not", "!=") else not wanted
            value = value[3] if value[2] == NONE else value[2]
        else:
            return False
    if value[0] in ("and", "or"):
        return wanted and all(has_rows(module, "if", one) or not asks(module, one) for one in value[1])
    if wanted and _of_row(module, value):
        return True
    made = _maker(module, value)
    return wanted and made is not None and any(use[0] not in ("test", "bound") for use in users_of(module, made))


def _of_row(module: Module, value: Value) -> bool:
    """Whether a value is a field of the row that a loop has come to: what is asked is whether the row is complete."""
    while value[0] in ("item", "attr", "call"):
        if value[0] == "call":
            func = module.code.calls[value[1]].func
            if func[0] != "attr" or func[2] not in _PARTS:
                return False
            value = func[1]
        else:
            value = value[1]
    return value[0] == "elem" and holds_rows(module, value[1])


def holds_rows(module: Module, value: Value) -> bool:
    """Whether a loop goes over rows that are at hand, and not over what a call has just looked up."""
    return value[0] != "call" or bool(_NAMED.intersection(words_of(str(module.code.calls[value[1]].func[-1]))))


def _maker(module: Module, value: Value) -> int | None:
    """The call whose result a value is, or is a part of."""
    while value[0] in ("item", "unpack", "enter", "elem", "call"):
        if value[0] == "call":
            func = module.code.calls[value[1]].func
            if func[0] != "attr" or func[2] != "get":
                return int(value[1])
            value = func[1]
        else:
            value = value[1]
    return None


def measures_batch(module: Module, value: Value) -> bool:
    """Whether a test only asks whether there are enough rows: a length, every so many rounds, what a step has made."""
    if value[0] == "cmp":
        return any(measures_batch(module, one) for one in value[2:4])
    if value[0] == "not":
        return measures_batch(module, value[1])
    if value[0] == "call":
        call = module.code.calls[value[1]]
        if call.func == ("name", "len"):
            return len(call.args) == 1 and not holds_call(call.args[0])
        scope = module.code.scopes[call.func[1]].name if call.func[0] == "local" else str(call.func[-1])
        return bool(_MAKERS.intersection(words_of(scope.rpartition(".")[2])[:1]))
    return value[:2] == ("bin", "%")


def holds_call(value: Value) -> bool:
    """Whether a value is made from the result of a call."""
    parts = [part for part in value[1:] if isinstance(part, tuple) and part]
    inner = [one for part in parts for one in ((part,) if isinstance(part[0], str) else part)]
    return value[0] == "call" or any(holds_call(one) for one in inner)


def named(mention: str, last: str, path: str, name: str) -> bool:
    """Whether a name in code, which may have holes, means a file of SQL."""
    if mention == last:
        return True
    if "{" not in mention and "*" not in mention:
        return False
    head = mention.partition("{")[0].partition("*")[0]
    tail = mention.rpartition("}")[2].rpartition("*")[2]
    return name.startswith(project(path)) and not one_time(name) and last.startswith(head) and last.endswith(tail)


def project(path: str) -> str:
    """The folder of a script, those that only hold tasks left out."""
    folder = path.rpartition("/")[0]
    while folder and lies_with_tasks(folder + "/x") and not lies_with_tasks(folder):
        folder = folder.rpartition("/")[0]
    return folder and folder + "/"


def one_time(path: str) -> bool:
    """Whether a file is a migration, or sets a database up once."""
    steps = path.lower().split("/")
    stem = steps[-1].partition(".")[0]
    told = words_of(stem)
    if _MIGRATIONS.intersection(steps[:-1]) or any(step.startswith("docker-entrypoint") for step in steps):
        return True
    if stem[:1] in ("v", "r", "u") and "__" in stem:
        return True
    makes = told[:1] in (["create"], ["drop"], ["reset"], ["init"]) or told[-1:] in (
        ["ddl"],
        ["schema"],
        ["init"],
        ["setup"],
    )
    return makes or bool(_SETUP.intersection(told[:2])) or bool(_SETUP.intersection(steps[:-1]))
