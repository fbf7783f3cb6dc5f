"""Configuration that goes missing: files, keys, variables."""

from __future__ import annotations

import ast
import posixpath
import re
from collections import Counter
from collections.abc import Iterator

from faults.checkout import Checkout, Unit
from faults.data import MISSING, grouped
from faults.nouns import Edit, Fault, Place
from faults.reads import guarded_nodes, literal_reads, written_names
from faults.syntax import literal

ENDINGS = (".yaml", ".yml", ".toml", ".json", ".ini", ".cfg", ".conf")
OTHERS = ("package.json", "pyproject.toml", "setup.cfg", "dvc.yaml", "dvc.lock")
DECLARING = re.compile(
    r"(^|/)(\.env[^/]*|[^/]*\.env|Dockerfile[^/]*|Makefile|Procfile|README[^/]*|[^/]*\.(ya?ml|sh|md|rst|txt|tf|env|cfg|ini|toml|example))$",
    re.IGNORECASE,
)
PLATFORM = re.compile(
    r"^(PATH|HOME|USER|PWD|TMPDIR|RANK|WORLD_SIZE|LOCAL_RANK|MASTER_.*|CUDA_.*|GITHUB_.*|KAGGLE_.*|COLAB_.*|SLURM_.*|AWS_.*|SM_.*)$"
)
KEYS = """
  SELECT config_read.target, config_read.key, place.path, place.cell, place.line, place.end_line, at.line, at.end_line
  FROM config_read JOIN span AS place ON place.id = config_read.span
  JOIN config_key ON config_key.path = config_read.target AND config_key.key = config_read.key
  JOIN span AS at ON at.id = config_key.span
  WHERE defined = 1 AND NOT has_default AND NOT in_test AND certain AND kind NOT IN ('map', 'list')
    AND (SELECT count(DISTINCT path) FROM config_key AS other WHERE other.key = config_key.key) = 1
"""


def ignored(checkout: Checkout) -> Iterator[Fault]:
    """One configuration that code reads is ignored by git, and no longer in it."""
    written = written_names(checkout)
    before = checkout.contents.get(".gitignore", b"")
    for path, reads in grouped(literal_reads(checkout)).items():
        name = posixpath.basename(path)
        wanted = path.endswith(ENDINGS) and name not in OTHERS and name not in written
        if wanted and not any(read.guarded for read in reads) and not template(checkout, path):
            edit = Edit(frozenset([path]), {".gitignore": before.rstrip(b"\n") + f"\n/{path}\n".encode()})
            places = tuple(read.place for read in reads)
            yield Fault(path, None, 1, f"git ignores {path}", edit, MISSING, places, (name,))


def template(checkout: Checkout, path: str) -> bool:
    """Whether something beside the file says how to make it."""
    folder, stem = posixpath.dirname(path), posixpath.basename(path).partition(".")[0]
    words = ("example", "template", "sample", "dist", "default")
    return any(
        posixpath.dirname(other) == folder and stem in other and any(word in other for word in words)
        for other in checkout.tracked
    )


def deleted_keys(checkout: Checkout) -> Iterator[Fault]:
    """One key that code reads is deleted from its configuration."""
    found: dict[tuple[str, str, int], list[Place]] = {}
    sections = Counter((path, key.rpartition(".")[0]) for path, key in checkout.ask("SELECT path, key FROM config_key"))
    for target, key, path, cell, line, last, at, end in checkout.ask(KEYS):
        alone = sections[target, key.rpartition(".")[0]] == 1  # what is left is null, which may be filled in later
        if at == end and not alone:
            found.setdefault((target, key, at), []).append(Place(path, cell, line, last))
    for (target, key, at), places in found.items():
        text = checkout.text(target)
        changed = without_line(text, at, key.rpartition(".")[2]) if text else None
        if changed is not None:
            edit = Edit(frozenset(), {target: changed.encode()})
            rules, follows = frozenset(["undefined-key"]), frozenset(["stale-pipeline-lock"])
            yield Fault(target, None, at, f"the key {key} is deleted", edit, rules, tuple(places), (key,), follows)


def without_line(text: str, number: int, key: str) -> str | None:
    """Text without a line that holds just this key and a plain value."""
    lines = text.split("\n")
    line, following = lines[number - 1], lines[number] if number < len(lines) else ""
    plain = re.fullmatch(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[:=]\s*[^\s{{\[|>&*].*", line)
    indent = len(line) - len(line.lstrip())
    deeper = following.strip() != "" and len(following) - len(following.lstrip()) > indent
    if plain is None or deeper or line.rstrip().endswith(("{", "[", '"""', "'''")):
        return None
    lines[number - 1] = ""
    return "\n".join(lines)


def deleted_variables(checkout: Checkout) -> Iterator[Fault]:
    """One variable that code requires is declared nowhere any more."""
    reads: dict[str, list[Place]] = {}
    refused = set()
    for unit in checkout.units:
        for name, place, required in variables(unit):
            if required:
                reads.setdefault(name, []).append(place)
            else:
                refused.add(name)
    declaring = {path: text for path in checkout.contents if DECLARING.search(path) and (text := checkout.text(path))}
    for name, places in sorted(reads.items()):
        word = re.compile(rf"(?<![A-Za-z0-9_]){name}(?![A-Za-z0-9_])")
        holders = [path for path, text in declaring.items() if word.search(text)]
        if holders and name not in refused and not PLATFORM.match(name) and not set_by_platforms(checkout, name):
            texts = {path: word.sub("X" * len(name), declaring[path]).encode() for path in holders}
            what = f"{name} is declared no more in {', '.join(holders)}"
            edit = Edit(frozenset(), texts)
            yield Fault(holders[0], None, 1, what, edit, frozenset(["undeclared-variable"]), tuple(places), (name,))


def set_by_platforms(checkout: Checkout, name: str) -> bool:
    """Whether a platform or a tool is known to set the variable."""
    functions = checkout.knowledge.functions
    known = [one for holder in functions.having("sets_env") for one in functions[holder]["sets_env"]]
    return any(name == one or (one.endswith("*") and name.startswith(one[:-1])) for one in known)


def tested_names(unit: Unit) -> frozenset[str]:
    """Names that a test looks at without giving up where nothing is there."""
    found: set[str] = set()
    for node in ast.walk(unit.tree):
        if isinstance(node, (ast.If, ast.IfExp)) and not any(isinstance(one, ast.Raise) for one in ast.walk(node)):
            found.update(one.id for one in ast.walk(node.test) if isinstance(one, ast.Name))
        elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            found.update(one.id for one in node.values[:-1] if isinstance(one, ast.Name))
    return frozenset(found)


def variables(unit: Unit) -> Iterator[tuple[str, Place, bool]]:
    """Variables of the environment that a unit reads, and whether it does so without a default or guard."""
    guarded = set(guarded_nodes(unit.tree))
    tested = tested_names(unit)
    for node in ast.walk(unit.tree):
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id in tested for one in node.targets):
            guarded.update(ast.walk(node.value))
    for node in ast.walk(unit.tree):
        name: object = None
        required = node not in guarded
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            name = literal(node.slice)
            required = required and isinstance(node.ctx, ast.Load)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.getenv", "os.environ.get") and node.args:
            name = literal(node.args[0])
            required = required and len(node.args) == 1 and not node.keywords
        elif isinstance(node, (ast.BoolOp, ast.Compare)):
            for inner in ast.walk(node):
                value = literal(inner)
                if isinstance(value, str) and value.isupper():
                    yield value, Place(unit.path, unit.cell, 0, 0), False
        if isinstance(name, str) and re.fullmatch(r"[A-Z][A-Z0-9_]{2,}", name) and isinstance(node, ast.expr):
            yield name, Place(unit.path, unit.cell, node.lineno, node.end_lineno or 0), required
