"""Keys of configuration files, each with its place, and the files that a configuration pulls in."""

from __future__ import annotations

from groundrules.facts.includes import INCLUDING, includes
from groundrules.facts.raw import ConfigKey, Row, Rows, Trouble
from groundrules.facts.tree import LONGEST_VALUE, MOST_ROWS, Node, TooMuchError, flatten
from groundrules.facts.whereabouts import decoded, on_line, why_not_text

_LONGEST_ENV_VALUE = 100  # lines that one quoted value may go over


def extract_yaml(data: bytes) -> Rows:
    """Keys of all documents of a YAML file, anchors and merge keys resolved, and what they include."""
    from groundrules.facts.yaml_tree import trees

    roots, troubles = trees(data)
    rows, found = _keys(roots, list(troubles), any(word in data for word in INCLUDING))
    return _with_schema(rows, data), found


def extract_json(data: bytes) -> Rows:
    """Keys of a JSON file. Data (a list, many values) gives nothing."""
    from groundrules.facts.json_tree import json_trees

    roots, troubles = json_trees(data)
    rows, found = _keys(roots, list(troubles), any(word in data for word in INCLUDING))
    return _with_schema(rows, data), found


def _with_schema(rows: list[Row], data: bytes) -> list[Row]:
    """The rows, and the schema that the file names for itself."""
    if b"$schema" not in data and b"#:schema" not in data:
        return rows
    from groundrules.facts.schema_names import named

    return [*rows, *named(rows, data)]


def _keys(roots: tuple[Node, ...], troubles: list[Trouble], including: bool) -> Rows:
    rows: list[Row] = []
    try:
        for root in roots:
            rows += flatten(root)
            if including:
                rows += includes(root)
            if len(rows) > MOST_ROWS:
                raise TooMuchError(f"It holds more than {MOST_ROWS:,} keys, so they were left out.")
    except TooMuchError as error:
        return [], [*troubles, Trouble(None, None, str(error))]
    return rows, troubles


def extract_toml(data: bytes) -> Rows:
    """Keys of a TOML file."""
    from groundrules.facts.toml_keys import toml_keys

    keys, troubles = toml_keys(data)
    return _with_schema([*keys], data), troubles


def extract_ini(data: bytes) -> Rows:
    """Keys of an .ini, .cfg or .properties file as `section.key`. Indented lines continue the value above them."""
    text = decoded(data)
    if text is None:
        return [], [Trouble(None, None, why_not_text(data))]
    rows: list[Row] = [*_ini_rows(text.split("\n"))]
    return rows[:MOST_ROWS], []


def _ini_rows(lines: list[str]) -> list[ConfigKey]:
    rows: list[ConfigKey] = []
    values: list[list[str]] = []
    section = ""
    open_value = False
    for number, line in enumerate(lines, 1):
        content = line.strip()
        if not content or content[0] in "#;!":
            continue
        if content[0] == "[" and content.find("]") > 1:
            section = content[1 : content.find("]")].strip() + "."
            open_value = False
        elif line[0] in " \t" and open_value:
            values[-1].append(content)
        else:
            key, sign, value = _parted(content)
            open_value = key is not None
            if key is not None:
                column = len(line) - len(line.lstrip()) + 1
                kind = "text" if sign else "null"
                rows.append(ConfigKey(on_line(number, column, column + len(key)), section + key, kind, None))
                values.append([value] if value else [])
    return [_valued(row, parts) for row, parts in zip(rows, values, strict=True)]


def _parted(content: str) -> tuple[str | None, str, str]:
    signs = [at for at in (content.find("="), content.find(":")) if at >= 0]
    if not signs:
        alone = content.isidentifier()
        return (content if alone else None), "", ""
    key = content[: min(signs)].strip()
    return (key or None), content[min(signs)], content[min(signs) + 1 :].strip()


def _valued(row: ConfigKey, parts: list[str]) -> ConfigKey:
    value = "\n".join(parts)
    return row if row.kind == "null" or len(value) > LONGEST_VALUE else row._replace(value=value)


def extract_dotenv(data: bytes) -> Rows:
    """Keys of a .env file."""
    text = decoded(data)
    if text is None:
        return [], [Trouble(None, None, why_not_text(data))]
    lines = text.split("\n")
    rows: list[Row] = []
    number = 0
    while number < len(lines) and len(rows) < MOST_ROWS:
        read = assignment(lines[number])
        number += 1
        if read is None:
            continue
        name, column, value = read
        where = on_line(number, column, column + len(name))
        number, value = _whole_value(lines, number, value)
        rows.append(ConfigKey(where, name, "text", value if len(value) <= LONGEST_VALUE else None))
    return rows, []


def assignment(line: str) -> tuple[str, int, str] | None:
    """Name, column and raw value of `NAME=value` or `export NAME=value`."""
    name, sign, value = line.partition("=")
    bare = name.strip()
    if bare.startswith("export "):
        bare = bare[7:].lstrip()
    if not sign or not bare.isidentifier() or not bare.isascii():
        return None
    return bare, name.rindex(bare) + 1, value.strip()


def _whole_value(lines: list[str], number: int, value: str) -> tuple[int, str]:
    """Where the next line starts, and the value without quotes and comments."""
    quote = value[:1]
    if quote not in ("'", '"') or not quote:
        cut = value.find(" #")
        return number, (value[:cut].rstrip() if cut >= 0 else "" if value.startswith("#") else value)
    end = value.find(quote, 1)
    if end > 0:
        return number, value[1:end]
    parts = [value[1:]]
    for later in range(number, min(number + _LONGEST_ENV_VALUE, len(lines))):
        end = lines[later].find(quote)
        parts.append(lines[later] if end < 0 else lines[later][:end])
        if end >= 0:
            return later + 1, "\n".join(parts)
    return number, value
