"""Steps that can no longer run twice, or not survive a bad night."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from faults import syntax
from faults.checkout import Checkout, Unit
from faults.nouns import Edit, Fault, Place
from faults.services import dropped

FRAMEWORKS = ("airflow", "prefect", "dagster", "luigi", "dlt", "zenml", "metaflow")
FOLDERS = re.compile(r"(^|/)(dags?|etl|pipelines?|tasks?|jobs?|flows?|ingest\w*|loaders?)(/|[_.])", re.IGNORECASE)
DEFINITION = re.compile(r"\b(create|drop|add)\b[^;'\"]{1,60}?(\s+if\s+(?:not\s+)?exists)\b", re.IGNORECASE)
CONFLICT = re.compile(r"\s+on\s+conflict\b[^;\"]*?(?=\s*(?:;|\"|$))", re.IGNORECASE | re.DOTALL)
FOLLOWS = frozenset(["retried-side-effect"])  # what a step that can no longer run twice does when it is retried
FRESH = re.compile(
    r"\b(rmtree|mkdtemp|TemporaryDirectory|tmp_path|gettempdir|t(e)?mp_?dir)\b"
)  # folders that are new in each run
ONCE = re.compile(r"migrat|alembic|init|setup|schema|create_|drop_|ddl|install|bootstrap", re.IGNORECASE)


def in_pipeline(checkout: Checkout, path: str) -> bool:
    """Whether a file plainly belongs to a pipeline."""
    imported = checkout.imports[path].names.values() if path in checkout.imports else ()
    return bool(FOLDERS.search(path)) or any(name.partition(".")[0] in FRAMEWORKS for name in imported)


def appends(checkout: Checkout) -> Iterator[Fault]:
    """A table that was replaced is appended to."""
    for unit in steps(checkout):
        for call in syntax.calls(unit.tree):
            which = syntax.keyword(call, "if_exists", "write_disposition", "mode")
            value = syntax.literal(which.value) if which else None
            if which is not None and value in ("replace", "overwrite", "WRITE_TRUNCATE"):
                put = {"replace": "append", "overwrite": "append", "WRITE_TRUNCATE": "WRITE_APPEND"}[str(value)]
                text = syntax.replaced(unit.text, which.value, repr(put))
                yield fault(checkout, unit, call, text, f"`{ast.unparse(which)}` appends", "blind-append")


def folders(checkout: Checkout) -> Iterator[Fault]:
    """A folder must not be there yet."""
    for units in checkout.by_path.values():
        runs = {node for body in syntax.running(unit.tree for unit in units) for node in syntax.own(body)}
        for unit in units:
            guarded = {
                inner for node in ast.walk(unit.tree) if isinstance(node, (ast.If, ast.Try)) for inner in ast.walk(node)
            }
            fresh = {inner for node in bodies(unit.tree) if FRESH.search(ast.unparse(node)) for inner in ast.walk(node)}
            for call in syntax.calls(unit.tree):
                which = syntax.keyword(call, "exist_ok")
                is_step = in_pipeline(checkout, unit.path) or (unit.cell is None and call in runs)
                plain = which is not None and syntax.literal(which.value) is True and call not in guarded | fresh
                if which is not None and plain and is_step and syntax.last_name(call.func) in ("makedirs", "mkdir"):
                    yield from dropped(checkout, unit, call, which, frozenset(["unguarded-folder"]))


def bodies(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """The functions of a file."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def definitions(checkout: Checkout) -> Iterator[Fault]:
    """A definition loses its guard."""
    for path, text, unit, start in statements(checkout):
        for found in DEFINITION.finditer(text):
            if not ONCE.search(path):
                yield removed(checkout, path, unit, start, text, found.span(2), "unguarded-definition")


def conflicts(checkout: Checkout) -> Iterator[Fault]:
    """An INSERT loses its conflict clause."""
    for path, text, unit, start in statements(checkout):
        for found in CONFLICT.finditer(text):
            yield removed(checkout, path, unit, start, text, found.span(), "insert-without-key")


def retries(checkout: Checkout) -> Iterator[Fault]:
    """The arguments of all tasks no longer say how often to try."""
    for unit in steps(checkout):
        if "airflow" not in unit.text or unit.text.count("retries") != 1:
            continue
        for node in ast.walk(unit.tree):
            if isinstance(node, ast.Dict):
                yield from _without_retries(checkout, unit, node)


def _without_retries(checkout: Checkout, unit: Unit, node: ast.Dict) -> Iterator[Fault]:
    for key, value in zip(node.keys, node.values, strict=True):
        if key is not None and syntax.literal(key) == "retries" and syntax.literal(value) not in (0, None):
            text = syntax.replaced(unit.text, key, '"owner_note"')
            what = "`retries` is gone from the arguments of all tasks"
            edit = Edit(frozenset(), checkout.changed(unit, text))
            places = (Place(unit.path, unit.cell, 0, 10**9),)
            yield Fault(unit.path, unit.cell, key.lineno, what, edit, frozenset(["missing-retries"]), places)


def steps(checkout: Checkout) -> Iterator[Unit]:
    """The code of pipelines."""
    yield from (unit for unit in checkout.units if in_pipeline(checkout, unit.path))


def statements(checkout: Checkout) -> Iterator[tuple[str, str, Unit | None, int]]:
    """Texts of SQL with where they start: whole files, and the lines of texts in the code of pipelines."""
    for path in sorted(checkout.contents):
        if path.endswith((".sql", ".hql")) and FOLDERS.search(path) and (text := checkout.text(path)):
            yield path, text, None, 1
    for unit in steps(checkout):
        tried = {
            inner for node in ast.walk(unit.tree) if isinstance(node, (ast.Try, ast.If)) for inner in ast.walk(node)
        }
        for node in ast.walk(unit.tree):
            if (
                isinstance(node, ast.Constant)
                and node not in tried
                and isinstance(node.value, str)
                and re.search(r"\b(insert|create|drop|alter)\b", node.value, re.I)
            ):
                source = ast.get_source_segment(unit.text, node)
                if source is not None and source.strip("rbfuRBFU")[:1] in "\"'" and unit.text.count(source) == 1:
                    yield unit.path, source, unit, node.lineno


def removed(
    checkout: Checkout, path: str, unit: Unit | None, start: int, text: str, span: tuple[int, int], rule: str
) -> Fault:
    """A text without a part of it, whose lines stay."""
    part = text[span[0] : span[1]]
    changed = text[: span[0]] + "\n" * part.count("\n") + text[span[1] :]
    whole = changed if unit is None else unit.text.replace(text, changed)
    texts = {path: whole.encode()} if unit is None else checkout.changed(unit, whole)
    line = start + text[: span[0]].count("\n")
    place = Place(path, unit.cell if unit else None, max(1, line - 30), line + 3)
    what = f"`{' '.join(part.split())[:50]}` is gone"
    return Fault(path, unit.cell if unit else None, line, what, Edit(frozenset(), texts), frozenset([rule]), (place,))


def fault(checkout: Checkout, unit: Unit, call: ast.Call, text: str, what: str, rule: str) -> Fault:
    """A call that was edited."""
    place = Place(unit.path, unit.cell, call.lineno, call.end_lineno or 0)
    edit = Edit(frozenset(), checkout.changed(unit, text))
    return Fault(unit.path, unit.cell, call.lineno, what, edit, frozenset([rule]), (place,), follows=FOLLOWS)
