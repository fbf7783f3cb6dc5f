"""Names of environment variables in YAML, JSON, TOML and ini: read off the keys, whatever tool the file is for."""

from __future__ import annotations

import re

from groundrules.facts.environment import Names, is_name, numbered, shell_line
from groundrules.facts.raw import ConfigKey, Rows
from groundrules.facts.tree import Node, TooMuchError, child, flatten, text
from groundrules.typed import Iterable, Iterator, Sequence

_HOLDERS = frozenset(
    (
        "env",
        "environment",
        "env_vars",
        "envvars",
        "env-vars",
        "env_variables",
        "environment_variables",
        "environment-variables",
        "envs",
        "extraenv",
        "environmentvariables",
        "containerenv",
        "remoteenv",
        "secretenv",
        "docker_env",
        "literals",
        "pytest_env",
        "setenv",
        "set_env",
        "passenv",
        "pass_env",
        "parameter-store",
        "secrets-manager",
    )
)
_HOLDER = re.compile(r"^[ -]*(?:" + "|".join(sorted(_HOLDERS)) + r"):\s*$", re.MULTILINE)
_EXPORTED = re.compile(r"(?:^|[\s;&|\"'])export\s+([A-Za-z_]\w*)=")
_LOOSE = frozenset(("variables", "secrets", "args"))  # hold them only in files that are about running things
_RUNNING = ("stages", "before_script", "script", "steps", "jobs")  # beside variables: a file of CI under any name
_FIELDS = frozenset(("name", "key", "variable", "value", "valuefrom", "value_from", "secret", "group", "required"))
_DATA = ("data", "stringData", "spec.encryptedData", "spec.data")
_REFERENCE = re.compile(r"(?<!\$)\$(?:\{([A-Za-z_][A-Za-z0-9_]*)|([A-Z_][A-Z0-9_]*))")
_CONTEXT = re.compile(r"\b(?:secrets|vars|env)(?:\.|\[['\"])([A-Za-z_][A-Za-z0-9_]*)")
_TEMPLATED = re.compile(r"\s*-?\s*name:\s*[\"']?([A-Z][A-Z0-9_]+)[\"']?\s*$")
_TEMPLATED_KEY = re.compile(r"\s+(?:-\s+)?([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?::\s|:$|=)")
_CONDITION = re.compile(r"^[RDU]+:\s*")


def extract_compose(data: bytes) -> Rows:
    """A compose file: `environment`, build arguments, and what `${NAME}` takes from outside."""
    names = Names("compose")
    _yaml(data, names, "compose", any_case=True, loose=True)
    for number, line in numbered(data):
        if "$" in line and not line.lstrip().startswith("#"):
            names.matches(_REFERENCE, line, number)
    return names.result()


def extract_workflow(data: bytes) -> Rows:
    """A workflow of a CI system: `env`, `variables`, `secrets.NAME`, and its shell steps."""
    names = Names("workflow")
    _yaml(data, names, "workflow", any_case=False, loose=True)
    for number, line in numbered(data):
        if line.lstrip().startswith("#"):
            continue
        names.matches(_CONTEXT, line, number)
        shell_line(names, line, number)
    return names.result()


def extract_yaml(data: bytes) -> Rows:
    """Any other YAML: Kubernetes manifests by what they hold, and settings with a section for the environment."""
    names = Names("settings")
    if b"env" in data.lower() or b"apiVersion" in data or b"\nvariables:" in data or data.startswith(b"variables:"):
        _yaml(data, names, None, any_case=False, loose=False)
    if b"export " in data:  # start scripts in a block of text
        for number, line in numbered(data):
            names.matches(_EXPORTED, line, number)
    return names.result()


def extract_conda(data: bytes) -> Rows:
    """A conda environment: `variables`."""
    names = Names("settings")
    _yaml(data, names, "settings", any_case=False, loose=True)
    return names.result()


def extract_json(data: bytes) -> Rows:
    """Settings in JSON with a section for the environment, such as task definitions and dev containers."""
    names = Names("settings")
    if b"env" in data.lower():
        from groundrules.facts.json_tree import json_trees

        for root in json_trees(data)[0]:
            _tree(root, names, "settings", any_case=False, loose=False)
    return names.result()


def extract_toml(data: bytes) -> Rows:
    """Settings in TOML with a section for the environment, such as pytest's."""
    names = Names("settings")
    if b"env" in data:
        from groundrules.facts.toml_keys import toml_keys

        _keys(toml_keys(data)[0], names, "settings", any_case=False, loose=False)
    return names.result()


def extract_ini(data: bytes) -> Rows:
    """tox.ini, pytest.ini and setup.cfg: `setenv`, `passenv`, `env`."""
    names = Names("settings")
    for row in _ini(data):
        if row.key.rpartition(".")[2].lower() in _HOLDERS:
            for part in (row.value or "").replace(",", "\n").split("\n"):
                _assigned(part, row, names, None, False)
    return names.result()


def extract_airflow(data: bytes) -> Rows:
    """airflow.cfg: each key can be set as AIRFLOW__SECTION__KEY."""
    names = Names("settings")
    for row in _ini(data):
        section, dot, key = row.key.rpartition(".")
        if dot:
            name = f"AIRFLOW__{section}__{key}".upper().replace(".", "_")
            names.add(name, row.where.line, row.where.column)
    return names.result()


def _ini(data: bytes) -> list[ConfigKey]:
    from groundrules.facts.config_files import extract_ini as keys

    return [row for row in keys(data)[0] if isinstance(row, ConfigKey)]


def _yaml(data: bytes, names: Names, how: str | None, any_case: bool, loose: bool) -> None:
    from groundrules.facts.yaml_tree import trees

    roots, troubles = trees(data)
    for root in roots:
        _tree(root, names, how, any_case, loose)
    if troubles:
        _templated(data, names, how)


def _tree(root: Node, names: Names, how: str | None, any_case: bool, loose: bool) -> None:
    try:
        rows = flatten(root)
    except TooMuchError:
        return
    rows += [one for row in rows for one in _inside(row)]
    kind = text(child(root, "kind"))
    if how is None and kind and child(root, "apiVersion"):
        _keys(rows, names, "kubernetes", any_case=True, loose=False)
        if kind in ("ConfigMap", "Secret", "SealedSecret", "ExternalSecret"):
            _manifest(rows, names)
    else:
        runs = how is None and child(root, "variables") is not None and any(child(root, one) for one in _RUNNING)
        _keys(rows, names, "workflow" if runs else how, any_case, loose or runs)


def _inside(row: ConfigKey) -> Iterator[ConfigKey]:
    """The keys of a YAML file that stands as a text in another, at the place of that text."""
    value = row.value or ""
    if "\n" in value and _HOLDER.search(value.lower()):
        from groundrules.facts.yaml_tree import trees

        for root in trees(value.encode())[0]:
            try:
                rows = flatten(root)
            except TooMuchError:
                return
            yield from (one._replace(where=row.where) for one in rows)


def _manifest(rows: Iterable[ConfigKey], names: Names) -> None:
    for row in rows:
        above, _, name = row.key.rpartition(".")
        if above in _DATA:
            names.add(name, row.where.line, row.where.column, "kubernetes")
        elif above.startswith("spec.data.") and name == "secretKey" and row.value:
            names.add(row.value, row.where.line, row.where.column, "kubernetes")


def _keys(rows: Iterable[ConfigKey], names: Names, how: str | None, any_case: bool, loose: bool) -> None:
    for row in rows:
        parts = row.key.split(".")
        rest = parts[_below(parts, loose) :]
        if not rest or len(rest) > 2 or len(rest) == len(parts):
            continue
        if len(rest) == 2 and rest[0].isdecimal():
            field = rest[1].lower()
            if field in ("name", "key", "variable") and row.value:
                _add(row.value, row, names, how, any_case)
            elif field not in _FIELDS:
                _add(rest[1], row, names, how, False)
        elif len(rest) == 1 and rest[0].isdecimal():
            _assigned(row.value or "", row, names, how, any_case)
        elif len(rest) == 1:
            _add(rest[0], row, names, how, any_case)
            if row.value and how == "workflow":
                shell_line(names, row.value.partition("\n")[0], row.where.line)


def _below(parts: Sequence[str], loose: bool) -> int:
    """Where the part below the last holder starts; 0 where there is no holder."""
    for at in range(len(parts) - 1, 0, -1):
        part = parts[at - 1].lower()
        inner = at >= 2 and part in _LOOSE and parts[at - 2].lower() in _HOLDERS
        if part in _HOLDERS or inner or (loose and part in _LOOSE):
            return at
    return 0


def _assigned(value: str, row: ConfigKey, names: Names, how: str | None, any_case: bool) -> None:
    """`NAME=value`, `NAME` alone, or several of the first."""
    value = _CONDITION.sub("", value.strip())
    name = value.partition("=")[0].strip()
    if is_name(name):
        _add(name, row, names, how, any_case)
    for word in value.split(" ")[1:]:
        if "=" in word:
            _add(word.partition("=")[0], row, names, how, False)


def _add(name: str, row: ConfigKey, names: Names, how: str | None, any_case: bool) -> None:
    if any_case or name == name.upper():
        names.add(name, row.where.line, row.where.column, how)


def _templated(data: bytes, names: Names, how: str | None) -> None:
    """A template that is no YAML before it is rendered, such as a Helm chart's."""
    for number, line in numbered(data):
        for pattern, kind in ((_TEMPLATED, "kubernetes"), (_TEMPLATED_KEY, "settings")):
            if match := pattern.match(line):
                names.add(match.group(1), number, match.start(1) + 1, how or kind)
