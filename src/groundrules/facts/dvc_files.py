"""DVC's files: .dvc pointers, dvc.yaml pipelines, dvc.lock.

Paths are relative to the file's folder, `wdir` joined; in dvc.lock they are relative to the stage's `wdir`, which only
dvc.yaml knows. What `${…}` means is filled in where the file itself says so and stays as written elsewhere.
"""

from __future__ import annotations

from groundrules.facts.dvc_template import Reader, Scope, expansions, unread, variables
from groundrules.facts.places import joined
from groundrules.facts.raw import Pointer, Row, Rows, Stage, StagePath, Trouble
from groundrules.facts.tree import MOST_ROWS, Node, child, items, pairs, text
from groundrules.typed import Iterable, Iterator, NamedTuple

_HASHES = ("md5", "etag", "checksum", "sha256", "version_id")
_DESCRIBING = ("desc", "meta", "labels")
_ROLES = (("outs", "out"), ("metrics", "metric"), ("plots", "plot"))
PARAMETERS = "params.yaml"  # the file where a stage names none


class _Out(NamedTuple):
    """A path of a stage or pointer, and what is said about it."""

    node: Node
    path: str
    cached: bool
    hash: str | None
    remote: str | None
    files: int | None
    described: bool


def extract_pointer(data: bytes) -> Rows:
    """A .dvc file: pointers for its outs; if it holds a command, as old ones do, also a stage without a name."""
    root, troubles = _root(data)
    rows: list[Row] = []
    if root is None:
        return rows, troubles
    folder = text(child(root, "wdir")) or "."
    deps = [_out(node, Scope()) for node in items(child(root, "deps"))]
    origin = next((remote for dep in items(child(root, "deps")) if (remote := _origin(dep))), None)
    outs = [out for node in items(child(root, "outs")) if (out := _out(node, Scope()))]
    said = any(child(root, name) is not None for name in _DESCRIBING)
    for out in outs:
        about = said or out.described or origin is not None
        rows.append(Pointer(out.node.where, joined(folder, out.path), "dvc", out.hash, out.remote or origin, about))
    command = child(root, "cmd")
    if command is not None and text(command):
        rows.append(Stage(command.where, "", text(command), joined(folder, ".")))
        rows += [StagePath(dep.node.where, "", "dep", joined(folder, dep.path), dep.hash) for dep in deps if dep]
        rows += [StagePath(out.node.where, "", "out", joined(folder, out.path), out.hash) for out in outs]
    return rows, troubles


def _origin(dep: Node) -> str | None:
    """Where an import comes from."""
    path = text(child(dep, "path")) or ""
    url = text(child(child(dep, "repo"), "url"))
    return url or (path if "://" in path else None)


def extract_pipeline(data: bytes, read: Reader = unread) -> Rows:
    """A dvc.yaml: its stages, `foreach` and `matrix` expanded where their values stand in the file.

    `read` gives the contents of another file, for values that stand there."""
    root, troubles = _root(data)
    rows: list[Row] = []
    for _, about in pairs(child(root, "artifacts")):
        if (out := _out(about, Scope())) and any(child(about, name) is not None for name in _DESCRIBING):
            rows.append(StagePath(out.node.where, "", "artifact", out.path, None))
    default = read(PARAMETERS)
    scope = Scope([*variables(child(root, "vars"), read), *([default] if default is not None else [])])
    for key, definition in pairs(child(root, "stages")):
        for name, body, inner in expansions(key.text or "", definition, scope):
            if len(rows) > MOST_ROWS:
                return rows, [*troubles, Trouble(None, None, "It expands to too many stages; the rest were left out.")]
            inner = inner.within(variables(child(body, "vars"), read))
            rows += _stage(name, key, body, inner)
    return rows, troubles


def _stage(name: str, key: Node, body: Node, scope: Scope) -> Iterator[Row]:
    folder = joined(scope.fill(text(child(body, "wdir")) or "."), ".")
    frozen = text(child(body, "frozen")) == "true"
    yield Stage(key.where, name, _command(child(body, "cmd"), scope), folder, frozen)
    for node in items(child(body, "deps")):
        if out := _out(node, scope):
            yield StagePath(out.node.where, name, "dep", joined(folder, out.path), None)
    for section, role in _ROLES:
        for node in _listed(child(body, section)):
            if out := _out(node, scope):
                target = joined(folder, out.path)
                yield StagePath(out.node.where, name, role, target, None)
                if out.cached:
                    yield Pointer(out.node.where, target, "dvc-stage", None, out.remote)
    for node in _listed(child(body, "params")):
        yield from _parameters(node, name, folder, scope)


def _listed(node: Node | None) -> list[Node]:
    """The items of a list; a lone text or map counts as a list of one."""
    return items(node) if node is None or node.kind == "list" else [node]


def _command(node: Node | None, scope: Scope) -> str | None:
    commands = [text(part) for part in _listed(node)]
    return scope.fill(" && ".join(part.strip() for part in commands if part)) or None


def _out(node: Node, scope: Scope) -> _Out | None:
    """`path`, `path: {cache: …}` as in pipelines, or `{path: …, md5: …}` as in pointers and locks."""
    if text(node):
        return _Out(node, scope.fill(text(node) or ""), True, None, None, None, False)
    place: Node | None = child(node, "path")
    path, about = text(place), node
    if not path:
        place, about = next(iter(pairs(node)), (None, node))
        path = text(place)
    if place is None or not path or child(node, "repo"):
        return None
    recorded = next((value for name in _HASHES if (value := text(child(about, name)))), None)
    cached = text(child(about, "cache")) != "false"
    files = text(child(about, "nfiles")) or ""
    return _Out(
        place, scope.fill(path), cached, recorded, text(child(about, "remote")),
        int(files) if files.isdecimal() else None, any(child(about, name) is not None for name in _DESCRIBING),
    )  # fmt: skip


def _parameters(node: Node, stage: str, folder: str, scope: Scope) -> Iterator[StagePath]:
    """`key`, `{file: [keys]}` or `{file: null}` for all of them."""
    if text(node):
        key = scope.fill(text(node) or "")
        yield StagePath(node.where, stage, "param", f"{joined(folder, PARAMETERS)}:{key}", None)
    for file, keys in pairs(node):
        path = joined(folder, scope.fill(file.text or ""))
        named = [part for part in items(keys) if text(part)]
        for part in named:
            yield StagePath(part.where, stage, "param", f"{path}:{scope.fill(text(part) or '')}", None)
        if not named:
            yield StagePath(file.where, stage, "param", f"{path}:", None)


def extract_lock(data: bytes) -> Rows:
    """A dvc.lock of either schema: stages and paths with the hashes it records. Metrics and plots are outs here."""
    root, troubles = _root(data)
    rows: list[Row] = []
    stages = child(root, "stages") if child(root, "schema") else root
    for key, body in pairs(stages):
        name = key.text or ""
        if body.kind != "map":
            continue
        rows.append(Stage(key.where, name, _command(child(body, "cmd"), Scope()), "."))
        rows += _locked(name, "dep", items(child(body, "deps")))
        rows += _locked(name, "out", items(child(body, "outs")))
        for file, values in pairs(child(body, "params")):
            for parameter, value in pairs(values):
                target = f"{file.text}:{parameter.text}"
                rows.append(StagePath(parameter.where, name, "param", target, plain(value)))
    return rows, troubles


def _locked(stage: str, role: str, nodes: Iterable[Node]) -> Iterator[StagePath]:
    for node in nodes:
        if out := _out(node, Scope()):
            yield StagePath(out.node.where, stage, role, joined(".", out.path), out.hash, out.files)


def plain(node: Node) -> str:
    """A value as one text that is the same for equal values, however they are written."""
    if node.kind == "map":
        return "{" + ", ".join(sorted(f"{key.text}: {plain(value)}" for key, value in pairs(node))) + "}"
    if node.kind == "list":
        return "[" + ", ".join(plain(item) for item in node.items) + "]"
    if node.text is None or node.kind == "null":
        return "null"
    lowered = node.text.strip().lower()
    if node.kind == "bool":
        return "true" if lowered in ("true", "yes", "on") else "false"
    try:
        return repr(float(lowered.replace("_", "")))
    except ValueError:
        return " ".join(node.text.split())


def _root(data: bytes) -> tuple[Node | None, list[Trouble]]:
    from groundrules.facts.yaml_tree import trees

    roots, troubles = trees(data)
    return (roots[0] if roots else None), list(troubles)
