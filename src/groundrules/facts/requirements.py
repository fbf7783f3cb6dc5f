"""What files say the project depends on: requirements files, pyproject.toml, setup.cfg, Pipfile, conda environments."""

from __future__ import annotations

import re

from groundrules.facts.raw import ConfigKey, Include, Requirement, Row, Rows, Trouble, Where
from groundrules.facts.tree import MOST_ROWS, Node, child, items, text
from groundrules.facts.whereabouts import decoded, on_line, why_not_text
from groundrules.typed import Iterable, Iterator

_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)", re.DOTALL)
_CLAUSE = re.compile(r"(?:===|==|~=|!=|<=|>=|<|>)\s*[^\s()<>=!~]+$")
_RUNS = re.compile(r"[-_.]+")
_COMMIT = re.compile(r"@[0-9a-f]{7,40}(?:$|[#?&])|@v?[0-9]+(?:\.[0-9]+)+(?:$|[#?&])|[#&]sha\d+=")
_WHEEL = re.compile(r"/([A-Za-z0-9_.]+?)-([0-9][^/-]*)(?:-[^/]*\.whl|\.tar\.gz|\.zip)(?:$|[#?])")
_EXACT = re.compile(r"=?v?[0-9]+(?:\.[0-9A-Za-z]+)*(?:[-+][0-9A-Za-z.]+)?$")
_OPTION = re.compile(r"(-r|--requirement|-c|--constraint|-e|--editable)(?:\s*=\s*|\s+|(?=[^-\s]))(\S.*)")
_ENV = re.compile(r"\s--(?:hash|config-settings|global-option|install-option)\b.*")
_CONDA = re.compile(r"(?:[^\s:]+::)?([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(.*)")
_LONGEST = 2_000  # characters of one requirement
_LISTS = (
    "project.dependencies.",
    "project.optional-dependencies.",
    "build-system.requires.",
    "dependency-groups.",
)
_TOOL_LISTS = (["tool", "uv", "dev-dependencies"], ["tool", "pdm", "dev-dependencies"])
_PIP_SECTIONS = ("packages.", "dev-packages.")
_TOOLS = frozenset(("python", "pip", "setuptools", "wheel", "conda", "mamba", "ipykernel", "nb-conda-kernels"))


def normalised(name: str) -> str:
    """The name as PEP 503 compares it."""
    return _RUNS.sub("-", name).lower()


def parsed(line: str) -> tuple[str, str, bool] | None:
    """Name, specifier and whether it is pinned, of one requirement as PEP 508 writes it."""
    line = line.partition(" #")[0].strip()
    if len(line) > _LONGEST:
        return None
    if "://" in line and " @" not in line and not re.match(r"[\w.-]+(\[.*\])?@", line):
        return _address(line)
    match = _NAME.match(line)
    if match is None:
        return None
    name, rest = match.group(1), match.group(2).strip()
    if rest.startswith("@"):
        address = rest[1:].partition(" ;")[0].strip()
        return normalised(name), f"@ {address}", bool(_COMMIT.search(address) or _WHEEL.search(address))
    specifier = rest.partition(";")[0].strip()
    specifier = specifier.strip("() ,")
    if specifier and not all(_CLAUSE.match(part.strip()) for part in specifier.split(",")):
        return None
    specifier = "".join(specifier.split())
    return normalised(name), specifier, _pins(specifier)


def _pins(specifier: str) -> bool:
    return any(part.startswith("==") and not part.endswith(".*") for part in specifier.split(","))


def _address(line: str) -> tuple[str, str, bool] | None:
    address = line.partition(" ;")[0].strip()
    if (named := re.search(r"[#&]egg=([A-Za-z0-9._-]+)", address)) is not None:
        return normalised(named.group(1)), f"@ {address}", bool(_COMMIT.search(address))
    if (wheel := _WHEEL.search(address)) is not None:
        return normalised(wheel.group(1)), f"@ {address}", True
    if (
        repository := re.match(r"(?:git|hg|bzr|svn)\+.*/([A-Za-z0-9._-]+?)(?:\.git)?(?:@[^/#]*)?(?:#.*)?$", address)
    ) is None:
        return None
    return normalised(repository.group(1)), f"@ {address}", bool(_COMMIT.search(address))


def _row(where: Where, line: str, part: str = "main") -> Requirement | None:
    read = parsed(line)
    return Requirement(where, *read, part_of(read[0], part)) if read else None


def part_of(name: str, part: str) -> str:
    """The part that a dependency belongs to: what only runs, builds or installs others is a tool in any of them."""
    return "tool" if name in _TOOLS else part


def extract(data: bytes) -> Rows:
    """A requirements file: `-r` and `-c` become includes, `-e .` and other options nothing."""
    text_ = decoded(data)
    if text_ is None:
        return [], [Trouble(None, None, why_not_text(data))]
    rows: list[Row] = []
    for number, line in _logical(text_.split("\n")):
        content = line.strip()
        column = len(line) - len(line.lstrip()) + 1
        if not content or content.startswith("#") or len(rows) >= MOST_ROWS:
            continue
        where = on_line(number, column, column + len(content.partition(" ")[0]))
        if (option := _OPTION.match(content)) is not None:
            rows += _option(where, option.group(1), option.group(2).partition(" #")[0].strip().strip("\"'"))
        elif not content.startswith("-") and (row := _row(where, _ENV.sub("", content))) is not None:
            rows.append(row)
    return rows, []


def _option(where: Where, option: str, value: str) -> Iterator[Row]:
    if option in ("-e", "--editable"):
        if "://" in value and (row := _row(where, value)) is not None:
            yield row
    elif option in ("-c", "--constraint"):
        yield Include(where, value.replace("\\", "/"), "constraint")
    elif "://" not in value:
        yield Include(where, value.replace("\\", "/"), "include")


def _logical(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines with their continuations, numbered by their first."""
    start, parts = 0, [""]
    for number, line in enumerate(lines, 1):
        start = start or number
        if line.endswith("\\"):
            parts.append(line[:-1] + " ")
            continue
        yield start, "".join([*parts, line])
        start, parts = 0, [""]
    if len(parts) > 1:
        yield start, "".join(parts)


def extract_pyproject(data: bytes) -> Rows:
    """pyproject.toml: the standard's dependencies and groups, and Poetry's, PDM's and uv's."""
    from groundrules.facts.toml_keys import toml_keys

    keys, _ = toml_keys(data)
    rows: list[Row] = []
    values = {row.key: row for row in keys}
    for row in keys:
        parts = row.key.split(".")
        if parts[-1].isdecimal() and (row.key.startswith(_LISTS) or parts[:3] in _TOOL_LISTS):
            rows += _listed(row, _part(parts))
        elif (name := _poetry(row.key, parts)) is not None:
            rows += _table_entry(name, row, values, "main" if parts[2] == "dependencies" else "develop")
    return rows, []


def _part(parts: list[str]) -> str:
    """The part of a project that a list of pyproject.toml is for."""
    if parts[0] == "build-system":
        return "build"
    return {"dependencies": "main", "optional-dependencies": "optional"}.get(parts[1], "develop")


def _listed(row: ConfigKey, part: str) -> Iterator[Row]:
    if row.kind == "text" and row.value and (read := _row(row.where, row.value, part)) is not None:
        yield read


def _poetry(key: str, parts: list[str]) -> str | None:
    """The name, if the key is an entry of a table of Poetry's."""
    if not key.startswith("tool.poetry."):
        return None
    below = parts[2:]
    if len(below) == 2 and below[0] in ("dependencies", "dev-dependencies"):
        return below[1]
    return below[3] if len(below) == 4 and below[0] == "group" and below[2] == "dependencies" else None


def _table_entry(name: str, row: ConfigKey, values: dict[str, ConfigKey], part: str) -> Iterator[Row]:
    """An entry of Poetry or Pipfile: a version, or a table that holds one."""
    name = normalised(name)
    part = part_of(name, part)
    value = row.value if row.kind == "text" else None
    if row.kind == "map":
        found = [values.get(f"{row.key}.{field}") for field in ("version", "git", "url", "path", "file", "editable")]
        version, git, url, *local = (part.value if part else None for part in found)
        fixed = values.get(f"{row.key}.rev") or values.get(f"{row.key}.ref")
        if git or url:
            yield Requirement(row.where, name, f"@ {git or url}", bool(fixed or url), part)
            return
        if version is None and any(local):
            return
        value = version
    if row.kind in ("text", "map", "list"):
        specifier = "" if value in (None, "*") else str(value).replace(" ", "")
        yield Requirement(row.where, name, specifier, bool(_EXACT.match(specifier)) or _pins(specifier), part)


def extract_pipfile(data: bytes) -> Rows:
    """A Pipfile."""
    from groundrules.facts.toml_keys import toml_keys

    keys, _ = toml_keys(data)
    values = {row.key: row for row in keys}
    rows: list[Row] = []
    for row in keys:
        section, _, name = row.key.partition(".")
        if f"{section}." in _PIP_SECTIONS and name and "." not in name:
            rows += _table_entry(name, row, values, "main" if section == "packages" else "develop")
    return rows, []


def extract_setup_cfg(data: bytes) -> Rows:
    """setup.cfg: install_requires and extras."""
    from groundrules.facts.config_files import extract_ini

    rows: list[Row] = []
    for key in extract_ini(data)[0]:
        if isinstance(key, ConfigKey) and (
            key.key in ("options.install_requires", "options.setup_requires", "options.tests_require")
            or key.key.startswith("options.extras_require.")
        ):
            part = {"options.install_requires": "main", "options.setup_requires": "build"}.get(key.key, "optional")
            lines = (key.value or "").split("\n")
            rows += [row for line in lines if (row := _row(key.where, line, part)) is not None]
    return rows, []


def extract_conda(data: bytes) -> Rows:
    """A conda environment, with the list for pip inside it."""
    from groundrules.facts.yaml_tree import trees

    rows: list[Row] = []
    for root in trees(data)[0]:
        rows += _conda_rows(items(child(root, "dependencies")))
    return rows[:MOST_ROWS], []


def _conda_rows(nodes: Iterable[Node]) -> Iterator[Row]:
    for node in nodes:
        line = text(node)
        for part in items(child(node, "pip")):
            if (row := _row(part.where, text(part) or "")) is not None:
                yield row
        match = _CONDA.match(line.strip()) if line else None
        if match is not None:
            specifier = "".join(match.group(2).split())
            name = normalised(match.group(1))
            yield Requirement(node.where, name, specifier, _conda_pins(specifier), part_of(name, "main"))


def _conda_pins(specifier: str) -> bool:
    """`==` pins, and `=` does with a build or down to the patch number; `=1.2` means any 1.2."""
    if specifier.startswith("==") or not specifier.startswith("="):
        return _pins(specifier)
    version, _, build = specifier[1:].partition("=")
    return "*" not in specifier and (bool(build) or version.count(".") >= 2)
