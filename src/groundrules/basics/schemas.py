"""Checks documents against the JSON Schemas of rules/schema, and says in sentences what is wrong."""

from __future__ import annotations

from groundrules.basics import packaged, suggestion
from groundrules.basics.documents import Document, Path, Problem
from groundrules.typed import Any

TYPES = {
    "string": "text",
    "object": "a map",
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "null": "null",
}


_VALIDATORS: dict[str, Any] = {}  # one serves all files of its kind


def violations(document: Document, schema: str, file: str, under: Path = ()) -> list[Problem]:
    """What is wrong with a document, by the schema of that name. `under` is where its value stands in the file."""
    validator = _VALIDATORS.get(schema)
    if validator is None:
        from jsonschema import Draft202012Validator

        validator = _VALIDATORS[schema] = Draft202012Validator(load(schema))
    found = [
        Problem(file, document.line((*under, *where)), cause)
        for error in validator.iter_errors(document.value)
        for where, cause in sentences(error)
    ]
    return sorted(set(found), key=lambda problem: (problem.line or 0, problem.cause))


def load(schema: str) -> Any:
    """The JSON Schema of that name."""
    import json
    import os

    with open(os.path.join(packaged("rules"), "schema", f"{schema}.json"), encoding="utf-8") as file:
        return json.load(file)


def sentences(error: Any) -> list[tuple[Path, str]]:
    """What an error of the checker says: the paths of the keys, and a sentence for each."""
    path: Path = tuple(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.schema.get("properties", {}), dict):
        known = error.schema.get("properties", {})
        unknown = [key for key in error.instance if key not in known and not _fits(key, error.schema)]
        return [((*path, key), f"There is no key `{key}` {_within(path)}.{suggestion(key, known)}") for key in unknown]
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return [(path, f"The key `{key}` is missing {_within(path)}.") for key in missing]
    return [(path, _sentence(error, _name(path)))]


def _fits(key: str, schema: Any) -> bool:
    """Whether a pattern for keys allows one."""
    import re

    return any(re.search(pattern, key) for pattern in schema.get("patternProperties", ()))


def _sentence(error: Any, name: str) -> str:
    wanted = error.validator_value
    if error.validator == "type":
        kinds = [wanted] if isinstance(wanted, str) else wanted
        return f"{name} must be {' or '.join(TYPES[kind] for kind in kinds)}."
    if error.validator == "enum":
        choices = ", ".join(f"`{choice}`" for choice in wanted)
        return f"{name} must be one of {choices}.{suggestion(str(error.instance), map(str, wanted))}"
    if error.validator == "const":
        import json

        return f"{name} must be {json.dumps(wanted)}."
    if error.validator in ("minItems", "minProperties", "minLength") and wanted == 1:
        return f"{name} must not be empty."
    described = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    if error.validator in ("pattern", "anyOf", "oneOf") and described:
        return f"{name} does not fit: {described[0].lower()}{described[1:]}"
    return f"{name} does not fit: {_short(error.message)}."


def _name(path: Path) -> str:
    return f"`{_dotted(path)}`" if path else "The file"


def _within(path: Path) -> str:
    return f"in `{_dotted(path)}`" if path else "here"


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


def _short(text: str) -> str:
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= 160 else line[:159] + "…"
