"""Write the real positional parameter orders and defaults of the installed libraries into the knowledge rows.

    python scripts/signatures.py [--check] [FILE …]

Run it in a throw-away environment that holds the libraries. A row whose library is not installed, or whose function
has no readable signature, stays as it is. What was read from which version goes to evidence/signatures.json.
"""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import inspect
import json
import sys
import warnings
from typing import Any

from rows import FOLDER, KnowledgeFile, files

PARAMETER_ATTRIBUTES = {  # attribute → the keys in it whose values name parameters
    "reads": ("target", "mode", "versions", "checks", "bucket", "only_repo"),
    "writes": ("target", "mode_parameter", "bucket"),
    "fetches": ("name", "revision", "data_files", "kind_parameter"),
    "draws": ("seed",),
    "makes": ("seed",),
    "seeds": ("value",),
    "waits": ("timeout",),
    "runs_sql": ("statement",),
    "removes": ("target",),
    "makes_folder": ("target",),
    "reads_env": ("name", "default"),
    "loads_config": ("target",),
    "tests_existence": ("target",),
    "task": ("function", "name"),
    "lists": ("target",),
    "runs": ("command",),
}
FURTHEST = 10  # nobody gives an eleventh argument by its place
FORMER = frozenset({"prefect.Flow", "pandas.DataFrame.filter"})  # rows that mean another release than the installed one
CONDITIONS = ("only_when", "not_when", "unless", "labels_when", "local_when")


def named_parameters(entry: dict[str, Any]) -> list[str]:
    """The parameters that the attributes of an entry speak of."""
    names: list[Any] = []
    for attribute, keys in PARAMETER_ATTRIBUTES.items():
        value = entry.get(attribute)
        if isinstance(value, dict):
            for key in keys:
                found = value.get(key)
                names.extend(found if isinstance(found, list) else [found])
            names.extend(condition_parameters(value))
    for attribute in ("reads_columns", "writes_column", "clock_unless"):
        found = entry.get(attribute)
        names.extend(found if isinstance(found, list) else [found])
    frame = entry.get("frame")
    if isinstance(frame, dict):
        names.extend(frame.values())
    return [name for name in names if isinstance(name, str)]


def condition_parameters(value: dict[str, Any]) -> list[str]:
    """The parameters that the conditions of an attribute test."""
    found: list[str] = []
    for condition in CONDITIONS:
        told = value.get(condition) or {}
        for mapping in told if isinstance(told, list) else [told]:
            found.extend(mapping)
    return list(dict.fromkeys(found))


@functools.cache
def resolve(qualified: str) -> Any:
    """The object that a qualified name means, or None."""
    parts = qualified.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
        except Exception:  # a library may fail in any way while it is imported; the row then stays as it is
            continue
        for part in parts[cut:]:
            found = member(found, part)
        return found
    return None


def member(holder: Any, name: str) -> Any:
    """An attribute, or None where asking for it fails in whatever way."""
    try:
        return getattr(holder, name, None)
    except Exception:  # modules with lazy or moved members raise errors of their own
        return None


def positional(target: Any, is_method: bool) -> tuple[list[str], list[inspect.Parameter]] | None:
    """Positional parameter names and all parameters, without the receiver."""
    try:
        parameters = list(inspect.signature(target).parameters.values())
    except (TypeError, ValueError):
        return None
    if parameters and (is_method or parameters[0].name == "self") and parameters[0].name in ("self", "cls", "_cls"):
        parameters = parameters[1:]
    allowed = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = []
    for parameter in parameters:
        if parameter.kind not in allowed:
            break
        names.append(parameter.name)
    takes_any = any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in parameters)
    if (takes_any and not names) or (names and set(names) <= {"args", "kwargs"}):
        return None
    return names, parameters


def belongs_to_class(qualified: str) -> bool:
    """Whether the name is a plain function of a class (its first parameter is the receiver)."""
    owner, _, name = qualified.rpartition(".")
    holder = resolve(owner)
    if not inspect.isclass(holder):
        return False
    return not isinstance(inspect.getattr_static(holder, name, None), (staticmethod, classmethod))


def plain(value: Any) -> bool:
    """Whether a default can stand in YAML as it is."""
    return value is None or isinstance(value, (bool, int, float, str))


def with_former_order(entry: dict[str, Any], names: list[str], parameters: list[inspect.Parameter]) -> list[str]:
    """The order as written by hand where it goes on into what is keyword-only now: older releases took it."""
    written = list(entry.get("parameters", []))
    keyword_only = {parameter.name for parameter in parameters if parameter.kind is inspect.Parameter.KEYWORD_ONLY}
    goes_on = written[: len(names)] == names and set(written[len(names) :]) <= keyword_only
    return written if goes_on and len(written) > len(names) else names


def update(entry: dict[str, Any], names: list[str], parameters: list[inspect.Parameter]) -> list[str]:
    """Write order and defaults into the entry; returns the parameters it names that do not exist."""
    wanted = named_parameters(entry)
    known = {parameter.name for parameter in parameters}
    open_ended = any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters)
    names = with_former_order(entry, names, parameters)
    last = max((names.index(name) for name in wanted if name in names[:FURTHEST]), default=-1)
    written = list(entry.get("parameters", []))
    length = len(written) if written == names[: len(written)] or last < 0 else 0
    shown = names[: max(last + 1, length)]
    if shown:
        entry["parameters"] = shown
    else:
        entry.pop("parameters", None)
    defaults = dict(entry.get("defaults") or {})
    for attribute in entry.values():
        if isinstance(attribute, dict):
            for name in condition_parameters(attribute):
                for parameter in parameters:
                    has_default = parameter.default is not inspect.Parameter.empty
                    if parameter.name == name and has_default and plain(parameter.default):
                        defaults[name] = parameter.default
    if defaults:
        entry["defaults"] = defaults
    if open_ended:
        return []
    return [name for name in wanted if name not in known and name != "self" and "." not in name]


@functools.cache
def distributions() -> dict[str, list[str]]:
    """Which distributions hold which top-level packages."""
    return dict(importlib.metadata.packages_distributions())


def version(qualified: str) -> tuple[str, str] | None:
    """Distribution and version that a qualified name comes from."""
    top = qualified.split(".")[0]
    names = distributions().get(top)
    if not names:
        return None
    return names[0], importlib.metadata.version(names[0])


def refresh(file: KnowledgeFile, versions: dict[str, str], missing: list[str]) -> int:
    """Refresh the rows of one file; returns how many were read."""
    read = 0
    for key, entry in list(file.entries.items()):
        if "*" in key or "__" in key or key in FORMER:
            continue
        target = resolve(key)
        if target is None or not callable(target):
            if target is None and resolve(key.split(".")[0]) is not None:
                missing.append(f"{file.path.name}: {key} is not in the installed library")
            continue
        found = positional(target, belongs_to_class(key))
        if found is None:
            continue
        absent = update(entry, *found)
        missing.extend(f"{file.path.name}: {key} has no parameter {name}" for name in absent)
        file.put(key, entry)
        read += 1
        source = version(key)
        if source:
            versions[source[0]] = source[1]
    return read


def main(arguments: list[str]) -> int:
    """Refresh every knowledge file, or those named."""
    warnings.simplefilter("ignore")
    check = "--check" in arguments
    chosen = [name for name in arguments if not name.startswith("-")]
    versions: dict[str, str] = {"python": sys.version.split()[0]}
    missing: list[str] = []
    counts: dict[str, int] = {}
    for file in files():
        if chosen and file.path.name not in chosen:
            continue
        counts[file.path.name] = refresh(file, versions, missing)
        if not check:
            file.save()
    if not check and not chosen:
        evidence = {"versions": dict(sorted(versions.items())), "rows_read": counts}
        (FOLDER / "evidence").mkdir(exist_ok=True)
        (FOLDER / "evidence" / "signatures.json").write_text(json.dumps(evidence, indent=2) + "\n", encoding="utf-8")
    print("\n".join(missing))
    print(counts, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
