"""Steps that can no longer run twice, or not survive a bad night.

A fault is only planted where it is one: in code that runs by itself, and not by hand in a notebook; where nothing else
in the file, or in files that name the function, takes the place of what is lost.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from faults import syntax
from faults.checkout import Checkout, Unit
from faults.nouns import Edit, Fault, Place
from faults.reach import around, owners, reach
from faults.services import dropped
from faults.statements import statements, without

FRAMEWORKS = ("airflow", "prefect", "dagster", "luigi", "dlt", "zenml", "metaflow")
FOLDERS = re.compile(r"(^|/)(dags?|etl|pipelines?|tasks?|jobs?|flows?|ingest\w*|loaders?)(/|[_.])", re.IGNORECASE)
DEFINITION = re.compile(
    r"\b(create|drop|add)\b[^;'\"]{1,60}?(\s+if\s+(?:not\s+)?exists)\b\s*([\w.{}\"]*)", re.IGNORECASE
)
CONFLICT = re.compile(
    r"\s+on\s+(?:conflict|duplicate\s+key)\b[^;\"]*?(?=\s*(?:;|\"|'''|'\s*$|$))"
    r"|(?<=\binsert)\s+(?:or\s+)?(?:replace|ignore)(?=\s+into\b)",
    re.IGNORECASE | re.DOTALL,
)
MERGE = re.compile(r"\bmerge\s+(?:into\s+)?([\w.{}\"`]+)(?:\s+(?:as\s+)?(?!using\b)\w+)?\s+using\s+", re.IGNORECASE)
INSERTS = re.compile(r"\bwhen\s+not\s+matched\b[^;]*?\bthen\s+insert\s*(\([^;]*)?", re.IGNORECASE)
INSERTED = re.compile(r"\bvalues\s*\(", re.IGNORECASE)
ALIAS = re.compile(r"\s*(?:as\s+)?(?!on\b)(\w+)", re.IGNORECASE)
EMPTIED = re.compile(r"\b(delete\s+from|truncate(?:\s+table)?)\s+([\w.{}]+)[^;\"]*(?:;|(?=\"))", re.IGNORECASE)
ARGUMENTS = re.compile(r"(^|_)args$", re.IGNORECASE)  # names of what all tasks are given
WORKFLOW = re.compile(r"\bDAG\(|@dag\b")
EMPTIED_ALONE = re.compile(r"\s*(delete\s+from|truncate(?:\s+table)?)\s+([\w.{}]+)", re.IGNORECASE)
FOLLOWS = frozenset(["retried-side-effect"])  # what a step that can no longer run twice does when it is retried
NEW = re.compile(r"\b(run_id|uuid\w*|now\(|utcnow|time\(\)|tmp_path|te?mp_?dir)")  # of a folder's name: new in each run
CLEARED = re.compile(r"rmtree|mkdtemp|TemporaryDirectory|gettempdir")  # folders that go away again
REPLACED = re.compile(  # tables that are emptied, dropped or put in the place of others
    r"\b(drop|truncate|delete|rename|exchange|swap)\b.{0,60}\b(table|from|to|with)\b|\btruncate\s", re.I | re.DOTALL
)
CLEARERS = re.compile(r"truncate|delete|rename|clear|purge|swap", re.IGNORECASE)
ONCE = re.compile(r"migrat|alembic|init|setup|schema|create_|drop_|ddl|install|bootstrap", re.IGNORECASE)


def in_pipeline(checkout: Checkout, path: str) -> bool:
    """Whether a file plainly belongs to a pipeline."""
    imported = checkout.imports[path].names.values() if path in checkout.imports else ()
    return bool(FOLDERS.search(path)) or any(name.partition(".")[0] in FRAMEWORKS for name in imported)


def appends(checkout: Checkout) -> Iterator[Fault]:
    """A table that a library's writer replaced is appended to, and nothing else empties it.

    Not by a function of the repository itself: what that makes of the word stands somewhere else.
    """
    for unit in steps(checkout):
        within = owners(unit)
        for call in syntax.calls(unit.tree):
            which = mode_of(call)
            value = syntax.literal(which)
            if which is None or value not in ("replace", "overwrite", "WRITE_TRUNCATE"):
                continue
            owner = within.get(call)
            known = syntax.last_name(call.func) not in reach(checkout).functions and reach(checkout).runs(owner)
            if known and not any(empties(one) for one in around(checkout, unit, owner)):
                put = {"replace": "append", "overwrite": "append", "WRITE_TRUNCATE": "WRITE_APPEND"}[str(value)]
                text = syntax.replaced(unit.text, which, repr(put))
                yield fault(checkout, unit, call, text, f"`{syntax.last_name(call.func)}` appends", "blind-append")


def mode_of(call: ast.Call) -> ast.expr | None:
    """The argument that says what becomes of the rows that are there."""
    which = syntax.keyword(call, "if_exists", "write_disposition", "mode")
    chained = syntax.last_name(call.func) == "mode" and len(call.args) == 1
    return which.value if which is not None else call.args[0] if chained else None


def empties(unit: Unit) -> bool:
    """Whether code speaks of tables that are emptied, dropped or renamed, in a statement or by a name."""
    for node in ast.walk(unit.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and REPLACED.search(node.value):
            return True
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if CLEARERS.search(name):
            return True
    return False


def folders(checkout: Checkout) -> Iterator[Fault]:
    """A folder must not be there yet. Not one that is named after the run or the moment, nor among temporary ones."""
    for units in checkout.by_path.values():
        runs = {node for body in syntax.running(unit.tree for unit in units) for node in syntax.own(body)}
        for unit in units:
            within = owners(unit)
            guarded = {
                inner for node in ast.walk(unit.tree) if isinstance(node, (ast.If, ast.Try)) for inner in ast.walk(node)
            }
            for call in syntax.calls(unit.tree):
                which = syntax.keyword(call, "exist_ok")
                if which is None or syntax.literal(which.value) is not True or call in guarded or unit.cell is not None:
                    continue
                owner = within.get(call)
                is_step = in_pipeline(checkout, unit.path) and reach(checkout).runs(owner)
                made = syntax.last_name(call.func) in ("makedirs", "mkdir") and (is_step or call in runs)
                passing = owner is not None and NEW.search(ast.unparse(owner)) is not None
                if made and not passing and not any(CLEARED.search(one.text) for one in around(checkout, unit, owner)):
                    yield from dropped(checkout, unit, call, which, frozenset(["unguarded-folder"]))


def definitions(checkout: Checkout) -> Iterator[Fault]:
    """A definition loses its guard, unless the same text drops the thing first."""
    for text in statements(checkout, lambda path: bool(FOLDERS.search(path)), steps(checkout)):
        for found in DEFINITION.finditer(text.source):
            name = re.escape(found[3].strip('"'))
            before = re.search(rf"\bdrop\b[^;]*{name}", text.source[: found.start()], re.IGNORECASE)
            if not ONCE.search(text.path) and not (found[1].lower() != "drop" and before):
                yield from without(checkout, text, found.span(2), frozenset(["unguarded-definition"]))


def conflicts(checkout: Checkout) -> Iterator[Fault]:
    """An INSERT loses its conflict clause."""
    for text in statements(checkout, lambda path: bool(FOLDERS.search(path)), steps(checkout)):
        for found in CONFLICT.finditer(text.source):
            if re.search(r"\binsert\b", text.source[: found.start() + 1], re.IGNORECASE) and not ONCE.search(text.path):
                yield from without(checkout, text, found.span(), frozenset(["insert-without-key"]), FOLLOWS)


def merges(checkout: Checkout) -> Iterator[Fault]:
    """A MERGE becomes an INSERT of the rows that it took."""
    for text in statements(checkout, lambda path: bool(FOLDERS.search(path)), steps(checkout)):
        for found in MERGE.finditer(text.source):
            put = plain_insert(text.source, found)
            if put is not None and not ONCE.search(text.path) and not REPLACED.search(text.source):
                end = put[1]
                rules = frozenset(["insert-without-key"])
                yield from without(checkout, text, (found.start(), end), rules, FOLLOWS, put[0])


def plain_insert(source: str, found: re.Match[str]) -> tuple[str, int] | None:
    """The INSERT that does what a MERGE does with rows that are new, and where the MERGE ends."""
    rows = source[found.end() :]
    closing = closed(rows) if rows.startswith("(") else len(rows.split(None, 1)[0]) if rows.split() else None
    whole = rows.partition(";")[0]
    inserts = INSERTS.search(whole)
    if closing is None or inserts is None or "delete" in whole.lower():
        return None
    columns = closed(inserts[1]) if inserts[1] else 0
    values = INSERTED.search(whole, inserts.start())
    if values is None or columns is None:
        return None
    last = closed(whole[values.end() - 1 :])
    alias = ALIAS.match(rows, closing)
    if last is None:
        return None
    listed = whole[values.end() : values.end() - 1 + last - 1]
    name = alias[1] if alias is not None else ""
    names = whole[inserts.start(1) : values.start()] if inserts[1] else ""
    end = found.end() + values.end() - 1 + last
    return f"INSERT INTO {found[1]} {names.strip()} SELECT {listed} FROM {rows[:closing]} {name}", end


def closed(text: str) -> int | None:
    """Where the bracket that begins a text is closed."""
    depth = 0
    for index, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return index + 1
    return None


def deletions(checkout: Checkout) -> Iterator[Fault]:
    """The DELETE or TRUNCATE before an INSERT into the same table is gone, from a text that holds both or as a call."""
    yield from cleared_by_a_call(checkout)
    for text in statements(checkout, lambda path: bool(FOLDERS.search(path)), steps(checkout)):
        for found in EMPTIED.finditer(text.source):
            after = re.search(
                rf"\binsert\s+(?:into\s+)?(?:table\s+)?{re.escape(found[2])}(?![\w.])", text.source[found.end() :], re.I
            )
            alone = (
                len(re.findall(rf"\b(?:from|table|truncate)\s+{re.escape(found[2])}(?![\w.])", text.source, re.I)) == 1
            )
            if after and alone and not ONCE.search(text.path) and not CONFLICT.search(text.source):
                yield from without(checkout, text, found.span(), frozenset(["insert-without-key"]), FOLLOWS)


def cleared_by_a_call(checkout: Checkout) -> Iterator[Fault]:
    """The call that deletes rows of a table, before its function inserts into that table, is gone."""
    for unit in steps(checkout):
        for owner in {one for one in owners(unit).values() if reach(checkout).runs(one)}:
            texts = texts_in(owner)
            for statement in (node for node in owner.body if isinstance(node, ast.Expr)):
                inner = texts_in(statement)
                found = [match for text in inner if (match := EMPTIED_ALONE.match(text))]
                if len(found) != 1 or not isinstance(statement.value, ast.Call):
                    continue
                name = re.escape(found[0][2])
                others = [text for text in texts if text not in inner and re.search(rf"\b{name}(?![\w.])", text)]
                inserts = [text for text in others if re.match(rf"\s*insert\s+into\s+{name}", text, re.IGNORECASE)]
                if len(others) == 1 and len(inserts) == 1 and not CONFLICT.search(inserts[0]):
                    edit = Edit(frozenset(), checkout.changed(unit, syntax.replaced(unit.text, statement, "pass")))
                    place = Place(unit.path, None, owner.lineno, owner.end_lineno or 0)
                    what = f"`{found[0][1]} {found[0][2]}` is gone"
                    rules = frozenset(["insert-without-key"])
                    yield Fault(unit.path, None, statement.lineno, what, edit, rules, (place,), follows=FOLLOWS)


def texts_in(node: ast.AST) -> list[str]:
    """The texts that stand in a part of the code."""
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def retries(checkout: Checkout) -> Iterator[Fault]:
    """The arguments of all tasks, in the file of their workflow, no longer say how often to try.

    Only where most other workflows do say: else one finding tells of all of them, and was there before.
    """
    workflows = [unit.text for unit in steps(checkout) if WORKFLOW.search(unit.text)]
    if 2 * sum("retries" in text for text in workflows) <= len(workflows) + 1:
        return
    for unit in steps(checkout):
        if "airflow" not in unit.text or unit.text.count("retries") != 1 or not WORKFLOW.search(unit.text):
            continue
        for node in shared(unit):
            yield from _without_retries(checkout, unit, node)


def _without_retries(checkout: Checkout, unit: Unit, node: ast.Dict) -> Iterator[Fault]:
    for key, value in zip(node.keys, node.values, strict=True):
        if key is not None and syntax.literal(key) == "retries" and syntax.literal(value) not in (0, None):
            text = syntax.replaced(unit.text, key, '"owner_note"')
            what = "`retries` is gone from the arguments of all tasks"
            edit = Edit(frozenset(), checkout.changed(unit, text))
            places = (Place(unit.path, unit.cell, 0, 10**9),)
            yield Fault(unit.path, unit.cell, key.lineno, what, edit, frozenset(["missing-retries"]), places)


def shared(unit: Unit) -> Iterator[ast.Dict]:
    """The dicts that hold the arguments of all tasks: by their name, or where they are given."""
    for node in ast.walk(unit.tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Dict):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(one, ast.Name) and ARGUMENTS.search(one.id) for one in targets):
                yield node.value
        elif isinstance(node, ast.keyword) and node.arg == "default_args" and isinstance(node.value, ast.Dict):
            yield node.value


def steps(checkout: Checkout) -> Iterator[Unit]:
    """The code of pipelines; a notebook is run by hand."""
    yield from (unit for unit in checkout.units if unit.cell is None and in_pipeline(checkout, unit.path))


def fault(checkout: Checkout, unit: Unit, call: ast.Call, text: str, what: str, rule: str) -> Fault:
    """A call that was edited."""
    place = Place(unit.path, unit.cell, call.lineno, call.end_lineno or 0)
    edit = Edit(frozenset(), checkout.changed(unit, text))
    return Fault(unit.path, unit.cell, call.lineno, what, edit, frozenset([rule]), (place,), follows=FOLLOWS)
