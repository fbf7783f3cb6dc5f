"""`groundrules facts`: the tables, and questions to them in SQL."""

from __future__ import annotations

import sqlite3
import sys

from groundrules.arguments import Parsed
from groundrules.basics import suggestion
from groundrules.basics.queries import Bounded
from groundrules.errors import UserError
from groundrules.model import Span
from groundrules.opening import Options
from groundrules.typed import Sequence

Row = Sequence[object]
STEPS = 20_000_000_000  # of SQLite's virtual machine: minutes; a person who waits can also press Ctrl-C
TOO_LONG = "The query took too many steps and was interrupted. Does a join lack its condition?"


def main(parsed: Parsed) -> int:
    """Print the tables, or the rows that a query selects."""
    if parsed.switch("--docs"):
        sys.stdout.write(docs())
    elif parsed.switch("--schema"):
        sys.stdout.write(schema())
    elif len(parsed.arguments) != 1:
        raise UserError(
            'Give one query, such as groundrules facts "SELECT path, kind FROM file". '
            "`groundrules facts --schema` prints what can be asked."
        )
    else:
        header, rows = ask(parsed)
        from groundrules.reports.terminal import logged

        form = parsed.one("--format") or "table"
        text = written(form, header, rows)
        sys.stdout.write(logged(text) if form == "table" else text)
    return 0


def ask(parsed: Parsed) -> tuple[list[str], list[Row]]:
    """The rows of the query. Places are spelled out: nobody can read the number of a span."""
    from groundrules import run

    options = Options(
        rev=parsed.one("--rev"),
        staged=parsed.switch("--staged"),
        config=parsed.one("--config"),
        cache=not parsed.switch("--no-cache"),
    )
    facts = run.facts_of(options)
    header, rows = _query(facts.connection, parsed.arguments[0])
    places = [name == "span" or name.endswith("_span") for name in header]
    if any(places):
        rows = [_placed(row, places, facts.spans) for row in rows]
    return header, rows


def _query(connection: sqlite3.Connection, query: str) -> tuple[list[str], list[Row]]:
    with Bounded(connection, STEPS) as bounds:
        try:
            cursor = connection.execute(query)
            return [column[0] for column in cursor.description or ()], cursor.fetchall()
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise UserError(TOO_LONG if bounds.spent else _complaint(str(error))) from error


def _complaint(error: str) -> str:
    if "not authorized" in error or "prohibited" in error:
        return "Only SELECT is allowed: the facts can be asked, not changed."
    hint = _hint(error) if error.startswith("no such") else ""
    return f"The query does not work: {error}.{hint} `groundrules facts --schema` prints the tables."


def _placed(row: Row, places: Sequence[bool], spans: Sequence[Span]) -> Row:
    return tuple(
        _place(spans[value]) if is_place and isinstance(value, int) and 0 <= value < len(spans) else value
        for value, is_place in zip(row, places, strict=True)
    )


def _place(span: Span) -> str:
    cell = "" if span.cell is None else f" cell {span.cell}"
    return f"{span.path}{cell}:{span.line}:{span.column}"


def written(format_name: str, header: list[str], rows: list[Row]) -> str:
    """The rows as a table for people, or as JSON or CSV for programs."""
    if format_name == "json":
        import json

        return json.dumps([dict(zip(header, row, strict=True)) for row in rows], indent=2, default=str) + "\n"
    if format_name == "csv":
        import csv
        import io

        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])
        return stream.getvalue()
    from groundrules.commands._screen import table

    count = f"{len(rows):,} row{'' if len(rows) == 1 else 's'}\n"
    return table(header, [["NULL" if value is None else str(value) for value in row] for row in rows]) + count


def schema() -> str:
    """Every table and column with its sentence, for a terminal."""
    from groundrules.commands._screen import colours, paragraph
    from groundrules.facts.reference import introduction, tables
    from groundrules.reports.terminal import paint

    colour = colours()
    parts = [paragraph(introduction())]
    for table in tables():
        width = max(len(column.name) for column in table.columns)
        lines = [f"{paint(table.name, 'bold', colour)}  {table.meaning}"]
        lines += [f"  {column.name:<{width}}  {column.type:<7}  {column.meaning}".rstrip() for column in table.columns]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def docs() -> str:
    """The same reference as Markdown: docs/facts.md."""
    from groundrules.facts.reference import introduction, tables

    parts = ["# The facts", "Printed by `groundrules facts --docs`.", introduction()]
    for table in tables():
        lines = [f"## {table.name}", table.meaning, "", "| column | type | meaning |", "|---|---|---|"]
        for column in table.columns:
            meaning = column.meaning.replace("|", "\\|").replace("<", "&lt;")
            lines.append(f"| `{column.name}` | {column.type} | {meaning} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _hint(error: str) -> str:
    """Where a column that the query names is to be found, or a name that is nearly the same."""
    from groundrules.facts.reference import tables

    wrong = error.rpartition(":")[2].strip().rpartition(".")[2]
    columns = {table.name: {column.name for column in table.columns} for table in tables()}
    if "column" not in error:
        return suggestion(wrong, columns)
    holders = sorted(name for name, own in columns.items() if wrong in own)
    if holders:
        return f" `{wrong}` is a column of {', '.join([f'`{name}`' for name in holders])}."
    return suggestion(wrong, {*columns, *set().union(*columns.values())})
